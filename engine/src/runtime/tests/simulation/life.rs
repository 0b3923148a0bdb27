//! The process of a simulation: begun over the database of all seeds, ended at any moment.

use std::sync::{Arc, atomic::AtomicI64};

use super::super::world::{MORNING, TestClock, TestHost, definition, open_runtime, sources};
use crate::{
    runtime::{ActRequest, NewCase, Outcome, Refusal, Runtime},
    store::Db,
};

/// One process: what is lost when it ends.
pub(super) struct Life {
    pub(super) tokio: tokio::runtime::Runtime,
    pub(super) runtime: Runtime,
}

impl Life {
    pub(super) fn begin(url: &str, host: &Arc<TestHost>, clock: &Arc<TestClock>) -> Self {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let tokio = tokio.expect("a runtime");
        let runtime = tokio.block_on(async {
            let store = Db::open(url).await.expect("the database opens");
            open_runtime(&store, host, clock).await
        });
        Self { tokio, runtime }
    }

    /// Everything under way is dropped where it stands.
    pub(super) fn end(self) {
        let Self { tokio, runtime } = self;
        let entered = tokio.enter();
        drop(runtime);
        drop(entered);
        tokio.shutdown_background();
    }
}

/// A command on its way.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Start(NewCase),
    Act(ActRequest),
}

pub(super) async fn deliver(runtime: Runtime, message: Message) -> Result<Outcome, Refusal> {
    match message {
        Message::Start(request) => runtime.start(request).await,
        Message::Act(request) => runtime.act(request).await,
    }
}

/// A database for many seeds, in memory where the system has a place for it: what must survive here
/// is the end of a process, not of the machine.
pub(super) fn with_database(work: impl FnOnce(&str, &Arc<TestHost>, &Arc<TestClock>)) {
    let memory = tempfile::tempdir_in("/dev/shm");
    let folder = memory.or_else(|_| tempfile::tempdir()).expect("a temporary folder");
    let url = folder.path().join("simulation.db").to_string_lossy().into_owned();
    let (host, clock) = (Arc::default(), Arc::new(TestClock(AtomicI64::new(MORNING))));
    let tokio = tokio::runtime::Runtime::new().expect("a runtime");
    tokio.block_on(async {
        let store = Db::open(&url).await.expect("the database opens");
        store.migrate().await.expect("the tables are made");
        let runtime = open_runtime(&store, &host, &clock).await;
        definition("request");
        runtime.install_shipped(&sources()).await.expect("the definitions are installed");
        store.close().await;
    });
    work(&url, &host, &clock);
    let life = Life::begin(&url, &host, &clock);
    let mut found = Vec::new();
    life.tokio
        .block_on(life.runtime.examine(&mut |finding| found.push(finding)))
        .expect("everything is read");
    life.end();
    assert_eq!(found, Vec::new(), "the doctor finds nothing");
}
