//! What pages read of one case: as it stands, what may be done, what happened.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Engine, Published, Refusal, RuntimeError,
    batch::{Batch, Stop},
    work::{Work, from_json},
};
use crate::{
    calendar::Moment,
    decision::{
        self, Actor, Case, CheckOutcome, Event, Facts, MOST_ROUNDS, Offer, Recorded, StartOffer,
        Undecided,
    },
    expression::Value,
    names::{CaseId, SectionName, StatusId, SubjectName, WorkflowKey},
    store::{self, Isolation, Lock},
};

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
    /// The moment it was read at.
    pub at: Moment,
}

/// What an actor must know before a case begins.
#[derive(Clone, Debug)]
pub struct StartView {
    /// The newest version of the workflow.
    pub definition: Arc<Published>,
    /// What may be known of the world.
    pub facts: Facts,
    /// What stands against it; `None` where starting is not for this actor.
    pub offer: Option<StartOffer>,
    /// Every gate with its outcome, whether or not starting is for this actor.
    pub gates: Vec<CheckOutcome>,
    /// The moment it was read at.
    pub at: Moment,
}

impl CaseView {
    /// What an actor may do with the case.
    #[must_use]
    pub fn offers(&self, actor: &Actor) -> Vec<Offer> {
        let definition = &self.definition.definition;
        decision::offers(definition, &self.case, actor, &self.facts, self.at)
    }

    /// The start-checks (开始检测), each with its outcome: what an action with `checks: all` would
    /// find now. They hold for the revision of the case that was read, and for no later one.
    ///
    /// # Errors
    /// When a check cannot be evaluated: then nothing is known to be passed.
    pub fn checks(&self) -> Result<Vec<CheckOutcome>, RuntimeError> {
        let definition = &self.definition.definition;
        let outcomes = decision::checks(definition, &self.case, &self.facts, self.at);
        outcomes.map_err(|undecided| unchecked(&self.case.definition.key, undecided))
    }
}

fn unchecked(workflow: &WorkflowKey, undecided: Undecided) -> RuntimeError {
    let why = match undecided {
        Undecided::Needs(_) => "facts are missing".to_owned(),
        Undecided::Rejected(rejection) => rejection.to_string(),
    };
    RuntimeError::Checks { workflow: workflow.clone(), why }
}

impl Engine {
    pub(super) async fn view(&self, id: &CaseId) -> Result<Option<CaseView>, RuntimeError> {
        let at = self.clock.now();
        let mut held = self.store.reader().await?;
        let mut reading = Batch::new(self, held.connection(), Isolation::Reading);
        reading.read_cases([id], Lock::Read).await.map_err(unreadable)?;
        let Some(work) = reading.works.get(id).cloned() else {
            return Ok(None);
        };
        let definition = &work.published.definition;
        let mut facts = reading.no_facts();
        for _ in 0..MOST_ROUNDS {
            let needs = decision::needs_to_show(definition, &work.case, &facts, at);
            if needs.is_empty() {
                break;
            }
            let scope = work.published.scope();
            reading.load(needs, id, scope, &mut facts).await.map_err(unreadable)?;
        }
        let status = decision::status(definition, &work.case, &facts, at);
        let Work { case, published: definition, .. } = Arc::unwrap_or_clone(work);
        Ok(Some(CaseView { case, definition, facts, status, at }))
    }

    /// The case as it stood at a revision, with the facts of now; `None` where it had not begun.
    pub(super) async fn view_at(
        &self,
        id: &CaseId,
        revision: u64,
    ) -> Result<Option<CaseView>, RuntimeError> {
        let Some(mut view) = self.view(id).await? else { return Ok(None) };
        if view.case.revision == revision {
            return Ok(Some(view));
        }
        let history = self.history(id).await?;
        let then = Case::fold(history.iter().filter(|recorded| recorded.revision <= revision));
        let Some(then) = then else { return Ok(None) };
        view.case = then;
        let mut held = self.store.reader().await?;
        let mut reading = Batch::new(self, held.connection(), Isolation::Reading);
        reading.read_cases([id], Lock::Read).await.map_err(unreadable)?;
        let definition = &view.definition.definition;
        for _ in 0..MOST_ROUNDS {
            let needs = decision::needs_to_show(definition, &view.case, &view.facts, view.at);
            if needs.is_empty() {
                break;
            }
            let scope = view.definition.scope();
            reading.load(needs, id, scope, &mut view.facts).await.map_err(unreadable)?;
        }
        view.status = decision::status(definition, &view.case, &view.facts, view.at);
        Ok(Some(view))
    }

    pub(super) async fn start_view(
        &self,
        workflow: &WorkflowKey,
        actor: &Actor,
        given: &BTreeMap<SubjectName, String>,
    ) -> Result<Option<StartView>, RuntimeError> {
        let Some(published) = self.library.newest(workflow) else {
            return Ok(None);
        };
        let at = self.clock.now();
        let mut held = self.store.reader().await?;
        let mut reading = Batch::new(self, held.connection(), Isolation::Reading);
        let definition = &published.definition;
        let (mut facts, nobody) = (reading.no_facts(), CaseId::from(""));
        for _ in 0..MOST_ROUNDS {
            let needs = decision::needs_to_start(definition, actor, given, &facts, at);
            if needs.is_empty() {
                break;
            }
            let scope = published.scope();
            reading.load(needs, &nobody, scope, &mut facts).await.map_err(unreadable)?;
        }
        let offer = decision::start_offer(definition, actor, given, &facts, at);
        // Before it is known what the case is about, nothing can be checked.
        let is_given = definition.start.given.keys().all(|subject| given.contains_key(subject));
        let gates = match is_given {
            true => decision::gates(definition, actor, given, &facts, at),
            false => Ok(Vec::new()),
        };
        let gates = gates.map_err(|undecided| unchecked(workflow, undecided))?;
        Ok(Some(StartView { definition: published, facts, offer, gates, at }))
    }

    pub(super) async fn history(&self, id: &CaseId) -> Result<Vec<Recorded>, RuntimeError> {
        let mut held = self.store.reader().await?;
        let rows = store::history(&mut held.connection(), id.as_str()).await?;
        let mut history = Vec::new();
        for (revision, at, events) in rows {
            let events: Vec<Event> = from_json("history", id.as_str(), &events)?;
            history.extend((0..).zip(events).map(|(index, event)| Recorded {
                revision: u64::try_from(revision).unwrap_or_default(),
                index,
                at: Moment(at),
                event,
            }));
        }
        Ok(history)
    }

    pub(super) async fn submission(
        &self,
        id: &CaseId,
        submission: u32,
    ) -> Result<BTreeMap<SectionName, Value>, RuntimeError> {
        let mut held = self.store.reader().await?;
        let rows = store::submission(&mut held.connection(), id.as_str(), submission).await?;
        let sections = rows.into_iter().map(|(section, content)| {
            let content = from_json("submission", id.as_str(), &content)?;
            Ok((SectionName::from(section), content))
        });
        sections.collect()
    }
}

/// Reading refuses nothing: what stops it is a fault.
pub(super) fn unreadable(stop: Stop) -> RuntimeError {
    match stop {
        Stop::Broken(error) => RuntimeError::Database(error),
        Stop::Refused(Refusal::Unavailable(error)) => error,
        Stop::NeedsLocks
        | Stop::Refused(
            Refusal::Rejected(_)
            | Refusal::Stale { .. }
            | Refusal::Claimed { .. }
            | Refusal::Reused
            | Refusal::NotFound,
        ) => RuntimeError::Busy,
    }
}
