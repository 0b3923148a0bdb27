//! Values that list the sections of which something asks whether they changed, and in which a section is
//! named that the form has not.

use std::collections::BTreeSet;

use crate::{
    definition::{Definition, document::Node, reading::Reader},
    expression::no_section,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    if !reader.outline.is_form_known {
        return;
    }
    let read = reader.read.borrow();
    let mut next: Vec<String> = read.iter().flat_map(|(_, it)| it.changed_lists()).collect();
    let mut seen = BTreeSet::new();
    while let Some(name) = next.pop() {
        let Some(value) = definition.values.get(name.as_str()) else { continue };
        let written = reader.outline.root.get("values").and_then(|it| it.get(&name));
        let Some(node) = written.filter(|_| seen.insert(name)) else { continue };
        next.extend(value.named_lists());
        value.listed_texts().iter().flatten().for_each(|section| examine(reader, node, section));
    }
}

fn examine(reader: &Reader<'_>, node: &Node, section: &str) {
    let known: Vec<String> = reader.outline.sections.keys().cloned().collect();
    let Some((message, remedy)) = no_section(section, &known) else { return };
    let source = node.text().unwrap_or_default();
    let quoted = ["'", "\""].map(|mark| source.find(&format!("{mark}{section}{mark}")));
    let start = quoted.into_iter().flatten().min();
    let start = start.map_or(0, |at| source[..at].chars().count());
    reader.report.error_at(node.spot.place_within(source, start), message, remedy);
}
