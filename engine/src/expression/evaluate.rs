//! Evaluation of a plan: values are borrowed from the world wherever they can be, numbers are
//! exact, and every step costs fuel.

mod calls;
mod dates;
mod lists;
mod numbers;
mod ranks;
mod texts;

use std::{borrow::Cow, cell::Cell, cmp::Ordering, collections::BTreeMap};

use super::{
    EvaluationFault, Value, World,
    plan::{Extreme, Node},
    syntax::{Comparison, Operator},
};

pub(super) use dates::date_of;

/// Steps one evaluation may take: far more than any rule needs, and some milliseconds of work.
pub(super) const FUEL: usize = 200_000;

/// What one byte-wise pass over a text costs, in bytes per step.
const BYTES_PER_STEP: usize = 32;

type Evaluated<'s> = Result<Cow<'s, Value>, EvaluationFault>;

/// The value of a plan.
pub(super) fn evaluate(node: &Node, world: &dyn World) -> Result<Value, EvaluationFault> {
    let fuel = Cell::new(FUEL);
    let scope = Scope { world, row: None, fuel: &fuel };
    scope.value(node).map(Cow::into_owned)
}

/// Whether a plan of type yes/no holds.
pub(super) fn holds(node: &Node, world: &dyn World) -> Result<bool, EvaluationFault> {
    let fuel = Cell::new(FUEL);
    Scope { world, row: None, fuel: &fuel }.holds(node)
}

/// A row of an enclosing list function.
struct Row<'s> {
    value: &'s Value,
    level: usize,
    outer: Option<&'s Row<'s>>,
}

#[derive(Clone, Copy)]
struct Scope<'s> {
    world: &'s dyn World,
    row: Option<&'s Row<'s>>,
    fuel: &'s Cell<usize>,
}

impl<'s> Scope<'s> {
    fn spend(&self, steps: usize) -> Result<(), EvaluationFault> {
        let left = self.fuel.get().checked_sub(steps).ok_or(EvaluationFault::Fuel)?;
        self.fuel.set(left);
        Ok(())
    }

    fn spend_on_text(&self, text: &str) -> Result<(), EvaluationFault> {
        self.spend(text.len() / BYTES_PER_STEP)
    }

    /// A value to keep; copying costs what is copied.
    fn own(&self, value: Cow<'_, Value>) -> Result<Value, EvaluationFault> {
        if let Cow::Borrowed(value) = value {
            self.spend_on_copy(value)?;
        }
        Ok(value.into_owned())
    }

    fn spend_on_copy(&self, value: &Value) -> Result<(), EvaluationFault> {
        match value {
            Value::Text(text) => self.spend_on_text(text),
            Value::List(items) => {
                self.spend(items.len())?;
                items.iter().try_for_each(|item| self.spend_on_copy(item))
            }
            Value::Map(fields) => {
                self.spend(fields.len())?;
                fields.values().try_for_each(|field| self.spend_on_copy(field))
            }
            Value::None
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Date(_)
            | Value::Moment(_)
            | Value::Span(_) => Ok(()),
        }
    }

    fn value(&self, node: &'s Node) -> Evaluated<'s> {
        self.spend(1)?;
        match node {
            Node::Literal(value) => Ok(Cow::Borrowed(value)),
            Node::Path(path) => Ok(self.world.path(path)),
            Node::Row(level, fields) => Ok(Cow::Borrowed(self.row(*level).at(fields))),
            Node::Today => owned(self.world.now().date()),
            Node::Now => owned(self.world.now()),
            Node::Field(of, field) => {
                Ok(Value::at_cow(self.value(of)?, std::slice::from_ref(field)))
            }
            Node::Index(of, index) => self.index(of, index),
            Node::List(parts) => {
                let mut items = Vec::with_capacity(parts.len());
                for part in parts {
                    items.push(self.kept(part)?);
                }
                owned(items)
            }
            Node::Record(fields) => {
                let mut map = BTreeMap::new();
                for (name, part) in fields {
                    map.insert(name.clone(), self.kept(part)?);
                }
                owned(map)
            }
            Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Compare(..)
            | Node::In(..)
            | Node::IsNone(_)
            | Node::Matches(..) => owned(self.holds(node)?),
            Node::OrElse(left, right) => {
                let value = self.value(left)?;
                if value.is_none() { self.value(right) } else { Ok(value) }
            }
            Node::Either(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.holds(condition)? { self.value(then) } else { self.value(otherwise) }
            }
            Node::Negate(of) => numbers::negated(&*self.value(of)?).map(Cow::Owned),
            Node::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Count(list) => {
                let list = self.value(list)?;
                owned(as_integer(lists::items(&list)?.len())?)
            }
            Node::Extreme(extreme, parts) => self.extreme(*extreme, parts),
            Node::Rank { list, places, level, keys } => self.rank(list, places, *level, keys),
            Node::Each { fold, list, level, body } => self.each(*fold, list, *level, body),
        }
    }

    /// A value that goes into another.
    fn kept(&self, node: &'s Node) -> Result<Value, EvaluationFault> {
        let value = self.value(node)?;
        self.own(value)
    }

    fn holds(&self, node: &'s Node) -> Result<bool, EvaluationFault> {
        match node {
            Node::Not(of) => Ok(!self.holds(of)?),
            Node::And(parts) => {
                for part in parts {
                    if !self.holds(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Or(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::Compare(comparison, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.compared(*comparison, &left, &right)
            }
            Node::In(item, list) => {
                let (item, list) = (self.value(item)?, self.value(list)?);
                self.contains(&list, &item)
            }
            Node::IsNone(of) => Ok(self.value(of)?.is_none()),
            Node::Matches(of, pattern) => {
                let value = self.value(of)?;
                let text = text(&value)?;
                // The matcher runs through the whole pattern at every character.
                let per_character = pattern.as_str().len() / BYTES_PER_STEP + 1;
                self.spend(text.len().saturating_mul(per_character))?;
                Ok(pattern.is_match(text))
            }
            Node::Literal(_)
            | Node::Path(_)
            | Node::Row(..)
            | Node::Today
            | Node::Now
            | Node::Field(..)
            | Node::Index(..)
            | Node::List(_)
            | Node::Record(_)
            | Node::OrElse(..)
            | Node::Either(_)
            | Node::Negate(_)
            | Node::Arithmetic(..)
            | Node::Call(..)
            | Node::Count(_)
            | Node::Extreme(..)
            | Node::Rank { .. }
            | Node::Each { .. } => {
                let value = self.value(node)?;
                value.as_bool().ok_or_else(|| mismatch("是/否", &value))
            }
        }
    }

    fn compared(
        &self,
        comparison: Comparison,
        left: &Value,
        right: &Value,
    ) -> Result<bool, EvaluationFault> {
        match comparison {
            Comparison::Equal => self.equal(left, right),
            Comparison::NotEqual => Ok(!self.equal(left, right)?),
            Comparison::Less => Ok(order(left, right)? == Ordering::Less),
            Comparison::AtMost => Ok(order(left, right)? != Ordering::Greater),
            Comparison::Greater => Ok(order(left, right)? == Ordering::Greater),
            Comparison::AtLeast => Ok(order(left, right)? != Ordering::Less),
        }
    }

    fn equal(&self, left: &Value, right: &Value) -> Result<bool, EvaluationFault> {
        if left.as_map().is_some() || left.as_list().is_some() {
            self.spend_on_copy(left)?;
        }
        Ok(left.equals(right))
    }

    fn contains(&self, list: &Value, item: &Value) -> Result<bool, EvaluationFault> {
        if let (Some(map), Some(key)) = (list.as_map(), item.as_text()) {
            return Ok(map.contains_key(key));
        }
        let items = lists::items(list)?;
        // Who is in a list is told by the account, whatever else a row has come to say of him.
        if let Some(account) = item.account() {
            self.spend(items.len())?;
            return Ok(items.iter().any(|other| match other.account() {
                Some(other) => other == account,
                None => other.equals(item),
            }));
        }
        Ok(self.position(items, item)?.is_some())
    }

    fn position(&self, items: &[Value], item: &Value) -> Result<Option<usize>, EvaluationFault> {
        self.spend(items.len())?;
        for (index, other) in items.iter().enumerate() {
            if self.equal(other, item)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn row(&self, level: usize) -> &'s Value {
        let mut row = self.row;
        while let Some(found) = row {
            if found.level == level {
                return found.value;
            }
            row = found.outer;
        }
        Value::NONE
    }

    fn arithmetic(&self, operator: Operator, left: &'s Node, right: &'s Node) -> Evaluated<'s> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        match (&*left, &*right) {
            (Value::Text(start), Value::Text(end)) if operator == Operator::Add => {
                let joined = format!("{start}{end}");
                self.spend_on_text(&joined)?;
                owned(joined)
            }
            (Value::List(_), Value::List(_)) if operator == Operator::Add => {
                self.spend_on_copy(&right)?;
                let mut items = lists::owned_items(self.own(left)?)?;
                items.extend(lists::owned_items(right.into_owned())?);
                owned(items)
            }
            (left, right) => numbers::arithmetic(operator, left, right).map(Cow::Owned),
        }
    }

    fn extreme(&self, extreme: Extreme, parts: &'s [Node]) -> Evaluated<'s> {
        let mut best: Option<Cow<'s, Value>> = None;
        for part in parts {
            let value = self.value(part)?;
            if best.as_ref().map_or(Ok(true), |best| lists::is_better(extreme, &value, best))? {
                best = Some(value);
            }
        }
        Ok(best.unwrap_or(Cow::Borrowed(Value::NONE)))
    }
}

fn owned<'s>(value: impl Into<Value>) -> Evaluated<'s> {
    Ok(Cow::Owned(value.into()))
}

fn as_integer(count: usize) -> Result<i64, EvaluationFault> {
    i64::try_from(count).map_err(|_| EvaluationFault::Range)
}

fn text(value: &Value) -> Result<&str, EvaluationFault> {
    value.as_text().ok_or_else(|| mismatch("文本", value))
}

/// Which comes first, of two numbers, days, instants or texts.
fn order(left: &Value, right: &Value) -> Result<Ordering, EvaluationFault> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Ok(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Ok(left.cmp(right)),
        (Value::Moment(left), Value::Moment(right)) => Ok(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Ok(left.cmp(right)),
        (left, right) => match (left.as_decimal(), right.as_decimal()) {
            (Some(left), Some(right)) => Ok(left.cmp(&right)),
            (None, _) => Err(mismatch("能比较大小的值", left)),
            (_, None) => Err(mismatch("能比较大小的值", right)),
        },
    }
}

/// Stored data that do not fit what was compiled.
fn mismatch(wanted: &str, found: &Value) -> EvaluationFault {
    let kind = match found {
        Value::None => "空",
        Value::Bool(_) => "是/否",
        Value::Integer(_) => "整数",
        Value::Decimal(_) => "小数",
        Value::Text(_) => "文本",
        Value::Date(_) => "日期",
        Value::Moment(_) => "时刻",
        Value::Span(_) => "时长",
        Value::List(_) => "列表",
        Value::Map(_) => "记录",
    };
    EvaluationFault::Mismatch(Cow::Owned(format!("需要{wanted}，却是{kind}")))
}
