//! Lengths of time as workflows write them: `5 working days`, `48 hours`, `20 days rolled`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Moment;

/// No workflow waits longer: a century in days, and far below any overflow.
const MOST: i64 = 100_000;

/// A length of time as workflows write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: SpanUnit,
    /// The clock time of its last day, in minutes after 00:00; without it days end at 24:00.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u16>,
}

/// The unit of a [`Span`], with its way of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanUnit {
    /// Sixty seconds each.
    Minutes,
    /// Sixty minutes each.
    Hours,
    /// Calendar days, from the next day to 24:00 of the last.
    Days,
    /// Calendar days whose end is rolled on to a working day.
    RolledDays,
    /// Working days from the next day on (deadlines).
    WorkingDays,
    /// Working days, the first counting if it is one (publicity, N10).
    PublicityDays,
    /// Calendar months, to 24:00 of the same day of the month.
    Months,
    /// Calendar months whose end is rolled on to a working day.
    RolledMonths,
}

/// A text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}”不是时长，应写成 5 working days、5 publicity days、48 hours、30 minutes、20 days、20 days rolled、6 months、6 months rolled，或带钟点的 1 working days 09:00"
)]
pub struct SpanError(pub String);

impl Span {
    /// Where it is counted from when it begins at a moment: 24:00 belongs to the day it closes, so that
    /// days that follow others leave none out. Hours, and days of which the first counts, begin where
    /// they begin.
    #[must_use]
    pub fn counted_from(self, began: Moment) -> Moment {
        match self.unit {
            SpanUnit::Days
            | SpanUnit::RolledDays
            | SpanUnit::WorkingDays
            | SpanUnit::Months
            | SpanUnit::RolledMonths
                if began.last_date() != began.date() =>
            {
                began.plus(-1)
            }
            SpanUnit::Days
            | SpanUnit::RolledDays
            | SpanUnit::WorkingDays
            | SpanUnit::Months
            | SpanUnit::RolledMonths
            | SpanUnit::Minutes
            | SpanUnit::Hours
            | SpanUnit::PublicityDays => began,
        }
    }
}

impl SpanUnit {
    /// Every unit.
    pub const ALL: [Self; 8] = [
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::RolledDays,
        Self::WorkingDays,
        Self::PublicityDays,
        Self::Months,
        Self::RolledMonths,
    ];

    /// One word without spaces, as values in JSON are written: `working_days`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::RolledDays => "rolled_days",
            Self::WorkingDays => "working_days",
            Self::PublicityDays => "publicity_days",
            Self::Months => "months",
            Self::RolledMonths => "rolled_months",
        }
    }

    /// Whether it ends on a day that comes after the one it begins on.
    fn has_last_day(self) -> bool {
        match self {
            Self::Days
            | Self::RolledDays
            | Self::WorkingDays
            | Self::Months
            | Self::RolledMonths => true,
            Self::Minutes | Self::Hours | Self::PublicityDays => false,
        }
    }

    fn singular_and_plural(self) -> (&'static str, &'static str) {
        match self {
            Self::Minutes => ("minute", "minutes"),
            Self::Hours => ("hour", "hours"),
            Self::Days => ("day", "days"),
            Self::RolledDays => ("day rolled", "days rolled"),
            Self::WorkingDays => ("working day", "working days"),
            Self::PublicityDays => ("publicity day", "publicity days"),
            Self::Months => ("month", "months"),
            Self::RolledMonths => ("month rolled", "months rolled"),
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Minutes => "分钟",
            Self::Hours => "小时",
            Self::Days => "天",
            Self::RolledDays => "天（遇休息日顺延）",
            Self::WorkingDays => "个工作日",
            Self::PublicityDays => "个工作日（含首日）",
            Self::Months => "个月",
            Self::RolledMonths => "个月（遇休息日顺延）",
        }
    }

    fn is_written(self, text: &str) -> bool {
        let (singular, plural) = self.singular_and_plural();
        [singular, plural, self.key(), self.chinese()].contains(&text)
    }
}

impl Span {
    /// As people read it: `5 个工作日`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} {}{}", self.count, self.unit.chinese(), self.clock())
    }

    /// One text without ambiguity, as values in JSON are written: `5 working_days`.
    #[must_use]
    pub fn key(self) -> String {
        format!("{} {}{}", self.count, self.unit.key(), self.clock())
    }

    fn clock(self) -> String {
        self.at.map(|at| format!(" {:02}:{:02}", at / 60, at % 60)).unwrap_or_default()
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let refused = || SpanError(text.to_owned());
        let trimmed = text.trim();
        let digits = trimmed.find(|character: char| !character.is_ascii_digit());
        let (count, unit) = trimmed.split_at(digits.ok_or_else(refused)?);
        let count = count.parse().ok().filter(|count| *count <= MOST).ok_or_else(refused)?;
        let mut words: Vec<&str> = unit.split_whitespace().collect();
        let at = words.last().and_then(|word| clock_time(word));
        if at.is_some() {
            words.pop();
        }
        let unit = words.join(" ");
        let unit = SpanUnit::ALL
            .into_iter()
            .find(|candidate| candidate.is_written(&unit))
            .filter(|unit| at.is_none() || unit.has_last_day())
            .ok_or_else(refused)?;
        Ok(Self { count, unit, at })
    }
}

/// `09:00` in minutes; none for what is no time between 00:00 and 23:59 in this form.
pub(crate) fn clock_time(word: &str) -> Option<u16> {
    let (hours, minutes) = word.split_once(':')?;
    let part = |text: &str, most: u16| {
        let number = text.parse::<u16>().ok().filter(|_| text.len() == 2)?;
        (number <= most).then_some(number)
    };
    Some(part(hours, 23)? * 60 + part(minutes, 59)?)
}

/// As workflows write it; reading it back gives the same span.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (singular, plural) = self.unit.singular_and_plural();
        let unit = if self.count == 1 { singular } else { plural };
        write!(formatter, "{} {unit}{}", self.count, self.clock())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_of_writing_is_read() {
        let read = |text: &str| text.parse::<Span>().map(|span| (span.count, span.unit));
        assert_eq!(read("5 working days"), Ok((5, SpanUnit::WorkingDays)));
        assert_eq!(read("1 working day"), Ok((1, SpanUnit::WorkingDays)));
        assert_eq!(read("5 publicity days"), Ok((5, SpanUnit::PublicityDays)));
        assert_eq!(read(" 48  hours "), Ok((48, SpanUnit::Hours)));
        assert_eq!(read("30 minutes"), Ok((30, SpanUnit::Minutes)));
        assert_eq!(read("20 days"), Ok((20, SpanUnit::Days)));
        assert_eq!(read("20 days rolled"), Ok((20, SpanUnit::RolledDays)));
        assert_eq!(read("6 months"), Ok((6, SpanUnit::Months)));
        assert_eq!(read("1 month rolled"), Ok((1, SpanUnit::RolledMonths)));
        assert_eq!(read("5 working_days"), Ok((5, SpanUnit::WorkingDays)));
        assert_eq!(read("5 个工作日"), Ok((5, SpanUnit::WorkingDays)));
        assert_eq!("1 working day 09:00".parse::<Span>().map(|span| span.at), Ok(Some(540)));
    }

    #[test]
    fn anything_else_is_refused_with_the_ways_of_writing() {
        for text in [
            "",
            "5",
            "days",
            "-5 days",
            "5 weeks",
            "2.5 days",
            "999999999999999999999 days",
            "5 days 9:00",
            "5 days 24:00",
            "5 hours 09:00",
            "5 days 09:60",
        ] {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.to_string().contains("5 working days"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_span_is_read_back(
            count in 0..=MOST,
            unit in prop::sample::select(&SpanUnit::ALL),
            at in prop::option::of(0..1440_u16),
        ) {
            let span = Span { count, unit, at: at.filter(|_| unit.has_last_day()) };
            prop_assert_eq!(span.key().parse::<Span>(), Ok(span));
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
            prop_assert_eq!(span.words().parse::<Span>(), Ok(span));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Span>();
        }
    }
}
