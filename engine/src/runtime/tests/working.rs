//! Workers in tests.

use std::time::Duration;

use crate::{
    calendar::Moment,
    runtime::{Runtime, WorkersEnded, workers},
    store::outbox,
};

/// Workers at work until they are told to stop.
#[derive(Debug)]
pub(super) struct Working {
    stop: tokio::sync::oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<Result<(), WorkersEnded>>,
}

impl Working {
    pub(super) fn start(runtime: &Runtime) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let ended = tokio::spawn(workers(runtime.clone(), async {
            // Nobody can tell any more once the sender is gone, which is the end as well.
            let _ = stopped.await;
        }));
        Self { stop, ended }
    }

    pub(super) async fn stop(self) {
        self.stop.send(()).expect("the workers listen");
        self.ended.await.expect("no panic").expect("they end well");
    }

    /// Lets them work until no job is left.
    pub(super) async fn until_all_is_done(runtime: &Runtime) {
        let working = Self::start(runtime);
        Self::until_rest(runtime).await;
        working.stop().await;
    }

    /// Waits for those at work until no job is left.
    pub(super) async fn until_rest(runtime: &Runtime) {
        let never = Moment(i64::MAX);
        while outbox::oldest_due(runtime.store(), never).await.expect("read").is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
