//! What no scenario has tried.

use super::Outcome;
use crate::{
    definition::{Compiled, Edge},
    names::{ActionName, TaskName, WorkflowKey},
};

/// The edges of the definitions that no scenario walked. What a definition inherits is walked where
/// a scenario of its base walks it.
#[must_use]
pub fn unwalked(compiled: &Compiled, outcomes: &[Outcome]) -> Vec<(WorkflowKey, Edge)> {
    let is_walked = |lineage: &[WorkflowKey], edge: &Edge| {
        let from = edge.from.as_ref().map(|from| from.as_str());
        outcomes.iter().flat_map(|outcome| &outcome.walked).any(|walked| {
            lineage.iter().any(|key| walked.workflow == key.as_str())
                && walked.from.as_deref().filter(|from| !from.is_empty()) == from
                && walked.to == edge.to.as_str()
        })
    };
    let unwalked = compiled.definitions.iter().flat_map(|definition| {
        let edges = definition.edges().into_iter();
        let edges = edges.filter(|edge| !is_walked(&definition.lineage, edge));
        edges.map(|edge| (definition.key.clone(), edge)).collect::<Vec<_>>()
    });
    unwalked.collect()
}

/// The actions for people that no scenario took. What a definition inherits is taken where a scenario
/// of its base takes it.
#[must_use]
pub fn untaken(
    compiled: &Compiled,
    outcomes: &[Outcome],
) -> Vec<(WorkflowKey, TaskName, ActionName)> {
    let is_taken = |lineage: &[WorkflowKey], task: &TaskName, action: &ActionName| {
        outcomes.iter().flat_map(|outcome| &outcome.acted).any(|(workflow, of, taken)| {
            of == task && taken == action && lineage.iter().any(|key| key.as_str() == workflow)
        })
    };
    let mut untaken = Vec::new();
    for definition in &compiled.definitions {
        for (name, task) in &definition.tasks {
            let actions = task.actions.keys().filter(|_| !task.secret);
            let left = actions.filter(|action| !is_taken(&definition.lineage, name, action));
            untaken
                .extend(left.map(|action| (definition.key.clone(), name.clone(), action.clone())));
        }
    }
    untaken
}
