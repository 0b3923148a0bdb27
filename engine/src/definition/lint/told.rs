//! What is asked of other cases in the very step that tells them something: they act when the step is
//! done, so it sees them as they were. And cases that are told something when they are closed.

use std::collections::BTreeSet;

use super::{
    known::Known,
    read_through_values,
    sites::{Site, sites},
};
use crate::{
    definition::{
        Assigned, Definition, EffectKind, EffectRule, FactSource, Rule, Step, document::Entry,
        outline::Outline, reading::Reader,
    },
    expression::{Expression, Value},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        let told = told(definition, site.step);
        emptied(reader, definition, &site);
        ended(reader, definition, &site);
        if told.is_empty() {
            continue;
        }
        for (name, rule) in site.of.action().into_iter().flat_map(|action| &action.choose) {
            let entry = site.entry.value.get("choose").and_then(|it| it.entry(name.as_str()));
            if let Some((link, entry)) = asks_of(definition, rule, &told).zip(entry) {
                reader.report.doubt(
                    &entry.key.spot,
                    format!("规则「{name}」读 {link}，同一个动作又告知它们：它们还没有照办，读到的是原来的样子"),
                    "先去一个状态（to: 状态），把规则写在那个状态的 choose 里：那里等它们办完才判",
                );
            }
        }
    }
}

/// The links and facts through which a step tells other cases.
fn told(definition: &Definition, step: &Step) -> BTreeSet<String> {
    let of = step.effects.iter().filter_map(|effect| {
        let EffectKind::Tell { of, .. } = &effect.kind else { return None };
        Some(of)
    });
    let roots = of.flat_map(|of| read_through_values(definition, of.source()));
    let roots = roots.filter_map(|path| path.into_iter().next());
    roots.filter(|root| definition.links.contains_key(root.as_str())).collect()
}

fn asks_of(definition: &Definition, rule: &Rule, told: &BTreeSet<String>) -> Option<String> {
    let when = rule.when.as_ref().map(|when| when.source());
    let when = when.filter(|when| asks_of_states(definition, when));
    first_of(definition, when.into_iter(), told)
}

fn first_of<'s>(
    definition: &Definition,
    mut sources: impl Iterator<Item = &'s str>,
    names: &BTreeSet<String>,
) -> Option<String> {
    sources.find_map(|source| {
        let read = read_through_values(definition, source);
        read.into_iter().filter_map(|path| path.into_iter().next()).find(|it| names.contains(it))
    })
}

/// Whether an expression asks in which states cases are.
fn asks_of_states(definition: &Definition, source: &str) -> bool {
    let read = read_through_values(definition, source);
    let states = ["state", "status", "ended"];
    read.iter().any(|path| path.get(1).is_some_and(|field| states.contains(&field.as_str())))
}

/// A list that is emptied before the same step tells those who are in it.
fn emptied(reader: &Reader<'_>, definition: &Definition, site: &Site<'_>) {
    let is_empty = |value: Option<Value>| {
        value.as_ref().and_then(|value| value.as_list()).is_some_and(<[_]>::is_empty)
    };
    let cleared = site.step.set.iter().filter(|set| is_empty(set.value.constant()));
    let cleared = cleared.filter_map(|set| match &set.to {
        Assigned::Var(var) => Some(var.to_string()),
        Assigned::Form(..) => None,
    });
    let cleared: BTreeSet<String> = cleared.collect();
    for EffectRule { kind, .. } in &site.step.effects {
        let EffectKind::Tell { of, filter, .. } = kind else { continue };
        let sources = std::iter::once(of.source()).chain(filter.iter().map(|it| it.source()));
        let entry = site.entry.value.entry("tell");
        if let Some((var, entry)) = first_of(definition, sources, &cleared).zip(entry) {
            reader.report.doubt(
                &entry.key.spot,
                format!("tell 读 {var}，而这一步先把它设成了空的：告知不到谁"),
                format!("在下一步再清空 {var}，或先放进另一个变量，tell 读那个变量"),
            );
        }
    }
}

/// What is told only to cases that are closed: nothing is done in them any more.
fn ended(reader: &Reader<'_>, definition: &Definition, site: &Site<'_>) {
    let tells = site.step.effects.iter().filter_map(|effect| {
        let EffectKind::Tell { of, filter, action, .. } = &effect.kind else { return None };
        Some((of, filter.as_ref(), action))
    });
    let written = site.entry.value.entries_of("tell").iter().filter(|it| it.key.text != "when");
    if tells.clone().count() != written.clone().count() {
        return;
    }
    for ((of, filter, action), entry) in tells.zip(written) {
        let Some((filter, node)) = filter.zip(entry.value.get("where")) else { continue };
        if is_of_ended(reader, definition, of, filter) {
            let message = format!("只告知了已经办结的案（{}）：办结的案不会再办", filter.source());
            reader.report.doubt(&node.spot, message, "改 where，如 not it.ended");
        } else if let Some(open) = shut(reader, definition, (of, filter), action.as_str()) {
            let message = format!(
                "where（{}）只选了动作「{action}」不开着的状态里的案：一件也办不成",
                filter.source()
            );
            let remedy = format!("它开着的状态是 {}", open.join("、"));
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}

/// Whether a condition on rows lets only cases through that are closed.
fn is_of_ended(
    reader: &Reader<'_>,
    definition: &Definition,
    of: &Expression,
    filter: &Expression,
) -> bool {
    let passed = passed(reader, definition, of, filter).unwrap_or_default();
    !passed.is_empty() && passed.iter().all(|(_, state)| state.value.is_true("end"))
}

/// The states in which what is told may be done, where a condition on rows lets only others through.
fn shut<'r>(
    reader: &'r Reader<'_>,
    definition: &Definition,
    (of, filter): (&Expression, &Expression),
    action: &str,
) -> Option<Vec<&'r str>> {
    let passed = passed(reader, definition, of, filter)?;
    let is_open = |outline: &Outline, state: &str| {
        let mut tasks = outline.tasks.values().filter(|task| task.actions.contains_key(action));
        tasks.any(|task| task.states.iter().any(|it| it == state))
    };
    let is_shut = passed.iter().all(|(outline, state)| !is_open(outline, &state.key.text));
    let outlines = reader.world.covering(workflow_of(definition, of)?);
    let mut open: Vec<&str> = outlines
        .flat_map(|outline| {
            let states = outline.states.iter().filter(|state| is_open(outline, state));
            states.map(String::as_str)
        })
        .collect();
    open.dedup();
    (is_shut && !passed.is_empty() && !open.is_empty()).then_some(open)
}

/// The states whose cases a condition on rows lets through, where it asks of nothing else.
fn passed<'r>(
    reader: &'r Reader<'_>,
    definition: &Definition,
    of: &Expression,
    filter: &Expression,
) -> Option<Vec<(&'r Outline, &'r Entry)>> {
    let workflow = workflow_of(definition, of)?;
    let is_state = |path: &Vec<String>| match &path[..] {
        [it, field] => it != "it" || field == "state" || field == "ended",
        [it, ..] => it != "it",
        [] => false,
    };
    let passes = |state: &Entry| {
        let is_end = state.value.is_true("end");
        let row = [("state", state.key.text.as_str().into()), ("ended", Value::Bool(is_end))];
        let row = row.map(|(field, value)| (field.to_owned(), value));
        let world = Known::new(definition).with("it", Value::Map(row.into()));
        world.verdict(filter) != Some(false)
    };
    let states = reader.world.covering(workflow).flat_map(|outline| {
        let states = outline.root.entries_of("states").iter();
        states.filter(|state| passes(state)).map(move |state| (outline, state))
    });
    filter.reads().iter().all(is_state).then(|| states.collect())
}

/// The workflow of the cases of a link or fact.
fn workflow_of<'d>(definition: &'d Definition, of: &Expression) -> Option<&'d str> {
    let [path] = of.reads() else { return None };
    let name = path.first().filter(|name| path.len() == 1 && of.source().trim() == **name)?;
    let link = definition.links.get(name.as_str()).map(|link| link.workflow.as_str());
    let fact = definition.facts.get(name.as_str()).map(|fact| &fact.source);
    match fact {
        Some(FactSource::Cases { workflow, .. }) => Some(workflow.as_str()),
        Some(FactSource::Host { .. } | FactSource::Table(_)) | None => link,
    }
}
