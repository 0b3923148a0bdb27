//! The values that expressions compute with and that cases keep, and how people read them.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

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

impl Value {
    /// The one `none`, to be borrowed.
    pub const NONE: &'static Self = &Self::None;

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// The number as a decimal, if it is a number.
    #[must_use]
    pub fn as_decimal(&self) -> Option<Decimal> {
        if let Self::Decimal(number) = self {
            Some(*number)
        } else {
            self.as_integer().map(Decimal::from)
        }
    }

    /// 是 or 否, if it is one of them.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(yes) = self { Some(*yes) } else { None }
    }

    /// The day, if it is one.
    #[must_use]
    pub fn as_date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    /// The instant, if it is one.
    #[must_use]
    pub fn as_moment(&self) -> Option<Moment> {
        if let Self::Moment(moment) = self { Some(*moment) } else { None }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The fields, if it is a row or map.
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Map(fields) = self { Some(fields) } else { None }
    }

    /// Whether it is no value.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether nothing was filled in: none, text of nothing but white space, an empty list or map.
    /// 0 and 否 are not blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::None => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(fields) => fields.is_empty(),
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Date(_)
            | Self::Moment(_)
            | Self::Span(_) => false,
        }
    }

    /// A field of a row or the value of a key; `None` where there is none.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Self> {
        self.as_map()?.get(field)
    }

    /// The value at a path of fields; none where the path leads nowhere.
    #[must_use]
    pub fn at(&self, fields: &[String]) -> &Self {
        fields.iter().fold(self, |value, field| value.get(field).unwrap_or(Self::NONE))
    }

    /// As [`Self::at`], of a value that may be borrowed: a part of a borrowed value is not copied.
    #[must_use]
    pub fn at_cow<'v>(value: Cow<'v, Self>, fields: &[String]) -> Cow<'v, Self> {
        match value {
            Cow::Borrowed(value) => Cow::Borrowed(value.at(fields)),
            Cow::Owned(value) => Cow::Owned(fields.iter().fold(value, |value, field| {
                if let Self::Map(mut map) = value {
                    map.remove(field).unwrap_or_default()
                } else {
                    Self::None
                }
            })),
        }
    }

    /// As people read it: dates as 2026-11-25, decimals with all their places, 是 and 否, lists with
    /// 、 between the items; none is empty.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Bool(true) => "是".to_owned(),
            Self::Bool(false) => "否".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.to_string(),
            Self::Span(span) => span.words(),
            Self::List(items) => items.iter().map(Self::display).collect::<Vec<_>>().join("、"),
            Self::Map(fields) => {
                let shown =
                    fields.iter().map(|(name, value)| format!("{name}：{}", value.display()));
                shown.collect::<Vec<_>>().join("；")
            }
        }
    }

    /// The account of a row of people.
    #[must_use]
    pub(crate) fn account(&self) -> Option<&str> {
        self.as_map()?.get("account")?.as_text()
    }

    /// Equality as expressions see it: numbers by value, whatever their kind.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(whole), Self::Decimal(exact))
            | (Self::Decimal(exact), Self::Integer(whole)) => *exact == Decimal::from(*whole),
            (Self::List(left), Self::List(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(left, right)| left.equals(right))
            }
            (Self::Map(left), Self::Map(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|((left_key, left), (right_key, right))| {
                        left_key == right_key && left.equals(right)
                    })
            }
            _ => self == other,
        }
    }
}

/// A number with at least so many places, as money is written.
pub(crate) fn with_places(mut number: Decimal, places: u32) -> Decimal {
    if number.scale() < places {
        number.rescale(places);
    }
    number
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        }
    )*};
}

from! {
    String => Text;
    i64 => Integer;
    bool => Bool;
    Decimal => Decimal;
    Date => Date;
    Moment => Moment;
    Span => Span;
    Vec<Self> => List;
    BTreeMap<String, Self> => Map;
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
