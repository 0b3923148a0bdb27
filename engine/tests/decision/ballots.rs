//! Secret tasks: who voted is known, what they voted is nowhere until the task closes, and then only
//! as totals.

use super::{passes, told};

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
      ballot:
        name: 投票
        for: voter
        secret: true
        actions:
          cast:
            name: 投票
            ask:
              vote: {name: 意见, choice: [agree, disagree], required: true}
              score: {name: 评分, type: integer, min: 0, max: 100}
      chair:
        name: 主持
        for: secretary
        repeat: true
        optional: true
        actions:
          leave: {name: 离席, ask: {who: {name: 谁, required: true}}, set: {present: "filter(present, it.account != ask.who)"}}
          close: {name: 截止, close: ballot}
          repeat: {name: 重投, void: [ballot]}
          bar: {name: 请出, ask: {who: {name: 谁, required: true}}, require: {unvoted: {that: ask.who not in ballot.done, say: 已经投了票}}, set: {present: "filter(present, it.account != ask.who)"}}
          adjourn: {name: 休会, to: adjourned}
    choose:
      early: {when: "ballot.vote.agree >= 1 and not ballot.closed", to: failed}
      passed: {when: "ballot.closed and 3 * ballot.vote.agree >= 2 * ballot.all", to: passed}
      short: {when: ballot.closed, to: failed}
  adjourned:
    name: 休会
    tasks: {resume: {name: 复会, for: secretary, actions: {resume: {name: 复会, to: voting}}}}
  passed: {name: 通过, end: true}
  failed: {name: 未通过, end: true}
values: {best: "max(map(filter(ballot.answers, it.answer.score is not none), it.answer.score or_else 0)) or_else 0"}
labels: {best: best}
"#;

#[test]
fn nothing_counts_before_everybody_has_voted() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree, score: 90}}
- expect: {case: c, state: voting, tasks: {ballot: [n], chair: [s]}}
- refused: {act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}, because: 已被他人处理}
- refused: {undo: {case: c, by: m}, because: 投出的票}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: agree, score: 70}}
- expect: {case: c, state: passed}
"#,
    );
}

#[test]
fn what_discards_votes_is_not_undone() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: s, do: chair.adjourn}
- undo: {case: c, by: s}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.repeat}
- refused: {undo: {case: c, by: s}, because: 已经作废}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.adjourn}
- refused: {undo: {case: c, by: s}, because: 已经作废}
- act: {case: c, by: s, do: resume.resume}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: passed}
"#,
    );
}

#[test]
fn a_vote_is_never_handed_over() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: [], z: []}}
- refused: {delegate: {case: c, by: m, do: ballot, to: z}, because: 要本人办理}
- refused: {act: {case: c, by: z, do: ballot.cast, ask: {vote: agree}}}
- delegate: {case: c, by: s, do: chair, to: z}
"#,
    );
}

#[test]
fn the_history_tells_who_voted_and_the_totals() {
    let told = told(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: disagree, score: 60}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree, score: 95}}
- expect: {case: c, state: failed}
"#,
    );
    assert!(told.contains("n 投票「投票」") && told.contains("m 投票「投票」"), "{told}");
    assert!(told.contains("「投票」计票 2 张"), "{told}");
    assert!(!told.contains("disagree") && !told.contains("95"), "{told}");
}

#[test]
fn who_has_voted_can_be_asked_before_the_count() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: disagree}}
- refused: {act: {case: c, by: s, do: chair.bar, ask: {who: m}}, because: 已经投了票}
- expect: {case: c, state: voting}
- act: {case: c, by: s, do: chair.bar, ask: {who: n}}
- expect: {case: c, state: failed}
"#,
    );
}

#[test]
fn who_leaves_after_voting_has_voted() {
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
}

#[test]
fn closing_early_counts_what_was_cast_and_a_repeated_vote_begins_anew() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: disagree}}
- act: {case: c, by: s, do: chair.repeat}
- expect: {case: c, state: voting, tasks: {ballot: [m, n], chair: [s]}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.close}
- expect: {case: c, state: failed, history: [计票 1 张]}
"#,
    );
}

#[test]
fn leaving_the_state_discards_the_ballots() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: disagree}}
- act: {case: c, by: s, do: chair.adjourn}
- act: {case: c, by: s, do: resume.resume}
- expect: {case: c, state: voting, tasks: {ballot: [m, n], chair: [s]}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: passed, history: [计票 2 张]}
"#,
    );
}

#[test]
fn how_many_have_voted_is_no_count_before_the_task_closes() {
    let flow = FLOW
        .replace("early: {when: \"ballot.vote.agree >= 1 and not ballot.closed\", to: failed}",
                 "early: {when: \"ballot.given >= 1 and not ballot.closed\", to: failed}")
        .replace("close: {name: 截止, close: ballot}",
                 "close: {name: 截止, require: {some: {that: ballot.times > 0, say: 还没有人投}}, close: ballot}");
    passes(
        &flow,
        r#"
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- refused: {act: {case: c, by: s, do: chair.close}, because: 还没有人投}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: voting}
- act: {case: c, by: s, do: chair.close}
- expect: {case: c, state: failed}
"#,
    );
}

#[test]
fn who_has_voted_keeps_a_place_on_the_list_and_nobody_else_is_given_it() {
    let flow = FLOW.replace(
        "          close: {name: 截止, close: ballot}",
        "          swap: {name: 换人, ask: {who: {name: 谁, required: true}}, replace: {in: present, out: ask.who, by: reserve}}
          close: {name: 截止, close: ballot}",
    );
    let flow = flow.replace(
        "facts: {pool: {host: pool, with: {unit: unit.id}}}",
        "facts: {pool: {host: pool, with: {unit: unit.id}}, reserve: {host: pool, with: {unit: \"'R'\"}}}",
    );
    passes(
        &flow,
        r#"
- given: {facts: {pool: [{with: {unit: R}, gives: [{id: R, account: r, name: 候补}]}, {gives: [{id: M, account: m, name: 甲}, {id: N, account: n, name: 乙}]}]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: [], r: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- refused: {act: {case: c, by: s, do: chair.swap, ask: {who: m}}, because: 甲已经投票}
- act: {case: c, by: s, do: chair.leave, ask: {who: m}}
- expect: {case: c, state: voting, tasks: {ballot: [n], chair: [s]}}
- act: {case: c, by: s, do: chair.swap, ask: {who: n}}
- expect: {case: c, state: voting, tasks: {ballot: [r], chair: [s]}}
- act: {case: c, by: r, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: passed, history: [计票 2 张]}
"#,
    );
}

#[test]
fn who_has_voted_and_was_taken_off_the_list_is_one_of_all_after_the_count_too() {
    let flow = FLOW.replace(
        "vars: {present: {type: list of person}}",
        "vars: {present: {type: list of person}, all: 0, given: 0}",
    );
    let flow = flow.replace(
        "2 * ballot.all\", to: passed}",
        "2 * ballot.all\", set: {all: ballot.all, given: ballot.given}, to: passed}",
    );
    passes(
        &flow,
        r#"
- given: {facts: {pool: [{gives: [{id: M, account: m, name: 甲}, {id: N, account: n, name: 乙}]}]}}
- start: {as: c, by: s, given: {person: A, unit: U}}
- given: {roles: {m: [], n: []}}
- act: {case: c, by: m, do: ballot.cast, ask: {vote: agree}}
- act: {case: c, by: s, do: chair.leave, ask: {who: m}}
- act: {case: c, by: n, do: ballot.cast, ask: {vote: agree}}
- expect: {case: c, state: passed, vars: {all: 2, given: 2}}
"#,
    );
}
