//! What hangs on a part of the form: fields and sections that show, must be filled or can be chosen by
//! what stands there. Whoever may mend the part may mend these too, for they come with it.

use std::collections::BTreeSet;

use crate::{
    definition::{Condition, Definition, Field, FieldKind, Options},
    expression::Expression,
    names::SectionName,
};

/// All that hangs on the parts, without them.
pub(super) fn what_hangs(definition: &Definition, marked: &[String]) -> Vec<String> {
    let mut parts = marked.to_vec();
    loop {
        let more: Vec<String> = hanging(definition)
            .filter(|(part, ..)| !is_open(&parts, part))
            .filter(|(_, section, on)| {
                on.iter().any(|on| reads(definition, section, on, &parts, &mut BTreeSet::new()))
            })
            .map(|(part, ..)| part)
            .collect();
        if more.is_empty() {
            return parts.split_off(marked.len());
        }
        parts.extend(more);
    }
}

/// Sections and fields outside of rows, each with its section and the rules that it hangs on. A row is
/// marked as a whole.
fn hanging(
    definition: &Definition,
) -> impl Iterator<Item = (String, &SectionName, Vec<&Expression>)> {
    definition.form.sections.iter().flat_map(|(name, section)| {
        let whole = (name.to_string(), name, section.when.iter().collect());
        let fields = section.fields.iter().filter(|_| section.rows.is_none());
        let fields = fields
            .map(move |(field, known)| (format!("{name}.{field}"), name, rules(known).collect()));
        std::iter::once(whole).chain(fields)
    })
}

fn rules(field: &Field) -> impl Iterator<Item = &Expression> {
    let required = match &field.required {
        Condition::When(rule) => Some(rule),
        Condition::Never | Condition::Always => None,
    };
    let options = if let FieldKind::Choice(options) | FieldKind::Choices { options, .. } =
        &field.kind
        && let Options::Computed(rule) = options
    {
        Some(rule)
    } else {
        None
    };
    field.when.iter().chain(required).chain(options)
}

/// Whether a part is open: it is, or its section.
fn is_open(parts: &[String], part: &str) -> bool {
    let section = part.split('.').next().unwrap_or(part);
    parts.iter().any(|open| open == part || open == section)
}

/// Whether a rule reads one of the parts, itself or by the values of the definition.
fn reads(
    definition: &Definition,
    section: &SectionName,
    rule: &Expression,
    parts: &[String],
    seen: &mut BTreeSet<String>,
) -> bool {
    rule.reads().iter().any(|path| {
        let mut steps = path.iter().map(String::as_str);
        let read = match (steps.next(), steps.next(), steps.next()) {
            (Some("form"), Some(section), Some(field)) => format!("{section}.{field}"),
            (Some("form"), Some(section), None) => section.to_owned(),
            (Some("row"), Some(field), _) => format!("{section}.{field}"),
            (Some(name), ..) => {
                let value = definition.values.get(name);
                return seen.insert(name.to_owned())
                    && value.is_some_and(|rule| reads(definition, section, rule, parts, seen));
            }
            (None, ..) => return false,
        };
        let is_inside = |open: &String| {
            open.strip_prefix(&read).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        is_open(parts, &read) || parts.iter().any(is_inside)
    })
}
