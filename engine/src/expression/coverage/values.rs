//! The values of a name that conditions tell apart: one of each kind is enough to be tried.

use jiff::ToSpan;
use rust_decimal::Decimal;

use crate::expression::{Names, Type, Value};

pub(super) fn type_of(path: &[String], names: &Names<'_>) -> Option<Type> {
    let (root, fields) = path.split_first()?;
    let mut kind = names.get(root)?.clone();
    let mut may_miss = false;
    for field in fields {
        may_miss |= kind.is_optional();
        let record = kind.present().fields();
        kind = match record {
            Some(record) => record.fields.get(field)?.clone(),
            None => return None,
        };
    }
    Some(if may_miss { kind.optional() } else { kind })
}

/// One value of each kind that these literals tell apart.
pub(super) fn representatives(kind: Type, mut literals: Vec<Value>) -> Option<Vec<Value>> {
    let is_optional = kind.is_optional();
    literals.dedup_by(|left, right| left.equals(right));
    let mut values = match kind.present() {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Choice(options) if !options.is_empty() => {
            options.iter().map(|option| Value::from(option.as_str())).collect()
        }
        Type::Text | Type::Choice(_) | Type::Reference(_) => {
            let mut texts = literals;
            let longest = texts.iter().filter_map(Value::as_text).map(str::len).max().unwrap_or(0);
            texts.push(Value::Text(String::new()));
            texts.push(Value::Text("…".repeat(longest + 1)));
            texts
        }
        Type::Integer => numbers(&literals, true)?,
        Type::Decimal => numbers(&literals, false)?,
        Type::Date => dates(&literals)?,
        Type::Moment
        | Type::Span
        | Type::File
        | Type::Record(_)
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Never => return None,
    };
    if is_optional {
        values.push(Value::None);
    }
    Some(values)
}

/// Each literal, and one number between it and the next, below and above all.
fn numbers(literals: &[Value], are_whole: bool) -> Option<Vec<Value>> {
    let mut points = literals.iter().map(Value::as_decimal).collect::<Option<Vec<_>>>()?;
    points.sort_unstable();
    points.dedup();
    let mut tried: Vec<Decimal> = Vec::new();
    match (points.first(), points.last()) {
        (Some(first), Some(last)) => {
            tried.push(first.checked_sub(Decimal::ONE)?);
            tried.push(last.checked_add(Decimal::ONE)?);
        }
        _ => tried.push(Decimal::ZERO),
    }
    for pair in points.windows(2) {
        tried.push(pair[0].checked_add(pair[1])?.checked_div(Decimal::TWO)?);
    }
    tried.extend(&points);
    if are_whole {
        let around = tried.iter().flat_map(|number| [number.floor(), number.ceil()]);
        let mut whole: Vec<Decimal> = around.collect();
        whole.sort_unstable();
        whole.dedup();
        return whole.into_iter().map(|it| i64::try_from(it).ok().map(Value::Integer)).collect();
    }
    Some(tried.into_iter().map(|number| Value::Decimal(number.normalize())).collect())
}

fn dates(literals: &[Value]) -> Option<Vec<Value>> {
    let mut tried = Vec::new();
    for literal in literals {
        let date = literal.as_date()?;
        for days in [-1, 0, 1] {
            tried.push(Value::Date(date.checked_add(days.days()).ok()?));
        }
    }
    if tried.is_empty() {
        tried.push(Value::Date(jiff::civil::Date::constant(2026, 1, 1)));
    }
    Some(tried)
}
