//! The outbox as an apalis backend: jobs are claimed by a spawned future that is never cancelled,
//! and what was claimed and not begun is given back when the worker closes.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    task::{
        Task,
        builder::TaskBuilder,
        task_id::{RandomId, TaskId},
    },
    worker::context::WorkerContext,
};
use futures::future::BoxFuture;
use tokio::{task::JoinHandle, time::Instant};
use tower::layer::util::Identity;

use super::{
    Engine,
    leases::{self, Leases},
};
use crate::store::{self, outbox::TakenJob};

/// Jobs carried out at the same time by one process.
pub(super) const CONCURRENCY: usize = 16;
/// Jobs claimed in one transaction where they take their time: others may do the rest.
const FEW: usize = 32;
/// Jobs claimed, or endings recorded, in one transaction at most.
pub(super) const MANY: usize = 1024;
/// Whoever has begun half of what he claimed in less time claims twice as many the next time.
const QUICK: Duration = Duration::from_millis(50);
/// How often the outbox is looked at although nobody said that there is something.
const POLL: Duration = Duration::from_millis(400);
/// The longest pause after a database error.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The backend of one worker.
#[derive(Debug)]
pub(super) struct Outbox {
    engine: Arc<Engine>,
    leases: Arc<Leases>,
    taken: VecDeque<TakenJob>,
    doing: Doing,
    failures: u32,
    /// How many are claimed next, and whether the last claim found as many as it wanted.
    at_once: usize,
    is_full: bool,
    claimed_at: Instant,
}

/// What the backend is waiting for.
enum Doing {
    /// Nothing: it looks next.
    Idle,
    /// A claim that is under way.
    Claiming(JoinHandle<Result<Vec<TakenJob>, sqlx::Error>>),
    /// A word that there is something, or the next look.
    Waiting(BoxFuture<'static, ()>),
    /// What was taken is being given back.
    GivingBack(JoinHandle<()>),
}

impl std::fmt::Debug for Doing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Idle => "Idle",
            Self::Claiming(_) => "Claiming",
            Self::Waiting(_) => "Waiting",
            Self::GivingBack(_) => "GivingBack",
        })
    }
}

/// The outbox never fails as a backend: it logs, pauses and goes on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Never {}

impl Outbox {
    pub(super) fn new(engine: Arc<Engine>, leases: Arc<Leases>) -> Self {
        Self {
            engine,
            leases,
            taken: VecDeque::new(),
            doing: Doing::Idle,
            failures: 0,
            at_once: FEW,
            is_full: false,
            claimed_at: Instant::now(),
        }
    }

    fn wait(&mut self, pause: Duration) {
        let jobs = Arc::clone(&self.engine.jobs);
        self.doing = Doing::Waiting(Box::pin(async move {
            tokio::select! {
                () = jobs.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }));
    }

    /// Whether half of a full claim is handed out and nothing else is under way: the next claim runs
    /// beside the rest.
    fn is_running_low(&self) -> bool {
        self.is_full && self.taken.len() <= self.at_once / 2 && matches!(self.doing, Doing::Idle)
    }

    /// Claims what is due, the more the faster it was carried out the last time.
    fn claim(&mut self) {
        let is_quick = self.is_full && self.claimed_at.elapsed() < QUICK;
        self.at_once = if is_quick { (self.at_once * 2).min(MANY) } else { FEW };
        let (engine, leases) = (Arc::clone(&self.engine), Arc::clone(&self.leases));
        let claimed = claim(engine, leases, self.at_once, self.is_full);
        self.doing = Doing::Claiming(tokio::spawn(claimed));
    }

    fn claimed(&mut self, result: Result<Vec<TakenJob>, sqlx::Error>) {
        self.claimed_at = Instant::now();
        self.is_full = result.as_ref().is_ok_and(|jobs| jobs.len() == self.at_once);
        match result {
            Ok(jobs) if jobs.is_empty() => {
                self.failures = 0;
                self.wait(POLL);
            }
            Ok(jobs) => {
                self.failures = 0;
                self.taken.extend(jobs);
                self.doing = Doing::Idle;
            }
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                self.failures = self.failures.saturating_add(1);
                let pause = POLL.saturating_mul(1 << self.failures.min(6)).min(LONGEST_PAUSE);
                self.doing = Doing::Waiting(Box::pin(tokio::time::sleep(pause)));
            }
        }
    }
}

/// Takes up to `at_once` jobs; where there may be none, looks first, which costs no write.
async fn claim(
    engine: Arc<Engine>,
    leases: Arc<Leases>,
    at_once: usize,
    are_known: bool,
) -> Result<Vec<TakenJob>, sqlx::Error> {
    let now = engine.clock.now().0;
    if !are_known {
        let mut reader = engine.store.reader().await?;
        if !store::outbox::is_due(&mut reader.connection(), now).await? {
            return Ok(Vec::new());
        }
    }
    let mut writer = engine.store.writer().await?;
    let until = leases::until(now);
    let jobs = store::outbox::take(&mut writer.connection(), now, until, at_once).await?;
    leases.hold(&jobs);
    Ok(jobs)
}

async fn give_back(engine: Arc<Engine>, leases: Arc<Leases>, jobs: Vec<TakenJob>) {
    let now = engine.clock.now().0;
    leases.let_go(jobs.iter().map(|job| job.id));
    let given_back = async {
        let mut writer = engine.store.writer().await?;
        store::outbox::give_back(&mut writer.connection(), &jobs, now).await
    };
    if let Err(error) = given_back.await {
        tracing::warn!(%error, "unstarted jobs wait until their lease ends");
    }
}

impl Backend for Outbox {
    type Task = Task<TakenJob>;
    type Error = Never;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Self::Error>>> {
        loop {
            if self.is_running_low() {
                self.claim();
            }
            if let Some(job) = self.taken.pop_front() {
                return Poll::Ready(Some(Ok(as_task(job))));
            }
            match &mut self.doing {
                Doing::Idle => self.claim(),
                Doing::Claiming(handle) => {
                    let claimed = ready!(Pin::new(handle).poll(cx));
                    self.claimed(claimed.unwrap_or(Err(sqlx::Error::WorkerCrashed)));
                }
                Doing::Waiting(pause) => {
                    ready!(pause.as_mut().poll(cx));
                    self.doing = Doing::Idle;
                }
                Doing::GivingBack(_) => return Poll::Ready(None),
            }
        }
    }

    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        loop {
            match &mut self.doing {
                Doing::Claiming(handle) => {
                    let claimed = ready!(Pin::new(handle).poll(cx));
                    self.claimed(claimed.unwrap_or(Err(sqlx::Error::WorkerCrashed)));
                }
                Doing::GivingBack(handle) => {
                    // A panic there was logged; the lease gives the jobs back.
                    let _ = ready!(Pin::new(handle).poll(cx));
                    self.doing = Doing::Idle;
                }
                Doing::Idle | Doing::Waiting(_) if self.taken.is_empty() => {
                    return Poll::Ready(Ok(()));
                }
                Doing::Idle | Doing::Waiting(_) => {
                    let jobs = self.taken.drain(..).collect();
                    let giving =
                        give_back(Arc::clone(&self.engine), Arc::clone(&self.leases), jobs);
                    self.doing = Doing::GivingBack(tokio::spawn(giving));
                }
            }
        }
    }
}

/// apalis counts an attempt when it begins one.
fn as_task(job: TakenJob) -> Task<TakenJob> {
    let id = TaskId::from_string(job.id.to_string());
    let attempt = usize::try_from(job.attempts - 1).unwrap_or_default();
    TaskBuilder::new(job).task_id(id).attempt(attempt).build()
}

impl BackendConfig for Outbox {
    type Args = TakenJob;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &Self::Config {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        Identity::new()
    }
}
