//! What the world answers to the checks of a document: the document itself, and the units of the
//! demonstration.

use std::collections::BTreeMap;

use engine::{
    decision::{Facts, NeededFact, Needs},
    expression::Value,
};

use super::document::Document;
use crate::{demo::written::Written, facts::subjects::unit_value};

pub(super) struct Answers<'d> {
    pub(super) document: &'d Document,
    pub(super) written: &'d Written,
}

impl Answers<'_> {
    /// Loads what is needed.
    pub(super) fn load(&self, needs: Needs, facts: &mut Facts) {
        for name in needs.subjects.into_keys() {
            let subject = self.document.subject(name.as_str()).clone();
            facts.subjects.insert(name, subject);
        }
        for (key, needed) in needs.named {
            facts.named.insert(key, self.answer(&needed));
        }
        // A document has no links, tasks or holds.
        facts.linked.extend(needs.linked.into_keys().map(|link| (link, Vec::new())));
        facts.people.extend(needs.people.into_iter().map(|role| (role, Vec::new())));
        facts.holds.extend(needs.holds.into_iter().map(|hold| (hold, Default::default())));
    }

    fn answer(&self, needed: &NeededFact) -> Value {
        match needed {
            NeededFact::Cases { workflow, .. } => match workflow.as_str() {
                "binding" => self.document.bindings.clone(),
                "declaration" => self.document.others.clone(),
                _ => Value::List(Vec::new()),
            },
            NeededFact::Host { operation, with } => self.operation(operation.as_str(), with),
        }
    }

    fn operation(&self, operation: &str, with: &BTreeMap<String, Value>) -> Value {
        let text = |name: &str| with.get(name).and_then(Value::as_text).unwrap_or_default();
        match operation {
            "unit" => self.written.unit(text("id")).map(unit_value).into(),
            "bans" => self.document.bans.clone(),
            "library" => Value::Map(self.document.library.clone()),
            _ => Value::None,
        }
    }
}
