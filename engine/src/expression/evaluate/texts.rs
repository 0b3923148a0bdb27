//! Functions of text. Positions count characters, not bytes.

use rust_decimal::Decimal;

use super::{Evaluated, Function, Scope, as_integer, lists, owned, text};
use crate::expression::{EvaluationFault, Value, plan::Node};

impl<'s> Scope<'s> {
    pub(super) fn text_call(&self, function: Function, arguments: &'s [Node]) -> Evaluated<'s> {
        match function {
            Function::Text => {
                let value = self.value(self.argument(arguments, 0)?)?;
                self.spend_on_copy(&value)?;
                return owned(value.display());
            }
            Function::Join => return self.join(arguments),
            _ => {}
        }
        let subject = self.text_argument(arguments, 0)?;
        self.spend_on_text(&subject)?;
        match function {
            Function::Length => owned(as_integer(subject.chars().count())?),
            Function::Slice => self.slice(&subject, arguments),
            Function::Trim => owned(subject.trim()),
            Function::Upper => owned(subject.to_uppercase()),
            Function::Lower => owned(subject.to_lowercase()),
            Function::StartsWith => owned(subject.starts_with(&*self.text_argument(arguments, 1)?)),
            Function::EndsWith => owned(subject.ends_with(&*self.text_argument(arguments, 1)?)),
            Function::Contains => owned(subject.contains(&*self.text_argument(arguments, 1)?)),
            Function::Integer => owned(number_of::<i64>(&subject)),
            Function::Number => {
                let digits = plain_number(&subject);
                owned(digits.and_then(|digits| Decimal::from_str_exact(digits).ok()))
            }
            _ => self.checksum(&subject, arguments),
        }
    }

    fn join(&self, arguments: &'s [Node]) -> Evaluated<'s> {
        let list = self.value(self.argument(arguments, 0)?)?;
        let separator = self.text_argument(arguments, 1)?;
        let items = lists::items(&list)?;
        self.spend(items.len())?;
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.spend_on_text(&separator)?;
                joined.push_str(&separator);
            }
            let item = text(item)?;
            self.spend_on_text(item)?;
            joined.push_str(item);
        }
        owned(joined)
    }

    /// The characters from one position up to another (or the end); positions outside are the ends.
    fn slice(&self, subject: &str, arguments: &'s [Node]) -> Evaluated<'s> {
        let position = |index| -> Result<usize, EvaluationFault> {
            Ok(usize::try_from(self.integer_argument(arguments, index)?).unwrap_or(0))
        };
        let start = position(1)?;
        let end = if arguments.len() > 2 { position(2)? } else { usize::MAX };
        owned(subject.chars().skip(start).take(end.saturating_sub(start)).collect::<String>())
    }

    /// The check character of a number: the symbol at (Σ character × weight) mod `modulus`. Letters
    /// count from A = 10; none if a character counts nothing or the text is too short.
    fn checksum(&self, subject: &str, arguments: &'s [Node]) -> Evaluated<'s> {
        let weights = self.value(self.argument(arguments, 1)?)?;
        let weights = lists::items(&weights)?;
        let modulus = self.integer_argument(arguments, 2)?;
        let symbols = self.value(self.argument(arguments, 3)?)?;
        if modulus <= 0 {
            return Err(EvaluationFault::DivisionByZero);
        }
        self.spend(weights.len())?;
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
        let symbol = match &*symbols {
            Value::Text(symbols) => {
                symbols.chars().nth(place).map(|symbol| Value::Text(symbol.to_string()))
            }
            symbols => lists::items(symbols)?.get(place).cloned(),
        };
        owned(symbol.unwrap_or_default())
    }
}

/// Every text of a list.
pub(super) fn all(list: &Value) -> Result<Vec<String>, EvaluationFault> {
    lists::items(list)?.iter().map(|item| text(item).map(str::to_owned)).collect()
}

/// Digits with at most a sign and a point, as people write numbers.
fn plain_number(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.ends_with(|last: char| last.is_ascii_digit())
        && digits.chars().all(|character| character.is_ascii_digit() || character == '.');
    is_plain.then_some(text)
}

fn number_of<T: std::str::FromStr>(text: &str) -> Option<T> {
    plain_number(text)?.parse().ok()
}
