//! Moving running cases to another version of their workflow, each by a command of its own: one that
//! does not fit stays where it is, and doing it again moves those that are left.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Engine, Outcome, Published, Refusal, Runtime, RuntimeError,
    batch::{Batch, Stop},
    committer::Order,
    view::unreadable,
    work::Work,
};
use crate::{
    calendar::Moment,
    decision::{self, Case, Command, Facts, Migration, Undecided},
    definition::Definition,
    names::{AccountId, CaseId, StateName, TaskName, WorkflowKey},
    store::{self, Isolation, Lock},
};

/// How often one decision may ask for more facts.
const MOST_ROUNDS: u32 = 64;

/// What a new version would mean for one running case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    /// The case.
    pub case: CaseId,
    /// The version it runs on.
    pub version: u32,
    /// Its state now.
    pub state: StateName,
    /// What would become of it, or why it does not fit.
    pub after: Result<After, String>,
}

/// A case as it would be under the new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Its state.
    pub state: StateName,
    /// Tasks that would be open and are not now.
    pub opened: Vec<TaskName>,
    /// Tasks that are open now and would not be.
    pub closed: Vec<TaskName>,
    /// What is entered and fits now, and would not fit then, in words for people; nothing before the
    /// first submission.
    pub unfit: Vec<String>,
}

impl Runtime {
    /// What moving the running cases of a workflow to `new` would mean for each that runs on another
    /// version; nothing is written.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn impact(
        &self,
        new: &Definition,
        states: &BTreeMap<StateName, StateName>,
    ) -> Result<Vec<Impact>, RuntimeError> {
        let mut found = Vec::new();
        for case in self.engine.running(&new.key, &new.hash).await? {
            found.extend(self.engine.impact_of(&case, new, states).await?);
        }
        Ok(found)
    }

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
        states: &BTreeMap<StateName, StateName>,
        by: &AccountId,
    ) -> Result<Outcome, Refusal> {
        let received = self.engine.clock.now();
        let view = self.view(case).await?.ok_or(Refusal::NotFound)?;
        let published = self.newest(&view.case.definition.key).ok_or(Refusal::NotFound)?;
        let (to, states) = (published.reference.clone(), states.clone());
        let command = Command::Migrate(Migration { to, states, by: by.clone() });
        let order = Order::Migrate { published, id: case.clone(), command };
        self.queue.send(order, received, None).await
    }
}

impl Engine {
    /// The running cases of a workflow whose version has other sources than this hash.
    async fn running(
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

    async fn impact_of(
        &self,
        id: &CaseId,
        new: &Definition,
        states: &BTreeMap<StateName, StateName>,
    ) -> Result<Option<Impact>, RuntimeError> {
        let at = self.clock.now();
        let mut held = self.store.reader().await?;
        let mut reading = Batch::new(self, held.connection(), Isolation::Reading);
        reading.read_cases([id], Lock::Read).await.map_err(unreadable)?;
        let Some(work) = reading.works.get(id).cloned() else { return Ok(None) };
        let reference =
            decision::DefinitionRef { key: new.key.clone(), version: 0, hash: new.hash.clone() };
        let (states, by) = (states.clone(), AccountId::from(""));
        let command = Command::Migrate(Migration { to: reference, states, by });
        let mut facts = reading.no_facts();
        let mut after = Err("规则所需的数据层层相依".to_owned());
        for _ in 0..MOST_ROUNDS {
            match would_be(&work, new, &command, &facts, at) {
                Ok(would_be) => {
                    after = Ok(would_be);
                    break;
                }
                Err(Undecided::Rejected(rejection)) => {
                    after = Err(rejection.to_string());
                    break;
                }
                Err(Undecided::Needs(needs)) => {
                    let scope = work.published.scope();
                    reading.load(*needs, id, scope, &mut facts).await.map_err(unreadable)?;
                }
            }
        }
        let (version, state) = (work.published.reference.version, work.case.visit.state.clone());
        Ok(Some(Impact { case: id.clone(), version, state, after }))
    }
}

/// The case under the new version, beside what it is now.
fn would_be(
    work: &Work,
    new: &Definition,
    command: &Command,
    facts: &Facts,
    at: Moment,
) -> Result<After, Undecided> {
    let (old, before) = (&work.published.definition, &work.case);
    let after = decision::decide(new, Some(before), command, facts, at)?.case;
    let unfit = if before.submission > 0 {
        let fitted = decision::examined_form(old, before, facts, at)?;
        let faults = decision::examined_form(new, &after, facts, at)?;
        let faults = faults.into_iter().filter(|fault| !fitted.contains(fault));
        faults.map(|fault| fault.message).collect()
    } else {
        Vec::new()
    };
    let missing = |of: &Case, from: &Case| {
        let tasks = of.tasks.keys().filter(|task| !from.tasks.contains_key(*task));
        tasks.cloned().collect()
    };
    Ok(After {
        state: after.visit.state.clone(),
        opened: missing(&after, before),
        closed: missing(before, &after),
        unfit,
    })
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
