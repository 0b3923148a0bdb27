//! Claims: for a while nobody else acts in a task.

use super::{CaseView, Claim, Refusal, Runtime, TaskId};
use crate::{
    calendar::Moment,
    decision::{self, Actor, CLAIM},
    names::AccountId,
    store,
};

impl Runtime {
    /// Takes a task for 15 minutes, or renews what the account already has.
    ///
    /// # Errors
    /// [`Refusal::Claimed`] while it is somebody else's; [`Refusal::NotFound`] when it is not open, or
    /// not for this account.
    pub async fn claim(&self, task: &TaskId, by: &Actor) -> Result<Claim, Refusal> {
        let account = by.account().ok_or(Refusal::NotFound)?;
        let view = self.engine.view(&task.case).await?.ok_or(Refusal::NotFound)?;
        let place = (&task.task, task.row.as_deref());
        let CaseView { case, definition, facts, at, .. } = &view;
        if !decision::may_act(&definition.definition, case, place, by, facts, *at) {
            return Err(Refusal::NotFound);
        }
        let now = self.engine.clock.now().0;
        let until = now + CLAIM;
        let row = task.row.as_deref().unwrap_or_default();
        let key = (task.case.as_str(), task.task.as_str(), row);
        let mut held = self.engine.store.writer().await?;
        let mut connection = held.connection();
        if store::claim(&mut connection, key, account.as_str(), (now, until)).await? {
            return Ok(Claim { by: account.clone(), until: Moment(until) });
        }
        match store::claim_of(&mut connection, key.0, key.1, key.2).await? {
            Some((by, until)) => {
                Err(Refusal::Claimed { by: AccountId::from(by), until: Moment(until) })
            }
            None => Err(Refusal::NotFound),
        }
    }

    /// Gives a task back; nothing happens if it is not the account's.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn release(&self, task: &TaskId, account: &AccountId) -> Result<(), Refusal> {
        let row = task.row.as_deref().unwrap_or_default();
        let key = (task.case.as_str(), task.task.as_str(), row);
        let mut held = self.engine.store.writer().await?;
        store::release(&mut held.connection(), key, account.as_str()).await?;
        Ok(())
    }
}
