//! Whom reminders and what is told of late tasks reach.

use super::passes;

#[test]
fn a_reminder_reaches_whom_only_a_fact_names() {
    let flow = r#"
workflow: tutored
name: 辅导
start: {by: applicant, given: {person: person, unit: unit}, to: waiting}
participants:
  applicant: {account: person.account}
  tutor: {account: first(pool).account or_else ''}
facts: {pool: {host: pool, with: {unit: unit.id}}}
states:
  waiting:
    name: 等
    timers: {long: {lasts: 5 days, remind: 4 days, over: {to: done}}, slow: {lasts: 6 days, remind: {5 days: reminder}, over: {to: done}}}
    tasks: {advise: {name: 指导, for: tutor, actions: {go: {name: 好, to: done}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: b, given: {person: B, unit: U}}
- expect: {case: c, tasks: {advise: [a]}}
- advance: 4 days
- expect: {case: c, notices: {a: [due, reminder], b: []}}
"#,
    );
}

#[test]
fn what_is_told_when_a_task_is_late_reaches_whoever_got_the_task() {
    let flow = r#"
workflow: late
name: 逾期
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
states:
  open:
    name: 办理
    tasks: {check: {name: 办, for: unit, timers: {slow: {lasts: 2 days, over: {notify: {unit: reminder, applicant: done}}}}, actions: {go: {name: 好, to: done}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- transfer: {case: c, by: r, do: check, to: z}
- advance: 3 days
- expect: {case: c, notices: {z: [transferred, reminder], r: [], a: [done]}}
"#,
    );
}
