//! What is written before or after its time: a task closed where it is never open, somebody left out
//! who only acts later, and rules of which one may lack a place.

use crate::remarks;

const STAGES: &str = "\
workflow: stages
name: 逐级
start: {by: applicant, given: {person: person, unit: unit}, to: one}
participants:
  applicant: {account: person.account}
  first: {each: members}
  second: {each: members, except: [screen.by]}
  payer: {role: unit_reviewer, unit: unit.id}
facts: {members: {host: members, with: {unit: unit.id}}}
states:
  one: {name: 一, tasks: {screen: {name: 初审, for: first, actions: {go: {name: 过, to: two}}}}, timers: {slow: {lasts: 3 days, over: {to: two}}}}
  two:
    name: 二
    timers: {late: {lasts: 3 days, over: {close: check, to: three}}}
    tasks: {check: {name: 复核, for: second, actions: {go: {name: 过, to: three}}}}
  three: {name: 三, tasks: {pay: {name: 付款, for: payer, actions: {go: {name: 付, to: done}}}}}
  done: {name: 完, end: true}
";

fn with(from: &str, to: &str) -> String {
    let changed = STAGES.replace(from, to);
    assert!(from.is_empty() || changed != STAGES, "{from}");
    remarks(&[("stages.yaml", &changed)])
}

#[test]
fn a_task_is_closed_where_it_is_never_open() {
    assert_eq!(with("", ""), "");
    insta::assert_snapshot!(with("close: check", "close: screen"), @"stages.yaml:14:50: 提醒: 任务「screen」在「two」里没有开着，close 不会截止什么（去掉 close，或写这里的任务（check））");
}

#[test]
fn whoever_only_acts_later_is_left_out_in_vain() {
    insta::assert_snapshot!(with("[screen.by]", "[pay.by]"), @"stages.yaml:7:36: 提醒: 「pay」在这之后才办，这时没有人办过它：except 谁也没有排除（写在前面办的任务，如 初审.by）");
    assert_eq!(
        with("go: {name: 付, to: done}", "go: {name: 付, to: done}, back: {name: 退, to: two}"),
        ""
    );
    let back = STAGES
        .replace("[screen.by]", "[pay.by]")
        .replace("go: {name: 付, to: done}", "go: {name: 付, to: done}, back: {name: 退, to: two}");
    assert_eq!(remarks(&[("stages.yaml", &back)]), "");
}

#[test]
fn a_rule_that_may_lack_a_place_hides_no_other() {
    let seats = STAGES
        .replace("states:\n", "holds: {seat: {of: [unit.id], in: [three], say: 满了}}\nstates:\n")
        .replace(
            "check: {name: 复核, for: second, actions: {go: {name: 过, to: three}}}",
            "check: {name: 复核, for: second, actions: {go: {name: 过, choose: {seat: {when: person.name != '', to: three}, wait: {when: person.name != '', to: queue}, otherwise: {to: done}}}}}",
        )
        .replace("  three: {", "  queue: {name: 候补, choose: {up: {when: person.name != '', to: three}}}\n  three: {");
    assert_eq!(remarks(&[("stages.yaml", &seats)]), "");
}

#[test]
fn a_list_that_hangs_on_its_own_answers() {
    let own = |filter: &str| {
        with("first: {each: members}", &format!("first: {{each: members, where: \"{filter}\"}}"))
    };
    insta::assert_snapshot!(own("it.account not in screen.done"), @"stages.yaml:6:33: 错误: 名单看的是自己的任务「screen」：有人一答名单就变，永远定不下来（办的人和收信的人分成两个参与者：办的那个不写这个 where）");
    assert_eq!(own("it.account not in check.done"), "");
    assert_eq!(own("it.name != ''"), "");
}

#[test]
fn what_is_made_void_keeps_nobody_apart() {
    let back = |step: &str| {
        with(
            "go: {name: 付, to: done}",
            &format!("go: {{name: 付, to: done}}, back: {{name: 退, {step}}}"),
        )
    };
    insta::assert_snapshot!(back("void: [screen], to: two"), @"stages.yaml:16:113: 提醒: 作废了「screen」，screen.by 就空了：「second」不再排除办过「screen」的人，他也能办「check」（去掉 screen，或回到办「screen」的状态，或先把 screen.by 放进变量，except 里写变量）");
    assert_eq!(back("to: two"), "");
    assert_eq!(back("void: [screen], to: one"), "", "it is done anew");
    assert_eq!(back("void: [check], to: two"), "");
    let own = |void: &str| {
        with(
            "actions: {go: {name: 过, to: three}}",
            &format!(
                "actions: {{go: {{name: 过, to: three}}, redo: {{name: 重办, void: {void}}}}}"
            ),
        )
    };
    assert!(own("[screen, check]").contains("screen.by 就空了"), "it opens again here");
}
