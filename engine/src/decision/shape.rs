//! Form data and answers as expressions see them: every field is there, empty where nothing was
//! filled in.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Case, knowledge::Knowledge};
use crate::{
    definition::{Definition, Field, Fields, Section},
    expression::Value,
};

/// A field as filled in, or empty.
pub(super) fn field<'v>(field: &Field, stored: Option<&'v Value>) -> &'v Value {
    stored.filter(|value| !value.is_none()).unwrap_or(field.kind.empty())
}

/// What was asked, with every field, empty where nothing was answered.
pub(crate) fn answered(
    fields: &Fields,
    asked: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let all = fields
        .iter()
        .map(|(name, known)| (name.to_string(), field(known, asked.get(name.as_str())).clone()));
    all.collect()
}

/// All of these fields.
pub(super) fn fields(fields: &Fields, stored: Option<&BTreeMap<String, Value>>) -> Value {
    let all = fields.iter().map(|(name, kind)| {
        let value = stored.and_then(|stored| stored.get(name.as_str()));
        (name.to_string(), field(kind, value).clone())
    });
    Value::Map(all.collect())
}

/// One section: a row of all its fields, or its list of rows.
pub(super) fn section<'v>(section: &Section, stored: Option<&'v Value>) -> Cow<'v, Value> {
    if section.rows.is_some() {
        let rows = stored.filter(|rows| rows.as_list().is_some());
        return rows.map_or(Cow::Owned(Value::List(Vec::new())), Cow::Borrowed);
    }
    Cow::Owned(fields(&section.fields, stored.and_then(Value::as_map)))
}

/// The whole form.
pub(super) fn form(knowledge: &Knowledge<'_>) -> Value {
    content(knowledge.definition, knowledge.case)
}

/// The whole form of a case.
pub(crate) fn content(definition: &Definition, case: &Case) -> Value {
    let all = definition.form.sections.iter().map(|(name, known)| {
        let stored = case.form.get(name);
        (name.to_string(), section(known, stored).into_owned())
    });
    Value::Map(all.collect())
}
