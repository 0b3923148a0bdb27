//! Times as people read them: 2026 年 11 月 23 日 17:00, in Asia/Shanghai, with the machine's form
//! beside it for `<time>`.

use engine::calendar::Moment;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use serde::Serialize;

/// A day or a moment, ready for `<time datetime="{iso}">{text}</time>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// For machines.
    pub iso: String,
    /// For people.
    pub text: String,
}

impl Stamp {
    /// A moment, to the minute.
    #[must_use]
    pub fn moment(moment: Moment) -> Self {
        let at = civil(moment);
        Self {
            iso: format!("{}T{:02}:{:02}+08:00", at.date(), at.hour(), at.minute()),
            text: format!("{} {:02}:{:02}", day_text(at.date()), at.hour(), at.minute()),
        }
    }

    /// A calendar day.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self { iso: day.to_string(), text: day_text(day) }
    }

    /// The day of a moment, with its weekday.
    #[must_use]
    pub fn weekday(moment: Moment) -> Self {
        let day = civil(moment).date();
        let name = ["一", "二", "三", "四", "五", "六", "日"]
            [usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)];
        Self { iso: day.to_string(), text: format!("{}，星期{name}", day_text(day)) }
    }

    /// The end of something. Midnight belongs to the day before, as 24:00.
    #[must_use]
    pub fn deadline(moment: Moment) -> Self {
        let at = civil(moment);
        if at.hour() == 0 && at.minute() == 0 {
            let day = civil(Moment(moment.0 - 1)).date();
            return Self { iso: day.to_string(), text: format!("{} 24:00", day_text(day)) };
        }
        Self::moment(moment)
    }
}

/// The end of a day: 24:00 in Asia/Shanghai.
#[must_use]
pub(super) fn end_of(day: Date) -> Moment {
    let next = day.tomorrow().ok().map(|next| next.to_datetime(jiff::civil::Time::midnight()));
    let end = next.and_then(|next| Offset::constant(8).to_timestamp(next).ok());
    Moment(end.map_or(i64::MAX, |end| end.as_millisecond()))
}

/// How long it is from `now` to a deadline, and whether that is less than a day.
#[must_use]
pub fn left_until(deadline: Moment, now: Moment) -> (String, bool) {
    let minutes = (deadline.0 - now.0) / 60_000;
    if minutes < 0 {
        return ("已超过期限".to_owned(), true);
    }
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    let text = match (days, hours) {
        (0, 0) => format!("还有 {minutes} 分钟"),
        (0, _) => format!("还有 {hours} 小时"),
        (_, 0) => format!("还有 {days} 天"),
        (1..=3, _) => format!("还有 {days} 天 {hours} 小时"),
        _ => format!("还有 {days} 天"),
    };
    (text, days == 0)
}

fn day_text(day: Date) -> String {
    format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day())
}

/// The wall clock of Asia/Shanghai, UTC+8 without summer time since 1991. A moment beyond what a
/// calendar can show is shown as its first day.
pub(super) fn civil(moment: Moment) -> DateTime {
    let shanghai = TimeZone::fixed(Offset::constant(8));
    Timestamp::from_millisecond(moment.0)
        .map_or(DateTime::MIN, |timestamp| shanghai.to_datetime(timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Moment = Moment(1_785_297_600_000); // 2026-07-29 12:00

    #[test]
    fn moments_are_read_in_shanghai() {
        assert_eq!(Stamp::moment(NOON).text, "2026 年 7 月 29 日 12:00");
        assert_eq!(Stamp::moment(NOON).iso, "2026-07-29T12:00+08:00");
        assert_eq!(Stamp::weekday(NOON).text, "2026 年 7 月 29 日，星期三");
    }

    #[test]
    fn a_deadline_at_midnight_belongs_to_the_day_before() {
        let midnight = Moment(NOON.0 + 12 * 3_600_000);
        assert_eq!(Stamp::deadline(midnight).text, "2026 年 7 月 29 日 24:00");
    }

    #[test]
    fn what_is_left_is_said_in_the_two_largest_units() {
        let after = |hours: i64| left_until(Moment(NOON.0 + hours * 3_600_000), NOON);
        assert_eq!(after(60), ("还有 2 天 12 小时".to_owned(), false));
        assert_eq!(after(5), ("还有 5 小时".to_owned(), true));
        assert_eq!(after(-1), ("已超过期限".to_owned(), true));
    }
}
