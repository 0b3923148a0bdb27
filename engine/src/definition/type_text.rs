//! Types as authors write them: `text`, `list of office`, `map of integer`, `text?`.

use std::sync::Arc;

use crate::expression::{Record, Type};

/// The types that have a name of their own.
pub(super) const PLAIN: &[(&str, Type)] = &[
    ("text", Type::Text),
    ("integer", Type::Integer),
    ("decimal", Type::Decimal),
    ("yes_no", Type::Bool),
    ("date", Type::Date),
    ("moment", Type::Moment),
    ("duration", Type::Span),
    ("file", Type::File),
];

/// Reads a type; `named` knows the host's records. The name that is not known is the error.
pub(super) fn read(
    text: &str,
    named: &dyn Fn(&str) -> Option<Arc<Record>>,
) -> Result<Type, String> {
    let text = text.trim();
    if let Some(item) = text.strip_prefix("list of ") {
        return Ok(read(item, named)?.list());
    }
    if let Some(item) = text.strip_prefix("map of ") {
        return Ok(read(item, named)?.map());
    }
    if let Some(inner) = text.strip_suffix('?') {
        return Ok(read(inner, named)?.optional());
    }
    if let Some((_, plain)) = PLAIN.iter().find(|(name, _)| *name == text) {
        return Ok(plain.clone());
    }
    named(text).map(Type::Record).ok_or_else(|| text.to_owned())
}

/// Whether a value of the type is a text: text, a choice, or the id of something.
pub(super) fn is_text(value_type: &Type) -> bool {
    Type::Text.accepts(value_type)
}

/// A row of named fields.
pub(super) fn record<N: Into<String>>(
    name: &str,
    fields: impl IntoIterator<Item = (N, Type)>,
) -> Type {
    let fields = fields.into_iter().map(|(name, kind)| (name.into(), kind)).collect();
    Type::Record(Arc::new(Record { name: name.to_owned(), fields, ..Record::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_nest_and_name_the_records_of_the_host() {
        let office = Arc::new(Record { name: "office".to_owned(), ..Record::default() });
        let named = |name: &str| (name == "office").then(|| office.clone());
        assert_eq!(read("list of office", &named), Ok(Type::Record(office.clone()).list()));
        assert_eq!(read("text?", &named), Ok(Type::Text.optional()));
        assert_eq!(read("list of ofice", &named), Err("ofice".to_owned()));
    }
}
