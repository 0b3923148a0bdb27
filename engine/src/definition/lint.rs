//! What can be wrong with a definition as a whole although each of its parts is right: states that
//! are never reached or never left, rules that run for ever, names that say two things, things that
//! nothing uses.

mod again;
mod answered;
mod asked;
mod ballots;
mod batches;
mod before;
mod catalogued;
mod certain;
mod chasing;
mod choosing;
mod circular;
mod closing;
mod computed;
mod conditions;
mod dividing;
mod documents;
mod domains;
mod editable;
mod exits;
mod filled;
mod flow;
mod forgotten;
mod gaps;
mod holds;
mod known;
mod leaving;
mod lengths;
mod letters;
mod lists;
mod loops;
mod many;
mod matching;
mod middles;
mod names;
mod never_set;
mod nobody;
mod numbers;
mod passed;
mod preceded;
mod privacy;
mod receding;
mod replacing;
mod revoided;
mod sections;
mod set_late;
mod shown;
mod sites;
mod starts;
mod subjects;
mod targets;
mod texts;
mod told;
mod twins;
mod unchanging;
mod unchecked;
mod unfillable;
mod unlinked;
mod unreached;
mod usage;
mod whose;

use std::collections::BTreeSet;

use super::{Definition, document::Entry, mention::paths, reading::Reader, scope::Scope};
use crate::expression::Expression;

/// Examines a whole definition.
pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    let domains = domains::Domains::of(reader, definition);
    let gaps = gaps::lint(reader, definition, scope, &domains);
    letters::lint(reader, definition, &domains);
    names::lint(reader);
    flow::lint(reader, definition, &gaps);
    forgotten::lint(reader, definition);
    lists::lint(reader, definition);
    many::lint(reader, definition);
    matching::lint(reader, definition, scope);
    middles::lint(reader, definition);
    twins::lint(reader, definition);
    receding::lint(reader, definition);
    replacing::lint(reader, definition);
    revoided::lint(reader, definition);
    set_late::lint(reader, definition);
    whose::lint(reader, definition, scope);
    again::lint(reader, definition);
    answered::lint(reader, definition, &domains);
    asked::lint(reader, definition);
    ballots::lint(reader, definition);
    computed::lint(reader, definition);
    dividing::lint(reader, definition, &domains);
    documents::lint(reader, definition);
    editable::lint(reader, definition);
    filled::lint(reader, definition);
    loops::lint(reader, definition, scope);
    holds::lint(reader, definition);
    nobody::lint(reader, definition);
    exits::lint(reader, definition, scope, &domains);
    leaving::lint(reader, definition, scope, &domains);
    lengths::lint(reader, definition, &domains);
    catalogued::lint(reader, definition);
    certain::lint(reader, definition, scope, &domains);
    chasing::lint(reader, definition, scope);
    circular::lint(reader, definition);
    closing::lint(reader, definition);
    unreached::lint(reader, definition, &domains);
    before::lint(reader, definition);
    batches::lint(reader, definition);
    never_set::lint(reader, definition);
    numbers::lint(reader, definition);
    passed::lint(reader, definition);
    preceded::lint(reader, definition);
    sections::lint(reader, definition);
    shown::lint(reader, definition, scope);
    starts::lint(reader, definition);
    subjects::lint(reader, definition, scope);
    targets::lint(reader, definition, &domains);
    texts::lint(reader, definition, scope);
    told::lint(reader, definition);
    unchanging::lint(reader, definition);
    unchecked::lint(reader, definition);
    unfillable::lint(reader, definition);
    unlinked::lint(reader, definition);
    privacy::lint(reader, definition);
    usage::lint(reader, definition);
}

/// Where a task is written.
fn task_entry<'r>(reader: &'r Reader<'_>, task: &str) -> Option<&'r Entry> {
    let root = &reader.outline.root;
    let states = root.entries_of("states").iter();
    let mut of_states = states.filter_map(|state| state.value.get("tasks")?.entry(task));
    of_states.next().or_else(|| root.get("tasks")?.entry(task))
}

/// The paths that an expression reads, through values too.
fn read_through_values(definition: &Definition, source: &str) -> Vec<Vec<String>> {
    let mut found = paths(source);
    let mut next = 0;
    while let Some(path) = found.get(next) {
        next += 1;
        let value = path.first().and_then(|root| definition.values.get(root.as_str()));
        for path in value.map(|value| paths(value.source())).unwrap_or_default() {
            if !found.contains(&path) {
                found.push(path);
            }
        }
    }
    found
}

/// The names behind an expression, through values and through what facts are asked.
fn behind(definition: &Definition, value: &Expression) -> BTreeSet<String> {
    let roots = |source: &str| {
        let read = read_through_values(definition, source);
        read.into_iter().filter_map(|path| path.into_iter().next()).collect::<Vec<_>>()
    };
    let mut found = BTreeSet::new();
    let mut next = roots(value.source());
    while let Some(name) = next.pop() {
        let source = definition.facts.get(name.as_str()).map(|fact| &fact.source);
        if found.insert(name)
            && let Some(source) = source
        {
            next.extend(source.arguments().flat_map(|it| roots(it.source())));
        }
    }
    found
}
