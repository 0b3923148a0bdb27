//! The outbox as a queue: jobs are taken with a lease and a token, and finished only by whoever
//! holds the newest token.

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::{
    Connection, Db,
    statement::{Argument, Rows, Statement, execute_all},
};
use crate::calendar::Moment;

/// A job that was taken: this attempt may finish it while the lease lasts.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct TakenJob {
    pub(crate) id: i64,
    pub(crate) token: i64,
    pub(crate) case_id: String,
    pub(crate) revision: i64,
    pub(crate) kind: String,
    pub(crate) effect: String,
    pub(crate) created_at: i64,
    pub(crate) attempts: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is done.
    Done,
    /// It is to be tried again at a moment.
    Again { at: i64, error: String },
    /// It is given up: an administrator must look at it.
    Dead { error: String },
}

/// An attempt that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) id: i64,
    pub(crate) token: i64,
    pub(crate) ending: Ending,
}

/// Whether anything may be taken: a look that costs no write.
pub(crate) async fn is_due(connection: &mut Connection<'_>, now: i64) -> Result<bool, sqlx::Error> {
    let mut select =
        Statement::new("SELECT id FROM outbox WHERE status = 'waiting' AND due_at <= ");
    select.value(now).push(" LIMIT 1");
    Ok(!select.fetch::<(i64,)>(connection).await?.is_empty())
}

/// Makes due what is put off to after `furthest`, later than any pause or lease: it was ordered or
/// taken while a clock was ahead.
pub(crate) async fn hasten(db: &Db, now: i64, furthest: i64) -> Result<(), sqlx::Error> {
    let mut select = Statement::new("SELECT id FROM outbox WHERE status = 'waiting' AND due_at > ");
    select.value(furthest).push(" LIMIT 1");
    let mut held = db.reader().await?;
    if select.fetch::<(i64,)>(&mut held.connection()).await?.is_empty() {
        return Ok(());
    }
    drop(held);
    let mut update = Statement::new("UPDATE outbox SET due_at = ");
    update.value(now).push(" WHERE status = 'waiting' AND due_at > ").value(furthest);
    let mut held = db.writer().await?;
    update.execute(&mut held.connection()).await.map(|_| ())
}

/// Takes up to `limit` due jobs until the lease ends: each counts an attempt and gets a new token.
/// The list is materialised because PostgreSQL may otherwise take more than the limit.
pub(crate) async fn take(
    connection: &mut Connection<'_>,
    now: i64,
    lease_until: i64,
    limit: usize,
) -> Result<Vec<TakenJob>, sqlx::Error> {
    let mut update = Statement::new(
        "WITH due AS MATERIALIZED (SELECT id FROM outbox WHERE status = 'waiting' AND due_at <= ",
    );
    update.value(now).push(" ORDER BY due_at, id LIMIT ");
    update.value(i64::try_from(limit).unwrap_or(1)).push(connection.skip_locked());
    update.push(") UPDATE outbox SET attempts = attempts + 1, token = token + 1, due_at = ");
    update.value(lease_until).push(
        " WHERE id IN (SELECT id FROM due) \
         RETURNING id, token, case_id, revision, kind, effect, created_at, attempts",
    );
    let mut jobs: Vec<TakenJob> = update.fetch(connection).await?;
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Lengthens leases: jobs by id and token. A lease that was lost meanwhile stays lost.
pub(crate) async fn renew(
    connection: &mut Connection<'_>,
    jobs: impl IntoIterator<Item = (i64, i64)>,
    lease_until: i64,
) -> Result<(), sqlx::Error> {
    let renewals = jobs.into_iter().map(|(id, token)| {
        let mut update = Statement::new("UPDATE outbox SET due_at = ");
        update.value(lease_until).push(" WHERE id = ").value(id);
        update.push(" AND token = ").value(token).push(" AND status = 'waiting'");
        update
    });
    execute_all(renewals.collect(), connection).await
}

/// Gives back jobs that were taken and not begun, without counting the attempt.
pub(crate) async fn give_back(
    connection: &mut Connection<'_>,
    jobs: &[TakenJob],
    now: i64,
) -> Result<(), sqlx::Error> {
    for job in jobs {
        let mut update = Statement::new("UPDATE outbox SET attempts = attempts - 1, due_at = ");
        update.value(now).push(" WHERE id = ").value(job.id);
        update.push(" AND token = ").value(job.token).push(" AND status = 'waiting'");
        update.execute(connection).await?;
    }
    Ok(())
}

/// Records how attempts ended; the ids of those whose lease was lost meanwhile, whose ending counts
/// for nothing.
pub(crate) async fn finish(
    connection: &mut Connection<'_>,
    ended: &[Ended],
) -> Result<BTreeSet<i64>, sqlx::Error> {
    let mut lost: BTreeSet<i64> = ended.iter().map(|ended| ended.id).collect();
    let done = ended.iter().filter(|ended| ended.ending == Ending::Done);
    let done = done.map(|ended| -> [Argument; 2] { [ended.id.into(), ended.token.into()] });
    let head = "UPDATE outbox SET status = 'done', error = '' \
                WHERE status = 'waiting' AND (id, token) IN (";
    let done = Rows::new(head, done, ") RETURNING id");
    let mut statements = match connection {
        _ if done.is_empty() => Vec::new(),
        Connection::Sqlite(_) => done.into_values(),
        Connection::Postgres(_) => vec![done.into_arrays()],
    };
    for Ended { id, token, ending } in ended {
        let mut update = Statement::new("UPDATE outbox SET ");
        match ending {
            Ending::Done => continue,
            Ending::Again { at, error } => {
                update.push("due_at = ").value(*at).push(", error = ").value(error.as_str());
            }
            Ending::Dead { error } => {
                update.push("status = 'dead', error = ").value(error.as_str());
            }
        }
        update.push(" WHERE id = ").value(*id).push(" AND token = ").value(*token);
        update.push(" AND status = 'waiting' RETURNING id");
        statements.push(update);
    }
    for statement in statements {
        for (id,) in statement.fetch::<(i64,)>(connection).await? {
            lost.remove(&id);
        }
    }
    Ok(lost)
}

/// Forgets the jobs done whose ids are below `job_id`.
pub(crate) async fn forget(
    connection: &mut Connection<'_>,
    job_id: i64,
) -> Result<(), sqlx::Error> {
    let mut delete = Statement::new("DELETE FROM outbox WHERE status = 'done' AND id < ");
    delete.value(job_id);
    delete.execute(connection).await.map(|_| ())
}

/// Since when the oldest due job waits: what an alarm watches.
///
/// # Errors
/// When the database does not answer.
pub async fn oldest_due(db: &Db, now: Moment) -> Result<Option<Moment>, sqlx::Error> {
    let mut select =
        Statement::new("SELECT due_at FROM outbox WHERE status = 'waiting' AND due_at <= ");
    select.value(now.0).push(" ORDER BY due_at LIMIT 1");
    let mut held = db.reader().await?;
    let rows: Vec<(i64,)> = select.fetch(&mut held.connection()).await?;
    Ok(rows.first().map(|(at,)| Moment(*at)))
}
