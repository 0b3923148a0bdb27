//! A process in miniature: begun over a database that outlives it, ended at any moment.

use std::sync::Arc;

use super::world::TestClock;
use crate::{
    runtime::{Clock, Finding, Host, Published, Runtime, library::Library},
    store::Db,
};

/// One process: what is lost when it ends.
pub(super) struct Life {
    pub(super) tokio: tokio::runtime::Runtime,
    pub(super) runtime: Runtime,
}

impl Life {
    pub(super) fn begin<H: Host + 'static>(
        url: &str,
        host: &Arc<H>,
        clock: &Arc<TestClock>,
    ) -> Self {
        Self::begin_knowing(&[], url, host, clock)
    }

    /// The same where these definitions need not be compiled anew.
    pub(super) fn begin_knowing<H: Host + 'static>(
        known: &[Arc<Published>],
        url: &str,
        host: &Arc<H>,
        clock: &Arc<TestClock>,
    ) -> Self {
        let host: Arc<dyn Host> = Arc::<H>::clone(host);
        let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(clock);
        let library = Library::default();
        known.iter().for_each(|published| library.keep(published));
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let tokio = tokio.expect("a runtime");
        let runtime = tokio.block_on(async {
            let store = Db::open(url).await.expect("the database opens");
            Runtime::open_over(store, host, clock, library).await.expect("the runtime opens")
        });
        Self { tokio, runtime }
    }

    /// What the doctor finds.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut note = |finding| found.push(finding);
        let examined = self.tokio.block_on(self.runtime.examine(&mut note));
        examined.expect("everything is read");
        found
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
