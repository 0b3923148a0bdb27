//! Drafts of other workflows that a draft names, or that name it: two that name each other fit only
//! together, since each is written for what the other will be.

use std::{collections::BTreeSet, sync::Arc};

use engine::{names::WorkflowKey, runtime::RuntimeError};

use super::{Part, Work, part};
use crate::{app::App, records::drafts};

/// So many are looked at beside one.
const MOST: usize = 8;

/// The drafts beside this one, the nearest first, and what those name in turn. Two drafts of one file
/// that differ are never put together.
pub(super) async fn beside(app: &App, work: &Work) -> Result<Vec<Work>, RuntimeError> {
    if work.changed().is_empty() {
        return Ok(Vec::new());
    }
    let at_work = drafts::at_work(&app.db).await?.into_iter();
    let keys: BTreeSet<WorkflowKey> =
        at_work.map(|(workflow, ..)| WorkflowKey::from(workflow.as_str())).collect();
    let mut waiting = Vec::new();
    for key in keys.into_iter().filter(|key| *key != work.workflow) {
        let Some(published) = app.runtime.newest(&key) else { continue };
        let draft = drafts::of_workflow(&app.db, &key).await?;
        let in_force = Arc::clone(&work.in_force);
        let other = Work { workflow: key, published, in_force, draft, beside: Vec::new() };
        if !other.changed().is_empty() {
            waiting.push(other);
        }
    }
    let mut found: Vec<Work> = Vec::new();
    while found.len() < MOST {
        let known = || std::iter::once(work).chain(&found);
        let fits = |other: &Work| {
            known().any(|it| concern_each_other(it, other))
                && known().all(|it| !contradict_each_other(it, other))
        };
        let Some(next) = waiting.iter().position(fits) else { break };
        found.push(waiting.remove(next));
    }
    Ok(found)
}

fn concern_each_other(one: &Work, other: &Work) -> bool {
    names(one, other) || names(other, one)
}

/// Whether the text of a draft has the key of another workflow, or of a base of that, as a word; told by
/// the words alone, since a draft may be broken.
fn names(work: &Work, other: &Work) -> bool {
    let made_of = work.published.definition.sources.keys();
    let definitions = made_of.filter(|path| part(path) == Part::Definition);
    let mut texts = definitions.filter_map(|path| work.text(path));
    texts.any(|text| other.published.definition.lineage.iter().any(|key| has_word(text, key)))
}

fn has_word(text: &str, key: &WorkflowKey) -> bool {
    let ends = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_');
    text.split(ends).any(|word| word == key.as_str())
}

fn contradict_each_other(one: &Work, other: &Work) -> bool {
    let differs = |path: &String| match (one.drafted(path), other.drafted(path)) {
        (Some(own), Some(other)) => own.hash != other.hash,
        (None, _) | (_, None) => false,
    };
    one.draft.iter().any(|text| differs(&text.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_named_by_its_whole_key() {
        let text = "links: {visits: {from: bus-inspection, many: true}}\n";
        for (key, expected) in [("bus-inspection", true), ("bus", false), ("inspection", false)] {
            assert_eq!(has_word(text, &WorkflowKey::from(key)), expected, "{key}");
        }
    }
}
