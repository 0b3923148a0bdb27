//! The database is full, read-only, broken off, away or silent, or the clock jumps: people are told
//! soon and honestly, what was answered is kept, and the service goes on by itself when the cause is
//! gone.

mod silence;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    on_both_databases,
    sql::sql,
    world::{
        HOUR, Working, World, act, drop_database, person, request, request_in, reviewer_in, submit,
    },
};
use crate::{
    names::IdempotencyKey,
    runtime::{Outcome, Refusal, Runtime, RuntimeError},
    store::{
        Db,
        cases::{self, CaseFilter},
    },
};

on_both_databases! {
    a_clock_that_jumps_loses_no_job_and_no_timer,
}

/// Two ways in which the file cannot grow or change, and how each ends.
const UNWRITABLE: [(&str, &str); 2] = [
    ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823"),
    ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
];
/// How many commands fit into the pages that are free already.
const MOST_THAT_FIT: usize = 400;
/// How long the connections are broken off again and again.
const BREAKING: Duration = Duration::from_secs(3);
const CLIENTS: usize = 8;
/// The longest that anybody waits for an honest answer.
const PATIENCE: Duration = Duration::from_secs(10);

fn is_unavailable(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Unavailable(
            RuntimeError::Database(_) | RuntimeError::Unconfirmed(_) | RuntimeError::Busy
        )
    )
}

/// Sets it for everything that writes.
async fn set(store: &Db, text: &str) {
    sql(store, text).await;
    if let Db::Sqlite(db) = store {
        db.set_directly(text).await.expect("it is set");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_written_refuses_and_loses_nothing() {
    let world = World::sqlite().await;
    for (way, (breaks, mends)) in UNWRITABLE.into_iter().enumerate() {
        let runtime = &world.runtime;
        set(runtime.store(), breaks).await;
        let mut kept: Vec<Outcome> = Vec::new();
        let refused = loop {
            let person = format!("p{way}-{}", kept.len());
            match runtime.start(request(&person, Some(&person))).await {
                Ok(outcome) => kept.push(outcome),
                Err(refusal) => {
                    assert!(is_unavailable(&refusal), "{refusal:?}");
                    break person;
                }
            }
            assert!(kept.len() < MOST_THAT_FIT, "nothing was refused");
        };
        assert!(runtime.start(request(&refused, Some(&refused))).await.is_err());
        // Reading goes on meanwhile.
        for outcome in &kept {
            let view = runtime.view(&outcome.case).await.expect("it is read");
            assert_eq!(view.map(|view| view.case.revision), Some(outcome.revision));
        }
        world.is_sound().await;
        set(runtime.store(), mends).await;
        let first = runtime.start(request(&refused, Some(&refused))).await.expect("it starts");
        let again = runtime.start(request(&refused, Some(&refused))).await.expect("it is answered");
        assert_eq!(first, again);
    }
    world.is_sound().await;
}

/// One person's way, every command repeated under its key until it is answered; how often it was
/// not.
async fn persistent(runtime: Runtime, client: usize, enough: Arc<AtomicBool>) -> (u64, u64) {
    let (mut cases, mut unanswered) = (0, 0);
    while !enough.load(Ordering::Relaxed) || cases == 0 {
        let (unit, subject) = (format!("U{client}-{cases}"), format!("p{client}-{cases}"));
        let mut last: Option<Outcome> = None;
        for step in 0..3 {
            let key = format!("{subject}-{step}");
            last = Some(loop {
                let answer = match (&last, step) {
                    (Some(last), 1) => {
                        let mut request = submit(last, &person(&subject), "标题");
                        request.key = Some(IdempotencyKey::from(key.as_str()));
                        runtime.act(request).await
                    }
                    (Some(last), _) => {
                        let by = reviewer_in(&unit, "reviewer");
                        let mut request = act(last, "review.approve", &by);
                        request.key = Some(IdempotencyKey::from(key.as_str()));
                        runtime.act(request).await
                    }
                    (None, _) => runtime.start(request_in(&unit, &subject, Some(&key))).await,
                };
                match answer {
                    Ok(outcome) => break outcome,
                    Err(refusal) => {
                        assert!(is_unavailable(&refusal), "{key}: {refusal:?}");
                        unanswered += 1;
                    }
                }
            });
        }
        let approved = last.expect("three steps");
        assert_eq!(approved.state.as_str(), "approved");
        let number = runtime.view(&approved.case).await;
        if let Ok(Some(view)) = number {
            assert_eq!(
                view.case.numbers["acceptance"],
                format!("{unit}-1"),
                "it was approved once"
            );
        }
        cases += 1;
    }
    (cases, unanswered)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_broken_off_under_load_lose_and_double_nothing() {
    let Some(world) = World::postgres().await else { return };
    let url = world.database();
    let (_, name) = url.rsplit_once('/').expect("a URL with a database");
    let server = Db::open(&std::env::var("ZHIPING_TEST_POSTGRES").expect("it is set")).await;
    let server = server.expect("the server answers");
    let enough = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(persistent(world.runtime.clone(), client, Arc::clone(&enough))))
        .collect();
    let began = Instant::now();
    let mut breaks = 0;
    while began.elapsed() < BREAKING {
        tokio::time::sleep(Duration::from_millis(rand::random_range(20..300))).await;
        break_off(&server, name).await;
        breaks += 1;
    }
    enough.store(true, Ordering::Relaxed);
    let (mut ended, mut unanswered) = (0, 0);
    for client in clients {
        let (own, not) = client.await.expect("no client panics");
        (ended, unanswered) = (ended + own, unanswered + not);
    }
    let all = CaseFilter { workflows: vec!["request".into()], ..CaseFilter::default() };
    let stored = cases::count(world.runtime.store(), &all).await;
    assert_eq!(stored.expect("read"), ended, "a case was lost or doubled");
    world.is_sound().await;
    eprintln!("{breaks} times broken off, {ended} cases, {unanswered} commands told to repeat");
    drop_database(&url).await;
}

async fn break_off(server: &Db, name: &str) {
    sql(
        server,
        &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_away_is_used_again_without_a_restart() {
    let Some(world) = World::postgres().await else { return };
    let url = world.database();
    let (_, name) = url.rsplit_once('/').expect("a URL with a database");
    let server = Db::open(&std::env::var("ZHIPING_TEST_POSTGRES").expect("it is set")).await;
    let server = server.expect("the server answers");
    let working = Working::start(&world.runtime);
    let pending = world.pending("p1").await;
    sql(&server, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
    break_off(&server, name).await;
    let asked = Instant::now();
    let mut approval = act(&pending, "review.approve", &reviewer_in("U1", "reviewer"));
    approval.key = Some(IdempotencyKey::from("approval"));
    let refusal = world.runtime.act(approval.clone()).await.expect_err("nothing can be written");
    assert!(is_unavailable(&refusal), "{refusal:?}");
    assert!(asked.elapsed() < PATIENCE, "told after {:?}", asked.elapsed());
    sql(&server, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")).await;
    let approved = world.runtime.act(approval).await.expect("it is approved");
    assert_eq!(approved.state.as_str(), "approved");
    let asked = Instant::now();
    while world.host.performed().is_empty() {
        assert!(asked.elapsed() < PATIENCE, "the workers do not go on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    working.stop().await;
    world.is_sound().await;
    drop_database(&url).await;
}

/// A job that was ordered, or taken, while the clock was thirty days ahead is done when it is right
/// again; a timer set before fires when its time has come, once.
async fn a_clock_that_jumps_loses_no_job_and_no_timer(world: &World) {
    const MONTH: i64 = 30 * 24 * HOUR;
    let waiting = world.pending("early").await;
    world.advance(-MONTH);
    let before = world.runtime.start(request_in("U2", "back", None)).await.expect("it starts");
    let before = world.runtime.act(submit(&before, &person("back"), "标题")).await;
    assert_eq!(before.expect("it is handed in").state.as_str(), "pending");
    world.advance(2 * MONTH);
    let ahead = world.runtime.start(request_in("U3", "ahead", None)).await.expect("it starts");
    let ahead = world.runtime.act(submit(&ahead, &person("ahead"), "标题")).await;
    let approve = act(&ahead.expect("handed in"), "review.approve", &reviewer_in("U3", "reviewer"));
    world.runtime.act(approve).await.expect("it is approved");
    world.advance(-MONTH);
    let working = Working::start(&world.runtime);
    let asked = Instant::now();
    while world.host.performed().is_empty() {
        assert!(asked.elapsed() < PATIENCE, "the letter is not sent");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What is done and not yet on record as done would be done again after a jump past its lease.
    Working::until_rest(&world.runtime).await;
    let view = world.runtime.view(&waiting.case).await.expect("read").expect("there");
    assert_eq!(view.case.visit.state.as_str(), "pending", "its time has not come");
    world.advance(49 * HOUR);
    let asked = Instant::now();
    loop {
        let view = world.runtime.view(&waiting.case).await.expect("read").expect("there");
        if view.case.visit.state.as_str() == "lapsed" {
            break;
        }
        assert!(asked.elapsed() < PATIENCE, "the timer does not fire");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    working.stop().await;
    assert_eq!(world.host.performed().len(), 1);
}
