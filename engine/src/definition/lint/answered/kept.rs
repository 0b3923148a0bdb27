//! Answers of before that are still valid when a case comes back, and what may still be done beside
//! them.

use std::collections::BTreeMap;

use super::{super::known::Known, Given, Random, Waiting, answer, returning::Walk, stirs};
use crate::{
    definition::{Action, Task},
    expression::Value,
    names::TaskName,
};

/// The variables whose value is known.
pub(super) type Settled = BTreeMap<String, Value>;

impl<'d> Waiting<'d> {
    /// Answers of before that are still valid, now and then, and what is known of the variables then.
    pub(super) fn of_before(&self, random: &mut Random) -> (Vec<Option<Given>>, Settled) {
        let mut given: Vec<Option<Given>> = vec![None; self.tasks.len()];
        let mut settled = Settled::new();
        let mut walk = Walk::to(self.definition, self.here);
        for (awaited, given) in self.tasks.iter().zip(&mut given) {
            if awaited.kept.is_empty() || random.below(2) == 0 {
                continue;
            }
            let Some(answer) = answer(&awaited.kept, random) else { continue };
            let on = walk.clone().answered(awaited.name, awaited.task, &answer);
            let action = awaited.task.actions.get(answer.action.as_str());
            let back = action.map(|action| on.after(&settled, action, &answer)).unwrap_or_default();
            if let Some(found) = back.get(random.index(back.len())) {
                (walk, settled) = (on, found.clone());
                *given = Some(Given { answers: vec![answer], is_closed: true });
            }
        }
        (given, settled)
    }

    /// The tasks that need not be done and may be done all the same; `None` where one of them gets the
    /// case going again.
    pub(super) fn left(
        &self,
        is_kept: bool,
        world: &Known<'d>,
        given: (&[Option<Given>], u64),
    ) -> Option<Vec<&'d TaskName>> {
        let is_open =
            |task: &Task| task.when.as_ref().is_none_or(|when| world.verdict(when) != Some(false));
        let open = self.optional.iter().filter(|(_, task)| is_open(task));
        open.map(|(name, task)| {
            let is_left = is_kept && self.gives_up(task) || self.only_comes_back(task, given);
            is_left.then_some(*name)
        })
        .collect()
    }

    /// Whether all that whoever started the case may do in a task is to end it.
    fn gives_up(&self, task: &Task) -> bool {
        let is_end = |state| self.definition.states.get(state).is_some_and(|state| state.is_end);
        let steps = task.actions.values().flat_map(Action::steps);
        let mut steps = steps.filter(|step| stirs(step, &self.stirred));
        self.definition.start.by.as_ref() == Some(&task.participant)
            && steps.all(|step| {
                let to = step.target.states();
                !to.is_empty() && to.iter().all(is_end)
            })
    }
}
