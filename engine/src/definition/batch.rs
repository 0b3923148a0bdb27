//! What is done to many cases at once, and what is kept from some of those who read what was answered:
//! both are computed from answers alone.

use indexmap::IndexMap;

use super::{Action, Condition, Fields};
use crate::{
    expression::Expression,
    names::{FieldName, ParticipantName},
};

/// How an action is done to many cases at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Whether it may be.
    pub when: Condition,
    /// What is asked once for all, beside what the action asks.
    pub ask: Fields,
    /// Answers that differ from case to case: not asked, but computed from what was (`ask`) and the
    /// place of the case in the list (`place`, from 0).
    pub each: IndexMap<FieldName, Expression>,
}

impl Action {
    /// Whether it may ever be done to many cases at once.
    #[must_use]
    pub fn is_for_many(&self) -> bool {
        self.batch.when != Condition::Never
    }

    /// What is asked once where it is done to many cases at once.
    #[must_use]
    pub fn asked_of_many(&self) -> Fields {
        let own = self.ask.iter().filter(|(name, _)| !self.batch.each.contains_key(*name));
        let asked = own.chain(&self.batch.ask);
        asked.map(|(name, field)| (name.clone(), field.clone())).collect()
    }
}

/// From whom an answer is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Untold {
    /// These participants.
    pub to: Vec<ParticipantName>,
    /// Only while this holds of what was answered (`ask`).
    pub when: Option<Expression>,
}
