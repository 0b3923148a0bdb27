//! The main path of a definition: where a case goes if all goes well.

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
        let forward = ways.into_iter().filter(|(_, state)| !path.contains(state));
        // `min_by_key` takes the first of the best.
        next = forward.min_by_key(|(rank, _)| *rank).map(|(_, state)| state.clone());
    }
    path
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
