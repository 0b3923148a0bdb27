//! Functions of text. Positions count characters, not bytes.

use rust_decimal::Decimal;

use super::{Evaluated, calls::Arguments, lists, owned, text};
use crate::expression::{EvaluationFault, Value};

/// A value as people read it; a decimal with all of its places.
pub(super) fn displayed<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let value = given.value(0)?;
    given.scope.spend_on_copy(&value)?;
    if let Value::Decimal(number) = &*value {
        return owned(number.to_string());
    }
    owned(value.display())
}

pub(super) fn join<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let list = given.value(0)?;
    let separator = given.text(1)?;
    let items = lists::items(&list)?;
    given.scope.spend(items.len())?;
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            given.scope.spend_on_text(&separator)?;
            joined.push_str(&separator);
        }
        let item = text(item)?;
        given.scope.spend_on_text(item)?;
        joined.push_str(item);
    }
    owned(joined)
}

/// The text with every occurrence of one text replaced by another.
pub(super) fn replace<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (subject, old, new) = (given.text(0)?, given.text(1)?, given.text(2)?);
    if old.is_empty() {
        return owned(subject.into_owned());
    }
    given.scope.spend(subject.matches(&*old).count().saturating_mul(new.len() / 32 + 1))?;
    owned(subject.replace(&*old, &new))
}

/// The parts of a text between separators, trimmed; an empty text has none.
pub(super) fn split<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (subject, separator) = (given.text(0)?, given.text(1)?);
    if separator.is_empty() || subject.trim().is_empty() {
        let whole: Vec<Value> =
            Some(subject.trim()).filter(|it| !it.is_empty()).map(Value::from).into_iter().collect();
        return owned(whole);
    }
    given.scope.spend(subject.matches(&*separator).count())?;
    owned(subject.split(&*separator).map(|part| Value::from(part.trim())).collect::<Vec<_>>())
}

/// The characters from one position up to another (or the end); positions outside are the ends.
pub(super) fn slice<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let subject = given.text(0)?;
    let position = |index| -> Result<usize, EvaluationFault> {
        Ok(usize::try_from(given.integer(index)?).unwrap_or(0))
    };
    let start = position(1)?;
    let end = if given.count() > 2 { position(2)? } else { usize::MAX };
    owned(subject.chars().skip(start).take(end.saturating_sub(start)).collect::<String>())
}

/// The check character of a number: the symbol at (Σ character × weight) mod `modulus`. Letters
/// count from A = 10; none if a character counts nothing or the text is too short.
pub(super) fn checksum<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let subject = given.text(0)?;
    let weights = given.value(1)?;
    let weights = lists::items(&weights)?;
    let modulus = given.integer(2)?;
    let symbols = given.value(3)?;
    if modulus <= 0 {
        return Err(EvaluationFault::DivisionByZero);
    }
    given.scope.spend(weights.len())?;
    let mut sum: i64 = 0;
    let mut characters = subject.chars();
    for weight in weights {
        let Some(worth) = characters.next().and_then(|character| character.to_digit(36)) else {
            return owned(Value::None);
        };
        let weight = weight.as_integer().unwrap_or_default().rem_euclid(modulus);
        let product = weight.checked_mul(i64::from(worth)).ok_or(EvaluationFault::Range)?;
        sum = sum.checked_add(product).ok_or(EvaluationFault::Range)?;
    }
    let place = usize::try_from(sum.rem_euclid(modulus)).unwrap_or(usize::MAX);
    let symbol = match symbols.as_text() {
        Some(symbols) => symbols.chars().nth(place).map(|symbol| Value::Text(symbol.to_string())),
        None => lists::items(&symbols)?.get(place).cloned(),
    };
    owned(symbol.unwrap_or_default())
}

/// Every text of a list.
pub(super) fn all(list: &Value) -> Result<Vec<String>, EvaluationFault> {
    lists::items(list)?.iter().map(|item| text(item).map(str::to_owned)).collect()
}

pub(super) fn integer_of(text: &str) -> Option<i64> {
    written_number(text)?.parse().ok()
}

pub(super) fn number_of(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(written_number(text)?).ok()
}

/// Digits with at most a sign and a point, as people write numbers.
fn written_number(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_written = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.ends_with(|last: char| last.is_ascii_digit())
        && digits.chars().all(|character| character.is_ascii_digit() || character == '.');
    is_written.then_some(text)
}
