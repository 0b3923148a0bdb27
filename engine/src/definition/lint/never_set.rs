//! Variables that something reads and nothing ever sets.

use std::collections::BTreeSet;

use crate::{
    definition::{
        Definition,
        document::{Entry, Key, Kind, Node},
        reading::Reader,
    },
    expression::Value,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let in_letters = reader.names_in_letters();
    for entry in reader.outline.root.entries_of("vars") {
        let name = entry.key.text.as_str();
        let Some(var) = definition.vars.get(name) else { continue };
        let is_read = reader.used.borrow().contains(name)
            || in_letters.contains(name)
            || definition.shows.iter().any(|shown| shown.as_str() == name);
        // A value that is written out may be meant to stay.
        let is_empty = var.initial == Value::zero_of(&var.value_type);
        if is_read && is_empty && !is_set(reader, name) {
            reader.report.doubt(
                &entry.key.spot,
                format!(
                    "变量「{name}」有地方读它，却没有哪里设它：它一直是{}",
                    words(&var.initial)
                ),
                "在动作、规则里 set 它（名单也可以 draw），或删去它",
            );
        }
    }
}

fn words(value: &Value) -> String {
    if value.is_blank() {
        "空的".to_owned()
    } else if value.as_bool().is_some() {
        "否".to_owned()
    } else {
        format!(" {}", value.display())
    }
}

/// Whether this definition or one that extends it sets the variable, or whoever starts a case of them.
fn is_set(reader: &Reader<'_>, name: &str) -> bool {
    let outlines = || reader.world.outlines.values();
    let own = |key: &str| {
        let known = reader.world.outlines.get(key);
        known.is_some_and(|it| it.covers(&reader.outline.key)) || reader.outline.covers(key)
    };
    outlines().any(|other| own(&other.key) && sets(&other.root, name))
        || outlines().any(|other| starts(&other.root, &own, name))
}

/// The variables that a definition over this one sets where this one does not.
pub(super) fn set_by_others(reader: &Reader<'_>, definition: &Definition) -> BTreeSet<String> {
    let own = settings(&reader.outline.root);
    let is_own = |key: &Key| own.iter().any(|it| it.text == key.text && it.spot.is_at(&key.spot));
    let others = reader.world.outlines.values();
    let over = others.filter(|it| it.key != reader.outline.key && it.covers(&reader.outline.key));
    let set = over.flat_map(|other| settings(&other.root)).filter(|key| !is_own(key));
    let set = set.map(|key| key.text.clone());
    set.filter(|var| definition.vars.contains_key(var.as_str())).collect()
}

/// What is set below a node.
fn settings(node: &Node) -> Vec<&Key> {
    let set = node.entries().iter().filter(|entry| entry.key.text == "set");
    let here = set.flat_map(|set| set.value.entries()).map(|entry| &entry.key);
    here.chain(of_this_case(node).into_iter().flat_map(settings)).collect()
}

/// The nodes below one, but not what the cases that it starts are given.
fn of_this_case(node: &Node) -> Vec<&Node> {
    let below = node.entries().iter().flat_map(|Entry { key, value }| {
        let is_started = |entry: &Entry| entry.value.text_of("workflow").is_some();
        let starts = key.text == "start"
            && value.items().iter().chain([value]).flat_map(Node::entries).any(is_started);
        (!starts).then_some(value)
    });
    below.chain(node.items()).collect()
}

/// Whether some step below a node puts something into the variable.
fn sets(node: &Node, name: &str) -> bool {
    let here = |Entry { key, value }: &Entry| {
        let lots = || value.items().iter().chain(std::iter::once(value));
        match key.text.as_str() {
            // What it is from the beginning changes nothing.
            "set" => value.get(name).is_some_and(|value| !is_empty(value)),
            "draw" => lots()
                .any(|draw| [draw.text_of("into"), draw.text_of("noted")].contains(&Some(name))),
            "replace" => lots().any(|replace| replace.text_of("in") == Some(name)),
            _ => false,
        }
    };
    node.entries().iter().any(here) || of_this_case(node).into_iter().any(|it| sets(it, name))
}

/// Whether a value is written out as what a variable is without one.
fn is_empty(value: &Node) -> bool {
    let empty = ["''", "\"\"", "false", "0", "0.0", "[]", "none"];
    value.text().is_some_and(|text| empty.contains(&text.trim()))
        || matches!(&value.kind, Kind::List(items) if items.is_empty())
}

/// Whether an effect below a node starts a case of these workflows with the variable set.
fn starts(node: &Node, is_own: &dyn Fn(&str) -> bool, name: &str) -> bool {
    let here = |entry: &Entry| {
        entry.value.text_of("workflow").is_some_and(is_own)
            && entry.value.get("set").is_some_and(|set| set.get(name).is_some())
    };
    node.entries().iter().any(|entry| here(entry) || starts(&entry.value, is_own, name))
        || node.items().iter().any(|item| starts(item, is_own, name))
}
