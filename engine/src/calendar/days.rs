//! Which days are working days, and counting them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Span as Length,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};

use super::{Moment, Span, SpanUnit};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Which days are working days: the State Council's yearly notices on top of Monday to Friday. It
/// is read from `years: {2026: {offdays: […], workdays: […]}, 2027: null}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Calendar {
    years: BTreeMap<i16, CalendarYear>,
}

/// The notice of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarYear {
    /// Days off beside the weekends.
    pub offdays: BTreeSet<Date>,
    /// Weekend days that are worked.
    pub workdays: BTreeSet<Date>,
}

/// What is wrong with the text of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not a date.
    #[error("工作日历 {year} 年中的“{text}”不是日期，应写成 {year}-10-01")]
    NotADate {
        /// The year it stands under.
        year: i16,
        /// The text.
        text: String,
    },
    /// A date under another year.
    #[error("工作日历 {year} 年中的 {date} 不在这一年")]
    OtherYear {
        /// The year it stands under.
        year: i16,
        /// The date.
        date: Date,
    },
    /// A date that is both a day off and a working day.
    #[error("工作日历中的 {0} 既是休息日又是工作日")]
    Both(Date),
}

/// Whether the first day counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// The first day counts if it is a working day (publicity).
    SameDay,
    /// Counting begins with the next day (deadlines).
    NextDay,
}

impl Calendar {
    /// A calendar of these years' notices.
    #[must_use]
    pub fn new(years: BTreeMap<i16, CalendarYear>) -> Self {
        Self { years }
    }

    /// The notices it knows, by year.
    #[must_use]
    pub fn years(&self) -> &BTreeMap<i16, CalendarYear> {
        &self.years
    }

    /// Whether people work on that day. In a year without a notice: Monday to Friday.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.years.get(&date.year()) {
            Some(year) => {
                year.workdays.contains(&date) || !(is_weekend || year.offdays.contains(&date))
            }
            None => !is_weekend,
        }
    }

    /// Whether the notice for that day's year is still missing, so that what is computed from it
    /// may change.
    #[must_use]
    pub fn is_provisional(&self, date: Date) -> bool {
        !self.years.contains_key(&date.year())
    }

    /// The `n`-th working day from `start` on; `start` itself for `n` below 1.
    #[must_use]
    pub fn nth(&self, start: Date, n: i64, counting: Counting) -> Date {
        let mut left = n;
        let mut date = start;
        if left > 0 && counting == Counting::SameDay && self.is_working_day(date) {
            left -= 1;
        }
        while left > 0 {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            if self.is_working_day(date) {
                left -= 1;
            }
        }
        date
    }

    /// That day, or the first working day after it.
    #[must_use]
    pub fn roll(&self, date: Date) -> Date {
        self.nth(date, 1, Counting::SameDay)
    }

    /// How many working days lie after `from` up to and including `to`; negative backwards.
    #[must_use]
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let mut count = 0;
        let mut date = from;
        while date < to {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            count += i64::from(self.is_working_day(date));
        }
        count
    }

    /// When a span that begins at `from` ends: 24:00 (or the clock time it names) of its last day, or
    /// so many hours and minutes later.
    #[must_use]
    pub fn end_of_span(&self, from: Moment, span: Span) -> Moment {
        let day = from.date();
        match span.unit {
            SpanUnit::Minutes => from.plus(span.count.saturating_mul(MINUTE)),
            SpanUnit::Hours => from.plus(span.count.saturating_mul(HOUR)),
            SpanUnit::Days => end_of(days_later(day, span.count), span),
            SpanUnit::RolledDays => end_of(self.roll(days_later(day, span.count)), span),
            SpanUnit::WorkingDays => end_of(self.nth(day, span.count, Counting::NextDay), span),
            SpanUnit::PublicityDays => end_of(self.nth(day, span.count, Counting::SameDay), span),
            SpanUnit::Months => end_of(months_later(day, span.count), span),
            SpanUnit::RolledMonths => end_of(self.roll(months_later(day, span.count)), span),
        }
    }

    /// So long before `end`, at the same time of the day or the one it names: when to remind. An end
    /// at 24:00 belongs to the day it closes, so `1 working day` before it is 24:00 of the working day before.
    #[must_use]
    pub fn before(&self, end: Moment, span: Span) -> Moment {
        let last = end.last_date();
        let same = end.0.saturating_sub(Moment::from_date(last).0);
        let time = span.at.map_or(same, |at| i64::from(at) * MINUTE);
        match span.unit {
            SpanUnit::Minutes => end.plus(span.count.saturating_mul(-MINUTE)),
            SpanUnit::Hours => end.plus(span.count.saturating_mul(-HOUR)),
            SpanUnit::Days | SpanUnit::RolledDays => {
                end.plus(span.count.saturating_mul(-DAY)).plus(time.saturating_sub(same))
            }
            SpanUnit::WorkingDays | SpanUnit::PublicityDays => {
                Moment::from_date(self.nth_before(last, span.count)).plus(time)
            }
            SpanUnit::Months | SpanUnit::RolledMonths => {
                Moment::from_date(months_later(last, span.count.saturating_neg())).plus(time)
            }
        }
    }

    fn nth_before(&self, end: Date, n: i64) -> Date {
        let mut left = n;
        let mut date = end;
        while left > 0 {
            let Ok(previous) = date.yesterday() else { break };
            date = previous;
            if self.is_working_day(date) {
                left -= 1;
            }
        }
        date
    }
}

/// 24:00 of a day, or the clock time that the span names.
fn end_of(day: Date, span: Span) -> Moment {
    match span.at {
        Some(at) => Moment::from_date(day).plus(i64::from(at) * MINUTE),
        None => Moment::end_of(day),
    }
}

/// `count` days later, or the first or last day there is.
fn days_later(date: Date, count: i64) -> Date {
    Length::new().try_days(count).map_or(end_of_time(count), |length| date.saturating_add(length))
}

/// `count` months later, on the last day of a month that is too short.
fn months_later(date: Date, count: i64) -> Date {
    Length::new().try_months(count).map_or(end_of_time(count), |length| date.saturating_add(length))
}

fn end_of_time(count: i64) -> Date {
    if count < 0 { Date::MIN } else { Date::MAX }
}

/// The written form; other keys of the file (its time zone, its test vectors) are left alone.
#[derive(Serialize, Deserialize)]
struct Written {
    years: BTreeMap<i16, Option<WrittenYear>>,
}

#[derive(Serialize, Deserialize)]
struct WrittenYear {
    #[serde(default)]
    offdays: Vec<String>,
    #[serde(default)]
    workdays: Vec<String>,
}

impl TryFrom<Written> for Calendar {
    type Error = CalendarError;

    fn try_from(written: Written) -> Result<Self, CalendarError> {
        let mut years = BTreeMap::new();
        for (year, notice) in written.years {
            // `null` says that the notice is not out yet.
            let Some(notice) = notice else { continue };
            let offdays = dates_of(year, notice.offdays)?;
            let workdays = dates_of(year, notice.workdays)?;
            if let Some(date) = offdays.intersection(&workdays).next() {
                return Err(CalendarError::Both(*date));
            }
            years.insert(year, CalendarYear { offdays, workdays });
        }
        Ok(Self { years })
    }
}

fn dates_of(year: i16, texts: Vec<String>) -> Result<BTreeSet<Date>, CalendarError> {
    texts.iter().map(|text| day_of(year, text)).collect()
}

/// The day of a year that a text says.
pub(crate) fn day_of(year: i16, text: &str) -> Result<Date, CalendarError> {
    match text.parse::<Date>() {
        Ok(date) if date.year() == year => Ok(date),
        Ok(date) => Err(CalendarError::OtherYear { year, date }),
        Err(_) => Err(CalendarError::NotADate { year, text: text.to_owned() }),
    }
}

impl From<Calendar> for Written {
    fn from(calendar: Calendar) -> Self {
        let texts = |dates: BTreeSet<Date>| dates.iter().map(Date::to_string).collect();
        let years = calendar.years.into_iter().map(|(year, notice)| {
            let (offdays, workdays) = (texts(notice.offdays), texts(notice.workdays));
            (year, Some(WrittenYear { offdays, workdays }))
        });
        Self { years: years.collect() }
    }
}

#[cfg(test)]
mod tests;
