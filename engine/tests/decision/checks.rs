//! Start-checks: gates before a case exists, all of them together when it is submitted, and what
//! the system sets right by itself.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Actor, Facts, Undecided, gates},
    definition::{Definition, compile},
    expression::Value,
};

use super::{passes, sources};

const FLOW: &str = r#"
workflow: checked
name: 检测
start: {by: applicant, given: {person: person, unit: unit}, checks: gate, to: draft}
participants: {applicant: {account: person.account}}
vars: {rounds: 0}
form:
  sections:
    basic:
      name: 基本
      fields:
        years: {name: 工作年限, type: integer}
        speciality_years: {name: 专业年限, type: integer}
        note: {name: 备注}
    works: {name: 业绩, rows: true, fields: {title: {name: 题目}}}
checks:
  gate.july: {severity: block, phase: gate, that: month(today) == 7, say: 不在申报期内}
  years.order:
    severity: fix
    when: is_whole(form.basic.years) and is_whole(form.basic.speciality_years)
    that: is_whole(form.basic.years) and is_whole(form.basic.speciality_years) and form.basic.speciality_years <= form.basic.years
    set: {form.basic.speciality_years: form.basic.years}
    say: 专业年限已调整
  note.filled: {severity: block, that: not blank(form.basic.note), say: 备注未填, part: basic.note}
  note.long: {severity: warn, that: length(form.basic.note or_else '') > 3, say: 备注太短}
  works.titled: {severity: block, each: form.works, that: not blank(it.title), say: 业绩没有题目}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 提交, checks: all, freeze: true, to: done}}}}
  done: {name: 已提交, end: true}
"#;

fn only(flow: &str) -> Definition {
    let compiled = compile(&sources(flow, ""));
    compiled.definitions.first().unwrap().as_ref().clone()
}

#[test]
fn a_gate_stands_before_the_beginning_and_again_before_the_submission() {
    passes(
        FLOW,
        r"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.note: 一二三四}}
- advance: {to: 2026-08-01 09:00}
- refused: {start: {by: a, given: {person: A, unit: U}}, because: 不在申报期内}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 不在申报期内}
",
    );
}

#[test]
fn everything_that_blocks_is_told_together_and_a_warning_does_not_block() {
    passes(
        FLOW,
        r"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一}, {}, {}]}}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 备注未填；业绩没有题目；业绩没有题目}
- act: {case: c, by: a, do: fill.submit, form: {basic.note: 短, works: []}}
- expect: {case: c, state: done}
",
    );
}

#[test]
fn what_a_check_sets_right_is_stored_at_once_and_told() {
    passes(
        FLOW,
        r"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.speciality_years: 9}}
- expect: {case: c, form: {basic.speciality_years: 9}}
- save: {case: c, by: a, do: fill, form: {basic.years: 5}}
- expect: {case: c, form: {basic.speciality_years: 5}, history: [自动更正：专业年限已调整]}
- save: {case: c, by: a, do: fill, form: {basic.speciality_years: 3}}
- expect: {case: c, form: {basic.speciality_years: 3}}
",
    );
}

#[test]
fn every_gate_is_told_to_somebody_who_cannot_start() {
    let definition = only(FLOW);
    let nobody = Actor::Account { id: "x".into(), roles: Vec::new(), acting_for: None };
    let given = BTreeMap::from([("person".into(), "A".to_owned()), ("unit".into(), String::new())]);
    let mut facts = Facts::default();
    facts.subjects.insert("person".into(), Value::None);
    facts.subjects.insert("unit".into(), Value::None);
    let on = |day: &str| Moment::parse(day).unwrap();
    let passed = |day| {
        let outcomes = gates(&definition, &nobody, &given, &facts, on(day)).unwrap();
        outcomes.iter().map(|it| (it.check.to_string(), it.is_passed())).collect::<Vec<_>>()
    };
    assert_eq!(passed("2026-07-06 09:00"), [("gate.july".to_owned(), true)]);
    assert_eq!(passed("2026-08-06 09:00"), [("gate.july".to_owned(), false)]);
}

#[test]
fn a_check_that_cannot_be_evaluated_is_not_passed() {
    let flow = FLOW.replace("month(today) == 7", "1 / rounds > 0");
    let definition = only(&flow);
    let facts = Facts::default();
    let given = BTreeMap::from([("person".into(), "A".to_owned()), ("unit".into(), String::new())]);
    let actor = Actor::Service("x".into());
    let outcomes = gates(&definition, &actor, &given, &facts, Moment(0));
    assert!(matches!(outcomes, Err(Undecided::Rejected(_))));
}

#[test]
fn a_check_that_fails_says_on_which_page_it_is_mended() {
    let page = "that: month(today) == 7, part: works, page: \"first(filter(['spring', 'autumn'], it != 'spring'))\"";
    let definition = only(&FLOW.replace("that: month(today) == 7", page));
    let given = BTreeMap::from([("person".into(), "A".to_owned()), ("unit".into(), String::new())]);
    let (actor, facts) = (Actor::Service("x".into()), Facts::default());
    let pages = |day: &str| {
        let at = Moment::parse(day).unwrap();
        let outcomes = gates(&definition, &actor, &given, &facts, at).unwrap();
        outcomes.iter().flat_map(|outcome| outcome.pages.clone()).collect::<Vec<_>>()
    };
    assert_eq!(pages("2026-08-06 09:00"), [Some("autumn".to_owned())]);
    assert_eq!(pages("2026-07-06 09:00"), []);
}

#[test]
fn what_is_corrected_by_a_fact_that_has_changed_is_corrected_before_it_is_frozen() {
    passes(
        r#"
workflow: claim
name: 报销
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}}
form: {sections: {use: {name: 用量, fields: {n: {name: 数, type: integer, correct: {when: it > unit.free, to: unit.free, say: 按上限}}}}}}
states:
  draft: {name: 填写, tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 交, freeze: true, to: done}}}}}
  done: {name: 完, end: true}
"#,
        r#"
- given: {subjects: {unit: {U: {name: 示例一中, free: 10}}}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {use.n: 9}}
- given: {subjects: {unit: {U: {name: 示例一中, free: 4}}}}
- act: {case: c, by: a, do: fill.submit}
- expect: {case: c, form: {use.n: 4}}
"#,
    );
}
