//! Cases that stand still without anybody noticing: an action after which nothing can happen.

use crate::{
    definition::{Action, Definition, Target, reading::Reader},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    // A target that was not understood may lead on.
    if !reader.has_lost_targets.get() {
        definition.states.keys().for_each(|state| last_actions(reader, definition, state));
    }
}

/// Actions that leave the case in a state where there is nothing more to do.
fn last_actions(reader: &Reader<'_>, definition: &Definition, name: &StateName) {
    let Some(state) = definition.states.get(name) else { return };
    let tasks: Vec<_> = definition.tasks_in(name).collect();
    let [(task_name, task)] = tasks[..] else { return };
    let goes_on = !state.choose.is_empty() || !state.timers.is_empty() || state.is_end;
    let is_of_several = definition.is_each(&task.participant);
    if goes_on || task.repeat || is_of_several || !task.timers.is_empty() {
        return;
    }
    for (action_name, action) in &task.actions {
        if !stays(action) {
            continue;
        }
        let Some(entry) = super::task_entry(reader, task_name.as_str()) else { continue };
        let actions = entry.value.get("actions");
        let Some(entry) = actions.and_then(|actions| actions.entry(action_name.as_str())) else {
            continue;
        };
        reader.report.warn(
            &entry.key.spot,
            format!("做了「{action_name}」案还在「{name}」，没有别的任务、规则或计时器：停在这里"),
            "加上 to: 状态；还要再做就给任务写 repeat: true",
        );
    }
}

/// Whether an action does nothing but be recorded.
fn stays(action: &Action) -> bool {
    action.step.target == Target::Stay
        && action.choose.is_empty()
        && action.step.void.is_empty()
        && action.step.effects.is_empty()
}
