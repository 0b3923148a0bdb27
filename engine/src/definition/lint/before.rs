//! Conditions that wait for answers or times of states which only come later: they never hold.

use std::collections::BTreeSet;

use super::{
    conditions::{Asked, conditions},
    known::Known,
    sites::written_who,
};
use crate::{
    definition::{Definition, reading::Reader},
    expression::{Expression, Value},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    if reader.has_lost_targets.get() {
        return;
    }
    let later = Later::of(definition);
    for Asked { node, when, states } in conditions(reader, definition) {
        if let Some(name) = later.waits_for(&states, when).filter(|_| !states.is_empty()) {
            let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
            let message = format!(
                "条件 {} 永远不成立：案在「{}」时「{name}」还从来没有开过",
                when.source(),
                states.join("」「")
            );
            reader.report.doubt(&node.spot, message, "写到它开过以后的状态里，或检查名称");
        }
    }
    excluded_later(reader, definition, &later);
}

/// Participants that leave out who acts in a task that only comes after theirs: nobody is kept apart.
fn excluded_later(reader: &Reader<'_>, definition: &Definition, later: &Later<'_>) {
    for (name, participant) in &definition.participants {
        let tasks = definition.tasks.values().filter(|task| task.participant == *name);
        let states: Vec<&StateName> = tasks.flat_map(|task| &task.states).collect();
        for (row, who) in participant.whos().enumerate().filter(|_| !states.is_empty()) {
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            for (except, node) in who.except.iter().zip(entry.value.items_of("except")) {
                let Some((task, "by")) = except.source().trim().split_once('.') else { continue };
                let own = later.states_of(task);
                if !own.is_empty() && !states.iter().any(|at| later.may_follow(&own, at)) {
                    let message =
                        format!("「{task}」在这之后才办，这时没有人办过它：except 谁也没有排除");
                    reader.report.doubt(&node.spot, message, "写在前面办的任务，如 初审.by");
                }
            }
        }
    }
}

/// Which states may come after which.
struct Later<'d> {
    definition: &'d Definition,
    /// Each way from state to state.
    edges: Vec<crate::definition::Edge>,
}

impl<'d> Later<'d> {
    fn of(definition: &'d Definition) -> Self {
        Self { definition, edges: definition.edges() }
    }

    /// What a condition waits for in these states although it cannot have been there.
    fn waits_for(&self, states: &[&StateName], condition: &Expression) -> Option<String> {
        let mut roots = condition.reads().iter().filter_map(|path| path.first());
        let found = roots.find(|root| {
            let own = self.states_of(root);
            let is_later = !own.is_empty() && states.iter().all(|at| !self.may_follow(&own, at));
            let fields = condition.reads().iter().filter(|path| path.first() == Some(*root));
            let mut fields = fields.filter_map(|path| path.get(1).map(String::as_str));
            let unopened = unopened();
            let is_known = fields.all(|field| unopened.get(field).is_some());
            is_later && is_known && {
                let known = Known::new(self.definition).with(root, unopened);
                known.verdict(condition) == Some(false)
            }
        });
        found.cloned()
    }

    /// The states in which a task or timer is open.
    fn states_of(&self, name: &str) -> Vec<&'d StateName> {
        if let Some(task) = self.definition.tasks.get(name) {
            return task.states.iter().collect();
        }
        let states = self.definition.states.iter();
        let of_states = states.filter(|(_, state)| state.timers.contains_key(name));
        let tasks = self.definition.tasks.values();
        let of_tasks = tasks.filter(|task| task.timers.contains_key(name));
        let of_states = of_states.map(|(name, _)| name);
        of_states.chain(of_tasks.flat_map(|task| &task.states)).collect()
    }

    /// Whether a case may be in this state once it has been in one of those.
    fn may_follow(&self, from: &[&StateName], state: &StateName) -> bool {
        let (mut seen, mut next) = (BTreeSet::new(), from.to_vec());
        while let Some(at) = next.pop() {
            if at == state {
                return true;
            }
            if seen.insert(at) {
                let on = self.edges.iter().filter(|edge| edge.from.as_ref() == Some(at));
                next.extend(on.map(|edge| &edge.to));
            }
        }
        false
    }
}

/// A task or timer that has not been there yet.
fn unopened() -> Value {
    let none = ["action", "by", "at", "answer", "ends"].map(|field| (field, Value::None));
    let zero = ["given", "times"].map(|field| (field, Value::Integer(0)));
    let no = ["closed", "over"].map(|field| (field, Value::Bool(false)));
    let empty = ["answers", "done"].map(|field| (field, Value::List(Vec::new())));
    let fields = none.into_iter().chain(zero).chain(no).chain(empty);
    Value::Map(fields.map(|(field, value)| (field.to_owned(), value)).collect())
}
