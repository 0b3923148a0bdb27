//! Exact arithmetic: whole numbers stay whole, decimals keep up to 28 digits, and nothing wraps.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Evaluated, Operator, calls::Arguments, mismatch, owned};
use crate::expression::{EvaluationFault, Value, with_places};

/// Places of a quotient.
const QUOTIENT_PLACES: u32 = 12;

/// To so many places; to a whole number without them.
pub(super) fn round<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let number = decimal(&*given.value(0)?)?;
    if given.count() == 1 {
        let whole = i64::try_from(rounded(number, 0)).map_err(|_| EvaluationFault::Range)?;
        return owned(whole);
    }
    let places = u32::try_from(given.integer(1)?).ok();
    let places = places.filter(|places| *places <= Decimal::MAX_SCALE);
    let places = places.ok_or(EvaluationFault::Range)?;
    owned(with_places(rounded(number, places), places))
}

pub(super) fn absolute(value: &Value) -> Result<Value, EvaluationFault> {
    match value.as_integer() {
        Some(number) => number.checked_abs().map(Value::Integer).ok_or(EvaluationFault::Range),
        None => decimal(value).map(|number| Value::Decimal(number.abs())),
    }
}

/// The whole number that `of` makes of it.
pub(super) fn whole<'s>(value: &Value, of: fn(&Decimal) -> Decimal) -> Evaluated<'s> {
    owned(i64::try_from(of(&decimal(value)?)).map_err(|_| EvaluationFault::Range)?)
}

/// The mean of some numbers, as `/` divides; none of nothing.
pub(super) fn mean<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let numbers = decimals(given)?;
    let Ok(count) = i64::try_from(numbers.len()) else { return Err(EvaluationFault::Range) };
    if count == 0 {
        return owned(Value::None);
    }
    let mut sum = Decimal::ZERO;
    for number in numbers {
        sum = of_decimals(Operator::Add, sum, number)?;
    }
    of_decimals(Operator::Divide, sum, Decimal::from(count)).and_then(owned_decimal)
}

/// The number in the middle, or the mean of the two there; none of nothing.
pub(super) fn median<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let mut numbers = decimals(given)?;
    numbers.sort_unstable();
    let half = numbers.len() / 2;
    match (numbers.len() % 2, numbers.get(half)) {
        (_, None) => owned(Value::None),
        (1, Some(middle)) => owned_decimal(*middle),
        (_, Some(upper)) => {
            let sum = of_decimals(Operator::Add, numbers[half - 1], *upper)?;
            of_decimals(Operator::Divide, sum, Decimal::TWO).and_then(owned_decimal)
        }
    }
}

fn decimals(given: &Arguments<'_, '_>) -> Result<Vec<Decimal>, EvaluationFault> {
    let list = given.value(0)?;
    let items = super::lists::items(&list)?;
    given.scope.spend(items.len())?;
    items.iter().map(decimal).collect()
}

fn owned_decimal<'s>(number: Decimal) -> Evaluated<'s> {
    owned(Value::Decimal(number))
}

/// Whether it is a number without a fraction.
pub(super) fn is_whole(value: &Value) -> bool {
    value.as_decimal().is_some_and(|number| number.fract().is_zero())
}

/// Half up, as marks are rounded: 四舍五入.
fn rounded(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

fn decimal(value: &Value) -> Result<Decimal, EvaluationFault> {
    value.as_decimal().ok_or_else(|| mismatch("数", value))
}

pub(super) fn negated(value: &Value) -> Result<Value, EvaluationFault> {
    match value.as_integer() {
        Some(number) => number.checked_neg().map(Value::Integer).ok_or(EvaluationFault::Range),
        None => decimal(value).map(|number| Value::Decimal(-number)),
    }
}

pub(super) fn arithmetic(
    operator: Operator,
    left: &Value,
    right: &Value,
) -> Result<Value, EvaluationFault> {
    if let (Value::Integer(left), Value::Integer(right)) = (left, right)
        && operator != Operator::Divide
    {
        return of_integers(operator, *left, *right).map(Value::Integer);
    }
    of_decimals(operator, decimal(left)?, decimal(right)?).map(Value::Decimal)
}

fn of_integers(operator: Operator, left: i64, right: i64) -> Result<i64, EvaluationFault> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide | Operator::Remainder if right == 0 => {
            return Err(EvaluationFault::DivisionByZero);
        }
        Operator::Divide => left.checked_div(right),
        // The remainder has the sign of the divisor.
        Operator::Remainder => left
            .checked_rem(right)
            .map(|rest| if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }),
    };
    result.ok_or(EvaluationFault::Range)
}

fn of_decimals(
    operator: Operator,
    left: Decimal,
    right: Decimal,
) -> Result<Decimal, EvaluationFault> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right).map(|product| {
            // The places that a product needs, and no fewer than its factors have.
            with_places(product.normalize(), left.scale().max(right.scale()))
        }),
        Operator::Divide | Operator::Remainder if right.is_zero() => {
            return Err(EvaluationFault::DivisionByZero);
        }
        Operator::Divide => quotient(left, right),
        Operator::Remainder => left.checked_rem(right).and_then(|rest| {
            let is_other_side =
                !rest.is_zero() && rest.is_sign_negative() != right.is_sign_negative();
            if is_other_side { rest.checked_add(right) } else { Some(rest) }
        }),
    };
    result.ok_or(EvaluationFault::Range)
}

/// Twelve places, half even, rounded once: by long division where the numbers allow it.
fn quotient(left: Decimal, right: Decimal) -> Option<Decimal> {
    exact_quotient(left, right).or_else(|| {
        let quotient = left.checked_div(right)?;
        let strategy = RoundingStrategy::MidpointNearestEven;
        Some(quotient.round_dp_with_strategy(QUOTIENT_PLACES, strategy).normalize())
    })
}

fn exact_quotient(left: Decimal, right: Decimal) -> Option<Decimal> {
    let scale = left.scale().max(right.scale());
    let aligned = |number: Decimal| {
        let factor = 10_u128.checked_pow(scale - number.scale())?;
        number.mantissa().unsigned_abs().checked_mul(factor)
    };
    let (dividend, divisor) = (aligned(left)?, aligned(right)?);
    let mut digits = dividend / divisor;
    let mut rest = dividend % divisor;
    for _ in 0..QUOTIENT_PLACES {
        let next = rest.checked_mul(10)?;
        digits = digits.checked_mul(10)?.checked_add(next / divisor)?;
        rest = next % divisor;
    }
    let is_up = match (rest.checked_mul(2)?).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => digits % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    let magnitude = i128::try_from(digits.checked_add(u128::from(is_up))?).ok()?;
    let is_negative = left.is_sign_negative() != right.is_sign_negative();
    let signed = if is_negative { -magnitude } else { magnitude };
    Some(Decimal::try_from_i128_with_scale(signed, QUOTIENT_PLACES).ok()?.normalize())
}
