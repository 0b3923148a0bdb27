//! What gets a case going again that waits for answers, and what does not.

use std::collections::BTreeSet;

use super::super::behind;
use crate::{
    definition::{
        Action, Assigned, Definition, EffectKind, Participant, State, Step, Target, Task, Timer,
    },
    names::TaskName,
};

/// Whether a timer closes a task and leaves the case where it is.
pub(super) fn closes(definition: &Definition, state: &State, task: &TaskName) -> bool {
    let own = definition.tasks.get(task).into_iter().flat_map(|task| task.timers.values());
    state.timers.values().chain(own).any(|timer| timer_closes(timer, task))
}

/// Whether this timer does.
pub(in super::super) fn timer_closes(timer: &Timer, task: &TaskName) -> bool {
    let closes = |kind: &EffectKind| matches!(kind, EffectKind::Close(closed) if closed == task);
    timer.over.as_ref().is_some_and(|over| {
        over.steps().all(|it| it.target == Target::Stay)
            && over.step.effects.iter().any(|effect| closes(&effect.kind))
    })
}

/// The names on which it depends who has to act in these tasks, and whether they are open; what a fact
/// is asked about is among them.
pub(in super::super) fn stirred<'d>(
    definition: &Definition,
    tasks: impl Iterator<Item = &'d Task>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for task in tasks {
        let participant = definition.participants.get(&task.participant);
        let who = participant.into_iter().flat_map(Participant::expressions);
        found.extend(who.chain(&task.when).flat_map(|read| behind(definition, read)));
    }
    found
}

/// Whether a step leads on, or may open a task again or for somebody else.
pub(in super::super) fn stirs(step: &Step, stirred: &BTreeSet<String>) -> bool {
    let draws = |kind: &EffectKind| matches!(kind, EffectKind::Draw(_) | EffectKind::Replace(_));
    step.target != Target::Stay
        || !step.void.is_empty()
        || step.effects.iter().any(|effect| draws(&effect.kind))
        || step.set.iter().any(|assignment| match &assignment.to {
            Assigned::Var(var) => stirred.contains(var.as_str()),
            Assigned::Form(..) => stirred.contains("form"),
        })
}

/// Whether an action does nothing else than to make all answers of other tasks void.
pub(super) fn only_voids(action: &Action, stirred: &BTreeSet<String>) -> bool {
    let others = Step { void: Vec::new(), ..action.step.clone() };
    action.choose.is_empty()
        && action.step.void.iter().all(|void| void.filter.is_none())
        && !stirs(&others, stirred)
}
