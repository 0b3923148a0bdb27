//! One command against one case.

use super::{Case, Command, Effect, Event, Facts, Needs, Rejection};
use crate::{
    calendar::Moment,
    definition::Definition,
    names::{CaseId, LinkName, NumberName},
};

/// What follows from a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What happened, in order. Nothing happened where it is empty: there is nothing to commit.
    pub events: Vec<Event>,
    /// What is to be done.
    pub effects: Vec<Effect>,
    /// The case with all events folded in, at its new revision.
    pub case: Case,
}

/// Why there is no decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Undecided {
    /// The command is not allowed now.
    Rejected(Rejection),
    /// Facts were missing: load these into [`Facts`] and decide again.
    Needs(Needs),
}

/// Decides one command received at `now`; the case is `None` exactly for [`Command::Start`].
///
/// # Errors
/// A rejection, or the facts that must be loaded first.
pub fn decide(
    definition: &Definition,
    case: Option<&Case>,
    command: &Command,
    facts: &Facts,
    now: Moment,
) -> Result<Decision, Undecided> {
    let _ = (definition, case, command, facts, now);
    Err(Undecided::Rejected(super::RejectionKind::NotAllowed.into()))
}

impl Decision {
    /// Completes an [`Effect::Number`] with the number drawn for its text.
    pub fn number(&mut self, series: &NumberName, text: &str, number: u64, at: Moment) {
        let number = text.replace("{n}", &number.to_string());
        self.happened(Event::Numbered { series: series.clone(), number }, at);
    }

    /// Completes an [`Effect::Start`] with the id of the case that was started.
    pub fn link(&mut self, link: &LinkName, case: &CaseId, at: Moment) {
        self.happened(Event::Linked { link: link.clone(), case: case.clone() }, at);
    }

    fn happened(&mut self, event: Event, at: Moment) {
        self.case.apply(&event, at);
        self.events.push(event);
    }
}

impl From<Rejection> for Undecided {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
