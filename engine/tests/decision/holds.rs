//! Holds: uniqueness and quotas, for people, rules and timers.

use super::passes;

const FLOW: &str = r#"
workflow: posts
name: 岗位
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
vars: {auto: false}
holds:
  slot: {of: [person.id], in: [draft, pending, waiting, recommended], say: '{person.name}已有一项'}
  posts: {of: [unit.id], limit: unit.free, in: [recommended]}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填, for: applicant, actions: {submit: {name: 交, to: pending}, delete: {name: 删, to: deleted}}}}
  pending:
    name: 待荐
    timers: {soon: {lasts: 2 days, over: {to: recommended}}}
    tasks: {recommend: {name: 荐, for: unit, actions: {pass: {name: 荐, to: recommended}, queue: {name: 排队, to: waiting}, drop: {name: 退, to: deleted}}}}
  waiting:
    name: 排队
    tasks: {leave: {name: 退, for: applicant, actions: {drop: {name: 退, to: deleted}, retry: {name: 再试}, by_rule: {name: 再荐, choose: {place: {when: case.id != '', to: recommended}}}}}}
    choose: {free: {when: case.id != '', to: recommended}}
  recommended:
    name: 已荐
    tasks: {back: {name: 回, for: unit, actions: {free: {name: 放, to: deleted}, again: {name: 重来, to: recommended}}}}
  deleted: {name: 删除, end: true}
"#;

#[test]
fn a_second_one_is_refused_with_the_text_of_the_hold() {
    passes(
        FLOW,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- refused: {start: {by: a, given: {person: A, unit: U}}, because: 甲已有一项}
- act: {case: one, by: a, do: fill.delete}
- start: {as: two, by: a, given: {person: A, unit: U}}
"#,
    );
}

#[test]
fn a_quota_refuses_people_and_holds_rules_back() {
    passes(
        FLOW,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- start: {as: two, by: b, given: {person: B, unit: U}}
- act: {case: one, by: a, do: fill.submit}
- act: {case: two, by: b, do: fill.submit}
- act: {case: one, by: r, do: recommend.pass}
- refused: {act: {case: two, by: r, do: recommend.pass}, because: 已满}
- act: {case: one, by: r, do: back.again}
- act: {case: two, by: r, do: recommend.queue}
- expect: {case: two, state: waiting, tasks: {leave: [b]}}
- refused: {act: {case: two, by: b, do: leave.by_rule}, because: 已满}
- act: {case: two, by: b, do: leave.retry}
- expect: {case: two, state: waiting}
- act: {case: one, by: r, do: back.free}
- expect: {case: two, state: recommended}
"#,
    );
}

#[test]
fn a_timer_whose_target_is_full_waits() {
    passes(
        FLOW,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- start: {as: two, by: b, given: {person: B, unit: U}}
- act: {case: one, by: a, do: fill.submit}
- act: {case: two, by: b, do: fill.submit}
- act: {case: one, by: r, do: recommend.pass}
- advance: {to: 2026-07-05 09:00}
- expect: {case: two, state: pending, timers: {soon: over}, history: [到期，等名额]}
- act: {case: one, by: r, do: back.free}
- refused: {act: {case: two, by: r, do: recommend.drop}, because: 已结束}
- expect: {case: two, state: recommended}
"#,
    );
}

const BEDS: &str = r#"
workflow: bed
name: 候床
start: {by: patient, given: {person: person, unit: unit}, to: waiting}
participants: {patient: {account: person.account}, doctor: {role: reviewer, unit: unit.id}}
facts: {others: {cases: bed, where: {unit: unit.id}}}
vars: {urgency: 1}
values: {before: "count(others, it.state == 'waiting' and it.urgency > urgency)"}
labels: {unit: unit.id, urgency: urgency}
holds: {bed: {of: [unit.id], limit: unit.free, in: [admitted]}}
states:
  waiting:
    name: 候床
    tasks: {raise: {name: 提高, for: doctor, optional: true, actions: {raise: {name: 提高, set: {urgency: urgency + 1}}}}}
    choose: {first: {when: before == 0, to: admitted}}
  admitted:
    name: 在院
    tasks: {discharge: {name: 出院, for: doctor, actions: {discharge: {name: 出院, to: left}}}}
  left: {name: 已出院, end: true}
"#;

#[test]
fn whoever_waits_gets_what_another_case_gives_back() {
    passes(
        BEDS,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- expect: {case: one, state: admitted}
- start: {as: two, by: b, given: {person: B, unit: U}}
- start: {as: three, by: a, given: {person: A, unit: U}}
- act: {case: three, by: r, do: raise.raise}
- expect: {case: two, state: waiting}
- act: {case: one, by: r, do: discharge.discharge}
- expect: {case: three, state: admitted}
- expect: {case: two, state: waiting}
- act: {case: three, by: r, do: discharge.discharge}
- expect: {case: two, state: admitted}
"#,
    );
}

#[test]
fn a_row_said_twice_takes_once_what_there_is_once() {
    let flow = r#"
workflow: room
name: 订房
start: {by: guest, given: {person: person, unit: unit}, to: asked}
participants: {guest: {account: person.account}}
vars: {slots: ["早", "早", "晚"]}
holds:
  slot: {each: slots, of: [unit.id, it], in: [booked], say: "{it} 已被占"}
  seats: {each: slots, of: [unit.id], limit: "3", in: [booked], say: 座位不够}
states:
  asked: {name: 申请, tasks: {book: {name: 订, for: guest, actions: {book: {name: 订, to: booked}}}}}
  booked: {name: 已订, tasks: {leave: {name: 退, for: guest, actions: {leave: {name: 退, to: left}}}}}
  left: {name: 已退, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- act: {case: one, by: a, do: book.book}
- expect: {case: one, state: booked}
- start: {as: two, by: b, given: {person: B, unit: U}}
- refused: {act: {case: two, by: b, do: book.book}, because: 早 已被占}
"#,
    );
}

#[test]
fn hundreds_of_days_are_held_at_once() {
    let flow = r#"
workflow: hall
name: 借展厅
start: {by: guest, given: {person: person, unit: unit}, ask: {from: {name: 第一天, type: integer, required: true}}, set: {from: ask.from}, to: booked}
participants: {guest: {account: person.account}}
vars: {from: 0}
holds:
  day: {each: "map(range(300), from + it)", of: [unit.id, it], in: [booked], say: "第 {it} 天已借出"}
states:
  booked: {name: 已借, tasks: {leave: {name: 还, for: guest, actions: {leave: {name: 还, to: left}}}}}
  left: {name: 已还, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}, ask: {from: 1}}
- refused: {start: {by: b, given: {person: B, unit: U}, ask: {from: 300}}, because: 第 300 天已借出}
- start: {as: two, by: b, given: {person: B, unit: U}, ask: {from: 301}}
- act: {case: one, by: a, do: leave.leave}
- start: {as: three, by: b, given: {person: B, unit: U}, ask: {from: 1}}
"#,
    );
}

#[test]
fn a_case_that_holds_a_place_goes_on_though_the_limit_has_fallen() {
    passes(
        r#"
workflow: bed
name: 床位
start: {by: applicant, given: {person: person, unit: unit}, to: booked}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
holds: {bed: {of: [unit.id], limit: unit.free, in: [booked, inside], say: 没有床位}}
states:
  booked: {name: 已订, tasks: {arrive: {name: 入住, for: unit, actions: {go: {name: 入住, to: inside}}}}}
  inside: {name: 入住, tasks: {leave: {name: 退房, for: unit, actions: {out: {name: 退房, to: gone}}}}}
  gone: {name: 已走, end: true}
"#,
        r#"
- given: {subjects: {unit: {U: {name: 示例一中, free: 2}}}}
- start: {as: one, by: a, given: {person: A, unit: U}}
- start: {as: two, by: b, given: {person: B, unit: U}}
- given: {subjects: {unit: {U: {name: 示例一中, free: 1}}}}
- act: {case: two, by: r, do: arrive.go}
- expect: {case: two, state: inside}
- refused: {start: {as: three, by: a, given: {person: A, unit: U}}, because: 没有床位}
- act: {case: one, by: r, do: arrive.go}
"#,
    );
}

#[test]
fn nobody_makes_room_by_taking_less_than_nothing() {
    let flow = FLOW.replace(
        "limit: unit.free, in: [recommended]}",
        "limit: unit.free, take: part, in: [recommended]}",
    );
    let flow = flow.replace("vars: {auto: false}", "vars: {auto: false, part: 1}");
    let flow = flow.replace(
        "free: {name: 放, to: deleted}",
        "free: {name: 放, set: {part: part - 5}}, more: {name: 多, set: {part: part + 1}}, end: {name: 完, to: deleted}",
    );
    passes(
        &flow,
        r#"
- start: {as: one, by: a, given: {person: A, unit: U}}
- start: {as: two, by: b, given: {person: B, unit: U}}
- act: {case: one, by: a, do: fill.submit}
- act: {case: one, by: r, do: recommend.pass}
- act: {case: one, by: r, do: back.free}
- act: {case: two, by: b, do: fill.submit}
- act: {case: two, by: r, do: recommend.pass}
- refused: {act: {case: two, by: r, do: back.more}, because: 已满}
"#,
    );
}

/// A case that starts another at the end of a timer, and one of which there is only one at a time.
const STARTING: &str = r#"
workflow: parent
name: 主案
start: {by: applicant, given: {person: person}, to: open}
participants: {applicant: {account: person.account}}
vars: {n: 0}
links: {kids: {from: kid, many: true}}
states:
  open:
    name: 进行
    timers:
      soon: {lasts: 1 days, over: {start: {kids: {workflow: kid, given: {person: person.id}}}, to: started}}
      late: {lasts: 5 days, over: {to: gone}}
    tasks:
      more: {name: 加一, for: applicant, optional: true, repeat: true, actions: {more: {name: 加一, set: {n: n + 1}}}}
  started: {name: 已发起, tasks: {wait: {name: 等, for: applicant, actions: {ok: {name: 好, to: gone}}}}}
  gone: {name: 完成, end: true}
---
workflow: kid
name: 子案
start: {given: {person: person}, to: running}
participants: {clerk: {role: secretary}}
links: {parent: {to: parent}}
holds: {only: {of: ["'one'"], limit: 1, in: [running], say: 已有一件}}
states:
  running: {name: 在办, tasks: {work: {name: 办, for: clerk, actions: {ok: {name: 好, to: done}}}}}
  done: {name: 办完, end: true}
"#;

#[test]
fn what_other_cases_refuse_at_the_end_of_a_timer_holds_nothing_else_up() {
    let begun = r#"
- given: {roles: {s: [secretary@]}}
- start: {as: one, by: a, given: {person: A}}
- start: {as: two, by: a, given: {person: A}}
- advance: 3 days
- expect: {case: one, state: started}
- expect: {case: two, state: open, history: ['计时 soon 到期，还办不成：别的案现在不收']}
- act: {case: two, by: a, do: more.more}
- expect: {case: two, vars: {n: 1}}
"#;
    passes(STARTING, &format!("{begun}- advance: 9 days\n- expect: {{case: two, state: gone}}\n"));
    passes(
        STARTING,
        &format!(
            "{begun}- act: {{case: one.kids, by: s, do: work.ok}}\n- expect: {{case: two, state: started}}\n"
        ),
    );
}
