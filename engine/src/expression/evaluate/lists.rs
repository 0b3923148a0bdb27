//! Lists: functions of them, and what is asked of each of their rows.

use std::{borrow::Cow, cmp::Ordering};

use super::{
    Evaluated, Extreme, Function, Row, Scope, as_integer, mismatch, numbers, order, owned,
};
use crate::expression::{EvaluationFault, Value, functions::Fold, plan::Node, syntax::Operator};

impl<'s> Scope<'s> {
    pub(super) fn index(&self, of: &'s Node, index: &'s Node) -> Evaluated<'s> {
        let (base, index) = (self.value(of)?, self.value(index)?);
        match (base, &*index) {
            (base, Value::Text(key)) => Ok(Value::at_cow(base, std::slice::from_ref(key))),
            (base, Value::Integer(index)) => Ok(usize::try_from(*index)
                .map_or(Cow::Borrowed(Value::NONE), |index| nth(base, index))),
            (_, index) => Err(mismatch("整数或文本", index)),
        }
    }

    pub(super) fn list_call(&self, function: Function, arguments: &'s [Node]) -> Evaluated<'s> {
        if function == Function::Range {
            return self.range(arguments);
        }
        let list = self.value(self.argument(arguments, 0)?)?;
        match function {
            Function::First if arguments.len() == 1 => Ok(nth(list, 0)),
            Function::First => {
                let count = usize::try_from(self.integer_argument(arguments, 1)?).unwrap_or(0);
                self.part(&list, 0, count)
            }
            Function::Rest => self.part(&list, 1, usize::MAX),
            Function::Index => {
                let item = self.value(self.argument(arguments, 1)?)?;
                let position = self.position(items(&list)?, &item)?;
                owned(position.map(as_integer).transpose()?)
            }
            Function::Flatten => {
                let mut all = Vec::new();
                for inner in items(&list)? {
                    self.spend_on_copy(inner)?;
                    all.extend_from_slice(items(inner)?);
                }
                owned(all)
            }
            Function::Entries => {
                self.spend_on_copy(&list)?;
                let map = list.as_map().ok_or_else(|| mismatch("映射", &list))?;
                let entry = |(key, value): (&String, &Value)| {
                    let fields = [("key", Value::from(key.as_str())), ("value", value.clone())];
                    Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
                };
                owned(map.iter().map(entry).collect::<Vec<_>>())
            }
            _ => {
                let key = self.text_argument(arguments, 1)?;
                self.lookup(list, &key)
            }
        }
    }

    fn lookup(&self, table: Cow<'s, Value>, key: &str) -> Evaluated<'s> {
        if table.as_map().is_some() {
            return Ok(Value::at_cow(table, &[key.to_owned()]));
        }
        let rows = items(&table)?;
        let position =
            rows.iter().position(|row| row.get("id").and_then(Value::as_text) == Some(key));
        self.spend(position.unwrap_or(rows.len()))?;
        Ok(position.map_or(Cow::Borrowed(Value::NONE), |position| nth(table, position)))
    }

    /// The items from `start` on, at most `count`.
    fn part(&self, list: &Value, start: usize, count: usize) -> Evaluated<'s> {
        let mut part = Vec::new();
        for item in items(list)?.iter().skip(start).take(count) {
            self.spend(1)?;
            self.spend_on_copy(item)?;
            part.push(item.clone());
        }
        owned(part)
    }

    fn range(&self, arguments: &'s [Node]) -> Evaluated<'s> {
        let first = self.integer_argument(arguments, 0)?;
        let (start, end) = match arguments.len() {
            1 => (0, first),
            _ => (first, self.integer_argument(arguments, 1)?),
        };
        let count = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
        self.spend(count)?;
        owned((start..end).map(Value::Integer).collect::<Vec<_>>())
    }

    pub(super) fn each(
        &self,
        fold: Fold,
        list: &'s Node,
        level: usize,
        body: &'s Node,
    ) -> Evaluated<'s> {
        let list = self.value(list)?;
        let rows = items(&list)?;
        let holds = |value| self.within(value, level, |scope| scope.holds(body));
        match fold {
            Fold::Any => {
                for value in rows {
                    if holds(value)? {
                        return owned(true);
                    }
                }
                owned(false)
            }
            Fold::All => {
                for value in rows {
                    if !holds(value)? {
                        return owned(false);
                    }
                }
                owned(true)
            }
            Fold::Count => {
                let mut count = 0_i64;
                for value in rows {
                    count += i64::from(holds(value)?);
                }
                owned(count)
            }
            Fold::Filter => {
                let mut kept = Vec::new();
                for value in rows {
                    if holds(value)? {
                        kept.push(self.own(Cow::Borrowed(value))?);
                    }
                }
                owned(kept)
            }
            Fold::Sum | Fold::Min | Fold::Max | Fold::Map | Fold::Sort => {
                let mut values = Vec::with_capacity(rows.len());
                for value in rows {
                    values.push(self.within(value, level, |scope| scope.kept(body))?);
                }
                match fold {
                    Fold::Sum => self.sum(&values),
                    Fold::Min => best(Extreme::Least, values),
                    Fold::Max => best(Extreme::Greatest, values),
                    Fold::Sort => self.sorted(rows, values),
                    Fold::Any | Fold::All | Fold::Count | Fold::Filter | Fold::Map => owned(values),
                }
            }
        }
    }

    /// Asks something of one row.
    fn within<T>(
        &self,
        value: &Value,
        level: usize,
        ask: impl FnOnce(&Scope<'_>) -> Result<T, EvaluationFault>,
    ) -> Result<T, EvaluationFault> {
        let row = Row { value, level, outer: self.row };
        ask(&Scope { world: self.world, row: Some(&row), fuel: self.fuel })
    }

    fn sum(&self, values: &[Value]) -> Evaluated<'s> {
        let mut sum = Value::Integer(0);
        for value in values {
            sum = numbers::arithmetic(Operator::Add, &sum, value)?;
        }
        owned(sum)
    }

    /// The rows in order of their keys; equal ones stay in their order.
    fn sorted(&self, rows: &[Value], keys: Vec<Value>) -> Evaluated<'s> {
        let count = rows.len();
        let comparisons = count * usize::try_from(count.max(1).ilog2() + 1).unwrap_or(1);
        self.spend(comparisons)?;
        // Keys of one kind only, so that no comparison can fail while sorting.
        for key in &keys {
            order(key, keys.first().unwrap_or(key))?;
        }
        let mut keyed: Vec<(Value, &Value)> = keys.into_iter().zip(rows).collect();
        keyed.sort_by(|(left, _), (right, _)| order(left, right).unwrap_or(Ordering::Equal));
        let mut sorted = Vec::with_capacity(count);
        for (_, row) in keyed {
            sorted.push(self.own(Cow::Borrowed(row))?);
        }
        owned(sorted)
    }
}

/// The items of a list.
pub(super) fn items(list: &Value) -> Result<&[Value], EvaluationFault> {
    list.as_list().ok_or_else(|| mismatch("列表", list))
}

pub(super) fn owned_items(list: Value) -> Result<Vec<Value>, EvaluationFault> {
    match list {
        Value::List(items) => Ok(items),
        list => Err(mismatch("列表", &list)),
    }
}

/// An item, borrowed if the list is; none outside.
fn nth(list: Cow<'_, Value>, index: usize) -> Cow<'_, Value> {
    match list {
        Cow::Borrowed(list) => {
            let item = list.as_list().and_then(|items| items.get(index));
            Cow::Borrowed(item.unwrap_or(Value::NONE))
        }
        Cow::Owned(Value::List(mut items)) if index < items.len() => {
            Cow::Owned(items.swap_remove(index))
        }
        Cow::Owned(_) => Cow::Borrowed(Value::NONE),
    }
}

pub(super) fn is_better(
    extreme: Extreme,
    value: &Value,
    best: &Value,
) -> Result<bool, EvaluationFault> {
    let wanted = match extreme {
        Extreme::Least => Ordering::Less,
        Extreme::Greatest => Ordering::Greater,
    };
    Ok(order(value, best)? == wanted)
}

fn best<'s>(extreme: Extreme, values: Vec<Value>) -> Evaluated<'s> {
    let mut best: Option<Value> = None;
    for value in values {
        if best.as_ref().map_or(Ok(true), |best| is_better(extreme, &value, best))? {
            best = Some(value);
        }
    }
    owned(best)
}
