//! A typed expression, resolved for evaluation: names are paths or rows, functions are known.

use std::sync::Arc;

use regex::Regex;

use super::{
    Value,
    functions::{Fold, Function},
    syntax::{Comparison, Operator},
};

/// One part of the plan.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(Value),
    /// A path into the world; at least its root.
    Path(Vec<String>),
    /// A path into the row of the enclosing list function at this level, the outermost being 0.
    Row(usize, Vec<String>),
    Today,
    Now,
    Field(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    List(Vec<Node>),
    Record(Vec<(String, Node)>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Box<Node>),
    IsNone(Box<Node>),
    OrElse(Box<Node>, Box<Node>),
    /// Condition, value if it holds, value if not.
    Either(Box<[Node; 3]>),
    Negate(Box<Node>),
    Arithmetic(Operator, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    Matches(Box<Node>, Arc<Regex>),
    /// How many items a list has.
    Count(Box<Node>),
    /// The least or greatest of these.
    Extreme(Extreme, Vec<Node>),
    /// The rows of a list in order of several keys, the greatest first: who gets one of the places,
    /// who is tied at the last of them, who gets none.
    Rank {
        list: Box<Node>,
        places: Box<Node>,
        level: usize,
        keys: Vec<Node>,
    },
    /// A list function: what of which list, and what is asked of each row at `level`.
    Each {
        fold: Fold,
        list: Box<Node>,
        level: usize,
        body: Box<Node>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    Least,
    Greatest,
}

impl Node {
    /// One text for equal parts. Evaluation is pure, so what is known of one holds for the other.
    pub(super) fn key(&self) -> String {
        format!("{self:?}")
    }

    /// The value, where all of it is written out.
    pub(super) fn constant(&self) -> Option<Value> {
        if let Self::Literal(value) = self {
            return Some(value.clone());
        }
        let Self::List(parts) = self else { return None };
        parts.iter().map(Self::constant).collect::<Option<Vec<_>>>().map(Value::List)
    }

    /// The values of which it is one, where each way through its choices is written out.
    pub(super) fn constants(&self) -> Option<Vec<Value>> {
        let Self::Either(parts) = self else { return Some(vec![self.constant()?]) };
        let [_, then, otherwise] = &**parts;
        let mut values = then.constants()?;
        values.extend(otherwise.constants()?);
        Some(values)
    }

    /// A field of this part, through these fields.
    pub(super) fn fields(self, fields: &[String]) -> Self {
        fields.iter().fold(self, |mut node, field| {
            if let Self::Path(path) | Self::Row(_, path) = &mut node {
                path.push(field.clone());
                return node;
            }
            Self::Field(Box::new(node), field.clone())
        })
    }

    /// The keys of this part and of what it is a field or item of: if it is there, so are they.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.key()];
        match self {
            Self::Path(path) => {
                keys.extend((1..path.len()).map(|end| Self::Path(path[..end].to_vec()).key()));
            }
            Self::Row(level, fields) => {
                let shorter =
                    (0..fields.len()).map(|end| Self::Row(*level, fields[..end].to_vec()));
                keys.extend(shorter.map(|row| row.key()));
            }
            Self::Field(of, _) | Self::Index(of, _) => keys.extend(of.keys()),
            Self::Literal(_)
            | Self::Today
            | Self::Now
            | Self::List(_)
            | Self::Record(_)
            | Self::Not(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Compare(..)
            | Self::In(..)
            | Self::IsNone(_)
            | Self::OrElse(..)
            | Self::Either(_)
            | Self::Negate(_)
            | Self::Arithmetic(..)
            | Self::Call(..)
            | Self::Matches(..)
            | Self::Count(_)
            | Self::Extreme(..)
            | Self::Rank { .. }
            | Self::Each { .. } => {}
        }
        keys
    }

    /// The paths it reads of the world, each once, in order of their first use.
    pub(super) fn reads(&self, found: &mut Vec<Vec<String>>) {
        if let Self::Path(path) = self
            && !found.contains(path)
        {
            found.push(path.clone());
        }
        self.parts().into_iter().for_each(|part| part.reads(found));
    }

    /// Whether it asks the moment, the calendar, or how the form was before.
    pub(super) fn asks_time(&self) -> bool {
        let asks = matches!(
            self,
            Self::Today
                | Self::Now
                | Self::Call(
                    Function::WorkingDays | Function::AddWorkingDays | Function::Changed,
                    _
                )
        );
        asks || self.parts().into_iter().any(Self::asks_time)
    }

    /// What it is made of.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Path(_) | Self::Literal(_) | Self::Row(..) | Self::Today | Self::Now => {
                Vec::new()
            }
            Self::Field(part, _)
            | Self::Not(part)
            | Self::IsNone(part)
            | Self::Negate(part)
            | Self::Matches(part, _)
            | Self::Count(part) => vec![&**part],
            Self::Index(left, right)
            | Self::Compare(_, left, right)
            | Self::In(left, right)
            | Self::OrElse(left, right)
            | Self::Arithmetic(_, left, right)
            | Self::Each { list: left, body: right, .. } => vec![&**left, &**right],
            Self::List(parts)
            | Self::And(parts)
            | Self::Or(parts)
            | Self::Call(_, parts)
            | Self::Extreme(_, parts) => parts.iter().collect(),
            Self::Rank { list, places, keys, .. } => {
                [&**list, &**places].into_iter().chain(keys).collect()
            }
            Self::Either(parts) => parts.iter().collect(),
            Self::Record(fields) => fields.iter().map(|(_, part)| part).collect(),
        }
    }
}
