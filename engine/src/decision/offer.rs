//! What one actor may do with one case now. The same tests as `decide`: a button shows exactly when
//! it works.

use std::collections::BTreeMap;

use super::{Actor, Case, Facts};
use crate::{
    calendar::Moment,
    definition::{CheckSeverity, Definition},
    names::{ActionName, CheckName, RuleName, SectionName, SubjectName, TaskName},
};

/// An open task that the actor may act in.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The task.
    pub task: TaskName,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// When it is due, by its first timer.
    pub due: Option<Moment>,
    /// The parts of the form that may be edited: `section` or `section.field`.
    pub edit: Vec<String>,
    /// The sections the actor sees; `None` is all.
    pub sees: Option<Vec<SectionName>>,
    /// The actions, in the order of the definition.
    pub actions: Vec<OfferedAction>,
}

/// An action that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedAction {
    /// The action.
    pub action: ActionName,
    /// Requirements that do not depend on what is asked or edited and do not hold now: the action
    /// is shown but refused, with these texts.
    pub refused: Vec<(RuleName, String)>,
}

/// Whether an actor may start a case of a definition, for the subjects given.
#[derive(Clone, Debug, PartialEq)]
pub struct StartOffer {
    /// Requirements that do not depend on what is asked and do not hold now.
    pub refused: Vec<(RuleName, String)>,
    /// The start-checks of the start, each with its outcome.
    pub checks: Vec<CheckOutcome>,
}

/// The outcome of one start-check (开始检测).
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOutcome {
    /// Which.
    pub check: CheckName,
    /// What a failure means.
    pub severity: CheckSeverity,
    /// The reason of each failure; none where it is passed.
    pub failures: Vec<String>,
    /// More about the failures.
    pub detail: Option<String>,
    /// The part of the form where it is mended.
    pub part: Option<String>,
}

/// What the actor may do with the case now. Facts must hold what [`super::needs_to_show`] asks.
#[must_use]
pub fn offers(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<Offer> {
    let _ = (definition, case, actor, facts, now);
    Vec::new()
}

/// Whether the actor may start a case for these subjects, and what stands against it; `None` where
/// starting is not for this actor. Facts must hold what [`super::needs_to_start`] asks.
#[must_use]
pub fn start_offer(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> Option<StartOffer> {
    let _ = (definition, actor, given, facts, now);
    None
}
