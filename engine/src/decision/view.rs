//! What stores and pages ask about a case beside commands: its status, labels, holds, audiences,
//! and what one actor may see. Facts must hold what [`needs_to_show`] asks.

use std::collections::BTreeMap;

use super::{Actor, Audience, Case, CheckOutcome, Facts, HoldClaim, Needs};
use crate::{
    calendar::Moment,
    definition::Definition,
    expression::Value,
    names::{
        AccountId, ActionName, LabelName, LinkName, ParticipantName, SectionName, StatusId,
        SubjectName, TaskName, WorkflowKey,
    },
};

/// What must be loaded before this case can be shown or offered to anybody; ask again with those
/// loaded, until nothing is needed.
#[must_use]
pub fn needs_to_show(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> Needs {
    let _ = (definition, case, facts, now);
    Needs::default()
}

/// What must be loaded before [`super::start_offer`]; ask again until nothing is needed.
#[must_use]
pub fn needs_to_start(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> Needs {
    let _ = (definition, actor, given, facts, now);
    Needs::default()
}

/// Whether the actor is (one of) the participant.
#[must_use]
pub fn fits(
    definition: &Definition,
    case: &Case,
    participant: &ParticipantName,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> bool {
    let _ = (definition, case, participant, actor, facts, now);
    false
}

/// Who an open task is for now; for a row of an `each` task, that row.
#[must_use]
pub fn audience(
    definition: &Definition,
    case: &Case,
    task: &TaskName,
    row: Option<&str>,
    facts: &Facts,
    now: Moment,
) -> Vec<Audience> {
    let _ = (definition, case, task, row, facts, now);
    Vec::new()
}

/// Accounts that may not act in an open task although they are in its audience.
#[must_use]
pub fn excluded(
    definition: &Definition,
    case: &Case,
    task: &TaskName,
    facts: &Facts,
    now: Moment,
) -> Vec<AccountId> {
    let _ = (definition, case, task, facts, now);
    Vec::new()
}

/// The searchable attributes; those without a value are left out.
#[must_use]
pub fn labels(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<LabelName, Value> {
    let _ = (definition, case, facts, now);
    BTreeMap::new()
}

/// The public status; the state's own name if no row holds.
#[must_use]
pub fn status(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> StatusId {
    let _ = (definition, facts, now);
    StatusId::from(case.visit.state.as_str())
}

/// What the case holds in its present state.
#[must_use]
pub fn holds(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> Vec<HoldClaim> {
    let _ = (definition, case, facts, now);
    Vec::new()
}

/// The start-checks of the case with their outcomes.
#[must_use]
pub fn checks(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Vec<CheckOutcome> {
    let _ = (definition, case, facts, now);
    Vec::new()
}

/// The sections the actor sees, in the order of the form; empty for somebody who is no participant.
#[must_use]
pub fn sees(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<SectionName> {
    let _ = (definition, case, actor, facts, now);
    Vec::new()
}

/// The parts of the form that the task lets edit: `section` or `section.field`.
#[must_use]
pub fn parts_editable(
    definition: &Definition,
    case: &Case,
    task: &TaskName,
    facts: &Facts,
    now: Moment,
) -> Vec<String> {
    let _ = (definition, case, task, facts, now);
    Vec::new()
}

/// How a field stands on the screen now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    /// Whether it (or the section) is shown.
    pub visible: bool,
    /// Whether it must be filled when the form is submitted.
    pub required: bool,
    /// The options of a choice, value and name, in their order.
    pub options: Vec<(String, String)>,
}

/// The state of each section (`section`) and field (`section.field`, `section[0].field`,
/// `section.rows[0].field`); fields of rows that do not exist yet are under `section[].field`.
#[must_use]
pub fn form_state(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let _ = (definition, case, facts, now);
    BTreeMap::new()
}

/// The same for the `ask` of an action of an open task, by field name.
#[must_use]
pub fn ask_state(
    definition: &Definition,
    case: &Case,
    (task, action): (&TaskName, &ActionName),
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let _ = (definition, case, task, action, facts, now);
    BTreeMap::new()
}

/// The same for what the start asks (`ask.field`) and its form, before there is a case.
#[must_use]
pub fn start_state(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let _ = (definition, actor, given, facts, now);
    BTreeMap::new()
}

/// The row by which other cases know this one: `{id, workflow, state, status, started}`, labels and
/// the variables the definition shows.
#[must_use]
pub fn linked_row(
    definition: &Definition,
    case: &Case,
    status: &StatusId,
    labels: &BTreeMap<LabelName, Value>,
) -> Value {
    let _ = (definition, case, status, labels);
    Value::None
}

/// The link of `definition` that answers a link made by a case of the given lineage.
#[must_use]
pub fn answering_link<'a>(
    definition: &'a Definition,
    lineage: &[WorkflowKey],
) -> Option<&'a LinkName> {
    let _ = (definition, lineage);
    None
}
