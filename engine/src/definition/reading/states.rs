//! States and tasks.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Reader, effects::key_node, participants::item, tone};
use crate::{
    definition::{
        Edit, State, StatusNames, Task,
        document::{Entry, Node},
        mention::paths,
        outline::participant_name,
        report::suggestion,
        scope::Scope,
        type_text::is_text,
        world::CODES,
    },
    expression::Expression,
    names::{StateName, StatusId, TaskName},
};

impl Reader<'_> {
    /// The states, and what people see for their statuses.
    pub(super) fn state_map(&self, scope: &Scope<'_>) -> (IndexMap<StateName, State>, StatusNames) {
        let mut names = StatusNames::new();
        let mut states = IndexMap::new();
        let codes = self.status_codes();
        for entry in self.outline.root.entries_of("states") {
            let status = self.status(entry, codes, &mut names, scope);
            let state = self.state_of(entry, status, &names, scope);
            states.insert(StateName::from(entry.key.text.as_str()), state);
        }
        (states, names)
    }

    fn state_of(
        &self,
        entry: &Entry,
        status: Vec<(Option<Expression>, StatusId)>,
        names: &StatusNames,
        scope: &Scope<'_>,
    ) -> State {
        let node = &entry.value;
        let public = status.last().and_then(|(_, id)| names.get(id)).cloned();
        let name = node.text_of("name").map(str::to_owned).or(public);
        State {
            name: name.unwrap_or_else(|| entry.key.text.clone()),
            status,
            tone: tone(node),
            enter: node.get("enter").map(|enter| self.step(enter, scope)).unwrap_or_default(),
            timers: self.timers(node, scope),
            choose: self.choose(node, scope),
            is_end: node.is_true("end"),
            public: node.get("public").map(|public| self.publicity(public)),
            advice: node
                .entries_of("advice")
                .iter()
                .filter_map(|entry| {
                    let participant = self.participant(&key_node(entry));
                    participant.zip(self.template(&entry.value, scope))
                })
                .collect(),
            place: entry.key.spot.place(),
        }
    }

    /// The group of `catalog/codes.yaml` that names the statuses.
    fn status_codes(&self) -> Option<&Node> {
        let group = self.outline.root.get("statuses")?;
        let name = group.text()?;
        let file = self.world.catalogue.get(CODES);
        let codes = file.and_then(|file| file.get(name));
        if file.is_none() && self.world.is_partial {
            self.report.give_up();
        } else if codes.is_none() {
            let known = file.map(Node::entries).unwrap_or_default().iter();
            let known = known.map(|entry| entry.key.text.as_str());
            self.report.unknown(&group.spot, &format!("状态名称（{CODES}）"), name, known);
        }
        codes
    }

    fn status(
        &self,
        entry: &Entry,
        codes: Option<&Node>,
        names: &mut StatusNames,
        scope: &Scope<'_>,
    ) -> Vec<(Option<Expression>, StatusId)> {
        let mut rows = Vec::new();
        let mut add = |node: Option<&Node>, when: Option<Expression>, id: &str| {
            let known = codes.and_then(|codes| codes.text_of(id));
            let own = entry.value.text_of("name");
            self.tell_uncoded(node, id);
            if let (None, Some(codes)) = (known, codes) {
                let spot = node.map_or(&entry.key.spot, |node| &node.spot);
                let ids = codes.entries().iter().map(|entry| entry.key.text.as_str());
                self.report.error(
                    spot,
                    format!("状态「{}」的公开状态「{id}」没有中文名", entry.key.text),
                    format!("在 {CODES} 加上，或写 status。{}", suggestion(id, ids)),
                );
            }
            let name = known.or(own).unwrap_or(id);
            names.insert(id.into(), name.to_owned());
            rows.push((when, StatusId::from(id)));
        };
        let status = entry.value.get("status");
        match status {
            Some(status) if status.text().is_none() => {
                for row in status.entries() {
                    let when = self.when(&row.value, scope);
                    let is = row.value.get("is");
                    add(is, when, row.value.text_of("is").unwrap_or_default());
                }
            }
            Some(status) => add(Some(status), None, status.text().unwrap_or_default()),
            None => add(None, None, &entry.key.text),
        }
        rows
    }

    /// A public status that nothing names, and that is no state either.
    fn tell_uncoded(&self, node: Option<&Node>, id: &str) {
        let Some(node) = node.filter(|_| self.outline.root.get("statuses").is_none()) else {
            return;
        };
        if !self.outline.states.iter().any(|state| state == id) {
            let message = format!("公开状态「{id}」没有名称：流程没有写 statuses");
            let states = self.outline.states.iter().map(String::as_str);
            let remedy = format!(
                "加上 statuses: {CODES} 里的一组，或写这个流程的一个状态，或去掉 status。{}",
                suggestion(id, states)
            );
            self.report.doubt(&node.spot, message, remedy);
        }
    }

    /// Every task, in the order of the text.
    pub(super) fn task_map(&self, scope: &Scope<'_>) -> IndexMap<TaskName, Task> {
        let mut tasks = IndexMap::new();
        for state in self.outline.root.entries_of("states") {
            for entry in state.value.entries_of("tasks") {
                if let Some(other) = entry.value.entry("in") {
                    let message = format!("任务「{}」写在状态里，不用写 in", entry.key.text);
                    self.report.error(&other.key.spot, message, "去掉 in，或移到顶层的 tasks");
                }
                let states = vec![StateName::from(state.key.text.as_str())];
                let (name, task) = self.task(entry, states, scope);
                tasks.insert(name, task);
            }
        }
        for entry in self.outline.root.entries_of("tasks") {
            if entry.value.items_of("in").is_empty() {
                let message = format!("任务「{}」没有说在哪些状态里开着", entry.key.text);
                self.report.error(&entry.key.spot, message, "加上 in: [状态]");
            }
            let states = self.states(entry.value.items_of("in"));
            let (name, task) = self.task(entry, states, scope);
            tasks.insert(name, task);
        }
        tasks
    }

    fn task(&self, entry: &Entry, states: Vec<StateName>, scope: &Scope<'_>) -> (TaskName, Task) {
        let node = &entry.value;
        // A task whose participant is not known keeps its ways through the states.
        let participant = participant_name(entry);
        match node.get("for").filter(|node| node.text().is_some()) {
            Some(name) => {
                self.participant(name);
            }
            None => self.use_names(vec![vec![format!("participant {participant}")]]),
        }
        if node.get("actions").is_some_and(|actions| actions.entries().is_empty()) {
            let message = format!("任务「{}」没有动作，谁也办不了", entry.key.text);
            self.report.error(&entry.key.spot, message, "在 actions 里加上动作");
        }
        let actions = node.entries_of("actions").iter().map(|action| {
            let name = action.key.text.as_str();
            (name.into(), self.action(&action.value, name, scope))
        });
        let task = Task {
            name: node.text_of("name").unwrap_or(&entry.key.text).to_owned(),
            states,
            when: self.when(node, scope),
            repeat: node.is_true("repeat"),
            keep: node.is_true("keep"),
            secret: node.is_true("secret"),
            apart: node.is_true("apart"),
            edit: self.edit(node, scope),
            optional: node.is_true("optional"),
            timers: self.task_timers(entry, scope),
            actions: actions.collect(),
            participant: participant.into(),
        };
        let outline = self.outline.tasks.get(&entry.key.text);
        // Whoever is not known may be several.
        let may_be = |task| !self.outline.is_participant_known(task);
        let is_each = outline.is_none_or(|task| task.is_each || may_be(task));
        self.keep_apart(entry, &task, is_each);
        self.keep_secret(entry, &task, is_each);
        (entry.key.text.as_str().into(), task)
    }

    fn edit(&self, task: &Node, scope: &Scope<'_>) -> Edit {
        let Some(node) = task.get("edit") else { return Edit::Nothing };
        if !self.outline.has_form() {
            self.report.error(&node.spot, "没有表单，没有什么可以修改", "去掉 edit，或写 form");
            return Edit::Nothing;
        }
        if node.text() == Some("all") {
            return Edit::All;
        }
        let expected = "all，或可以改的部分（文本）的清单";
        let parts =
            self.expression_of(node, scope, expected, |kind| item(kind).is_some_and(is_text));
        self.examine_parts(node, parts.as_ref());
        parts.map_or(Edit::Nothing, Edit::Parts)
    }

    /// Parts that are written out must be parts of the form.
    fn examine_parts(&self, node: &Node, parts: Option<&Expression>) {
        let parts = parts.and_then(Expression::listed_texts).unwrap_or_default();
        for part in parts.iter().map(String::as_str) {
            let (section, field) = part.split_once('.').map_or((part, None), |(s, f)| (s, Some(f)));
            let section = section.split_once('[').map_or(section, |(section, _)| section);
            let source = node.text().unwrap_or_default();
            let quoted = ["'", "\""].map(|mark| source.find(&format!("{mark}{part}{mark}")));
            let start =
                quoted.into_iter().flatten().min().map_or(0, |at| source[..=at].chars().count());
            let place = node.spot.place_within(source, start);
            let known = &self.outline.sections;
            match (known.get(section), field) {
                (None, _) if self.outline.is_form_known => {
                    let names = known.keys().map(String::as_str);
                    let message = format!("表单没有「{part}」这一部分");
                    self.report.error_at(place, message, suggestion(section, names));
                }
                (Some(section), Some(field)) if !section.fields.contains_key(field) => {
                    let names = section.fields.keys().map(String::as_str);
                    let message = format!("表单没有「{part}」这一部分");
                    self.report.error_at(place, message, suggestion(field, names));
                }
                (None | Some(_), _) => {}
            }
        }
    }

    /// The names that the letters of the definition mention.
    pub(in crate::definition) fn names_in_letters(&self) -> BTreeSet<String> {
        let letters = self.letters.borrow();
        let texts = letters.iter().filter_map(|name| self.world.letters.get(name));
        texts.flat_map(|text| paths(text)).flatten().collect()
    }
}
