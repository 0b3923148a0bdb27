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

pub(super) const HANDED: &str = r#"
workflow: handed
name: 经手
start: {by: applicant, given: {person: person, unit: unit}, to: checking}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  other: {role: secretary, unit: unit.id, except: [check.by]}
states:
  checking:
    name: 初审
    tasks:
      check:
        name: 初审
        for: unit
        timers: {soon: {lasts: 3 days, remind: 1 days}}
        actions: {pass: {name: 过, to: deciding}}
  deciding: {name: 决定, tasks: {decide: {name: 决定, for: other, actions: {pass: {name: 过, to: done}}}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn who_got_a_task_of_a_role_finds_it_and_who_passed_it_on_is_not_reminded() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U], r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: check, to: z}
- expect: {case: c, tasks: {check: [r, r2, z]}, offers: {z: [check.pass], r: [check.pass]}}
- take_back: {case: c, by: r, do: check}
- transfer: {case: c, by: r, do: check, to: z}
- expect: {case: c, tasks: {check: [r2, z]}, offers: {z: [check.pass], r: []}}
- urge: {case: c, by: a, do: check}
- advance: 2 days
- expect: {case: c, notices: {z: [delegated, taken_back, transferred, urged, due], r2: [urged, due], r: []}}
"#,
    );
}

#[test]
fn what_was_passed_on_to_the_wrong_person_is_given_back() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U], r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- transfer: {case: c, by: r, do: check, to: z}
- refused: {take_back: {case: c, by: r, do: check}, because: 没有找到}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, r2]}, notices: {z: [transferred], r: [given_back]}, history: [r 把「初审」转交给 z, z 退回转交的「初审」]}
- transfer: {case: c, by: r, do: check, to: z}
- transfer: {case: c, by: z, do: check, to: y}
- take_back: {case: c, by: y, do: check}
- expect: {case: c, tasks: {check: [r2, z]}, notices: {z: [transferred, transferred, given_back]}}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, r2]}}
- act: {case: c, by: r, do: check.pass}
- expect: {case: c, state: deciding}
"#,
    );
}

#[test]
fn whoever_acts_for_somebody_sees_as_much_as_he_does_and_no_more() {
    let flow = HANDED.replace(
        "applicant: {account: person.account}",
        "applicant: {account: person.account, unnamed_to: [unit]}",
    );
    let flow = flow.replace(
        "unit: {role: reviewer, unit: unit.id}",
        "unit: {role: reviewer, unit: unit.id, sees: [open]}",
    );
    let flow = flow.replace("states:", "form: {sections: {open: {name: 甲, fields: {x: {name: 一}}}, shut: {name: 乙, fields: {y: {name: 二}}}}}\nstates:");
    let flow = flow.replace("for: applicant", "for: applicant, edit: all");
    let flow = flow.replace(
        "    name: 初审\n    tasks:",
        "    name: 初审\n    advice: {unit: 请审}\n    tasks:",
    );
    passes(
        &flow,
        r#"
- given: {roles: {r: [reviewer@U], q: [secretary@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, unnamed: {r: [applicant], z: []}, sees: {r: [open], z: []}}
- delegate: {case: c, by: r, do: check, to: z}
- expect: {case: c, unnamed: {r: [applicant], z: [applicant]}, sees: {r: [open], z: [open]}, says: {z: 请审}}
- act: {case: c, by: z, do: check.pass}
- expect: {case: c, unnamed: {z: [applicant]}, sees: {z: [open]}}
"#,
    );
}

#[test]
fn what_is_handed_on_stays_what_it_was_to_whose_task_it_is() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
# Passed on, then lent: whose it was does not get it back by that.
- transfer: {case: c, by: r, do: check, to: z}
- delegate: {case: c, by: z, do: check, to: y}
- expect: {case: c, tasks: {check: [y]}}
- refused: {take_back: {case: c, by: r, do: check}, because: 没有找到}
- take_back: {case: c, by: y, do: check}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r]}}
# Lent, then passed on: whose it is may act and take it back, as whoever handed it on.
- delegate: {case: c, by: r, do: check, to: z}
- transfer: {case: c, by: z, do: check, to: y}
- expect: {case: c, tasks: {check: [r, y]}}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, z]}, history: [z 收回「初审」的委托]}
- delegate: {case: c, by: z, do: check, to: y}
- take_back: {case: c, by: y, do: check}
- expect: {case: c, tasks: {check: [r, z]}}
- take_back: {case: c, by: r, do: check}
- expect: {case: c, tasks: {check: [r]}}
"#,
    );
}

#[test]
fn what_was_passed_on_stays_when_who_passed_it_on_has_the_role_no_more() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- transfer: {case: c, by: r, do: check, to: z}
- given: {roles: {r: []}}
- expect: {case: c, tasks: {check: [z]}}
- act: {case: c, by: z, do: check.pass}
"#,
    );
}

#[test]
fn everybody_through_whose_hands_a_task_went_is_kept_from_what_excludes_who_did_it() {
    let given = "- given: {roles: {r: [reviewer@U], z: [secretary@U], s: [secretary@U], q: [secretary@U]}}\n\
                 - start: {as: c, by: a, given: {person: A, unit: U}}\n";
    for (first, second) in
        [("delegate", "delegate"), ("delegate", "transfer"), ("transfer", "delegate")]
    {
        let steps = format!(
            "{given}- {first}: {{case: c, by: r, do: check, to: z}}\n\
             - {second}: {{case: c, by: z, do: check, to: s}}\n\
             - act: {{case: c, by: s, do: check.pass}}\n\
             - expect: {{case: c, tasks: {{decide: [q]}}}}\n\
             - refused: {{act: {{case: c, by: z, do: decide.pass}}, because: 没有找到}}\n"
        );
        passes(HANDED, &steps);
    }
}

#[test]
fn whoever_acts_for_a_member_of_a_list_takes_that_member_off_it() {
    passes(
        r#"
workflow: jury
name: 评审
start: {by: applicant, given: {person: person, unit: unit}, to: voting}
participants: {applicant: {account: person.account}, juror: {each: jury}}
vars: {jury: {type: list of text, is: [r, r2]}}
states:
  voting:
    name: 评审
    tasks:
      vote:
        name: 评审
        for: juror
        actions:
          yes: {name: 同意}
          recuse: {name: 回避, set: {jury: "filter(jury, it != actor.principal)"}}
    choose: {done: {when: vote.closed, to: done}, empty: {when: vote.all == 0, to: done}}
  done: {name: 完成, end: true}
"#,
        r#"
- given: {roles: {r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: vote, to: z}
- act: {case: c, by: z, do: vote.recuse}
- expect: {case: c, tasks: {vote: [r2]}, vars: {jury: [r2]}}
- act: {case: c, by: r2, do: vote.recuse}
- expect: {case: c, state: done}
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

#[test]
fn what_is_said_after_an_action_does_not_keep_it_from_being_taken_back() {
    passes(
        HANDED,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: r, do: check.pass}
- comment: {case: c, by: a, text: 谢谢}
- undo: {case: c, by: r}
- expect: {case: c, state: checking, history: [谢谢]}
- act: {case: c, by: r, do: check.pass}
- copy: {case: c, by: a, to: z}
- refused: {copy: {case: c, by: z, to: y}, because: 不能再抄送}
- refused: {undo: {case: c, by: r}, because: 别的变化}
"#,
    );
}

#[test]
fn everybody_who_has_answered_is_kept_apart_from_what_follows() {
    let flow = HANDED.replace("unit: {role: reviewer, unit: unit.id}", "unit: {each: both}");
    let flow = flow.replace("states:", "vars: {both: {type: list of text, is: [r, s]}}\nstates:");
    let flow = flow.replace(
        "{name: 过, to: deciding}}\n  deciding",
        "{name: 过}}\n    choose: {all: {when: check.closed, to: deciding}}\n  deciding",
    );
    passes(
        &flow,
        r#"
- given: {roles: {r: [secretary@U], s: [secretary@U], q: [secretary@U], z: [secretary@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: check, to: z}
- act: {case: c, by: z, do: check.pass}
- act: {case: c, by: s, do: check.pass}
- expect: {case: c, state: deciding, tasks: {decide: [q]}}
"#,
    );
}
