//! Timers that come again and again.

use super::passes;

/// Three timers that come again, and a task that changes what none of them depends on.
const FLOW: &str = r#"
workflow: recurring
name: 周期
start: {by: applicant, given: {person: person, unit: unit}, to: running}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
vars: {rung: 0, count: 0, extra: 0}
states:
  running:
    name: 实施
    timers:
      waiting: {lasts: 2 working days, every: true, over: {set: {rung: rung + 1}, notify: {unit: reminder}}}
      month: {lasts: 1 months, every: true, over: {set: {count: count + 1}}}
      year: {lasts: 12 months, every: true, over: {notify: {applicant: reminder}}}
    tasks:
      note: {name: 记, for: unit, repeat: true, actions: {note: {name: 记, set: {extra: extra + 1}}}}
      end: {name: 完, for: unit, actions: {end: {name: 完, to: done}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn a_timer_that_begins_anew_does_not_catch_up() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {waiting: 2026-07-03}}
- advance: {to: 2026-07-04 00:00}
- expect: {case: c, vars: {rung: 1}, timers: {waiting: 2026-07-07}}
- advance: {to: 2026-07-10 00:00}
- expect: {case: c, vars: {rung: 3}, timers: {waiting: 2026-07-13}, notices: {r: [reminder, reminder, reminder]}}
"#,
    );
}

#[test]
fn a_timer_of_months_comes_on_the_same_day_of_every_month() {
    passes(
        FLOW,
        r#"
- advance: {to: 2028-01-31 10:00}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {month: 2028-02-29, year: 2029-01-31}}
- advance: {to: 2028-03-01 09:00}
- expect: {case: c, vars: {count: 1}, timers: {month: 2028-03-31}}
- act: {case: c, by: r, do: note.note}
- expect: {case: c, timers: {month: 2028-03-31}}
- advance: {to: 2028-05-01 09:00}
- expect: {case: c, vars: {count: 3}, timers: {month: 2028-05-31}}
- advance: {to: 2028-06-01 09:00}
- expect: {case: c, vars: {count: 4}, timers: {month: 2028-06-30, year: 2029-01-31}}
"#,
    );
}

#[test]
fn where_nobody_has_work_to_do_those_are_reminded_who_may_do_something() {
    let flow = |other: &str| {
        format!(
            r#"
workflow: permit
name: 许可
start: {{by: applicant, given: {{person: person, unit: unit}}, to: valid}}
participants: {{applicant: {{account: person.account}}, unit: {{role: reviewer, unit: unit.id}}}}
states:
  valid:
    name: 有效
    timers: {{period: {{lasts: 10 days, remind: 3 days, over: {{to: done}}}}}}
    tasks:
      renew: {{name: 续期, for: applicant, optional: true, actions: {{renew: {{name: 续, to: valid}}}}}}
{other}  done: {{name: 期满, end: true}}
"#
        )
    };
    let steps = |notices: &str| {
        format!(
            r#"
- start: {{as: c, by: a, given: {{person: A, unit: U}}}}
- advance: 8 days
- expect: {{case: c, state: valid, notices: {{{notices}}}}}
"#
        )
    };
    passes(&flow(""), &steps("a: [due]"));
    let work = "      check: {name: 查, for: unit, actions: {ok: {name: 好, to: done}}}\n";
    passes(&flow(work), &steps("r: [due]"));
}
