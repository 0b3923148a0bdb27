//! What scenarios say of a counter: who takes a task for a while, what is printed, what anybody may
//! verify, and lists for everybody.

use super::{passes, run};

const COUNTER: &str = r#"
workflow: desk
name: 窗口
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
numbers: {permit: {name: 许可号, text: "许 {n}"}}
labels: {number: numbers.permit or_else '', holder: person.name, unit: unit.id}
documents:
  permit:
    name: 许可
    foot: "第 {numbers.permit or_else ''} 号"
    sheet:
    - title: 许可证
    - table: {columns: [1, 2], rows: [[持有人, "{person.name}"], [单位, "{unit.name}"]]}
    - {when: person.name == 'nobody', text: 作废}
    verify: {number: number, valid: case.state == 'given', invalid: 已收回。, shows: {持有人: "{person.name}"}}
states:
  open:
    name: 待办
    tasks:
      review: {name: 审核, for: unit, actions: {pass: {name: 过, batch: true, number: permit, document: permit, to: given}, leave: {name: 留}}}
      note: {name: 注, for: unit, optional: true, actions: {note: {name: 注}}}
  given:
    name: 已给
    public: {name: 许可公示, shows: {holder: 持有人, number: 编号}}
    tasks: {recall: {name: 收回, for: unit, actions: {recall: {name: 收回, to: gone}}}}
  gone: {name: 已收回, end: true}
"#;

#[test]
fn what_is_printed_verified_and_public_is_expected() {
    passes(
        COUNTER,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, documents: {permit: none}, verified: {permit: none}, public: {许可公示: none}}
- act: {case: c, by: r, do: review.pass}
- expect: {case: c, documents: {permit: {text: [许可证, 持有人 甲, 第 许 1 号], without: 作废}}}
- expect: {case: c, verified: {permit: {valid: true, text: 持有人：甲, without: 收回}}, public: {许可公示: [持有人：甲, 编号：许 1]}}
- act: {case: c, by: r, do: recall.recall}
- expect: {case: c, verified: {permit: {valid: false, text: 已收回}}, public: {许可公示: none}}
"#,
    );
}

#[test]
fn what_is_printed_verified_or_public_otherwise_than_expected_is_told() {
    let wrong = |points: &str| {
        let steps = format!(
            "- start: {{as: c, by: a, given: {{person: A, unit: U}}}}\n- act: {{case: c, by: r, do: review.pass}}\n- expect: {{case: c, {points}}}\n"
        );
        let failures = run(COUNTER, &steps).failures;
        failures.iter().map(|failure| failure.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let told = [
        "documents: {permit: 乙}",
        "documents: {permit: none}",
        "documents: {permt: none}",
        "verified: {permit: {valid: false}}",
        "verified: {permit: none}",
        "public: {许可公示: {without: 甲}}",
        "public: {许可: none}",
    ]
    .map(wrong)
    .join("\n");
    insta::assert_snapshot!(told, @"
    c：文书「permit」里没有「乙」，全文是：许可证 持有人 甲 单位 示例一中 第 许 1 号
    c：文书「permit」不应制作，印的是：许可证 持有人 甲 单位 示例一中 第 许 1 号
    c：这个流程没有叫「permt」的文书（是不是「permit」）
    c：文书「permit」查到的是有效：持有人：甲
    c：不应查到文书「permit」，查到的是：持有人：甲
    c：名单「许可公示」里不应有「甲」，全文是：持有人：甲 编号：许 1
    c：没有叫「许可」的公示名单（可以写：许可公示）
    ");
}

#[test]
fn a_claimed_task_is_refused_to_others_until_it_is_given_back_or_the_time_is_over() {
    passes(
        COUNTER,
        r#"
- given: {roles: {q: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused: {claim: {case: c, by: a, do: review}, because: 没有找到}
- refused: {claim: {case: c, by: r, do: note}, because: 没有找到}
- claim: {case: c, by: r, do: review}
- claim: {case: c, by: r, do: review}
- refused: {claim: {case: c, by: q, do: review}, because: 他人处理}
- refused: {act: {case: c, by: q, do: review.leave}, because: r，至}
- batch: {cases: [c], by: q, do: review.pass, refused: [c]}
- release: {case: c, by: r, do: review}
- claim: {case: c, by: q, do: review}
- refused: {act: {case: c, by: r, do: review.leave}, because: 他人处理}
- advance: 15 minutes
- act: {case: c, by: r, do: review.leave}
"#,
    );
}

#[test]
fn what_another_hands_on_leaves_a_claim_as_it_is() {
    passes(
        super::handing::HANDED,
        r#"
- given: {roles: {r: [reviewer@U], q: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- claim: {case: c, by: r, do: check}
- delegate: {case: c, by: q, do: check, to: z}
- refused: {act: {case: c, by: z, do: check.pass}, because: 他人处理}
- refused: {act: {case: c, by: q, do: check.pass}, because: 他人处理}
- take_back: {case: c, by: q, do: check}
- refused: {act: {case: c, by: q, do: check.pass}, because: 他人处理}
- act: {case: c, by: r, do: check.pass}
"#,
    );
}

#[test]
fn what_was_taken_back_is_claimed_no_more() {
    passes(
        super::handing::HANDED,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: check, to: y}
- delegate: {case: c, by: y, do: check, to: z}
- claim: {case: c, by: z, do: check}
- take_back: {case: c, by: y, do: check}
- act: {case: c, by: y, do: check.pass}
"#,
    );
}

#[test]
fn a_task_that_changes_hands_is_claimed_by_none_of_them() {
    passes(
        COUNTER,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- claim: {case: c, by: r, do: review}
- transfer: {case: c, by: r, do: review, to: z}
- claim: {case: c, by: z, do: review}
- take_back: {case: c, by: z, do: review}
- act: {case: c, by: r, do: review.leave}
"#,
    );
}

#[test]
fn what_a_timer_makes_is_made_at_once() {
    let by_timer = COUNTER.replace(
        "    tasks:\n      review:",
        "    timers: {soon: {lasts: 2 days, over: {number: permit, document: permit, to: given}}}\n    tasks:\n      review:",
    );
    passes(
        &by_timer,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- advance: 2 days
- expect: {case: c, state: given, documents: {permit: 许 1}}
"#,
    );
}

#[test]
fn a_batch_after_a_point_that_was_wrong_is_still_done() {
    let outcome = run(
        COUNTER,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, state: gone}
- batch: {cases: [c], by: r, do: review.pass}
- expect: {case: c, state: given}
- expect: {case: c, state: open}
"#,
    );
    let told: Vec<_> = outcome.failures.iter().map(|failure| failure.place.line).collect();
    assert_eq!(told.len(), 2, "{:?}", outcome.failures);
}

#[test]
fn a_number_that_a_rule_takes_where_there_is_none_is_taken_once() {
    let flow = r#"
workflow: once
name: 取号
start: {by: reviewer, given: {unit: unit}, to: open}
participants: {reviewer: {role: reviewer, unit: unit.id}}
numbers: {permit: {name: 许可号, text: "许 {n}"}}
labels: {number: numbers.permit or_else ''}
states:
  open:
    name: 办理
    choose: {once: {when: numbers.permit is none, number: permit}}
    tasks: {look: {name: 看, for: reviewer, actions: {again: {name: 再看, to: open}, done: {name: 完, to: done}}}}
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: r, given: {unit: U}}
- expect: {case: c, state: open, labels: {number: 许 1}}
- act: {case: c, by: r, do: look.again}
- expect: {case: c, labels: {number: 许 1}}
"#,
    );
}
