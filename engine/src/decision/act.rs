//! Acting in an open task: the tests that a button shares with the command behind it, then the
//! action itself.

use std::collections::BTreeMap;

use super::{
    Act, Actor, Ballot, CheckOutcome, Event, FormChange, RejectionKind, Undecided,
    accept::Intake,
    examine::Examination,
    knowledge::{Knowledge, requirement_depends},
    progress::{Context, Progress, reject},
    shape,
};
use crate::{
    definition::{Action, CheckSeverity, Fields, Per, Requirement, Task},
    expression::Value,
    names::{ActionName, CaseId, LinkName, RuleName, TaskName},
};

impl<'a> Progress<'a> {
    /// An action of an open task.
    pub(super) fn act(&mut self, act: &Act) -> Result<(), Undecided> {
        let (task_name, task, acting) = self.open_task(&act.task, act.row.as_deref(), &act.by)?;
        let act = &Act { by: acting, ..act.clone() };
        let Some((name, action)) = task.actions.get_key_value(&act.action) else {
            return Err(self.not_offered(task_name, &act.action));
        };
        let asked = self.enter_context(&act.by, &action.ask, &act.asked)?;
        if !self.knowledge().allows(action.when.as_ref())? {
            return Err(self.not_offered(task_name, name));
        }
        if let Some(times) = self.knowledge().spent(task_name, name, action) {
            return Err(reject(RejectionKind::AtMost { action: name.clone(), times }));
        }
        self.edit(task, &act.changes)?;
        if action.freeze || action.checks.is_some() {
            // What the system sets right is no failure.
            self.write(Vec::new())?;
        }
        if action.freeze {
            // What is hidden is judged as it will be handed in: empty.
            self.empty_hidden()?;
        }
        self.demand(action)?;
        self.knowledge().may_mark(task, &action.ask, &asked)?;
        let (by, row) = (act.by.clone(), self.row_of(task, act));
        let task_name = task_name.clone();
        if task.secret {
            let ballot = Ballot { action: name.clone(), asked };
            self.cast(Event::Balloted { by, task: task_name, row }, ballot);
            return Ok(());
        }
        self.record(Event::Acted { by, task: task_name, action: name.clone(), row, asked });
        self.carry_out(action)
    }

    /// From `freeze` on: nothing more can be refused but the form itself and holds.
    pub(super) fn carry_out(&mut self, action: &'a Action) -> Result<(), Undecided> {
        if action.freeze {
            self.freeze()?;
        }
        self.prepare(&action.step)?;
        self.go_on(&action.choose, &action.step.target)
    }

    /// The task, if it is open and the actor may act in it.
    fn open_task(
        &self,
        name: &TaskName,
        row: Option<&str>,
        by: &Actor,
    ) -> Result<(&'a TaskName, &'a Task, Actor), Undecided> {
        let Some((name, task)) = self.definition.tasks.get_key_value(name) else {
            return Err(reject(RejectionKind::NotAllowed));
        };
        let knowledge = self.knowledge();
        let acting = knowledge.acting(name, task, row, by)?;
        if acting.is_empty() {
            return Err(reject(RejectionKind::NotAllowed));
        }
        for acting in acting {
            if knowledge.is_open(name, task, row, &acting)? {
                return Ok((name, task, acting));
            }
        }
        let (task, state) = (name.clone(), self.case.visit.state.clone());
        Err(reject(RejectionKind::TaskNotOpen { task, state }))
    }

    fn row_of(&self, task: &Task, act: &Act) -> Option<String> {
        let is_each = super::tasks::is_each(&self.knowledge(), task);
        let own = || act.by.stands_for().map(ToString::to_string);
        act.row.clone().or_else(own).filter(|_| is_each)
    }

    /// What was asked, as values that can be kept; from now on expressions may read it.
    pub(super) fn enter_context(
        &mut self,
        by: &Actor,
        fields: &'a Fields,
        asked: &BTreeMap<String, Value>,
    ) -> Result<BTreeMap<String, Value>, Undecided> {
        let mut intake = Intake::default();
        let asked = intake.fields("ask", fields, asked);
        if !intake.faults.is_empty() {
            return Err(reject(RejectionKind::Fields(intake.faults)));
        }
        self.context =
            Some(Context { actor: by.clone(), fields, asked: asked.clone(), timer: None });
        Ok(asked)
    }

    /// Requirements, start-checks, then what was asked. A requirement that speaks of what is asked
    /// comes last: before, the answer may be missing.
    pub(super) fn demand(&self, action: &Action) -> Result<(), Undecided> {
        let definition = self.definition;
        let depends =
            |requirement: &Requirement| requirement_depends(definition, requirement, "ask");
        self.require(&action.require, &|requirement| !depends(requirement))?;
        if let Some(checks) = &action.checks {
            let outcomes = self.knowledge().check(checks)?;
            let blocked =
                outcomes.iter().filter(|outcome| outcome.severity == CheckSeverity::Block);
            let failed: Vec<_> = blocked.flat_map(CheckOutcome::named_failures).collect();
            if !failed.is_empty() {
                return Err(reject(RejectionKind::Checks(failed)));
            }
        }
        self.examine_asked(&action.ask)?;
        self.require(&action.require, &depends)
    }

    pub(super) fn require(
        &self,
        require: &[Requirement],
        matters: &dyn Fn(&Requirement) -> bool,
    ) -> Result<(), Undecided> {
        let refused = self.knowledge().refused(require, matters)?;
        if refused.is_empty() { Ok(()) } else { Err(reject(RejectionKind::Required(refused))) }
    }

    fn examine_asked(&self, fields: &Fields) -> Result<(), Undecided> {
        let asked = self.context.as_ref().map(|context| &context.asked);
        let knowledge = self.knowledge();
        let mut examination = Examination::new(&knowledge);
        examination.fields("ask", fields, &shape::fields(fields, asked))?;
        if examination.faults.is_empty() {
            Ok(())
        } else {
            Err(reject(RejectionKind::Fields(examination.faults)))
        }
    }

    fn not_offered(&self, task: &TaskName, action: &ActionName) -> Undecided {
        let knowledge = self.knowledge();
        let offered = knowledge.offered_actions(task);
        offered.map_or_else(
            |undecided| undecided,
            |offered| {
                let (action, state) = (action.clone(), self.case.visit.state.clone());
                reject(RejectionKind::NotOffered { action, state, offered })
            },
        )
    }

    /// Saves a draft of the form; nothing else happens but what follows from it.
    pub(super) fn save_draft(
        &mut self,
        by: &Actor,
        task: &TaskName,
        changes: &[FormChange],
    ) -> Result<(), Undecided> {
        let (_, task, by) = self.open_task(task, None, by)?;
        self.context = Some(Context {
            actor: by.clone(),
            fields: no_fields(),
            asked: BTreeMap::new(),
            timer: None,
        });
        self.edit(task, changes)
    }

    /// What another case tells this one, in the task that is open for it.
    pub(super) fn tell_here(
        &mut self,
        by: &Actor,
        action: &ActionName,
        asked: &BTreeMap<String, Value>,
    ) -> Result<(), Undecided> {
        let definition = self.definition;
        for (name, task) in &definition.tasks {
            let has_action = task.actions.contains_key(action);
            if has_action && self.case.tasks.contains_key(name) {
                let knowledge = self.knowledge();
                let fits = knowledge.fits(&task.participant, None, by)?;
                if fits && knowledge.is_open(name, task, None, by)? {
                    return self.act(&Act {
                        by: by.clone(),
                        task: name.clone(),
                        action: action.clone(),
                        row: None,
                        asked: asked.clone(),
                        changes: Vec::new(),
                    });
                }
            }
        }
        let (action, state) = (action.clone(), self.case.visit.state.clone());
        Err(reject(RejectionKind::NotOffered { action, state, offered: Vec::new() }))
    }

    /// The case at the other end of a link made or undid it.
    pub(super) fn link(
        &mut self,
        link: &LinkName,
        case: &CaseId,
        undo: bool,
    ) -> Result<(), Undecided> {
        let is_linked = self.case.links.get(link).is_some_and(|cases| cases.contains(case));
        match (is_linked, undo) {
            (false, false) => {
                self.may_link(link)?;
                self.record(Event::Linked { link: link.clone(), case: case.clone() });
            }
            (true, true) => {
                self.record(Event::Unlinked { link: link.clone(), case: case.clone() });
            }
            (false, true) | (true, false) => {}
        }
        Ok(())
    }

    /// Whether there is room for one more case at the other end of a link.
    pub(super) fn may_link(&self, link: &LinkName) -> Result<(), Undecided> {
        let is_single = self.definition.links.get(link).is_some_and(|link| !link.many);
        if is_single && self.case.links.get(link).is_some_and(|cases| !cases.is_empty()) {
            let say = "已经有联系的案了，先解除才能联系另一个".to_owned();
            return Err(reject(RejectionKind::Required(vec![(RuleName::from("join"), say)])));
        }
        Ok(())
    }
}

impl Knowledge<'_> {
    /// Whether the task (or one row of it) is open now.
    pub(super) fn is_open(
        &self,
        name: &TaskName,
        task: &Task,
        row: Option<&str>,
        by: &Actor,
    ) -> Result<bool, Undecided> {
        let Some(open) = self.case.tasks.get(name) else { return Ok(false) };
        let own = by.stands_for().map(|account| account.as_str());
        let is_row_open = !super::tasks::is_each(self, task)
            || row.or(own).is_some_and(|row| open.rows.iter().any(|open| open == row));
        Ok(is_row_open && self.allows(task.when.as_ref())?)
    }

    /// The limit, where an action was done as often as it may be.
    pub(super) fn spent(&self, task: &TaskName, name: &ActionName, action: &Action) -> Option<u32> {
        let limit = action.at_most?;
        let done = self.case.done.get(task).and_then(|done| done.get(name));
        let (in_case, in_visit) = done.copied().unwrap_or_default();
        let count = match limit.per {
            Per::Case => in_case,
            Per::Visit => in_visit,
        };
        (count >= limit.times).then_some(limit.times)
    }

    /// The texts of those requirements, of the ones that matter, that do not hold.
    pub(super) fn refused(
        &self,
        require: &[Requirement],
        matters: &dyn Fn(&Requirement) -> bool,
    ) -> Result<Vec<(RuleName, String)>, Undecided> {
        let mut refused = Vec::new();
        for requirement in require.iter().filter(|requirement| matters(requirement)) {
            if self.allows(requirement.when.as_ref())? && !self.holds(&requirement.that)? {
                refused.push((requirement.name.clone(), self.render(&requirement.say)?));
            }
        }
        Ok(refused)
    }
}

/// The `ask` of what asks nothing.
pub(super) fn no_fields() -> &'static Fields {
    static NONE: std::sync::OnceLock<Fields> = std::sync::OnceLock::new();
    NONE.get_or_init(Fields::new)
}
