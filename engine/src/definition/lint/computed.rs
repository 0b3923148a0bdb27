//! Computed fields that are computed from themselves, directly, through values or through each other:
//! they would never come to rest.

use std::collections::BTreeSet;

use super::read_through_values;
use crate::definition::{
    Definition,
    document::{Entry, Node},
    reading::Reader,
};

/// A field of a section.
type Place = (String, String);

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut told = BTreeSet::new();
    for (section, field, node) in computed(reader) {
        let place = (section.to_owned(), field.key.text.clone());
        if let Some(way) = circle(reader, definition, &place)
            && told.insert(way.iter().cloned().collect::<BTreeSet<_>>())
        {
            let mut names: Vec<String> = way.iter().map(|(s, f)| format!("form.{s}.{f}")).collect();
            names.extend(names.first().cloned());
            let message = format!("算出来的字段绕回了自己：{}", names.join(" → "));
            reader.report.error(&node.spot, message, "断开其中一处：算它的值里不要再用它");
        }
    }
}

fn computed<'r>(reader: &'r Reader<'_>) -> impl Iterator<Item = (&'r str, &'r Entry, &'r Node)> {
    reader.outline.sections.iter().flat_map(|(name, section)| {
        section
            .node
            .entries_of("fields")
            .iter()
            .filter_map(move |field| Some((name.as_str(), field, field.value.get("computed")?)))
    })
}

/// The computed fields from one back to it.
fn circle(reader: &Reader<'_>, definition: &Definition, from: &Place) -> Option<Vec<Place>> {
    let mut ways = vec![vec![from.clone()]];
    let mut seen: BTreeSet<Place> = BTreeSet::new();
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        for next in sources(reader, definition, last) {
            if next == *from {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push([&way[..], &[next]].concat());
            }
        }
    }
    None
}

/// The computed fields that a computed field reads.
fn sources(reader: &Reader<'_>, definition: &Definition, of: &Place) -> Vec<Place> {
    let found = computed(reader).find(|(s, f, _)| *s == of.0 && f.key.text == of.1);
    let Some((section, _, node)) = found else { return Vec::new() };
    let read = read_through_values(definition, node.text().unwrap_or_default());
    let place = |path: &Vec<String>| match &path[..] {
        [form, section, field, ..] if form == "form" => Some((section.clone(), field.clone())),
        [row, field, ..] if row == "row" => Some((section.to_owned(), field.clone())),
        _ => None,
    };
    let is_computed =
        |place: &Place| computed(reader).any(|(s, f, _)| *s == place.0 && f.key.text == place.1);
    read.iter().filter_map(place).filter(is_computed).collect()
}
