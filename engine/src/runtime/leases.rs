//! The leases of the jobs that this process has taken. They are short, so that the jobs of a process
//! that died are soon done by another, and renewed while the process lives.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::Engine;
use crate::store::{self, outbox::TakenJob};

/// How long a job is nobody else's after it was taken or its lease renewed.
const LEASE: Duration = Duration::from_secs(15);
/// How often leases are renewed: two renewals may fail.
const RENEWAL: Duration = Duration::from_secs(4);

/// The end of a lease that begins or is renewed at `now`, in Unix milliseconds.
pub(super) fn until(now: i64) -> i64 {
    now + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

/// Ids and tokens of the jobs that are held.
#[derive(Debug, Default)]
pub(super) struct Leases {
    held: Mutex<BTreeMap<i64, i64>>,
}

impl Leases {
    pub(super) fn hold(&self, jobs: &[TakenJob]) {
        self.held().extend(jobs.iter().map(|job| (job.id, job.token)));
    }

    /// Renews them no more.
    pub(super) fn let_go(&self, ids: impl IntoIterator<Item = i64>) {
        let mut held = self.held();
        for id in ids {
            held.remove(&id);
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<i64, i64>> {
        // Every change is a single call, so a panic elsewhere leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews what is held, again and again.
pub(super) async fn renew(engine: Arc<Engine>, leases: Arc<Leases>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let jobs = leases.held().clone();
        if jobs.is_empty() {
            continue;
        }
        let renewed = async {
            let mut writer = engine.store.writer().await?;
            let until = until(engine.clock.now().0);
            store::outbox::renew(&mut writer.connection(), jobs, until).await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "leases could not be renewed");
        }
    }
}
