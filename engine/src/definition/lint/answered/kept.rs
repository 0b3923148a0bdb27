//! Answers of before that are still valid, and what may still be done beside them.

use std::collections::BTreeSet;

use super::{super::known::Known, Given, Waiting, stirs};
use crate::{
    definition::{Action, Assigned, Definition, Task},
    expression::Value,
    names::TaskName,
};

impl<'d> Waiting<'d> {
    /// The tasks that need not be done and may be done all the same once these actions have been taken;
    /// `None` where one of them gets the case going again.
    pub(super) fn left(
        &self,
        taken: &[&'d Action],
        world: &Known<'d>,
        given: (&[Option<Given>], u64),
    ) -> Option<Vec<&'d TaskName>> {
        let settled = taken.iter().flat_map(|action| settled(self.definition, action));
        let world = settled.fold(world.clone(), |world, (var, value)| world.with(var, value));
        let is_open =
            |task: &Task| task.when.as_ref().is_none_or(|when| world.verdict(when) != Some(false));
        let open = self.optional.iter().filter(|(_, task)| is_open(task));
        open.map(|(name, task)| {
            let gives_up = !taken.is_empty() && gives_up(self.definition, task, &self.stirred);
            (gives_up || self.only_comes_back(task, given)).then_some(*name)
        })
        .collect()
    }
}

/// The variables that stay as an action has set them, for nothing sets them otherwise.
fn settled<'d>(
    definition: &'d Definition,
    action: &'d Action,
) -> impl Iterator<Item = (&'d str, Value)> {
    action.step.set.iter().filter_map(|set| {
        let (Assigned::Var(var), Some(value)) = (&set.to, set.value.constant()) else {
            return None;
        };
        let mut all = definition.steps().flat_map(|step| &step.set);
        let is_same =
            all.all(|other| other.to != set.to || other.value.constant().as_ref() == Some(&value));
        is_same.then_some((var.as_str(), value))
    })
}

/// Whether all that whoever started the case may do in a task is to end it.
fn gives_up(definition: &Definition, task: &Task, stirred: &BTreeSet<String>) -> bool {
    let is_end = |state| definition.states.get(state).is_some_and(|state| state.is_end);
    let steps = task.actions.values().flat_map(Action::steps);
    let mut steps = steps.filter(|step| stirs(step, stirred));
    definition.start.by.as_ref() == Some(&task.participant)
        && steps.all(|step| {
            let to = step.target.states();
            !to.is_empty() && to.iter().all(is_end)
        })
}
