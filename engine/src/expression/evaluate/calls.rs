//! Calls of functions of values: which function does what with its arguments.

use std::borrow::Cow;

use jiff::{Span as Length, civil::Date};
use rust_decimal::Decimal;

use super::{Evaluated, Scope, as_integer, dates, lists, mismatch, numbers, owned, text, texts};
use crate::expression::{EvaluationFault, Value, functions::Function, plan::Node};

/// The arguments of one call, each evaluated when it is asked for.
pub(super) struct Arguments<'a, 's> {
    pub(super) scope: &'a Scope<'s>,
    nodes: &'s [Node],
}

impl<'s> Arguments<'_, 's> {
    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn value(&self, index: usize) -> Evaluated<'s> {
        let missing = EvaluationFault::Mismatch(Cow::Borrowed("缺少参数"));
        self.scope.value(self.nodes.get(index).ok_or(missing)?)
    }

    /// A text; reading it costs what it is long.
    pub(super) fn text(&self, index: usize) -> Result<Cow<'s, str>, EvaluationFault> {
        let found = match self.value(index)? {
            Cow::Borrowed(value) => text(value).map(Cow::Borrowed),
            Cow::Owned(Value::Text(text)) => Ok(Cow::Owned(text)),
            Cow::Owned(value) => Err(mismatch("文本", &value)),
        }?;
        self.scope.spend_on_text(&found)?;
        Ok(found)
    }

    pub(super) fn integer(&self, index: usize) -> Result<i64, EvaluationFault> {
        let value = self.value(index)?;
        value.as_integer().ok_or_else(|| mismatch("整数", &value))
    }

    pub(super) fn date(&self, index: usize) -> Result<Date, EvaluationFault> {
        let value = self.value(index)?;
        value.as_date().ok_or_else(|| mismatch("日期", &value))
    }
}

impl<'s> Scope<'s> {
    pub(super) fn call(&self, function: Function, nodes: &'s [Node]) -> Evaluated<'s> {
        let given = Arguments { scope: self, nodes };
        match function {
            Function::Blank => owned(given.value(0)?.is_blank()),
            Function::Text => texts::displayed(&given),
            Function::Length => owned(as_integer(given.text(0)?.chars().count())?),
            Function::Slice => texts::slice(&given),
            Function::Trim => owned(given.text(0)?.trim()),
            Function::Upper => owned(given.text(0)?.to_uppercase()),
            Function::Lower => owned(given.text(0)?.to_lowercase()),
            Function::StartsWith => owned(given.text(0)?.starts_with(&*given.text(1)?)),
            Function::EndsWith => owned(given.text(0)?.ends_with(&*given.text(1)?)),
            Function::Contains => owned(given.text(0)?.contains(&*given.text(1)?)),
            // Compiled to a node of its own, with its pattern.
            Function::Matches => Err(EvaluationFault::Mismatch(Cow::Borrowed("没有正则表达式"))),
            Function::Replace => texts::replace(&given),
            Function::Split => texts::split(&given),
            Function::Join => texts::join(&given),
            Function::Integer => owned(texts::integer_of(&given.text(0)?)),
            Function::Number => owned(texts::number_of(&given.text(0)?)),
            Function::Checksum => texts::checksum(&given),
            Function::Round => numbers::round(&given),
            Function::Floor => numbers::whole(&*given.value(0)?, Decimal::floor),
            Function::Ceil => numbers::whole(&*given.value(0)?, Decimal::ceil),
            Function::Mean => numbers::mean(&given),
            Function::Median => numbers::median(&given),
            Function::Abs => numbers::absolute(&*given.value(0)?).map(Cow::Owned),
            Function::IsDate => owned(dates::date_of(&given.text(0)?).is_some()),
            Function::IsWhole => owned(numbers::is_whole(&*given.value(0)?)),
            Function::Date => dates::date(&given),
            Function::Year => owned(i64::from(given.date(0)?.year())),
            Function::Month => owned(i64::from(given.date(0)?.month())),
            Function::Day => owned(i64::from(given.date(0)?.day())),
            Function::Weekday => owned(i64::from(given.date(0)?.weekday().to_monday_one_offset())),
            Function::AddDays => dates::later(&given, |count| Length::new().try_days(count)),
            Function::AddMonths => dates::later(&given, |count| Length::new().try_months(count)),
            Function::AddYears => dates::later(&given, |count| Length::new().try_years(count)),
            Function::AddWorkingDays => dates::working_days_later(&given),
            Function::AddHours => dates::moment_later(&given, dates::HOUR),
            Function::AddMinutes => dates::moment_later(&given, dates::MINUTE),
            Function::AtTime => dates::at_time(&given),
            Function::WholeYears => owned(dates::whole_years(given.date(0)?, given.date(1)?)),
            Function::DaysBetween => owned(dates::days_between(given.date(0)?, given.date(1)?)?),
            Function::WorkingDays => dates::working_days(&given),
            Function::HoursBetween => dates::hours_between(&given),
            Function::UnionMonths => dates::union_months(&given),
            Function::First => lists::first(&given),
            Function::Last => lists::last(&given),
            Function::Middle => lists::middle(&given),
            Function::Reverse => lists::reverse(&given),
            Function::Distinct => lists::distinct(&given),
            Function::Rest => self.part(&*given.value(0)?, 1, usize::MAX),
            Function::Index => lists::position(&given),
            Function::Range => lists::range(&given),
            Function::Flatten => lists::flatten(&given),
            Function::Entries => lists::entries(&given),
            Function::Lookup => lists::lookup(&given),
            Function::Changed => {
                let sections = texts::all(&*given.value(0)?)?;
                owned(self.world.changed(&sections, given.integer(1)?))
            }
        }
    }
}
