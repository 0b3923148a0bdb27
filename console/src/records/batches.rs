//! Batches: one decision for many tasks, frozen when it is asked for. What becomes of each task is
//! written beside it.

use engine::{
    calendar::Moment,
    in_transaction,
    names::{AccountId, ActionName, TaskName, WorkflowKey},
    on_reader,
    store::Db,
};

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id, which nobody can guess.
    pub id: String,
    /// Who decides.
    pub account: AccountId,
    /// The workflow of its tasks.
    pub workflow: WorkflowKey,
    /// The task.
    pub task: TaskName,
    /// What is done.
    pub action: ActionName,
    /// What was asked once for all, as JSON; empty while it is a draft.
    pub asked: String,
    /// The query of the list it came from.
    pub filter: String,
    /// Where it is.
    pub status: BatchStatus,
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStatus {
    /// It is being asked about.
    Draft,
    /// It is being done.
    Running,
    /// Every task was tried.
    Over,
}

impl BatchStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Over => "over",
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "running" => Self::Running,
            "over" => Self::Over,
            _ => Self::Draft,
        }
    }
}

/// One task of a batch.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BatchItem {
    /// Its place, from 0.
    pub place: i64,
    /// The task, by its id in addresses.
    pub task_id: String,
    /// What people call it.
    pub name: String,
    /// `waiting`, `done` or `failed`; `left` for what was selected and is left out.
    pub status: String,
    /// Why it was not done, or is left out.
    pub reason: String,
}

#[derive(sqlx::FromRow)]
struct BatchRow {
    id: String,
    account: String,
    workflow: String,
    task: String,
    action: String,
    asked: String,
    filter: String,
    status: String,
}

impl From<BatchRow> for Batch {
    fn from(row: BatchRow) -> Self {
        Self {
            id: row.id,
            account: row.account.into(),
            workflow: row.workflow.into(),
            task: row.task.into(),
            action: row.action.into(),
            asked: row.asked,
            filter: row.filter,
            status: BatchStatus::of(&row.status),
        }
    }
}

/// Keeps a draft with its tasks, id and name of each, and with what was selected and is left out, and why.
///
/// # Errors
/// When the database does not answer.
pub async fn draft(
    db: &Db,
    batch: &Batch,
    tasks: &[(String, String)],
    left_out: &[(String, String, String)],
    now: Moment,
) -> Result<(), sqlx::Error> {
    const BATCH: &str = "INSERT INTO batches (id, account, workflow, task, action, asked, filter, \
                         status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    const ITEM: &str = "INSERT INTO batch_items (batch_id, place, task_id, name, status, reason) \
                        VALUES ($1, $2, $3, $4, $5, $6)";
    in_transaction!(db, connection => async {
        sqlx::query(BATCH)
            .bind(&batch.id)
            .bind(batch.account.as_str())
            .bind(batch.workflow.as_str())
            .bind(batch.task.as_str())
            .bind(batch.action.as_str())
            .bind(&batch.asked)
            .bind(&batch.filter)
            .bind(BatchStatus::Draft.as_str())
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        let waiting = tasks.iter().map(|(task, name)| (task, name, "waiting", ""));
        let left = left_out.iter().map(|(task, name, why)| (task, name, "left", why.as_str()));
        for (place, (task, name, status, reason)) in (0_i64..).zip(waiting.chain(left)) {
            sqlx::query(ITEM)
                .bind(&batch.id)
                .bind(place)
                .bind(task)
                .bind(name)
                .bind(status)
                .bind(reason)
                .execute(&mut *connection)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    }.await)
}

/// A batch of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: &str, account: &AccountId) -> Result<Option<Batch>, sqlx::Error> {
    const FIND: &str = "SELECT id, account, workflow, task, action, asked, filter, status \
                        FROM batches WHERE id = $1 AND account = $2";
    let row: Option<BatchRow> = on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(id).bind(account.as_str()).fetch_optional(reader).await
    })?;
    Ok(row.map(Batch::from))
}

/// Begins a draft; whether it was one. Confirmed twice it begins once.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(db: &Db, id: &str, asked: &str) -> Result<bool, sqlx::Error> {
    const BEGIN: &str = "UPDATE batches SET status = 'running', asked = $2 \
                         WHERE id = $1 AND status = 'draft'";
    in_transaction!(db, connection => {
        sqlx::query(BEGIN)
            .bind(id)
            .bind(asked)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected() == 1)
    })
}

/// The batch that has run longest.
///
/// # Errors
/// When the database does not answer.
pub async fn running(db: &Db) -> Result<Option<Batch>, sqlx::Error> {
    const RUNNING: &str = "SELECT id, account, workflow, task, action, asked, filter, status \
                           FROM batches WHERE status = 'running' ORDER BY created_at, id LIMIT 1";
    let row: Option<BatchRow> =
        on_reader!(db, reader => sqlx::query_as(RUNNING).fetch_optional(reader).await)?;
    Ok(row.map(Batch::from))
}

/// The tasks of a batch in one status, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn items(
    db: &Db,
    id: &str,
    status: &str,
    limit: i64,
) -> Result<Vec<BatchItem>, sqlx::Error> {
    const ITEMS: &str = "SELECT place, task_id, name, status, reason FROM batch_items \
                         WHERE batch_id = $1 AND status = $2 ORDER BY place LIMIT $3";
    on_reader!(db, reader => {
        sqlx::query_as(ITEMS).bind(id).bind(status).bind(limit).fetch_all(reader).await
    })
}

/// How many tasks of a batch are in each status: waiting, done, failed.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &Db, id: &str) -> Result<(i64, i64, i64), sqlx::Error> {
    const COUNTS: &str = "SELECT status, COUNT(*) FROM batch_items WHERE batch_id = $1 \
                          GROUP BY status";
    let rows: Vec<(String, i64)> =
        on_reader!(db, reader => sqlx::query_as(COUNTS).bind(id).fetch_all(reader).await)?;
    let of = |status: &str| rows.iter().find(|(of, _)| of == status).map_or(0, |(_, many)| *many);
    Ok((of("waiting"), of("done"), of("failed")))
}

/// Writes what became of tasks: place, and why it was not done. The batch is over when none waits.
///
/// # Errors
/// When the database does not answer.
pub async fn record(
    db: &Db,
    id: &str,
    outcomes: &[(i64, Option<String>)],
) -> Result<(), sqlx::Error> {
    const ITEM: &str = "UPDATE batch_items SET status = $3, reason = $4 \
                        WHERE batch_id = $1 AND place = $2 AND status = 'waiting'";
    const OVER: &str = "UPDATE batches SET status = 'over' WHERE id = $1 AND NOT EXISTS \
                        (SELECT 1 FROM batch_items WHERE batch_id = $1 AND status = 'waiting')";
    in_transaction!(db, connection => async {
        for (place, why) in outcomes {
            sqlx::query(ITEM)
                .bind(id)
                .bind(place)
                .bind(if why.is_some() { "failed" } else { "done" })
                .bind(why.as_deref().unwrap_or_default())
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query(OVER).bind(id).execute(&mut *connection).await?;
        Ok::<_, sqlx::Error>(())
    }.await)
}

/// Forgets batches from before a moment that are not running.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(db: &Db, before: Moment) -> Result<(), sqlx::Error> {
    const ITEMS: &str = "DELETE FROM batch_items WHERE batch_id IN (SELECT id FROM batches \
                         WHERE status IN ('draft', 'over') AND created_at < $1)";
    const BATCHES: &str =
        "DELETE FROM batches WHERE status IN ('draft', 'over') AND created_at < $1";
    in_transaction!(db, connection => async {
        sqlx::query(ITEMS).bind(before.0).execute(&mut *connection).await?;
        sqlx::query(BATCHES).bind(before.0).execute(&mut *connection).await?;
        Ok::<_, sqlx::Error>(())
    }.await)
}
