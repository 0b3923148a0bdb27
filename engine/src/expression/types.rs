//! The types of the expression language. Every name has one at compile time; a value that may be
//! missing says so with [`Type::Optional`].

use std::{collections::BTreeMap, sync::Arc};

/// The type of an expression, field, variable or fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// 是 or 否.
    Bool,
    /// A calendar day; a month is its first day.
    Date,
    /// An instant.
    Moment,
    /// A length of time.
    Span,
    /// One of these texts; an empty list means any text known only at run time.
    Choice(Arc<[String]>),
    /// An uploaded file.
    File,
    /// A row of named fields.
    Record(Arc<Record>),
    /// A list of one type.
    List(Arc<Type>),
    /// A map from text to one type.
    Map(Arc<Type>),
    /// The id of something of the host or another case, by kind, such as `unit`.
    Reference(Arc<str>),
    /// A value of the type, or `none`.
    Optional(Arc<Type>),
}

/// The fields of a row, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What a diagnostic calls it, such as `unit`.
    pub name: String,
    /// The type of each field.
    pub fields: BTreeMap<String, Type>,
}

/// The names an expression may use, with their types; a scope may stand inside another, such as
/// `it` of a row inside the names of a case.
#[derive(Clone, Debug, Default)]
pub struct Names<'outer> {
    /// The names of this scope.
    pub own: BTreeMap<String, Type>,
    /// The scope around it.
    pub outer: Option<&'outer Names<'outer>>,
}
