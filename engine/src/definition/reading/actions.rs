//! Actions and rules: who may do what when, and where the case goes.

use indexmap::IndexMap;

use super::{ChoiceOf, Reader, demands::Filled, tables, tone, whole};
use crate::{
    definition::{
        Action, Assigned, Assignment, AtMost, Checks, Per, Rule, Step, Target,
        document::{Entry, Kind, Node},
        grammar::{LIST_ROW, TABLE_ROW},
        outline::fields_of,
        scope::Scope,
        shape::is_rest,
        type_text::{is_text, record},
    },
    expression::{Trying, Type, nearest::nearest},
    names::{RuleName, StateName},
};

impl Reader<'_> {
    /// An action; `scope` are the names of the definition.
    pub(super) fn action(&self, node: &Node, name: &str, scope: &Scope<'_>) -> Action {
        let asked = fields_of(node.entries_of("ask"));
        let ask_type =
            record("ask", asked.iter().map(|(name, field)| (name.as_str(), field.in_ask())));
        let entered =
            record("ask", asked.iter().map(|(name, field)| (name.as_str(), field.in_form())));
        let mut before = scope.inner();
        before.define(
            "actor",
            Some(record("actor", [("id", Type::Text), ("principal", Type::Text)])),
        );
        let mut fields = before.inner();
        fields.define("row", Some(entered.clone()));
        fields.define("ask", Some(entered));
        let after = before.with("ask", Some(ask_type));
        self.examine_action(node);
        let (require, ask) =
            (self.requirements(node, &after), self.fields(node.entries_of("ask"), &fields));
        self.examine_demands(node, &require, (Filled::Asked(&ask), &after));
        Action {
            name: node.text_of("name").unwrap_or(name).to_owned(),
            tone: tone(node),
            confirm: node.get("confirm").and_then(|node| self.template(node, &before)),
            hint: node.get("hint").and_then(|node| self.template(node, &before)),
            when: self.when(node, &before),
            require,
            checks: match node.text_of("checks") {
                Some("gate") => Some(Checks::Gate),
                Some(_) => Some(Checks::All),
                None => None,
            },
            ask,
            freeze: node.is_true("freeze"),
            at_most: whole(node, "at_most").map(|times| AtMost {
                times,
                per: if node.text_of("per") == Some("visit") { Per::Visit } else { Per::Case },
            }),
            batch: self.batch(node, &before),
            step: self.step(node, &after),
            choose: self.choose(node, &after),
        }
    }

    fn examine_action(&self, node: &Node) {
        if let Some(entry) = node.entry("per").filter(|_| node.get("at_most").is_none()) {
            self.report.error(&entry.key.spot, "per 要和 at_most 一起写", "加上 at_most: 次数");
        }
        let has_form = self.outline.has_form();
        if let Some(entry) = node.entry("freeze").filter(|_| node.is_true("freeze") && !has_form) {
            self.report.error(
                &entry.key.spot,
                "没有表单，没有什么可以冻结",
                "去掉 freeze，或写 form",
            );
        }
        if let Some(entry) = node.entry("checks")
            && self.outline.root.entries_of("checks").is_empty()
        {
            self.report.error(
                &entry.key.spot,
                "流程没有写 checks，没有什么可以检测",
                "去掉 checks",
            );
        }
    }

    /// The rules of a `choose`, `otherwise` last.
    pub(super) fn choose(&self, node: &Node, scope: &Scope<'_>) -> IndexMap<RuleName, Rule> {
        let entries = node.entries_of("choose");
        let mut rules = IndexMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let is_otherwise = entry.key.text == crate::definition::merge::OTHERWISE;
            let has_when = entry.value.get("when").is_some();
            if is_otherwise && has_when {
                self.report.error(
                    &entry.key.spot,
                    "otherwise 不能再写 when",
                    "去掉 when，或换一个名称",
                );
            } else if is_otherwise && index + 1 < entries.len() {
                self.report.error(
                    &entry.key.spot,
                    "otherwise 之后的规则永远轮不到",
                    "把 otherwise 放在最后",
                );
            } else if !is_otherwise && !has_when {
                self.report.error(
                    &entry.key.spot,
                    format!("规则「{}」没有 when", entry.key.text),
                    "加上 when，或叫它 otherwise",
                );
            }
            let when = self.when(&entry.value, scope);
            let step = self.step(&entry.value, scope);
            rules.insert(RuleName::from(entry.key.text.as_str()), Rule { when, step });
        }
        self.examine_rules(node, entries, &rules, scope);
        rules
    }

    /// Rules that never act because those before them always do, and whether the rules leave a gap.
    fn examine_rules(
        &self,
        node: &Node,
        entries: &[Entry],
        rules: &IndexMap<RuleName, Rule>,
        scope: &Scope<'_>,
    ) {
        let conditions = rules.values().map_while(|rule| rule.when.as_ref());
        let conditions: Vec<_> = conditions.collect();
        if conditions.is_empty() || entries.len() != rules.len() {
            return;
        }
        let is_rest_last = conditions.len() + 1 >= rules.len();
        if let Some(choose) = node.entry("choose").filter(|_| is_rest_last) {
            let rows = entries.iter().map(|entry| &entry.key);
            let rows = rows.map(|rule| (rule.spot.clone(), format!("规则「{}」", rule.text)));
            let of = (&choose.key.spot, ChoiceOf::Rules);
            self.chooses(of, rows.collect(), &conditions, scope);
        }
        if rules.values().any(|rule| self.may_lack_place(rule)) {
            return;
        }
        let repeated = tables::repeated(&conditions);
        for (index, other) in &repeated {
            let (rule, other) = (&entries[*index].key, &entries[*other].key.text);
            let message = format!("规则「{}」永远轮不到：条件和「{other}」一样", rule.text);
            self.report.warn(&rule.spot, message, "改它的条件，或删去它");
        }
        let is_told = |index: usize| {
            let when = entries[index].value.get("when").map(|when| when.spot.place());
            when.is_some_and(|place| self.constants.borrow().contains(&place))
                || repeated.iter().any(|(it, _)| *it == index)
        };
        let coverage = scope.coverage(&conditions, Trying::NOTHING);
        let idle = coverage.into_iter().flat_map(|coverage| coverage.idle);
        for index in idle.filter(|index| !is_told(*index)) {
            let rule = &entries[index].key;
            let message = format!("规则「{}」永远轮不到：前面的规则已经包括了它", rule.text);
            self.report.warn(&rule.spot, message, "改它的条件，或删去它");
        }
    }

    /// Whether a rule leads to where a place is needed: where there is none it does not hold.
    fn may_lack_place(&self, rule: &Rule) -> bool {
        self.outline.root.entries_of("holds").iter().any(|hold| {
            let named = |key: &str, state: &StateName| {
                hold.value.items_of(key).iter().any(|it| it.text() == Some(state.as_str()))
            };
            let is_all_but = hold.value.get("not_in").is_some();
            let needs = |state| named("in", state) || is_all_but && !named("not_in", state);
            rule.step.target.states().iter().any(needs)
        })
    }

    /// What happens, and where the case goes.
    pub(super) fn step(&self, node: &Node, scope: &Scope<'_>) -> Step {
        Step {
            set: self.assignments(node, scope),
            void: node.get("void").and_then(|void| self.void(void, scope)).into_iter().collect(),
            effects: self.effects(node, scope),
            target: self.target(node, scope),
        }
    }

    fn target(&self, node: &Node, scope: &Scope<'_>) -> Target {
        let (to, among) = (node.get("to"), node.get("among"));
        if let Some(among) = among {
            let states = self.states(among.items());
            let expected = "状态的名称";
            let to = to.and_then(|to| self.expression_of(to, scope, expected, is_text));
            if node.get("to").is_none() {
                self.report.error(&among.spot, "among 要和 to 一起写", "加上 to: 表达式");
            }
            if states.len() < among.items().len() || states.is_empty() {
                self.has_lost_targets.set(true);
            }
            return to.map_or(Target::Stay, |to| Target::Among { to, among: states });
        }
        let Some(to) = to else { return Target::Stay };
        let name = to.text().unwrap_or_default();
        if self.outline.states.iter().any(|state| state == name) {
            return Target::To(name.into());
        }
        self.has_lost_targets.set(true);
        let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if is_word && !scope.knows(name) {
            self.unknown_state(to, name);
        } else {
            self.report.error(
                &to.spot,
                format!("to 写了表达式「{name}」，却没有列出可能的状态"),
                "加上 among: [状态, 状态]",
            );
        }
        Target::Stay
    }

    /// What `set` of a map assigns.
    pub(super) fn assignments(&self, node: &Node, scope: &Scope<'_>) -> Vec<Assignment> {
        let Some(set) = node.get("set") else { return Vec::new() };
        if !matches!(set.kind, Kind::Map(_) | Kind::Null) {
            self.report.error(
                &set.spot,
                format!("set 应当是一组「变量: 表达式」，这里是{}", set.shape()),
                "",
            );
        }
        set.entries().iter().filter_map(|entry| self.assignment(entry, scope)).collect()
    }

    fn assignment(&self, entry: &Entry, scope: &Scope<'_>) -> Option<Assignment> {
        let name = entry.key.text.as_str();
        if is_rest(name) {
            return None;
        }
        let is_computed = matches!(entry.value.kind, Kind::Scalar(_))
            || tables::is_list_of_rows(&entry.value)
            || tables::is_table(&entry.value);
        if !is_computed {
            self.report.error(
                &entry.value.spot,
                format!("「{name}」的新值应当是一个表达式，这里是{}", entry.value.shape()),
                "列表和行要加引号，如 \"[]\"",
            );
            return None;
        }
        if let Some(path) = name.strip_prefix("form.") {
            return self.form_assignment(entry, path, scope);
        }
        let Some(var) = self.outline.vars.get(name) else {
            let field = name.split_once('.').filter(|(form, _)| nearest(form, ["form"]).is_some());
            let field = field.map(|(_, field)| format!("form.{field}"));
            let vars = self.outline.vars.keys().map(String::as_str);
            let known = vars.chain(field.as_deref());
            self.report.unknown(&entry.key.spot, "变量", name, known);
            return None;
        };
        // What is only set still tells people and history something.
        self.use_names(vec![vec![name.to_owned()]]);
        let kind = var.as_ref().map(|(kind, _)| kind);
        if self.tells_empty_list(&entry.value, name, scope) {
            return None;
        }
        let value = self.assigned(&entry.value, scope, kind)?;
        Some(Assignment { to: Assigned::Var(name.into()), value })
    }

    /// An expression, a table of decisions, or rows of a list that may have conditions.
    fn assigned(
        &self,
        node: &Node,
        scope: &Scope<'_>,
        kind: Option<&Type>,
    ) -> Option<crate::expression::Expression> {
        let value = if tables::is_list_of_rows(node) {
            self.examine_rows(node, &LIST_ROW);
            self.list_of_rows(node, scope)?
        } else if tables::is_table(node) {
            self.examine_rows(node, &TABLE_ROW);
            self.decision_table(node, scope)?
        } else {
            return self.expression(node, scope, kind);
        };
        let found = value.value_type();
        match kind.filter(|kind| !kind.accepts(found)) {
            Some(kind) => {
                self.report.error(&node.spot, format!("这里要{kind}，得到的是{found}"), "");
                None
            }
            None => Some(value),
        }
    }

    fn form_assignment(&self, entry: &Entry, path: &str, scope: &Scope<'_>) -> Option<Assignment> {
        let (section, field) = path.split_once('.').unwrap_or((path, ""));
        let sections = &self.outline.sections;
        let Some(outline) = sections.get(section) else {
            self.unknown_section(&entry.key.spot, section);
            return None;
        };
        if outline.is_rows {
            self.report.error(
                &entry.key.spot,
                format!("栏目「{section}」是多行的，不能对它的字段赋值"),
                "",
            );
            return None;
        }
        let Some(known) = outline.fields.get(field) else {
            let known = outline.fields.keys().map(String::as_str);
            let what = format!("字段（栏目 {section}）");
            self.report.unknown(&entry.key.spot, &what, field, known);
            return None;
        };
        let value = self.assigned(&entry.value, scope, Some(&known.filled.clone().optional()))?;
        Some(Assignment { to: Assigned::Form(section.into(), field.into()), value })
    }
}
