//! Tasks of a list of people, where the list may be empty: nobody is asked then, and nothing happens.

use super::{
    answered::{
        only_comes_back,
        stirring::{stirred, stirs},
        world::of_nobody,
    },
    behind,
    exits::leads_back,
    known::Known,
    sites::sites,
};
use crate::{
    definition::{
        Action, Assigned, Assignment, Definition, Draw, EffectKind, EffectRule, State, Step,
        Target, Task, Who, WhoKind, reading::Reader,
    },
    expression::Expression,
    names::{StateName, TaskName, TimerName, VarName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    draws_by_rule(reader, definition);
    read_before_drawn(reader, definition);
    for (name, state) in &definition.states {
        if state.is_end || has_other_way(definition, name, state) {
            continue;
        }
        let of_lists = definition.tasks_in(name).filter(|(_, task)| !task.optional);
        let of_lists = of_lists.filter(|(_, task)| !is_drawn(definition, task));
        for (task, _) in of_lists {
            let Some(entry) = super::task_entry(reader, task.as_str()) else { continue };
            reader.report.warn(
                &entry.key.spot,
                format!("名单空着时没有人办「{task}」，案一直停在「{name}」"),
                format!("在 choose 里加一条规则，如 nobody: {{when: {task}.all == 0, to: 状态}}，或给状态加上计时器"),
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
    // A timer of a list runs for each of it: for nobody there is none.
    let has_end = |task: &Task| task.timers.values().any(|timer| timer.over.is_some());
    // What every rule says where nobody is on any list, whatever all else is.
    let empty = tasks
        .iter()
        .filter(|(_, task)| is_list(task))
        .fold(Known::new(definition), |known, (name, task)| {
            known.with(name.as_str(), of_nobody(task))
        });
    let fails = |when: &Expression| empty.verdict(when) == Some(false);
    // What a fact gives may be another when the case comes back.
    let asked = stirred(definition, tasks.iter().map(|(_, task)| *task));
    let asks = asked.iter().any(|name| definition.facts.contains_key(name.as_str()));
    let is_way = |task: &Task| {
        leaves(task)
            && !task.when.as_ref().is_some_and(fails)
            && (asks || !only_comes_back(definition, (name, state), task))
    };
    let is_other = |task: &Task| !is_list(task) && (!task.optional || is_way(task));
    let mut rules = state.choose.values();
    tasks.iter().any(|(_, task)| is_other(task) || !is_list(task) && has_end(task))
        || tasks.is_empty()
        || moves_on(definition, state, &tasks)
        || rules.any(|rule| rule.when.as_ref().is_none_or(|when| !fails(when)))
}

/// Whether a timer of the state leads on, or changes anything that its tasks or rules hang on.
fn moves_on(definition: &Definition, state: &State, tasks: &[(&TaskName, &Task)]) -> bool {
    let mut stirred = stirred(definition, tasks.iter().map(|(_, task)| *task));
    let whens = state.choose.values().filter_map(|rule| rule.when.as_ref());
    stirred.extend(whens.flat_map(|when| behind(definition, when)));
    let is_told = |effect: &EffectRule| {
        matches!(&effect.kind, EffectKind::Notify { .. } | EffectKind::Document(_))
    };
    let changes = |step: &Step| stirs(step, &stirred) || !step.effects.iter().all(is_told);
    let is_asked = |name: &TimerName| stirred.contains(name.as_str());
    state.timers.iter().any(|(name, timer)| {
        is_asked(name) || timer.over.iter().flat_map(Action::steps).any(changes)
    })
}

/// Whether the list of a task is filled by draws alone, each of a fixed number: where there are not
/// enough, the draw is refused.
pub(super) fn is_drawn(definition: &Definition, task: &Task) -> bool {
    let draws = draws(definition, task);
    let is_some = |draw: &&Draw| fixed(draw).is_some_and(|count| count > 0);
    draws.is_some_and(|lists| lists.iter().all(|draws| draws.iter().any(is_some)))
}

/// How many people may be in the list of a task, where draws of fixed numbers fill it and nothing else
/// changes it.
pub(super) fn drawn(definition: &Definition, task: &Task) -> Option<Vec<u64>> {
    let draws = draws(definition, task)?.into_iter().flatten();
    let count = |draw: &Draw| fixed(draw).filter(|count| *count > 0 && !draw.add);
    draws.map(count).collect()
}

fn fixed(draw: &Draw) -> Option<u64> {
    u64::try_from(draw.count.constant()?.as_integer()?).ok()
}

/// The draws that fill each list of a task; `None` where something else changes one of them.
fn draws<'d>(definition: &'d Definition, task: &Task) -> Option<Vec<Vec<&'d Draw>>> {
    let participant = definition.participants.get(&task.participant);
    let lists = participant.into_iter().flat_map(|participant| participant.whos());
    let lists = lists.map(|who| match &who.kind {
        WhoKind::Each { list, filter: None } if who.except.is_empty() => {
            definition.vars.get_key_value(list.source().trim()).map(|(var, _)| var)
        }
        WhoKind::Each { .. }
        | WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    });
    lists.map(|var| draws_into(definition, var?)).collect()
}

fn draws_into<'d>(definition: &'d Definition, var: &VarName) -> Option<Vec<&'d Draw>> {
    let mut found = Vec::new();
    for step in definition.steps() {
        if step.set.iter().any(|set| set.to == Assigned::Var(var.clone())) {
            return None;
        }
        for effect in &step.effects {
            if let EffectKind::Draw(draw) = &effect.kind {
                found.extend((draw.into == *var).then_some(draw));
            }
            if let EffectKind::Replace(replace) = &effect.kind
                && replace.list == *var
            {
                return None;
            }
        }
    }
    Some(found)
}

/// Lists that the step which alone draws them, and only once, reads in its `set`: that comes first.
fn read_before_drawn(reader: &Reader<'_>, definition: &Definition) {
    let is_drawn_once = |var: &VarName| {
        let is_empty = definition.vars.get(var).is_some_and(|var| var.initial.is_blank());
        is_empty && draws_into(definition, var).is_some_and(|draws| draws.len() == 1)
    };
    for site in sites(reader, definition) {
        let step = site.step;
        let comes_again = site.states(definition).into_iter().any(|state| {
            let targets = step.target.states();
            targets.is_empty() || targets.iter().any(|to| leads_back(definition, to, state))
        });
        for effect in &step.effects {
            let EffectKind::Draw(draw) = &effect.kind else { continue };
            if comes_again || !is_drawn_once(&draw.into) {
                continue;
            }
            let reads = |set: &&Assignment| {
                set.value.reads().iter().any(|path| path[0] == draw.into.as_str())
            };
            let Some(set) = step.set.iter().find(reads) else { continue };
            let Assigned::Var(var) = &set.to else { continue };
            let written = site.entry.value.get("set").and_then(|it| it.entry(var.as_str()));
            let Some(entry) = written else { continue };
            let message =
                format!("set 在 draw 之前做：这里读到的「{}」还没有抽，是空的", draw.into);
            let remedy = "写到新状态的 enter 里 set，那时已经抽好";
            reader.report.doubt(&entry.value.spot, message, remedy);
        }
    }
}

/// A draw by a rule of a state: where there are not enough to draw from, the rule is refused again and
/// again, and nobody is told.
fn draws_by_rule(reader: &Reader<'_>, definition: &Definition) {
    for state in reader.outline.root.entries_of("states") {
        let Some(known) = definition.states.get(state.key.text.as_str()) else { continue };
        let mut before: Vec<String> = Vec::new();
        for (name, rule) in &known.choose {
            for effect in &rule.step.effects {
                let EffectKind::Draw(draw) = &effect.kind else { continue };
                let pool = draw.of.reads().first().and_then(|path| path.first());
                let is_guarded = pool.is_none_or(|pool| before.contains(pool))
                    || rule
                        .when
                        .as_ref()
                        .is_some_and(|when| when.reads().iter().any(|path| path.first() == pool));
                let entry = state.value.get("choose").and_then(|rules| rules.entry(name.as_str()));
                if let Some(entry) = entry.filter(|_| !is_guarded) {
                    let of = draw.of.source();
                    let message = format!(
                        "规则「{name}」里抽签：{of} 不够抽时规则一直做不成，案停在「{}」",
                        state.key.text
                    );
                    let remedy = format!(
                        "前面加一条规则，如 few: {{when: count({of}) < 人数, to: 状态}}，或由人来抽"
                    );
                    reader.report.warn(&entry.key.spot, message, remedy);
                }
            }
            let reads = rule.when.iter().flat_map(|when| when.reads());
            before.extend(reads.filter_map(|path| path.first()).cloned());
        }
    }
}
