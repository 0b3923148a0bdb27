//! Who works on an open task.

use super::{Connection, statement::Statement};

/// Whose a task is and until when; nothing where the task is not open as work.
pub(crate) async fn claim_of(
    connection: &mut Connection<'_>,
    case: &str,
    task: &str,
    row: &str,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    let mut select = Statement::new("SELECT claimed_by, claimed_until FROM tasks WHERE case_id = ");
    select.value(case).push(" AND task = ").value(task).push(" AND row_key = ").value(row);
    select.push(" ORDER BY claimed_until DESC LIMIT 1");
    Ok(select.fetch(connection).await?.pop())
}

/// Takes a task, or renews it, unless it is somebody else's at `now`; whether it was taken.
pub(crate) async fn claim(
    connection: &mut Connection<'_>,
    (case, task, row): (&str, &str, &str),
    account: &str,
    (now, until): (i64, i64),
) -> Result<bool, sqlx::Error> {
    let mut update = Statement::new("UPDATE tasks SET claimed_by = ");
    update.value(account).push(", claimed_until = ").value(until);
    update.push(" WHERE case_id = ").value(case).push(" AND task = ").value(task);
    update.push(" AND row_key = ").value(row);
    // Whoever got the task since has a row of his own, which nobody has claimed.
    update.push(" AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.case_id = ").value(case);
    update.push(" AND o.task = ").value(task).push(" AND o.row_key = ").value(row);
    update.push(" AND o.claimed_by <> ").value(account);
    update.push(" AND o.claimed_until > ").value(now).push(")");
    update.push(" AND (claimed_by = ").value(account);
    update.push(" OR claimed_until <= ").value(now).push(")");
    Ok(update.execute(connection).await? > 0)
}

/// Gives a task back.
pub(crate) async fn release(
    connection: &mut Connection<'_>,
    (case, task, row): (&str, &str, &str),
    account: &str,
) -> Result<(), sqlx::Error> {
    let mut update = Statement::new("UPDATE tasks SET claimed_until = 0 WHERE case_id = ");
    update.value(case).push(" AND task = ").value(task).push(" AND row_key = ").value(row);
    update.push(" AND claimed_by = ").value(account);
    update.execute(connection).await.map(|_| ())
}
