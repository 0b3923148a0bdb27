//! The one expression language: rules, checks and computed values are written in it. Parsed and
//! typed once, evaluated with exact decimals and bounded cost.
//!
//! Invariant: no I/O, no clock, no randomness; what it may know of the world comes through [`World`].

mod check;
mod compared;
mod coverage;
mod evaluate;
mod fitting;
mod functions;
mod guarded;
mod json;
mod lex;
mod limits;
pub(crate) mod nearest;
mod parse;
mod partly;
mod plan;
mod rows;
mod sections;
mod shown;
mod syntax;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod types;
mod value;

use std::{borrow::Cow, sync::Arc};

pub(crate) use check::id_field;
pub use coverage::{
    Coverage, Gap, Knowing, Trying, Turn, all_act, always, compares_a_part, coverage, keep_acting,
};
pub use functions::{RESERVED_NAMES, function_usages};
pub use limits::Limits;
pub(crate) use parse::CUT;
pub(crate) use sections::no_section;
pub use table::{MOST_ROWS, Table, TableFault, TableRow};
pub use template::Template;
pub use types::{Names, Record, Type};
pub use value::Value;
pub(crate) use value::with_places;

use crate::calendar::{Calendar, Moment};

/// A compiled, typed expression. Two are equal when their sources and types are.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    value_type: Type,
    reads: Vec<Vec<String>>,
    plan: Arc<Planned>,
}

/// What a source was made into.
#[derive(Debug)]
struct Planned {
    node: plan::Node,
    notes: Vec<Fault>,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        lex::are_same(&self.source, &other.source) && self.value_type.is_like(&other.value_type)
    }
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
    /// The name as it is written and as it was probably meant, where it is misspelt.
    pub misspelt: Option<(String, String)>,
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
    /// A time of the day that is none.
    #[error("时间要写成 18:00 的样子，从 00:00 到 23:59")]
    ClockTime,
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
        let syntax = parse::parse(source).map_err(|fault| vec![fault])?;
        let check::Checked { node, kind, notes } = check::check(&syntax, names, expected)?;
        let mut reads = Vec::new();
        node.reads(&mut reads);
        let (source, plan) = (source.to_owned(), Arc::new(Planned { node, notes }));
        Ok(Self { source, value_type: kind, reads, plan })
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its value, where it is written out and asks nothing of the world.
    #[must_use]
    pub fn constant(&self) -> Option<Value> {
        self.plan.node.constant()
    }

    /// The texts of the lists of which it is one, where each is written out: `['a'] if … else ['b']`;
    /// `None` where it may be something else.
    #[must_use]
    pub fn listed_texts(&self) -> Option<Vec<String>> {
        let lists = self.plan.node.constants()?;
        let items = lists.iter().flat_map(|list| list.as_list().unwrap_or_default());
        Some(items.filter_map(Value::as_text).map(str::to_owned).collect())
    }

    /// The type of its value.
    #[must_use]
    pub fn value_type(&self) -> &Type {
        &self.value_type
    }

    /// The paths of names it reads, such as `["plan", "window"]` or `["it", "unit"]`, each once.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &self.reads
    }

    /// Whether it asks the moment, the calendar, or how the form was before.
    #[must_use]
    pub fn asks_time(&self) -> bool {
        self.plan.node.asks_time()
    }

    /// What is allowed and yet may be a slip of its author.
    #[must_use]
    pub fn notes(&self) -> &[Fault] {
        &self.plan.notes
    }

    /// Its value in `world`.
    ///
    /// # Errors
    /// When it goes over its budget or out of range.
    pub fn evaluate(&self, world: &dyn World) -> Result<Value, EvaluationFault> {
        evaluate::evaluate(&self.plan.node, world)
    }

    /// Whether it holds or fails whatever those names are that `is_known` does not know, at any
    /// moment; `None` where that depends on them. For expressions of type yes/no.
    #[must_use]
    pub fn verdict(&self, world: &dyn World, is_known: &dyn Fn(&str) -> bool) -> Option<bool> {
        partly::verdict(&self.plan.node, world, is_known)
    }

    /// Whether it holds; for expressions of type yes/no.
    ///
    /// # Errors
    /// When it goes over its budget or out of range.
    pub fn holds(&self, world: &dyn World) -> Result<bool, EvaluationFault> {
        evaluate::holds(&self.plan.node, world)
    }
}
