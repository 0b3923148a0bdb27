//! Form data and answers as expressions see them: every field is there, empty where nothing was
//! filled in.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Case, knowledge::Knowledge};
use crate::{
    definition::{Definition, Field, FieldKind, Fields, Section},
    expression::Value,
};

static NOTHING: Value = Value::List(Vec::new());
static UNTICKED: Value = Value::Bool(false);

/// The value of an empty field.
pub(super) fn empty(kind: &FieldKind) -> &'static Value {
    match kind {
        FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Choices { .. }
        | FieldKind::Parts => &NOTHING,
        FieldKind::Accepted => &UNTICKED,
        FieldKind::Text { .. }
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choice(_)
        | FieldKind::YesNo
        | FieldKind::Reference(_) => Value::NONE,
    }
}

/// A field as filled in, or empty.
pub(super) fn field<'v>(field: &Field, stored: Option<&'v Value>) -> &'v Value {
    stored.filter(|value| !value.is_none()).unwrap_or_else(|| empty(&field.kind))
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
        return Cow::Borrowed(stored.filter(|rows| rows.as_list().is_some()).unwrap_or(&NOTHING));
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
