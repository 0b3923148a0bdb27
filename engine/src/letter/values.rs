//! What a letter may say: subjects, form and variables of the case, what the last action asked, its
//! labels, and a heading by which the case is known.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::Offset};
use minijinja::Value as Written;

use crate::{
    calendar::Moment,
    decision::{Case, Event, Facts, Recorded, asked_fields, form_content, labels},
    definition::{Definition, FieldKind},
    expression::Value,
    names::{StatusId, SubjectName},
};

/// The case that a letter is about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The definition it runs on.
    pub definition: &'a Definition,
    /// The case.
    pub case: &'a Case,
    /// Its public status.
    pub status: &'a StatusId,
    /// The subjects it was given, as they are now.
    pub subjects: &'a BTreeMap<SubjectName, Value>,
    /// What labels need.
    pub facts: &'a Facts,
    /// When the letter is written.
    pub now: Moment,
}

/// The values of a letter, without those that differ from reader to reader (`recipient`, `link`);
/// `asked` is what [`asked_at`] tells.
#[must_use]
pub fn values(about: &About<'_>, asked: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let About { definition, case, facts, now, .. } = *about;
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    // A label without a value is an empty text.
    values.extend(definition.labels.keys().map(|name| (name.to_string(), Value::None)));
    let labels = labels(definition, case, facts, now).into_iter();
    values.extend(labels.map(|(name, value)| (name.to_string(), value)));
    values.extend(case.vars.iter().map(|(name, value)| (name.to_string(), value.clone())));
    let subjects = about.subjects.iter();
    values.extend(subjects.map(|(name, subject)| (name.to_string(), subject.clone())));
    let numbers = case.numbers.iter();
    let numbers = numbers.map(|(name, number)| (name.to_string(), Value::from(number.as_str())));
    let numbers: BTreeMap<String, Value> = numbers.collect();
    let status = definition.status_names.get(about.status);
    let status = status.map_or(about.status.as_str(), String::as_str);
    let own = [
        ("form", form_content(definition, case)),
        ("numbers", Value::Map(numbers)),
        ("asked", Value::Map(asked)),
        ("workflow", Value::from(definition.name.as_str())),
        ("status", Value::from(status)),
        ("heading", Value::Text(heading(definition, case))),
    ];
    values.extend(own.map(|(name, value)| (name.to_owned(), value)));
    values
}

/// What was asked by the action that ordered a letter, with nothing for what was left empty; no field
/// at all where a timer ordered it.
#[must_use]
pub fn asked_at(
    definition: &Definition,
    history: &[Recorded],
    revision: u64,
) -> BTreeMap<String, Value> {
    let events = history.iter().filter(|recorded| recorded.revision == revision);
    let mut last = BTreeMap::new();
    for recorded in events {
        if let Event::Acted { task, action, asked, .. } = &recorded.event {
            let action = definition.action(task, action);
            last = action.map_or_else(|| asked.clone(), |it| asked_fields(&it.ask, asked));
        } else if let Event::Started { asked, .. } = &recorded.event {
            last = asked_fields(&definition.start.action.ask, asked);
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
pub(super) fn written(value: &Value) -> Written {
    match value {
        Value::None => Written::from(""),
        Value::Bool(yes) => Written::from(*yes),
        Value::Integer(number) => Written::from(*number),
        Value::Decimal(number) => Written::from(number.to_string()),
        Value::Text(text) => Written::from(text.as_str()),
        Value::Date(date) => Written::from(date.to_string()),
        Value::Moment(moment) => Written::from(shanghai(*moment)),
        Value::Span(span) => Written::from(span.count),
        Value::List(items) => items.iter().map(written).collect(),
        Value::Map(fields) => Written::from(
            fields
                .iter()
                .map(|(name, field)| (name.clone(), written(field)))
                .collect::<BTreeMap<_, _>>(),
        ),
    }
}

fn shanghai(moment: Moment) -> String {
    Timestamp::from_millisecond(moment.0)
        .map(|time| Offset::constant(8).to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
