//! Moving running cases to another version of their workflow, each by a command of its own: one that
//! does not fit stays where it is, and doing it again moves those that are left.

use std::sync::Arc;

use super::{
    Engine, Outcome, Published, Refusal, Runtime, RuntimeError,
    batch::{Batch, Stop},
    committer::Order,
};
use crate::{
    calendar::Moment,
    decision::{Command, Mapping, Migration},
    names::{AccountId, CaseId, WorkflowKey},
    store::{self, Lock},
};

impl Runtime {
    /// The running cases of a workflow that do not run on its newest version.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn behind(&self, workflow: &WorkflowKey) -> Result<Vec<CaseId>, RuntimeError> {
        let Some(newest) = self.newest(workflow) else { return Ok(Vec::new()) };
        self.engine.running(workflow, &newest.reference.hash).await
    }

    /// Moves one case to the newest version of its workflow.
    ///
    /// # Errors
    /// [`Refusal::Rejected`] where it does not fit; or the store cannot answer.
    pub async fn migrate(
        &self,
        case: &CaseId,
        mapping: &Mapping,
        by: &AccountId,
    ) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let view = self.view(case).await?.ok_or(Refusal::NotFound)?;
        let published = self.newest(&view.case.definition.key).ok_or(Refusal::NotFound)?;
        let (to, mapping) = (published.reference.clone(), mapping.clone());
        let command = Command::Migrate(Migration { to, mapping, by: by.clone() });
        let order = Order::Migrate { published, id: case.clone(), command };
        self.queue.send(order, received, None).await
    }
}

impl Engine {
    /// The running cases of a workflow whose version has other sources than this hash.
    pub(super) async fn running(
        &self,
        workflow: &WorkflowKey,
        hash: &crate::names::DefinitionHash,
    ) -> Result<Vec<CaseId>, RuntimeError> {
        let mut held = self.store.reader().await?;
        let rows = store::running_cases(&mut held.connection(), workflow.as_str()).await?;
        let mut behind = Vec::new();
        for (id, version) in rows {
            let version = u32::try_from(version).unwrap_or_default();
            let runs_on = self.version(workflow, version).await?;
            if runs_on.reference.hash != *hash {
                behind.push(CaseId::from(id));
            }
        }
        Ok(behind)
    }
}

impl Batch<'_> {
    /// Moves a case: what is due happens by the old text first.
    pub(super) async fn carry_out_migration(
        &mut self,
        published: &Arc<Published>,
        id: &CaseId,
        command: &Command,
        at: Moment,
    ) -> Result<Outcome, Stop> {
        self.read_cases([id], Lock::Write).await?;
        let known = self.works.get(id).ok_or(Stop::Refused(Refusal::NotFound))?;
        let old = Arc::clone(&known.published);
        if old.reference.key != published.reference.key {
            return Err(Stop::Refused(Refusal::NotFound));
        }
        self.run(old, id.clone(), Command::Wake, at, 0).await?;
        self.carry_out(published, id, command.clone(), at).await
    }
}
