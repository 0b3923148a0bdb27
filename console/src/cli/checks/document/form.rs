//! The `application` of a document as the form of the declaration workflow.

use std::collections::{BTreeMap, BTreeSet};

use engine::{expression::Value, names::SectionName};
use jiff::civil::Date;

use super::{OPEN, digest, map};
use crate::cli::checks::place::{Fault, Place};

/// The form, and the library items that its entries name.
pub(super) struct Read {
    pub(super) form: BTreeMap<SectionName, Value>,
    pub(super) named: BTreeSet<String>,
}

/// What people write where there is nothing: no date, and not blank either.
const NOTHING: &str = "无";

const IMPORTS: [&str; 4] =
    ["work_experience", "education", "continuing_education", "annual_assessment"];

pub(super) fn read(application: &Place<'_>, library: &Place<'_>) -> Result<Read, Fault> {
    let mut form = BTreeMap::new();
    let mut named = BTreeSet::new();
    let mut put = |name: &str, value: Value| form.insert(SectionName::from(name), value);
    put("choice", choice(application));
    put("person", person(&application.field("person").object()?)?);
    put("current_titles", rows(&application.field("current_titles"), current_title)?);
    put("appointments", rows(&application.field("appointments"), appointment)?);
    let imports = application.field("imports").object()?;
    for name in IMPORTS {
        let entries =
            rows(&imports.field(name), |row| entry(row, library, &mut named, Value::None))?;
        put(name, entries);
    }
    let mut achievements = Vec::new();
    for (category, entries) in application.field("categories").object()?.fields() {
        for row in entries.rows()? {
            achievements.push(entry(&row, library, &mut named, Value::from(category))?);
        }
    }
    put("achievements", Value::List(achievements));
    put("attachments", rows(&application.field("attachments"), attachment)?);
    put("exceptional", exceptional(&application.field("exceptional").object()?)?);
    put("transfer", transfer(&application.field("transfer").object()?)?);
    Ok(Read { form, named })
}

fn rows(
    place: &Place<'_>,
    read: impl FnMut(&Place<'_>) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let rows = place.rows()?;
    rows.iter().map(read).collect::<Result<Vec<_>, _>>().map(Value::List)
}

fn choice(application: &Place<'_>) -> Value {
    let field = |name: &'static str| (name, application.field(name).value().clone());
    map([
        field("declaration_type"),
        field("title"),
        field("level"),
        field("speciality"),
        field("stage"),
        field("track"),
    ])
}

/// The texts as they are; the form has its own words for what the person record holds.
fn person(person: &Place<'_>) -> Result<Value, Fault> {
    let mut fields: BTreeMap<String, Value> = person
        .fields()
        .into_iter()
        .map(|(name, it)| (name.to_owned(), it.value().clone()))
        .collect();
    // Empty here, and not what the record says.
    for name in ["id_number", "mobile", "birth_date"] {
        if person.field(name).value().is_none() {
            fields.insert(name.to_owned(), Value::from(""));
        }
    }
    let work_start = person.field("work_start");
    if work_start.value().as_text() != Some(NOTHING) {
        let month = work_start.month()?.as_date().map(Date::first_of_month);
        fields.insert("work_start".to_owned(), month.into());
    }
    let photo = person.field("photo").value();
    let is_there = !photo.is_none() && photo.as_text() != Some("");
    let photos = if is_there { vec![map([("id", photo.clone())])] } else { Vec::new() };
    fields.insert("photo".to_owned(), Value::List(photos));
    Ok(Value::Map(fields))
}

fn current_title(row: &Place<'_>) -> Result<Value, Fault> {
    let field = |name: &'static str| (name, row.field(name).value().clone());
    let obtained = row.field("obtained").date()?;
    Ok(map([field("series"), field("title"), field("level"), ("obtained", obtained)]))
}

fn appointment(row: &Place<'_>) -> Result<Value, Fault> {
    let field = |name: &'static str| (name, row.field(name).value().clone());
    let to = row.field("to");
    let last = if to.value().as_text() == Some(OPEN) { Value::None } else { to.date()? };
    let period = map([("from", row.field("from").date()?), ("to", last)]);
    Ok(map([field("title"), field("level"), ("period", period)]))
}

fn entry(
    row: &Place<'_>,
    library: &Place<'_>,
    named: &mut BTreeSet<String>,
    category: Value,
) -> Result<Value, Fault> {
    let lib = row.field("lib");
    let id = lib.text()?;
    if library.field(id).value().is_none() {
        return Err(lib.fault(format!("library 里没有“{id}”")));
    }
    named.insert(id.to_owned());
    let data = row.field("data").object()?;
    let copied = (!data.value().is_none()).then(|| digest(data.value()));
    Ok(map([
        ("item", lib.value().clone()),
        ("category", category),
        ("digest", copied.into()),
        ("highest", row.field("highest").yes_no()?),
        ("result", row.field("result").value().clone()),
    ]))
}

fn attachment(row: &Place<'_>) -> Result<Value, Fault> {
    let field = |name: &'static str| (name, row.field(name).value().clone());
    let media_type = row.field("content_type").value();
    let file = map([("media_type", media_type.clone())]);
    let files = if media_type.is_none() { Vec::new() } else { vec![file] };
    Ok(map([
        field("type"),
        field("name"),
        ("file", Value::List(files)),
        ("is_copy", row.field("is_copy").yes_no()?),
        ("unit_seal", row.field("unit_seal").yes_no()?),
        ("signed", row.field("signed").yes_no()?),
    ]))
}

fn exceptional(place: &Place<'_>) -> Result<Value, Fault> {
    let texts = |name: &str, field: &'static str| {
        let items = place.field(name).items()?;
        let rows = items.iter().map(|item| map([(field, item.value().clone())]));
        Ok(Value::List(rows.collect()))
    };
    Ok(map([
        ("grounds", texts("grounds", "ground")?),
        ("reasons", place.field("reasons").value().clone()),
        ("recommenders", texts("recommenders", "name")?),
    ]))
}

fn transfer(place: &Place<'_>) -> Result<Value, Fault> {
    let original = place.field("original").object()?;
    Ok(map([
        ("original_series", original.field("series").value().clone()),
        ("original_title", original.field("title").value().clone()),
        ("original_level", original.field("level").value().clone()),
        ("original_obtained", original.field("obtained").date()?),
        ("post_since", place.field("post_since").date()?),
        ("reason", place.field("reason").value().clone()),
    ]))
}
