//! The row changes that a batch of changed cases amounts to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
};

use super::{
    Host, RuntimeError,
    unit::PendingJob,
    work::{BallotChange, Before, Kept, KeptHold, KeptTask, Work, to_json},
};
use crate::{
    decision::{Event, let_go},
    expression::Value,
    names::{SectionName, TaskName},
    store::{
        BallotRow, CaseRow, EVERYBODY, FormRow, HistoryRow, HoldKey, HoldRow, LabelRow, NEVER,
        OutboxRow, TaskKey, TaskRow, Writes, seal,
    },
};

/// Adds what changed in one case.
pub(super) fn write_case(
    writes: &mut Writes,
    work: Work,
    batch: &str,
    host: &dyn Host,
) -> Result<(), RuntimeError> {
    let id = work.case.id.to_string();
    let mut head = work.before.as_ref().map(|before| before.head.clone()).unwrap_or_default();
    for entry in &work.history {
        let (revision, at) = (revision(entry.revision), entry.at.0);
        let events = to_json("history", &id, &entry.events)?;
        head = seal(&head, &id, revision, at, &events);
        writes.history.push(HistoryRow {
            case_id: id.clone(),
            revision,
            at,
            batch: batch.to_owned(),
            events,
            hash: head.clone(),
        });
    }
    let nothing = Kept::default();
    let before = work.before.as_deref();
    let old = before.map_or(&nothing, |before| &before.derived.kept);
    write_form(writes, &work, before)?;
    write_tasks(writes, &work, before, old);
    write_labels(writes, &work, old);
    write_holds(writes, &work, old);
    writes.submissions.extend(work.submissions.iter().cloned());
    write_ballots(writes, &work, host)?;
    writes.cases.push(case_row(work, head)?);
    Ok(())
}

/// Only ballots that outlive the batch are written, each under a random id, sealed, and all of one
/// length: neither what is stored nor how long it is says what was voted.
fn write_ballots(writes: &mut Writes, work: &Work, host: &dyn Host) -> Result<(), RuntimeError> {
    let id = work.case.id.as_str();
    let mut cast: Vec<BallotRow> = Vec::new();
    for change in &work.ballots {
        match change {
            BallotChange::Cast(task, ballot) => cast.push(BallotRow {
                id: uuid::Uuid::new_v4().simple().to_string(),
                case_id: id.to_owned(),
                task: task.to_string(),
                ballot: host.seal(&ballot_place(id, task), padded(to_json("ballot", id, ballot)?)),
            }),
            BallotChange::Discard(task) => {
                cast.retain(|row| row.task != task.as_str());
                writes.ballots_gone.push((id.to_owned(), task.to_string()));
            }
        }
    }
    writes.ballots.extend(cast);
    Ok(())
}

/// Where a ballot belongs, for [`Host::seal`].
pub(super) fn ballot_place(case: &str, task: &TaskName) -> String {
    format!("ballots/{case}/{task}")
}

/// A JSON text with white space after it, so that its length is one of few.
fn padded(mut json: String) -> String {
    const STEP: usize = 512;
    let spaces = json.len().next_multiple_of(STEP) - json.len();
    json.extend(std::iter::repeat_n(' ', spaces));
    json
}

/// A revision as a column; a case never has more.
pub(super) fn revision(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The case without its form: that is kept by section.
fn case_row(work: Work, head: String) -> Result<CaseRow, RuntimeError> {
    let mut case = work.case;
    case.form = BTreeMap::new();
    let id = case.id.to_string();
    let definition = &work.published.reference;
    Ok(CaseRow {
        workflow: definition.key.to_string(),
        version: i64::from(definition.version),
        revision: revision(case.revision),
        state: case.visit.state.to_string(),
        status: work.derived.status.to_string(),
        is_closed: i64::from(case.is_closed),
        started_by: case.started_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        started_at: case.started_at.0,
        changed_at: work.history.last().map_or(case.started_at.0, |entry| entry.at.0),
        wake_at: case.next_wake().map_or(NEVER, |moment| moment.0),
        core: to_json("case", &id, &case)?,
        shown: to_json("row", &id, &work.derived.shown)?,
        kept: to_json("index", &id, &work.derived.kept)?,
        head,
        id,
    })
}

fn write_form(
    writes: &mut Writes,
    work: &Work,
    before: Option<&Before>,
) -> Result<(), RuntimeError> {
    let id = work.case.id.as_str();
    let old = |section: &SectionName| -> Option<&Value> { before?.form.get(section) };
    for (section, content) in &work.case.form {
        if old(section) != Some(content) {
            writes.forms.push(FormRow {
                case_id: id.to_owned(),
                section: section.to_string(),
                content: to_json("form", id, content)?,
            });
        }
    }
    Ok(())
}

fn write_tasks(writes: &mut Writes, work: &Work, before: Option<&Before>, old: &Kept) {
    let state = &work.case.visit.state;
    let status = &work.derived.status;
    let is_moved =
        before.is_none_or(|before| before.state != *state || before.derived.status != *status);
    let new = &work.derived.kept.tasks;
    let key = |kept: &KeptTask| TaskKey {
        case_id: work.case.id.to_string(),
        task: kept.task.to_string(),
        row_key: kept.row.clone(),
        audience: kept.audience.clone(),
    };
    let is_same =
        |a: &KeptTask, b: &KeptTask| a.task == b.task && a.row == b.row && a.audience == b.audience;
    let gone = old.tasks.iter().filter(|old| !new.iter().any(|new| is_same(new, old)));
    writes.tasks_gone.extend(gone.map(key));
    let events = || work.history.iter().flat_map(|entry| &entry.events);
    let handed = events().filter_map(let_go).map(|(task, account)| (task, account.as_str()));
    // What has closed is nobody's, though it opens again within the same millisecond.
    let closed = events().filter_map(|event| {
        let (Event::Closed { task } | Event::ListClosed { task }) = event else { return None };
        Some((task, EVERYBODY))
    });
    let let_go: BTreeMap<&TaskName, &str> = handed.chain(closed).collect();
    let is_changed =
        |kept: &&KeptTask| is_moved || !old.tasks.contains(kept) || let_go.contains_key(&kept.task);
    for kept in new.iter().filter(is_changed) {
        writes.tasks.push(TaskRow {
            key: key(kept),
            workflow: work.published.reference.key.to_string(),
            state: state.to_string(),
            status: status.to_string(),
            opened_at: kept.opened_at,
            due_at: kept.due_at,
            let_go: let_go.get(&kept.task).map(ToString::to_string).unwrap_or_default(),
        });
    }
}

fn write_labels(writes: &mut Writes, work: &Work, old: &Kept) {
    let new = &work.derived.kept.labels;
    let id = work.case.id.to_string();
    let gone = old.labels.keys().filter(|label| !new.contains_key(*label));
    writes.labels_gone.extend(gone.map(|label| (id.clone(), label.to_string())));
    for (label, value) in new {
        if old.labels.get(label) != Some(value) {
            writes.labels.push(LabelRow {
                case_id: id.clone(),
                label: label.to_string(),
                workflow: work.published.reference.key.to_string(),
                value: value.clone(),
            });
        }
    }
}

fn write_holds(writes: &mut Writes, work: &Work, old: &Kept) {
    let new = &work.derived.kept.holds;
    let key = |kept: &KeptHold| HoldKey {
        scope: work.published.scope().to_owned(),
        hold: kept.hold.to_string(),
        held: kept.held.clone(),
        case_id: work.case.id.to_string(),
    };
    let kept_keys: BTreeSet<HoldKey> = new.iter().map(key).collect();
    writes.holds_gone.extend(old.holds.iter().map(key).filter(|key| !kept_keys.contains(key)));
    for kept in new.iter().filter(|kept| !old.holds.contains(kept)) {
        let is_exclusive = kept.limit == 1 && kept.take == 1;
        writes.holds.push(HoldRow { key: key(kept), take: kept.take, is_exclusive });
    }
}

/// One row of the outbox.
pub(super) fn outbox_row(job: &PendingJob) -> Result<OutboxRow, RuntimeError> {
    let case_id = job.case.to_string();
    let effect = job.effect.as_ref().map(|effect| to_json("effect", &case_id, effect));
    Ok(OutboxRow {
        id: next_job_id(job.at.0),
        revision: revision(job.revision),
        kind: job.kind,
        effect: effect.transpose()?.unwrap_or_default(),
        created_at: job.at.0,
        case_id,
    })
}

/// The lowest bits of a job's id tell apart jobs of one millisecond.
const COUNTER_BITS: u32 = 20;

/// An id below those of all jobs ordered since.
pub(super) fn first_job_id(at: i64) -> i64 {
    at.max(0) << COUNTER_BITS
}

/// Where the counter of this process is. It begins at random, so that two processes hardly ever meet.
static COUNTER: LazyLock<AtomicI64> = LazyLock::new(|| AtomicI64::new(any_count()));

fn any_count() -> i64 {
    rand::random_range(0..1 << COUNTER_BITS)
}

/// Ids grow with time; the low bits are a counter.
fn next_job_id(at: i64) -> i64 {
    let counter = COUNTER.fetch_add(1, Ordering::Relaxed) & ((1 << COUNTER_BITS) - 1);
    first_job_id(at) | counter
}

/// Something that must be there once was there already; it may have been an id of another process that
/// this one met. It goes on elsewhere, for where the other has been is a row of ids, and the next of
/// them is taken too.
pub(super) fn begin_job_ids_anew() {
    COUNTER.store(any_count(), Ordering::Relaxed);
}
