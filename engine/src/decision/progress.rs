//! One decision in progress: the case as changed so far, and what has happened to it.
//!
//! Invariant: the case changes only through an event that is recorded, so the history folds to it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Actor, Case, Decision, Effect, Event, Facts, Rejection, RejectionKind, TimerId, Undecided,
    knowledge::{Asked, Knowledge},
};
use crate::{
    calendar::Moment,
    definition::{Definition, Fields},
    expression::Value,
    names::TaskName,
};

/// Who acts, and what was asked of them, while an action is carried out.
#[derive(Clone, Debug)]
pub(super) struct Context<'a> {
    pub(super) actor: Actor,
    pub(super) fields: &'a Fields,
    pub(super) asked: BTreeMap<String, Value>,
    /// The timer whose end this is.
    pub(super) timer: Option<Ended>,
}

/// The end of a timer, while what follows it is carried out.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) timer: TimerId,
    /// Whether the case stays where it is: then letters only remind.
    pub(super) stays: bool,
}

/// A decision in progress.
#[derive(Clone, Debug)]
pub(super) struct Progress<'a> {
    pub(super) definition: &'a Definition,
    pub(super) facts: &'a Facts,
    pub(super) now: Moment,
    pub(super) case: Case,
    pub(super) events: Vec<Event>,
    pub(super) effects: Vec<Effect>,
    pub(super) context: Option<Context<'a>>,
    /// The rows of `each` tasks whose answers became void, or that were closed: their time begins anew.
    pub(super) reopened: BTreeSet<(TaskName, String)>,
}

/// So many of the last are looked at to tell what goes round.
const ROUND: usize = 24;

impl<'a> Progress<'a> {
    pub(super) fn new(
        definition: &'a Definition,
        case: Case,
        facts: &'a Facts,
        now: Moment,
    ) -> Self {
        Self {
            definition,
            facts,
            now,
            case,
            events: Vec::new(),
            effects: Vec::new(),
            context: None,
            reopened: BTreeSet::new(),
        }
    }

    /// Records what happened and changes the case accordingly.
    pub(super) fn record(&mut self, event: Event) {
        self.case.apply(&event, self.now);
        self.events.push(event);
    }

    /// What expressions may know at this point.
    pub(super) fn knowledge(&self) -> Knowledge<'_> {
        let context = self.context.as_ref();
        let asked = context.map(|context| Asked { fields: context.fields, values: &context.asked });
        Knowledge::new(self.definition, &self.case, self.facts, self.now)
            .with_actor(context.map(|context| &context.actor))
            .with_asked(asked)
    }

    /// Carries something out that may have to wait: the refusal, and nothing changed, where a hold
    /// that the case would newly take is full.
    pub(super) fn attempt(
        &mut self,
        carry_out: impl FnOnce(&mut Self) -> Result<(), Undecided>,
    ) -> Result<Option<Rejection>, Undecided> {
        if self.definition.holds.is_empty() {
            return carry_out(self).map(|()| None);
        }
        self.attempt_while(carry_out, |kind| matches!(kind, RejectionKind::Held { .. }))
    }

    /// Carries out the end of a timer, which nobody is there to hear refused: it waits for whatever
    /// stands against it, but not for the author of what cannot be evaluated.
    pub(super) fn attempt_end(
        &mut self,
        carry_out: impl FnOnce(&mut Self) -> Result<(), Undecided>,
    ) -> Result<Option<Rejection>, Undecided> {
        self.attempt_while(carry_out, |kind| !matches!(kind, RejectionKind::Evaluation(_)))
    }

    fn attempt_while(
        &mut self,
        carry_out: impl FnOnce(&mut Self) -> Result<(), Undecided>,
        waits: impl Fn(&RejectionKind) -> bool,
    ) -> Result<Option<Rejection>, Undecided> {
        let before = self.clone();
        let held = self.claims()?;
        let refused = match carry_out(self) {
            Ok(()) => self.refused_hold(&held)?,
            Err(Undecided::Rejected(rejection)) if waits(&rejection.kind) => Some(rejection),
            Err(undecided) => return Err(undecided),
        };
        if refused.is_some() {
            *self = before;
        }
        Ok(refused)
    }

    pub(super) fn done(mut self, revision: u64) -> Result<Decision, Undecided> {
        if !self.events.is_empty() {
            self.case.revision = revision;
        }
        let claims = self.claims()?;
        Ok(Decision { events: self.events, effects: self.effects, case: self.case, claims })
    }
}

/// A loop that does not end is an error of the definition; the case stays as it was.
pub(super) fn endless(what: &str) -> Undecided {
    reject(RejectionKind::Evaluation(format!("{what}循环，没有停下来")))
}

/// The names of those that went round, each once, as they came first of late.
pub(super) fn going_round<'e>(names: impl DoubleEndedIterator<Item = &'e str>) -> String {
    let mut round: Vec<&str> = Vec::new();
    for name in names.rev().take(ROUND) {
        if !round.contains(&name) {
            round.push(name);
        }
    }
    round.reverse();
    round.join("、")
}

pub(super) fn reject(kind: RejectionKind) -> Undecided {
    Undecided::Rejected(Rejection::from(kind))
}
