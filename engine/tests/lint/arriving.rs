//! What is wrong as soon as a case begins, or comes to a state.

use crate::{changed, remarks};

#[test]
fn a_label_that_divides_by_zero_when_the_case_begins() {
    let with = |start: &str, label: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                &format!("vars: {{days: 0, share: {start}}}\nvalues: {{part: 100 / share}}"),
            ),
            ("days: days}", &format!("days: days, part: \"{label}\"}}")),
            ("{name: 同意, ", "{name: 同意, set: {share: share + 1}, "),
        ])
    };
    insta::assert_snapshot!(with("0", "part"), @"leave.yaml:10:47: 提醒: 一发起标签「part」就算不出来：除数为零，谁也发起不了（先判断除数，如 a / b if b != 0 else 0）");
    assert_eq!(with("1", "part"), "");
    assert_eq!(with("0", "part if share > 0 else 0"), "");
    assert_eq!(with("0", "0 if share == 0 else part"), "");
    let asked = changed(&[
        ("days: days}", "days: days, part: 100 / days}"),
        ("vars: {days: 0}", "vars: {days: 0}"),
    ]);
    assert_eq!(asked, "", "what is asked need not be zero");
    let answered = with("1", "part + 100 / review.times");
    assert!(answered.contains("一发起标签「part」就算不出来"), "{answered}");
    let later = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, share: 1}"),
        ("days: days}", "days: days, part: 100 / share}"),
        ("{name: 同意, ", "{name: 同意, set: {share: 0}, "),
    ]);
    assert!(later.contains("到「approved」时标签「part」算不出来"), "{later}");
}

/// Where a target names a variable, the values it was given on the way.
fn back(changes: &[(&str, &str)]) -> String {
    let mut text = "\
workflow: back
name: 退
start: {by: who, given: {person: person, unit: unit}, to: one}
participants: {who: {account: person.account}, clerk: {role: unit_reviewer, unit: unit.id}}
vars: {back: \"\", level: 0}
form: {sections: {note: {name: 说明, fields: {text: {name: 文字}}}}}
states:
  one: {name: 一, tasks: {a: {name: 甲, for: who, edit: all, actions: {go: {name: 走, freeze: true, to: two}}}}}
  two: {name: 二, tasks: {b: {name: 乙, for: clerk, actions: {back: {name: 退, set: {back: case.state, level: 2}, to: mend}, ok: {name: 好, to: three}}}}}
  three: {name: 三, tasks: {c: {name: 丙, for: clerk, actions: {back: {name: 退, set: {back: case.state, level: 3}, to: mend}, ok: {name: 好, to: over}}}}}
  mend: {name: 改, tasks: {d: {name: 丁, for: who, edit: all, actions: {again: {name: 再交, freeze: true, to: back, among: [two, three]}}}}}
  over: {name: 完, end: true}
labels: {level: level}
"
    .to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("back.yaml", &text)])
}

#[test]
fn a_variable_that_names_a_target_and_was_given_another_state() {
    assert_eq!(back(&[]), "");
    let short = ("among: [two, three]", "among: [two]");
    insta::assert_snapshot!(back(&[short]), @"back.yaml:11:120: 提醒: to 这时可能是「three」（「three」里动作「c.back」设的 case.state），among 里没有：到时办不成（在 among 里加上 three，或在那里给「back」别的值）");
    let written = ("{back: case.state, level: 3}", "{back: \"'elsewhere'\", level: 3}");
    insta::assert_snapshot!(back(&[written]), @"back.yaml:11:120: 提醒: to 这时可能是「elsewhere」（「three」里动作「c.back」设的 'elsewhere'），among 里没有：到时办不成（在那里给「back」一个 among 里的状态）");
    let asked = (
        "set: {back: case.state, level: 3}",
        "ask: {where: {name: 到哪里, choice: {two: 二, three: 三}, required: true}}, set: {back: ask.where, level: 3}",
    );
    assert_eq!(back(&[asked]), "");
    insta::assert_snapshot!(back(&[asked, short]), @"back.yaml:11:120: 提醒: to 这时可能是「three」（「three」里动作「c.back」设的 ask.where），among 里没有：到时办不成（在 among 里加上 three，或在那里给「back」别的值）");
    let at_once = (
        "set: {back: case.state, level: 3}, to: mend",
        "set: {back: \"'one'\"}, to: back, among: [mend]",
    );
    insta::assert_snapshot!(back(&[at_once]), @"back.yaml:10:118: 提醒: to 这时可能是「one」（动作「c.back」设的 'one'），among 里没有：到时办不成（在 among 里加上 one，或在那里给「back」别的值）");
    let first = [
        ("unit: unit}, to: one", "unit: unit}, to: mend"),
        ("again: {", "first: {name: 先, to: one}, again: {"),
    ];
    insta::assert_snapshot!(back(&first), @r#"back.yaml:11:147: 提醒: to 这时可能是空的（起初的值），among 里没有：到时办不成（先给「back」一个状态，或写一条规则接住，如 {when: "back == ''", to: 状态}）"#);
}

#[test]
fn a_target_that_is_only_taken_with_other_values_of_its_variable() {
    let again = "again: {name: 再交, freeze: true, to: back, among: [two, three]}";
    let by = |two: &str, three: &str| {
        let each = format!(
            "again: {{name: 再交, when: {two}, freeze: true, to: back, among: [two]}}, more: {{name: 又交, when: {three}, freeze: true, to: back, among: [three]}}"
        );
        back(&[(again, &each)])
    };
    assert_eq!(by("back == 'two'", "back == 'three'"), "");
    assert_eq!(by("level == 2", "level == 3"), "", "set by the same action");
    assert_eq!(by("c.times == 0", "c.times > 0"), "", "it may hang together");
    let choosing = |first: &str| {
        let chosen = format!(
            "again: {{name: 再交, freeze: true, choose: {{far: {{when: \"{first}\", set: {{judged: case.submission}}, to: three}}, otherwise: {{set: {{judged: case.submission}}, to: back, among: [two]}}}}}}"
        );
        back(&[(again, &chosen), ("level: 0}", "level: 0, judged: 0}")])
    };
    assert_eq!(choosing("back == 'three'"), "");
    assert_eq!(choosing("back in ['three', 'over']"), "");
    let told = choosing("changed(['note'], judged)");
    assert!(told.contains("to 这时可能是「three」"), "{told}");
    let moved =
        ("mend: {name: 改, ", "mend: {name: 改, choose: {far: {when: level == 3, to: three}}, ");
    assert_eq!(back(&[("among: [two, three]", "among: [two]"), moved]), "");
}
