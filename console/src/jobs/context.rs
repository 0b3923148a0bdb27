//! What a letter may say: subjects, form and variables of the case, what the last action asked, its
//! labels, and a heading by which the case is known.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Case, Event, Recorded, labels},
    definition::{Definition, FieldKind},
    expression::Value,
    runtime::CaseView,
    store::Db,
};
use jiff::{Timestamp, tz::Offset};
use minijinja::Value as Written;

use crate::facts;

/// The values of a letter about a case, without those that differ from reader to reader.
pub(super) async fn of_case(
    db: &Db,
    view: &CaseView,
    asked: &BTreeMap<String, Value>,
    now: Moment,
) -> Result<BTreeMap<String, Written>, sqlx::Error> {
    let (definition, case) = (&view.definition.definition, &view.case);
    let mut context = BTreeMap::new();
    for (name, value) in labels(definition, case, &view.facts, now) {
        context.insert(name.to_string(), written(&value));
    }
    for (name, value) in &case.vars {
        context.insert(name.to_string(), written(value));
    }
    for (name, id) in &case.subjects {
        let kind = definition.start.given.get(name).map_or("", String::as_str);
        context.insert(name.to_string(), written(&facts::subject(db, kind, id).await?));
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
    Ok(context)
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

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn values_read_in_letters_as_people_write_them() {
        let row = Value::Map(
            [
                ("name".to_owned(), Value::Text("测试一号".to_owned())),
                ("born".to_owned(), Value::Date(jiff::civil::date(1985, 6, 12))),
                ("at".to_owned(), Value::Moment(Moment(1_780_000_000_000))),
                ("none".to_owned(), Value::None),
                ("list".to_owned(), Value::List(vec![Value::Integer(1), Value::Integer(2)])),
            ]
            .into(),
        );
        let text = "主题：x\n\n{{ it.name }} {{ it.born | date }} {{ it.at }} [{{ it.none }}] {{ it.list[1] }}";
        let letter = crate::jobs::letter::write(text, &context! { it => written(&row) });
        assert_eq!(
            letter.expect("a letter").body,
            "测试一号 1985 年 6 月 12 日 2026-05-29 04:26 [] 2"
        );
    }
}
