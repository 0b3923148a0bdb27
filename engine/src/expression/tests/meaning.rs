//! Operators, names and literals.

use super::*;

#[test]
fn operators_bind_as_in_python() {
    assert_eq!(value("1 + 2 * 3"), 7.into());
    assert_eq!(value("(1 + 2) * 3"), 9.into());
    assert_eq!(value("10 - 2 - 3"), 5.into());
    assert_eq!(value("-2 * 3"), (-6).into());
    assert_eq!(value("maybe or_else 2 + 1"), 3.into());
    assert_eq!(value("- maybe or_else 2"), (-2).into());
    assert!(holds("not 1 == 2 and 2 == 2"));
    assert!(holds("true or false and false"));
    assert!(holds("not 'x' in open"));
    assert!(holds("'x' not in open"));
}

#[test]
fn whole_numbers_and_decimals_mix_exactly() {
    assert_eq!(value("0.1 + 0.2"), decimal("0.3"));
    assert!(holds("0.1 + 0.2 == 0.3"));
    assert!(holds("form.basic.score == 72.0"));
    assert!(holds("72 in [71.5, 72.0]"));
    assert_eq!(value("round(0.7 * form.basic.score + 0.3 * form.basic.oral, 2)"), decimal("74.55"));
    assert_eq!(value("7 % 3"), 1.into());
    assert_eq!(value("-7 % 3"), 2.into());
    assert_eq!(value("7.5 % 2"), decimal("1.5"));
    assert_eq!(value("-7.5 % 2"), decimal("0.5"));
}

#[test]
fn division_gives_twelve_places_half_even() {
    assert_eq!(value("7 / 2"), decimal("3.5"));
    assert_eq!(value("1 / 3"), decimal("0.333333333333"));
    assert_eq!(value("2 / 3"), decimal("0.666666666667"));
    assert_eq!(value("-2 / 3"), decimal("-0.666666666667"));
    assert_eq!(value("0.0000000000005 / 1"), decimal("0"));
    assert_eq!(value("0.0000000000015 / 1"), decimal("0.000000000002"));
    assert_eq!(value("0.00000000000050000000000001 / 1"), decimal("0.000000000001"));
    assert_eq!(evaluation_fault("1 / (at - 1)"), EvaluationFault::DivisionByZero);
    assert_eq!(evaluation_fault("1 % (at - 1)"), EvaluationFault::DivisionByZero);
}

#[test]
fn nothing_wraps() {
    assert_eq!(evaluation_fault("9223372036854775807 + at"), EvaluationFault::Range);
    assert_eq!(evaluation_fault("-9223372036854775807 - 1 - at"), EvaluationFault::Range);
    assert_eq!(evaluation_fault("9223372036854775807 * 2"), EvaluationFault::Range);
    assert_eq!(
        evaluation_fault("7922816251426433759354395033.5 * 10 + at"),
        EvaluationFault::Range
    );
}

#[test]
fn an_unanswered_task_equals_nothing() {
    assert!(holds("review.action == 'pass'"));
    assert!(!holds("health.action == 'pass'"));
    assert!(holds("health.action != 'pass'"));
    assert!(!holds("'return' in [health.action, review.action]"));
    assert!(holds("health.action in ['pass', 'veto'] or review.action in ['pass', 'veto']"));
}

#[test]
fn a_path_through_none_is_none() {
    assert!(holds("meeting.state is none"));
    assert!(!holds("meeting.state == 'open'"));
    assert_eq!(value("route[at].role"), "title_reviewer".into());
    assert_eq!(value("route[5].role"), Value::None);
    assert_eq!(value("route[0 - 1]"), Value::None);
    assert_eq!(value("posts['middle'] or_else 0"), 3.into());
    assert_eq!(value("posts['none'] or_else 0"), 0.into());
}

#[test]
fn texts_join_and_lists_join() {
    assert_eq!(value("'U' + '1'"), "U1".into());
    assert_eq!(value("\"it's\" + '教师'"), "it's教师".into());
    assert_eq!(value("open + ['awards']"), texts(["basic", "work", "awards"]));
    assert_eq!(value("[] + open"), texts(["basic", "work"]));
}

#[test]
fn rows_are_written_as_they_read() {
    let rows = value("map(route, {value: it.unit, name: it.role + '@' + it.unit})");
    let row = |unit: &str, name: &str| map([("value", unit.into()), ("name", name.into())]);
    assert_eq!(rows, vec![row("U1", "unit_reviewer@U1"), row("U2", "title_reviewer@U2")].into());
}

#[test]
fn today_is_the_shanghai_day_of_the_command() {
    assert_eq!(value("today"), date("2026-11-25"));
    assert!(holds("today <= due"));
    assert!(holds("date(now) == today"));
}

#[test]
fn the_paths_an_expression_reads_are_told_once() {
    let expression =
        compiled("form.basic.score > 3 and form.basic.score < 9 and any(route, it.unit == unit)");
    assert_eq!(
        expression.reads(),
        [
            vec!["form".to_owned(), "basic".to_owned(), "score".to_owned()],
            vec!["route".to_owned()],
            vec!["unit".to_owned()],
        ]
    );
    assert_eq!(
        compiled("route[at].unit").reads(),
        [vec!["route".to_owned()], vec!["at".to_owned()]]
    );
}

#[test]
fn and_stops_at_the_first_part_that_fails() {
    assert!(!holds("late and 1 / (at - 1) == 1"));
    assert!(holds("not late or 1 / (at - 1) == 1"));
}

#[test]
fn data_that_do_not_fit_the_definition_are_an_evaluation_fault() {
    let mut world = world();
    world.values.insert("at".to_owned(), "three".into());
    let fault = compiled("at + 1").evaluate(&world).unwrap_err();
    assert_eq!(fault.to_string(), "数据类型与定义不符：需要数，却是文本");
    world.values.insert("late".to_owned(), Value::None);
    assert!(compiled("late").holds(&world).is_err());
}

#[test]
fn an_expression_is_equal_to_one_of_the_same_text_and_type() {
    assert_eq!(compiled("at + 1"), compiled("at + 1"));
    assert_ne!(compiled("at + 1"), compiled("at + 2"));
}

#[test]
fn lists_that_are_written_out_are_known_in_each_branch() {
    let listed = |source| compiled(source).listed_texts();
    assert_eq!(listed("['a', \"b\"]"), Some(vec!["a".to_owned(), "b".to_owned()]));
    let either = "['a'] if 'x' in ['x', ' else '] else ['b'] if form.basic.score > 0 else ['c']";
    assert_eq!(listed(either), Some(["a", "b", "c"].map(str::to_owned).to_vec()));
    assert_eq!(listed("['a'] + ['b']"), None);
    assert_eq!(listed("['a'] if form.basic.score > 0 else filter(['a'], it != '')"), None);
}
