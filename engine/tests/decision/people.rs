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
    // Not drawn, he is known from where they were drawn, also where a draw would have taken him.
    let flow = flow.replace(
        "expert: {each: experts}",
        "expert: {each: experts, where: it.name != person.name}",
    );
    let flow = flow.replace(", where: \"it.account != person.account\", count: 2", ", count: 1");
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: draw.draw}
- expect: {case: c, tasks: {score: [n], read: [m, n]}}
- refused: {delegate: {case: c, by: n, do: score, to: a}, because: 对方不能办理}
- delegate: {case: c, by: n, do: score, to: m}
"#,
    );
}

#[test]
fn what_is_hidden_from_somebody_is_not_overwritten_by_him() {
    passes(
        r#"
workflow: grant
name: 补贴
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  secretary: {role: secretary, unit: unit.id, sees: [basic]}
form:
  sections:
    basic: {name: 基本, fields: {title: {name: 题目}}}
    card: {name: 卡, visible_to: [unit], fields: {number: {name: 卡号}}}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 交, to: paying}}}}
  paying:
    name: 付款
    tasks:
      pay: {name: 付, for: unit, edit: "['card']", actions: {pay: {name: 付, to: done}, back: {name: 退, to: draft}}}
      note: {name: 注, for: secretary, edit: "['basic', 'card']", optional: true, actions: {keep: {name: 留}}}
  done: {name: 完成, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {save: {case: c, by: a, do: fill, form: {card.number: 1}}, because: 不能修改}
- act: {case: c, by: a, do: fill.submit, form: {basic.title: 题}}
- refused: {save: {case: c, by: s, do: note, form: {card.number: 3}}, because: 不能修改}
- act: {case: c, by: r, do: pay.back, form: {card.number: 2}}
- refused: {act: {case: c, by: a, do: fill.submit, form: {card.number: 3}}, because: 不能修改}
- save: {case: c, by: a, do: fill, form: {basic.title: 题二}}
- expect: {case: c, form: {card.number: 2, basic.title: 题二}}
"#,
    );
}
