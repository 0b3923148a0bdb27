//! Days: reading them, reckoning with them, and counting months that periods cover.

use jiff::{Span as Length, civil::Date};

use super::{Evaluated, calls::Arguments, lists, mismatch, owned, text};
use crate::{
    calendar::{Moment, Span, SpanUnit, clock_time},
    expression::{EvaluationFault, Value},
};

/// A minute and an hour in milliseconds.
pub(super) const MINUTE: i64 = 60 * 1000;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Days counted per step of fuel.
const DAYS_PER_STEP: i64 = 4;

/// The day of an instant, or the one a text says.
pub(super) fn date<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let value = given.value(0)?;
    match value.as_moment() {
        Some(moment) => owned(moment.date()),
        None => owned(date_of(text(&value)?)),
    }
}

/// The date after so much time.
pub(super) fn later<'s>(
    given: &Arguments<'_, 's>,
    length: impl FnOnce(i64) -> Result<Length, jiff::Error>,
) -> Evaluated<'s> {
    let date = given.date(0)?;
    let length = length(given.integer(1)?).map_err(|_| EvaluationFault::Range)?;
    owned(date.checked_add(length).map_err(|_| EvaluationFault::Range)?)
}

/// The working day so many after a date, or before it.
pub(super) fn working_days_later<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (date, count) = (given.date(0)?, given.integer(1)?);
    let days = usize::try_from(count.unsigned_abs()).map_err(|_| EvaluationFault::Range)?;
    given.scope.spend(days)?;
    let calendar = given.scope.world.calendar();
    let span = Span { count: count.saturating_abs(), unit: SpanUnit::WorkingDays, at: None };
    let start = Moment::from_date(date);
    owned(match count {
        0 => date,
        1.. => calendar.end_of_span(start, span).last_date(),
        // The first instant of a day is the last of the day before.
        _ => calendar.before(start.plus(1), span).date(),
    })
}

/// The instant so many units after another, or before it.
pub(super) fn moment_later<'s>(given: &Arguments<'_, 's>, unit: i64) -> Evaluated<'s> {
    let value = given.value(0)?;
    let start = value.as_moment().ok_or_else(|| mismatch("时刻", &value))?;
    let length = given.integer(1)?.checked_mul(unit).ok_or(EvaluationFault::Range)?;
    owned(Moment(start.0.checked_add(length).ok_or(EvaluationFault::Range)?))
}

/// The instant on a day at a time that a text says, such as `18:00`.
pub(super) fn at_time<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (date, text) = (given.date(0)?, given.text(1)?);
    let minutes = clock_time(&text).ok_or(EvaluationFault::ClockTime)?;
    owned(Moment::from_date(date).plus(i64::from(minutes) * MINUTE))
}

pub(super) fn working_days<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let (start, end) = (given.date(0)?, given.date(1)?);
    let days = days_between(start, end)?.abs() / DAYS_PER_STEP;
    given.scope.spend(usize::try_from(days).map_err(|_| EvaluationFault::Range)?)?;
    owned(given.scope.world.calendar().working_days_between(start, end))
}

/// The different months touched by periods, first and last included. A period without an end runs
/// until today; one without a beginning touches nothing.
pub(super) fn union_months<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let periods = given.value(0)?;
    let periods = lists::items(&periods)?;
    given.scope.spend(periods.len())?;
    let this_month = month_number(given.scope.world.now().date());
    let month =
        |period: &Value, field| period.get(field).and_then(Value::as_date).map(month_number);
    let mut runs: Vec<(i64, i64)> = periods
        .iter()
        .filter_map(|period| {
            let end = month(period, "to").unwrap_or(this_month);
            month(period, "from").map(|start| (start, end))
        })
        .collect();
    runs.sort_unstable();
    let mut covered = 0;
    let mut last = i64::MIN;
    for (start, end) in runs {
        covered += (end - start.max(last.saturating_add(1)) + 1).max(0);
        last = last.max(end);
    }
    owned(covered)
}

/// Whole hours from one instant to another; negative the other way.
pub(super) fn hours_between<'s>(given: &Arguments<'_, 's>) -> Evaluated<'s> {
    let instant = |index| {
        let value = given.value(index)?;
        value.as_moment().ok_or_else(|| mismatch("时刻", &value))
    };
    let (start, end) = (instant(0)?, instant(1)?);
    owned(end.0.saturating_sub(start.0) / HOUR)
}

fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month())
}

/// The anniversary counts; 29 February completes on 1 March of a common year.
pub(super) fn whole_years(start: Date, end: Date) -> i64 {
    let is_short = (end.month(), end.day()) < (start.month(), start.day());
    i64::from(end.year()) - i64::from(start.year()) - i64::from(is_short)
}

pub(super) fn days_between(start: Date, end: Date) -> Result<i64, EvaluationFault> {
    let length = start.until(end).map_err(|_| EvaluationFault::Range)?;
    Ok(i64::from(length.get_days()))
}

/// A day written `2026-11-25` or `20261125`, or a month `2026-11`, which is its first day.
pub(in crate::expression) fn date_of(text: &str) -> Option<Date> {
    let text = text.trim();
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = match text.len() {
        8 if is_digits(text) => vec![&text[..4], &text[4..6], &text[6..]],
        7 | 10 => text.split('-').collect(),
        _ => return None,
    };
    let (year, month, day) = match parts[..] {
        [year, month] => (year, month, "01"),
        [year, month, day] => (year, month, day),
        _ => return None,
    };
    let is_written = year.len() == 4 && month.len() == 2 && day.len() == 2;
    if !is_written || ![year, month, day].into_iter().all(is_digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
