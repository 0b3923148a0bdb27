//! One task per row of a list: counting, following the list, closing early.

use super::passes;

const FLOW: &str = r#"
workflow: panel
name: 评议
start: {by: secretary, given: {person: person, unit: unit}, set: {present: pool}, to: voting}
participants:
  secretary: {role: secretary, unit: unit.id}
  voter: {each: present, where: it.account != person.account}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {present: {type: list of person}}
states:
  voting:
    name: 表决
    tasks:
      ballot: {name: 表决, for: voter, actions: {cast: {name: 投票, ask: {vote: {name: 意见, choice: [agree, disagree], required: true}}}}}
      chair:
        name: 主持
        for: secretary
        repeat: true
        optional: true
        actions:
          leave: {name: 离席, ask: {who: {name: 谁, required: true}}, set: {present: "filter(present, it.account != ask.who)"}}
          close: {name: 截止, close: ballot}
          repeat: {name: 重投, void: [ballot]}
    choose:
      passed: {when: ballot.closed and 3 * ballot.vote.agree >= 2 * ballot.all, to: passed}
      short: {when: ballot.closed, to: failed}
  passed: {name: 通过, end: true}
  failed: {name: 未通过, end: true}
"#;

#[test]
fn every_row_answers_once_and_the_counts_decide() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- expect: {case: c, state: voting, tasks: {ballot: [m, n], chair: [s]}}
- refused: {act: {case: c, by: a, do: ballot.cast, ask: {vote: agree}}, because: 没有找到}
- refused: {act: {case: c, by: m, do: ballot.cast, ask: {vote: maybe}}, because: 不在可选的范围}
- refused: {act: {case: c, by: m, row: n, do: ballot.cast, ask: {vote: agree}}, because: 没有找到}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- refused: {act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}, because: 已被他人处理}
- expect: {case: c, state: voting, tasks: {ballot: [n], chair: [s]}}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: passed}
"#,
    );
}

#[test]
fn the_task_follows_its_list() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.leave, ask: {who: n}}
- expect: {case: c, state: passed}
"#,
    );
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.leave, ask: {who: m}}
- expect: {case: c, state: voting, history: [「表决」的名单：n]}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: disagree}}
- expect: {case: c, state: failed}
"#,
    );
}

#[test]
fn an_action_may_close_it_early_or_have_it_answered_anew() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.repeat}
- expect: {case: c, tasks: {ballot: [m, n], chair: [s]}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.close}
- expect: {case: c, state: failed, closed: true}
"#,
    );
}

const APART: &str = r#"
workflow: apart
name: 背对背
start: {by: secretary, given: {unit: unit}, to: open}
participants: {secretary: {role: secretary, unit: unit.id}, member: {each: pool}}
facts: {pool: {host: pool, with: {unit: unit.id}}}
states:
  open:
    name: 评议
    tasks:
      advise:
        name: 评议
        for: member
        apart: true
        actions: {give: {name: 提交, ask: {text: {name: 意见, required: true}}}}
      again: {name: 重评, for: secretary, repeat: true, actions: {again: {name: 重评, void: [advise]}, done: {name: 完成, to: done}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn what_is_answered_apart_is_told_once_one_has_answered_oneself() {
    passes(
        APART,
        r#"
- start: {as: c, by: s, given: {unit: U}}
- act: {case: c, by: a, do: advise.give, ask: {text: 好}}
- expect: {case: c, untold: {a: [], m: [advise], s: []}}
- given: {roles: {m: [], z: []}}
- delegate: {case: c, by: m, do: advise, to: z}
- expect: {case: c, untold: {z: [advise]}}
- act: {case: c, by: s, do: again.again}
- expect: {case: c, untold: {a: [advise], m: [advise]}}
- act: {case: c, by: s, do: again.done}
- expect: {case: c, untold: {a: [], m: []}}
"#,
    );
}

#[test]
fn who_has_seen_what_others_answered_apart_does_not_answer_again() {
    let ends =
        "    choose: {done: {when: advise.closed, to: done}}\n  done: {name: 完成, end: true}";
    let flow = APART.replace("  done: {name: 完成, end: true}", ends);
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {unit: U}}
- act: {case: c, by: a, do: advise.give, ask: {text: 好}}
- undo: {case: c, by: a}
- act: {case: c, by: a, do: advise.give, ask: {text: 好}}
- act: {case: c, by: m, do: advise.give, ask: {text: 差}}
- refused: {undo: {case: c, by: m}, because: 看得到他们的答复}
- given: {roles: {n: [], z: [], y: []}}
- transfer: {case: c, by: n, do: advise, to: z}
- transfer: {case: c, by: z, do: advise, to: y}
- expect: {case: c, untold: {n: [advise], z: [advise], y: [advise]}}
- take_back: {case: c, by: y, do: advise}
- take_back: {case: c, by: z, do: advise}
- act: {case: c, by: n, do: advise.give, ask: {text: 差}}
- expect: {case: c, state: done, untold: {n: [], z: [], y: []}}
"#,
    );
}

#[test]
fn what_an_action_required_is_there_in_rules_about_it() {
    let flow = r#"
workflow: required
name: 必答
start: {by: secretary, given: {unit: unit}, to: open}
participants: {secretary: {role: secretary, unit: unit.id}, member: {each: pool}}
facts: {pool: {host: pool, with: {unit: unit.id}}}
states:
  open:
    name: 办理
    tasks:
      review:
        name: 审核
        for: secretary
        actions:
          pass: {name: 过}
          reject: {name: 不过, ask: {reason: {name: 理由, required: true}}}
      mark:
        name: 评分
        for: member
        actions:
          give: {name: 打分, ask: {mark: {name: 分, type: integer, required: true}, why: {name: 说明}}}
          bar: {name: 否决, ask: {mark: {name: 分, type: integer, required: true}, why: {name: 理由, required: true}}}
    choose:
      short: {when: "review.action == 'reject' and length(review.answer.reason) < 3", to: done}
      barred: {when: "any(mark.answers, it.action == 'bar' and starts_with(it.answer.why, '重'))", to: barred}
      good: {when: "mark.closed and sum(mark.answers, it.answer.mark) > 100 and count(mark.done) == 3", to: done}
  barred: {name: 否决, end: true}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: s, given: {unit: U}}
- act: {case: c, by: a, do: mark.give, ask: {mark: 60}}
- act: {case: c, by: m, do: mark.bar, ask: {mark: 60, why: 重大问题}}
- expect: {case: c, state: barred}
- start: {as: d, by: s, given: {unit: U}}
- act: {case: d, by: s, do: review.reject, ask: {reason: 否}}
- expect: {case: d, state: done}
"#,
    );
}
