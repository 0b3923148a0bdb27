//! Carries out one command inside a batch: decide, do what must happen in the same transaction
//! (tells, starts, links, numbers), check holds, and note what is to be written.
//!
//! Invariant: a refused command leaves no trace in the batch.

use std::{collections::BTreeMap, sync::Arc};

use futures::{FutureExt, future::BoxFuture};

use super::{
    Published, Refusal, ToldRefusal,
    batch::{Batch, Stop, too_much},
    unit::{PendingJob, PendingNumber},
    work::{BallotChange, Entry, Work},
};
use crate::{
    calendar::Moment,
    decision::{
        self, Actor, Case, Command, Decision, Effect, Event, Facts, MOST_ROUNDS, MOST_STEPS,
        MOST_TOLD, Start, Undecided,
    },
    expression::Value,
    names::{ActionName, CaseId, LinkName, SectionName, SubjectName, VarName, WorkflowKey},
    store::{Lock, SeriesKey},
};

impl Published {
    /// The workflow at the root of the lineage: definitions that extend one base share its holds
    /// and number series.
    pub(super) fn scope(&self) -> &str {
        let root = self.definition.lineage.last();
        root.unwrap_or(&self.definition.key).as_str()
    }
}

impl Batch<'_> {
    /// Runs one command and what follows from it in other cases.
    pub(super) fn run(
        &mut self,
        published: Arc<Published>,
        id: CaseId,
        command: Command,
        at: Moment,
        depth: u32,
    ) -> BoxFuture<'_, Result<(), Stop>> {
        async move {
            if depth > MOST_STEPS {
                return Err(too_much("案件之间的联动层数超过上限"));
            }
            let old = self.works.get(&id).cloned();
            let case = old.as_ref().map(|work| &work.case);
            let (decision, facts) = self.decide(&published, &id, case, &command, at).await?;
            if decision.events.is_empty() {
                return Ok(());
            }
            // Claims are judged anew at the end, over all cases moved.
            let Decision { events, effects, case, claims: _ } = decision;
            self.note_corrections(&events);
            let work = self.changed_work(published, old, case, events, facts, at).await?;
            self.works.change(work);
            let told = decision::after_telling(&effects);
            let mut started = Vec::new();
            for effect in effects {
                if let Effect::Start { link, workflow, given, set, form } = effect {
                    let first = First { given, set, form };
                    let new = self.start_linked(&id, &link, &workflow, first, at, depth).await?;
                    started.push((link, new));
                } else {
                    self.follow(&id, effect, at, depth).await?;
                }
            }
            for command in decision::link_commands(started).into_iter().chain(told) {
                let own = self.published_of(&id)?;
                self.run(own, id.clone(), command, at, depth + 1).await?;
            }
            Ok(())
        }
        .boxed()
    }

    async fn decide(
        &mut self,
        published: &Published,
        id: &CaseId,
        case: Option<&Case>,
        command: &Command,
        at: Moment,
    ) -> Result<(Decision, Facts), Stop> {
        let mut facts = self.subjects_of(case).await?;
        facts.others_refuse = self.others_refuse;
        for _ in 0..MOST_ROUNDS {
            match decision::decide(&published.definition, case, command, &facts, at) {
                Ok(decision) => return Ok((decision, facts)),
                Err(Undecided::Rejected(rejection)) => return Err(rejection.into()),
                Err(Undecided::Needs(needs)) => {
                    self.load(*needs, id, published.scope(), &mut facts).await?;
                }
            }
        }
        Err(too_much("规则所需的数据层层相依，超过上限"))
    }

    fn note_corrections(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Corrected { notice, .. } = event {
                self.unit.notices.push(notice.clone());
            }
        }
    }

    async fn changed_work(
        &mut self,
        published: Arc<Published>,
        old: Option<Arc<Work>>,
        case: Case,
        events: Vec<Event>,
        mut facts: Facts,
        at: Moment,
    ) -> Result<Work, Stop> {
        let frozen = super::derive::frozen(old.as_ref().map(|work| &work.case), &events, at)?;
        if old.as_ref().is_some_and(|work| work.case.links != case.links) {
            facts.linked.clear();
        }
        let derived = self.derive(&published, &case, facts, at).await?;
        let (before, mut history, mut submissions, ballots) = match old.as_deref() {
            Some(old) => {
                let Work { before, history, submissions, ballots, .. } = old;
                (before.clone(), history.clone(), submissions.clone(), ballots.clone())
            }
            None => (None, Vec::new(), Vec::new(), Vec::new()),
        };
        history.push(Entry { revision: case.revision, at, events });
        submissions.extend(frozen);
        let is_stale = false;
        Ok(Work { published, before, case, derived, is_stale, history, submissions, ballots })
    }

    /// Does, or notes for later, one effect of the case `id`.
    async fn follow(
        &mut self,
        id: &CaseId,
        effect: Effect,
        at: Moment,
        depth: u32,
    ) -> Result<(), Stop> {
        match effect {
            Effect::Notify { .. } => self.note_job(id, "notify", effect, at),
            Effect::Say { .. } => self.note_job(id, "say", effect, at),
            Effect::Document { .. } => self.note_job(id, "document", effect, at),
            Effect::Call { .. } => self.note_job(id, "call", effect, at),
            Effect::Cast { .. } | Effect::Discard { .. } => {
                if let Some(work) = self.works.get_mut(id) {
                    work.ballots.extend(BallotChange::of(effect));
                }
                Ok(())
            }
            Effect::Number { series, text } => {
                let number = PendingNumber { case: id.clone(), series, pattern: text };
                self.unit.numbers.push(number);
                Ok(())
            }
            // All that one step starts is linked together, where it is carried out.
            Effect::Start { .. } => Ok(()),
            Effect::Tell { cases, action, asked, all } => {
                let what = Told { action, asked, all };
                self.tell(id, cases, what, at, depth).await
            }
            Effect::Join { link, case } => self.link(id, &link, case, false, at, depth).await,
            Effect::Leave { link, case } => self.link(id, &link, case, true, at, depth).await,
        }
    }

    fn note_job(
        &mut self,
        id: &CaseId,
        kind: &'static str,
        effect: Effect,
        at: Moment,
    ) -> Result<(), Stop> {
        let revision = self.works.get(id).map_or(0, |work| work.case.revision);
        let (case, effect) = (id.clone(), Some(effect));
        self.unit.jobs.push(PendingJob { case, revision, kind, effect, at });
        Ok(())
    }

    async fn start_linked(
        &mut self,
        id: &CaseId,
        link: &LinkName,
        workflow: &WorkflowKey,
        first: First,
        at: Moment,
        depth: u32,
    ) -> Result<CaseId, Stop> {
        let (by, _) = self.as_actor(id)?;
        let newest = self.engine.library.newest(workflow);
        let published = newest.ok_or(Stop::Refused(Refusal::NotFound))?;
        let own = self.published_of(id)?;
        let back = decision::answering_link(&published.definition, &own.definition, link);
        let back = back.cloned();
        let new = super::new_case_id(at);
        let start = Start {
            id: new.clone(),
            version: published.reference.version,
            by,
            given: first.given,
            asked: BTreeMap::new(),
            form: first.form,
            set: first.set,
            link: back.map(|back| (back, id.clone())),
        };
        self.run(published, new.clone(), Command::Start(start), at, depth + 1).await?;
        Ok(new)
    }

    fn published_of(&self, id: &CaseId) -> Result<Arc<Published>, Stop> {
        let work = self.works.get(id).ok_or(Stop::Refused(Refusal::NotFound))?;
        Ok(Arc::clone(&work.published))
    }

    async fn tell(
        &mut self,
        id: &CaseId,
        mut cases: Vec<CaseId>,
        what: Told,
        at: Moment,
        depth: u32,
    ) -> Result<(), Stop> {
        cases.sort_unstable();
        cases.dedup();
        if cases.len() > MOST_TOLD {
            return Err(too_much("一次联动的案件超过 500 件"));
        }
        let (by, _) = self.as_actor(id)?;
        self.read_cases(&cases, Lock::Write).await?;
        for case in cases {
            let mark = self.mark();
            let published = self.works.get(&case).map(|work| Arc::clone(&work.published));
            let told = match published {
                Some(published) => {
                    let (by, action, asked) = (by.clone(), what.action.clone(), what.asked.clone());
                    let command = Command::Tell { by, action, asked };
                    self.run(published, case.clone(), command, at, depth + 1).await
                }
                None => Err(Stop::Refused(Refusal::NotFound)),
            };
            match told {
                Err(Stop::Refused(refusal)) if !what.all => {
                    self.back_to(mark);
                    let (action, why) = (what.action.clone(), refusal.to_string());
                    let unheeded = Event::Unheeded { case: case.clone(), action, why: why.clone() };
                    if let Some(work) = self.works.get_mut(id) {
                        work.append(unheeded, at);
                    }
                    self.unit.refused.push(ToldRefusal { case, why });
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn link(
        &mut self,
        id: &CaseId,
        link: &LinkName,
        other: CaseId,
        undo: bool,
        at: Moment,
        depth: u32,
    ) -> Result<(), Stop> {
        let own = self.published_of(id)?;
        self.read_cases([&other], Lock::Write).await?;
        let work = self.works.get(&other).ok_or(Stop::Refused(Refusal::NotFound))?;
        let published = Arc::clone(&work.published);
        if !undo && !own.definition.may_link(link, &published.definition) {
            return Err(Stop::Refused(Refusal::NotFound));
        }
        let answering = decision::answering_link(&published.definition, &own.definition, link);
        let Some(link) = answering.cloned() else { return Ok(()) };
        let command = Command::Link { link, cases: vec![id.clone()], undo };
        self.run(published, other, command, at, depth + 1).await
    }

    fn as_actor(&self, id: &CaseId) -> Result<(Actor, Vec<WorkflowKey>), Stop> {
        let work = self.works.get(id).ok_or(Stop::Refused(Refusal::NotFound))?;
        let lineage = work.published.definition.lineage.clone();
        Ok((Actor::Case { id: id.clone(), lineage: lineage.clone() }, lineage))
    }

    /// After all that follows: holds, numbers, wakes.
    pub(super) async fn finish(&mut self, at: Moment) -> Result<(), Stop> {
        self.derive_stale(at).await?;
        self.check_holds().await?;
        for PendingNumber { case, series, pattern } in std::mem::take(&mut self.unit.numbers) {
            let Some(work) = self.works.get(&case) else { continue };
            let scope = work.published.scope().to_owned();
            let number = pattern.clone();
            let key = SeriesKey { scope, series: series.to_string(), pattern };
            let drawn = self.draw_number(key).await?.to_string();
            let number = number.replace("{n}", &drawn);
            // Services are asked with it.
            let own = self.unit.jobs.iter_mut().filter(|job| job.case == case);
            own.filter_map(|job| job.effect.as_mut()).for_each(|it| it.fill_in(&series, &drawn));
            if let Some(work) = self.works.get_mut(&case) {
                work.append(Event::Numbered { series, number }, at);
            }
        }
        self.derive_stale(at).await?;
        self.note_wakes(at);
        Ok(())
    }
}

/// What a started case is given.
struct First {
    given: BTreeMap<SubjectName, String>,
    set: BTreeMap<VarName, Value>,
    form: BTreeMap<SectionName, Value>,
}

/// What other cases are told.
struct Told {
    action: ActionName,
    asked: BTreeMap<String, Value>,
    all: bool,
}
