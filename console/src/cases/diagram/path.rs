//! The main path of a definition: where a case goes if all goes well.

use std::collections::BTreeSet;

use engine::{
    definition::{Action, Definition, Rule, State, Step, Target, Tone},
    names::StateName,
};

/// The states from the first one to an end, by the first good way out of each.
pub fn main_path(definition: &Definition) -> Vec<StateName> {
    let mut path: Vec<StateName> = Vec::new();
    let start = &definition.start.action;
    let mut next = ways_of(start).next().map(|(_, state)| state.clone());
    while let Some(name) = next {
        let Some(state) = definition.states.get(&name) else { break };
        path.push(name);
        let ways = ways_out(definition, &path[path.len() - 1], state);
        let forward: Vec<_> = ways.into_iter().filter(|(_, state)| !path.contains(state)).collect();
        let best = forward.iter().map(|(rank, _)| *rank).min();
        let best = forward.iter().filter(|(rank, _)| Some(*rank) == best);
        let mut targets: Vec<&StateName> = Vec::new();
        for (_, state) in best {
            if !targets.contains(state) {
                targets.push(state);
            }
        }
        next = earliest(definition, &targets, &path).cloned();
    }
    path
}

/// The one that comes before most of the others, so that none is jumped over; the first of equals.
fn earliest<'a>(
    definition: &'a Definition,
    targets: &[&'a StateName],
    path: &[StateName],
) -> Option<&'a StateName> {
    let before = |target: &StateName| {
        let reached = reachable(definition, target, path);
        targets.iter().filter(|other| **other != target && reached.contains(*other)).count()
    };
    // `max_by_key` takes the last of the best.
    targets.iter().copied().rev().max_by_key(|target| before(target))
}

/// Every state that a good way leads to, without those of the path.
fn reachable<'a>(
    definition: &'a Definition,
    from: &StateName,
    path: &[StateName],
) -> BTreeSet<&'a StateName> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&StateName> =
        definition.states.get_key_value(from).map(|it| it.0).into_iter().collect();
    while let Some(name) = open.pop() {
        let Some(state) = definition.states.get(name) else { continue };
        for (_, target) in ways_out(definition, name, state) {
            if !path.contains(target) && reached.insert(target) {
                open.push(target);
            }
        }
    }
    reached
}

/// How likely a way is the good one; smaller is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Good,
    Rule,
    Plain,
    Bad,
}

fn ways_out<'a>(
    definition: &'a Definition,
    name: &StateName,
    state: &'a State,
) -> Vec<(Rank, &'a StateName)> {
    // What counts as work leads on; what is only possible (撤回, 作废) does not.
    let tasks = definition.tasks.values().filter(|task| task.states.contains(name));
    let tasks =
        tasks.filter(|task| !task.optional || task.edit != engine::definition::Edit::Nothing);
    let actions = tasks.flat_map(|task| task.actions.values()).flat_map(ways_of);
    let timers = state.timers.values().filter_map(|timer| timer.over.as_ref()).flat_map(ways_of);
    let rules = state.choose.values().flat_map(rule_ways).map(|state| (Rank::Rule, state));
    let mut ways: Vec<_> = actions.chain(rules).chain(timers).collect();
    ways.retain(|(rank, target)| {
        let leads_badly = definition
            .states
            .get(*target)
            .is_some_and(|state| matches!(state.tone, Tone::Bad | Tone::Warn));
        *rank != Rank::Bad && !leads_badly
    });
    ways
}

fn ways_of(action: &Action) -> impl Iterator<Item = (Rank, &StateName)> {
    let rank = match action.tone {
        Tone::Good => Rank::Good,
        Tone::Plain | Tone::Going => Rank::Plain,
        Tone::Warn | Tone::Bad => Rank::Bad,
    };
    let direct = targets(&action.step);
    let chosen = action.choose.values().flat_map(rule_ways);
    direct.into_iter().chain(chosen).map(move |state| (rank, state))
}

fn rule_ways(rule: &Rule) -> Vec<&StateName> {
    targets(&rule.step)
}

fn targets(step: &Step) -> Vec<&StateName> {
    match &step.target {
        Target::Stay => Vec::new(),
        Target::To(state) => vec![state],
        Target::Among { among, .. } => among.iter().collect(),
    }
}
