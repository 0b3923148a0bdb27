//! With what the timers of running cases were reckoned.

use super::{Connection, statement::Statement};

/// A case with a timer that runs: its id, its workflow, and the version it runs on.
pub(crate) type TimedCase = (String, String, i64);

/// Every case with a timer that runs.
pub(crate) async fn timed_cases(
    connection: &mut Connection<'_>,
) -> Result<Vec<TimedCase>, sqlx::Error> {
    const TIMED: &str = "SELECT id, workflow, version FROM cases \
                         WHERE wake_at < 9223372036854775807 ORDER BY wake_at";
    Statement::new(TIMED).fetch(connection).await
}

/// The cases of a version of a workflow in these states, in the order in which they began, after one.
pub(crate) async fn cases_in(
    connection: &mut Connection<'_>,
    (workflow, version): (&str, i64),
    states: &[&str],
    after: &str,
    limit: i64,
) -> Result<Vec<(String,)>, sqlx::Error> {
    let mut select = Statement::new("SELECT id FROM cases WHERE workflow = ");
    select.value(workflow).push(" AND version = ").value(version).push(" AND is_closed = 0");
    select.push(" AND state IN ").list(states.iter().copied());
    select.push(" AND id > ").value(after).push(" ORDER BY id LIMIT ").value(limit);
    select.fetch(connection).await
}

/// The hash of the calendar that timers were last reckoned with.
pub(crate) async fn reckoned_calendar(
    connection: &mut Connection<'_>,
) -> Result<Option<String>, sqlx::Error> {
    let select = Statement::new("SELECT hash FROM reckoned WHERE what = 'calendar'");
    let found: Vec<(String,)> = select.fetch(connection).await?;
    Ok(found.into_iter().next().map(|(hash,)| hash))
}

/// Keeps it.
pub(crate) async fn keep_reckoned_calendar(
    connection: &mut Connection<'_>,
    hash: &str,
) -> Result<(), sqlx::Error> {
    let mut insert = Statement::new("INSERT INTO reckoned (what, hash) VALUES ('calendar', ");
    insert.value(hash).push(") ON CONFLICT (what) DO UPDATE SET hash = excluded.hash");
    insert.execute(connection).await.map(|_| ())
}
