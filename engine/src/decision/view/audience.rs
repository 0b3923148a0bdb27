//! Who an open task is for, and who of them has to act in it now.

use std::collections::BTreeSet;

use crate::{
    calendar::Moment,
    decision::{Audience, Case, Facts, Undecided, knowledge::Knowledge},
    definition::{Definition, Who, WhoKind},
    names::TaskName,
};

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
    let meant = match row {
        Some(row) => vec![Audience::Account(row.into())],
        None => {
            let knowledge = Knowledge::new(definition, case, facts, now);
            open_audience(&knowledge, task).unwrap_or_default()
        }
    };
    handed(case, task, row, meant)
}

/// Who finds the case although it is not, or not only, among what they have to do: those who may act in
/// an optional task, and everybody but whoever started it who acts by name, has acted so, got a task
/// from somebody or reads along.
#[must_use]
pub fn concerned(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeSet<Audience> {
    let mut concerned = BTreeSet::new();
    for (name, open) in &case.tasks {
        let is_optional = definition.task(name).is_some_and(|task| task.optional);
        let rows = open.rows.iter().map(|row| Some(row.as_str()));
        let rows = rows.chain(open.rows.is_empty().then_some(None));
        let audience = rows.flat_map(|row| audience(definition, case, name, row, facts, now));
        concerned.extend(audience.filter(|one| match one {
            Audience::Account(_) => true,
            Audience::Role { .. } => is_optional,
            Audience::Service(_) | Audience::Link(_) | Audience::Case(_) => false,
        }));
    }
    let by_name = case.answers.iter().filter(|(name, _)| is_by_name(definition, name));
    let acted = by_name.flat_map(|(_, answers)| answers).map(|it| it.by.as_str().into());
    let handed = case.handed.iter().map(|handover| handover.to.clone());
    let told = acted.chain(handed).chain(case.copies.iter().cloned());
    concerned.extend(told.map(Audience::Account));
    concerned.retain(|one| {
        let Audience::Account(account) = one else { return true };
        case.started_by.as_ref() != Some(account)
    });
    concerned
}

/// Whether a task is for one person, whatever posts that person holds.
fn is_by_name(definition: &Definition, task: &TaskName) -> bool {
    let participant =
        definition.task(task).and_then(|task| definition.participants.get(&task.participant));
    let is_account = |who: &Who| matches!(who.kind, WhoKind::Account(_));
    participant.is_some_and(|participant| participant.whos().all(is_account))
}

/// Who has to act in a task now, of an `each` task in these of its rows: where it was handed over,
/// those who got it.
pub(in crate::decision) fn owing_audience(
    knowledge: &Knowledge<'_>,
    name: &TaskName,
    rows: Option<&[String]>,
) -> Result<Vec<Audience>, Undecided> {
    let meant = open_audience(knowledge, name)?;
    let Some(rows) = rows else { return Ok(handed(knowledge.case, name, None, meant)) };
    let of_row = |row: &String| {
        let one = Audience::Account(row.as_str().into());
        // Who was taken off the list owes nothing any more, and nobody for him.
        let is_meant = meant.contains(&one);
        if is_meant { handed(knowledge.case, name, Some(row), vec![one]) } else { Vec::new() }
    };
    Ok(rows.iter().flat_map(of_row).collect())
}

/// Who a task is for, whoever it was handed to.
fn open_audience(knowledge: &Knowledge<'_>, name: &TaskName) -> Result<Vec<Audience>, Undecided> {
    let Some(task) = knowledge.definition.tasks.get(name) else { return Ok(Vec::new()) };
    let standing = knowledge.participant(&task.participant)?;
    let audience = standing.map(|standing| standing.audience).unwrap_or_default();
    let open = knowledge.case.tasks.get(name).filter(|open| !open.rows.is_empty());
    let is_open = |one: &Audience| match (open, one) {
        (Some(open), Audience::Account(account)) => {
            open.rows.iter().any(|row| row == account.as_str())
        }
        _ => true,
    };
    Ok(audience.into_iter().filter(is_open).collect())
}

/// An audience with those to whom the task was handed over, without those who passed it on.
fn handed(
    case: &Case,
    task: &TaskName,
    row: Option<&str>,
    mut audience: Vec<Audience>,
) -> Vec<Audience> {
    let of_task = case.handed.iter().filter(|handover| handover.task == *task);
    for handover in of_task.filter(|it| row.is_none() || it.row.as_deref() == row) {
        if handover.is_final {
            audience.retain(|one| *one != Audience::Account(handover.from.clone()));
        }
        audience.push(Audience::Account(handover.to.clone()));
    }
    audience
}
