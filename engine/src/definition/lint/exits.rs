//! States that people alone lead out of, and which may have no way out: actions that are used up when
//! the case comes back, and conditions none of which may hold.

use std::collections::BTreeSet;

use super::domains::Domains;
use crate::{
    definition::{
        Action, Assigned, Definition, Per, State, Step, Target, Task, reading::Reader, scope::Scope,
    },
    expression::{Expression, Knowing, Trying, Type},
    names::{ActionName, StateName, TaskName},
};

pub(super) fn lint(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
) {
    if reader.has_lost_targets.get() {
        return;
    }
    for (name, state) in &definition.states {
        let exits = exits(definition, name, state);
        let (free, bound): (Vec<_>, Vec<_>) = exits.into_iter().partition(Exit::is_free);
        let gap = gap(definition, scope, domains, name, &bound);
        if free.is_empty() {
            if let Some((gap, first)) = gap.zip(bound.first()) {
                tell_gap(reader, name, first, &gap);
            }
        } else if bound.is_empty() || gap.is_some() {
            used_up(reader, definition, name, &free);
        }
    }
}

/// An action that leads out of a state.
struct Exit<'d> {
    task_name: &'d TaskName,
    task: &'d Task,
    name: &'d ActionName,
    action: &'d Action,
}

impl Exit<'_> {
    /// Whether it is offered to somebody whatever is.
    fn is_free(&self) -> bool {
        self.task.when.is_none() && self.action.when.is_none()
    }

    /// When it is offered.
    fn when(&self, scope: &Scope<'_>) -> Option<Expression> {
        match (&self.task.when, &self.action.when) {
            (Some(task), Some(action)) => {
                let both = format!("({}) and ({})", task.source(), action.source());
                scope.plain(&both, &Type::Bool)
            }
            (Some(when), None) | (None, Some(when)) => Some(when.clone()),
            (None, None) => None,
        }
    }
}

fn leads(step: &Step) -> bool {
    step.target != Target::Stay
}

/// The actions that lead out of a state, where nothing else does.
fn exits<'d>(definition: &'d Definition, name: &'d StateName, state: &'d State) -> Vec<Exit<'d>> {
    let tasks = || definition.tasks_in(name);
    let of_tasks = tasks().flat_map(|(_, task)| task.timers.values());
    let mut overs = state.timers.values().chain(of_tasks).filter_map(|it| it.over.as_ref());
    if state.is_end || !state.choose.is_empty() || overs.any(|over| over.steps().any(leads)) {
        return Vec::new();
    }
    let exits = tasks().flat_map(|(task_name, task)| {
        let leading = task.actions.iter().filter(|(_, action)| action.steps().any(leads));
        leading.map(move |(name, action)| Exit { task_name, task, name, action })
    });
    exits.collect()
}

/// A value for which none of these is offered.
fn gap(
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
    state: &StateName,
    exits: &[Exit<'_>],
) -> Option<String> {
    let conditions = exits.iter().map(|exit| exit.when(scope)).collect::<Option<Vec<_>>>()?;
    let conditions: Vec<&Expression> = conditions.iter().collect();
    let read: BTreeSet<&Vec<String>> = conditions.iter().flat_map(|it| it.reads()).collect();
    // Of several names it is not known which values they have together.
    let [path] = read.into_iter().collect::<Vec<_>>()[..] else { return None };
    let var = path.first().filter(|_| path.len() == 1)?;
    let standing = domains.within(&[state]);
    standing.limits(path)?;
    if changes_within(definition, state, var) {
        return None;
    }
    scope.coverage(&conditions, Trying::with(&standing))?.gap?.example
}

/// Whether what happens in a state may set a variable.
fn changes_within(definition: &Definition, state: &StateName, var: &str) -> bool {
    let sets = |step: &Step| {
        step.set.iter().any(|set| matches!(&set.to, Assigned::Var(name) if name.as_str() == var))
    };
    let actions = actions_in(definition, state, &|_, _| true);
    actions.into_iter().any(|action| action.steps().any(sets))
}

/// What people and timers may do in a state, as far as tasks are open.
pub(super) fn actions_in<'d>(
    definition: &'d Definition,
    state: &StateName,
    is_open: &dyn Fn(&TaskName, &Task) -> bool,
) -> Vec<&'d Action> {
    let timers = definition.states.get(state).into_iter().flat_map(|state| state.timers.values());
    let is_here =
        |(name, task): &(&TaskName, &Task)| task.states.contains(state) && is_open(name, task);
    let tasks = || definition.tasks.iter().filter(is_here);
    let timers = timers.chain(tasks().flat_map(|(_, task)| task.timers.values()));
    let overs = timers.filter_map(|timer| timer.over.as_ref());
    tasks().flat_map(|(_, task)| task.actions.values()).chain(overs).collect()
}

fn tell_gap(reader: &Reader<'_>, state: &StateName, first: &Exit<'_>, gap: &str) {
    let Some(entry) = super::task_entry(reader, first.task_name.as_str()) else { return };
    reader.report.doubt(
        &entry.key.spot,
        format!("{gap} 时「{state}」里没有一个动作能做，也没有规则和到别处的计时器：案停在这里"),
        "补上这时能做的动作，或改 when，或加上 over 里写 to 的计时器",
    );
}

/// Actions that may each be done only so often in a case, and all lead back.
fn used_up(reader: &Reader<'_>, definition: &Definition, state: &StateName, free: &[Exit<'_>]) {
    let is_used_up = |exit: &Exit<'_>| {
        let limit = exit.action.at_most.filter(|limit| limit.per == Per::Case);
        limit.is_some() && exit.action.targets().any(|to| leads_back(definition, to, state))
    };
    if !free.iter().all(is_used_up) {
        return;
    }
    let Some(first) = free.first() else { return };
    let task = super::task_entry(reader, first.task_name.as_str());
    let actions = task.and_then(|task| task.value.get("actions"));
    let Some(entry) = actions.and_then(|actions| actions.entry(first.name.as_str())) else {
        return;
    };
    let names: Vec<&str> = free.iter().map(|exit| exit.name.as_str()).collect();
    reader.report.doubt(
        &entry.key.spot,
        format!(
            "「{}」在每个案里只能做几次（at_most），回到「{state}」时可能已经用完，没有别的出路：案停在那里",
            names.join("」「")
        ),
        "写 per: visit，或加一个不限次数的动作、规则或计时器",
    );
}

pub(super) fn leads_back(definition: &Definition, from: &StateName, to: &StateName) -> bool {
    let edges = definition.edges();
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(state) = next.pop() {
        if state == to {
            return true;
        }
        if seen.insert(state) {
            let on = edges.iter().filter(|edge| edge.from.as_ref() == Some(state));
            next.extend(on.map(|edge| &edge.to));
        }
    }
    false
}
