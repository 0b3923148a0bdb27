//! What is counted of a queue: how much there is, how much stands before a task, and in which states
//! it stands.

use super::{QueueCursor, QueueFilter, QueueOrder, beside, narrow};
use crate::{
    decision::Audience,
    names::{RoleName, StateName, UnitId, WorkflowKey},
    store::{Db, statement::Statement},
};

/// Counts are exact up to here.
pub const COUNTED: usize = 10_000;

/// How many tasks there are: exact up to [`COUNTED`], above that `COUNTED + 1`.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &Db, filter: &QueueFilter) -> Result<usize, sqlx::Error> {
    counted(db, filter, None).await
}

/// How many tasks stand before a place in this order, counted as [`count`] does.
///
/// # Errors
/// When the database does not answer.
pub async fn count_before(
    db: &Db,
    filter: &QueueFilter,
    order: QueueOrder,
    cursor: &QueueCursor,
) -> Result<usize, sqlx::Error> {
    counted(db, filter, Some((order, cursor))).await
}

async fn counted(
    db: &Db,
    filter: &QueueFilter,
    before: Option<(QueueOrder, &QueueCursor)>,
) -> Result<usize, sqlx::Error> {
    if filter.audiences.is_empty() {
        return Ok(0);
    }
    let mut select = Statement::new("SELECT COUNT(*) FROM (SELECT ");
    if filter.audiences.len() > 1 {
        select.push("DISTINCT ");
    }
    select.push("t.case_id, t.task, t.row_key FROM tasks AS t WHERE t.audience IN ");
    select.list(filter.audiences.iter().map(String::as_str));
    narrow(&mut select, filter);
    if let Some((order, cursor)) = before {
        beside(&mut select, order, "<", cursor);
    }
    let most = i64::try_from(COUNTED).unwrap_or(i64::MAX) + 1;
    select.push(" LIMIT ").value(most).push(") AS counted");
    let mut held = db.reader().await?;
    let rows: Vec<(i64,)> = select.fetch(&mut held.connection()).await?;
    Ok(rows.first().and_then(|(count,)| usize::try_from(*count).ok()).unwrap_or_default())
}

/// The roles, each in its unit or (`None`) in any, that open tasks wait for, with how many tasks:
/// those of a role that nobody holds wait for ever.
///
/// # Errors
/// When the database does not answer.
pub async fn roles_awaited(db: &Db) -> Result<Vec<(RoleName, Option<UnitId>, u64)>, sqlx::Error> {
    // From one audience to the next by the index, however many tasks there are.
    let select = Statement::new(
        "WITH RECURSIVE awaited (audience) AS (\
         SELECT MIN(t.audience) FROM tasks AS t WHERE t.audience >= 'role:' AND t.audience < 'role;' \
         UNION ALL SELECT (SELECT MIN(t.audience) FROM tasks AS t \
         WHERE t.audience > a.audience AND t.audience < 'role;') \
         FROM awaited AS a WHERE a.audience IS NOT NULL) \
         SELECT a.audience, (SELECT COUNT(*) FROM tasks AS t WHERE t.audience = a.audience) \
         FROM awaited AS a WHERE a.audience IS NOT NULL",
    );
    let mut held = db.reader().await?;
    let rows: Vec<(String, i64)> = select.fetch(&mut held.connection()).await?;
    let awaited = rows.into_iter().filter_map(|(audience, count)| {
        let Ok(Audience::Role { role, unit }) = audience.parse() else { return None };
        Some((role, unit, u64::try_from(count).unwrap_or_default()))
    });
    Ok(awaited.collect())
}

/// The states in which tasks of a filter stand, by workflow; of very many tasks, those of the first
/// [`COUNTED`].
///
/// # Errors
/// When the database does not answer.
pub async fn states(
    db: &Db,
    filter: &QueueFilter,
) -> Result<Vec<(WorkflowKey, StateName)>, sqlx::Error> {
    if filter.audiences.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = Statement::new("SELECT DISTINCT workflow, state FROM (SELECT ");
    select.push("t.workflow, t.state FROM tasks AS t WHERE t.audience IN ");
    select.list(filter.audiences.iter().map(String::as_str));
    narrow(&mut select, filter);
    select.push(" LIMIT ").value(i64::try_from(COUNTED).unwrap_or(i64::MAX));
    select.push(") AS standing ORDER BY workflow, state");
    let mut held = db.reader().await?;
    let rows: Vec<(String, String)> = select.fetch(&mut held.connection()).await?;
    let states = rows.into_iter();
    Ok(states.map(|(workflow, state)| (workflow.into(), StateName::from(state))).collect())
}
