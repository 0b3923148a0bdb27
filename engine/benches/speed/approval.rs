//! approval-3: seven human actions a case through the public interface, each answered when it is on
//! disk.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use engine::runtime::{Outcome, Runtime};

use super::{
    report::{Line, cpu_seconds, quantile},
    world::{act, new_case, reviewer, submit},
};

/// One measurement.
pub(crate) async fn measure(runtime: &Runtime, clients: u64, lasts: Duration) -> Line {
    let stop = Arc::new(AtomicBool::new(false));
    let persons = Arc::new(AtomicU64::new(0));
    let run = uuid::Uuid::new_v4().simple().to_string();
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (runtime, stop, persons) = (runtime.clone(), Arc::clone(&stop), Arc::clone(&persons));
        let run = run.clone();
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let person = format!("{run}-{}", persons.fetch_add(1, Ordering::Relaxed));
                one_case(&runtime, &person, &mut times).await;
            }
            times
        }));
    }
    tokio::time::sleep(lasts).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client runs to its end"));
    }
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let actions = times.len() as f64;
    let mut line = Line::new("approval-3", clients);
    line.number("actions_per_s", actions / seconds);
    line.number("p50_ms", quantile(&mut times, 0.5));
    line.number("p99_ms", quantile(&mut times, 0.99));
    line.number("cpu_ms_per_action", cpu * 1000.0 / actions);
    line
}

/// Starts a case, has it returned once, and takes it to its end.
async fn one_case(runtime: &Runtime, person: &str, times: &mut Vec<f64>) {
    let start = timed(times, runtime.start(new_case(person))).await;
    let mut at = start;
    for (round, decision) in [(1, "department_review.return"), (2, "department_review.pass")] {
        at = timed(times, runtime.act(submit(&at, person, round))).await;
        at = timed(times, runtime.act(act(&at, "unit_review.pass", reviewer()))).await;
        at = timed(times, runtime.act(act(&at, decision, reviewer()))).await;
    }
    assert!(at.closed, "the last approval ends the case");
}

async fn timed<E: std::fmt::Debug>(
    times: &mut Vec<f64>,
    action: impl Future<Output = Result<Outcome, E>>,
) -> Outcome {
    let began = Instant::now();
    let outcome = action.await.expect("the action is accepted");
    times.push(began.elapsed().as_secs_f64() * 1000.0);
    outcome
}
