//! The order of things within one command.

use super::{passes, told};

#[test]
#[expect(clippy::too_many_lines, reason = "one workflow and the whole order it gives")]
fn one_action_happens_from_top_to_bottom() {
    let flow = r#"
workflow: order
name: 次序
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
vars: {tries: 0, seen: 0}
form: {sections: {basic: {name: 基本, fields: {title: {name: 题目, required: true}}}}}
numbers: {receipt: '{unit.name}-{n}'}
states:
  draft:
    name: 填写
    tasks:
      fill:
        name: 填写
        for: applicant
        edit: all
        actions:
          submit:
            name: 提交
            ask: {note: {name: 说明, required: true}}
            freeze: true
            set: {tries: tries + 1, seen: tries + case.submission}
            number: receipt
            document: sheet
            notify: {unit: done}
            choose:
              again: {when: tries > 5, to: draft}
              otherwise: {to: passing}
  passing:
    name: 路过
    enter: {set: {seen: seen + 10}}
    choose: {on: {when: seen > 10, to: pending}}
    tasks: {never: {name: 不会打开, for: unit, actions: {go: {name: 走, to: pending}}}}
  pending:
    name: 待审
    tasks: {review: {name: 审核, for: unit, actions: {pass: {name: 同意, to: done}}}}
  done: {name: 完成, end: true}
"#;
    insta::assert_snapshot!(told(flow, r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: a, do: fill.submit, form: {basic.title: 题}}, because: 请填写说明}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {note: 好}}, because: 请填写题目}
- act: {case: c, by: a, do: fill.submit, ask: {note: 好}, form: {basic.title: 题}}
- expect: {case: c, state: pending, vars: {tries: 1, seen: 12}, tasks: {review: [r]}, notices: {r: [done]}}
"#), @r#"
2026-07-01 09:00 c a 发起「次序」
2026-07-01 09:00 c → 填写
2026-07-01 09:00 c 任务「填写」打开
　拒绝：请填写说明
　拒绝：请填写题目
2026-07-01 09:00 c a 填写 basic.title
2026-07-01 09:00 c a 提交
2026-07-01 09:00 c 第 1 次提交
2026-07-01 09:00 c tries = 1
2026-07-01 09:00 c seen = 2
2026-07-01 09:00 c 规则 otherwise
2026-07-01 09:00 c 任务「填写」关闭
2026-07-01 09:00 c → 路过
2026-07-01 09:00 c seen = 12
2026-07-01 09:00 c 规则 on
2026-07-01 09:00 c → 待审
2026-07-01 09:00 c 任务「审核」打开
2026-07-01 09:00 c 编号 receipt：示例一中-1
　制作文书 sheet
　通知 role:reviewer:U：done
"#);
}

#[test]
fn a_requirement_that_speaks_of_the_answer_comes_after_the_answer_is_examined() {
    let flow = r#"
workflow: order
name: 次序
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}}
vars: {ready: false}
states:
  draft:
    name: 填写
    tasks:
      fill:
        name: 填写
        for: applicant
        actions:
          get_ready: {name: 准备, set: {ready: true}, to: draft}
          submit:
            name: 提交
            ask: {count: {name: 数量, type: integer, required: true, min: 1, max: 9}}
            require:
              even: {that: ask.count % 2 == 0, say: '{ask.count} 不是偶数'}
              ready: {that: ready, say: 还没有准备好}
            to: done
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 还没有准备好}
- act: {case: c, by: a, do: fill.get_ready}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 请填写数量}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {count: 三}}, because: 数量应为整数}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {count: 10}}, because: 数量应在 1 到 9 之间}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {count: 3}}, because: 3 不是偶数}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {count: 4, more: 1}}, because: 没有「more」这一项}
- act: {case: c, by: a, do: fill.submit, ask: {count: '４'}}
- expect: {case: c, state: done, closed: true, tasks: {}}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {count: 4}}, because: 已被他人处理或已结束}
"#,
    );
}

#[test]
fn checks_refuse_with_every_reason_and_warnings_do_not() {
    let flow = r#"
workflow: checked
name: 检测
start: {by: applicant, given: {person: person, unit: unit}, checks: gate, to: draft}
participants: {applicant: {account: person.account}}
form: {sections: {works: {name: 业绩, rows: true, fields: {title: {name: 题目}, year: {name: 年度, type: integer}}}}}
checks:
  named: {severity: block, phase: gate, that: person.name != '乙', say: 乙不能申报}
  some: {severity: block, phase: check, that: count(form.works) > 0, say: 没有业绩}
  each: {severity: block, phase: check, each: form.works, that: "(it.year or_else 0) > 2000", say: "「{it.title or_else ''}」太早"}
  few: {severity: warn, phase: check, that: count(form.works) > 5, say: 业绩较少}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 提交, checks: all, freeze: true, to: done}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- refused: {start: {by: b, given: {person: B, unit: U}}, because: 乙不能申报}
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 没有业绩}
- refused: {act: {case: c, by: a, do: fill.submit, form: {works: [{title: 一, year: 1990}, {title: 二, year: 2010}, {title: 三, year: 1991}]}}, because: 「一」太早；「三」太早}
- act: {case: c, by: a, do: fill.submit, form: {works: [{title: 二, year: 2010}]}}
- expect: {case: c, state: done}
"#,
    );
}

#[test]
fn a_loop_of_rules_is_a_bounded_error_and_the_case_stays() {
    let flow = r#"
workflow: looping
name: 循环
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {on: false, turns: 0}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, actions: {go: {name: 走, set: {on: true}}, stop: {name: 停, to: done}}}}
    choose: {more: {when: on and turns >= 0, set: {turns: turns + count(pool)}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: a, do: fill.go}, because: 循环}
- expect: {case: c, state: draft, vars: {on: false, turns: 0}, tasks: {fill: [a]}}
- act: {case: c, by: a, do: fill.stop}
"#,
    );
}

#[test]
fn a_computed_target_is_one_of_those_named() {
    let flow = r#"
workflow: among
name: 去向
start: {by: applicant, given: {person: person, unit: unit}, to: first}
participants: {applicant: {account: person.account}}
vars: {returner: ''}
states:
  first:
    name: 一
    tasks: {one: {name: 一, for: applicant, actions: {go: {name: 走, set: {returner: case.state}, to: third}}}}
  second:
    name: 二
    tasks: {two: {name: 二, for: applicant, actions: {go: {name: 走, set: {returner: case.state}, to: third}}}}
  third:
    name: 三
    tasks:
      three:
        name: 三
        for: applicant
        actions:
          back: {name: 回, to: returner, among: [first, second]}
          other: {name: 去二, to: second}
          broken: {name: 坏, set: {returner: "'third'"}, to: returner, among: [first, second]}
          end: {name: 完, to: done}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: one.go}
- act: {case: c, by: a, do: three.back}
- expect: {case: c, state: first}
- act: {case: c, by: a, do: one.go}
- refused: {act: {case: c, by: a, do: three.broken}, because: 不是可以去的状态}
- act: {case: c, by: a, do: three.other}
- act: {case: c, by: a, do: two.go}
- act: {case: c, by: a, do: three.back}
- expect: {case: c, state: second}
"#,
    );
}
