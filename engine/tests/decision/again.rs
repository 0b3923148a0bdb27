//! What is to be done again: by those whose answers became void, in a task that opens anew, and in a
//! form that came back.

use super::passes;

const ASKED: &str = r#"
workflow: asked
name: 征求
start: {by: secretary, given: {person: person, unit: unit}, set: {members: pool}, to: asked}
participants:
  secretary: {role: secretary, unit: unit.id}
  unit: {role: reviewer, unit: unit.id}
  member: {each: members}
facts: {pool: {host: pool, with: {unit: unit.id}}}
vars: {members: {type: list of person}, late: 0}
states:
  asked:
    name: 征求
    tasks:
      reply:
        name: 答复
        for: member
        timers: {wait: {lasts: 48 hours, over: {set: {late: late + 1}}}}
        actions: {accept: {name: 同意}, decline: {name: 不同意}}
      note: {name: 登记, for: unit, actions: {done: {name: 已登记}}}
      anew:
        name: 重新征求
        for: secretary
        optional: true
        repeat: true
        actions:
          all: {name: 都重新答复, void: [reply]}
          shut: {name: 截止, close: reply}
          same: {name: 从头来, to: asked}
          out: {name: 换下, ask: {who: {name: 谁, required: true}}, replace: {in: members, out: ask.who, by: "filter(pool, it.account == 'x')"}}
          twice: {name: 重复, set: {members: "members + members"}}
    choose: {done: {when: reply.closed and note.action == 'done', to: done}}
  done: {name: 完成, end: true}
"#;

#[test]
fn whoever_is_to_answer_again_has_the_whole_time_for_it() {
    passes(
        ASKED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: m, do: reply.accept}
- advance: 10 hours
- act: {case: c, by: s, do: anew.all}
- expect: {case: c, timers: {wait@m: 2026-07-03 19:00, wait@a: 2026-07-03 09:00}}
- act: {case: c, by: m, do: reply.accept}
- advance: {to: 2026-07-03 12:00}
- expect: {case: c, vars: {late: 1}, timers: {wait@a: 已到期}, tasks: {reply: [a, n], note: [r], anew: [s]}}
- act: {case: c, by: s, do: anew.all}
- expect: {case: c, timers: {wait@m: 2026-07-05 12:00, wait@a: 已到期}}
- advance: {to: 2026-07-05 12:00}
- expect: {case: c, vars: {late: 2}}
- act: {case: c, by: s, do: anew.shut}
- act: {case: c, by: s, do: anew.all}
- expect: {case: c, timers: {wait@m: 2026-07-07 12:00, wait@a: 2026-07-07 12:00, wait@n: 2026-07-07 12:00}}
"#,
    );
}

#[test]
fn a_task_that_opens_anew_is_nobodys_even_at_the_same_moment() {
    passes(
        ASKED,
        r#"
- given: {roles: {r: [reviewer@U], r2: [reviewer@U], s: [secretary@U]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- claim: {case: c, by: r, do: note}
- refused: {because: 该事项正由他人处理, act: {case: c, by: r2, do: note.done}}
- act: {case: c, by: s, do: anew.same}
- act: {case: c, by: r2, do: note.done}
"#,
    );
}

#[test]
fn whoever_is_listed_twice_is_replaced_once_and_whole() {
    passes(
        ASKED,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- act: {case: c, by: s, do: anew.twice}
- act: {case: c, by: s, do: anew.out, ask: {who: m}}
- expect: {case: c, tasks: {reply: [a, n], note: [r], anew: [s]}}
"#,
    );
}

const LISTED: &str = r#"
workflow: listed
name: 清单
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
vars: {open: {type: list of text}}
form:
  sections:
    goods:
      name: 采购清单
      rows: {min: 1}
      fields:
        name: {name: 名称, required: true}
        parts:
          name: 配件
          type: rows
          fields:
            count: {name: 数量, type: integer, required: true}
            price: {name: 金额, type: integer, computed: "(row.count or_else 0) * 2"}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 提交, freeze: true, to: checking}}}}
  checking:
    name: 审核
    tasks:
      check:
        name: 审核
        for: unit
        actions:
          back: {name: 退回, ask: {parts: {name: 要改的, type: parts, required: true}}, set: {open: ask.parts}, to: mending}
          ok: {name: 同意, to: done}
  mending:
    name: 修改
    tasks:
      mend:
        name: 修改
        for: applicant
        edit: open
        actions:
          submit: {name: 提交, require: {mended: {that: "changed(['goods'], case.submission)", say: 还没有改}}, freeze: true, to: checking}
  done: {name: 完成, end: true}
"#;

const RETURNED: &str = r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: fill.submit, form: {goods: [{name: 一, parts: [{count: 1}]}, {name: 二, parts: [{count: 2}]}]}}
- act: {case: c, by: r, do: check.back, ask: {parts: ["goods[1]"]}}
"#;

#[test]
fn what_is_computed_in_the_rows_of_a_row_that_must_stay_is_no_change_of_it() {
    passes(
        LISTED,
        &format!(
            r#"{RETURNED}
- refused: {{because: 采购清单, act: {{case: c, by: a, do: mend.submit, form: {{goods: [{{name: 一, parts: [{{count: 9}}]}}, {{name: 二改, parts: [{{count: 2}}]}}]}}}}}}
- act: {{case: c, by: a, do: mend.submit, form: {{goods: [{{name: 一, parts: [{{count: 1}}]}}, {{name: 二改, parts: [{{count: 2}}]}}]}}}}
- expect: {{case: c, state: checking, form: {{goods: [{{name: 一, parts: [{{count: 1, price: 2}}]}}, {{name: 二改, parts: [{{count: 2, price: 4}}]}}]}}}}
"#
        ),
    );
}

#[test]
fn what_was_changed_since_a_submission_is_told_of_the_form_as_it_stands() {
    passes(
        LISTED,
        &format!(
            r#"{RETURNED}
- refused: {{because: 还没有改, act: {{case: c, by: a, do: mend.submit}}}}
- save: {{case: c, by: a, do: mend, form: {{goods: [{{name: 一, parts: [{{count: 1}}]}}, {{name: 二, parts: [{{count: 3}}]}}]}}}}
- act: {{case: c, by: a, do: mend.submit}}
- expect: {{case: c, state: checking}}
"#
        ),
    );
}
