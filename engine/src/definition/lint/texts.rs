//! Variables that are compared with a text that nothing ever puts into them.

use std::collections::BTreeMap;

use crate::{
    definition::{Assigned, Definition, reading::Reader},
    expression::{Expression, Type},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let known = known_texts(reader, definition);
    for (node, expression) in reader.read.borrow().iter() {
        for (path, text) in expression.compared_texts() {
            let Some(texts) =
                path.first().filter(|_| path.len() == 1).and_then(|var| known.get(var))
            else {
                continue;
            };
            if texts.contains(&text) {
                continue;
            }
            let source = node.text().unwrap_or_default();
            let quoted = source.find(&format!("'{text}'"));
            let at = quoted.map_or(0, |at| source[..at].chars().count());
            let message = format!("变量「{}」永远不会是 '{text}'：没有动作这样设它", path[0]);
            let shown: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
            let remedy = format!("可能的值：{}", shown.join("、"));
            reader.report.doubt_at(node.spot.place_within(source, at), message, remedy);
        }
    }
}

/// The texts that each variable may hold, where all that is ever put into it is known.
fn known_texts(reader: &Reader<'_>, definition: &Definition) -> BTreeMap<String, Vec<String>> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut lost: Vec<String> = started_with(reader);
    lost.extend(super::never_set::set_by_others(reader, definition));
    for (name, var) in &definition.vars {
        let initial = var.initial.as_text().map(str::to_owned);
        match (var.value_type.present(), initial) {
            (Type::Text, initial) => {
                known.insert(name.to_string(), initial.into_iter().collect());
            }
            _ => lost.push(name.to_string()),
        }
    }
    for assignment in definition.steps().flat_map(|step| &step.set) {
        let Assigned::Var(var) = &assignment.to else { continue };
        match texts_of(&assignment.value) {
            Some(texts) => known.entry(var.to_string()).or_default().extend(texts),
            None => lost.push(var.to_string()),
        }
    }
    known.retain(|name, texts| !lost.contains(name) && texts.iter().any(|text| !text.is_empty()));
    known
}

/// The texts that an expression may give; `None` where that is any.
fn texts_of(value: &Expression) -> Option<Vec<String>> {
    if let Some(constant) = value.constant() {
        return constant.as_text().map(|text| vec![text.to_owned()]);
    }
    let Type::Choice(options) = value.value_type().present() else { return None };
    Some(options.to_vec()).filter(|options| !options.is_empty())
}

/// Variables that whoever starts a case of this workflow sets.
pub(super) fn started_with(reader: &Reader<'_>) -> Vec<String> {
    fn below(node: &crate::definition::document::Node, key: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for entry in node.entries() {
            let is_meant = entry.value.text_of("workflow").is_some_and(key);
            if is_meant {
                let set = entry.value.entries_of("set").iter();
                found.extend(set.map(|entry| entry.key.text.clone()));
            }
            found.extend(below(&entry.value, key));
        }
        found
    }
    let outline = reader.outline;
    let outlines = reader.world.outlines.values();
    outlines.flat_map(|other| below(&other.root, &|key| outline.covers(key))).collect()
}
