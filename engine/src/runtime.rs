//! The durable runtime: load → decide → commit. Only the runtime changes a case.
//!
//! Invariant: nobody is answered before the commit; a command is carried out once or not at all.
//!
//! Reading order: `request` (what is asked and answered), `committer` (queue, batches, retries),
//! `transact` (one transaction), `execute` (one command and what follows), `batch` and `locked` (facts),
//! `derive` and `rows` (what is written), then `workers` for what happens without anybody asking.

mod archive;
mod aside;
mod batch;
mod claims;
mod committer;
mod derive;
mod doctor;
mod execute;
mod host;
mod impact;
mod leases;
mod library;
mod locked;
mod migrate;
mod outbox;
mod publish;
mod reckoning;
mod request;
mod rows;
mod sweeps;
mod transact;
mod unit;
mod view;
mod work;
mod workers;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use tokio::sync::Notify;

pub use archive::{ArchiveError, Archived, Retention, verify_archive};
pub use doctor::{Fault, Finding};
pub use host::{Clock, Host, HostError, Job, JobFailure, SystemClock};
pub use impact::{After, Handed, Impact, Moved};
pub use publish::{AvailableUpdate, Publication, PublishError, Published, Shipped, VersionInfo};
pub use request::{
    ActRequest, Claim, NewCase, NotATaskId, Outcome, Refusal, RuntimeError, SaveRequest, TaskId,
    ToldRefusal,
};
pub use view::{CaseView, StartView};
pub use workers::{WorkersEnded, workers};

use committer::{Order, Queue, Repeat};
use library::Library;

use crate::{
    calendar::Moment,
    decision::{Actor, Command, DefinitionRef, Offer, Recorded, Start},
    definition::Sources,
    expression::Value,
    names::{AccountId, CaseId, IdempotencyKey, SectionName, SubjectName, WorkflowKey},
    store::Db,
};

/// How soon a process learns what another has published.
const REFRESH: Duration = Duration::from_secs(5);

/// The engine at work: shared by everything that reads or changes cases.
#[derive(Clone, Debug)]
pub struct Runtime {
    engine: Arc<Engine>,
    queue: Queue,
}

/// What the parts of the runtime share.
#[derive(Debug)]
struct Engine {
    store: Db,
    host: Arc<dyn Host>,
    clock: Arc<dyn Clock>,
    library: Library,
    /// Told when there may be new jobs in the outbox.
    jobs: Arc<Notify>,
    followed: reckoning::Followed,
}

impl Runtime {
    /// Opens the runtime over a migrated database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(
        store: Db,
        host: Arc<dyn Host>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, RuntimeError> {
        Self::open_over(store, host, clock, Library::default()).await
    }

    /// The same where some versions are compiled already.
    async fn open_over(
        store: Db,
        host: Arc<dyn Host>,
        clock: Arc<dyn Clock>,
        library: Library,
    ) -> Result<Self, RuntimeError> {
        let (jobs, followed) = (Arc::default(), reckoning::Followed::default());
        let engine = Arc::new(Engine { store, host, clock, library, jobs, followed });
        engine.load_versions_in_use().await?;
        engine.refresh_library().await?;
        let queue = Queue::start(&engine);
        tokio::spawn(refresh(Arc::downgrade(&engine)));
        Ok(Self { engine, queue })
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Db {
        &self.engine.store
    }

    /// Publishes every definition of `sources` that is new or differs from its newest version.
    ///
    /// # Errors
    /// Every fault of the sources; or the database does not answer.
    pub async fn publish(
        &self,
        sources: &Sources,
        by: &AccountId,
    ) -> Result<Vec<Arc<Published>>, PublishError> {
        self.engine.publish(sources, by.as_str()).await
    }

    /// Publishes what somebody changed, if nobody else has published since it was examined.
    ///
    /// # Errors
    /// Every fault of the sources; [`PublishError::Outdated`]; or the database does not answer.
    pub async fn publish_over(
        &self,
        publication: Publication<'_>,
    ) -> Result<Vec<Arc<Published>>, PublishError> {
        self.engine.publish_over(publication).await
    }

    /// One version of a workflow.
    ///
    /// # Errors
    /// When there is none, or the database does not answer.
    pub async fn version(
        &self,
        workflow: &WorkflowKey,
        version: u32,
    ) -> Result<Arc<Published>, RuntimeError> {
        self.engine.version(workflow, version).await
    }

    /// Every version of a workflow, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn versions(&self, workflow: &WorkflowKey) -> Result<Vec<VersionInfo>, RuntimeError> {
        self.engine.versions(workflow).await
    }

    /// The texts of a published version, byte for byte; empty where there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sources(
        &self,
        workflow: &WorkflowKey,
        version: u32,
    ) -> Result<Sources, RuntimeError> {
        self.engine.sources(workflow, version).await
    }

    /// Publishes what the program ships where its key is new; what differs from the published
    /// version is reported, never applied silently.
    ///
    /// # Errors
    /// As [`Runtime::publish`].
    pub async fn install_shipped(&self, sources: &Sources) -> Result<Shipped, PublishError> {
        self.engine.install_shipped(sources).await
    }

    /// The versions of a workflow that are in use, newest first: the newest published one, and those
    /// that running cases are on.
    #[must_use]
    pub fn in_use(&self, workflow: &WorkflowKey) -> Vec<Arc<Published>> {
        let mut versions = self.engine.library.versions();
        versions.retain(|published| published.reference.key == *workflow);
        versions.reverse();
        versions
    }

    /// The newest version of a workflow.
    #[must_use]
    pub fn newest(&self, workflow: &WorkflowKey) -> Option<Arc<Published>> {
        self.engine.library.newest(workflow)
    }

    /// The newest version of every workflow, by key.
    #[must_use]
    pub fn newest_all(&self) -> Vec<Arc<Published>> {
        self.engine.library.newest_all()
    }

    /// The keys of a workflow and of those that extend it: what a list of its cases must name.
    #[must_use]
    pub fn family(&self, workflow: &WorkflowKey) -> Vec<WorkflowKey> {
        self.engine.library.family(workflow).into_iter().map(WorkflowKey::from).collect()
    }

    /// The version a case runs on.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn definition(
        &self,
        reference: &DefinitionRef,
    ) -> Result<Arc<Published>, RuntimeError> {
        self.engine.version(&reference.key, reference.version).await
    }

    /// Begins a case on the newest version of its workflow.
    ///
    /// # Errors
    /// When the workflow does not allow it, or the store cannot answer.
    pub async fn start(&self, new: NewCase) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let published = self.newest(&new.workflow).ok_or(Refusal::NotFound)?;
        let payload = (&new.workflow, &new.given, &new.asked, &new.form);
        let repeat = repeat(&new.by, new.key.as_ref(), &payload)?;
        let id = new_case_id(received);
        let command = Command::Start(Start {
            id: id.clone(),
            version: published.reference.version,
            by: new.by,
            given: new.given,
            asked: new.asked,
            form: new.form,
            set: BTreeMap::new(),
            link: None,
        });
        self.queue.send(Order::Start { published, id, command }, received, repeat).await
    }

    /// Takes an action in an open task.
    ///
    /// # Errors
    /// When the workflow does not allow it, somebody was quicker, or the store cannot answer.
    pub async fn act(&self, request: ActRequest) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let ActRequest { case, revision, act, key } = request;
        let payload = (&case, revision, &act.task, &act.action, &act.row, &act.asked, &act.changes);
        let mut repeat = repeat(&act.by, key.as_ref(), &payload)?;
        if let Some(repeat) = &mut repeat
            && self.is_secret(&act.task)
        {
            repeat.payload.clear();
        }
        let order = Order::On { id: case, revision, command: Command::Act(act) };
        self.queue.send(order, received, repeat).await
    }

    /// Whether answers of a task of this name may be ballots, of which nothing is kept.
    fn is_secret(&self, task: &crate::names::TaskName) -> bool {
        let newest = self.newest_all();
        let mut tasks = newest.iter().filter_map(|published| published.definition.task(task));
        tasks.any(|task| task.secret)
    }

    /// Saves a draft of the form.
    ///
    /// # Errors
    /// As [`Runtime::act`].
    pub async fn save(&self, request: SaveRequest) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let SaveRequest { case, revision, by, task, changes, key } = request;
        let repeat = repeat(&by, key.as_ref(), &(&case, revision, &task, &changes))?;
        let order = Order::On { id: case, revision, command: Command::Save { by, task, changes } };
        self.queue.send(order, received, repeat).await
    }

    /// Lets due timers and waiting rules of a case run.
    ///
    /// # Errors
    /// When there is no such case or the store cannot answer.
    pub async fn wake(&self, case: &CaseId) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let order = Order::On { id: case.clone(), revision: None, command: Command::Wake };
        self.queue.send(order, received, None).await
    }

    /// One case with its definition and facts; `None` if there is no such case, or it was archived.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn view(&self, case: &CaseId) -> Result<Option<CaseView>, RuntimeError> {
        self.engine.view(case).await
    }

    /// One case as it stood at a revision, with the facts of now: what a document of then says.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn view_at(
        &self,
        case: &CaseId,
        revision: u64,
    ) -> Result<Option<CaseView>, RuntimeError> {
        self.engine.view_at(case, revision).await
    }

    /// What an actor may do with a case.
    #[must_use]
    pub fn offers(&self, view: &CaseView, actor: &Actor) -> Vec<Offer> {
        view.offers(actor)
    }

    /// What an actor must know before a case begins; `None` if there is no such workflow.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn start_view(
        &self,
        workflow: &WorkflowKey,
        actor: &Actor,
        given: &BTreeMap<SubjectName, String>,
    ) -> Result<Option<StartView>, RuntimeError> {
        self.engine.start_view(workflow, actor, given).await
    }

    /// Everything that happened to a case, oldest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn history(&self, case: &CaseId) -> Result<Vec<Recorded>, RuntimeError> {
        self.engine.history(case).await
    }

    /// The form as it was frozen in a submission.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn submission(
        &self,
        case: &CaseId,
        submission: u32,
    ) -> Result<BTreeMap<SectionName, Value>, RuntimeError> {
        self.engine.submission(case, submission).await
    }
}

/// Learns now and then what other processes have published.
async fn refresh(engine: std::sync::Weak<Engine>) {
    loop {
        tokio::time::sleep(REFRESH).await;
        let Some(engine) = engine.upgrade() else {
            return;
        };
        if let Err(error) = engine.refresh_library().await {
            tracing::warn!(%error, "the published definitions could not be read again");
        }
    }
}

/// A new id: its order is that of time.
fn new_case_id(at: Moment) -> CaseId {
    let milliseconds = u64::try_from(at.0).unwrap_or_default();
    let random: [u8; 10] = rand::random();
    let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid();
    CaseId::from(id.simple().to_string())
}

/// How a repeated command of a person is known again.
fn repeat<T: serde::Serialize>(
    by: &Actor,
    key: Option<&IdempotencyKey>,
    payload: &T,
) -> Result<Option<Repeat>, Refusal> {
    let Some(key) = key else {
        return Ok(None);
    };
    let payload = work::to_json("payload", key.as_str(), payload)?;
    Ok(Some(Repeat {
        account: by.id(),
        key: key.to_string(),
        payload: hex::encode(Sha256::digest(payload)),
    }))
}

#[cfg(test)]
mod tests;
