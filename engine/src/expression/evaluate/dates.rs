//! Days: reading them, reckoning with them, and counting months that periods cover.

use jiff::{Span as Length, civil::Date};

use super::{Evaluated, Function, Scope, lists, mismatch, owned};
use crate::expression::{EvaluationFault, Value, plan::Node};

/// Days counted per step of fuel.
const DAYS_PER_STEP: i64 = 4;

impl<'s> Scope<'s> {
    pub(super) fn date_call(&self, function: Function, arguments: &'s [Node]) -> Evaluated<'s> {
        match function {
            Function::IsDate => {
                let text = self.text_argument(arguments, 0)?;
                return owned(date_of(&text).is_some());
            }
            Function::Date => {
                let value = self.value(self.argument(arguments, 0)?)?;
                return match value.as_moment() {
                    Some(moment) => owned(moment.date()),
                    None => owned(date_of(super::text(&value)?)),
                };
            }
            Function::UnionMonths => {
                let periods = self.value(self.argument(arguments, 0)?)?;
                return owned(self.union_months(lists::items(&periods)?)?);
            }
            _ => {}
        }
        let date = self.date_argument(arguments, 0)?;
        match function {
            Function::Year => owned(i64::from(date.year())),
            Function::Month => owned(i64::from(date.month())),
            Function::Day => owned(i64::from(date.day())),
            Function::AddDays | Function::AddMonths | Function::AddYears => {
                let count = self.integer_argument(arguments, 1)?;
                owned(later(function, date, count).ok_or(EvaluationFault::Range)?)
            }
            Function::WholeYears => owned(whole_years(date, self.date_argument(arguments, 1)?)),
            Function::DaysBetween => owned(days_between(date, self.date_argument(arguments, 1)?)?),
            _ => {
                let end = self.date_argument(arguments, 1)?;
                let days = days_between(date, end)?.abs() / DAYS_PER_STEP;
                self.spend(usize::try_from(days).map_err(|_| EvaluationFault::Range)?)?;
                owned(self.world.calendar().working_days_between(date, end))
            }
        }
    }

    fn date_argument(&self, arguments: &'s [Node], index: usize) -> Result<Date, EvaluationFault> {
        let value = self.value(self.argument(arguments, index)?)?;
        value.as_date().ok_or_else(|| mismatch("日期", &value))
    }

    /// The different months touched by periods, first and last included. A period without an end
    /// runs until today; one without a beginning touches nothing.
    fn union_months(&self, periods: &[Value]) -> Result<i64, EvaluationFault> {
        self.spend(periods.len())?;
        let this_month = month_number(self.world.now().date());
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
        Ok(covered)
    }
}

fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month())
}

fn later(function: Function, date: Date, count: i64) -> Option<Date> {
    let length = match function {
        Function::AddMonths => Length::new().try_months(count),
        Function::AddYears => Length::new().try_years(count),
        _ => Length::new().try_days(count),
    };
    date.checked_add(length.ok()?).ok()
}

/// The anniversary counts; 29 February completes on 1 March of a common year.
fn whole_years(start: Date, end: Date) -> i64 {
    let is_short = (end.month(), end.day()) < (start.month(), start.day());
    i64::from(end.year()) - i64::from(start.year()) - i64::from(is_short)
}

fn days_between(start: Date, end: Date) -> Result<i64, EvaluationFault> {
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
