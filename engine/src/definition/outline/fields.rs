//! The types of fields, from what is written about them.

use indexmap::IndexMap;

use crate::{
    definition::{
        document::{Entry, Kind, Node},
        type_text::record,
    },
    expression::{Type, nearest::letters},
};

/// A field as expressions see it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::definition) struct FieldOutline {
    /// The type of a value that was filled in.
    pub(in crate::definition) filled: Type,
    /// Whether an `ask` has a value in any case.
    pub(in crate::definition) is_certain: bool,
}

impl FieldOutline {
    /// The type where the field may be empty, as in a draft; lists are never `none`.
    pub(in crate::definition) fn in_form(&self) -> Type {
        if matches!(self.filled, Type::List(_)) {
            self.filled.clone()
        } else {
            self.filled.clone().optional()
        }
    }

    /// The type in the `ask` of an action that was taken.
    pub(in crate::definition) fn in_ask(&self) -> Type {
        if self.is_certain { self.filled.clone() } else { self.in_form() }
    }
}

/// The fields of a section, `ask` or row.
pub(in crate::definition) fn fields_of(entries: &[Entry]) -> IndexMap<String, FieldOutline> {
    let field = |entry: &Entry| {
        let node = &entry.value;
        // Where `true` is misspelt, that is told, and not that an answer may be missing.
        let is_true = |text: &str| letters(text) == letters("true");
        let is_required =
            node.text_of("required").is_some_and(is_true) || type_name(node) == "accepted";
        let outline = FieldOutline {
            filled: field_type(node),
            is_certain: is_required && node.get("when").is_none(),
        };
        (entry.key.text.clone(), outline)
    };
    entries.iter().map(field).collect()
}

/// The word for the type of a field, written or implied.
pub(in crate::definition) fn type_name(node: &Node) -> &str {
    match node.text_of("type") {
        Some(name) => name,
        None if node.get("choice").is_some() => "choice",
        None if node.get("must").is_some() => "accepted",
        None => "text",
    }
}

/// The type of a filled field.
pub(in crate::definition) fn field_type(node: &Node) -> Type {
    match type_name(node) {
        "integer" => Type::Integer,
        "decimal" => Type::Decimal,
        "date" | "month" => Type::Date,
        "date_range" | "month_range" => range(),
        "moment" => Type::Moment,
        "choice" => node.get("choice").map_or(Type::Text, choice),
        "choices" => node.get("choice").map_or(Type::Text, choice).list(),
        "yes_no" | "accepted" => Type::Bool,
        "files" => Type::File.list(),
        "rows" => {
            let fields = fields_of(node.entries_of("fields"));
            record("行", fields.iter().map(|(name, field)| (name.as_str(), field.in_form()))).list()
        }
        "parts" => Type::Text.list(),
        "reference" => Type::Reference(node.text_of("of").unwrap_or_default().into()),
        "text" => Type::Text,
        // What is none of these is told where it is written.
        _ => Type::Never,
    }
}

/// From and to; the end may be open.
fn range() -> Type {
    record("起止", [("from", Type::Date.optional()), ("to", Type::Date.optional())])
}

fn choice(options: &Node) -> Type {
    let texts: Vec<String> = match &options.kind {
        Kind::List(items) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
        Kind::Map(entries) => entries.iter().map(|entry| entry.key.text.clone()).collect(),
        Kind::Null | Kind::Scalar(_) => return Type::Text,
    };
    Type::Choice(texts.into())
}
