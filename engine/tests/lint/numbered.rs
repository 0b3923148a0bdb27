//! Letters that write a number on ways of which some have taken it and some have not.

use crate::{changed, remarks};

/// A case that takes a number, or does not; the tests change one thing of it.
const CASE: &str = "\
workflow: aid
name: 援助
start: {by: owner, given: {person: person}, ask: {soon: {name: 急, type: yes_no, required: true}}, set: {soon: ask.soon}, to: received}
participants: {owner: {account: person.account}}
vars: {soon: false}
numbers: {no: {name: 号, text: '{n}'}}
states:
  received: {name: 收, tasks: {look: {name: 看, for: owner, actions: {go: {name: 好, choose: {fast: {when: soon, to: choosing}, otherwise: {to: waiting}}}}}}}
  waiting: {name: 等, tasks: {wait: {name: 等, for: owner, actions: {ok: {name: 好, to: choosing}}}}}
  choosing: {name: 选, tasks: {choose: {name: 选, for: owner, actions: {pick: {name: 选, to: picked}, drop: {name: 不, to: refused}}}}}
  picked: {name: 取, choose: {otherwise: {number: no, to: working}}}
  working: {name: 办, tasks: {work: {name: 办, for: owner, actions: {back: {name: 回, to: choosing}, done: {name: 完, to: over}}}}}
  refused: {name: 不办, enter: {notify: {owner: numbered}}, end: true}
  over: {name: 完, end: true}
";

fn case(changes: &[(&str, &str)]) -> String {
    let mut text = CASE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let letter = ("letters/numbered.txt", "主题：编号\n\n{{ numbers.no }}\n");
    remarks(&[("aid.yaml", &text), letter])
}

#[test]
fn two_ways_without_it_and_one_that_comes_back_with_it() {
    insta::assert_snapshot!(case(&[]), @"aid.yaml:13:47: 提醒: 信件「numbered」写了 numbers.no，第一次到这里时可能还没有取过它：发不出去（先取编号（number: no）再发，或换一封信）");
    assert_eq!(
        case(&[
            ("{fast: {when: soon, to", "{fast: {when: soon, number: no, to"),
            ("ok: {name: 好, to", "ok: {name: 好, number: no, to")
        ]),
        "",
        "both take it"
    );
}

#[test]
fn what_a_variable_shuts_out_is_no_way() {
    let took = [
        ("vars: {soon: false}", "vars: {soon: false, has: false}"),
        ("{number: no, to: working}", "{number: no, set: {has: true}, to: working}"),
    ];
    let drop = |when: &str| {
        case(&[
            took[0],
            took[1],
            ("drop: {name: 不, to", &format!("drop: {{name: 不, when: {when}, to")),
        ])
    };
    assert_eq!(drop("has"), "");
    assert!(drop("not has").contains("写了 numbers.no"), "{}", drop("not has"));
    assert_eq!(drop("has or person.series is none"), "", "it may hang together");
    // One answer is not two things at once.
    let both = case(&[
        (
            "fast: {when: soon, to: choosing}, otherwise: {to: waiting}",
            "fast: {when: soon, number: no, to: choosing}, otherwise: {to: waiting}",
        ),
        ("ok: {name: 好, to", "ok: {name: 好, number: no, to"),
        (
            "set: {soon: ask.soon}, to: received",
            "set: {soon: ask.soon}, choose: {soon: {when: ask.soon, to: received}, otherwise: {to: received}}",
        ),
    ]);
    assert_eq!(both, "");
    let by_answer = case(&[
        ("vars: {soon: false}", "vars: {soon: false, yes: false}"),
        (
            "ok: {name: 好, to: choosing}",
            "ok: {name: 好, ask: {yes: {name: 是, type: yes_no, required: true}}, set: {yes: ask.yes}, choose: {yes: {when: ask.yes, number: no, to: choosing}, otherwise: {to: choosing}}}",
        ),
        ("fast: {when: soon, to: choosing}, otherwise", "otherwise"),
        ("drop: {name: 不, to", "drop: {name: 不, when: yes, to"),
    ]);
    assert_eq!(by_answer.lines().filter(|it| !it.contains("soon")).collect::<String>(), "");
}

#[test]
fn what_the_case_was_given_may_be_either_and_stays_so() {
    let by_given = |drop: &str| {
        case(&[
            (
                "vars: {soon: false}",
                "vars: {soon: false}\nvalues: {kind: [{when: person.series is none, is: \"'a'\"}, {is: \"'b'\"}]}",
            ),
            ("fast: {when: soon, to", "fast: {when: \"kind == 'a'\", number: no, to"),
            ("otherwise: {to: waiting}", "otherwise: {to: choosing}"),
            (
                "  waiting: {name: 等, tasks: {wait: {name: 等, for: owner, actions: {ok: {name: 好, to: choosing}}}}}\n",
                "",
            ),
            (
                ", drop: {name: 不, to: refused}",
                &format!(
                    ", drop: {{name: 不, choose: {{none: {{when: {drop}, to: refused}}, otherwise: {{to: over}}}}}}"
                ),
            ),
        ])
    };
    let told = |text: &str| text.contains("写了 numbers.no");
    assert!(told(&by_given("\"person.name != ''\"")), "{}", by_given("\"person.name != ''\""));
    assert!(!told(&by_given("\"kind == 'a'\"")), "{}", by_given("\"kind == 'a'\""));
    assert!(!told(&by_given("person.series is none")), "of the same field");
}

#[test]
fn a_reminder_of_a_case_that_waits_without_it() {
    let waiting = |timer: &str| {
        case(&[
            ("  waiting: {name: 等, tasks", &format!("  waiting: {{name: 等, {timer}, tasks")),
            ("notify: {owner: numbered}", "set: {soon: true}"),
        ])
    };
    let timer = "timers: {late: {lasts: 9 days, remind: {3 days: numbered}, over: {to: over}}}";
    insta::assert_snapshot!(waiting(timer), @"aid.yaml:9:70: 提醒: 信件「numbered」写了 numbers.no，这时还没有取过它：发不出去（先取编号（number: no）再发，或换一封信）");
    let working = case(&[
        (
            "  working: {name: 办, tasks: {work: {name: 办, for: owner,",
            "  working: {name: 办, tasks: {work: {name: 办, for: owner, timers: {late: {lasts: 9 days, remind: {3 days: numbered}}},",
        ),
        ("notify: {owner: numbered}", "set: {soon: true}"),
    ]);
    assert_eq!(working, "", "it has one by then");
    let choosing = case(&[
        (
            "  choosing: {name: 选, tasks: {choose: {name: 选, for: owner,",
            "  choosing: {name: 选, tasks: {choose: {name: 选, for: owner, timers: {late: {lasts: 9 days, remind: {3 days: numbered}}},",
        ),
        ("notify: {owner: numbered}", "set: {soon: true}"),
    ]);
    insta::assert_snapshot!(choosing, @"aid.yaml:10:109: 提醒: 信件「numbered」写了 numbers.no，到这里时可能还没有取过它：发不出去（先取编号（number: no）再发，或换一封信）");
}

#[test]
fn a_number_that_nothing_takes() {
    let told = changed(&[
        ("vars: {", "numbers: {paper: {name: 编号, text: '{n}'}}\nvars: {"),
        ("when: days > 0, to", "when: numbers.paper is none, to"),
    ]);
    assert!(told.contains("leave.yaml:8:11: 提醒: 编号「paper」没有哪里取它"), "{told}");
}
