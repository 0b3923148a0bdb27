//! Tasks of a list of people, where the list may be empty: nobody is asked then, and nothing happens.

use crate::{
    definition::{Definition, State, Target, Task, Who, mention::paths, reading::Reader},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for (name, state) in &definition.states {
        if state.is_end || has_other_way(definition, name, state) {
            continue;
        }
        let of_lists = definition.tasks_in(name).filter(|(_, task)| !task.optional);
        for (task, _) in of_lists {
            let Some(entry) = super::task_entry(reader, task.as_str()) else { continue };
            reader.report.warn(
                &entry.key.spot,
                format!("名单空着时没有人办「{task}」，案一直停在「{name}」"),
                format!("在 choose 里加一条规则，如 nobody: {{when: {task}.all == 0, to: 状态}}，或加上计时器"),
            );
        }
    }
}

/// Whether something may happen in the state although every list is empty.
fn has_other_way(definition: &Definition, name: &StateName, state: &State) -> bool {
    let tasks: Vec<_> = definition.tasks_in(name).collect();
    let is_list = |task: &Task| {
        let participant = definition.participants.get(&task.participant);
        participant.is_some_and(|participant| participant.whos().all(Who::is_each))
    };
    let leaves = |task: &Task| {
        let mut actions = task.actions.values();
        actions.any(|action| action.step.target != Target::Stay || !action.choose.is_empty())
    };
    let is_other = |task: &Task| !is_list(task) && (!task.optional || leaves(task));
    let has_end = |task: &Task| task.timers.values().any(|timer| timer.over.is_some());
    // `closed` never holds of an empty list.
    let waits_for_answers = |when: &str| {
        let paths = paths(when);
        let is_closed = paths.iter().any(|path| {
            let of_task =
                path.first().is_some_and(|root| tasks.iter().any(|(t, _)| t.as_str() == root));
            of_task && path.get(1).is_some_and(|what| what == "closed")
        });
        is_closed && !when.split_whitespace().any(|word| word == "or" || word == "not")
    };
    let mut rules = state.choose.values();
    tasks.iter().any(|(_, task)| is_other(task) || has_end(task))
        || tasks.is_empty()
        || !state.timers.is_empty()
        || rules.any(|rule| rule.when.as_ref().is_none_or(|when| !waits_for_answers(when.source())))
}
