//! States that are left before what is written in them could happen: by a rule that always holds, or by
//! a timer whose end others wait for.

use super::{domains::Domains, flow::timer_entry, known::Known};
use crate::{
    definition::{Definition, Rule, State, Target, reading::Reader, scope::Scope},
    expression::{Trying, Value},
    names::StateName,
};

pub(super) fn lint(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
) {
    for (name, state) in &definition.states {
        // A rule whose target has no place left waits, and so does a timer.
        if state.is_end || definition.waits_for_hold(name, state) {
            continue;
        }
        left_at_once(reader, definition, scope, domains, (name, state));
        timers(reader, name, state);
        over_and_gone(reader, definition, name, state);
    }
}

/// Where a step without rules of its own always leads.
pub(super) fn always_to<'t>(target: &'t Target, from: &StateName) -> Option<&'t StateName> {
    match target {
        Target::To(to) if to != from => Some(to),
        Target::To(_) | Target::Stay | Target::Among { .. } => None,
    }
}

/// A rule that acts as soon as the case has come.
fn left_at_once(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
    (name, state): (&StateName, &State),
) {
    let tasks = definition.tasks_in(name).map(|(task, _)| task.as_str());
    let timers = state.timers.keys().map(|timer| timer.as_str());
    let kept: Vec<&str> = tasks.chain(timers).collect();
    let always = |rule: &Rule| match &rule.when {
        None => true,
        Some(when) => {
            scope.always(when, Trying::NOTHING).is_none()
                && scope.always(when, Trying::with(domains)) == Some(true)
        }
    };
    let found = state.choose.iter().find(|(_, rule)| always(rule));
    let Some((rule, known)) = found.filter(|_| !kept.is_empty()) else { return };
    let states = reader.outline.root.get("states").and_then(|it| it.entry(name.as_str()));
    let rules = states.and_then(|state| state.value.get("choose"));
    let Some(entry) = rules.and_then(|rules| rules.entry(rule.as_str())) else { return };
    if let Some(to) = always_to(&known.step.target, name) {
        let kept = kept.join("」「");
        reader.report.doubt(
            &entry.key.spot,
            format!("规则「{rule}」总是成立，一到「{name}」就去「{to}」：「{kept}」从来开不了"),
            "给它写上等它们的 when，如 任务.closed、任务.action is not none，或把它们移到别的状态",
        );
    }
}

/// Timers that would begin again after they have led away.
fn timers(reader: &Reader<'_>, name: &StateName, state: &State) {
    for (timer_name, timer) in state.timers.iter().filter(|(_, timer)| timer.every) {
        let Some(entry) = timer_entry(reader, timer_name.as_str()) else { continue };
        let over = timer.over.as_ref().filter(|it| it.choose.is_empty() && it.when.is_none());
        if let Some(to) = over.and_then(|over| always_to(&over.step.target, name)) {
            let message = format!("计时器「{timer_name}」到期就去「{to}」，every 没有用");
            reader.report.doubt(&entry.key.spot, message, "去掉 every，或去掉 over 里的 to");
        }
    }
}

/// A rule that waits for the end of a timer which leads away itself.
fn over_and_gone(reader: &Reader<'_>, definition: &Definition, name: &StateName, state: &State) {
    for (timer_name, timer) in &state.timers {
        let over = timer.over.as_ref().filter(|it| it.choose.is_empty() && it.when.is_none());
        let to = over.and_then(|over| always_to(&over.step.target, name));
        let Some(to) = to.filter(|to| !super::exits::leads_back(definition, to, name)) else {
            continue;
        };
        let running = [("over".to_owned(), Value::Bool(false)), ("ends".to_owned(), Value::None)];
        let running = Known::new(definition).with(timer_name.as_str(), Value::Map(running.into()));
        let waits = |rule: &Rule| {
            rule.when.as_ref().is_some_and(|when| {
                let reads = when.reads().iter().any(|it| it[0] == timer_name.as_str());
                reads && running.verdict(when) == Some(false)
            })
        };
        let Some((rule, _)) = state.choose.iter().find(|(_, rule)| waits(rule)) else { continue };
        let states = reader.outline.root.get("states").and_then(|it| it.entry(name.as_str()));
        let rules = states.and_then(|state| state.value.get("choose"));
        if let Some(entry) = rules.and_then(|rules| rules.entry(rule.as_str())) {
            reader.report.doubt(
                &entry.key.spot,
                format!("规则「{rule}」永远不成立：「{timer_name}」到期时案已经去了「{to}」"),
                format!("去掉这条规则，或去掉「{timer_name}」的 over 里的 to"),
            );
        }
    }
}
