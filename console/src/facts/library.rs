//! Items of the achievement library as checks know them (`item` of `workflows/host.yaml`), from the
//! cases of their workflow.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    expression::Value,
    runtime::HostError,
    store::{
        Connection,
        cases::{self, KnownCase},
    },
};
use sha2::{Digest, Sha256};

use super::subjects::map;

/// The workflow of library items.
const WORKFLOW: &str = "library-item";

/// What an item says that checks read.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The year it belongs to.
    pub year: Value,
    /// Its kind in words.
    pub kind: Value,
    /// Hours of learning.
    pub hours: Value,
    /// 学历.
    pub education: Value,
    /// 学位.
    pub degree: Value,
    /// 考核等次.
    pub grade: Value,
    /// From and to.
    pub period: Value,
}

/// An item with what is known about it beside its content.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: Value,
    /// The id of the person it belongs to.
    pub owner: Value,
    /// The section of the library.
    pub section: Value,
    /// Its status.
    pub status: Value,
    /// Its version.
    pub version: Value,
    /// The hash of its data.
    pub digest: String,
}

/// The items of these ids that exist, by id.
pub(super) async fn items(
    connection: &mut Connection<'_>,
    ids: &BTreeSet<String>,
) -> Result<Value, HostError> {
    let known = cases::known(connection, ids).await?;
    let items = known.into_iter().filter_map(|case| Some((case.id.to_string(), of_case(case)?)));
    Ok(Value::Map(items.collect()))
}

fn of_case(mut case: KnownCase) -> Option<Value> {
    let mut shown = |name: &str| case.shown.remove(name).unwrap_or_default();
    if shown("workflow").as_text() != Some(WORKFLOW) {
        return None;
    }
    let section = shown("kind");
    let data = case.form.get(section.as_text().unwrap_or_default()).cloned().unwrap_or_default();
    let field = |name: &str| data.get(name).cloned().unwrap_or_default();
    let content = Content {
        year: field("year"),
        kind: field("kind"),
        hours: field("hours"),
        education: field("education"),
        degree: field("degree"),
        grade: field("grade"),
        period: field("period"),
    };
    let item = Item {
        id: Value::Text(case.id.to_string()),
        owner: shown("person"),
        status: shown("status"),
        version: shown("version"),
        digest: digest(&data),
        section,
    };
    Some(item_value(item, content))
}

/// The row of an item.
#[must_use]
pub fn item_value(item: Item, content: Content) -> Value {
    map([
        ("id", item.id),
        ("owner", item.owner),
        ("section", item.section),
        ("status", item.status),
        ("version", item.version),
        ("digest", Value::Text(item.digest)),
        ("year", content.year),
        ("kind", content.kind),
        ("hours", content.hours),
        ("education", content.education),
        ("degree", content.degree),
        ("grade", content.grade),
        ("period", content.period),
    ])
}

/// The hash of data: equal exactly where the same fields have the same values, however their
/// numbers and the order of their fields were written.
#[must_use]
pub fn digest(data: &Value) -> String {
    let json = serde_json::to_vec(&uniform(data)).unwrap_or_default();
    hex::encode(Sha256::digest(json))
}

fn uniform(value: &Value) -> Value {
    match value {
        Value::Decimal(number) => {
            let whole = i64::try_from(*number).ok().filter(|_| number.fract().is_zero());
            whole.map_or_else(|| Value::Decimal(number.normalize()), Value::Integer)
        }
        Value::List(items) => Value::List(items.iter().map(uniform).collect()),
        Value::Map(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), uniform(value)));
            Value::Map(fields.collect::<BTreeMap<_, _>>())
        }
        Value::None
        | Value::Bool(_)
        | Value::Integer(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Moment(_)
        | Value::Span(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(json: &str) -> String {
        digest(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn equal_data_have_one_hash_however_they_are_written() {
        let data = digest_of(r#"{"year": 2023, "hours": 22.5}"#);
        assert_eq!(digest_of(r#"{"hours": 22.50, "year": 2023.0}"#), data);
        for other in [
            r#"{"year": 2023, "hours": 22.6}"#,
            r#"{"year": "2023", "hours": 22.5}"#,
            r#"{"year": 2023, "hours": 22.5, "note": null}"#,
            r#"{"year": 2023}"#,
        ] {
            assert_ne!(digest_of(other), data, "{other}");
        }
    }
}
