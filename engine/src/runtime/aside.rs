//! What people do around tasks, and taking back the last action: the same way as any command.

use super::{Outcome, Refusal, Runtime, committer::Order};
use crate::{
    decision::{Actor, Aside, Command, LastCommand},
    names::CaseId,
};

impl Runtime {
    /// Does something around the tasks of a case that decides nothing.
    ///
    /// # Errors
    /// As [`Runtime::act`].
    pub async fn aside(&self, case: &CaseId, by: Actor, aside: Aside) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let command = Command::Aside { by, aside };
        let order = Order::On { id: case.clone(), revision: None, command };
        self.queue.send(order, received, None).await
    }

    /// Takes back the actor's last action, if it is the last thing that happened to the case.
    ///
    /// # Errors
    /// As [`Runtime::act`].
    pub async fn undo(&self, case: &CaseId, by: Actor) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let history = self.engine.history(case).await?;
        let last = LastCommand::of(&history).ok_or(Refusal::NotFound)?;
        // Whatever happens meanwhile makes the revision another one, and this command stale.
        let revision = history.last().map(|recorded| recorded.revision);
        let command = Command::Undo { by, last };
        let order = Order::On { id: case.clone(), revision, command };
        self.queue.send(order, received, None).await
    }
}
