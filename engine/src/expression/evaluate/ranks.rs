//! Ranking: the rows of a list in order of several keys, and how many places reach.

use std::{borrow::Cow, cmp::Ordering};

use super::{Evaluated, Scope, lists::items, order, owned};
use crate::expression::{EvaluationFault, Value, plan::Node};

impl<'s> Scope<'s> {
    /// Who gets one of the places (`in`), who is tied at the last of them and more than there are
    /// places left (`tied`), who gets none (`out`).
    pub(super) fn rank(
        &self,
        list: &'s Node,
        places: &'s Node,
        level: usize,
        keys: &'s [Node],
    ) -> Evaluated<'s> {
        let list = self.value(list)?;
        let rows = items(&list)?;
        let places = self.value(places)?.as_integer().unwrap_or_default();
        let places = usize::try_from(places).unwrap_or(0).min(rows.len());
        let columns: Result<Vec<_>, _> =
            keys.iter().map(|key| comparable(self.asked(rows, level, key)?)).collect();
        let columns = columns?;
        let depth = usize::try_from(rows.len().max(1).ilog2() + 1).unwrap_or(1);
        self.spend(rows.len() * depth * keys.len())?;
        let mut ranked: Vec<usize> = (0..rows.len()).collect();
        ranked.sort_by(|left, right| compare(&columns, *left, *right));
        let (first, last) = boundary(&columns, &ranked, places);
        let part = |part: &[usize]| -> Result<Value, EvaluationFault> {
            let kept = part.iter().map(|row| self.own(Cow::Borrowed(&rows[*row])));
            Ok(Value::List(kept.collect::<Result<_, _>>()?))
        };
        let parts = [
            ("in".to_owned(), part(&ranked[..first])?),
            ("tied".to_owned(), part(&ranked[first..last])?),
            ("out".to_owned(), part(&ranked[last..])?),
        ];
        owned(Value::Map(parts.into()))
    }
}

/// Keys of one kind only, so that no comparison can fail while sorting.
fn comparable(keys: Vec<Value>) -> Result<Vec<Value>, EvaluationFault> {
    for key in &keys {
        order(key, keys.first().unwrap_or(key))?;
    }
    Ok(keys)
}

/// The greater key first; the next key decides between equal ones.
fn compare(columns: &[Vec<Value>], left: usize, right: usize) -> Ordering {
    let orders = columns.iter().map(|column| order(&column[right], &column[left]));
    let mut orders = orders.map(|order| order.unwrap_or(Ordering::Equal));
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Where those with a place end, and where those end who are tied for the last places.
fn boundary(columns: &[Vec<Value>], ranked: &[usize], places: usize) -> (usize, usize) {
    if places == 0 || places == ranked.len() {
        return (places, places);
    }
    let is_last = |row: &usize| compare(columns, *row, ranked[places - 1]).is_eq();
    if !is_last(&ranked[places]) {
        return (places, places);
    }
    let first = ranked.iter().position(is_last).unwrap_or(places);
    let last = ranked.iter().rposition(is_last).unwrap_or(places);
    (first, last + 1)
}
