//! Cases that stand still without anybody noticing: an action after which nothing can happen, and rules
//! that count secret ballots before they are counted.

use crate::{
    definition::{Action, Definition, Target, mention::paths, reading::Reader},
    names::{StateName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for state in definition.states.keys() {
        // A target that was not understood may lead on.
        if !reader.has_lost_targets.get() {
            last_actions(reader, definition, state);
        }
        early_counts(reader, definition, state);
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

/// Rules that read the answers of a secret task without asking whether it is closed: until then
/// nothing is counted, so that they would judge no ballots at all.
fn early_counts(reader: &Reader<'_>, definition: &Definition, name: &StateName) {
    let Some(state) = definition.states.get(name) else { return };
    let is_secret = |root: &str| definition.task(&TaskName::from(root)).is_some_and(|t| t.secret);
    for (rule_name, rule) in &state.choose {
        let Some(when) = &rule.when else { continue };
        let paths = paths(when.source());
        let ballots = |path: &&Vec<String>| path.first().is_some_and(|root| is_secret(root));
        let asks = |path: &Vec<String>, whether: &[&str]| {
            path.get(1).is_some_and(|what| whether.contains(&what.as_str()))
        };
        let is_closed = paths.iter().filter(ballots).any(|path| asks(path, &["closed"]));
        let counts = paths
            .iter()
            .filter(ballots)
            .find(|path| path.len() > 1 && !asks(path, &["all", "given", "open", "closed"]));
        let states = reader.outline.root.get("states");
        let rules = states.and_then(|states| states.entry(name.as_str())?.value.get("choose"));
        let entry = rules.and_then(|rules| rules.entry(rule_name.as_str()));
        if let (false, Some(path), Some(entry)) = (is_closed, counts, entry) {
            let task = &path[0];
            reader.report.warn(
                &entry.key.spot,
                format!("无记名的「{task}」开票前什么都不计，规则「{rule_name}」会按没有票来判"),
                format!("写成 {task}.closed and …"),
            );
        }
    }
}
