//! The durable runtime: load → decide → commit. Only the runtime changes a case.
//!
//! Invariant: nobody is answered before the commit; a command is carried out once or not at all.

mod host;
mod publish;
mod request;

use std::sync::Arc;

pub use host::{Clock, Host, HostError, Job, JobFailure, SystemClock};
pub use publish::{AvailableUpdate, PublishError, Published, Shipped};
pub use request::{
    ActRequest, Claim, NewCase, NotATaskId, Outcome, Refusal, RuntimeError, SaveRequest, TaskId,
    ToldRefusal,
};

use crate::{
    decision::{Actor, Case, DefinitionRef, Facts, Offer, Recorded},
    definition::Sources,
    expression::Value,
    names::{AccountId, CaseId, SectionName, StatusId, WorkflowKey},
    store::Db,
};
use std::collections::BTreeMap;

/// The engine at work: shared by everything that reads or changes cases.
#[derive(Clone, Debug)]
pub struct Runtime {
    store: Db,
    host: Arc<dyn Host>,
    clock: Arc<dyn Clock>,
}

/// One case as it is now, with the facts that pages need to offer actions.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// The published definition it runs on.
    pub definition: Arc<Published>,
    /// What may be known of the world.
    pub facts: Facts,
    /// Its public status.
    pub status: StatusId,
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
        Ok(Self { store, host, clock })
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Db {
        &self.store
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
        let _ = (sources, by);
        Ok(Vec::new())
    }

    /// Publishes what the program ships where its key is new; what differs from the published
    /// version is reported, never applied silently.
    ///
    /// # Errors
    /// As [`Runtime::publish`].
    pub async fn install_shipped(&self, sources: &Sources) -> Result<Shipped, PublishError> {
        let _ = sources;
        Ok(Shipped::default())
    }

    /// The newest version of a workflow.
    #[must_use]
    pub fn newest(&self, workflow: &WorkflowKey) -> Option<Arc<Published>> {
        let _ = workflow;
        None
    }

    /// The newest version of every workflow, by key.
    #[must_use]
    pub fn newest_all(&self) -> Vec<Arc<Published>> {
        Vec::new()
    }

    /// The version a case runs on.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn definition(
        &self,
        reference: &DefinitionRef,
    ) -> Result<Arc<Published>, RuntimeError> {
        let _ = (reference, &self.host, &self.clock);
        Err(RuntimeError::Busy)
    }

    /// Begins a case.
    ///
    /// # Errors
    /// When the workflow does not allow it, or the store cannot answer.
    pub async fn start(&self, new: NewCase) -> Result<Outcome, Refusal> {
        let _ = new;
        Err(Refusal::NotFound)
    }

    /// Takes an action in an open task.
    ///
    /// # Errors
    /// When the workflow does not allow it, somebody was quicker, or the store cannot answer.
    pub async fn act(&self, request: ActRequest) -> Result<Outcome, Refusal> {
        let _ = request;
        Err(Refusal::NotFound)
    }

    /// Saves a draft of the form.
    ///
    /// # Errors
    /// As [`Runtime::act`].
    pub async fn save(&self, request: SaveRequest) -> Result<Outcome, Refusal> {
        let _ = request;
        Err(Refusal::NotFound)
    }

    /// Lets due timers and waiting rules of a case run.
    ///
    /// # Errors
    /// When there is no such case or the store cannot answer.
    pub async fn wake(&self, case: &CaseId) -> Result<Outcome, Refusal> {
        let _ = case;
        Err(Refusal::NotFound)
    }

    /// One case with its definition and facts; `None` if there is no such case.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn view(&self, case: &CaseId) -> Result<Option<CaseView>, RuntimeError> {
        let _ = case;
        Ok(None)
    }

    /// What an actor may do with a case now.
    #[must_use]
    pub fn offers(&self, view: &CaseView, actor: &Actor) -> Vec<Offer> {
        let _ = (view, actor);
        Vec::new()
    }

    /// Everything that happened to a case, oldest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn history(&self, case: &CaseId) -> Result<Vec<Recorded>, RuntimeError> {
        let _ = case;
        Ok(Vec::new())
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
        let _ = (case, submission);
        Ok(BTreeMap::new())
    }

    /// Takes a task for 15 minutes, or renews what the account already has.
    ///
    /// # Errors
    /// [`Refusal::Claimed`] while it is somebody else's; [`Refusal::NotFound`] when it is not open.
    pub async fn claim(&self, task: &TaskId, account: &AccountId) -> Result<Claim, Refusal> {
        let _ = (task, account);
        Err(Refusal::NotFound)
    }

    /// Gives a task back; nothing happens if it is not the account's.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn release(&self, task: &TaskId, account: &AccountId) -> Result<(), Refusal> {
        let _ = (task, account);
        Ok(())
    }
}
