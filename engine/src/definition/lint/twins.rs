//! Tables in which an id stands twice and that are chosen from or looked up by id: the second row is
//! never found. A table of several groups, of which one is filtered first, may repeat its ids.

use std::collections::BTreeSet;

use crate::{
    definition::{Definition, FactSource, document::Node, reading::Reader},
    expression::Value,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let tables = definition.facts.iter().filter_map(|(name, fact)| match &fact.source {
        FactSource::Table(rows) => Some((name.as_str(), twin(rows)?)),
        FactSource::Host { .. } | FactSource::Cases { .. } => None,
    });
    for (table, id) in tables {
        below(reader, (table, &id), &reader.outline.root);
    }
}

/// An id that two rows have.
fn twin(rows: &Value) -> Option<String> {
    let mut known = BTreeSet::new();
    let mut ids = rows.as_list().unwrap_or_default().iter().filter_map(|row| row.get("id"));
    ids.find(|id| !known.insert(id.display())).map(Value::display)
}

fn below(reader: &Reader<'_>, (table, id): (&str, &str), node: &Node) {
    for entry in node.entries() {
        let is_choice = ["choice", "choices"].contains(&entry.key.text.as_str());
        let text = entry.value.text().unwrap_or_default();
        if is_choice && text.trim() == table || looks_up(text, table) {
            let message = format!("表「{table}」有两行的 id 都是「{id}」：后一行选不到，也查不到");
            let remedy = format!("在表里改成另一个 id；分组的表先取出一组，如 filter({table}, …)");
            reader.report.warn(&entry.value.spot, message, remedy);
        }
        below(reader, (table, id), &entry.value);
    }
    node.items().iter().for_each(|item| below(reader, (table, id), item));
}

/// Whether a text looks a row of the whole table up by its id.
fn looks_up(text: &str, table: &str) -> bool {
    let mut calls = text.split("lookup(").skip(1).filter_map(|call| call.split_once(','));
    calls.any(|(of, _)| of.trim() == table)
}
