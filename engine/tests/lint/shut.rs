//! Cases that would stand still because a task does not open.

use super::remarks;

const FIRST: &str =
    "      first: {name: 初审, for: office, actions: {agree: {name: 可}, refuse: {name: 不可}}}\n";

/// What is told where the second of two tasks opens only then and these rules lead on.
fn two(first: &str, when: &str, rules: &str) -> String {
    let flow = "\
workflow: two
name: 会审
start: {by: applicant, given: {person: person, unit: unit}, ask: {urgent: {name: 急, type: yes_no, required: true}, days: {name: 天数, type: integer, min: 0, max: 5, required: true}}, set: {urgent: ask.urgent, days: ask.days}, to: asking}
participants:
  applicant: {account: person.account}
  office: {role: unit_reviewer, unit: unit.id}
  chief: {role: title_reviewer, unit: unit.id}
vars: {urgent: false, days: 0}
labels: {urgent: urgent, days: days}
states:
  asking:
    name: 会审
    tasks:
FIRST      second: {name: 复审, for: chief, when: WHEN, actions: {agree: {name: 可}, refuse: {name: 不可}}}
    choose:
RULES  over: {name: 好, end: true}
  refused: {name: 不好, end: true}
";
    let flow = flow.replace("FIRST", first).replace("WHEN", when).replace("RULES", rules);
    let flow = match first.is_empty() {
        true => flow.replace("  office: {role: unit_reviewer, unit: unit.id}\n", ""),
        false => flow,
    };
    remarks(&[("two.yaml", &flow)])
}

const REFUSED: &str = "      back: {when: \"first.action == 'refuse'\", to: refused}\n";
const AGAIN: &str = "      again: {when: \"second.action == 'refuse'\", to: refused}\n";

#[test]
fn a_task_that_does_not_open_and_whose_answer_a_rule_waits_for() {
    let both =
        "      both: {when: \"first.action == 'agree' and second.action == 'agree'\", to: over}\n";
    let told = two(FIRST, "urgent", &format!("{REFUSED}{AGAIN}{both}"));
    insta::assert_snapshot!(told, @"two.yaml:14:7: 提醒: 「second」不打开、「first」都答了而没有一条规则成立时，案停在「asking」（如 urgent = 否，agree）（在 choose 最后加一条规则，如 rest: {when: \"first.action == 'agree' and not urgent\", to: 状态}）");
    let one = "      one: {when: \"first.action == 'agree' and not urgent\", to: over}\n";
    assert_eq!(two(FIRST, "urgent", &format!("{REFUSED}{AGAIN}{both}{one}")), "");
}

#[test]
fn an_answer_of_a_task_that_opens_now_and_then() {
    let either = "      either: {when: \"first.action == 'agree' and (second.action == 'agree' or not urgent)\", to: over}\n";
    let told = two(FIRST, "urgent", &format!("{REFUSED}{either}"));
    assert!(told.contains("「first」「second」都答了而没有一条规则成立时，案停在「asking」（如 urgent = 是，first agree；second refuse）"), "{told}");
    assert_eq!(two(FIRST, "urgent", &format!("{REFUSED}{AGAIN}{either}")), "");
}

#[test]
fn a_state_whose_only_task_does_not_open() {
    let rules = "      yes: {when: \"second.action == 'agree'\", to: over}
      no: {when: \"second.action == 'refuse'\", to: refused}\n";
    insta::assert_snapshot!(two("", "days > 2", rules), @"two.yaml:13:7: 提醒: 「second」不打开而没有一条规则成立时，案停在「asking」（如 days = 0）（在 choose 最后加一条规则，如 rest: {when: \"not (days > 2)\", to: 状态}）");
    let few = format!("{rules}      few: {{when: days <= 2, to: over}}\n");
    assert_eq!(two("", "days > 2", &few), "");
}

#[test]
fn where_another_task_opens_after_an_answer_the_other_answer_is_advised() {
    let rules = "      yes: {when: \"second.action == 'agree'\", to: over}
      no: {when: \"second.action == 'refuse'\", to: refused}\n";
    let told = two(FIRST, "\"first.action == 'agree'\"", rules);
    insta::assert_snapshot!(told, @"two.yaml:14:7: 提醒: 「first」都答了而没有一条规则成立时，案停在「asking」（如 refuse）（在 choose 最后加一条规则，如 rest: {when: \"first.action == 'refuse'\", to: 状态}）");
    assert_eq!(two(FIRST, "\"first.action == 'agree'\"", &format!("{REFUSED}{rules}")), "");
}
