//! Where a simulation plays: the database of all seeds, and commands on their way.

use std::sync::{Arc, atomic::AtomicI64};

use super::super::{
    life::Life,
    world::{MORNING, TestClock, TestHost, definition, open_runtime, sources},
};
use crate::{
    runtime::{ActRequest, NewCase, Outcome, Refusal, Runtime},
    store::Db,
};

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
    let found = life.findings();
    life.end();
    assert_eq!(found, Vec::new(), "the doctor finds nothing");
}
