//! What scenarios expect of tasks and timers.

use engine::{definition::compile, simulate};

use super::{passes, run, sources};

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

#[test]
fn what_the_page_says_to_somebody_is_expected() {
    let flow = FLOW.replace(
        "pass: {name: 过, to: shut}",
        "pass: {name: 过, hint: '给{person.name}', confirm: 过了不能改, require: {late: {that: \"today > date('2026-07-02')\", say: 明天才能过}}, to: shut}",
    );
    let flow = flow.replace(
        "    name: 待办\n",
        "    name: 待办\n    advice: {applicant: '等{unit.name}审核'}\n",
    );
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, says: {a: {text: [等, 审核], without: 过}, r: [过, 给甲, 过了不能改, 明天才能过], z: none}}
- advance: 2 days
- expect: {case: c, says: {r: {text: 过了不能改, without: [明天, 等]}}}
"#,
    );
    let steps = "- start: {as: c, by: a, given: {person: A, unit: U}}\n\
                 - expect: {case: c, says: {a: 办好}}\n- expect: {case: c, says: {r: none}}";
    let failures = run(&flow, steps).failures;
    let failures: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
    assert_eq!(
        failures,
        [
            "c：页面对 a 说的里没有「办好」，全文是：等示例一中审核",
            "c：页面不应对 r 说什么，说的是：过 明天才能过 给甲 过了不能改",
        ]
    );
}
