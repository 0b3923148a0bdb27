//! The workers: they carry out the jobs of the outbox and fire due timers until they are told to
//! stop. Any number of processes may run them.

use std::{sync::Arc, time::Duration};

use apalis::{layers::WorkerBuilderExt, prelude::Monitor};
use apalis_core::{error::BoxDynError, task::data::Data, worker::builder::WorkerBuilder};
use tokio::sync::mpsc;

use super::{
    Engine, Job, JobFailure, Refusal, Runtime,
    leases::{self, Leases},
    outbox::{CONCURRENCY, MANY, Outbox},
    sweeps::{Round, Rounds, sweep},
};
use crate::{
    decision::Effect,
    in_transaction,
    names::CaseId,
    store::{
        self, Connection,
        outbox::{Ended, Ending, TakenJob},
    },
};

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Attempts before a job is given up.
const ATTEMPTS: i64 = 10;
/// How long a letter is tried.
const LETTERS: i64 = 24 * 60 * 60 * 1000;
/// The first and the longest pause between attempts.
const PAUSES: (i64, i64) = (5_000, 15 * 60 * 1000);
/// How long a shutdown waits for jobs under way.
const GRACE: Duration = Duration::from_secs(35);

/// Workers that ended before they were told to.
#[derive(Debug, thiserror::Error)]
#[error("the workers ended")]
pub struct WorkersEnded(#[source] BoxDynError);

/// Runs the workers of `runtime` until `shutdown` is done, then lets what is under way end and gives
/// back what was not begun.
///
/// # Errors
/// When the workers end by themselves.
pub async fn workers(
    runtime: Runtime,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), WorkersEnded> {
    let (endings, ended) = mpsc::channel(MANY);
    let leases = Arc::new(Leases::default());
    let engine = &runtime.engine;
    let recorder = record_endings(Arc::clone(engine), Arc::clone(&leases), ended);
    let recorder = tokio::spawn(recorder);
    let renewer = tokio::spawn(leases::renew(Arc::clone(engine), Arc::clone(&leases)));
    let outbox_runtime = runtime.clone();
    let monitor = Monitor::new()
        .register(move |_| {
            WorkerBuilder::new("outbox")
                .backend(Outbox::new(Arc::clone(&outbox_runtime.engine), Arc::clone(&leases)))
                .data(outbox_runtime.clone())
                .data(endings.clone())
                .concurrency(CONCURRENCY)
                .build(carry_out)
        })
        .register(move |_| {
            WorkerBuilder::new("sweeps")
                .backend(Rounds::new())
                .data(runtime.clone())
                .concurrency(1)
                .catch_panic()
                .build(run_round)
        })
        .shutdown_timeout(GRACE);
    let signal = async move {
        shutdown.await;
        Ok(())
    };
    let ran = monitor.run_with_signal(signal).await;
    // The recorder ends when the last worker has let go of its channel.
    if let Err(error) = recorder.await {
        tracing::error!(%error, "how the last jobs ended was not recorded");
    }
    renewer.abort();
    ran.map_err(|error| WorkersEnded(error.into()))
}

async fn run_round(round: Round, runtime: Data<Runtime>) {
    sweep(&runtime, round).await;
}

/// One attempt at a job; how it ended is recorded with others'. A shutdown waits for that too,
/// because the recorder ends after the last worker.
async fn carry_out(job: TakenJob, runtime: Data<Runtime>, endings: Data<mpsc::Sender<Ended>>) {
    let (id, token) = (job.id, job.token);
    let attempt = attempt((*runtime).clone(), job.clone());
    // A future of its own: a panic in it is an attempt that failed.
    let result = match tokio::time::timeout(TIMEOUT, tokio::spawn(attempt)).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(JobFailure::Again(Box::new(panic))),
        Err(elapsed) => Err(JobFailure::Again(Box::new(elapsed))),
    };
    let now = runtime.engine.clock.now().0;
    let ending = ending(&job, result, now);
    if let Ending::Again { error, .. } | Ending::Dead { error } = &ending {
        tracing::warn!(id, kind = job.kind, attempts = job.attempts, error, "a job failed");
    }
    if endings.send(Ended { id, token, ending }).await.is_err() {
        tracing::error!(id, "how a job ended was not recorded: it will be offered again");
    }
}

pub(super) async fn attempt(runtime: Runtime, job: TakenJob) -> Result<(), JobFailure> {
    let case = CaseId::from(job.case_id.as_str());
    if job.kind == super::derive::WAKE {
        return match runtime.wake(&case).await {
            Ok(_) | Err(Refusal::NotFound) => Ok(()),
            Err(refusal) => Err(JobFailure::Again(Box::new(refusal))),
        };
    }
    let effect: Effect =
        serde_json::from_str(&job.effect).map_err(|error| JobFailure::Dead(Box::new(error)))?;
    let job = Job {
        id: job.id,
        case,
        revision: u64::try_from(job.revision).unwrap_or_default(),
        effect,
        attempt: u32::try_from(job.attempts).unwrap_or(u32::MAX),
    };
    runtime.engine.host.perform(&job).await
}

fn ending(job: &TakenJob, result: Result<(), JobFailure>, now: i64) -> Ending {
    match result {
        Ok(()) => Ending::Done,
        Err(JobFailure::Dead(why)) => Ending::Dead { error: why.to_string() },
        Err(JobFailure::Again(why)) => {
            let error = why.to_string();
            let is_letter = job.kind == "notify";
            let is_spent =
                if is_letter { now - job.created_at > LETTERS } else { job.attempts >= ATTEMPTS };
            if is_spent {
                Ending::Dead { error }
            } else {
                Ending::Again { at: now + pause(job.attempts), error }
            }
        }
    }
}

/// Exponential with full jitter.
fn pause(attempts: i64) -> i64 {
    let (first, longest) = PAUSES;
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(20);
    let most = (first << doublings).min(longest);
    rand::random_range(first / 5..=most)
}

/// Records endings, as many as have come in one transaction.
async fn record_endings(
    engine: Arc<Engine>,
    leases: Arc<Leases>,
    mut ended: mpsc::Receiver<Ended>,
) {
    let mut endings = Vec::new();
    while ended.recv_many(&mut endings, MANY).await > 0 {
        if let Err(error) = record(&engine, &endings).await {
            tracing::warn!(%error, jobs = endings.len(), "jobs will be offered again");
        }
        leases.let_go(endings.drain(..).map(|ended| ended.id));
    }
}

async fn record(engine: &Engine, endings: &[Ended]) -> Result<(), sqlx::Error> {
    let lost = in_transaction!(&engine.store, connection => {
        store::outbox::finish(&mut Connection::from(connection), endings).await
    })?;
    for id in lost {
        tracing::warn!(id, "lease_lost: the job was taken over, this ending counts for nothing");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(kind: &str, attempts: i64) -> TakenJob {
        TakenJob {
            id: 1,
            token: attempts,
            case_id: "c1".to_owned(),
            revision: 1,
            kind: kind.to_owned(),
            effect: String::new(),
            created_at: 0,
            attempts,
        }
    }

    fn again() -> Result<(), JobFailure> {
        Err(JobFailure::Again("no answer".into()))
    }

    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour() {
        for attempts in 1..40 {
            let longest = (PAUSES.0 << (attempts - 1).min(20)).min(PAUSES.1);
            assert!((1_000..=longest).contains(&pause(attempts)));
        }
    }

    #[test]
    fn a_letter_is_tried_for_a_day_and_anything_else_ten_times() {
        assert!(matches!(ending(&job("notify", 40), again(), LETTERS), Ending::Again { .. }));
        assert!(matches!(ending(&job("notify", 40), again(), LETTERS + 1), Ending::Dead { .. }));
        assert!(matches!(ending(&job("call", 9), again(), 0), Ending::Again { .. }));
        assert!(matches!(ending(&job("call", 10), again(), 0), Ending::Dead { .. }));
        let given_up = Err(JobFailure::Dead("no such address".into()));
        assert!(matches!(ending(&job("notify", 1), given_up, 0), Ending::Dead { .. }));
    }
}
