//! An instant, and how it maps to the days and clock times of Asia/Shanghai.

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

const HOURS_EAST: i8 = 8;
const DAY: i64 = 86_400_000;

/// An instant as Unix milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The Shanghai day it lies in.
    #[must_use]
    pub fn date(self) -> Date {
        self.local().date()
    }

    /// The Shanghai clock time.
    #[must_use]
    pub fn time(self) -> Time {
        self.local().time()
    }

    /// 00:00 of a Shanghai day.
    #[must_use]
    pub fn from_date(date: Date) -> Self {
        Self::from_local(date.to_datetime(Time::midnight()))
    }

    /// 24:00 of a Shanghai day: where deadlines end.
    #[must_use]
    pub fn end_of(date: Date) -> Self {
        Self::from_date(date).plus(DAY)
    }

    /// The instant of a Shanghai clock reading.
    #[must_use]
    pub fn from_local(local: DateTime) -> Self {
        // Only readings within a day of the ends of the year range cannot be converted.
        Offset::constant(HOURS_EAST).to_timestamp(local).map_or_else(
            |_| Self(if local.year() > 0 { max_millisecond() } else { min_millisecond() }),
            |timestamp| Self(timestamp.as_millisecond()),
        )
    }

    /// Reads `2026-07-01 09:00`, `2026-07-01T09:00`, a day alone (its 00:00), each in Shanghai, or
    /// an ISO 8601 instant with its own offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Some(Self(timestamp.as_millisecond()));
        }
        // The end of a day as people write it.
        if let Some(day) = text.strip_suffix("24:00") {
            return day.trim().parse().ok().map(Self::end_of);
        }
        let local = text.parse::<DateTime>().ok()?;
        Some(Self::from_local(local))
    }

    /// So many milliseconds later; stays at the end of time.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// `2026-11-23T17:00:00+08:00`.
    #[must_use]
    pub fn iso(self) -> String {
        let local = self.local();
        let time = local.time();
        format!(
            "{}T{:02}:{:02}:{:02}+08:00",
            local.date(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }

    /// `2026 年 11 月 23 日 17:00`.
    #[must_use]
    pub fn words(self) -> String {
        let time = self.time();
        format!("{} {:02}:{:02}", date_words(self.date()), time.hour(), time.minute())
    }

    /// As [`Self::words`], but midnight is 24:00 of the day before, as deadlines are announced:
    /// `2026 年 11 月 23 日 24:00`.
    #[must_use]
    pub fn words_of_end(self) -> String {
        if self.time() == Time::midnight() {
            format!("{} 24:00", date_words(self.last_date()))
        } else {
            self.words()
        }
    }

    /// The last day that lies before it: for an end at 24:00 that day, not the next.
    #[must_use]
    pub fn last_date(self) -> Date {
        self.plus(-1).date()
    }

    fn local(self) -> DateTime {
        let clamped = self.0.clamp(min_millisecond(), max_millisecond());
        let timestamp = Timestamp::from_millisecond(clamped).unwrap_or(Timestamp::UNIX_EPOCH);
        Offset::constant(HOURS_EAST).to_datetime(timestamp)
    }
}

/// `2026-11-23 17:00`, in Shanghai.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local();
        let time = local.time();
        write!(formatter, "{} {:02}:{:02}", local.date(), time.hour(), time.minute())
    }
}

fn date_words(date: Date) -> String {
    format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day())
}

// A day inside jiff's range, so that the Shanghai reading of either end exists.
fn max_millisecond() -> i64 {
    Timestamp::MAX.as_millisecond() - DAY
}

fn min_millisecond() -> i64 {
    Timestamp::MIN.as_millisecond() + DAY
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_begins_at_sixteen_hours_utc() {
        let start = Moment::from_date(date(2026, 11, 23));
        assert_eq!(start.iso(), "2026-11-23T00:00:00+08:00");
        assert_eq!(Some(start), Moment::parse("2026-11-22T16:00:00Z"));
        assert_eq!(start.plus(-1).date(), date(2026, 11, 22));
        assert_eq!(Moment::end_of(date(2026, 11, 23)), Moment::from_date(date(2026, 11, 24)));
    }

    #[test]
    fn moments_read_as_people_write_them() {
        let moment = Moment::parse("2026-11-23 17:00").unwrap();
        assert_eq!(moment.words(), "2026 年 11 月 23 日 17:00");
        assert_eq!(moment.to_string(), "2026-11-23 17:00");
        assert_eq!(Moment::end_of(date(2026, 11, 23)).words_of_end(), "2026 年 11 月 23 日 24:00");
        assert_eq!(moment.words_of_end(), moment.words());
        assert_eq!(Moment::parse("2026-11-23T17:00"), Some(moment));
        assert_eq!(Moment::parse("2026-11-23"), Some(Moment::from_date(date(2026, 11, 23))));
        assert_eq!(Moment::parse("tomorrow"), None);
    }

    proptest! {
        #[test]
        fn no_instant_panics(milliseconds: i64) {
            let moment = Moment(milliseconds);
            let _ = (moment.words(), moment.iso(), moment.words_of_end());
            let _ = (Moment::from_date(moment.date()), Moment::end_of(moment.last_date()));
        }

        #[test]
        fn an_instant_lies_in_its_day(milliseconds in -60_000_000_000_000i64..250_000_000_000_000) {
            let moment = Moment(milliseconds);
            prop_assert!(Moment::from_date(moment.date()) <= moment);
            prop_assert!(moment < Moment::end_of(moment.date()));
        }
    }
}
