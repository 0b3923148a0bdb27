//! The outbox: jobs are done once, tried again, given up, taken over and given back.

use std::time::{Duration, Instant};

use super::{
    on_both_databases,
    sql::sql,
    world::{HOUR, Working, World, act, person, request_in, reviewer_in, submit},
};
use crate::{
    decision::Effect,
    names::AccountId,
    runtime::{JobFailure, Outcome},
    store::{
        jobs::{self, Phase},
        outbox::{self, Ended, Ending, TakenJob},
    },
};

on_both_databases! {
    a_letter_is_sent_once_after_the_commit,
    an_idle_worker_begins_within_a_second_whoever_ordered_the_job,
    a_failed_job_is_tried_again_later,
    a_job_given_up_is_shown_and_can_be_revived,
    a_job_given_up_for_good_is_not_done_by_the_attempt_under_way,
    two_processes_that_meet_in_their_ids_go_on,
    only_the_newest_token_finishes_a_job,
    what_was_not_begun_is_given_back,
    two_takers_never_take_the_same_job,
}

async fn approved(world: &World) -> Outcome {
    world.approve(&world.pending("p1").await).await.expect("it is approved")
}

/// Runs the workers until `is_done`.
async fn work(world: &World, is_done: impl Fn() -> bool) {
    let working = Working::start(&world.runtime);
    for _ in 0..500 {
        if is_done() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let done = is_done();
    working.stop().await;
    assert!(done, "the workers did not get there");
}

async fn take(world: &World, limit: usize) -> Vec<TakenJob> {
    let now = world.runtime.engine.clock.now().0;
    let mut held = world.runtime.store().writer().await.expect("a connection");
    let taken = outbox::take(&mut held.connection(), now, now + 60_000, limit).await;
    taken.expect("they are taken")
}

async fn finish(world: &World, job: &TakenJob) -> bool {
    let ended = Ended { id: job.id, token: job.token, ending: Ending::Done };
    let mut held = world.runtime.store().writer().await.expect("a connection");
    let lost = outbox::finish(&mut held.connection(), &[ended]).await.expect("it is recorded");
    lost.is_empty()
}

/// Another process, at the same moment, has taken all ids that would come next.
async fn two_processes_that_meet_in_their_ids_go_on(world: &World) {
    approved(world).await;
    let job = take(world, 1).await.pop().expect("a job");
    let taken: Vec<String> = (1..=5000)
        .map(|next| {
            format!("({}, 'elsewhere', 1, 'letter', '', 0, 0, 9, 9, 'dead', '')", job.id + next)
        })
        .collect();
    let columns =
        "id, case_id, revision, kind, effect, created_at, due_at, attempts, token, status, error";
    let taken = format!("INSERT INTO outbox ({columns}) VALUES {}", taken.join(", "));
    sql(world.runtime.store(), &taken).await;
    let pending = world.pending("p2").await;
    world.approve(&pending).await.expect("it is approved with an id of its own");
    sql(world.runtime.store(), "DELETE FROM outbox WHERE case_id = 'elsewhere'").await;
}

async fn a_letter_is_sent_once_after_the_commit(world: &World) {
    let approved = approved(world).await;
    work(world, || !world.host.performed().is_empty()).await;
    let performed = world.host.performed();
    assert_eq!(performed.len(), 1);
    assert_eq!((&performed[0].case, performed[0].attempt), (&approved.case, 1));
    assert!(matches!(
        &performed[0].effect,
        Effect::Notify { letter, .. } if letter.as_str() == "approved"
    ));
    assert!(take(world, 10).await.is_empty());
}

/// By a wake where the job was ordered in the worker's process, by polling where it was not.
async fn an_idle_worker_begins_within_a_second_whoever_ordered_the_job(world: &World) {
    let working = Working::start(&world.runtime);
    let another = world.another().await;
    for (round, orderer) in [(0, &world.runtime), (1, &another)] {
        let mut took = Vec::new();
        for number in 0..3 {
            let (unit, subject) = (format!("U{round}{number}"), format!("p{round}{number}"));
            let started = world.runtime.start(request_in(&unit, &subject, None)).await;
            let handed_in = submit(&started.expect("it starts"), &person(&subject), "标题");
            let pending = world.runtime.act(handed_in).await.expect("it is handed in");
            tokio::time::sleep(Duration::from_millis(600)).await;
            let done = world.host.performed().len();
            let request = act(&pending, "review.approve", &reviewer_in(&unit, "reviewer"));
            orderer.act(request).await.expect("it is approved");
            let ordered = Instant::now();
            while world.host.performed().len() == done {
                assert!(ordered.elapsed() < Duration::from_secs(30), "nobody does the job");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            took.push(ordered.elapsed());
        }
        took.sort();
        assert!(took[1] < Duration::from_secs(1), "idle for {took:?}");
    }
    working.stop().await;
}

async fn a_failed_job_is_tried_again_later(world: &World) {
    approved(world).await;
    world.host.fail_next(JobFailure::Again("no answer".into()));
    let failures = || world.host.failures.lock().expect("no panic").len();
    work(world, || failures() == 0).await;
    assert!(world.host.performed().is_empty());
    assert!(take(world, 10).await.is_empty());
    world.advance(HOUR);
    work(world, || !world.host.performed().is_empty()).await;
    assert_eq!(world.host.performed()[0].attempt, 2);
}

async fn a_job_given_up_is_shown_and_can_be_revived(world: &World) {
    let approved = approved(world).await;
    world.host.fail_next(JobFailure::Dead("no such address".into()));
    let failures = || world.host.failures.lock().expect("no panic").len();
    work(world, || failures() == 0).await;
    let store = world.runtime.store();
    let in_phase = async |phase| jobs::list(store, phase, "", None, 10).await.expect("read");
    let dead = in_phase(Phase::Dead).await;
    assert_eq!(dead.len(), 1);
    assert_eq!((&dead[0].case, dead[0].error.as_str()), (&approved.case, "no such address"));
    let errors = jobs::errors(store, 10).await.expect("read");
    assert_eq!(errors, [("dead".to_owned(), "no such address".to_owned(), 1)]);
    let (now, by) = (world.runtime.engine.clock.now(), AccountId::from("admin"));
    assert!(jobs::retry(store, dead[0].id, &by, now).await.expect("it is revived"));
    work(world, || !world.host.performed().is_empty()).await;
    assert!(in_phase(Phase::Dead).await.is_empty());
    let done = in_phase(Phase::Done).await;
    assert!(!jobs::retry(store, done[0].id, &by, now).await.expect("it is over"));
}

async fn a_job_given_up_for_good_is_not_done_by_the_attempt_under_way(world: &World) {
    approved(world).await;
    let store = world.runtime.store();
    let taken = take(world, 1).await;
    let (now, by) = (world.runtime.engine.clock.now(), AccountId::from("admin"));
    assert!(jobs::give_up(store, taken[0].id, "重复", &by, now).await.expect("it is given up"));
    let job = jobs::find(store, taken[0].id).await.expect("read").expect("it is there");
    assert_eq!((job.phase, job.attempts), (Phase::Done, 1));
    assert!(!jobs::give_up(store, job.id, "再一次", &by, now).await.expect("once"));
    assert!(!finish(world, &taken[0]).await);
}

async fn only_the_newest_token_finishes_a_job(world: &World) {
    approved(world).await;
    let first = take(world, 10).await;
    assert_eq!(first.len(), 1);
    assert!(take(world, 10).await.is_empty());
    world.advance(61_000);
    let second = take(world, 10).await;
    assert_eq!((second[0].id, second[0].attempts), (first[0].id, 2));
    assert!(!finish(world, &first[0]).await);
    assert!(finish(world, &second[0]).await);
    assert!(!finish(world, &second[0]).await);
}

async fn what_was_not_begun_is_given_back(world: &World) {
    approved(world).await;
    let taken = take(world, 10).await;
    let now = world.runtime.engine.clock.now().0;
    let mut held = world.runtime.store().writer().await.expect("a connection");
    outbox::give_back(&mut held.connection(), &taken, now).await.expect("given back");
    drop(held);
    let again = take(world, 10).await;
    assert_eq!((again[0].id, again[0].attempts), (taken[0].id, 1));
}

async fn two_takers_never_take_the_same_job(world: &World) {
    for person in ["p1", "p2"] {
        world.approve(&world.pending(person).await).await.expect("it is approved");
    }
    let takers = (0..6).map(|_| take(world, 1));
    let taken: Vec<i64> =
        futures::future::join_all(takers).await.concat().iter().map(|job| job.id).collect();
    assert_eq!(taken.len(), 2, "{taken:?}");
    assert_ne!(taken[0], taken[1]);
}
