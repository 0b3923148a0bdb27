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

#[test]
fn of_several_that_end_at_the_same_moment_the_first_of_the_text_goes_first() {
    passes(
        r#"
workflow: tie
name: 同时
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants: {applicant: {account: person.account}}
vars: {log: ""}
states:
  open:
    name: 开
    timers:
      zeta: {lasts: 1 hours, over: {set: {log: "log + 'z'"}}}
      beta: {lasts: 60 minutes, over: {set: {log: "log + 'b'"}, to: next}}
      alpha: {lasts: 1 hours, over: {set: {log: "log + 'a'"}, to: gone}}
    tasks: {wait: {name: 等, for: applicant, actions: {leave: {name: 走, to: gone}}}}
  next: {name: 下一步, tasks: {rest: {name: 等, for: applicant, actions: {leave: {name: 走, to: gone}}}}}
  gone: {name: 完, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- advance: 1 hours
- expect: {case: c, state: next, vars: {log: zb}}
"#,
    );
}

#[test]
fn days_that_follow_an_end_at_midnight_leave_none_out() {
    passes(
        r#"
workflow: chain
name: 接着
start: {by: applicant, given: {person: person, unit: unit}, to: public}
participants: {applicant: {account: person.account}}
vars: {since: {type: moment?}}
states:
  public:
    name: 公示
    timers: {notice: {lasts: 3 days, over: {set: {since: now}, to: appeal}}}
  appeal:
    name: 申诉
    timers:
      wait: {lasts: 3 days, over: {to: gone}}
      work: {lasts: 2 working days}
      shown: {lasts: 2 publicity days}
      hours: {lasts: 5 hours}
      month: {lasts: 1 months rolled}
      counted: {lasts: 3 days, from: "since or_else now"}
    tasks: {rest: {name: 等, for: applicant, actions: {leave: {name: 走, to: gone}}}}
  gone: {name: 完, end: true}
"#,
        r#"
- given: {calendar: {offdays: [2026-07-04, 2026-07-05]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {notice: 2026-07-04 24:00}}
- advance: {to: 2026-07-04 24:00}
- expect:
    case: c
    state: appeal
    timers: {wait: 2026-07-07 24:00, counted: 2026-07-07 24:00, work: 2026-07-07 24:00, shown: 2026-07-07 24:00, hours: 2026-07-05 05:00, month: 2026-08-04 24:00}
"#,
    );
}

#[test]
fn an_end_that_is_put_off_is_reminded_of_again() {
    passes(
        r#"
workflow: later
name: 展期
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
vars: {ends: {type: date, is: 2026-07-11}}
states:
  open:
    name: 开
    tasks:
      work: {name: 办, for: unit, timers: {due: {at: ends, remind: [3 days, 2 hours], over: {to: gone}}}, actions: {done: {name: 完, to: gone}}}
      more: {name: 展期, for: applicant, optional: true, repeat: true, actions: {more: {name: 展期, set: {ends: "add_days(ends, 9)"}}}}
  gone: {name: 完, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- advance: {to: 2026-07-11 22:30}
- expect: {case: c, notices: {r: [due, due]}}
- act: {case: c, by: a, do: more.more}
- expect: {case: c, timers: {due: 2026-07-20 24:00}}
- advance: {to: 2026-07-18 01:00}
- expect: {case: c, notices: {r: [due, due, due]}}
- advance: {to: 2026-07-20 23:00}
- expect: {case: c, state: open, notices: {r: [due, due, due, due]}}
"#,
    );
}

#[test]
fn a_recurring_time_begins_anew_where_what_it_counts_from_moves_on() {
    passes(
        r#"
workflow: reports
name: 报告
start: {by: applicant, given: {person: person, unit: unit}, set: {last: now}, to: open}
participants: {applicant: {account: person.account}}
vars: {last: {type: moment?}, late: 0, weeks: 0}
labels: {late: late, weeks: weeks}
states:
  open:
    name: 开
    timers:
      months: {lasts: 3 months, from: last or_else case.started, every: true, over: {set: {late: late + 1}}}
      days: {lasts: 7 days, from: last or_else case.started, every: true, over: {set: {weeks: weeks + 1}}}
    tasks: {report: {name: 报, for: applicant, optional: true, repeat: true, actions: {go: {name: 报, set: {last: now}}, stop: {name: 完, to: done}}}}
  done: {name: 完, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {months: 2026-10-01 24:00, days: 2026-07-08 24:00}}
- advance: {to: 2026-09-01 10:00}
- expect: {case: c, vars: {late: 0, weeks: 8}, timers: {days: 2026-09-02 24:00}}
- act: {case: c, by: a, do: report.go}
- expect: {case: c, timers: {months: 2026-12-01 24:00, days: 2026-09-08 24:00}}
- advance: {to: 2026-12-31 10:00}
- expect: {case: c, vars: {late: 1}, timers: {months: 2027-03-01 24:00, days: 2027-01-05 24:00}}
"#,
    );
}
