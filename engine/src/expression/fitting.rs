//! How types go together: what may be assigned, compared, and put into one list.

use std::{collections::BTreeMap, sync::Arc};

use super::{Record, Type};

impl Type {
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Never)
    }

    /// Text, or what is kept as text.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Choice(_) | Self::Reference(_) | Self::Never)
    }

    /// Whether `<` means something.
    pub(super) fn is_ordered(&self) -> bool {
        self.is_number() || matches!(self, Self::Date | Self::Moment)
    }

    /// Whether it is shown inside a text.
    pub(super) fn is_shown(&self) -> bool {
        match self {
            Self::Text
            | Self::Integer
            | Self::Decimal
            | Self::Bool
            | Self::Date
            | Self::Moment
            | Self::Span
            | Self::Choice(_)
            | Self::Reference(_)
            | Self::Never => true,
            Self::List(item) => item.is_shown(),
            Self::File | Self::Record(_) | Self::Map(_) | Self::Optional(_) => false,
        }
    }

    /// Whether a value of type `other` may stand where this type is needed.
    #[must_use]
    pub fn accepts(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Never) | (Self::Text, Self::Choice(_) | Self::Reference(_)) => true,
            (Self::Optional(inner), other) => inner.accepts(other.present()),
            (_, Self::Optional(_)) => false,
            (Self::Decimal, Self::Integer) => true,
            (Self::Choice(options), Self::Choice(others)) => {
                options.is_empty()
                    || (!others.is_empty() && others.iter().all(|other| options.contains(other)))
            }
            (Self::Choice(options), other) => options.is_empty() && other.is_text(),
            (Self::Reference(_), Self::Text | Self::Choice(_)) => true,
            (Self::List(item), Self::List(other)) | (Self::Map(item), Self::Map(other)) => {
                item.accepts(other)
            }
            (Self::Map(item), Self::Record(record)) => {
                record.fields.values().all(|field| item.accepts(field))
            }
            (Self::Record(record), Self::Record(other)) => record.accepts(other),
            _ => self == other,
        }
    }

    /// Whether `==` between values of the two types can ever be meant; none is equal to none only.
    pub(super) fn is_comparable_with(&self, other: &Self) -> bool {
        match (self.present(), other.present()) {
            (Self::Never, _) | (_, Self::Never) => true,
            (left, right) if left.is_number() => right.is_number(),
            (Self::Choice(left), Self::Choice(right)) => {
                left.is_empty()
                    || right.is_empty()
                    || left.iter().any(|option| right.contains(option))
            }
            (Self::Reference(left), Self::Reference(right)) => left == right,
            (left, right) if left.is_text() => right.is_text(),
            (Self::List(left), Self::List(right)) | (Self::Map(left), Self::Map(right)) => {
                left.is_comparable_with(right)
            }
            (Self::Record(_) | Self::Map(_), Self::Record(_) | Self::Map(_)) => true,
            (left, right) => left == right,
        }
    }

    /// The least type that holds the values of both.
    pub(super) fn joined(&self, other: &Self) -> Option<Self> {
        if self.accepts(other) {
            return Some(self.clone());
        }
        if other.accepts(self) {
            return Some(other.clone());
        }
        match (self, other) {
            (Self::Optional(_), _) | (_, Self::Optional(_)) => {
                self.present().joined(other.present()).map(Self::optional)
            }
            (Self::Choice(left), Self::Choice(right)) => {
                let mut options = left.to_vec();
                options.extend(right.iter().filter(|option| !left.contains(option)).cloned());
                Some(Self::Choice(options.into()))
            }
            (left, right) if left.is_text() && right.is_text() => Some(Self::Text),
            (Self::List(left), Self::List(right)) => left.joined(right).map(Self::list),
            (Self::Map(left), Self::Map(right)) => left.joined(right).map(Self::map),
            (Self::Record(left), Self::Record(right)) => {
                left.joined(right).map(|record| Self::Record(Arc::new(record)))
            }
            _ => None,
        }
    }
}

impl Record {
    fn accepts(&self, other: &Self) -> bool {
        self.fields.iter().all(|(name, kind)| {
            other.fields.get(name).map_or(kind.is_optional(), |other| kind.accepts(other))
        })
    }

    /// The fields of both; one that only one has may be none.
    fn joined(&self, other: &Self) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for (name, kind) in &self.fields {
            let field = match other.fields.get(name) {
                Some(other) => kind.joined(other)?,
                None => kind.clone().optional(),
            };
            fields.insert(name.clone(), field);
        }
        for (name, kind) in &other.fields {
            fields.entry(name.clone()).or_insert_with(|| kind.clone().optional());
        }
        Some(Self { name: self.name.clone(), fields, ..Self::default() })
    }
}
