//! What a letter may say: subjects, form and variables of the case, what the last action asked, its
//! labels, and a heading by which the case is known.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Case, Event, Recorded, labels},
    definition::{Definition, FieldKind},
    expression::Value,
    runtime::CaseView,
};
use jiff::{Timestamp, tz::Offset};
use minijinja::Value as Written;

/// The values of a letter about a case, without those that differ from reader to reader.
pub(super) fn of_case(
    view: &CaseView,
    asked: &BTreeMap<String, Value>,
    now: Moment,
) -> BTreeMap<String, Written> {
    let (definition, case) = (&view.definition.definition, &view.case);
    let mut context = BTreeMap::new();
    for (name, value) in labels(definition, case, &view.facts, now) {
        context.insert(name.to_string(), written(&value));
    }
    for (name, value) in &case.vars {
        context.insert(name.to_string(), written(value));
    }
    for (name, value) in &view.facts.subjects {
        context.insert(name.to_string(), written(value));
    }
    let form: BTreeMap<&str, Written> =
        case.form.iter().map(|(name, value)| (name.as_str(), written(value))).collect();
    let numbers: BTreeMap<&str, Written> = case
        .numbers
        .iter()
        .map(|(name, number)| (name.as_str(), Written::from(number.as_str())))
        .collect();
    let status =
        definition.status_names.get(&view.status).map_or(view.status.as_str(), String::as_str);
    context.insert("form".to_owned(), Written::from(form));
    context.insert("numbers".to_owned(), Written::from(numbers));
    context.insert("asked".to_owned(), written(&Value::Map(asked.clone())));
    context.insert("workflow".to_owned(), Written::from(definition.name.as_str()));
    context.insert("status".to_owned(), Written::from(status));
    context.insert("heading".to_owned(), Written::from(heading(definition, case)));
    context
}

/// What was asked by the action that ordered a letter; empty where a timer did.
pub(super) fn asked_at(history: &[Recorded], revision: u64) -> BTreeMap<String, Value> {
    let events = history.iter().filter(|recorded| recorded.revision == revision);
    let mut last = BTreeMap::new();
    for recorded in events {
        if let Event::Acted { asked, .. } | Event::Started { asked, .. } = &recorded.event {
            last.clone_from(asked);
        }
    }
    last
}

/// What the case is called in a line: the section that is filled in and the first words in it, or
/// the name of its workflow.
fn heading(definition: &Definition, case: &Case) -> String {
    let filled = definition.form.sections.iter().find_map(|(name, section)| {
        let Some(Value::Map(fields)) = case.form.get(name) else { return None };
        let telling = |is_text: bool| {
            section.fields.iter().find_map(|(field, about)| {
                let value = fields.get(field.as_str()).and_then(line)?;
                (matches!(about.kind, FieldKind::Text { lines: 1, .. }) == is_text).then_some(value)
            })
        };
        Some((section, telling(true).or_else(|| telling(false))?))
    });
    match filled {
        Some((section, words)) => format!("{}：{words}", section.name),
        None => definition.name.clone(),
    }
}

/// A value that can stand in a line.
fn line(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => {
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(_)
        | Value::None
        | Value::Bool(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::Moment(_)
        | Value::Span(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
}

/// A value as letters write it: dates as 2026-11-25, moments as 2026-11-25 17:00, an empty field as
/// an empty text.
fn written(value: &Value) -> Written {
    match value {
        Value::None => Written::from(""),
        Value::Bool(yes) => Written::from(*yes),
        Value::Integer(number) => Written::from(*number),
        Value::Decimal(number) => Written::from(number.normalize().to_string()),
        Value::Text(text) => Written::from(text.as_str()),
        Value::Date(date) => Written::from(date.to_string()),
        Value::Moment(moment) => Written::from(shanghai(*moment)),
        Value::Span(span) => Written::from(span.count),
        Value::List(items) => items.iter().map(written).collect(),
        Value::Map(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), written(field))).collect()
        }
    }
}

fn shanghai(moment: Moment) -> String {
    Timestamp::from_millisecond(moment.0)
        .map(|time| Offset::constant(8).to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
