//! The row changes of one batch of commands, flushed table by table in multi-row statements.
//!
//! Invariant: whatever another writer has changed meanwhile makes a statement fail (a revision, key
//! or hold that is there already); nothing is overwritten unseen.

use super::{
    numbers::{SeriesKey, last_numbers},
    statement::{Argument, Rows},
};

/// Never, as a moment.
pub(crate) const NEVER: i64 = i64::MAX;

/// Everything one batch writes.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    pub(crate) history: Vec<HistoryRow>,
    pub(crate) cases: Vec<CaseRow>,
    pub(crate) forms: Vec<FormRow>,
    pub(crate) submissions: Vec<SubmissionRow>,
    pub(crate) ballots_gone: Vec<(String, String)>,
    pub(crate) ballots: Vec<BallotRow>,
    pub(crate) tasks_gone: Vec<TaskKey>,
    pub(crate) tasks: Vec<TaskRow>,
    pub(crate) labels_gone: Vec<(String, String)>,
    pub(crate) labels: Vec<LabelRow>,
    pub(crate) holds_gone: Vec<HoldKey>,
    pub(crate) holds: Vec<HoldRow>,
    pub(crate) idempotency: Vec<IdempotencyRow>,
    pub(crate) numbers: Vec<(SeriesKey, i64)>,
    pub(crate) outbox: Vec<OutboxRow>,
}

/// One command in the history of a case.
#[derive(Clone, Debug)]
pub(crate) struct HistoryRow {
    pub(crate) case_id: String,
    pub(crate) revision: i64,
    pub(crate) at: i64,
    pub(crate) batch: String,
    pub(crate) events: String,
    /// Its seal: see [`super::seal`].
    pub(crate) hash: String,
}

/// One case, new or changed.
#[derive(Debug)]
pub(crate) struct CaseRow {
    pub(crate) id: String,
    pub(crate) workflow: String,
    pub(crate) version: i64,
    pub(crate) revision: i64,
    pub(crate) state: String,
    pub(crate) status: String,
    pub(crate) is_closed: i64,
    pub(crate) started_by: String,
    pub(crate) started_at: i64,
    pub(crate) changed_at: i64,
    pub(crate) wake_at: i64,
    pub(crate) core: String,
    pub(crate) shown: String,
    pub(crate) kept: String,
    /// The seal of the newest row of its history.
    pub(crate) head: String,
}

/// One section of a form.
#[derive(Debug)]
pub(crate) struct FormRow {
    pub(crate) case_id: String,
    pub(crate) section: String,
    pub(crate) content: String,
}

/// A section frozen with new content.
#[derive(Clone, Debug)]
pub(crate) struct SubmissionRow {
    pub(crate) case_id: String,
    pub(crate) section: String,
    pub(crate) submission: i64,
    pub(crate) content: String,
}

/// One ballot of a secret task.
#[derive(Debug)]
pub(crate) struct BallotRow {
    pub(crate) id: String,
    pub(crate) case_id: String,
    pub(crate) task: String,
    pub(crate) ballot: String,
}

/// What tells open tasks apart in the table.
#[derive(Debug)]
pub(crate) struct TaskKey {
    pub(crate) case_id: String,
    pub(crate) task: String,
    pub(crate) row_key: String,
    pub(crate) audience: String,
}

/// Whose claim ends where the task has closed, as the statement that writes tasks says it too.
pub(crate) const EVERYBODY: &str = "*";

/// One open task for one audience.
#[derive(Debug)]
pub(crate) struct TaskRow {
    pub(crate) key: TaskKey,
    pub(crate) workflow: String,
    pub(crate) state: String,
    pub(crate) status: String,
    pub(crate) opened_at: i64,
    pub(crate) due_at: i64,
    /// Whose claim ends; empty where nobody's does, [`EVERYBODY`] where whoever has it.
    pub(crate) let_go: String,
}

/// One label of a case.
#[derive(Debug)]
pub(crate) struct LabelRow {
    pub(crate) case_id: String,
    pub(crate) label: String,
    pub(crate) workflow: String,
    pub(crate) value: String,
}

/// What tells uses of holds apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HoldKey {
    pub(crate) scope: String,
    pub(crate) hold: String,
    pub(crate) held: String,
    pub(crate) case_id: String,
}

/// One use of a hold.
#[derive(Debug)]
pub(crate) struct HoldRow {
    pub(crate) key: HoldKey,
    pub(crate) take: i64,
    pub(crate) is_exclusive: bool,
}

/// What was answered to a repeatable command.
#[derive(Debug)]
pub(crate) struct IdempotencyRow {
    pub(crate) account: String,
    pub(crate) key: String,
    pub(crate) payload: String,
    pub(crate) outcome: String,
    pub(crate) at: i64,
}

/// One job to be done.
#[derive(Clone, Debug)]
pub(crate) struct OutboxRow {
    pub(crate) id: i64,
    pub(crate) case_id: String,
    pub(crate) revision: i64,
    pub(crate) kind: &'static str,
    pub(crate) effect: String,
    pub(crate) created_at: i64,
}

impl Writes {
    /// Everything in order. The guards come first, and what is given up goes before what is taken,
    /// so that a hold can pass from one case to another: the holds taken are last.
    pub(crate) fn rows(self) -> (Vec<Rows>, Rows) {
        let all = vec![
            history(self.history),
            idempotency(self.idempotency),
            cases(self.cases),
            forms(self.forms),
            submissions(self.submissions),
            ballots_gone(self.ballots_gone),
            ballots(self.ballots),
            tasks_gone(self.tasks_gone),
            tasks(self.tasks),
            labels_gone(self.labels_gone),
            labels(self.labels),
            holds_gone(self.holds_gone),
            last_numbers(self.numbers),
            outbox(self.outbox),
        ];
        (all, holds(self.holds))
    }
}

fn history(rows: Vec<HistoryRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 6] {
        [
            row.case_id.into(),
            row.revision.into(),
            row.at.into(),
            row.batch.into(),
            row.events.into(),
            row.hash.into(),
        ]
    });
    Rows::new("INSERT INTO history (case_id, revision, at, batch, events, hash)", rows, "")
}

fn idempotency(rows: Vec<IdempotencyRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 5] {
        [row.account.into(), row.key.into(), row.payload.into(), row.outcome.into(), row.at.into()]
    });
    Rows::new("INSERT INTO idempotency (account, idempotency_key, payload, outcome, at)", rows, "")
}

fn cases(rows: Vec<CaseRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 15] {
        [
            row.id.into(),
            row.workflow.into(),
            row.version.into(),
            row.revision.into(),
            row.state.into(),
            row.status.into(),
            row.is_closed.into(),
            row.started_by.into(),
            row.started_at.into(),
            row.changed_at.into(),
            row.wake_at.into(),
            row.core.into(),
            row.shown.into(),
            row.kept.into(),
            row.head.into(),
        ]
    });
    Rows::new(
        "INSERT INTO cases (id, workflow, version, revision, state, status, is_closed, started_by, \
         started_at, changed_at, wake_at, core, shown, kept, head)",
        rows,
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, \
         revision = excluded.revision, state = excluded.state, status = excluded.status, \
         is_closed = excluded.is_closed, changed_at = excluded.changed_at, \
         wake_at = excluded.wake_at, core = excluded.core, shown = excluded.shown, \
         kept = excluded.kept, head = excluded.head",
    )
}

fn forms(rows: Vec<FormRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 3] {
        [row.case_id.into(), row.section.into(), row.content.into()]
    });
    Rows::new(
        "INSERT INTO forms (case_id, section, content)",
        rows,
        " ON CONFLICT (case_id, section) DO UPDATE SET content = excluded.content",
    )
}

fn submissions(rows: Vec<SubmissionRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 4] {
        [row.case_id.into(), row.section.into(), row.submission.into(), row.content.into()]
    });
    Rows::new("INSERT INTO submissions (case_id, section, submission, content)", rows, "")
}

fn ballots_gone(tasks: Vec<(String, String)>) -> Rows {
    let rows =
        tasks.into_iter().map(|(case_id, task)| -> [Argument; 2] { [case_id.into(), task.into()] });
    Rows::new("DELETE FROM ballots WHERE (case_id, task) IN (", rows, ")")
}

fn ballots(rows: Vec<BallotRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 4] {
        [row.id.into(), row.case_id.into(), row.task.into(), row.ballot.into()]
    });
    Rows::new("INSERT INTO ballots (id, case_id, task, ballot)", rows, "")
}

fn tasks_gone(keys: Vec<TaskKey>) -> Rows {
    let rows = keys.into_iter().map(task_key);
    Rows::new("DELETE FROM tasks WHERE (case_id, task, row_key, audience) IN (", rows, ")")
}

fn task_key(key: TaskKey) -> [Argument; 4] {
    [key.case_id.into(), key.task.into(), key.row_key.into(), key.audience.into()]
}

/// A claim lasts as long as the task stays open and whoever has it keeps the task; a task opened anew
/// is nobody's.
fn tasks(rows: Vec<TaskRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 11] {
        let [case_id, task, row_key, audience] = task_key(row.key);
        [
            case_id,
            task,
            row_key,
            audience,
            row.workflow.into(),
            row.state.into(),
            row.status.into(),
            row.opened_at.into(),
            row.due_at.into(),
            row.let_go.into(),
            0.into(),
        ]
    });
    Rows::new(
        "INSERT INTO tasks (case_id, task, row_key, audience, workflow, state, status, opened_at, \
         due_at, claimed_by, claimed_until)",
        rows,
        " ON CONFLICT (case_id, task, row_key, audience) DO UPDATE SET \
         claimed_until = CASE WHEN tasks.opened_at = excluded.opened_at \
         AND excluded.claimed_by NOT IN ('*', tasks.claimed_by) THEN tasks.claimed_until ELSE 0 END, \
         state = excluded.state, status = excluded.status, opened_at = excluded.opened_at, \
         due_at = excluded.due_at",
    )
}

fn labels_gone(keys: Vec<(String, String)>) -> Rows {
    let rows = keys
        .into_iter()
        .map(|(case_id, label)| -> [Argument; 2] { [case_id.into(), label.into()] });
    Rows::new("DELETE FROM labels WHERE (case_id, label) IN (", rows, ")")
}

fn labels(rows: Vec<LabelRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 4] {
        [row.case_id.into(), row.label.into(), row.workflow.into(), row.value.into()]
    });
    Rows::new(
        "INSERT INTO labels (case_id, label, workflow, value)",
        rows,
        " ON CONFLICT (case_id, label) DO UPDATE SET value = excluded.value",
    )
}

fn holds_gone(keys: Vec<HoldKey>) -> Rows {
    let rows = keys.into_iter().map(hold_key);
    Rows::new("DELETE FROM holds WHERE (scope, hold, held, case_id) IN (", rows, ")")
}

fn hold_key(key: HoldKey) -> [Argument; 4] {
    [key.scope.into(), key.hold.into(), key.held.into(), key.case_id.into()]
}

fn holds(rows: Vec<HoldRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 6] {
        let [scope, hold, held, case_id] = hold_key(row.key);
        [scope, hold, held, case_id, row.take.into(), i64::from(row.is_exclusive).into()]
    });
    Rows::new(
        "INSERT INTO holds (scope, hold, held, case_id, take, is_exclusive)",
        rows,
        " ON CONFLICT (scope, hold, held, case_id) DO UPDATE SET take = excluded.take, \
         is_exclusive = excluded.is_exclusive",
    )
}

fn outbox(rows: Vec<OutboxRow>) -> Rows {
    let rows = rows.into_iter().map(|row| -> [Argument; 11] {
        [
            row.id.into(),
            row.case_id.into(),
            row.revision.into(),
            row.kind.into(),
            row.effect.into(),
            row.created_at.into(),
            row.created_at.into(),
            0.into(),
            0.into(),
            "waiting".into(),
            "".into(),
        ]
    });
    Rows::new(
        "INSERT INTO outbox (id, case_id, revision, kind, effect, created_at, due_at, attempts, \
         token, status, error)",
        rows,
        "",
    )
}
