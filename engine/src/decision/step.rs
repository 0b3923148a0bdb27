//! What happens in a step: assignments, void answers and effects, then the way to the next state.

mod effects;
mod lots;

use std::collections::BTreeSet;

use super::{
    Actor, Answer, Event, FormChange, Rejection, RejectionKind, Undecided,
    progress::{Progress, reject},
    tasks,
};
use crate::{
    definition::{Assigned, Rule, Step, Target, Task, Void},
    expression::Value,
    names::{RuleName, StateName, TaskName},
};

/// What became of rules.
pub(super) enum Choice {
    /// One acted.
    Acted,
    /// The target of each that would have acted has no place left.
    Full(Rejection),
    /// None holds.
    Nothing,
}

impl Progress<'_> {
    /// The step with its target.
    pub(super) fn step(&mut self, step: &Step) -> Result<(), Undecided> {
        self.prepare(step)?;
        self.go(&step.target)
    }

    /// The first rule that holds acts; one whose target has no place left does not hold.
    pub(super) fn choose<'r>(
        &mut self,
        rules: impl IntoIterator<Item = (&'r RuleName, &'r Rule)>,
    ) -> Result<Choice, Undecided> {
        let mut choice = Choice::Nothing;
        for (name, rule) in rules {
            if self.knowledge_with_numbers().allows(rule.when.as_ref())? {
                match self.attempt(|progress| progress.rule(name, rule))? {
                    None => return Ok(Choice::Acted),
                    Some(rejection) => choice = Choice::Full(rejection),
                }
            }
        }
        Ok(choice)
    }

    /// The way on from what somebody did: by the rules, else by the target. Where every rule that
    /// would act has no place left, what was done is refused.
    pub(super) fn go_on<'r>(
        &mut self,
        rules: impl IntoIterator<Item = (&'r RuleName, &'r Rule)>,
        target: &Target,
    ) -> Result<(), Undecided> {
        let mut rules = rules.into_iter().peekable();
        if rules.peek().is_some() {
            self.list_tasks()?;
        }
        match self.choose(rules)? {
            Choice::Acted => Ok(()),
            Choice::Full(rejection) => Err(Undecided::Rejected(rejection)),
            Choice::Nothing => self.go(target),
        }
    }

    fn rule(&mut self, name: &RuleName, rule: &Rule) -> Result<(), Undecided> {
        self.record(Event::Chosen { rule: name.clone() });
        self.step(&rule.step)
    }

    /// The step but for its target.
    pub(super) fn prepare(&mut self, step: &Step) -> Result<(), Undecided> {
        let mut sets_form = false;
        for assignment in &step.set {
            let value = self.knowledge().evaluate(&assignment.value)?;
            match &assignment.to {
                Assigned::Var(var) => {
                    if self.case.vars.get(var) != Some(&value) {
                        self.record(Event::Set { var: var.clone(), value });
                    }
                }
                Assigned::Form(section, field) => {
                    sets_form = true;
                    let (section, field) = (section.clone(), Some(field.clone()));
                    self.write(vec![FormChange { section, field, value }])?;
                }
            }
        }
        if sets_form && self.case.submission > 0 {
            self.freeze_content();
        }
        step.void.iter().try_for_each(|void| self.void(void))?;
        step.effects.iter().try_for_each(|effect| self.effect(effect))
    }

    fn void(&mut self, void: &Void) -> Result<(), Undecided> {
        for name in &void.tasks {
            let Some(task) = self.definition.tasks.get(name) else { continue };
            let fields = tasks::asked_fields(task);
            let mut positions = Vec::new();
            for (position, answer) in (0..).zip(self.case.answers.get(name).into_iter().flatten()) {
                let it = Value::Map(tasks::answer(&fields, Some(answer)));
                if self.knowledge().allows_with(void.filter.as_ref(), &[("it", &it)])? {
                    positions.push(position);
                }
            }
            self.void_answers(name, positions, void.filter.is_none());
        }
        Ok(())
    }

    fn void_answers(&mut self, task: &TaskName, answers: Vec<u32>, all: bool) {
        let is_closed = self.case.lists.get(task).is_some_and(|list| list.is_closed);
        let is_secret = self.definition.tasks.get(task).is_some_and(|task| task.secret);
        if is_secret && !answers.is_empty() {
            self.discard_ballots(task);
        }
        let reopened = self.rows_to_answer(task, &answers);
        self.reopened.extend(reopened.into_iter().map(|row| (task.clone(), row)));
        if !answers.is_empty() || all && is_closed {
            self.record(Event::Voided { task: task.clone(), answers });
        }
    }

    /// The rows that are to be answered again: those of these answers and, of a closed task, all that
    /// were not answered.
    fn rows_to_answer(&self, task: &TaskName, answers: &[u32]) -> BTreeSet<String> {
        let given = self.case.answers.get(task).map(Vec::as_slice).unwrap_or_default();
        let is_void = |position: usize| answers.iter().any(|void| *void as usize == position);
        let (void, kept): (Vec<_>, Vec<_>) =
            given.iter().enumerate().partition(|(position, _)| is_void(*position));
        let rows = |given: Vec<(usize, &Answer)>| -> BTreeSet<String> {
            given.into_iter().filter_map(|(_, answer)| answer.row.clone()).collect()
        };
        let (mut rows_void, kept) = (rows(void), rows(kept));
        let closed = self.case.lists.get(task).filter(|list| list.is_closed);
        let unanswered = closed.into_iter().flat_map(|list| &list.rows);
        rows_void.extend(unanswered.filter(|row| !kept.contains(*row)).cloned());
        rows_void
    }

    pub(super) fn go(&mut self, target: &Target) -> Result<(), Undecided> {
        match target {
            Target::Stay => Ok(()),
            Target::To(state) => self.enter(state),
            Target::Among { to, among } => {
                let name = self.knowledge().evaluate(to)?;
                let found = among.iter().find(|state| name.as_text() == Some(state.as_str()));
                let state = found.ok_or_else(|| self.not_among(&name, among))?;
                self.enter(state)
            }
        }
    }

    /// Where the text does not let a step go: its author has to mend it.
    fn not_among(&self, to: &Value, among: &[StateName]) -> Undecided {
        let states = &self.definition.states;
        let named = |name: &str| {
            let known = states.iter().find(|(state, _)| state.as_str() == name);
            known.map_or_else(|| name.to_owned(), |(_, known)| known.name.clone())
        };
        let to = named(&to.as_text().map_or_else(|| to.display(), str::to_owned));
        let among: Vec<String> = among.iter().map(|state| named(state.as_str())).collect();
        let why = format!(
            "“{to}”不是可以去的状态（可以去：{}）；请告诉流程的作者：among 里没有它",
            among.join("、")
        );
        reject(RejectionKind::Evaluation(why))
    }

    /// A new visit: what belongs to the old one ends first.
    fn enter(&mut self, state: &StateName) -> Result<(), Undecided> {
        let definition = self.definition;
        let Some(entered) = definition.states.get(state) else { return Ok(()) };
        let old = self.case.visit.state.clone();
        let stays = |task: &Task| task.states.contains(&old) && task.states.contains(state);
        for (name, task) in &definition.tasks {
            let is_single = task.states.len() == 1;
            if self.case.tasks.contains_key(name) && (is_single || !stays(task)) {
                self.record(Event::Closed { task: name.clone() });
                let list = self.case.lists.get(name);
                if task.secret && !task.keep && list.is_some_and(|list| list.counted.is_none()) {
                    self.discard_ballots(name);
                }
            }
            let is_new = if is_single {
                task.states.contains(state)
            } else {
                task.states.contains(&old) && !task.states.contains(state)
            };
            if is_new && !task.keep {
                let count = self.case.answers.get(name).map_or(0, Vec::len);
                let all = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
                self.void_answers(name, all, true);
                // Counts of an earlier visit must not decide this one.
                if self.case.lists.get(name).is_some_and(|list| !list.rows.is_empty()) {
                    self.record(Event::Listed { task: name.clone(), rows: Vec::new() });
                }
            }
        }
        let is_kept = |task: &Option<TaskName>| {
            task.as_ref().is_some_and(|task| self.case.tasks.contains_key(task))
        };
        let timers = self.case.timers.iter();
        let dropped = timers.filter(|(_, timer)| !timer.is_over && !is_kept(&timer.task));
        for timer in dropped.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.record(Event::TimerDropped { timer });
        }
        self.record(Event::Entered { state: state.clone(), is_end: entered.is_end });
        self.prepare(&entered.enter)
    }

    /// Who acts now; what rules do by themselves is done by the case.
    pub(super) fn actor(&self) -> Actor {
        self.context.as_ref().map_or_else(
            || Actor::Case { id: self.case.id.clone(), lineage: self.definition.lineage.clone() },
            |context| context.actor.clone(),
        )
    }
}
