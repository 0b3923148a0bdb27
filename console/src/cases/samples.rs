//! Cases of the shipped workflows for tests, with histories written by hand.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use engine::{
    calendar::Moment,
    decision::{Actor, DefinitionRef, Event, Recorded},
    definition::{Compiled, Definition, compile},
    expression::Value,
};

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| compile(&crate::workflows::shipped()));

/// A shipped definition.
pub(crate) fn definition(key: &str) -> Arc<Definition> {
    let found = COMPILED.definitions.iter().find(|definition| definition.key.as_str() == key);
    found.cloned().unwrap_or_else(|| panic!("{key} is not shipped: {:?}", COMPILED.diagnostics))
}

/// A history under construction: one command after another, an hour apart.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) recorded: Vec<Recorded>,
    revision: u64,
}

impl History {
    /// A case that was begun by `a01`.
    pub(crate) fn started(asked: &[(&str, &str)], state: &str) -> Self {
        let mut history = Self::default();
        let started = Event::Started {
            id: "c-1".into(),
            definition: DefinitionRef { key: "x".into(), version: 1, hash: "".into() },
            by: account("a01"),
            given: BTreeMap::new(),
            asked: values(asked),
            form: BTreeMap::new(),
            vars: BTreeMap::new(),
        };
        history.command(vec![started, entered(state)]);
        history
    }

    /// An action of an account that leads to a state.
    pub(crate) fn acted(
        mut self,
        by: &str,
        (task, action): (&str, &str),
        asked: &[(&str, &str)],
        more: Vec<Event>,
        state: &str,
    ) -> Self {
        let acted = Event::Acted {
            by: account(by),
            task: task.into(),
            action: action.into(),
            row: None,
            asked: values(asked),
        };
        let events = std::iter::once(acted).chain(more).chain([entered(state)]);
        self.command(events.collect());
        self
    }

    fn command(&mut self, events: Vec<Event>) {
        // 2026-07-29 12:00 in Shanghai, then hour by hour.
        let hours = i64::try_from(self.revision).expect("a short history");
        let at = Moment(1_785_297_600_000 + hours * 3_600_000);
        self.revision += 1;
        let revision = self.revision;
        let events = (0..).zip(events);
        self.recorded.extend(events.map(|(index, event)| Recorded { revision, index, at, event }));
    }
}

/// A submission that changed these sections.
pub(crate) fn frozen(submission: u32, sections: &[&str]) -> Event {
    let changed = sections.iter().map(|section| ((*section).into(), String::new()));
    Event::Frozen { submission, changed: changed.collect(), rows: BTreeMap::new() }
}

fn entered(state: &str) -> Event {
    Event::Entered { state: state.into(), is_end: false }
}

fn account(id: &str) -> Actor {
    Actor::Account { id: id.into(), roles: Vec::new(), acting_for: None }
}

/// Texts; `a|b` is a list.
fn values(texts: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let value = |text: &str| match text.contains('|') {
        true => Value::List(text.split('|').map(|part| Value::Text(part.to_owned())).collect()),
        false => Value::Text(text.to_owned()),
    };
    texts.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
}

/// A library item that was returned once and then approved.
pub(crate) fn returned_once() -> History {
    let submit = ("fill", "submit");
    let marked = "paper.title|paper.files";
    History::started(&[("kind", "paper")], "draft")
        .acted("a01", submit, &[], vec![frozen(1, &["paper"])], "pending")
        .acted(
            "r01",
            ("review", "return"),
            &[("parts", marked), ("reason", "封面看不清")],
            Vec::new(),
            "returned",
        )
        .acted("a01", ("amend", "submit"), &[], vec![frozen(2, &["paper"])], "pending")
        .acted("r01", ("review", "approve"), &[("opinion", "材料齐全")], Vec::new(), "approved")
}
