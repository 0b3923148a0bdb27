//! Conditions that leave nothing open are left alone, whatever they are written with; those that do are
//! told with values that may really occur.

use super::changed;

/// The small flow with these rules in place of the action's own target, and what the step sets.
fn approve(with: &str) -> String {
    changed(&[("when: days > 0, to: approved", with)])
}

#[test]
fn comparisons_of_the_same_two_values_that_complete_each_other() {
    for (one, other) in [
        ("days >= length(person.name)", "days < length(person.name)"),
        ("days > length(person.name)", "length(person.name) >= days"),
        ("days * 2 == length(person.name)", "days * 2 != length(person.name)"),
        ("person.name == unit.name", "not (person.name == unit.name)"),
        ("any([1, 2], it > days)", "all([1, 2], it <= days)"),
        ("contains(person.name, 'x')", "not contains(person.name, 'x')"),
        ("(person.series or_else '') == 'x'", "(person.series or_else '') != 'x'"),
        ("length(person.name) > 2", "length(person.name) <= 2"),
    ] {
        let rules = format!(
            "choose: {{one: {{when: \"{one}\", to: approved}}, other: {{when: \"{other}\", to: rejected}}}}"
        );
        assert_eq!(approve(&rules), "", "{one} / {other}");
        let state = format!("approved: {{{rules}}}").replace("to: approved", "to: done");
        let rested = changed(&[(
            "approved: {end: true}",
            &format!("{state}\n  done: {{end: true, status: approved}}"),
        )]);
        assert_eq!(rested, "", "{one} / {other} as rules of a state");
    }
}

#[test]
fn what_is_computed_is_seen_through() {
    let told = changed(&[
        ("labels:", "values: {long: days > 5}\nlabels:"),
        (
            "when: days > 0, to: approved",
            "choose: {one: {when: long, to: approved}, other: {when: days <= 5, to: rejected}}",
        ),
    ]);
    assert_eq!(told, "");
}

#[test]
fn named_values_complete_each_other_like_what_they_stand_for() {
    let with = |values: &str, rules: &str| {
        changed(&[
            (
                "vars:",
                "form: {sections: {trip: {name: 行程, fields: {k: {name: 数, type: integer}}}}}\nvars:",
            ),
            (
                "labels: {",
                &format!("values: {{x: \"form.trip.k or_else 0\"{values}}}\nlabels: {{x: x, "),
            ),
            ("        for: reviewer\n", "        for: reviewer\n        edit: all\n"),
            ("when: days > 0, to: approved", rules),
            ("reject: {name: 不同意,", "reject: {name: 不同意, hint: \"{x}\","),
        ])
    };
    for (one, other) in [("x < 5", "x >= 5"), ("x == 0", "x != 0"), ("5 > x", "x >= 5")] {
        let rules = format!(
            "choose: {{one: {{when: {one}, to: approved}}, other: {{when: {other}, to: rejected}}}}"
        );
        assert_eq!(with("", &rules), "", "{one} / {other}");
        let table = format!(", f: [{{when: {one}, is: 1}}, {{when: {other}, is: 2}}]");
        let lasts = format!(
            "to: approved}}\n        timers: {{late: {{lasts: [{{when: {one}, is: 3 days}}, {{when: {other}, is: 4 days}}], over: {{to: rejected, set: {{days: f}}}}}}}}\n        more: {{"
        );
        assert_eq!(with(&table, "hint: \"{f}\", to: approved"), "", "{one} / {other} in a table");
        let lasts = lasts.split("\n        more").next().unwrap_or_default().to_owned();
        let timed = with(&table, &lasts);
        assert!(!timed.contains("决策表"), "{one} / {other} in a length: {timed}");
    }
    let rules = "choose: {one: {when: x < 5, to: approved}, other: {when: x > 5, to: rejected}}";
    let open = with("", rules);
    assert!(open.contains("动作「approve」的规则在 form.trip.k = 5 时都不成立"), "{open}");
}

#[test]
fn values_that_never_come_are_no_gap() {
    let asked = |field: &str, rules: &str| {
        approve(&format!("ask: {{m: {{name: 数, {field}, required: true}}}}, choose: {{{rules}}}"))
    };
    let three = "one: {when: ask.m == 1, to: approved}, two: {when: ask.m == 2, to: rejected}, three: {when: ask.m == 3, to: approved}";
    assert_eq!(asked("type: integer, min: 1, max: 3", three), "");
    let four = asked("type: integer, min: 1, max: 4", three);
    assert!(four.contains("动作「approve」的规则在 ask.m = 4 时都不成立"), "{four}");
    let price = "free: {when: ask.m == 0, to: approved}, paid: {when: ask.m > 0, to: rejected}";
    assert_eq!(asked("type: decimal, min: 0", price), "");
    let less = asked("type: decimal", price);
    assert!(less.contains("ask.m = -1 时都不成立"), "{less}");
}

#[test]
fn what_the_step_sets_is_what_its_rules_see() {
    let kind = [("vars: {days: 0}", "vars: {days: 0, kind: plain, a: 0, b: 0}")];
    let of = |step: &str| changed(&[kind[0], ("when: days > 0, to: approved", step)]);
    assert_eq!(
        of(
            "set: {kind: \"'odd' if days > 3 else 'even'\"}, choose: {odd: {when: kind == 'odd', to: approved}, even: {when: kind == 'even', to: rejected}}, hint: \"{a}{b}\""
        )
        .lines()
        .filter(|line| !line.contains("一直是 0"))
        .collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    let split = |whole: u8| {
        of(&format!(
            "ask: {{m: {{name: 数, type: integer, min: 0, max: 5, required: true}}}}, set: {{a: ask.m, b: {whole} - ask.m, kind: \"'x'\"}}, choose: {{more: {{when: a > b, to: approved}}, less: {{when: a < b, to: rejected}}}}, hint: \"{{kind}}\""
        ))
    };
    assert_eq!(split(5), "", "they cannot be equal");
    let equal = split(4);
    assert!(equal.contains("ask.m = 2 时都不成立"), "{equal}");
}

#[test]
fn what_every_way_in_sets_is_all_there_is() {
    let flow = |plain: &str| {
        changed(&[
            ("vars: {days: 0}", "vars: {days: 0, kind: plain}"),
            (
                "approve: {name: 同意, when: days > 0, to: approved}",
                &format!(
                    "odd: {{name: 甲, set: {{kind: \"'odd'\"}}, to: middle}}\n          even: {{name: 乙, {plain}to: middle}}"
                ),
            ),
            (
                "  approved: {end: true}",
                "  middle:\n    name: 中\n    status: pending\n    tasks:\n      last: {name: 定, for: applicant, actions: {one: {name: 甲, when: kind == 'odd', to: approved}, two: {name: 乙, when: kind == 'even', to: rejected}}}\n  approved: {end: true}",
            ),
        ])
    };
    assert_eq!(flow("set: {kind: \"'even'\"}, "), "");
    let plain = flow("");
    assert!(plain.contains("kind = plain 时「middle」里没有一个动作能做"), "{plain}");
}

#[test]
fn what_is_not_seen_to_be_complete_is_no_error() {
    let told = changed(&[(
        "approved: {end: true}",
        "approved: {choose: {one: {when: \"contains(person.name, 'x')\", to: rejected}}}",
    )]);
    assert!(told.contains("leave.yaml:19:3: 提醒: 状态「approved」没有任务和计时器，看不出总有一条规则成立：都不成立时就停在这里"), "{told}");
    assert!(!told.contains("错误"), "{told}");
}

#[test]
fn a_variable_that_the_sending_step_sets_is_in_its_letter() {
    let letter = ("letters/told.txt", "主题：定了\n\n{{ due | date }}\n");
    let flow = |set: &str| {
        let text = super::LEAVE
            .replace("vars: {days: 0}", "vars: {days: 0, due: {type: date?}}")
            .replace("when: days > 0, to", &format!("{set}notify: {{applicant: told}}, to"));
        super::remarks(&[("leave.yaml", &text), letter])
    };
    assert_eq!(flow("set: {due: \"add_days(today, 10)\"}, "), "");
    let unset = flow("");
    assert!(unset.contains("信件「told」里的 due 可能没有值"), "{unset}");
}

#[test]
fn a_hook_that_a_flow_above_sets_may_be_anything() {
    let base = super::LEAVE
        .replace("vars: {days: 0}", "vars: {days: 0, kind: plain}")
        .replace("when: days > 0, to", "when: kind == 'plain' or kind == 'odd', to");
    let child = "workflow: late\nextends: leave\nname: 晚\nstart: {ask: {kind: {name: 类, choice: {plain: 平, odd: 奇}, required: true}}, set: {kind: ask.kind}}\n";
    assert_eq!(super::remarks(&[("leave.yaml", &base), ("late.yaml", child)]), "");
    let alone = super::remarks(&[("leave.yaml", &base)]);
    assert!(alone.contains("变量「kind」永远不会是 'odd'"), "{alone}");
}
