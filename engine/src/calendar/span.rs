//! Lengths of time as workflows write them: `5 working days`, `48 hours`, `20 days rolled`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// No workflow waits longer: a century in days, and far below any overflow.
const MOST: i64 = 100_000;

/// A length of time as workflows write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: SpanUnit,
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
}

/// A text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}”不是时长，应写成 5 working days、5 publicity days、48 hours、30 minutes、20 days、20 days rolled 或 6 months"
)]
pub struct SpanError(pub String);

impl SpanUnit {
    /// Every unit.
    pub const ALL: [Self; 7] = [
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::RolledDays,
        Self::WorkingDays,
        Self::PublicityDays,
        Self::Months,
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
        format!("{} {}", self.count, self.unit.chinese())
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
        let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ");
        let unit = SpanUnit::ALL
            .into_iter()
            .find(|candidate| candidate.is_written(&unit))
            .ok_or_else(refused)?;
        Ok(Self { count, unit })
    }
}

/// As workflows write it; reading it back gives the same span.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (singular, plural) = self.unit.singular_and_plural();
        let unit = if self.count == 1 { singular } else { plural };
        write!(formatter, "{} {unit}", self.count)
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
        assert_eq!(read("5 working_days"), Ok((5, SpanUnit::WorkingDays)));
        assert_eq!(read("5 个工作日"), Ok((5, SpanUnit::WorkingDays)));
    }

    #[test]
    fn anything_else_is_refused_with_the_ways_of_writing() {
        for text in
            ["", "5", "days", "-5 days", "5 weeks", "2.5 days", "999999999999999999999 days"]
        {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.to_string().contains("5 working days"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_span_is_read_back(count in 0..=MOST, unit in prop::sample::select(&SpanUnit::ALL)) {
            let span = Span { count, unit };
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
            prop_assert_eq!(span.words().parse::<Span>(), Ok(span));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Span>();
        }
    }
}
