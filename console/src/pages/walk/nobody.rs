//! Tasks that wait for a role which nobody holds: the administrator is told which, and where to give
//! it.

use engine::in_transaction;

use super::Walk;
use crate::routes;

pub(super) async fn is_shown(walk: &Walk) {
    let (_, page) = walk.read("s01", routes::JOBS).await;
    assert!(!page.contains("没有人能办的待办"), "every role that is waited for is held: {page}");
    wait_for_nobody(walk).await.unwrap();
    let (_, page) = walk.read("s01", routes::JOBS).await;
    let told = page.split("没有人能办的待办").nth(1).expect("it is told");
    let told = told.split("</section>").next().unwrap_or_default();
    assert!(told.contains("discipline"), "which role: {told}");
    assert!(told.contains(routes::USERS), "where it is given: {told}");
}

async fn wait_for_nobody(walk: &Walk) -> Result<(), sqlx::Error> {
    const WAIT: &str = "INSERT INTO tasks (case_id, task, row_key, audience, workflow, state, \
                        status, opened_at, due_at, claimed_by, claimed_until) \
                        VALUES ($1, 'inspect', '', 'role:discipline:*', 'walk', 'arrived', \
                        'pending', 0, 0, '', 0)";
    in_transaction!(&walk.app.db, connection => {
        sqlx::query(WAIT).bind(walk.case.as_str()).execute(&mut *connection).await.map(|_| ())
    })
}
