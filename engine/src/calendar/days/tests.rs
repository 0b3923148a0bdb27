//! Counting working days against the notices of 2024 to 2026, and its laws.

use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const SHIPPED: &str = include_str!("../../../../workflows/catalog/calendar.yaml");

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    start: String,
    n: i64,
    count_from: String,
    nth: String,
}

fn calendar() -> &'static Calendar {
    static READ: LazyLock<Calendar> = LazyLock::new(|| serde_yaml::from_str(SHIPPED).unwrap());
    &READ
}

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

#[test]
fn the_vectors_of_the_shipped_calendar_hold() {
    let calendar = calendar();
    let Vectors { vectors } = serde_yaml::from_str(SHIPPED).unwrap();
    assert!(vectors.len() >= 17);
    for Vector { start, n, count_from, nth } in vectors {
        let counting = match count_from.as_str() {
            "same_day" => Counting::SameDay,
            "next_day" => Counting::NextDay,
            other => panic!("{other}"),
        };
        let found = calendar.nth(start.parse().unwrap(), n, counting);
        assert_eq!(found.to_string(), nth, "{n} from {start}, {count_from}");
    }
}

#[test]
fn holidays_and_moved_weekends_are_known() {
    let calendar = calendar();
    assert!(!calendar.is_working_day(date(2026, 10, 1)));
    assert!(calendar.is_working_day(date(2026, 10, 10)));
    assert!(!calendar.is_working_day(date(2026, 10, 11)));
    assert!(calendar.is_working_day(date(2026, 10, 12)));
    assert_eq!(calendar.roll(date(2026, 10, 1)), date(2026, 10, 8));
    assert_eq!(calendar.roll(date(2026, 10, 10)), date(2026, 10, 10));
}

#[test]
fn a_year_without_a_notice_is_monday_to_friday_and_provisional() {
    let calendar = calendar();
    assert!(!calendar.is_provisional(date(2026, 12, 31)));
    assert!(calendar.is_provisional(date(2027, 1, 1)));
    assert!(calendar.is_working_day(date(2027, 10, 1)));
    assert!(!calendar.is_working_day(date(2027, 10, 2)));
    assert!(Calendar::default().is_provisional(date(2026, 1, 1)));
}

#[test]
fn spans_end_at_the_end_of_their_last_day() {
    let calendar = calendar();
    let end = |from: &str, text: &str| calendar.end_of_span(at(from), span(text)).words_of_end();
    assert_eq!(end("2026-09-24 15:30", "5 working days"), "2026 年 10 月 9 日 24:00");
    assert_eq!(end("2026-09-18 15:30", "5 publicity days"), "2026 年 9 月 23 日 24:00");
    assert_eq!(end("2026-09-18 15:30", "48 hours"), "2026 年 9 月 20 日 15:30");
    assert_eq!(end("2026-09-18 15:30", "30 minutes"), "2026 年 9 月 18 日 16:00");
    assert_eq!(end("2026-09-18 15:30", "10 days"), "2026 年 9 月 28 日 24:00");
    assert_eq!(end("2026-09-21 15:30", "10 days rolled"), "2026 年 10 月 8 日 24:00");
    assert_eq!(end("2026-09-01 15:30", "1 months rolled"), "2026 年 10 月 8 日 24:00");
    assert_eq!(end("2026-08-31 15:30", "6 months"), "2027 年 2 月 28 日 24:00");
    assert_eq!(end("2026-09-18 15:30", "0 days"), "2026 年 9 月 18 日 24:00");
}

#[test]
fn reminders_come_so_long_before_the_end() {
    let calendar = calendar();
    let end = Moment::end_of(date(2026, 10, 9));
    let before = |text: &str| calendar.before(end, span(text)).words_of_end();
    assert_eq!(before("1 working day"), "2026 年 10 月 8 日 24:00");
    assert_eq!(before("3 working days"), "2026 年 9 月 29 日 24:00");
    assert_eq!(before("2 days"), "2026 年 10 月 7 日 24:00");
    assert_eq!(before("12 hours"), "2026 年 10 月 9 日 12:00");
    assert_eq!(before("1 month"), "2026 年 9 月 9 日 24:00");
    let inside = calendar.before(at("2026-10-09 17:00"), span("1 working day"));
    assert_eq!(inside.words(), "2026 年 10 月 8 日 17:00");
}

#[test]
fn a_broken_calendar_is_refused_with_the_reason() {
    let refused = |json: &str| serde_json::from_str::<Calendar>(json).unwrap_err().to_string();
    let error = refused(r#"{"years": {"2026": {"offdays": ["2026-13-01"]}}}"#);
    assert!(error.contains("“2026-13-01”不是日期"), "{error}");
    let error = refused(r#"{"years": {"2026": {"offdays": ["2025-10-01"]}}}"#);
    assert!(error.contains("2025-10-01 不在这一年"), "{error}");
    let both = r#"{"years": {"2026": {"offdays": ["2026-10-01"], "workdays": ["2026-10-01"]}}}"#;
    assert!(refused(both).contains("既是休息日又是工作日"));
}

#[test]
fn a_calendar_is_written_and_read_back() {
    let calendar = calendar();
    let json = serde_json::to_string(calendar).unwrap();
    assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), *calendar);
}

fn any_date() -> impl Strategy<Value = Date> {
    (0_i64..3_000).prop_map(|days| days_later(date(2020, 1, 1), days))
}

proptest! {
    #[test]
    fn counting_there_is_counting_back(start in any_date(), n in 0_i64..200) {
        let calendar = calendar();
        let end = calendar.nth(start, n, Counting::NextDay);
        prop_assert_eq!(calendar.working_days_between(start, end), n);
        prop_assert_eq!(calendar.working_days_between(end, start), -n);
        prop_assert!(n == 0 || calendar.is_working_day(end));
    }

    #[test]
    fn the_first_day_counts_for_publicity_only_if_it_is_worked(start in any_date(), n in 1_i64..60) {
        let calendar = calendar();
        let shift = i64::from(calendar.is_working_day(start));
        let publicity = calendar.nth(start, n, Counting::SameDay);
        prop_assert!(n == shift || publicity == calendar.nth(start, n - shift, Counting::NextDay));
    }

    #[test]
    fn no_span_panics(milliseconds: i64, count: i64, unit in prop::sample::select(&SpanUnit::ALL)) {
        let calendar = calendar();
        // Days are walked one by one: a count beyond every day there is stops at the last one.
        let count = if (-200_000..200_000).contains(&count) { count } else { count % 100_000 };
        let (from, span) = (Moment(milliseconds), Span { count, unit, at: None });
        let _ = (calendar.end_of_span(from, span), calendar.before(from, span));
    }
}
