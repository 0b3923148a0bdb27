//! What the doctor reads: the rows of many cases in every table, as they stood at one moment.

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::{
    Connection,
    load::{self, Lock, StoredCase},
    statement::Statement,
};

/// What the columns of a case say beside the case itself.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct CaseColumns {
    pub(crate) id: String,
    pub(crate) workflow: String,
    pub(crate) version: i64,
    pub(crate) revision: i64,
    pub(crate) state: String,
    pub(crate) status: String,
    pub(crate) is_closed: i64,
    pub(crate) started_at: i64,
    pub(crate) changed_at: i64,
    pub(crate) wake_at: i64,
    pub(crate) head: String,
    pub(crate) archive: String,
}

/// Everything stored of some cases. Rows of the smaller tables are texts: the case, and what the row
/// says in the order of its columns.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<CaseColumns>,
    pub(crate) cases: Vec<StoredCase>,
    /// Case, revision, moment, events, seal.
    pub(crate) history: Vec<(String, i64, i64, String, String)>,
    pub(crate) tasks: Vec<(String, String)>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) holds: Vec<(String, String)>,
    /// Case, section and submission, content.
    pub(crate) submissions: Vec<(String, String, String)>,
}

/// The ids after this one, in order.
pub(crate) async fn ids_after(
    connection: &mut Connection<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<(String,)>, sqlx::Error> {
    let mut select = Statement::new("SELECT id FROM cases WHERE id > ");
    select.value(after).push(" ORDER BY id LIMIT ").value(limit);
    select.fetch(connection).await
}

/// What is stored of these cases.
pub(crate) async fn rows(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
) -> Result<Rows, sqlx::Error> {
    let of = |sql: &str, key: &str| {
        let mut select = Statement::new(sql);
        select.push(" WHERE ").push(key).push(" IN ").list(ids.iter().map(String::as_str));
        select
    };
    let columns = of(
        "SELECT id, workflow, version, revision, state, status, is_closed, started_at, changed_at, \
         wake_at, head, archive FROM cases",
        "id",
    );
    let mut history = of("SELECT case_id, revision, at, events, hash FROM history", "case_id");
    history.push(" ORDER BY case_id, revision");
    let tasks = of(
        "SELECT case_id, task || ' ' || row_key || ' ' || audience || ' ' || workflow || ' ' || \
         state || ' ' || status || ' ' || CAST(opened_at AS TEXT) || ' ' || CAST(due_at AS TEXT) \
         FROM tasks",
        "case_id",
    );
    let labels =
        of("SELECT case_id, label || ' ' || workflow || ' ' || value FROM labels", "case_id");
    let holds = of(
        "SELECT case_id, scope || ' ' || hold || ' ' || held || ' ' || CAST(take AS TEXT) \
         FROM holds",
        "case_id",
    );
    let submissions = of(
        "SELECT case_id, section || ' ' || CAST(submission AS TEXT), content FROM submissions",
        "case_id",
    );
    Ok(Rows {
        columns: columns.fetch(connection).await?,
        cases: load::cases(connection, ids, Lock::Read).await?,
        history: history.fetch(connection).await?,
        tasks: tasks.fetch(connection).await?,
        labels: labels.fetch(connection).await?,
        holds: holds.fetch(connection).await?,
        submissions: submissions.fetch(connection).await?,
    })
}

/// Cases that a table names and that are not there, at most a thousand of each table.
pub(crate) async fn without_case(
    connection: &mut Connection<'_>,
    table: &'static str,
) -> Result<Vec<(String,)>, sqlx::Error> {
    let mut select = Statement::new("SELECT DISTINCT t.case_id FROM ");
    select.push(table).push(
        " AS t LEFT JOIN cases AS c ON c.id = t.case_id WHERE c.id IS NULL ORDER BY t.case_id \
         LIMIT 1000",
    );
    select.fetch(connection).await
}

/// Jobs that were ordered by a revision which their case has not reached: job, case.
pub(crate) async fn jobs_ahead(
    connection: &mut Connection<'_>,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let select = Statement::new(
        "SELECT CAST(o.id AS TEXT), o.case_id FROM outbox AS o JOIN cases AS c ON c.id = o.case_id \
         WHERE o.revision > c.revision ORDER BY o.id LIMIT 1000",
    );
    select.fetch(connection).await
}
