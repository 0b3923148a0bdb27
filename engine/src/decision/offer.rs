//! What one actor may do with one case now. The same tests as `decide`: a button shows exactly when
//! it works.

use std::collections::BTreeMap;

use super::{
    Actor, Case, Command, Facts, FormChange, Start, Undecided, decide,
    knowledge::{Knowledge, requirement_depends},
    start,
    timers::due,
};
use crate::{
    calendar::Moment,
    definition::{Action, CheckSeverity, Condition, Definition, Edit, Requirement, Task},
    names::{ActionName, CheckName, RuleName, SectionName, SubjectName, TaskName},
};

/// An open task that the actor may act in.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The task.
    pub task: TaskName,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// When it is [`due`].
    pub due: Option<Moment>,
    /// The parts of the form that may be edited: `section` or `section.field`.
    pub edit: Vec<String>,
    /// The sections the actor sees; `None` is all.
    pub sees: Option<Vec<SectionName>>,
    /// The actions, in the order of the definition.
    pub actions: Vec<OfferedAction>,
}

/// An action that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedAction {
    /// The action.
    pub action: ActionName,
    /// Requirements that do not depend on what is asked or edited and do not hold now: the action
    /// is shown but refused, with these texts.
    pub refused: Vec<(RuleName, String)>,
    /// What is asked before it is done for good.
    pub confirm: Option<String>,
    /// What is said beside the button.
    pub hint: Option<String>,
    /// Whether it may be done to many cases at once.
    pub is_batch: bool,
}

/// Whether an actor may start a case of a definition, for the subjects given.
#[derive(Clone, Debug, PartialEq)]
pub struct StartOffer {
    /// Requirements that do not depend on what is asked and do not hold now.
    pub refused: Vec<(RuleName, String)>,
    /// The start-checks of the start, each with its outcome.
    pub checks: Vec<CheckOutcome>,
}

/// The outcome of one start-check (开始检测).
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOutcome {
    /// Which.
    pub check: CheckName,
    /// What a failure means.
    pub severity: CheckSeverity,
    /// The reason of each failure; none where it is passed.
    pub failures: Vec<String>,
    /// More about each failure, where there is more.
    pub details: Vec<String>,
    /// The part of the form where it is mended.
    pub part: Option<String>,
    /// For each failure the page, where the check says so: the id of a category of that part, or
    /// another section.
    pub pages: Vec<Option<String>>,
    /// For [`CheckSeverity::Fix`]: how the form is set right.
    pub fixes: Vec<FormChange>,
}

/// What the actor may do with the case now. Facts must hold what [`super::needs_to_show`] asks.
#[must_use]
pub fn offers(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<Offer> {
    let woken = woken(definition, case, facts, now);
    let case = woken.as_ref().unwrap_or(case);
    let knowledge = Knowledge::new(definition, case, facts, now).with_actor(Some(actor));
    let open = definition.tasks.iter().filter(|(name, _)| case.tasks.contains_key(*name));
    // What cannot be evaluated now is not offered.
    open.filter_map(|(name, task)| knowledge.offer(name, task, actor).ok().flatten()).collect()
}

/// Whether the actor may act in a task of the case now, or in one row of a task of several people.
/// Facts must hold what [`super::needs_to_show`] asks.
#[must_use]
pub fn may_act(
    definition: &Definition,
    case: &Case,
    (name, row): (&TaskName, Option<&str>),
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> bool {
    let woken = woken(definition, case, facts, now);
    let case = woken.as_ref().unwrap_or(case);
    let knowledge = Knowledge::new(definition, case, facts, now).with_actor(Some(actor));
    let Some(task) = definition.tasks.get(name) else { return false };
    let acting = knowledge.acting(name, task, row, actor).unwrap_or_default();
    acting.iter().any(|one| knowledge.is_open(name, task, row, one).unwrap_or(false))
}

/// The case once everything has happened whose time has come, as `decide` would first make it.
pub(super) fn woken(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> Option<Case> {
    let is_due = case.next_wake().is_some_and(|next| next <= now);
    let decision = is_due.then(|| decide(definition, Some(case), &Command::Wake, facts, now));
    decision?.ok().map(|decision| decision.case)
}

/// Whether the actor may start a case for these subjects, and what stands against it; `None` where
/// starting is not for this actor. Facts must hold what [`super::needs_to_start`] asks.
#[must_use]
pub fn start_offer(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> Option<StartOffer> {
    let start = unborn(actor, given);
    let mut begun = start::begin(definition, &start, facts, now).ok()?;
    begun.may_start(actor).ok()?;
    let action = &definition.start.action;
    begun.enter_context(actor, &action.ask, &BTreeMap::new()).ok()?;
    let knowledge = begun.knowledge();
    let matters = |requirement: &Requirement| !requirement_depends(definition, requirement, "ask");
    let offered = || {
        if !knowledge.allows(action.when.as_ref())? {
            return Ok(None);
        }
        let refused = knowledge.refused(&action.require, &matters)?;
        let checks = action.checks.as_ref().map(|checks| knowledge.check(checks)).transpose()?;
        Ok(Some(StartOffer { refused, checks: checks.unwrap_or_default() }))
    };
    match offered() {
        Ok(offer) => offer,
        Err(undecided) => {
            let refused = why_not(undecided).ok()?;
            Some(StartOffer { refused, checks: Vec::new() })
        }
    }
}

/// A start of nothing in particular, to see what would come of it.
pub(super) fn unborn(actor: &Actor, given: &BTreeMap<SubjectName, String>) -> Start {
    Start {
        id: "".into(),
        version: 0,
        by: actor.clone(),
        given: given.clone(),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        set: BTreeMap::new(),
        link: None,
    }
}

impl Knowledge<'_> {
    fn offer(
        &self,
        name: &TaskName,
        task: &Task,
        actor: &Actor,
    ) -> Result<Option<Offer>, Undecided> {
        let mut acting = None;
        for one in self.acting(name, task, None, actor)? {
            if self.is_open(name, task, None, &one)? {
                acting = Some(one);
                break;
            }
        }
        let Some(actor) = acting else { return Ok(None) };
        let standing = self.participant(&task.participant)?;
        let is_each = super::tasks::is_each(self, task);
        let own = actor.stands_for().map(ToString::to_string);
        let row = own.as_deref().filter(|_| is_each);
        let due = due(self.definition, self.case, name, row);
        let mut actions = Vec::new();
        for (action, known, allowed) in self.available(name, task) {
            let offered = allowed.and_then(|()| self.offered(action.clone(), known, task));
            actions.push(offered.or_else(|undecided| stuck(action.clone(), undecided))?);
        }
        Ok(Some(Offer {
            task: name.clone(),
            row: own.filter(|_| is_each),
            due,
            edit: self.parts_editable(task)?,
            sees: standing.and_then(|standing| standing.who.sees.clone()),
            actions,
        }))
    }

    /// The actions of an open task that the actor may take.
    pub(super) fn offered_actions(&self, name: &TaskName) -> Result<Vec<ActionName>, Undecided> {
        let task = self.definition.tasks.get(name);
        let available = task.into_iter().flat_map(|task| self.available(name, task));
        available.map(|(action, _, allowed)| allowed.map(|()| action.clone())).collect()
    }

    /// The actions of a task that can still be done and whose `when` holds, or cannot be evaluated.
    fn available<'t>(
        &'t self,
        name: &'t TaskName,
        task: &'t Task,
    ) -> impl Iterator<Item = (&'t ActionName, &'t Action, Result<(), Undecided>)> {
        task.actions.iter().filter_map(move |(action, known)| {
            if self.spent(name, action, known).is_some() {
                return None;
            }
            match self.allows(known.when.as_ref()) {
                Ok(false) => None,
                Ok(true) => Some((action, known, Ok(()))),
                Err(undecided) => Some((action, known, Err(undecided))),
            }
        })
    }

    fn offered(
        &self,
        name: ActionName,
        action: &Action,
        task: &Task,
    ) -> Result<OfferedAction, Undecided> {
        let edits = task.edit != Edit::Nothing;
        let matters = |requirement: &Requirement| {
            let depends = |root| requirement_depends(self.definition, requirement, root);
            !(depends("ask") || edits && depends("form"))
        };
        let is_batch = match &action.batch.when {
            Condition::Never => false,
            Condition::Always => true,
            Condition::When(when) => self.holds(when)?,
        };
        Ok(OfferedAction {
            action: name,
            refused: self.refused(&action.require, &matters)?,
            // What cannot be said keeps nobody from acting.
            confirm: action.confirm.as_ref().and_then(|text| self.render(text).ok()),
            hint: action.hint.as_ref().and_then(|text| self.render(text).ok()),
            is_batch,
        })
    }
}

/// An action whose conditions cannot be evaluated: whoever would take it is told why he cannot.
fn stuck(action: ActionName, undecided: Undecided) -> Result<OfferedAction, Undecided> {
    let refused = why_not(undecided)?;
    Ok(OfferedAction { action, refused, confirm: None, hint: None, is_batch: false })
}

/// What cannot be evaluated, as what stands against an action.
fn why_not(undecided: Undecided) -> Result<Vec<(RuleName, String)>, Undecided> {
    let Undecided::Rejected(rejection) = undecided else { return Err(undecided) };
    Ok(vec![(RuleName::from("evaluation"), rejection.to_string())])
}
