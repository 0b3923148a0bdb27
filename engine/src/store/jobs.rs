//! Jobs as administrators see them: lists by phase, the errors they end in, and the two things that
//! may be done: to try one again, and to give one up. Both leave a line in the audit.

use sqlx::FromRow;

use super::{Connection, Db, statement::Statement};
use crate::{
    calendar::Moment,
    in_transaction,
    names::{AccountId, CaseId},
};

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It waits for its first attempt.
    Queued,
    /// It is being carried out.
    Running,
    /// An attempt failed; it waits for the next.
    Retrying,
    /// It was given up by the program: somebody must look at it.
    Dead,
    /// It is over.
    Done,
}

impl Phase {
    /// Every phase, as a list shows them.
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Running, Self::Retrying, Self::Dead, Self::Done];

    /// Its name in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Dead => "dead",
            Self::Done => "done",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Queued => "status = 'waiting' AND attempts = 0",
            Self::Running => "status = 'waiting' AND attempts > 0 AND error = ''",
            Self::Retrying => "status = 'waiting' AND attempts > 0 AND error <> ''",
            Self::Dead => "status = 'dead'",
            Self::Done => "status = 'done'",
        }
    }

    fn of(status: &str, attempts: i64, error: &str) -> Self {
        match (status, attempts, error) {
            ("dead", _, _) => Self::Dead,
            ("done", _, _) => Self::Done,
            (_, 0, _) => Self::Queued,
            (_, _, "") => Self::Running,
            (_, _, _) => Self::Retrying,
        }
    }
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedJob {
    /// Its id.
    pub id: i64,
    /// The case it came from.
    pub case: CaseId,
    /// The revision of the case that ordered it.
    pub revision: i64,
    /// `notify`, `document`, `call` or `wake`.
    pub kind: String,
    /// The effect, as JSON.
    pub effect: String,
    /// Where it is.
    pub phase: Phase,
    /// When it was ordered.
    pub created_at: Moment,
    /// When it may be taken next, or when its lease ends.
    pub due_at: Moment,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed; empty where none did.
    pub error: String,
}

#[derive(FromRow)]
struct JobColumns {
    id: i64,
    case_id: String,
    revision: i64,
    kind: String,
    effect: String,
    status: String,
    created_at: i64,
    due_at: i64,
    attempts: i64,
    error: String,
}

impl From<JobColumns> for ListedJob {
    fn from(row: JobColumns) -> Self {
        Self {
            id: row.id,
            case: CaseId::from(row.case_id),
            revision: row.revision,
            kind: row.kind,
            effect: row.effect,
            phase: Phase::of(&row.status, row.attempts, &row.error),
            created_at: Moment(row.created_at),
            due_at: Moment(row.due_at),
            attempts: row.attempts,
            error: row.error,
        }
    }
}

const COLUMNS: &str = "SELECT id, case_id, revision, kind, effect, status, created_at, due_at, \
                       attempts, error FROM outbox WHERE ";

/// The jobs in a phase with this error (empty is any), newest first; `older_than` is the last of the
/// page before.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &Db,
    phase: Phase,
    error: &str,
    older_than: Option<i64>,
    limit: usize,
) -> Result<Vec<ListedJob>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push(phase.condition());
    if !error.is_empty() {
        select.push(" AND error = ").value(error);
    }
    select.push(" AND id < ").value(older_than.unwrap_or(i64::MAX));
    select.push(" ORDER BY id DESC LIMIT ").value(i64::try_from(limit).unwrap_or(i64::MAX));
    let mut held = db.reader().await?;
    let rows: Vec<JobColumns> = select.fetch(&mut held.connection()).await?;
    Ok(rows.into_iter().map(ListedJob::from).collect())
}

/// One job.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: i64) -> Result<Option<ListedJob>, sqlx::Error> {
    let mut select = Statement::new(COLUMNS);
    select.push("id = ").value(id);
    let mut held = db.reader().await?;
    let rows: Vec<JobColumns> = select.fetch(&mut held.connection()).await?;
    Ok(rows.into_iter().next().map(ListedJob::from))
}

/// How many jobs are in each phase that is not over.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &Db) -> Result<Vec<(Phase, u64)>, sqlx::Error> {
    let mut counts = Vec::new();
    for phase in Phase::ALL.into_iter().filter(|phase| *phase != Phase::Done) {
        counts.push((phase, count(db, phase).await?));
    }
    Ok(counts)
}

/// How many jobs are in one phase.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &Db, phase: Phase) -> Result<u64, sqlx::Error> {
    let mut select = Statement::new("SELECT COUNT(*) FROM outbox WHERE ");
    select.push(phase.condition());
    let mut held = db.reader().await?;
    let rows: Vec<(i64,)> = select.fetch(&mut held.connection()).await?;
    Ok(rows.first().map_or(0, |(count,)| u64::try_from(*count).unwrap_or_default()))
}

/// The errors that jobs end in now, most frequent first.
///
/// # Errors
/// When the database does not answer.
pub async fn errors(db: &Db, limit: i64) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    let mut select = Statement::new(
        "SELECT status, error, COUNT(*) AS many FROM outbox \
         WHERE status IN ('waiting', 'dead') AND error <> '' \
         GROUP BY status, error ORDER BY many DESC, error LIMIT ",
    );
    select.value(limit);
    let mut held = db.reader().await?;
    select.fetch(&mut held.connection()).await
}

/// Tries a job again now, one that was given up from the beginning; whether there was one that waits
/// or was given up.
///
/// # Errors
/// When the database does not answer.
pub async fn retry(db: &Db, id: i64, by: &AccountId, now: Moment) -> Result<bool, sqlx::Error> {
    let mut update =
        Statement::new("UPDATE outbox SET status = 'waiting', attempts = 0, error = ''");
    update.push(", created_at = ").value(now.0).push(", due_at = ").value(now.0);
    update.push(", token = token + 1 WHERE id = ").value(id);
    update.push(" AND (status = 'dead' OR (status = 'waiting' AND error <> ''))");
    change(db, update, (id, "job_retried", ""), by, now).await
}

/// Gives a job up for good, with the reason; whether there was one that was not over. An attempt that
/// is under way counts for nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn give_up(
    db: &Db,
    id: i64,
    reason: &str,
    by: &AccountId,
    now: Moment,
) -> Result<bool, sqlx::Error> {
    let mut update = Statement::new("UPDATE outbox SET status = 'done', token = token + 1");
    update.push(" WHERE id = ").value(id).push(" AND status <> 'done'");
    change(db, update, (id, "job_given_up", reason), by, now).await
}

async fn change(
    db: &Db,
    update: Statement,
    (id, action, reason): (i64, &str, &str),
    by: &AccountId,
    now: Moment,
) -> Result<bool, sqlx::Error> {
    let mut insert =
        Statement::new("INSERT INTO audit (id, at, account, action, object, detail) VALUES (");
    insert.value(uuid::Uuid::now_v7().simple().to_string()).push(", ").value(now.0);
    insert.push(", ").value(by.as_str()).push(", ").value(action);
    insert.push(", ").value(format!("job/{id}"));
    insert.push(", ").value(serde_json::json!({"reason": reason}).to_string()).push(")");
    in_transaction!(db, connection => async {
        let mut connection = Connection::from(connection);
        let is_changed = update.execute(&mut connection).await? > 0;
        if is_changed {
            insert.execute(&mut connection).await?;
        }
        Ok::<_, sqlx::Error>(is_changed)
    }.await)
}
