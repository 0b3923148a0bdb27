//! The doctor finds whatever is planted, and only that. (That it finds nothing after every other
//! test is asked by `on_both_databases`.)

use super::{sql::sql, world::World};
use crate::runtime::{Fault, Outcome};

/// A pending request, and a fault planted in it; what the doctor says of it.
async fn planted(world: &World, statement: &str) -> Vec<Fault> {
    let Outcome { case, .. } = world.pending(&uuid::Uuid::new_v4().simple().to_string()).await;
    let before = world.findings().await.len();
    sql(world.runtime.store(), &statement.replace("$case", case.as_str())).await;
    let found = world.findings().await;
    let new = found.iter().filter(|finding| finding.case == case);
    let faults: Vec<Fault> = new.map(|finding| finding.fault.clone()).collect();
    assert_eq!(found.len(), before + faults.len(), "it tells of other cases: {found:?}");
    faults
}

async fn every_planted_fault_is_found(world: &World) {
    world.is_sound().await;
    type IsIt = fn(&[Fault]) -> bool;
    let plants: [(&str, IsIt); 13] = [
        ("DELETE FROM history WHERE case_id = '$case' AND revision = 1", |found| {
            matches!(found, [Fault::Gap(1), ..])
        }),
        ("DELETE FROM history WHERE case_id = '$case' AND revision = 2", |found| {
            found.contains(&Fault::Folded)
        }),
        ("UPDATE history SET at = at + 1 WHERE case_id = '$case' AND revision = 1", |found| {
            found.contains(&Fault::Broken(1))
        }),
        ("UPDATE history SET hash = '' WHERE case_id = '$case'", |found| {
            matches!(found, [Fault::Broken(2)])
        }),
        ("UPDATE forms SET content = '{}' WHERE case_id = '$case'", |found| {
            matches!(found, [Fault::Folded])
        }),
        ("UPDATE cases SET state = 'draft' WHERE id = '$case'", |found| {
            matches!(found, [Fault::Column { column: "state", .. }, ..])
        }),
        ("UPDATE cases SET wake_at = 9223372036854775807 WHERE id = '$case'", |found| {
            matches!(found, [Fault::Column { column: "wake_at", .. }])
        }),
        ("DELETE FROM tasks WHERE case_id = '$case'", |found| {
            matches!(found, [Fault::Missing { table: "tasks", .. }])
        }),
        ("UPDATE labels SET value = 'x' WHERE case_id = '$case' AND label = 'unit'", |found| {
            matches!(
                found,
                [Fault::Missing { table: "labels", .. }, Fault::Extra { table: "labels", .. }]
            )
        }),
        ("DELETE FROM holds WHERE case_id = '$case'", |found| {
            matches!(found, [Fault::Missing { table: "holds", .. }])
        }),
        ("UPDATE submissions SET content = '{}' WHERE case_id = '$case'", |found| {
            found.iter().any(|fault| matches!(fault, Fault::Extra { table: "submissions", .. }))
        }),
        ("UPDATE cases SET core = '{' WHERE id = '$case'", |found| {
            matches!(found, [Fault::Unreadable(_)])
        }),
        ("DELETE FROM cases WHERE id = '$case'", |found| {
            found.contains(&Fault::NoCase("history")) && found.contains(&Fault::NoCase("tasks"))
        }),
    ];
    for (statement, is_it) in plants {
        let found = planted(world, statement).await;
        assert!(is_it(&found), "{statement}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    every_planted_fault_is_found(&World::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    if let Some(world) = World::postgres().await {
        every_planted_fault_is_found(&world).await;
        super::world::drop_database(&world.database()).await;
    }
}
