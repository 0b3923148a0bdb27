//! Cases that start, tell, join and leave each other.

use super::{passes, told};

const FLOW: &str = r#"
workflow: paper
name: 论文
start: {by: applicant, given: {person: person, unit: unit}, to: ready}
participants: {applicant: {account: person.account}, meeting: {link: meeting}, any_meeting: {case: meeting}}
vars: {score: 0, version: 1}
shows: [score]
labels: {person: person.id}
links: {meeting: {to: meeting}, previous: {to: paper}, revisions: {from: paper, many: true}}
states:
  ready:
    name: 就绪
    tasks:
      revise:
        name: 修订
        for: applicant
        repeat: true
        when: count(revisions) == 0
        actions:
          revise: {name: 修订, start: {revisions: {workflow: paper, given: {person: person.id, unit: unit.id}, set: {version: version + 1}}}}
      rate: {name: 打分, for: applicant, actions: {rate: {name: 打分, ask: {score: {name: 分, type: integer, required: true}}, set: {score: ask.score}}}}
      call: {name: 上会, for: any_meeting, optional: true, actions: {call: {name: 上会, to: called}}}
  called:
    name: 上会
    tasks: {publish: {name: 公布, for: meeting, optional: true, actions: {publish: {name: 公布, require: {rated: {that: score > 0, say: 没有分数}}, to: published}}}}
    choose: {gone: {when: meeting is none, to: ready}}
  published: {name: 公布, end: true}
---
workflow: meeting
name: 会议
start: {by: secretary, given: {unit: unit}, to: open}
participants: {secretary: {role: secretary, unit: unit.id}}
facts: {papers: {cases: paper, where: {}}}
links: {agenda: {from: paper, many: true}}
states:
  open:
    name: 进行
    tasks:
      run:
        name: 主持
        for: secretary
        repeat: true
        actions:
          call: {name: 排入, join: {agenda: "first(papers).id or_else ''"}, tell: {call: {of: papers, action: call}}}
          drop: {name: 撤下, leave: {agenda: "first(agenda).id or_else ''"}}
          close: {name: 公布, tell: {publish: {of: agenda, action: publish, all: true}}}
          try: {name: 试公布, tell: {publish: {of: agenda, action: publish}}}
    choose: {done: {when: "count(agenda) > 0 and all(agenda, it.state == 'published')", to: done}}
  done: {name: 结束, end: true}
"#;

#[test]
fn a_started_case_is_linked_on_both_sides_and_its_start_asks_nothing() {
    insta::assert_snapshot!(told(FLOW, r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p, by: a, do: revise.revise}
- expect: {case: p.revisions, state: ready, vars: {version: 2}}
- expect: {case: p, tasks: {rate: [a]}}
- refused: {act: {case: p, by: a, do: revise.revise}}
"#), @r#"
2026-07-01 09:00 p a 发起「论文」
2026-07-01 09:00 p → 就绪
2026-07-01 09:00 p 任务「修订」打开
2026-07-01 09:00 p 任务「打分」打开
2026-07-01 09:00 p 任务「上会」打开
2026-07-01 09:00 p a 修订
2026-07-01 09:00 p.revisions case:p 发起「论文」
2026-07-01 09:00 p.revisions 联系 previous：p
2026-07-01 09:00 p.revisions → 就绪
2026-07-01 09:00 p.revisions 任务「修订」打开
2026-07-01 09:00 p.revisions 任务「打分」打开
2026-07-01 09:00 p.revisions 任务「上会」打开
2026-07-01 09:00 p 联系 revisions：p.revisions
2026-07-01 09:00 p 任务「修订」关闭
　拒绝：该事项已被他人处理或已结束
"#);
}

#[test]
fn told_cases_act_all_or_each_for_itself() {
    passes(
        FLOW,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- start: {as: m, workflow: meeting, by: s, given: {unit: U}}
- act: {case: m, by: s, do: run.call}
- expect: {case: p, state: called}
- refused: {act: {case: m, by: s, do: run.close}, because: 没有分数}
- expect: {case: p, state: called}
- act: {case: m, by: s, do: run.try}
- expect: {case: p, state: called}
- expect: {case: m, state: open}
- act: {case: m, by: s, do: run.drop}
- expect: {case: p, state: ready}
- act: {case: p, by: a, do: rate.rate, ask: {score: 90}}
- act: {case: m, by: s, do: run.call}
- act: {case: m, by: s, do: run.close}
- expect: {case: p, state: published, closed: true}
- expect: {case: m, state: done}
"#,
    );
}

#[test]
fn a_service_answers_as_a_participant() {
    let flow = r#"
workflow: opening
name: 开通
start: {by: applicant, given: {person: person, unit: unit}, to: asked, call: {registry: {operation: open, with: {name: unit.name}}}}
participants: {applicant: {account: person.account}, registry: {service: registry}}
vars: {why: ''}
states:
  asked:
    name: 待答复
    tasks: {answer: {name: 答复, for: registry, actions: {yes: {name: 是, to: done}, no: {name: 否, ask: {why: {name: 理由, required: true}}, set: {why: ask.why}, to: done}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: 'service:other', do: answer.yes}, because: 没有找到}
- refused: {act: {case: c, by: a, do: answer.yes}, because: 没有找到}
- act: {case: c, by: 'service:registry', do: answer.no, ask: {why: 重名}}
- expect: {case: c, state: done, vars: {why: 重名}}
- refused: {act: {case: c, by: 'service:registry', do: answer.yes}, because: 已结束}
"#,
    );
}

const ERRANDS: &str = r#"
workflow: errands
name: 差事
start: {by: secretary, given: {unit: unit}, to: planned}
participants: {secretary: {role: secretary, unit: unit.id}}
facts: {pool: {host: pool, with: {unit: unit.id}}}
links: {errand: {to: errand, many: true}}
states:
  planned:
    name: 筹备
    tasks: {send: {name: 派, for: secretary, actions: {send: {name: 派, start: {errand: {each: pool, workflow: errand, given: {person: it.id}}}, to: sent}}}}
  sent:
    name: 已派
    timers: {late: {lasts: 1 days, from: "add_days(today, -9)", over: {choose: {all: {when: count(errand) == 3, to: done}, otherwise: {to: short}}}}}
    choose: {back: {when: "count(errand) > 0 and all(errand, it.state == 'over')", to: short}}
  done: {name: 完, end: true}
  short: {name: 不全, end: true}
---
workflow: errand
name: 差
start: {given: {person: person}, to: open}
links: {errands: {from: errands}}
facts: {others: {cases: errand, where: {}}}
states:
  open: {name: 开, choose: {first: {when: count(others) == 0, to: over}, otherwise: {to: gone}}}
  over: {name: 完, end: true}
  gone: {name: 去, end: true}
"#;

#[test]
fn what_one_step_starts_is_linked_before_a_rule_or_a_timer_looks() {
    passes(
        ERRANDS,
        r#"
- given: {subjects: {person: {M: {account: m, name: 丙}, N: {account: n, name: 丁}}}}
- start: {as: e, by: s, given: {unit: U}}
- act: {case: e, by: s, do: send.send}
- expect: {case: e, state: done}
"#,
    );
}

#[test]
fn a_state_that_waits_for_linked_cases_needs_no_otherwise() {
    passes(
        r#"
workflow: errands
name: 差事
start: {by: secretary, given: {unit: unit, person: person}, start: {errand: {workflow: errand, given: {person: person.id}}}, to: sent}
participants: {secretary: {role: secretary, unit: unit.id}}
links: {errand: {to: errand, many: true}}
states:
  sent: {name: 已派, choose: {back: {when: "count(errand) > 0 and all(errand, it.state != 'open')", to: done}}}
  done: {name: 完, end: true}
---
workflow: errand
name: 差
start: {given: {person: person}, to: open}
participants: {runner: {account: person.account}}
links: {errands: {from: errands}}
states:
  open: {name: 开, tasks: {run: {name: 跑, for: runner, actions: {run: {name: 跑, to: over}}}}}
  over: {name: 完, end: true}
"#,
        r#"
- start: {as: e, by: s, given: {unit: U, person: B}}
- expect: {case: e, state: sent}
- act: {case: e.errand, by: b, do: run.run}
- expect: {case: e, state: done}
"#,
    );
}

const STOP: &str = r#"
workflow: parent
name: 父
start: {by: applicant, given: {person: person, unit: unit}, start: {kids: {workflow: kid, given: {person: person.id}}}, to: going}
participants: {applicant: {account: person.account}, secretary: {role: secretary, unit: unit.id}}
links: {kids: {from: kid, many: true}}
states:
  going:
    name: 进行
    tasks:
      stop:
        name: 停
        for: secretary
        actions:
          stop: {name: 停, tell: {all: {of: kids, where: "not it.ended", action: stop}}, to: looking}
          gone: {name: 没有的, tell: {all: {of: kids, where: it.ended, action: stop}}, to: looking}
  looking:
    name: 看
    choose:
      open: {when: "any(kids, not it.ended)", to: wrong}
      closed: {when: "all(kids, it.ended)", to: right}
  wrong: {name: 还有, end: true}
  right: {name: 都停, end: true}
---
workflow: kid
name: 子
start: {given: {person: person}, to: busy}
participants: {worker: {account: person.account}, parent: {link: parent}}
links: {parent: {to: parent}}
vars: {locked: false}
states:
  busy:
    name: 办
    tasks:
      work: {name: 办, for: worker, actions: {done: {name: 完, to: over}, lock: {name: 锁, set: {locked: true}}}}
      halt: {name: 停, for: parent, optional: true, actions: {stop: {name: 停, require: {free: {that: not locked, say: 锁着}}, to: stopped}}}
  over: {name: 完, end: true}
  stopped: {name: 停, end: true}
"#;

#[test]
fn rules_after_a_tell_see_what_the_told_cases_have_done() {
    passes(
        STOP,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p, by: s, do: stop.stop}
- expect: {case: p.kids, state: stopped}
- expect: {case: p, state: right}
"#,
    );
}

#[test]
fn rules_after_a_tell_that_nobody_follows_or_hears_act_all_the_same() {
    let refused = told(
        STOP,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p.kids, by: a, do: work.lock}
- act: {case: p, by: s, do: stop.stop}
- expect: {case: p.kids, state: busy}
- expect: {case: p, state: wrong, history: [p.kids 没有照办：锁着]}
"#,
    );
    assert!(refused.contains("没有照办"), "{refused}");
    let unheard = told(
        STOP,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p, by: s, do: stop.gone}
- expect: {case: p, state: wrong}
"#,
    );
    assert!(unheard.contains("告知：没有一个（stop）"), "{unheard}");
}

#[test]
fn what_is_linked_to_one_is_not_joined_by_another_before_it_is_left() {
    passes(
        FLOW,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- start: {as: m, workflow: meeting, by: s, given: {unit: U}}
- start: {as: n, workflow: meeting, by: s, given: {unit: U}}
- act: {case: m, by: s, do: run.call}
- refused: {act: {case: n, by: s, do: run.call}, because: 已经有联系的案了}
- act: {case: m, by: s, do: run.drop}
- act: {case: n, by: s, do: run.call}
- expect: {case: p, state: called}
"#,
    );
}

#[test]
fn a_case_of_another_workflow_is_not_linked() {
    let flow = FLOW.replace(
        "join: {agenda: \"first(papers).id or_else ''\"}",
        "ask: {id: {name: 编号}}, join: {agenda: \"ask.id or_else ''\"}",
    );
    passes(
        &flow,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- start: {as: m, workflow: meeting, by: s, given: {unit: U}}
- start: {as: n, workflow: meeting, by: s, given: {unit: U}}
- refused: {act: {case: m, by: s, do: run.call, ask: {id: n}}, because: 没有找到}
- act: {case: m, by: s, do: run.call, ask: {id: p}}
- expect: {case: p, state: called}
"#,
    );
}

#[test]
fn a_name_and_the_cases_begun_by_it_are_those_of_the_newest() {
    passes(
        FLOW,
        r#"
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p, by: a, do: revise.revise}
- act: {case: p.revisions, by: a, do: rate.rate, ask: {score: 3}}
- start: {as: p, by: a, given: {person: A, unit: U}}
- act: {case: p, by: a, do: revise.revise}
- expect: {case: p.revisions, vars: {score: 0}}
- expect: {case: p.revisions#1, vars: {score: 0}}
- expect: {case: p#2.revisions, vars: {score: 0}}
"#,
    );
}

#[test]
fn a_case_is_chosen_by_its_name_in_the_scenario_although_an_earlier_one_had_it() {
    let flow = r#"
workflow: pick
name: 选一件
start: {by: applicant, given: {person: person}, to: a}
participants: {applicant: {account: person.account}}
facts: {open: {cases: pick, where: {who: "'P'"}}}
vars: {other: ""}
labels: {who: "'P'", other: other}
states:
  a: {name: 一, tasks: {go: {name: 选, for: applicant, actions: {go: {name: 选, ask: {c: {name: 哪一件, choice: "map(filter(open, it.state == 'a'), {value: it.id, name: it.id})", required: true}}, set: {other: ask.c}, to: b}, no: {name: 不, to: b}}}}}
  b: {name: 完, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: me, by: a, given: {person: A}}
- start: {as: x, by: a, given: {person: A}}
- act: {case: x, by: a, do: go.no}
- start: {as: x, by: a, given: {person: A}}
- act: {case: me, by: a, do: go.go, ask: {c: x}}
- expect: {case: me, vars: {other: "x#2"}}
"#,
    );
}
