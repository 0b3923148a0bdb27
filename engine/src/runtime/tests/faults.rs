//! A process that ends at any statement loses nothing it has acknowledged and leaves nothing half done.
//!
//! The test starts its own binary again as a child that ends itself at the n-th point before or after
//! a statement, for n = 1, 2, 3 … until the child comes to its end. What it left is then gone through
//! again with the same keys, as a person would who got no answer.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, atomic::AtomicI64},
};

use super::world::{
    Ledger, TestClock, TestHost, Working, World, act, drop_database, open_runtime, person,
    request_in, reviewer, reviewer_in, sources, submit,
};
use crate::{
    decision::{Actor, Event, Mapping},
    names::{AccountId, CaseId},
    runtime::{ActRequest, Clock, Outcome, Runtime},
    store::{
        Db,
        crash_points::{self, End},
    },
};

const URL: &str = "ZHIPING_FAULT_URL";
const FOLDER: &str = "ZHIPING_FAULT_FOLDER";
const POINT: &str = "ZHIPING_FAULT_POINT";
const NOW: &str = "ZHIPING_FAULT_NOW";
/// The case that the child moves to the newest version; without it, it goes through a request.
const MOVES: &str = "ZHIPING_FAULT_MOVES";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_may_end_at_any_statement_on_sqlite() {
    end_at_every_point(World::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_may_end_at_any_statement_on_postgres() {
    if let Some(world) = World::postgres().await {
        let url = world.database();
        end_at_every_point(world).await;
        drop_database(&url).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_moves_a_running_case_may_end_at_any_statement_on_sqlite() {
    move_at_every_point(World::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_moves_a_running_case_may_end_at_any_statement_on_postgres() {
    if let Some(world) = World::postgres().await {
        let url = world.database();
        move_at_every_point(world).await;
        drop_database(&url).await;
    }
}

/// A case is on one version or the other, moved once, and goes on.
async fn move_at_every_point(world: World) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let by = AccountId::from("admin");
    let mut points = 0;
    loop {
        let point = points + 1;
        let pending = world.pending(&format!("p{point}")).await;
        let mut newer = sources();
        let text = newer.files.get_mut("request.yaml").expect("it is there");
        *text = text.replacen("name: 申请", &format!("name: 申请之{point}"), 1);
        world.runtime.publish(&newer, &by).await.expect("it is published");
        let came_to_its_end = run_child(&world, folder.path(), point, Some(&pending.case));
        world.advance(60_000);
        let behind = world.runtime.behind(&"request".into()).await.expect("told");
        let is_left = behind.contains(&pending.case);
        let is_told = acknowledged(folder.path()).read().contains(&pending.case.to_string());
        assert!(!(is_left && is_told), "what was acknowledged at {point} is lost");
        if is_left {
            let moved = world.runtime.migrate(&pending.case, &Mapping::default(), &by).await;
            moved.expect("it moves");
        }
        let history = world.runtime.history(&pending.case).await.expect("read");
        let moves = history.iter().filter(|it| matches!(it.event, Event::Migrated { .. })).count();
        assert_eq!(moves, 1, "at {point}");
        let moved = Outcome { revision: pending.revision + 1, ..pending };
        let request = act(&moved, "review.return", &reviewer("reviewer"));
        world.runtime.act(request).await.expect("it goes on");
        if came_to_its_end {
            break;
        }
        points = point;
    }
    assert!(points > 3, "only {points} points");
    world.is_sound().await;
    eprintln!("ended at {points} points of a move");
}

async fn end_at_every_point(world: World) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = TestHost { ledger: Some(letters(folder.path())), ..TestHost::default() };
    let runtime = open_runtime(world.runtime.store(), &Arc::new(host), &world.clock).await;
    let mut points = 0;
    loop {
        let point = points + 1;
        let came_to_its_end = run_child(&world, folder.path(), point, None);
        // Later than the leases of the child.
        world.advance(60_000);
        let outcomes = go_through(&runtime, point, |_| {}).await;
        Working::until_all_is_done(&runtime).await;
        verify(&runtime, folder.path(), point, &outcomes).await;
        if came_to_its_end {
            break;
        }
        points = point;
    }
    assert!(points > 20, "only {points} points");
    world.is_sound().await;
    eprintln!("ended at {points} points");
}

fn run_child(world: &World, folder: &Path, point: u32, moves: Option<&CaseId>) -> bool {
    let mut child = Command::new(std::env::current_exe().expect("the test binary"));
    child.args(["--exact", "runtime::tests::faults::child", "--nocapture", "--test-threads=1"]);
    child.env(URL, world.database()).env(FOLDER, folder).env(POINT, point.to_string());
    child.env(NOW, world.clock.now().0.to_string()).stdout(Stdio::null());
    child.envs(moves.map(|case| (MOVES, case.as_str())));
    child.status().expect("the child runs").success()
}

/// The child process; without its environment there is nothing to do.
#[test]
fn child() {
    let variable = |name| std::env::var(name).ok();
    let (Some(url), Some(folder), Some(point), Some(now)) =
        (variable(URL), variable(FOLDER), variable(POINT), variable(NOW))
    else {
        return;
    };
    let (point, now) = (point.parse().expect("a number"), now.parse().expect("a moment"));
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let folder = std::path::PathBuf::from(folder);
    tokio.expect("a runtime").block_on(async {
        let host = TestHost { ledger: Some(letters(&folder)), ..TestHost::default() };
        let store = Db::open(&url).await.expect("the database opens");
        let clock = Arc::new(TestClock(AtomicI64::new(now)));
        let runtime = open_runtime(&store, &Arc::new(host), &clock).await;
        crash_points::plan(Some((point, End::Abort)));
        if let Some(case) = variable(MOVES) {
            let (case, by) = (CaseId::from(case.as_str()), AccountId::from("admin"));
            runtime.migrate(&case, &Mapping::default(), &by).await.expect("it moves");
            return acknowledged(&folder).write(case.as_str());
        }
        go_through(&runtime, point, |outcome| acknowledged(&folder).write(&line(point, outcome)))
            .await;
        Working::until_all_is_done(&runtime).await;
    });
}

/// Starts a request, has it returned and approved: with holds, a number, a timer and a letter.
async fn go_through(
    runtime: &Runtime,
    point: u32,
    mut acknowledge: impl FnMut(&Outcome),
) -> Vec<Outcome> {
    let (unit, subject) = (format!("U{point}"), format!("p{point}"));
    let (applicant, unit_reviewer) = (person(&subject), reviewer_in(&unit, "reviewer"));
    let key = |step: usize| format!("{point}-{step}");
    let started = runtime.start(request_in(&unit, &subject, Some(&key(0)))).await;
    let mut outcomes = vec![started.expect("it starts")];
    acknowledge(&outcomes[0]);
    type Step<'a> = (&'a dyn Fn(&Outcome, &Actor) -> ActRequest, &'a Actor);
    let steps: [Step<'_>; 4] = [
        (&|on, by| submit(on, by, "标题"), &applicant),
        (&|on, by| act(on, "review.return", by), &unit_reviewer),
        (&|on, by| submit(on, by, "新标题"), &applicant),
        (&|on, by| act(on, "review.approve", by), &unit_reviewer),
    ];
    for (step, (request, by)) in (1..).zip(steps) {
        let mut request = request(&outcomes[outcomes.len() - 1], by);
        request.key = Some(key(step).as_str().into());
        let outcome = runtime.act(request).await.expect("it is done");
        acknowledge(&outcome);
        outcomes.push(outcome);
    }
    outcomes
}

async fn verify(runtime: &Runtime, folder: &Path, point: u32, outcomes: &[Outcome]) {
    let own = format!("{point} ");
    let told: Vec<String> =
        acknowledged(folder).read().into_iter().filter(|line| line.starts_with(&own)).collect();
    let now: Vec<String> = outcomes.iter().map(|outcome| line(point, outcome)).collect();
    assert_eq!(told, now[..told.len()], "the answers differ from those acknowledged");
    let last = &outcomes[outcomes.len() - 1];
    let view = runtime.view(&last.case).await.expect("read").expect("there");
    assert_eq!((view.case.visit.state.as_str(), view.case.revision), ("approved", 5));
    assert_eq!(view.case.numbers["acceptance"], format!("U{point}-1"));
    let letters = letters(folder).read();
    let own: BTreeSet<&String> =
        letters.iter().filter(|line| line.ends_with(last.case.as_str())).collect();
    assert_eq!(own.len(), 1, "{own:?}");
}

fn line(point: u32, outcome: &Outcome) -> String {
    format!("{point} {} {} {}", outcome.case, outcome.revision, outcome.state)
}

fn letters(folder: &Path) -> Ledger {
    Ledger(folder.join("letters"))
}

fn acknowledged(folder: &Path) -> Ledger {
    Ledger(folder.join("acknowledged"))
}
