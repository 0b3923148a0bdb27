//! Whether what a scenario names is there: cases, tasks, actions, fields, states, variables, timers.

mod answers;
mod ends;
mod shown;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    definition::{
        Action, Compiled, Definition, Diagnostic,
        document::{Entry, Kind, Node, Spot},
        grammar::{ASIDES, CLAIMS},
        report::Report,
    },
    expression::nearest::nearest,
    names::WorkflowKey,
};

/// What is named in the scenarios of a file and is not there; nothing where the definitions have
/// faults themselves.
pub(in crate::simulate) fn faults(documents: &[Node], compiled: &Compiled) -> Vec<Diagnostic> {
    let report = Report::default();
    if compiled.is_valid() {
        let scenarios = documents.iter().flat_map(|document| match &document.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Null | Kind::Map(_) | Kind::Scalar(_) => vec![document],
        });
        for scenario in scenarios {
            Names::of(scenario, compiled, &report).examine(scenario);
        }
    }
    report.into_diagnostics()
}

/// What a case is expected to be by the names of its definition.
const EXPECTED: [(&str, &str); 5] = [
    ("vars", "变量"),
    ("values", "值"),
    ("labels", "标签"),
    ("tasks", "任务"),
    ("timers", "计时器"),
];

struct Names<'c> {
    compiled: &'c Compiled,
    report: &'c Report,
    /// The workflow of a start that names none.
    workflow: &'c str,
    /// The workflows that a case may be of, by what the scenario calls it.
    cases: BTreeMap<String, Vec<&'c Definition>>,
    /// Every text of the scenario but who acts.
    texts: BTreeSet<&'c str>,
    /// The accounts that have roles or are of subjects.
    accounts: BTreeSet<&'c str>,
    /// The ids of all subjects that it gives.
    subjects: BTreeSet<&'c str>,
    /// Whether the step that is read is to be refused: it may say what is wrong.
    is_refused: bool,
}

impl<'c> Names<'c> {
    fn of(scenario: &'c Node, compiled: &'c Compiled, report: &'c Report) -> Self {
        let mut texts = BTreeSet::new();
        gather(scenario, &mut texts);
        let (mut subjects, mut accounts) = (BTreeSet::new(), BTreeSet::new());
        answers::given(scenario, &mut subjects);
        answers::accounts(scenario, &mut accounts);
        let workflow = scenario.text_of("workflow").unwrap_or_default();
        let (cases, is_refused) = (BTreeMap::new(), false);
        Self { compiled, report, workflow, cases, texts, accounts, subjects, is_refused }
    }

    fn examine(&mut self, scenario: &'c Node) {
        let Some(entry) = scenario.entry("workflow") else { return };
        if self.definition(&entry.value).is_some() {
            self.steps(scenario.items_of("steps"));
        }
    }

    /// The definition that a text names.
    fn definition(&self, node: &Node) -> Option<&'c Definition> {
        let key = node.text()?;
        let found = self.compiled.definition(key);
        if found.is_none() {
            let known = self.compiled.definitions.iter().map(|it| it.key.as_str());
            self.report.unknown(&node.spot, "流程", key, known);
        }
        found.map(AsRef::as_ref)
    }

    fn steps(&mut self, nodes: &'c [Node]) {
        for node in nodes {
            match &node.kind {
                Kind::List(shared) => self.steps(shared),
                Kind::Map(entries) => entries.iter().for_each(|entry| self.step(entry, false)),
                Kind::Null | Kind::Scalar(_) => {}
            }
        }
    }

    fn step(&mut self, entry: &'c Entry, is_refused: bool) {
        let node = &entry.value;
        self.is_refused = is_refused || node.get("refused").is_some();
        match entry.key.text.as_str() {
            "start" => self.start(node),
            "act" | "save" => self.act(node),
            "batch" => {
                self.act(node);
                self.computed(node);
            }
            "expect" => self.expect(node),
            "refused" => {
                let deeds = node.entries().iter().filter(|entry| entry.key.text != "because");
                deeds.for_each(|entry| self.step(entry, true));
                if node.get("because").is_none() {
                    let message = "没有写 because：写错账号、字段也会被拒绝，什么也没有试到";
                    let remedy = "加上 because: 拒绝的理由里的几个字";
                    self.report.warn(&entry.key.spot, message, remedy);
                }
            }
            word if ASIDES.contains(&word) || CLAIMS.contains(&word) || word == "undo" => {
                let task = node.get("do").filter(|it| it.text().is_some_and(|it| it.contains('.')));
                if let Some((task, written)) = task.and_then(|it| Some((it, it.text()?))) {
                    let name = written.split('.').next().unwrap_or_default();
                    let message = format!("{word} 的 do 写任务，不写动作");
                    self.report.error(&task.spot, message, format!("写成 do: {name}"));
                } else {
                    self.act(node);
                }
            }
            _ => {}
        }
        for who in ["by", "row"].iter().filter_map(|key| node.get(key)) {
            self.account(who);
        }
    }

    /// Whoever acts is somebody of the scenario; a stranger may be refused, but not one who is misspelt.
    fn account(&self, node: &Node) {
        let Some(by) = node.text().filter(|by| !by.contains(':')) else { return };
        let near = nearest(by, self.accounts.iter().copied());
        if !self.texts.contains(by) && (near.is_some() || !self.is_refused) {
            let message = format!("given 里没有账号「{by}」：没有角色，也没有对象是他");
            let remedy = match near {
                Some(near) => format!("是不是「{near}」，或在 given 的 roles 或 subjects 里写上他"),
                None => "在 given 的 roles 或 subjects 里写上他".to_owned(),
            };
            self.report.warn(&node.spot, message, remedy);
        }
    }

    fn start(&mut self, node: &'c Node) {
        let named = node.get("workflow");
        let definition = match named {
            Some(named) => self.definition(named),
            None => self.compiled.definition(self.workflow).map(AsRef::as_ref),
        };
        // `case` is a slip that is told where it is read.
        let name = node.text_of("as").or(node.text_of("case")).unwrap_or("case").to_owned();
        let of = definition.into_iter().collect::<Vec<_>>();
        if let [definition] = of[..] {
            self.asked(node, &[&definition.start.action]);
            self.form(node, &of);
            self.begun_with(node);
        }
        self.cases.insert(name, of);
    }

    /// The workflows that a case may be of; `None` where it is told that there is no such case, or
    /// nothing is known of it.
    fn case(&self, node: &Node) -> Option<Vec<&'c Definition>> {
        let name = node.text()?;
        let found = self.found(name);
        if found.is_none() {
            let known = self.cases.keys().map(String::as_str);
            self.report.unknown(&node.spot, "案", name, known);
        }
        found.filter(|of| !of.is_empty())
    }

    fn found(&self, name: &str) -> Option<Vec<&'c Definition>> {
        if let Some(of) = self.cases.get(name) {
            return Some(of.clone());
        }
        let name = name.rsplit_once('#').map_or(name, |(name, _)| name);
        if let Some(of) = self.cases.get(name) {
            return Some(of.clone());
        }
        // What an effect began is called by the case and the link.
        let (case, link) = name.rsplit_once('.')?;
        let of = self.found(case)?;
        let linked = of.iter().filter_map(|of| of.links.get(link)).collect::<Vec<_>>();
        if linked.is_empty() && !of.is_empty() {
            return None;
        }
        let covers = |definition: &&'c Definition| {
            linked.iter().any(|link| definition.covers(&WorkflowKey::from(link.workflow.as_str())))
        };
        let all = self.compiled.definitions.iter().map(AsRef::as_ref);
        Some(all.filter(covers).collect())
    }

    fn act(&self, node: &'c Node) {
        let cases = node.get("case").into_iter().chain(node.items_of("cases"));
        for of in cases.filter_map(|case| self.case(case)) {
            if let Some(what) = node.get("do") {
                let actions = self.deed(what, &of);
                if !actions.is_empty() {
                    self.asked(node, &actions);
                }
            }
            self.form(node, &of);
        }
    }

    /// The actions that a text means; a task alone means none.
    fn deed(&self, node: &Node, of: &[&'c Definition]) -> Vec<&'c Action> {
        let Some(text) = node.text() else { return Vec::new() };
        let (task, action) = text.split_once('.').map_or((text, None), |(t, a)| (t, Some(a)));
        let tasks: Vec<_> = of.iter().filter_map(|of| of.tasks.get(task)).collect();
        if tasks.is_empty() {
            let known = of.iter().flat_map(|of| of.tasks.keys()).map(|it| it.as_str());
            self.report.unknown(&node.spot, "任务", task, known);
            return Vec::new();
        }
        let Some(action) = action else { return Vec::new() };
        let actions: Vec<_> = tasks.iter().filter_map(|task| task.actions.get(action)).collect();
        if actions.is_empty() {
            let known = tasks.iter().flat_map(|task| task.actions.keys()).map(|it| it.as_str());
            self.report.unknown(&node.spot, "动作", action, known);
        }
        actions
    }

    fn asked(&self, node: &Node, actions: &[&Action]) {
        let asks =
            || actions.iter().flat_map(|action| action.ask.keys().chain(action.batch.ask.keys()));
        for entry in node.entries_of("ask") {
            let key = &entry.key;
            self.answered(entry, actions);
            if !asks().any(|field| field.as_str() == key.text) {
                let known = asks().map(|field| field.as_str());
                self.report.unknown(&key.spot, "要问的内容", &key.text, known);
            }
        }
    }

    /// What a batch computes is not answered.
    fn computed(&self, node: &'c Node) {
        let of = node.items_of("cases").first().and_then(|case| self.case(case));
        let Some((of, what)) = of.zip(node.get("do")) else { return };
        let actions = self.deed(what, &of);
        let is_computed = |field: &str| actions.iter().any(|it| it.batch.each.contains_key(field));
        for Entry { key, .. } in
            node.entries_of("ask").iter().filter(|it| is_computed(&it.key.text))
        {
            let message = format!("成批时「{}」由 batch 的 each 逐件算出，不用答", key.text);
            self.report.error(&key.spot, message, "去掉它，答 batch 的 ask 里的各项");
        }
    }

    /// `section` or `section.field`.
    fn form(&self, node: &Node, of: &[&'c Definition]) {
        for Entry { key, value } in node.entries_of("form") {
            let (section, field) =
                key.text.split_once('.').map_or((key.text.as_str(), None), |(s, f)| (s, Some(f)));
            let sections: Vec<_> =
                of.iter().filter_map(|of| of.form.sections.get(section)).collect();
            if sections.is_empty() {
                let known = of.iter().flat_map(|of| of.form.sections.keys());
                self.report.unknown(&key.spot, "栏目", section, known.map(|it| it.as_str()));
                continue;
            }
            let Some(field) = field else {
                self.filled(value, &sections);
                continue;
            };
            if !sections.iter().any(|section| section.fields.contains_key(field)) {
                let known = sections.iter().flat_map(|section| section.fields.keys());
                self.report.unknown(&key.spot, "字段", field, known.map(|it| it.as_str()));
            }
        }
    }

    fn expect(&self, node: &'c Node) {
        let Some(of) = node.get("case").and_then(|case| self.case(case)) else { return };
        if let Some(state) = node.get("state") {
            let known = of.iter().flat_map(|of| of.states.keys()).map(|it| it.as_str());
            self.one_of(&state.spot, "状态", state.text().unwrap_or_default(), known);
        }
        for (key, what) in EXPECTED {
            for entry in node.entries_of(key) {
                let name = entry.key.text.split('@').next().unwrap_or_default();
                if key == "vars" && self.is_value(name, &of) {
                    let message = format!("「{name}」不是变量，是 values 里的值");
                    self.report.error(
                        &entry.key.spot,
                        message,
                        format!("写成 values: {{{name}: 值}}"),
                    );
                    continue;
                }
                self.one_of(&entry.key.spot, what, name, self.known(key, &of).into_iter());
            }
        }
        self.valued(node, &of);
        self.people(node);
        self.called(node, &of);
        self.form(node, &of);
        self.kept(node, &of);
        self.told(node);
        self.shown(node, &of);
        self.ends(node);
        for entry in node.entries_of("offers") {
            let offered = entry.value.items().iter();
            let kinds = ["has", "not"].into_iter().flat_map(|key| entry.value.items_of(key));
            for offered in offered.chain(kinds) {
                self.deed(offered, &of);
            }
        }
    }

    fn is_value(&self, name: &str, of: &[&'c Definition]) -> bool {
        !self.known("vars", of).contains(&name) && self.known("values", of).contains(&name)
    }

    fn known(&self, key: &str, of: &[&'c Definition]) -> Vec<&'c str> {
        let of = of.iter().copied();
        match key {
            "vars" => of.flat_map(|of| of.vars.keys()).map(|it| it.as_str()).collect(),
            "values" => of.flat_map(|of| of.values.keys()).map(|it| it.as_str()).collect(),
            "labels" => of.flat_map(|of| of.labels.keys()).map(|it| it.as_str()).collect(),
            "tasks" => of.flat_map(|of| of.tasks.keys()).map(|it| it.as_str()).collect(),
            _ => {
                let timers = of.flat_map(|of| {
                    let states = of.states.values().flat_map(|state| state.timers.keys());
                    states.chain(of.tasks.values().flat_map(|task| task.timers.keys()))
                });
                timers.map(|it| it.as_str()).collect()
            }
        }
    }

    fn one_of<'k>(
        &self,
        spot: &Spot,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.collect();
        if !known.contains(&name) {
            self.report.unknown(spot, what, name, known);
        }
    }
}

/// Every text below a node but who acts, and who is expected to.
fn gather<'n>(node: &'n Node, texts: &mut BTreeSet<&'n str>) {
    texts.extend(node.text());
    node.items().iter().for_each(|item| gather(item, texts));
    let is_acting = |key: &str| ["by", "row", "tasks"].contains(&key);
    for entry in node.entries().iter().filter(|entry| !is_acting(&entry.key.text)) {
        texts.insert(&entry.key.text);
        gather(&entry.value, texts);
    }
}
