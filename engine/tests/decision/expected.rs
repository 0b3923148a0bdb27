//! What scenarios expect of tasks and timers.

use engine::{definition::compile, simulate};

use super::{passes, sources};

const FLOW: &str = r#"
workflow: desk
name: 窗口
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  nobody: {account: "''"}
states:
  open:
    name: 待办
    tasks:
      review:
        name: 审核
        for: unit
        timers: {soon: {lasts: 2 days, remind: 1 days}}
        actions: {pass: {name: 过, to: shut}}
      read: {name: 阅, for: nobody, optional: true, actions: {read: {name: 阅}}}
  shut: {name: 关, tasks: {end: {name: 结束, for: unit, actions: {end: {name: 结束, to: done}}}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn a_timer_that_has_ended_is_expected_in_the_words_in_which_it_is_told() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {soon: 2026-07-03}}
- advance: 3 days
- expect: {case: c, timers: {soon: 已到期}}
- expect: {case: c, timers: {soon: over}}
- act: {case: c, by: r, do: review.pass}
- expect: {case: c, timers: {soon: none}}
"#,
    );
}

#[test]
fn a_task_that_nobody_has_is_expected_of_no_one() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {review: [r], read: [], end: []}}
- expect: {case: c, tasks: {review: [r]}}
- act: {case: c, by: r, do: review.pass}
- expect: {case: c, tasks: {end: [r], review: []}}
"#,
    );
}

#[test]
fn what_is_no_time_and_what_is_no_task_is_told_without_running() {
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}}\n\
                 - expect: {case: c, tasks: {reviw: []}, timers: {soon: ended}}";
    let sources = sources(FLOW, steps);
    let told = simulate::faults(&compile(&sources), &sources);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    scenarios/flow.yaml:13:31: 错误: 没有叫「reviw」的任务（是不是「review」）
    scenarios/flow.yaml:13:58: 错误: 「ended」不是到期的时刻（写成 2026-07-08 24:00；已经到期的写 已到期，没有在走的写 none）
    ");
}
