//! What happens without anybody asking: due timers fire, and what is old is forgotten. The rounds
//! are an apalis backend of their own, so that one monitor runs and ends everything.

use std::{
    future::Future,
    pin::Pin,
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
use futures::{StreamExt, stream};
use tokio::time::{Instant, Sleep};
use tower::layer::util::Identity;

use super::{Engine, Runtime, outbox::Never, reckoning};
use crate::{names::CaseId, store};

/// How often due timers are looked for.
const ROUND: Duration = Duration::from_millis(500);
/// Every so many rounds what is old is forgotten.
const ROUNDS_TO_FORGET: u64 = 7200;
/// Every so many rounds timers are reckoned anew whose ends depend on facts.
const ROUNDS_TO_RECKON: u64 = 7200;
/// Every so many rounds cases are woken whose rules wait for other cases.
const ROUNDS_TO_WAIT: u64 = 10;
/// Cases woken in one go.
const CASES: i64 = 200;
/// Wakes under way at the same time, so that people's commands always find room.
pub(super) const AT_ONCE: usize = 16;
/// No job waits longer than this for its next attempt or the end of its lease.
const FURTHEST: i64 = 60 * 60 * 1000;
/// Answers looked at in one go when they are to be forgotten.
const ANSWERS: i64 = 2000;
/// How long answers to commands and finished jobs are kept.
const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

/// One round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round(u64);

/// The backend: a round at a time, with a pause between.
#[derive(Debug)]
pub(super) struct Rounds {
    next: u64,
    pause: Pin<Box<Sleep>>,
}

impl Rounds {
    pub(super) fn new() -> Self {
        Self { next: 0, pause: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }
}

impl Backend for Rounds {
    type Task = Task<Round>;
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
        ready!(self.pause.as_mut().poll(cx));
        self.pause.as_mut().reset(Instant::now() + ROUND);
        let round = Round(self.next);
        self.next += 1;
        let task = TaskBuilder::new(round).task_id(TaskId::from_string(round.0.to_string()));
        Poll::Ready(Some(Ok(task.build())))
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Rounds {
    type Args = Round;
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

/// Carries out one round; a failure is logged and the next round tries again.
pub(super) async fn sweep(runtime: &Runtime, round: Round) {
    let now = runtime.engine.clock.now().0;
    if let Err(error) = store::outbox::hasten(&runtime.engine.store, now, now + FURTHEST).await {
        tracing::warn!(%error, "jobs ordered by a clock that was ahead could not be looked for");
    }
    // What is due by a calendar that is no longer in force is not due.
    let with_facts = round.0.is_multiple_of(ROUNDS_TO_RECKON);
    if let Err(error) = reckoning::follow_world(runtime, with_facts).await {
        tracing::warn!(%error, "timers could not be reckoned anew");
    }
    if round.0.is_multiple_of(ROUNDS_TO_WAIT)
        && let Err(error) = reckoning::wake_waiting(runtime).await
    {
        tracing::warn!(%error, "cases that wait for others could not be woken");
    }
    if let Err(error) = wake_due(runtime).await {
        tracing::warn!(%error, "due timers could not be looked for");
    }
    if round.0.is_multiple_of(ROUNDS_TO_FORGET)
        && let Err(error) = forget(runtime).await
    {
        tracing::warn!(%error, "what is old could not be forgotten");
    }
}

/// A case that is still due after it was woken could not be carried on; the others go on.
async fn wake_due(runtime: &Runtime) -> Result<(), sqlx::Error> {
    let engine = &runtime.engine;
    let now = engine.clock.now().0;
    let mut last = (i64::MIN, String::new());
    loop {
        let mut held = engine.store.reader().await?;
        let after = (last.0, last.1.as_str());
        let due = store::due_cases(&mut held.connection(), now, after, CASES).await?;
        drop(held);
        match due.last() {
            Some(case) => last = case.clone(),
            None => return Ok(()),
        }
        let wakes = stream::iter(due).map(|(_, id)| async move {
            let case = CaseId::from(id);
            if let Err(error) = runtime.wake(&case).await {
                tracing::warn!(%error, %case, "a due timer could not fire");
            }
        });
        wakes.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    }
}

pub(super) async fn forget(runtime: &Runtime) -> Result<(), sqlx::Error> {
    let engine = &runtime.engine;
    let before = engine.clock.now().0 - KEPT;
    let mut held = engine.store.writer().await?;
    let oldest_job = super::rows::first_job_id(before);
    store::outbox::forget(&mut held.connection(), oldest_job).await?;
    drop(held);
    forget_answers(engine, before).await
}

/// Looks at the answers page by page, so that the writer is never held for long.
async fn forget_answers(engine: &Engine, before: i64) -> Result<(), sqlx::Error> {
    let mut last = (String::new(), String::new());
    loop {
        let mut held = engine.store.reader().await?;
        let after = (last.0.as_str(), last.1.as_str());
        let page = store::answers_after(&mut held.connection(), after, ANSWERS).await?;
        drop(held);
        let Some((account, key, _)) = page.last() else {
            return Ok(());
        };
        last = (account.clone(), key.clone());
        let old: Vec<_> = page.into_iter().filter(|(_, _, at)| *at < before).collect();
        if !old.is_empty() {
            let mut held = engine.store.writer().await?;
            store::forget_answers(&mut held.connection(), old).await?;
        }
    }
}
