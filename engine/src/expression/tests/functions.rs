//! Every function, by what it gives.

use super::*;

#[test]
fn rows_are_asked_over_it_or_by_name() {
    assert!(holds("any(route, it.unit == 'U2')"));
    assert!(holds("any(office in route, office.unit == unit)"));
    assert!(holds("all(form.work, it.years > 0)"));
    assert!(holds("all(filter(route, false), false)"));
    assert!(holds("any(route, any(x in table, x.id == 'a' and it.unit == 'U1'))"));
    assert_eq!(value("count(route)"), 2.into());
    assert_eq!(value("count(table, it.weight >= 2)"), 2.into());
    assert_eq!(value("map(table, it.weight * 2)"), vec![Value::from(6), 2.into(), 4.into()].into());
    assert_eq!(value("map(filter(table, it.weight > 1), it.id)"), texts(["a", "c"]));
}

#[test]
fn sums_and_extremes() {
    assert_eq!(value("sum(marks)"), decimal("244.75"));
    assert_eq!(value("sum(table, it.weight)"), 6.into());
    assert_eq!(value("sum(filter(table, false), it.weight)"), 0.into());
    assert_eq!(value("sum([])"), 0.into());
    assert_eq!(value("max(marks)"), decimal("90.5"));
    assert_eq!(value("min(table, it.weight)"), 1.into());
    assert_eq!(value("min(filter(marks, it > 100))"), Value::None);
    assert_eq!(value("min(form.basic.score, 60)"), 60.into());
    assert_eq!(value("max(1, 2.5, 2)"), decimal("2.5"));
    assert_eq!(value("max(due, today)"), date("2026-11-30"));
}

#[test]
fn sorting_is_stable_and_by_key() {
    assert_eq!(value("map(sort(table, it.weight), it.id)"), texts(["b", "c", "a"]));
}

#[test]
fn ranking_gives_places_from_the_top_and_sets_ties_apart() {
    let scores = "[{n: 'a', s: 80, t: 1}, {n: 'b', s: 90, t: 1}, {n: 'c', s: 80, t: 2}, {n: 'd', s: 70, t: 1}]";
    let names = |part: &str, places: i64, keys: &str| {
        value(&format!("map(rank({scores}, {places}, {keys}).{part}, it.n)"))
    };
    assert_eq!(names("in", 2, "it.s"), texts(["b"]));
    assert_eq!(names("tied", 2, "it.s"), texts(["a", "c"]));
    assert_eq!(names("out", 2, "it.s"), texts(["d"]));
    assert_eq!(names("in", 2, "it.s, it.t"), texts(["b", "c"]));
    assert_eq!(names("tied", 2, "it.s, it.t"), Value::List(vec![]));
    assert_eq!(names("in", 3, "it.s"), texts(["b", "a", "c"]));
    assert_eq!(names("in", 9, "it.s"), texts(["b", "a", "c", "d"]));
    assert_eq!(names("out", 0, "it.s"), texts(["b", "a", "c", "d"]));
    assert_eq!(value("count(rank(filter(table, false), 2, it.weight).in)"), 0.into());
}

#[test]
fn parts_of_lists() {
    assert_eq!(value("first(open)"), "basic".into());
    assert_eq!(value("first(filter(open, it == 'x'))"), Value::None);
    assert_eq!(value("first(open, 1)"), texts(["basic"]));
    assert_eq!(value("first(open, 9)"), texts(["basic", "work"]));
    assert_eq!(value("first(open, 0 - 1)"), Value::List(vec![]));
    assert_eq!(value("rest(open)"), texts(["work"]));
    assert_eq!(value("rest([])"), Value::List(vec![]));
    assert_eq!(value("index(open, 'work')"), 1.into());
    assert_eq!(value("index(open, 'x')"), Value::None);
    assert_eq!(value("range(3)"), vec![Value::from(0), 1.into(), 2.into()].into());
    assert_eq!(value("range(2, 4)"), vec![Value::from(2), 3.into()].into());
    assert_eq!(value("range(3, 1)"), Value::List(vec![]));
    assert_eq!(value("flatten([open, ['x'], []])"), texts(["basic", "work", "x"]));
}

#[test]
fn maps_and_tables() {
    assert_eq!(value("map(entries(posts), it.key)"), texts(["middle", "senior"]));
    assert_eq!(value("sum(entries(posts), it.value)"), 4.into());
    assert_eq!(value("lookup(posts, 'senior')"), 1.into());
    assert_eq!(value("lookup(table, 'b').weight"), 1.into());
    assert_eq!(value("lookup(table, 'z').weight"), Value::None);
    assert!(holds("'middle' in posts"));
}

#[test]
fn texts_are_taken_apart_by_characters() {
    assert_eq!(value("length(note)"), 4.into());
    assert_eq!(value("trim(note)"), "教师".into());
    assert_eq!(value("slice('350102199001011234', 6, 14)"), "19900101".into());
    assert_eq!(value("slice('教师资格', 2)"), "资格".into());
    assert_eq!(value("slice('教师', 1, 0)"), "".into());
    assert_eq!(value("slice('教师', 0 - 5, 99)"), "教师".into());
    assert_eq!(value("upper('x1') + lower('AB')"), "X1ab".into());
    assert!(holds(
        "starts_with('3501', '35') and ends_with('3501', '01') and contains(note, '师')"
    ));
    assert_eq!(value("join(open, '、')"), "basic、work".into());
    assert_eq!(value("text(1.50) + text(due) + text(true)"), "1.502026-11-30是".into());
    assert_eq!(value("integer('042') or_else 0"), 42.into());
    assert_eq!(value("integer('4 2')"), Value::None);
    assert_eq!(value("number('1.50')"), decimal("1.50"));
    assert_eq!(value("number('1e5')"), Value::None);
}

#[test]
fn a_pattern_matches_the_whole_text() {
    assert!(holds(r"matches('2026', '\d{4}')"));
    assert!(!holds(r"matches('x2026', '\d{4}')"));
    assert!(holds(r"matches('x2026', '^[a-z]\d{4}$')"));
    assert!(!holds(r"matches('ab', 'a|b')"));
    assert!(holds(r"matches('教师', '\p{Han}+')"));
}

#[test]
fn numbers_round_half_up() {
    assert_eq!(value("round(2.345, 2)"), decimal("2.35"));
    assert_eq!(value("round(-2.345, 2)"), decimal("-2.35"));
    assert_eq!(value("round(2.5)"), 3.into());
    assert_eq!(value("round(72, 1)"), decimal("72"));
    assert_eq!(value("abs(0 - 3)"), 3.into());
    assert_eq!(value("abs(-1.5)"), decimal("1.5"));
    assert_eq!(evaluation_fault("round(1.5, 0 - 1)"), EvaluationFault::Range);
}

#[test]
fn days_are_reckoned_by_the_calendar() {
    assert_eq!(value("date('2026-02-28')"), date("2026-02-28"));
    assert_eq!(value("date('2026-02')"), date("2026-02-01"));
    assert_eq!(value("date(slice('350102199001011234', 6, 14))"), date("1990-01-01"));
    assert_eq!(value("date(note)"), Value::None);
    assert!(holds(
        "is_date('2024-02-29') and not is_date('2026-02-29') and not is_date('+026-02-2')"
    ));
    assert_eq!(value("date(now)"), date("2026-11-25"));
    assert_eq!(value("year(due) * 10000 + month(due) * 100 + day(due)"), 20_261_130.into());
    assert_eq!(value("add_days(due, 1)"), date("2026-12-01"));
    assert_eq!(value("add_days(due, -30)"), date("2026-10-31"));
    assert_eq!(value("add_months(date('2026-01-31'), 1)"), date("2026-02-28"));
    assert_eq!(value("add_years(date('2024-02-29'), 1)"), date("2025-02-28"));
    assert_eq!(evaluation_fault("add_days(due, 9223372036854775807)"), EvaluationFault::Range);
    assert_eq!(value("days_between(today, due)"), 5.into());
    assert_eq!(value("days_between(due, today)"), (-5).into());
    assert_eq!(value("working_days(today, due)"), 3.into());
    // 2026-11-25 is a Wednesday.
    assert_eq!(value("add_working_days(today, 3)"), date("2026-11-30"));
    assert_eq!(value("add_working_days(today, -3)"), date("2026-11-20"));
    assert_eq!(value("add_working_days(date('2026-11-28'), 0)"), date("2026-11-28"));
    assert_eq!(value("add_working_days(date('2026-11-28'), -1)"), date("2026-11-27"));
    assert_eq!(value("hours_between(now, add_hours(now, -24))"), (-24).into());
    assert_eq!(value("add_minutes(now, 90) == add_minutes(add_hours(now, 1), 30)"), true.into());
    assert_eq!(evaluation_fault("add_hours(now, 9223372036854775807)"), EvaluationFault::Range);
    assert_eq!(value("date(at_time(due, '18:00')) == due"), true.into());
    assert_eq!(value("hours_between(at_time(due, '07:30'), at_time(due, '18:00'))"), 10.into());
    assert_eq!(
        value("at_time(due, '00:00') == add_minutes(at_time(due, '23:59'), -1439)"),
        true.into()
    );
    for wrong in ["24:00", "9:00", "09:60", "早上", ""] {
        let fault = evaluation_fault(&format!("at_time(due, trim('{wrong}'))"));
        assert_eq!(fault, EvaluationFault::ClockTime, "{wrong}");
    }
}

#[test]
fn years_are_whole_on_the_anniversary() {
    assert_eq!(value("whole_years(date('2020-11-25'), today)"), 6.into());
    assert_eq!(value("whole_years(date('2020-11-26'), today)"), 5.into());
    assert_eq!(value("whole_years(date('2024-02-29'), date('2025-02-28'))"), 0.into());
    assert_eq!(value("whole_years(date('2024-02-29'), date('2025-03-01'))"), 1.into());
}

#[test]
fn months_covered_twice_count_once_and_an_open_period_runs_until_today() {
    // 2020-09…2021-08 is twelve months, 2026-10 and 2026-11 are two more.
    assert_eq!(value("union_months(form.work)"), 14.into());
    assert_eq!(value("union_months([])"), 0.into());
}

#[test]
fn check_characters() {
    let weights = "[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]";
    let check = |id: &str| value(&format!("checksum('{id}', {weights}, 11, '10X98765432')"));
    assert_eq!(check("11010519491231002"), "X".into());
    assert_eq!(check("1101051949123100"), Value::None);
    assert_eq!(check("1101051949123100教"), Value::None);
    assert_eq!(value("checksum('12', [1, 1], 3, ['a', 'b', 'c'])"), "a".into());
}

#[test]
fn blank_is_nothing_but_white_space() {
    assert!(holds("blank('  ') and blank(health.action) and blank([]) and blank(none)"));
    assert!(!holds("blank(note) or blank(0) or blank(false)"));
}

#[test]
fn changed_is_asked_of_the_world() {
    assert!(holds("changed(['basic'], 1)"));
    assert!(!holds("changed(['basic'], 2) or changed(open, 1)"));
}

#[test]
fn whole_numbers_are_told_from_others() {
    for (source, is_whole) in [
        ("is_whole(form.basic.score)", true),
        ("is_whole(4 / 2)", true),
        ("is_whole(5 / 2)", false),
        ("is_whole(integer('x'))", false),
        ("is_whole(integer('7')) and (integer('7') or_else 0) > 6", true),
    ] {
        assert_eq!(holds(source), is_whole, "{source}");
    }
}
