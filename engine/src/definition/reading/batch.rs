//! What an action asks and does where it is done to many cases at once, and from whom an answer is
//! kept. Both are computed from the answers alone, so that they come out the same whenever they are.

use indexmap::IndexMap;

use super::Reader;
use crate::{
    definition::{
        Batch, Condition, Untold,
        document::{Kind, Node},
        mention::paths,
        outline::{FieldOutline, fields_of},
        scope::Scope,
        type_text::record,
    },
    expression::{Expression, Type},
    names::FieldName,
};

impl Reader<'_> {
    /// The `batch` of an action; `scope` knows the case and who acts.
    pub(super) fn batch(&self, node: &Node, scope: &Scope<'_>) -> Batch {
        let Some(batch) = node.get("batch") else { return Batch::default() };
        if !matches!(batch.kind, Kind::Map(_)) {
            return Batch { when: self.condition_of(Some(batch), scope), ..Batch::default() };
        }
        let when = match batch.get("when") {
            Some(when) => self.condition_of(Some(when), scope),
            None => Condition::Always,
        };
        let asked = self.asked_of_many(node, batch);
        let typed = |of: fn(&FieldOutline) -> Type| {
            record("ask", asked.iter().map(|(name, field)| (name.as_str(), of(field))))
        };
        let entered = typed(FieldOutline::in_form);
        let mut fields = scope.inner();
        fields.define("row", Some(entered.clone()));
        fields.define("ask", Some(entered));
        let mut alone = Scope::default();
        alone.define("ask", Some(typed(FieldOutline::in_ask)));
        alone.define("place", Some(Type::Integer));
        Batch {
            when,
            ask: self.fields(batch.entries_of("ask"), &fields),
            each: self.each_answer(node, batch, (&alone, scope)),
        }
    }

    /// What is asked once for all: what the action asks and what is not computed, and what else is.
    fn asked_of_many(&self, node: &Node, batch: &Node) -> IndexMap<String, FieldOutline> {
        let each = batch.entries_of("each");
        let mut asked = fields_of(node.entries_of("ask"));
        for entry in batch.entries_of("ask") {
            if asked.contains_key(&entry.key.text) {
                let message = format!("动作已经问了「{}」", entry.key.text);
                self.report.error(&entry.key.spot, message, "换一个名称，或删去这里的");
            }
        }
        asked.retain(|name, _| !each.iter().any(|entry| entry.key.text == *name));
        asked.extend(fields_of(batch.entries_of("ask")));
        asked
    }

    /// The answers that are computed for each case.
    fn each_answer(
        &self,
        node: &Node,
        batch: &Node,
        scopes: (&Scope<'_>, &Scope<'_>),
    ) -> IndexMap<FieldName, Expression> {
        let asked = fields_of(node.entries_of("ask"));
        let mut each = IndexMap::new();
        for entry in batch.entries_of("each") {
            let Some(field) = asked.get(&entry.key.text) else {
                let known = asked.keys().map(String::as_str);
                self.report.unknown(&entry.key.spot, "问的内容", &entry.key.text, known);
                continue;
            };
            let expected = field.filled.clone().optional();
            if let Some(value) = self.of_answers(&entry.value, scopes, &expected) {
                each.insert(FieldName::from(entry.key.text.as_str()), value);
            }
        }
        // What has a fault may be meant to use it.
        let has_fault = each.len() < batch.entries_of("each").len();
        let is_read = |name: &str| {
            let mut paths = each.values().flat_map(Expression::reads);
            has_fault
                || asked.contains_key(name)
                || paths
                    .any(|it| matches!(&it[..], [ask, field, ..] if ask == "ask" && field == name))
        };
        for entry in batch.entries_of("ask").iter().filter(|entry| !is_read(&entry.key.text)) {
            let message = format!("成批办理时问了「{}」，each 里没有用到它", entry.key.text);
            self.report.warn(&entry.key.spot, message, "在 each 里用它，或删去它");
        }
        each
    }

    /// From whom an answer is kept; `scope` knows `ask` where the field is asked.
    pub(super) fn untold(&self, node: &Node, scope: &Scope<'_>) -> Option<Untold> {
        let entry = node.entry("untold_to")?;
        let Some(ask) = scope.kind("ask") else {
            let message = "untold_to 只用在动作问的（ask）里";
            self.report.error(&entry.key.spot, message, "栏目用 visible_to 写谁看得见");
            return None;
        };
        let is_map = matches!(entry.value.kind, Kind::Map(_));
        let listed = if is_map { entry.value.items_of("to") } else { entry.value.items() };
        let to: Vec<_> = listed.iter().filter_map(|name| self.participant(name)).collect();
        let mut alone = Scope::default();
        alone.define("ask", Some(ask));
        let when = entry.value.get("when").filter(|_| is_map);
        let when = when.and_then(|when| self.of_answers(when, (&alone, scope), &Type::Bool));
        Some(Untold { to, when })
    }

    /// An expression of answers alone, which comes out the same at any time; `around` are the names that
    /// are known elsewhere.
    fn of_answers(
        &self,
        node: &Node,
        (scope, around): (&Scope<'_>, &Scope<'_>),
        expected: &Type,
    ) -> Option<Expression> {
        let named = paths(node.text().unwrap_or_default());
        let mut roots = named.iter().filter_map(|path| path.first());
        if let Some(other) = roots.find(|root| !scope.knows(root) && around.knows(root)) {
            let message = format!("这里不能用「{other}」：只由回答算出");
            self.report.error(&node.spot, message, "只用 ask 里的回答；each 里还可以用 place");
            return None;
        }
        let value = self.expression(node, scope, Some(expected))?;
        if value.asks_time() {
            let message = format!("这里不能用现在的时间：{}", value.source());
            self.report.error(&node.spot, message, "只用 ask 里的回答，去掉 today、now");
            return None;
        }
        Some(value)
    }
}
