//! What is known of the values that a name may have.

use super::Value;

/// Which values a name may have.
#[derive(Clone, Debug, PartialEq)]
pub enum Limits {
    /// Whole numbers, from the least to the greatest.
    Whole(Option<i64>, Option<i64>),
    /// One of these.
    OneOf(Vec<Value>),
}

impl Limits {
    pub(super) fn literals(&self) -> Vec<Value> {
        match self {
            Self::Whole(least, most) => {
                least.iter().chain(most).map(|end| Value::Integer(*end)).collect()
            }
            Self::OneOf(values) => values.clone(),
        }
    }

    pub(super) fn admits(&self, value: &Value) -> bool {
        match self {
            Self::Whole(least, most) => value.as_integer().is_some_and(|value| {
                least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most)
            }),
            Self::OneOf(values) => values.iter().any(|known| known.equals(value)),
        }
    }
}
