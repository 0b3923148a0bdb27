//! Who may act.

use super::passes;

#[test]
fn nobody_decides_a_case_of_their_own_or_one_they_are_taken_out_of() {
    let flow = r#"
workflow: own
name: 自己
start: {by: applicant, given: {person: person, unit: unit}, to: one}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  second: {role: reviewer, unit: unit.id, except: [prepare.by]}
states:
  one: {name: 一, tasks: {prepare: {name: 初审, for: unit, actions: {pass: {name: 过, to: two}}}}}
  two: {name: 二, tasks: {check: {name: 复审, for: second, actions: {pass: {name: 过, to: done}}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- given: {roles: {a: [reviewer@U], r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {prepare: [r, r2]}}
- refused: {act: {case: c, by: a, do: prepare.pass}, because: 没有找到}
- refused: {act: {case: c, by: x, do: prepare.pass}, because: 没有找到}
- act: {case: c, by: r, do: prepare.pass}
- expect: {case: c, tasks: {check: [r2]}}
- refused: {act: {case: c, by: r, do: check.pass}, because: 没有找到}
- act: {case: c, by: r2, do: check.pass}
"#,
    );
    passes(
        flow,
        r#"
- refused: {start: {by: b, given: {person: A, unit: U}}, because: 没有找到}
- refused: {start: {by: a, given: {person: Z, unit: U}}, because: 没有找到}
- refused: {start: {by: a, given: {person: A}}, because: 没有找到}
"#,
    );
}

#[test]
fn somebody_who_started_a_case_in_a_role_may_go_on_in_it() {
    let flow = r#"
workflow: meeting
name: 会议
start: {by: secretary, given: {unit: unit}, to: planned}
participants: {secretary: {role: secretary, unit: unit.id}}
states:
  planned: {name: 筹备, tasks: {convene: {name: 召开, for: secretary, actions: {open: {name: 开, to: done}}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: s, given: {unit: U}}
- act: {case: c, by: s, do: convene.open}
- expect: {case: c, state: done}
"#,
    );
}

#[test]
fn the_first_row_that_holds_and_has_somebody_acts() {
    let flow = r#"
workflow: rows
name: 路由
start: {by: applicant, given: {person: person, unit: unit}, ask: {late: {name: 迟到, type: yes_no}}, set: {late: ask.late or_else false}, to: one}
participants:
  applicant: {account: person.account}
  office:
    own: {role: reviewer, unit: unit.id, when: not late}
    above: {role: admin}
vars: {late: false}
states:
  one: {name: 一, tasks: {review: {name: 审, for: office, actions: {pass: {name: 过, notify: {office: done}, to: done}}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {review: [r]}}
- start: {as: late, by: a, given: {person: A, unit: U}, ask: {late: true}}
- expect: {case: late, tasks: {review: [adm]}}
- given: {roles: {r: []}}
- expect: {case: c, tasks: {review: [adm]}}
- given: {roles: {a: [reviewer@U]}}
- expect: {case: c, tasks: {review: [adm]}}
- act: {case: c, by: adm, do: review.pass}
- expect: {case: c, state: done, notices: {adm: [done], r: []}}
"#,
    );
}

#[test]
fn whom_a_list_left_out_does_not_act_for_somebody_of_it() {
    let flow = r#"
workflow: barred
name: 评审
start: {by: secretary, given: {person: person, unit: unit}, to: drawing}
participants:
  secretary: {role: secretary, unit: unit.id}
  expert: {each: experts}
  other: {each: pool, where: it.name != person.name}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {experts: {type: list of person}}
states:
  drawing:
    name: 抽取
    tasks: {draw: {name: 抽取, for: secretary, actions: {draw: {name: 抽, draw: {into: experts, of: pool, where: "it.account != person.account", count: 2}, to: review}}}}
  review:
    name: 评审
    tasks:
      score: {name: 打分, for: expert, actions: {give: {name: 打分}}}
      read: {name: 阅读, for: other, actions: {read: {name: 已阅}}}
    choose: {done: {when: score.closed and read.closed, to: done}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: draw.draw}
- expect: {case: c, tasks: {score: [m, n], read: [m, n]}}
- refused: {delegate: {case: c, by: m, do: score, to: a}, because: 对方不能办理}
- refused: {transfer: {case: c, by: m, do: read, to: a}, because: 对方不能办理}
- delegate: {case: c, by: m, do: score, to: b}
- act: {case: c, by: b, do: score.give, row: m}
"#,
    );
}
