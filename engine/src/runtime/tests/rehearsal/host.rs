//! The host that a scenario describes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;

use crate::{
    calendar::Calendar,
    decision::Facts,
    expression::Value,
    names::{AccountId, OperationName, RoleName, UnitId},
    runtime::{Host, HostError, Job, JobFailure},
    simulate::rehearsal::Surroundings,
    store::{Connection, crash_points},
};

/// Answers what the scenario says, and remembers the jobs it was given.
#[derive(Debug)]
pub(super) struct ScenarioHost {
    surroundings: Mutex<Surroundings>,
    jobs: Mutex<BTreeMap<i64, Job>>,
}

impl ScenarioHost {
    pub(super) fn new(surroundings: Surroundings) -> Self {
        Self { surroundings: Mutex::new(surroundings), jobs: Mutex::default() }
    }

    pub(super) fn set(&self, surroundings: Surroundings) {
        *self.surroundings.lock().unwrap_or_else(PoisonError::into_inner) = surroundings;
    }

    /// The jobs done, each once however often it was tried.
    pub(super) fn take_jobs(&self) -> Vec<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *jobs).into_values().collect()
    }

    fn ask<T>(&self, question: impl FnOnce(&Surroundings) -> T) -> T {
        question(&self.surroundings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for ScenarioHost {
    fn subject<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        kind: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>> {
        let key = (kind.to_owned(), id.to_owned());
        let subject = self.ask(|surroundings| surroundings.subject(&key).cloned());
        Box::pin(async move { Ok(subject) })
    }

    fn fact<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        operation: &'a OperationName,
        with: &'a BTreeMap<String, Value>,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        let answer = self.ask(|surroundings| surroundings.answer(operation, with));
        Box::pin(async move { Ok(answer) })
    }

    fn holders<'a>(
        &'a self,
        _: &'a mut Connection<'_>,
        role: &'a RoleName,
        unit: Option<&'a UnitId>,
    ) -> BoxFuture<'a, Result<Vec<AccountId>, HostError>> {
        let holders = self.ask(|surroundings| surroundings.holders(role, unit));
        Box::pin(async move { Ok(holders) })
    }

    fn calendar(&self) -> Arc<Calendar> {
        self.ask(|surroundings| Arc::clone(&surroundings.calendar))
    }

    /// That of the simulator.
    fn seed(&self) -> u64 {
        Facts::default().seed
    }

    /// The process may end before the letter is sent, and after it before that is recorded.
    fn perform<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>> {
        Box::pin(async move {
            crash_points::pass().await;
            self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(job.id, job.clone());
            crash_points::pass().await;
            Ok(())
        })
    }
}
