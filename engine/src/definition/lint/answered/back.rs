//! Tasks that need not be done and only lead back to where the case stands still.

use std::collections::BTreeSet;

use super::{super::exits::actions_in, Given, Waiting, stirs};
use crate::{
    definition::{Action, Edit, State, Step, Target, Task},
    names::{StateName, TaskName},
};

impl<'d> Waiting<'d> {
    /// Whether all that a task does is to lead back here with nothing changed: on every way from it the
    /// case comes back before it can end, and what has been answered stays valid.
    pub(super) fn only_comes_back(&self, task: &'d Task, given: (&[Option<Given>], u64)) -> bool {
        let Some(lasting) = self.lasting(given) else { return false };
        let mut steps: Vec<&'d Step> = task.actions.values().flat_map(Action::steps).collect();
        steps.push(&self.state.enter);
        let mut seen = BTreeSet::from([self.here]);
        while let Some(step) = steps.pop() {
            if !self.changes_nothing(step, &lasting) {
                return false;
            }
            for name in step.target.states() {
                if !seen.insert(name) {
                    continue;
                }
                let Some(state) = self.definition.states.get(name) else { return false };
                if state.is_end || self.may_edit(name) {
                    return false;
                }
                steps.extend(self.steps_in(name, state));
            }
        }
        true
    }

    /// The tasks that have been answered, by everybody, where their answers stay valid; `None` where
    /// some do not.
    fn lasting(&self, (given, people): (&[Option<Given>], u64)) -> Option<Vec<&'d TaskName>> {
        let answered = self.tasks.iter().zip(given);
        let answered = answered.filter_map(|(awaited, given)| Some((awaited, given.as_ref()?)));
        let lasting = answered.map(|(awaited, given)| {
            let all = if awaited.is_list { people } else { 1 };
            let is_lasting = awaited.task.keep && given.answers.len() as u64 == all;
            is_lasting.then_some(awaited.name)
        });
        lasting.collect()
    }

    /// Everything that may happen in a state.
    fn steps_in(&self, name: &StateName, state: &'d State) -> Vec<&'d Step> {
        let actions = actions_in(self.definition, name, &|_, _| true);
        let rules = state.choose.values().map(|rule| &rule.step);
        let own = std::iter::once(&state.enter).chain(rules);
        actions.into_iter().flat_map(Action::steps).chain(own).collect()
    }

    /// Whether a step opens none of these tasks again, and nothing for somebody else, wherever it leads.
    fn changes_nothing(&self, step: &Step, answered: &[&TaskName]) -> bool {
        let mut voided = step.void.iter().flat_map(|void| &void.tasks);
        let own = Step { void: Vec::new(), target: Target::Stay, ..step.clone() };
        !voided.any(|task| answered.contains(&task)) && !stirs(&own, &self.stirred)
    }

    /// Whether who has to act hangs on what may be filled in there.
    fn may_edit(&self, state: &StateName) -> bool {
        let mut tasks = self.definition.tasks_in(state);
        self.stirred.contains("form") && tasks.any(|(_, task)| task.edit != Edit::Nothing)
    }
}
