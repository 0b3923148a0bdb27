//! What is known of the values that a name may have, and what of an expression follows from that.

use rust_decimal::Decimal;

use super::{
    Expression, Type, Value,
    functions::Fold,
    plan::Node,
    syntax::{Comparison, Operator},
};

/// Which values a name may have.
#[derive(Clone, Debug, PartialEq)]
pub enum Limits {
    /// Whole numbers, from the least to the greatest.
    Whole(Option<i64>, Option<i64>),
    /// Numbers, from the least to the greatest.
    Decimals(Option<Decimal>, Option<Decimal>),
    /// One of these.
    OneOf(Vec<Value>),
}

/// More values than these are not listed one by one.
const FEW: i64 = 24;

impl Limits {
    /// Those of a value that is known.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(Self::Whole(Some(*number), Some(*number))),
            Value::Decimal(number) => Some(Self::Decimals(Some(*number), Some(*number))),
            Value::Text(_) | Value::Bool(_) | Value::None => Some(Self::OneOf(vec![value.clone()])),
            Value::Date(_) | Value::Moment(_) | Value::Span(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// What may be where either may be.
    #[must_use]
    pub fn or(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Whole(least, most), Self::Whole(other_least, other_most)) => {
                let least = least.zip(other_least).map(|(one, other)| one.min(other));
                let most = most.zip(other_most).map(|(one, other)| one.max(other));
                Some(Self::Whole(least, most))
            }
            (Self::OneOf(mut values), Self::OneOf(others)) => {
                let new = others.into_iter().filter(|other| !values.iter().any(|it| it == other));
                values.extend(new.collect::<Vec<_>>());
                Some(Self::OneOf(values))
            }
            (one @ (Self::Whole(..) | Self::Decimals(..)), other) => {
                let ((least, most), (other_least, other_most)) = (one.ends()?, other.ends()?);
                let least = least.zip(other_least).map(|(one, other)| one.min(other));
                let most = most.zip(other_most).map(|(one, other)| one.max(other));
                Some(Self::Decimals(least, most))
            }
            (Self::OneOf(_), Self::Whole(..) | Self::Decimals(..)) => None,
        }
    }

    /// The same without an end that moved, so that what grows step by step comes to rest.
    #[must_use]
    pub fn widened(self, before: &Self) -> Option<Self> {
        match (self, before) {
            (Self::Whole(least, most), Self::Whole(old_least, old_most)) => Some(Self::Whole(
                least.filter(|_| least == *old_least),
                most.filter(|_| most == *old_most),
            )),
            (Self::Decimals(least, most), Self::Decimals(old_least, old_most)) => {
                Some(Self::Decimals(
                    least.filter(|_| least == *old_least),
                    most.filter(|_| most == *old_most),
                ))
            }
            (found, before) => (found == *before).then_some(found),
        }
    }

    /// Whether there is any such value.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        match self {
            Self::Whole(Some(least), Some(most)) => least <= most,
            Self::Decimals(Some(least), Some(most)) => least <= most,
            Self::Whole(..) | Self::Decimals(..) => true,
            Self::OneOf(values) => !values.is_empty(),
        }
    }

    fn ends(&self) -> Option<(Option<Decimal>, Option<Decimal>)> {
        match self {
            Self::Whole(least, most) => Some((least.map(Decimal::from), most.map(Decimal::from))),
            Self::Decimals(least, most) => Some((*least, *most)),
            Self::OneOf(_) => None,
        }
    }

    pub(super) fn literals(&self) -> Vec<Value> {
        match self {
            Self::Whole(least, most) => {
                least.iter().chain(most).map(|end| Value::Integer(*end)).collect()
            }
            Self::Decimals(least, most) => {
                least.iter().chain(most).map(|end| Value::Decimal(*end)).collect()
            }
            Self::OneOf(values) => values.iter().filter(|it| !it.is_none()).cloned().collect(),
        }
    }

    pub(super) fn admits(&self, value: &Value) -> bool {
        if let Self::OneOf(values) = self {
            return values.iter().any(|known| known.equals(value) || known == value);
        }
        let Some(((least, most), value)) = self.ends().zip(value.as_decimal()) else {
            return false;
        };
        least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most)
    }

    /// Every value there may be, where they are few.
    pub(super) fn few(&self) -> Option<Vec<Value>> {
        match self {
            Self::OneOf(values) => Some(values.clone()),
            Self::Whole(Some(least), Some(most)) => {
                let is_few = most.checked_sub(*least).is_some_and(|count| count < FEW);
                is_few.then(|| (*least..=*most).map(Value::Integer).collect())
            }
            Self::Whole(..) | Self::Decimals(..) => None,
        }
    }

    /// The value, where there is only one.
    #[must_use]
    pub fn only(&self) -> Option<Value> {
        match self {
            Self::OneOf(values) => values.first().filter(|_| values.len() == 1).cloned(),
            Self::Whole(least, most) => least.filter(|_| least == most).map(Value::Integer),
            Self::Decimals(least, most) => least.filter(|_| least == most).map(Value::Decimal),
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Whole(least, most), Self::Whole(other_least, other_most)) => Some(Self::Whole(
                least.zip(other_least).and_then(|(one, other)| one.checked_add(other)),
                most.zip(other_most).and_then(|(one, other)| one.checked_add(other)),
            )),
            (one, other) => {
                let ((least, most), (other_least, other_most)) = (one.ends()?, other.ends()?);
                Some(Self::Decimals(
                    least.zip(other_least).and_then(|(one, other)| one.checked_add(other)),
                    most.zip(other_most).and_then(|(one, other)| one.checked_add(other)),
                ))
            }
        }
    }

    fn negated(self) -> Option<Self> {
        match self {
            Self::Whole(least, most) => {
                Some(Self::Whole(most.and_then(i64::checked_neg), least.and_then(i64::checked_neg)))
            }
            Self::Decimals(least, most) => {
                Some(Self::Decimals(most.map(|it| -it), least.map(|it| -it)))
            }
            Self::OneOf(_) => None,
        }
    }

    fn without_none(self) -> Self {
        match self {
            Self::OneOf(values) => {
                Self::OneOf(values.into_iter().filter(|value| !value.is_none()).collect())
            }
            Self::Whole(..) | Self::Decimals(..) => self,
        }
    }
}

impl Expression {
    /// Which values it may have, as far as that follows from its names.
    #[must_use]
    pub fn limits(&self, known: &dyn Fn(&[String]) -> Option<Limits>) -> Option<Limits> {
        let of_type = || {
            let Type::Choice(options) = &self.value_type else { return None };
            let options = options.iter().map(|option| Value::from(option.as_str()));
            (options.len() > 0).then(|| Limits::OneOf(options.collect()))
        };
        limits_of(&self.plan.node, known).or_else(of_type)
    }

    /// Which values a path may have where the condition holds, or where it fails, of those it may have
    /// otherwise.
    #[must_use]
    pub fn narrowed(&self, holds: bool, path: &[String], known: Option<Limits>) -> Option<Limits> {
        narrowed(&self.plan.node, holds, path, known)
    }

    /// Whether a path has a value wherever the condition holds, or wherever it fails.
    #[must_use]
    pub fn needs(&self, holds: bool, path: &[String]) -> bool {
        needs(&self.plan.node, holds, path)
    }
}

pub(super) fn limits_of(
    node: &Node,
    known: &dyn Fn(&[String]) -> Option<Limits>,
) -> Option<Limits> {
    if let Node::Literal(value) = node {
        return Limits::of(value);
    }
    if let Node::Path(path) = node {
        return known(path);
    }
    if let Node::Either(parts) = node {
        return limits_of(&parts[1], known)?.or(limits_of(&parts[2], known)?);
    }
    if let Node::OrElse(left, right) = node {
        return limits_of(left, known)?.without_none().or(limits_of(right, known)?);
    }
    if let Node::Negate(of) = node {
        return limits_of(of, known)?.negated();
    }
    if let Node::Arithmetic(Operator::Add, left, right) = node {
        return limits_of(left, known)?.plus(limits_of(right, known)?);
    }
    if let Node::Arithmetic(Operator::Subtract, left, right) = node {
        return limits_of(left, known)?.plus(limits_of(right, known)?.negated()?);
    }
    let is_count = matches!(node, Node::Count(_) | Node::Each { fold: Fold::Count, .. });
    is_count.then_some(Limits::Whole(Some(0), None))
}

fn narrowed(node: &Node, holds: bool, path: &[String], known: Option<Limits>) -> Option<Limits> {
    let is_meant = |node: &Node| matches!(node, Node::Path(read) if read == path);
    if let Some(parts) = all_of(node, holds) {
        return parts.iter().fold(known, |known, part| narrowed(part, holds, path, known));
    }
    if let Node::Not(of) = node {
        return narrowed(of, !holds, path, known);
    }
    if is_meant(node) {
        return Some(Limits::OneOf(vec![Value::Bool(holds)]));
    }
    if let Node::Compare(comparison, left, right) = node {
        let comparison = if holds { *comparison } else { comparison.opposite() };
        if let (true, Node::Literal(value)) = (is_meant(left), &**right) {
            return compared(comparison, value, known);
        }
        if let (Node::Literal(value), true) = (&**left, is_meant(right)) {
            return compared(comparison.mirrored(), value, known);
        }
    }
    if let Node::In(item, list) = node
        && let (true, Some(Value::List(items))) = (is_meant(item), list.constant())
    {
        return one_of(items, holds, known);
    }
    known
}

/// The parts of a condition that all hold, or all fail, where it does.
fn all_of(node: &Node, holds: bool) -> Option<&[Node]> {
    if let Node::And(parts) = node {
        return holds.then_some(parts);
    }
    if let Node::Or(parts) = node { (!holds).then_some(parts) } else { None }
}

/// What is left where a name is one of these, or none of them.
fn one_of(items: Vec<Value>, holds: bool, known: Option<Limits>) -> Option<Limits> {
    let is_there = |value: &Value| items.iter().any(|it| it.equals(value));
    match known {
        Some(Limits::OneOf(values)) => {
            Some(Limits::OneOf(values.into_iter().filter(|it| is_there(it) == holds).collect()))
        }
        Some(known @ (Limits::Whole(..) | Limits::Decimals(..))) => Some(known),
        None => holds.then_some(Limits::OneOf(items)),
    }
}

/// What is left where a name compares so with a value.
fn compared(comparison: Comparison, value: &Value, known: Option<Limits>) -> Option<Limits> {
    match (known, comparison) {
        (Some(Limits::OneOf(_)) | None, Comparison::Equal) => Limits::of(value),
        (Some(Limits::OneOf(values)), Comparison::NotEqual) => {
            Some(Limits::OneOf(values.into_iter().filter(|known| !known.equals(value)).collect()))
        }
        (Some(Limits::Whole(least, most)), _) => match value.as_integer() {
            Some(number) => Some(whole_compared(comparison, number, (least, most))),
            None => Some(Limits::Whole(least, most)),
        },
        (known, _) => known,
    }
}

fn whole_compared(
    comparison: Comparison,
    number: i64,
    (least, most): (Option<i64>, Option<i64>),
) -> Limits {
    let at_least = |end: i64| Some(least.map_or(end, |least| least.max(end)));
    let at_most = |end: i64| Some(most.map_or(end, |most| most.min(end)));
    match comparison {
        Comparison::Equal => Limits::Whole(at_least(number), at_most(number)),
        Comparison::NotEqual if least == Some(number) => {
            Limits::Whole(Some(number.saturating_add(1)), most)
        }
        Comparison::NotEqual if most == Some(number) => {
            Limits::Whole(least, Some(number.saturating_sub(1)))
        }
        Comparison::NotEqual => Limits::Whole(least, most),
        Comparison::Less => Limits::Whole(least, at_most(number.saturating_sub(1))),
        Comparison::AtMost => Limits::Whole(least, at_most(number)),
        Comparison::Greater => Limits::Whole(at_least(number.saturating_add(1)), most),
        Comparison::AtLeast => Limits::Whole(at_least(number), most),
    }
}

fn needs(node: &Node, holds: bool, path: &[String]) -> bool {
    if let Some(parts) = all_of(node, holds) {
        return parts.iter().any(|part| needs(part, holds, path));
    }
    if let Node::And(parts) | Node::Or(parts) = node {
        return parts.iter().all(|part| needs(part, holds, path));
    }
    if let Node::Not(of) = node {
        return needs(of, !holds, path);
    }
    matches!(node, Node::IsNone(of) if !holds && matches!(&**of, Node::Path(read) if read == path))
}
