//! Choices whose options stand in a table of the catalogue, compared with what is none of them.

use std::collections::BTreeSet;

use super::{known::Known, sites::sites};
use crate::{
    definition::{
        Assigned, Definition, FactSource, Field, FieldKind, Options, Place, document::Node,
        reading::Reader,
    },
    expression::{Expression, Value, nearest::nearest},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let choices = choices(reader, definition);
    if choices.is_empty() {
        return;
    }
    for (node, expression) in reader.read.borrow().iter() {
        for (path, text) in expression.compared_texts() {
            let is_meant = |choice: &&Choice<'_>| choice.is_at(&path, node);
            let Some(choice) = choices.iter().find(is_meant) else { continue };
            if text.is_empty() || choice.options.contains(&text) {
                continue;
            }
            let source = node.text().unwrap_or_default();
            let quoted = source.find(&format!("'{text}'"));
            let at = quoted.map_or(0, |at| source[..at].chars().count());
            let message =
                format!("“{text}”不是可选的值（{} 的选项来自 {}）", path.join("."), choice.of);
            let remedy = match nearest(&text, choice.options.iter().map(String::as_str)) {
                Some(near) => format!("是不是 '{near}'？"),
                None => format!("可选：{}", choice.options.join("、")),
            };
            reader.report.warn_at(node.spot.place_within(source, at), message, remedy);
        }
    }
}

/// A field with the options that a table gives it.
struct Choice<'d> {
    /// The name by which it is read beside its own, and where that holds.
    own: (&'static str, BTreeSet<Place>),
    section: Option<&'d str>,
    field: &'d str,
    of: &'d str,
    options: Vec<String>,
}

impl Choice<'_> {
    /// Whether a path that is read there means this field.
    fn is_at(&self, path: &[String], node: &Node) -> bool {
        match path {
            [form, section, field] => {
                form == "form" && self.section == Some(section) && self.field == field
            }
            [own, field] => {
                *own == self.own.0 && self.field == field && self.own.1.contains(&node.spot.place())
            }
            _ => false,
        }
    }
}

/// Every field whose options are those of a table, where only people fill it in.
fn choices<'d>(reader: &'d Reader<'_>, definition: &'d Definition) -> Vec<Choice<'d>> {
    let mut found = Vec::new();
    for (name, section) in &definition.form.sections {
        let Some(outline) = reader.outline.sections.get(name.as_str()) else { continue };
        for (field, known) in section.fields.iter() {
            let fixes = definition.checks.values().flat_map(|check| &check.fix);
            let mut sets = definition.steps().flat_map(|step| &step.set).chain(fixes);
            let is_it = |to: &Assigned| matches!(to, Assigned::Form(section, set) if section == name && set == field);
            let options = options(definition, known);
            let Some((of, options)) = options.filter(|_| !sets.any(|set| is_it(&set.to))) else {
                continue;
            };
            let mut places = BTreeSet::new();
            places_in(&outline.node, &mut places);
            let (own, section) = (("row", places), Some(name.as_str()));
            found.push(Choice { own, section, field: field.as_str(), of, options });
        }
    }
    for site in sites(reader, definition) {
        for (field, known) in site.of.action().into_iter().flat_map(|action| action.ask.iter()) {
            let Some((of, options)) = options(definition, known) else { continue };
            let mut places = BTreeSet::new();
            places_in(&site.entry.value, &mut places);
            let own = ("ask", places);
            found.push(Choice { own, section: None, field: field.as_str(), of, options });
        }
    }
    found
}

/// The table and the options of a field.
fn options<'d>(definition: &'d Definition, field: &'d Field) -> Option<(&'d str, Vec<String>)> {
    let FieldKind::Choice(Options::Computed(of)) = &field.kind else { return None };
    let is_entered = field.is_entered() && field.prefill.is_none() && field.correct.is_none();
    let [path] = of.reads() else { return None };
    let fact = path.first().filter(|_| is_entered)?;
    let FactSource::Table(table) = &definition.facts.get(fact.as_str())?.source else {
        return None;
    };
    let known = Known::new(definition).with(fact, table.clone());
    let listed = listed(&known, of)?;
    (!listed.is_empty()).then_some((fact.as_str(), listed))
}

/// The texts, or the `value` or `id` of each row.
fn listed(known: &Known<'_>, of: &Expression) -> Option<Vec<String>> {
    let rows = known.value(of)?;
    let option = |row: &Value| {
        let Value::Map(fields) = row else { return row.as_text().map(str::to_owned) };
        let value = fields.get("value").or_else(|| fields.get("id"))?;
        value.as_text().map(str::to_owned)
    };
    rows.as_list()?.iter().map(option).collect()
}

/// Where texts stand below a node, but for the fields of rows within.
fn places_in(node: &Node, found: &mut BTreeSet<Place>) {
    if node.text().is_some() {
        found.insert(node.spot.place());
    }
    node.items().iter().for_each(|item| places_in(item, found));
    for entry in node.entries() {
        let is_of_rows = entry.value.text_of("type") == Some("rows");
        if !is_of_rows {
            places_in(&entry.value, found);
        }
    }
}
