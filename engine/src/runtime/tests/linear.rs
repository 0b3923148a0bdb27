//! Commands of many callers on one case, and on one hold, as the callers saw them: there must be one
//! order of all of them, each taking effect between its call and its answer, that explains every
//! answer.

use std::{
    collections::HashSet,
    fmt::Debug,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    on_both_databases,
    world::{World, act, person, request},
};
use crate::{
    decision::FormChange,
    expression::Value,
    names::CaseId,
    runtime::{Outcome, Refusal, Runtime, SaveRequest},
};

on_both_databases! {
    the_revisions_of_a_case_are_linearizable,
    a_hold_for_one_is_linearizable,
}

/// So many operations fit into a mask.
const CALLERS: u64 = 6;
const CALLS: u64 = 10;
const ROUNDS: u64 = 4;

/// One operation: the instants of its call and answer, and what the caller saw.
#[derive(Clone, Debug)]
struct Operation<Seen> {
    called: u64,
    answered: u64,
    seen: Seen,
}

/// What a sequence of operations would do.
trait Model: Copy + Eq + Hash + Debug {
    type Seen: Copy + Debug;

    /// The state after an operation that was answered so; `None` where it could not be.
    fn after(self, seen: Self::Seen) -> Option<Self>;
}

/// Whether some order explains every answer (the search of Wing and Gong, remembering what was tried).
fn is_linearizable<M: Model>(begin: M, operations: &[Operation<M::Seen>]) -> bool {
    assert!(operations.len() <= 64, "a mask holds 64 operations");
    let mut tried: HashSet<(u64, M)> = HashSet::new();
    let mut open = vec![(0_u64, begin)];
    let all = if operations.len() == 64 { u64::MAX } else { (1 << operations.len()) - 1 };
    while let Some((done, state)) = open.pop() {
        if done == all {
            return true;
        }
        let left = || operations.iter().enumerate().filter(|(index, _)| done & (1 << index) == 0);
        let first_answer = left().map(|(_, operation)| operation.answered).min();
        // What was called after another was answered cannot have come before it.
        for (index, operation) in left().filter(|(_, it)| Some(it.called) < first_answer) {
            if let Some(next) = state.after(operation.seen) {
                let next = (done | 1 << index, next);
                if tried.insert(next) {
                    open.push(next);
                }
            }
        }
    }
    false
}

/// A case: its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Revision(u64);

#[derive(Clone, Copy, Debug)]
enum OfCase {
    /// Saved on one revision, which made the next.
    Saved {
        on: u64,
        now: u64,
    },
    /// Not saved: it was no longer at that revision.
    Stale {
        on: u64,
        now: u64,
    },
    Read(u64),
}

impl Model for Revision {
    type Seen = OfCase;

    fn after(self, seen: OfCase) -> Option<Self> {
        match seen {
            OfCase::Saved { on, now } => (self.0 == on && now == on + 1).then_some(Self(now)),
            OfCase::Stale { on, now } => (self.0 == now && now != on).then_some(self),
            OfCase::Read(now) => (self.0 == now).then_some(self),
        }
    }
}

/// A hold that one case may have: who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Held(Option<u64>);

#[derive(Clone, Copy, Debug)]
enum OfHold {
    Taken(u64),
    Refused(u64),
    GivenBack(u64),
}

impl Model for Held {
    type Seen = OfHold;

    fn after(self, seen: OfHold) -> Option<Self> {
        match (seen, self.0) {
            (OfHold::Taken(by), None) => Some(Self(Some(by))),
            (OfHold::Refused(by), Some(other)) if other != by => Some(self),
            (OfHold::GivenBack(by), Some(holder)) if holder == by => Some(Self(None)),
            (OfHold::Taken(_) | OfHold::Refused(_) | OfHold::GivenBack(_), _) => None,
        }
    }
}

/// Instants in one order for all callers.
#[derive(Clone, Debug, Default)]
struct Instants(Arc<AtomicU64>);

impl Instants {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    async fn of<Seen>(&self, call: impl Future<Output = Seen>) -> Operation<Seen> {
        let called = self.next();
        let seen = call.await;
        Operation { called, answered: self.next(), seen }
    }
}

async fn save(runtime: &Runtime, case: &CaseId, on: u64, text: String) -> OfCase {
    let request = SaveRequest {
        case: case.clone(),
        revision: Some(on),
        by: person("p"),
        task: "fill".into(),
        changes: vec![FormChange {
            section: "more".into(),
            field: Some("remark".into()),
            value: Value::Text(text),
        }],
        key: None,
    };
    match runtime.save(request).await {
        Ok(outcome) => OfCase::Saved { on, now: outcome.revision },
        Err(Refusal::Stale { revision, .. }) => OfCase::Stale { on, now: revision },
        Err(other) => panic!("{other:?}"),
    }
}

async fn revision(runtime: &Runtime, case: &CaseId) -> u64 {
    runtime.view(case).await.expect("it is read").expect("it is there").case.revision
}

/// Each caller saves on the revision that it saw last, and reads now and then.
async fn calls_on_a_case(world: &World, case: &CaseId, begin: u64) -> Vec<Operation<OfCase>> {
    let instants = Instants::default();
    let callers = (0..CALLERS).map(|caller| {
        let (runtime, case, instants) = (world.runtime.clone(), case.clone(), instants.clone());
        tokio::spawn(async move {
            let (mut on, mut seen) = (begin, Vec::new());
            for call in 0..CALLS {
                let operation = if (caller + call) % 3 == 0 {
                    instants.of(async { OfCase::Read(revision(&runtime, &case).await) }).await
                } else {
                    instants.of(save(&runtime, &case, on, format!("{caller}-{call}"))).await
                };
                let (OfCase::Saved { now, .. } | OfCase::Stale { now, .. } | OfCase::Read(now)) =
                    operation.seen;
                on = now;
                seen.push(operation);
            }
            seen
        })
    });
    let seen = futures::future::join_all(callers).await;
    seen.into_iter().flat_map(|seen| seen.expect("no caller panics")).collect()
}

async fn the_revisions_of_a_case_are_linearizable(world: &World) {
    let started = world.start("p").await.expect("it starts");
    let mut begin = started.revision;
    for _ in 0..ROUNDS {
        let seen = calls_on_a_case(world, &started.case, begin).await;
        assert!(is_linearizable(Revision(begin), &seen), "no order explains {seen:#?}");
        assert_no_lie_is_believed(Revision(begin), &seen);
        begin = revision(&world.runtime, &started.case).await;
    }
}

/// The same answers with one of them wrong are refused: the check can fail.
fn assert_no_lie_is_believed(begin: Revision, seen: &[Operation<OfCase>]) {
    for index in 0..seen.len() {
        let mut lied = seen.to_vec();
        lied[index].seen = match lied[index].seen {
            OfCase::Saved { on, now } => OfCase::Saved { on: on + 1, now: now + 1 },
            OfCase::Stale { on, .. } => OfCase::Saved { on, now: on + 1 },
            OfCase::Read(now) => OfCase::Read(now + 1000),
        };
        assert!(!is_linearizable(begin, &lied), "believed although {index} is wrong: {lied:#?}");
    }
}

/// Takes the hold, or is refused it, and gives back what it took.
async fn takes_and_returns(
    runtime: Runtime,
    instants: Instants,
    caller: u64,
    mut at: Outcome,
) -> Vec<Operation<OfHold>> {
    let by = person("p");
    let mut seen = Vec::new();
    for call in 0..CALLS {
        let mut submit = super::world::submit(&at, &by, &format!("{caller}-{call}"));
        submit.revision = None;
        let answer = instants.of(runtime.act(submit)).await;
        let Operation { called, answered, seen: outcome } = answer;
        let mut note = |seen_now| seen.push(Operation { called, answered, seen: seen_now });
        match outcome {
            Ok(outcome) => {
                note(OfHold::Taken(caller));
                at = outcome;
            }
            Err(Refusal::Rejected(rejection)) => {
                assert!(rejection.to_string().contains("已有一件申请在审"), "{rejection}");
                note(OfHold::Refused(caller));
                continue;
            }
            Err(other) => panic!("{other:?}"),
        }
        let withdraw = runtime.act(act(&at, "withdraw.withdraw", &by));
        let answer = instants.of(withdraw).await;
        let Operation { called, answered, seen: outcome } = answer;
        at = outcome.expect("it is taken back");
        seen.push(Operation { called, answered, seen: OfHold::GivenBack(caller) });
    }
    seen
}

async fn a_hold_for_one_is_linearizable(world: &World) {
    const TAKERS: u64 = 3;
    for _ in 0..ROUNDS {
        let instants = Instants::default();
        let mut takers = Vec::new();
        for caller in 0..TAKERS {
            let started = world.runtime.start(request("p", None)).await.expect("it starts");
            let (runtime, instants) = (world.runtime.clone(), instants.clone());
            takers.push(tokio::spawn(takes_and_returns(runtime, instants, caller, started)));
        }
        let seen = futures::future::join_all(takers).await;
        let seen: Vec<_> =
            seen.into_iter().flat_map(|seen| seen.expect("no caller panics")).collect();
        assert!(is_linearizable(Held(None), &seen), "no order explains {seen:#?}");
    }
}

fn operation<Seen>(called: u64, answered: u64, seen: Seen) -> Operation<Seen> {
    Operation { called, answered, seen }
}

#[test]
fn a_lost_update_is_not_believed() {
    let both = [
        operation(0, 3, OfCase::Saved { on: 1, now: 2 }),
        operation(1, 4, OfCase::Saved { on: 1, now: 2 }),
    ];
    assert!(!is_linearizable(Revision(1), &both));
    let one = [
        operation(0, 3, OfCase::Saved { on: 1, now: 2 }),
        operation(1, 4, OfCase::Stale { on: 1, now: 2 }),
    ];
    assert!(is_linearizable(Revision(1), &one));
}

#[test]
fn an_old_revision_read_after_an_answer_is_not_believed() {
    let saved = operation(0, 1, OfCase::Saved { on: 1, now: 2 });
    let late = [saved.clone(), operation(2, 3, OfCase::Read(1))];
    assert!(!is_linearizable(Revision(1), &late));
    let beside =
        [operation(0, 3, OfCase::Saved { on: 1, now: 2 }), operation(1, 2, OfCase::Read(1))];
    assert!(is_linearizable(Revision(1), &beside));
}

#[test]
fn a_hold_taken_twice_is_not_believed() {
    let twice = [operation(0, 2, OfHold::Taken(0)), operation(1, 3, OfHold::Taken(1))];
    assert!(!is_linearizable(Held(None), &twice));
    let returned = [
        operation(0, 2, OfHold::Taken(0)),
        operation(1, 6, OfHold::Taken(1)),
        operation(3, 5, OfHold::GivenBack(0)),
    ];
    assert!(is_linearizable(Held(None), &returned));
}
