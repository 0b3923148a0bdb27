//! Draws by lot, replacements in lists of people, and rankings.

use super::{Reader, participants::item, whole};
use crate::{
    definition::{
        Draw, EffectKind, EffectRule, Replace,
        document::{Kind, Node, Scalar},
        report::Report,
        scope::Scope,
    },
    expression::{Expression, Type},
    names::{FieldName, VarName},
};

impl Reader<'_> {
    pub(super) fn draw(&self, node: &Node, scope: &Scope<'_>) -> Option<EffectRule> {
        let (into, kind) = self.list_variable(node.get("into")?)?;
        let of = self.filling(node.get("of")?, &into, &kind, scope);
        let filter = self.row_condition(node, &kind, scope);
        let is_whole = |kind: &Type| *kind == Type::Integer;
        let count = self.expression_of(node.get("count")?, scope, "整数", is_whole);
        let add = node.is_true("add");
        let noted = match node.get("noted") {
            Some(noted) => Some(self.noted(noted)?),
            None => None,
        };
        let drawn = count.as_ref().and_then(Expression::constant).and_then(|it| it.as_integer());
        if let Some((count, _)) = node.get("count").zip(drawn.filter(|drawn| *drawn < 1)) {
            self.report.warn(&count.spot, "一个也不抽", "写 1 以上，或删去 draw");
        }
        let draw = Draw { into, of: of?, filter: filter?, count: count?, add, noted };
        Some(EffectRule { when: self.when(node, scope), kind: EffectKind::Draw(draw) })
    }

    /// The variable in which it is noted how was drawn, and which fields its rows have.
    fn noted(&self, node: &Node) -> Option<(VarName, Vec<FieldName>)> {
        let (name, kind) = self.list_variable(node)?;
        let known = [
            ("into", Type::Text),
            ("seed", Type::Text),
            ("from", Type::Integer),
            ("rows", Type::Text.list()),
            ("at", Type::Moment),
        ];
        let is_known = |(field, kind): (&String, &Type)| {
            known.iter().any(|(name, given)| name == field && kind.accepts(given))
        };
        let Some(Type::Record(row)) = item(&kind) else {
            return self.tell_noted(node, &kind);
        };
        if !row.fields.iter().all(is_known) {
            return self.tell_noted(node, &kind);
        }
        Some((name, row.fields.keys().map(|field| field.as_str().into()).collect()))
    }

    fn tell_noted<T>(&self, node: &Node, kind: &Type) -> Option<T> {
        let message = format!("怎样抽的记不进「{}」，它是{kind}", node.text().unwrap_or_default());
        let remedy = "它的行可以有 into: text、seed: text、from: integer、rows: list of text、at: moment，\
                      在 host.yaml 的 types 里写";
        self.report.error(&node.spot, message, remedy);
        None
    }

    pub(super) fn replace(&self, node: &Node, scope: &Scope<'_>) -> Option<EffectRule> {
        let (list, kind) = self.list_variable(node.get("in")?)?;
        let out = node.get("out").map(|out| self.expression(out, scope, None));
        let by = self.filling(node.get("by")?, &list, &kind, scope);
        let filter = self.row_condition(node, &kind, scope);
        let otherwise = node.get("else").map(|node| self.step(node, scope)).unwrap_or_default();
        let replace = Replace {
            list,
            out: match out {
                Some(out) => Some(out?),
                None => None,
            },
            by: by?,
            filter: filter?,
            at_most: whole(node, "at_most"),
            otherwise,
        };
        let kind = EffectKind::Replace(Box::new(replace));
        Some(EffectRule { when: self.when(node, scope), kind })
    }

    /// `{rank: list, by: [keys], places: count}`: each part is examined where it stands, then they
    /// are one call of `rank`.
    pub(super) fn ranking(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let rank = node.get("rank")?;
        let list = self.expression(rank, scope, None)?;
        let inner = scope.with("it", item(list.value_type()).cloned());
        let keys: Vec<_> = node
            .items_of("by")
            .iter()
            .map(|key| Some(self.expression(key, &inner, None)?.source().to_owned()))
            .collect();
        let keys = keys.into_iter().collect::<Option<Vec<_>>>()?;
        let is_whole = |kind: &Type| *kind == Type::Integer;
        let places = self.expression_of(node.get("places")?, scope, "整数", is_whole)?;
        let fixed = places.constant().and_then(|it| it.as_integer());
        if let Some((places, _)) = node.get("places").zip(fixed.filter(|fixed| *fixed < 1)) {
            self.report.warn(&places.spot, "没有名额：谁也排不进", "写 1 以上，或写算出名额的值");
        }
        let parts = [&[list.source().to_owned(), places.source().to_owned()][..], &keys].concat();
        let text = format!("rank({})", parts.join(", "));
        let kind = Kind::Scalar(Scalar { text, quoted: true });
        self.expression(&Node { spot: rank.spot.clone(), kind }, scope, None)
    }

    /// What fills a variable that is a list.
    fn filling(
        &self,
        node: &Node,
        var: &VarName,
        kind: &Type,
        scope: &Scope<'_>,
    ) -> Option<Expression> {
        if self.tells_empty_list(node, var.as_str(), scope) {
            return None;
        }
        self.expression(node, scope, Some(kind))
    }

    /// A variable written `[]` is a list of texts. Where rows are put into it, that is told at the
    /// variable, once.
    pub(super) fn tells_empty_list(&self, node: &Node, var: &str, scope: &Scope<'_>) -> bool {
        let vars = self.outline.root.get("vars");
        let Some(written) = vars.and_then(|vars| vars.get(var)) else { return false };
        if !matches!(&written.kind, Kind::List(items) if items.is_empty()) {
            return false;
        }
        let Some(found) = self.silently(node, scope) else { return false };
        let Some(Type::Record(record)) = item(found.value_type()) else { return false };
        self.use_names(super::paths(node.text().unwrap_or_default()));
        let message =
            format!("变量「{var}」写了 []，是文本的清单，要放进去的却是{}", found.value_type());
        let remedy = format!("写成 {{type: list of {}}}", record.name);
        self.report.error(&written.spot, message, remedy);
        true
    }

    /// An expression whose faults are told elsewhere.
    fn silently(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        scope.expression(node, None, &Report::default())
    }

    /// A variable that is a list, with its type.
    fn list_variable(&self, node: &Node) -> Option<(VarName, Type)> {
        let name = node.text()?;
        let Some(var) = self.outline.vars.get(name) else {
            let known = self.outline.vars.keys().map(String::as_str);
            self.report.unknown(&node.spot, "变量", name, known);
            return None;
        };
        self.use_names(vec![vec![name.to_owned()]]);
        let (kind, _) = var.as_ref()?;
        if item(kind).is_none() {
            let message = format!("变量「{name}」不是清单，放不下名单");
            let remedy = "在 vars 里写 {type: list of 类型}";
            self.report.error(&node.spot, message, remedy);
            return None;
        }
        Some((name.into(), kind.clone()))
    }

    /// The `where` of rows of this list; `None` where it has a fault.
    fn row_condition(
        &self,
        node: &Node,
        list: &Type,
        scope: &Scope<'_>,
    ) -> Option<Option<Expression>> {
        let Some(filter) = node.get("where") else { return Some(None) };
        let inner = scope.with("it", item(list).cloned());
        self.condition(filter, &inner).map(Some)
    }
}
