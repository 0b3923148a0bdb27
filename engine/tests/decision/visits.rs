//! Visits: which answers live on when a state is entered anew, and how often an action may be taken.

use super::passes;

const FLOW: &str = r#"
workflow: visits
name: 停留
start: {by: applicant, given: {person: person, unit: unit}, to: one}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
states:
  one:
    name: 一
    tasks:
      left: {name: 甲, for: unit, actions: {yes: {name: 是}, no: {name: 否}}}
      right: {name: 乙, for: unit, actions: {yes: {name: 是}, no: {name: 否}}}
      kept: {name: 丙, for: unit, keep: true, actions: {yes: {name: 是}}}
      amend:
        name: 改
        for: applicant
        when: "'no' in [left.action, right.action]"
        repeat: true
        actions: {resubmit: {name: 重交, void: {of: [left, right], where: it.action == 'no'}}}
      again: {name: 再来, for: applicant, optional: true, actions: {again: {name: 再来, to: one}, on: {name: 往下, to: two}}}
    choose: {both: {when: left.action == 'yes' and right.action == 'yes', to: two}}
  two:
    name: 二
    tasks:
      rate: {name: 评, for: unit, repeat: true, actions: {up: {name: 加, at_most: 2, per: visit}, down: {name: 减, at_most: 3}}}
      turn: {name: 转, for: applicant, actions: {over: {name: 重来, to: two}, back: {name: 回, to: one}, out: {name: 出, to: three}}}
  three:
    name: 三
    tasks: {end: {name: 完, for: applicant, actions: {end: {name: 完, to: done}, back: {name: 回, to: two}}}}
  done: {name: 完成, end: true}
tasks:
  wish: {name: 撤回, in: [one, two], for: applicant, optional: true, actions: {wish: {name: 想撤回}}}
  consent: {name: 同意撤回, in: [one, two], for: unit, when: wish.times > 0, actions: {agree: {name: 同意, to: done}, refuse: {name: 不同意, void: [wish]}}}
"#;

#[test]
fn both_must_agree_and_a_return_voids_only_what_was_refused() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {left: [r], right: [r], kept: [r], again: [a], wish: [a]}}
- act: {case: c, by: r, do: left.yes}
- act: {case: c, by: r, do: right.no}
- expect: {case: c, state: one, tasks: {kept: [r], amend: [a], again: [a], wish: [a]}}
- refused: {act: {case: c, by: r, do: right.yes}, because: 已被他人处理}
- act: {case: c, by: a, do: amend.resubmit}
- expect: {case: c, tasks: {right: [r], kept: [r], again: [a], wish: [a]}}
- act: {case: c, by: r, do: right.yes}
- expect: {case: c, state: two}
"#,
    );
}

#[test]
fn entering_a_state_from_itself_is_a_new_visit() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: r, do: left.yes}
- act: {case: c, by: r, do: kept.yes}
- act: {case: c, by: a, do: again.again}
- expect: {case: c, state: one, tasks: {left: [r], right: [r], again: [a], wish: [a]}}
"#,
    );
}

#[test]
fn an_action_is_limited_in_the_visit_or_in_the_case() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: again.on}
- act: {case: c, by: r, do: rate.up}
- act: {case: c, by: r, do: rate.up}
- expect: {case: c, offers: {r: [rate.down]}}
- refused: {act: {case: c, by: r, do: rate.up}, because: 最多 2 次}
- act: {case: c, by: r, do: rate.down}
- act: {case: c, by: a, do: turn.over}
- act: {case: c, by: r, do: rate.up}
- act: {case: c, by: r, do: rate.down}
- act: {case: c, by: a, do: turn.out}
- act: {case: c, by: a, do: end.back}
- act: {case: c, by: r, do: rate.down}
- expect: {case: c, offers: {r: [rate.up]}}
- refused: {act: {case: c, by: r, do: rate.down}, because: 最多 3 次}
"#,
    );
}

#[test]
fn a_task_open_in_several_states_lives_until_one_of_them_is_left_for_another() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: a, do: wish.wish}
- act: {case: c, by: a, do: again.on}
- expect: {case: c, state: two, tasks: {rate: [r], turn: [a], consent: [r]}}
- act: {case: c, by: r, do: consent.refuse}
- expect: {case: c, tasks: {rate: [r], turn: [a], wish: [a]}}
- act: {case: c, by: a, do: wish.wish}
- act: {case: c, by: a, do: turn.out}
- expect: {case: c, tasks: {end: [a]}}
- act: {case: c, by: a, do: end.back}
- expect: {case: c, tasks: {rate: [r], turn: [a], wish: [a]}}
- act: {case: c, by: a, do: wish.wish}
- act: {case: c, by: r, do: consent.agree}
- expect: {case: c, state: done, closed: true, tasks: {}}
"#,
    );
}

#[test]
fn rules_that_go_round_are_told_by_name() {
    let flow = super::handing::HANDED.replace(
        "  deciding: {",
        "    choose: {there: {when: check.times > 0 and n == 0, set: {n: 1}}, back: {when: n == 1, set: {n: 0}}, on: {when: check.times > 0, to: deciding}}\n  deciding: {",
    );
    let flow = flow
        .replace("states:", "vars: {n: 0}\nstates:")
        .replace("{name: 过, to: deciding}}\n", "{name: 过}}\n");
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {act: {case: c, by: r, do: check.pass}, because: 的规则 there、back 循环，没有停下来}
"#,
    );
}
