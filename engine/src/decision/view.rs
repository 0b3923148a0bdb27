//! What stores and pages ask about a case beside commands: its status, labels, holds, audiences,
//! and what one actor may see. Facts must hold what [`needs_to_show`] asks; what cannot be known
//! without them is left out.

mod audience;
mod fields;
mod told;

use std::collections::BTreeMap;

pub(super) use audience::owing_audience;
pub use audience::{audience, concerned};
pub use fields::{FieldState, asked_state, examined, form_state, start_faults, start_state};
pub use told::{advice, start_values, values};

use super::{
    Actor, Case, CheckOutcome, Facts, FieldFault, HoldClaim, Needs, Rejection, Undecided, Visit,
    examine::Examination,
    knowledge::{Knowledge, map},
    offer::unborn,
    start,
};
use crate::{
    calendar::Moment,
    definition::{Checks, Definition, Who},
    expression::Value,
    names::{
        AccountId, LabelName, LinkName, ParticipantName, RoleName, SectionName, StatusId,
        SubjectName, TaskName, UnitId,
    },
};

/// What must be loaded before this case can be shown or offered to anybody; ask again with those
/// loaded, until nothing is needed.
#[must_use]
pub fn needs_to_show(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> Needs {
    let knowledge = Knowledge::new(definition, case, facts, now);
    knowledge.touch_all();
    let mut needs = knowledge.missing();
    let mut note = |undecided: Option<Undecided>| {
        if let Some(Undecided::Needs(more)) = undecided {
            needs.add(*more);
        }
    };
    definition.participants.keys().for_each(|name| note(knowledge.participant(name).err()));
    case.handed.iter().for_each(|handover| note(knowledge.is_owner(handover).err()));
    needs
}

/// What must be loaded before status, labels, holds and audiences of this case can be told; ask
/// again with those loaded, until nothing is needed.
#[must_use]
pub fn needs_to_keep(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> Needs {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let mut needs = Needs::default();
    let mut note = |undecided: Option<Undecided>| {
        if let Some(Undecided::Needs(more)) = undecided {
            needs.add(*more);
        }
    };
    for label in definition.labels.values() {
        note(knowledge.evaluate(label).err());
    }
    let rows = definition.states.get(&case.visit.state).map_or(&[][..], |state| &state.status);
    for (when, _) in rows {
        note(knowledge.allows(when.as_ref()).err());
    }
    note(knowledge.claims().err());
    for task in case.tasks.keys().filter_map(|task| definition.tasks.get(task)) {
        note(knowledge.participant(&task.participant).err());
    }
    needs
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
    let begun = start::begin(definition, &unborn(actor, given), facts, now);
    begun.map_or_else(
        |_| Needs::default(),
        |begun| {
            let mut needs = needs_to_show(definition, &begun.case, facts, now);
            // A case that does not exist yet has no uses of holds, and facts never name it.
            needs.holds.clear();
            needs
        },
    )
}

/// Whether the actor is (one of) the participant, or acts or has answered for one.
#[must_use]
pub fn fits(
    definition: &Definition,
    case: &Case,
    participant: &ParticipantName,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> bool {
    let knowledge = Knowledge::new(definition, case, facts, now);
    knowledge.stands_as(participant, actor).unwrap_or(false)
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
    let knowledge = Knowledge::new(definition, case, facts, now);
    let task = definition.tasks.get(task);
    let standing = task.and_then(|task| knowledge.participant(&task.participant).ok().flatten());
    standing.map(|standing| standing.excluded.into_iter().collect()).unwrap_or_default()
}

/// The searchable attributes; those without a value are left out.
#[must_use]
pub fn labels(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<LabelName, Value> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let labels = definition.labels.iter().filter_map(|(name, expression)| {
        let value = knowledge.evaluate(expression).ok().filter(|value| !value.is_none())?;
        Some((name.clone(), value))
    });
    labels.collect()
}

/// A value of the definition as it is now; `None` where there is none of that name.
///
/// # Errors
/// What it needs to know, or why it cannot be computed.
#[must_use]
pub(crate) fn value(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    name: &str,
    now: Moment,
) -> Option<Result<Value, Undecided>> {
    let value = definition.values.get(name)?;
    Some(Knowledge::new(definition, case, facts, now).evaluate(value))
}

/// The labels that cannot be computed, each with the reason: a division by zero, say.
#[must_use]
pub fn label_faults(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Vec<(LabelName, Rejection)> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let faults = definition.labels.iter().filter_map(|(name, expression)| {
        match knowledge.evaluate(expression) {
            Err(Undecided::Rejected(rejection)) => Some((name.clone(), rejection)),
            Err(Undecided::Needs(_)) | Ok(_) => None,
        }
    });
    faults.collect()
}

/// The public status; the state's own name if no row holds.
#[must_use]
pub fn status(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> StatusId {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let rows = definition.states.get(&case.visit.state).map_or(&[][..], |state| &state.status);
    let row = rows.iter().find(|(when, _)| knowledge.allows(when.as_ref()).unwrap_or(false));
    row.map_or_else(|| StatusId::from(case.visit.state.as_str()), |(_, status)| status.clone())
}

/// What the case holds in its present state.
#[must_use]
pub fn holds(definition: &Definition, case: &Case, facts: &Facts, now: Moment) -> Vec<HoldClaim> {
    Knowledge::new(definition, case, facts, now).claims().unwrap_or_default()
}

/// The start-checks of the case, each with its outcome, as an action with `checks: all` asks them.
///
/// # Errors
/// When a fact is missing or a check cannot be evaluated: then nothing is known to be passed.
pub fn checks(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Result<Vec<CheckOutcome>, Undecided> {
    let visible = Knowledge::new(definition, case, facts, now).visible_form()?;
    let as_handed_in = (visible != case.form).then(|| Case { form: visible, ..case.clone() });
    let case = as_handed_in.as_ref().unwrap_or(case);
    Knowledge::new(definition, case, facts, now).check(&Checks::All)
}

/// The gates before a case exists, each with its outcome, whether or not the actor may start it and
/// whether or not its subjects exist. Facts must hold what [`needs_to_start`] asks.
///
/// # Errors
/// As [`checks`].
pub fn gates(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> Result<Vec<CheckOutcome>, Undecided> {
    let begun = start::begin(definition, &unborn(actor, given), facts, now)?;
    begun.knowledge().check(&Checks::Gate)
}

/// What stands against the form as a whole: every fault that freezing it would find.
#[must_use]
pub fn form_faults(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Vec<FieldFault> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let mut examination = Examination::new(&knowledge);
    // What cannot be evaluated is told by the command that freezes.
    let _ = examination.form();
    examination.faults
}

/// The same, where it must be known of the whole form.
///
/// # Errors
/// What it needs to know, or what cannot be evaluated.
pub(crate) fn examined_form(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Result<Vec<FieldFault>, Undecided> {
    Knowledge::new(definition, case, facts, now).examined_form()
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
    let knowledge = Knowledge::new(definition, case, facts, now);
    let sections = definition.form.sections.keys();
    let seen = sections.filter(|name| knowledge.is_seen_by_actor(name, actor).unwrap_or(false));
    seen.cloned().collect()
}

/// The participants whose names are hidden from the actor, in history and letters too.
#[must_use]
pub fn unnamed(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<ParticipantName> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let is_actor = |name: &ParticipantName| knowledge.stands_as(name, actor).unwrap_or(false);
    let hidden = definition.participants.iter().filter(|(name, participant)| {
        // The row in force says it; where none is, each of them does.
        let standing = knowledge.participant(name).ok().flatten();
        let hides = |who: &Who| who.unnamed_to.iter().any(is_actor);
        match standing {
            Some(standing) => hides(standing.who),
            None => participant.whos().any(hides),
        }
    });
    hidden.map(|(name, _)| name.clone()).collect()
}

/// The tasks whose answers are not told to the actor yet: they are given apart (`apart: true`), and
/// the actor still has to answer, or may have to again, because whoever he gave the task to has not.
/// History, opinions and letters that tell answers ask here.
#[must_use]
pub fn untold(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<TaskName> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let apart = definition.tasks.iter().filter(|(_, task)| task.apart);
    let owed = apart.filter(|(name, task)| {
        let acting = knowledge.acting(name, task, None, actor).unwrap_or_default();
        acting.iter().any(|one| knowledge.is_open(name, task, None, one).unwrap_or(false))
            || case.has_given(name, actor)
    });
    owed.map(|(name, _)| name.clone()).collect()
}

/// Whether the actor may not know whose case it is: the name of whoever may start it is hidden.
#[must_use]
pub fn is_blind(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> bool {
    let starter = definition.start.by.as_ref();
    starter.is_some_and(|by| unnamed(definition, case, actor, facts, now).contains(by))
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
    let knowledge = Knowledge::new(definition, case, facts, now);
    let task = definition.tasks.get(task);
    task.and_then(|task| knowledge.parts_editable(task).ok()).unwrap_or_default()
}

/// The row by which other cases know this one: `{id, workflow, state, status, started, ended}`, labels and
/// the variables the definition shows.
#[must_use]
pub fn linked_row(
    definition: &Definition,
    case: &Case,
    status: &StatusId,
    labels: &BTreeMap<LabelName, Value>,
) -> Value {
    let Visit { state, .. } = &case.visit;
    let row = map([
        ("id", case.id.as_str().into()),
        ("workflow", definition.key.as_str().into()),
        ("state", state.as_str().into()),
        ("status", status.as_str().into()),
        ("started", case.started_at.into()),
        ("ended", Value::Bool(case.is_closed)),
    ]);
    let mut fields = row.as_map().cloned().unwrap_or_default();
    for label in definition.labels.keys() {
        let value = labels.get(label).cloned().unwrap_or_default();
        fields.entry(label.to_string()).or_insert(value);
    }
    for var in definition.shows.iter().chain(&definition.readers) {
        let value = case.vars.get(var).cloned().unwrap_or_default();
        fields.entry(var.to_string()).or_insert(value);
    }
    Value::Map(fields)
}

/// The posts whose holders read the case: role and unit.
#[must_use]
pub fn readers(definition: &Definition, case: &Case) -> Vec<(RoleName, UnitId)> {
    let posts = definition.readers.as_ref().and_then(|var| case.vars.get(var));
    let post = |row: &Value| {
        let text =
            |field: &str| row.get(field).and_then(Value::as_text).filter(|it| !it.is_empty());
        Some((RoleName::from(text("role")?), UnitId::from(text("unit")?)))
    };
    posts.and_then(Value::as_list).unwrap_or_default().iter().filter_map(post).collect()
}

/// The link of `definition` that answers `link` made by a case of the definition `other`.
#[must_use]
pub fn answering_link<'a>(
    definition: &'a Definition,
    other: &Definition,
    link: &LinkName,
) -> Option<&'a LinkName> {
    let made = other.links.get(link)?;
    let mut links = definition.links.iter();
    let (name, _) =
        links.find(|(_, back)| other.covers(&back.workflow) && back.direction != made.direction)?;
    Some(name)
}
