//! Timers: they go before the command that comes too late, remind, and move.

use super::{passes, told};

#[test]
fn what_comes_after_the_end_comes_too_late() {
    let flow = r#"
workflow: due
name: 期限
start: {by: applicant, given: {person: person, unit: unit}, to: supplement}
participants: {applicant: {account: person.account}}
states:
  supplement:
    name: 补正
    timers: {reply: {lasts: 2 working days, remind: {1 working days: reminder}, over: {to: lapsed}}}
    tasks: {supply: {name: 补, for: applicant, actions: {send: {name: 交, to: done}}}}
  done: {name: 完成, end: true}
  lapsed: {name: 放弃, end: true}
"#;
    insta::assert_snapshot!(told(flow, r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {reply: 2026-07-03}}
- advance: {to: 2026-07-03 23:59}
- expect: {case: c, state: supplement, notices: {a: [reminder]}}
- advance: 1 minutes
- refused: {act: {case: c, by: a, do: supply.send}, because: 已结束}
- expect: {case: c, state: lapsed, closed: true, timers: {reply: none}}
"#), @r#"
2026-07-01 09:00 c a 发起「期限」
2026-07-01 09:00 c → 补正
2026-07-01 09:00 c 任务「补」打开
2026-07-01 09:00 c 计时 reply 到 2026 年 7 月 3 日 24:00
—— 时间到 2026 年 7 月 3 日 23:59 ——
2026-07-03 00:00 c 计时 reply 第 1 次提醒
　通知 account:a：reminder
—— 时间到 2026 年 7 月 3 日 24:00 ——
2026-07-04 00:00 c 计时 reply 到期
2026-07-04 00:00 c 任务「补」关闭
2026-07-04 00:00 c → 放弃
　拒绝：该事项已被他人处理或已结束
"#);
}

#[test]
fn a_publicity_is_over_only_once_every_objection_is_settled() {
    let flow = r#"
workflow: publicity
name: 公示
start: {by: applicant, given: {person: person, unit: unit}, to: publicity}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
states:
  publicity:
    name: 公示
    timers: {period: {lasts: 5 publicity days}}
    tasks:
      object: {name: 异议, for: unit, repeat: true, optional: true, actions: {object: {name: 提出}}}
      settle: {name: 处理, for: unit, repeat: true, when: object.times > settle.times, actions: {dismiss: {name: 不成立}, uphold: {name: 成立, to: rejected}}}
    choose: {over: {when: period.over and object.times == settle.times, to: done}}
  done: {name: 完成, end: true}
  rejected: {name: 不予通过, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {period: 2026-07-07}, tasks: {object: [r]}}
- act: {case: c, by: r, do: object.object}
- expect: {case: c, tasks: {object: [r], settle: [r]}}
- advance: {to: 2026-07-08 00:00}
- expect: {case: c, state: publicity, timers: {period: over}}
- act: {case: c, by: r, do: settle.dismiss}
- expect: {case: c, state: done}
"#,
    );
}

#[test]
fn the_end_moves_with_what_it_is_computed_from() {
    let flow = r#"
workflow: moving
name: 延期
start: {by: applicant, given: {person: person, unit: unit}, to: pending}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
vars: {extra: 0, until: {type: date, is: 2026-12-31}}
states:
  pending:
    name: 待审
    timers:
      reply: {lasts: '{20 + extra} days', over: {to: lapsed}}
      fixed: {at: until, over: {to: lapsed}}
    tasks:
      extend:
        name: 延
        for: unit
        repeat: true
        actions:
          more: {name: 延长, set: {extra: extra + 10}}
          until: {name: 定日, ask: {day: {name: 日, type: date, required: true}}, set: {until: ask.day}}
  lapsed: {name: 放弃, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {reply: 2026-07-21, fixed: 2026-12-31}}
- act: {case: c, by: r, do: extend.more}
- expect: {case: c, timers: {reply: 2026-07-31}, history: [计时 reply 由 2026 年 7 月 21 日 24:00 改到 2026 年 7 月 31 日 24:00]}
- act: {case: c, by: r, do: extend.until, ask: {day: 2026-07-05}}
- expect: {case: c, timers: {fixed: 2026-07-05}}
- advance: {to: 2026-07-06 00:00}
- expect: {case: c, state: lapsed}
"#,
    );
}

#[test]
fn a_timer_of_a_task_ends_with_it_and_gives_its_due_date() {
    let flow = r#"
workflow: tasktimer
name: 任务期限
start: {by: applicant, given: {person: person, unit: unit}, to: pending}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
states:
  pending:
    name: 待审
    tasks:
      early: {name: 甲, for: unit, timers: {soon: {lasts: 48 hours, remind: [12 hours], over: {to: lapsed}}}, actions: {pass: {name: 过}}}
      second: {name: 乙, for: unit, when: early.times > 0, actions: {pass: {name: 过, to: done}}}
  lapsed: {name: 超时, end: true}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {soon: 2026-07-03 09:00}}
- act: {case: c, by: r, do: early.pass}
- expect: {case: c, timers: {soon: none}, tasks: {second: [r]}}
- advance: {to: 2026-07-04 09:00}
- expect: {case: c, state: pending}
"#,
    );
}

const INVITED: &str = r#"
workflow: invited
name: 征询
start: {by: secretary, given: {person: person, unit: unit}, to: planned}
participants:
  secretary: {role: secretary, unit: unit.id}
  member: {each: members}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {members: {type: list of person}, reserve: {type: list of person}, missing: 0, again: 0}
states:
  planned:
    name: 筹备
    tasks:
      invite:
        name: 邀请
        for: secretary
        actions:
          invite: {name: 邀请, set: {members: "filter(pool, it.account != 'n')", reserve: "filter(pool, it.account == 'n')"}, to: asked}
  asked:
    name: 征询
    timers: {daily: {lasts: 20 hours, every: true, over: {set: {again: again + 1}, notify: {member: done}}}}
    tasks:
      reply:
        name: 答复
        for: member
        timers:
          wait: {lasts: 48 hours, remind: {12 hours: reminder}, over: {replace: {in: members, by: reserve, else: {set: {missing: missing + 1}}}}}
        actions: {accept: {name: 参加}, decline: {name: 不能}}
      more:
        name: 增补
        for: secretary
        optional: true
        repeat: true
        actions:
          add: {name: 增补, set: {members: "members + filter(pool, it.account == 'n')"}}
          drop: {name: 去掉, ask: {who: {name: 谁, required: true}}, set: {members: "filter(members, it.account != ask.who)"}}
    choose: {done: {when: reply.closed, to: done}, none: {when: reply.all == 0, to: done}}
  done: {name: 完成, end: true}
"#;

#[test]
fn whoever_comes_in_for_somebody_has_a_time_of_his_own() {
    let told = told(
        INVITED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: invite.invite}
- expect: {case: c, timers: {wait: 2026-07-03 09:00, wait@a: 2026-07-03 09:00, wait@m: 2026-07-03 09:00}}
- act: {case: c, by: m, do: reply.accept}
- expect: {case: c, timers: {wait@m: none}, tasks: {reply: [a], more: [s]}}
- advance: {to: 2026-07-03 09:00}
- expect: {case: c, state: asked, tasks: {reply: [n], more: [s]}, vars: {missing: 0}, timers: {wait@n: 2026-07-05 09:00}}
- advance: {to: 2026-07-05 09:00}
- expect: {case: c, state: done, vars: {missing: 1}}
"#,
    );
    assert!(told.contains("计时 wait#2（n） 到 2026 年 7 月 5 日 09:00"), "{told}");
}

#[test]
fn whoever_joins_later_or_comes_back_begins_then() {
    passes(
        INVITED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: invite.invite}
- advance: 10 hours
- act: {case: c, by: s, do: more.add}
- expect: {case: c, timers: {wait: 2026-07-03 09:00, wait@n: 2026-07-03 19:00}}
- act: {case: c, by: s, do: more.drop, ask: {who: n}}
- expect: {case: c, timers: {wait@n: none, wait@a: 2026-07-03 09:00}}
- advance: 10 hours
- act: {case: c, by: s, do: more.add}
- expect: {case: c, timers: {wait@n: 2026-07-04 05:00}}
- act: {case: c, by: m, do: reply.accept}
- act: {case: c, by: a, do: reply.accept}
- expect: {case: c, timers: {wait: 2026-07-04 05:00, wait@a: none}}
- advance: {to: 2026-07-04 05:00}
- expect: {case: c, state: done, vars: {missing: 1}}
"#,
    );
}

#[test]
fn what_reminds_reaches_those_who_have_not_answered() {
    passes(
        INVITED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: invite.invite}
- act: {case: c, by: m, do: reply.accept}
- advance: 21 hours
- expect: {case: c, vars: {again: 1}, notices: {m: [], a: [done]}}
- advance: {to: 2026-07-02 22:00}
- expect: {case: c, notices: {m: [], a: [done, reminder]}}
- transfer: {case: c, by: a, do: reply, to: b}
- advance: {to: 2026-07-03 08:00}
- expect: {case: c, notices: {m: [], a: [done, reminder], b: [transferred, done]}}
"#,
    );
}

#[test]
fn a_rule_that_names_a_clock_time_keeps_it_each_time() {
    let flow = r#"
workflow: clock
name: 每个工作日九点
start: {by: applicant, given: {person: person, unit: unit}, to: pending}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
states:
  pending:
    name: 待审
    timers:
      daily: {lasts: 1 working days 09:00, every: true, over: {notify: {unit: reminder}}}
      week: {lasts: 5 working days, remind: {1 working days 10:30: done}, over: {to: lapsed}}
    tasks: {review: {name: 审, for: unit, actions: {pass: {name: 过, to: lapsed}}}}
  lapsed: {name: 超时, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {daily: 2026-07-02 09:00, week: 2026-07-08}}
- advance: {to: 2026-07-03 12:00}
- expect: {case: c, timers: {daily: 2026-07-06 09:00}, notices: {r: [reminder, reminder]}}
- advance: {to: 2026-07-07 10:30}
- expect: {case: c, notices: {r: [reminder, reminder, reminder, reminder, done]}}
"#,
    );
}

#[test]
fn a_moment_of_the_host_is_one() {
    let flow = r#"
workflow: sale
name: 拍卖
start: {by: seller, given: {person: person, lot: lot}, to: shut}
participants: {seller: {account: person.account}}
states:
  shut:
    name: 未开
    timers: {opening: {at: lot.opens_at, over: {to: open}}}
    tasks: {early: {name: 提前, for: seller, actions: {open: {name: 开, require: {early: {that: now < lot.opens_at, say: 已经开了}}, to: open}}}}
  open: {name: 开, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, lot: L}}
- expect: {case: c, timers: {opening: 2026-07-03 10:00}}
- advance: {to: 2026-07-03 09:59}
- expect: {case: c, state: shut}
- advance: {to: 2026-07-03 10:00}
- expect: {case: c, state: open}
- start: {as: d, by: a, given: {person: A, lot: L}}
- expect: {case: d, state: open}
"#,
    );
}

#[test]
fn a_table_of_lengths_is_asked_again_as_the_case_changes() {
    let flow = r#"
workflow: answer
name: 答复
start: {by: asker, given: {person: person, unit: unit}, to: open}
participants: {asker: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
vars: {urgent: false}
states:
  open:
    name: 待答
    timers: {due: {lasts: [{when: urgent, is: 24 hours}, {is: 15 days}], over: {to: late}}}
    tasks:
      answer: {name: 答, for: unit, actions: {answer: {name: 答, to: done}}}
      hurry: {name: 加急, for: asker, optional: true, repeat: true, actions: {hurry: {name: 加急, set: {urgent: not urgent}}}}
  done: {name: 已答, end: true}
  late: {name: 逾期, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, timers: {due: 2026-07-16 24:00}}
- advance: 2 hours
- act: {case: c, by: a, do: hurry.hurry}
- expect: {case: c, timers: {due: 2026-07-02 09:00}}
- act: {case: c, by: a, do: hurry.hurry}
- expect: {case: c, timers: {due: 2026-07-16 24:00}}
- act: {case: c, by: a, do: hurry.hurry}
- advance: 23 hours
- expect: {case: c, state: late}
"#,
    );
}

#[test]
fn what_should_have_ended_before_it_began_ends_at_once() {
    let flow = r#"
workflow: slot
name: 手术排期
start: {by: applicant, given: {person: person, unit: unit}, ask: {day: {name: 日期, type: date, required: true}}, set: {day: ask.day}, to: planned}
participants: {applicant: {account: person.account}}
vars: {day: {type: date?}}
states:
  planned:
    name: 已排
    timers: {eve: {lasts: "{days_between(today, day or_else today) - 1} days 18:00", over: {to: closed}}}
    tasks: {wait: {name: 等, for: applicant, actions: {cancel: {name: 取消, to: gone}}}}
  closed: {name: 已截止, end: true}
  gone: {name: 已取消, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: past, by: a, given: {person: A, unit: U}, ask: {day: 2026-06-25}}
- expect: {case: past, state: closed}
- start: {as: ahead, by: a, given: {person: A, unit: U}, ask: {day: 2026-07-05}}
- expect: {case: ahead, state: planned, timers: {eve: 2026-07-04 18:00}}
"#,
    );
}
