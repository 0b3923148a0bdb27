//! Lists: functions of them, and what is asked of each of their rows.

use std::{borrow::Cow, cmp::Ordering};

use super::{
    Evaluated, Extreme, Row, Scope, as_integer, calls::Arguments, mismatch, numbers, order, owned,
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

    /// The items from `start` on, at most `count`.
    pub(super) fn part(&self, list: &Value, start: usize, count: usize) -> Evaluated<'s> {
        let mut part = Vec::new();
        for item in items(list)?.iter().skip(start).take(count) {
            self.spend(1)?;
            self.spend_on_copy(item)?;
            part.push(item.clone());
        }
        owned(part)
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
            Fold::Map => owned(self.asked(rows, level, body)?),
            Fold::Sum => sum(&self.asked(rows, level, body)?),
            Fold::Min => best(Extreme::Least, self.asked(rows, level, body)?),
            Fold::Max => best(Extreme::Greatest, self.asked(rows, level, body)?),
            Fold::Sort => self.sorted(rows, self.asked(rows, level, body)?),
        }
    }

    /// What the body says of each row.
    pub(super) fn asked(
        &self,
        rows: &[Value],
        level: usize,
        body: &'s Node,
    ) -> Result<Vec<Value>, EvaluationFault> {
        rows.iter().map(|value| self.within(value, level, |scope| scope.kept(body))).collect()
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

pub(super) fn first<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    if given.count() == 1 {
        return Ok(nth(list, 0));
    }
    let count = usize::try_from(given.integer(1)?).unwrap_or(0);
    given.scope.part(&list, 0, count)
}

/// The last item, or so many of the last in their order.
pub(super) fn last<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    let length = items(&list)?.len();
    if given.count() == 1 {
        return Ok(length
            .checked_sub(1)
            .map_or(Cow::Borrowed(Value::NONE), |last| nth(list, last)));
    }
    let count = usize::try_from(given.integer(1)?).unwrap_or(0);
    given.scope.part(&list, length.saturating_sub(count), count)
}

/// The list without so many items at either end.
pub(super) fn middle<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    let cut = usize::try_from(given.integer(1)?).unwrap_or(0);
    let length = items(&list)?.len();
    given.scope.part(&list, cut, length.saturating_sub(cut.saturating_mul(2)))
}

pub(super) fn reverse<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    given.scope.spend_on_copy(&list)?;
    owned(items(&list)?.iter().rev().cloned().collect::<Vec<_>>())
}

/// Each item once, where it stands first.
pub(super) fn distinct<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    let mut once: Vec<Value> = Vec::new();
    for item in items(&list)? {
        given.scope.spend(once.len() + 1)?;
        if !once.iter().any(|other| other.equals(item)) {
            given.scope.spend_on_copy(item)?;
            once.push(item.clone());
        }
    }
    owned(once)
}

pub(super) fn position<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (list, item) = (given.value(0)?, given.value(1)?);
    let position = given.scope.position(items(&list)?, &item)?;
    owned(position.map(as_integer).transpose()?)
}

pub(super) fn range<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let first = given.integer(0)?;
    let (start, end) = if given.count() == 1 { (0, first) } else { (first, given.integer(1)?) };
    given.scope.spend(usize::try_from(end.saturating_sub(start)).unwrap_or(0))?;
    owned((start..end).map(Value::Integer).collect::<Vec<_>>())
}

pub(super) fn flatten<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let lists = given.value(0)?;
    let mut all = Vec::new();
    for inner in items(&lists)? {
        given.scope.spend_on_copy(inner)?;
        all.extend_from_slice(items(inner)?);
    }
    owned(all)
}

/// The rows `{key, value}` of a map.
pub(super) fn entries<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let map = given.value(0)?;
    given.scope.spend_on_copy(&map)?;
    let map = map.as_map().ok_or_else(|| mismatch("映射", &map))?;
    let entry = |(key, value): (&String, &Value)| {
        let fields = [("key", Value::from(key.as_str())), ("value", value.clone())];
        Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    owned(map.iter().map(entry).collect::<Vec<_>>())
}

/// The value of a key of a map, or the row of that id.
pub(super) fn lookup<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (table, key) = (given.value(0)?, given.text(1)?);
    if table.as_map().is_some() {
        return Ok(Value::at_cow(table, &[key.into_owned()]));
    }
    let rows = items(&table)?;
    let is_meant = |row: &Value| row.get("id").and_then(Value::as_text) == Some(&*key);
    let position = rows.iter().position(is_meant);
    given.scope.spend(position.unwrap_or(rows.len()))?;
    Ok(position.map_or(Cow::Borrowed(Value::NONE), |position| nth(table, position)))
}

fn sum<'s>(values: &[Value]) -> Evaluated<'s> {
    let mut sum = Value::Integer(0);
    for value in values {
        sum = numbers::arithmetic(Operator::Add, &sum, value)?;
    }
    owned(sum)
}

/// The items of a list.
pub(super) fn items(list: &Value) -> Result<&[Value], EvaluationFault> {
    list.as_list().ok_or_else(|| mismatch("列表", list))
}

pub(super) fn owned_items(list: Value) -> Result<Vec<Value>, EvaluationFault> {
    if let Value::List(items) = list { Ok(items) } else { Err(mismatch("列表", &list)) }
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
