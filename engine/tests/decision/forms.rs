//! Forms: drafts, parts that may be edited, what follows from them, and freezing.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Act, Actor, Command, Facts, FormChange, RejectionKind, Start, Undecided, decide},
    expression::Value,
};

use super::{passes, run};

pub(super) const FLOW: &str = r#"
workflow: forms
name: 表单
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}, unit: {role: reviewer, unit: unit.id}}
vars: {open: {type: list of text, is: []}, judged: 0, same: false}
form:
  sections:
    basic:
      name: 基本
      fields:
        name: {name: 姓名, required: true, max: 5}
        id_number: {name: 身份证号码, format: id_number}
        married: {name: 婚否, type: yes_no}
        spouse: {name: 配偶, required: true, when: row.married or_else false}
        years: {name: 工作年限, type: integer, min: 0, max: 60}
        speciality_years: {name: 专业年限, type: integer, correct: {when: "it > (row.years or_else 0)", to: row.years or_else 0, say: 专业年限已按工作年限调整}}
        period: {name: 起止, type: month_range, open: 至今}
        score: {name: 得分, type: decimal, scale: 1, computed: "round(sum(map(form.works, it.points or_else 0)), 1)"}
        fixed: {name: 固定, read_only: true}
        note: {name: 备注, lines: 3, max: 20}
        mobile: {name: 手机, format: mobile, require: {own: {that: "it != '19900000000'", say: 请填本人手机}}}
    works:
      name: 业绩
      rows: {min: 1, max: 2}
      fields:
        title: {name: 题目, required: true}
        points: {name: 分值, type: decimal, max: 10, scale: 1}
        double: {name: 两倍, type: decimal, scale: 1, computed: (row.points or_else 0) * 2}
      require: {sum: {that: "sum(map(it, it.points or_else 0)) <= 15", say: 分值合计不能超过 15}}
    extra: {name: 附加, when: "count(form.works) > 1", fields: {why: {name: 理由, required: true}}}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写, for: applicant, edit: all, actions: {submit: {name: 提交, freeze: true, set: {same: "not changed(['basic', 'works'], judged)"}, to: pending}}}}
  pending:
    name: 待审
    tasks:
      review:
        name: 审核
        for: unit
        actions:
          return: {name: 退回, ask: {parts: {name: 部分, type: parts, required: true}}, set: {open: ask.parts, judged: case.submission}, to: returned}
  returned:
    name: 退回
    tasks: {amend: {name: 修改, for: applicant, edit: open, actions: {submit: {name: 提交, freeze: true, set: {same: "not changed(['basic', 'works'], judged)"}, to: pending}, drop: {name: 放弃, to: dropped}}}}
  dropped: {name: 放弃, end: true}
"#;

/// A value that shows no more stays for when it shows again, and no sum counts it meanwhile.
#[test]
fn what_is_hidden_does_not_count_while_it_is_filled_in() {
    let hiding = "points: {name: 分值, type: decimal, max: 10, scale: 1, when: row.title != '无'}";
    let flow = FLOW.replace("points: {name: 分值, type: decimal, max: 10, scale: 1}", hiding);
    passes(
        &flow,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.name: 甲, works: [{title: 一, points: 3}, {title: 二, points: 4}], extra.why: 多}}
- expect: {case: c, state: draft, form: {basic.score: 7.0}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一, points: 3}, {title: 无, points: 4}]}}
- expect: {case: c, state: draft, form: {basic.score: 3.0, works: [{title: 一, points: 3.0, double: 6.0}, {title: 无, points: 4.0, double: 0.0}]}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一, points: 3}, {title: 二, points: 4}]}}
- expect: {case: c, state: draft, form: {basic.score: 7.0}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一, points: 3}, {title: 无, points: 4}]}}
- act: {case: c, by: a, do: fill.submit}
- expect: {case: c, state: pending, form: {basic.score: 3.0}}
"#,
    );
}

#[test]
fn a_draft_may_be_incomplete_and_keeps_only_what_can_be_kept() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.name: '  甲  ', basic.years: '１０', basic.period: {from: 2020-05, to: 至今}, works: [{title: 一, points: 3.25}]}}
- expect: {case: c, state: draft, form: {basic.name: 甲, basic.years: 10, basic.score: 3.3, works: [{title: 一, points: 3.25, double: 6.5}]}}
- save: {case: c, by: a, do: fill, form: {basic.id_number: 123}}
- refused: {save: {case: c, by: a, do: fill, form: {basic.name: 一二三四五六}}, because: 姓名最多 5 字，现在 6 字}
- refused: {save: {case: c, by: a, do: fill, form: {basic.years: 十}}, because: 工作年限应为整数}
- refused: {save: {case: c, by: a, do: fill, form: {basic.name: "a\u202Eb"}}, because: 姓名的第 2 个字符是文字方向控制符（U+202E）}
- refused: {save: {case: c, by: a, do: fill, form: {basic.name: "a\0b"}}, because: U+0000}
- refused: {save: {case: c, by: a, do: fill, form: {basic.name: "a\nb"}}, because: 换行}
- save: {case: c, by: a, do: fill, form: {basic.note: "一\r\n二"}}
- expect: {case: c, form: {basic.note: "一\n二"}}
- refused: {save: {case: c, by: a, do: fill, form: {basic.period: {from: 2020-13}}}, because: 起止应为年月}
- refused: {save: {case: c, by: a, do: fill, form: {basic.other: 1}}, because: 没有「other」这一项}
- refused: {save: {case: c, by: a, do: fill, form: {other.name: 1}}, because: 没有「other」这一栏}
- refused: {save: {case: c, by: a, do: fill, form: {basic.fixed: 1}}, because: 「固定」现在不能修改}
- refused: {save: {case: c, by: r, do: fill, form: {basic.name: 1}}, because: 没有找到}
"#,
    );
}

#[test]
fn a_value_is_set_right_with_a_notice() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.years: 10, basic.speciality_years: 12}}
- expect: {case: c, form: {basic.speciality_years: 10}, history: [自动更正：专业年限已按工作年限调整]}
"#,
    );
}

#[test]
fn what_is_known_already_stands_in_an_empty_field_and_may_be_changed() {
    let known = "grade: {name: 等次, choice: [好, 中], prefill: \"'好' if (row.points or_else 0) > 5 else none\"}\n        double:";
    passes(
        &FLOW.replacen("double:", known, 1),
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一, points: 6}, {title: 二, points: 1}]}}
- expect: {case: c, form: {works: [{title: 一, points: 6, grade: 好, double: 12}, {title: 二, points: 1, double: 2}]}}
- save: {case: c, by: a, do: fill, form: {works: [{title: 一, points: 6, grade: 中}, {title: 二, points: 7}]}}
- expect: {case: c, form: {works: [{title: 一, points: 6, grade: 中, double: 12}, {title: 二, points: 7, grade: 好, double: 14}]}}
"#,
    );
}

#[test]
fn freezing_tells_every_fault_with_its_path() {
    let outcome = run(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- refused:
    act:
      case: c
      by: a
      do: fill.submit
      form:
        basic.id_number: 990101198506129011
        basic.married: true
        basic.years: 61
        basic.period: {from: 2021-05, to: 2020-05}
        basic.mobile: 19900000000
        works: [{points: 9}, {title: 二, points: 9.55}, {title: 三, points: 11}]
"#,
    );
    let refusal = outcome.transcript.last().unwrap().replace('；', "\n");
    insta::assert_snapshot!(refusal, @r#"
　拒绝：请填写姓名
身份证号码的校验码（最后一位）不对，请核对
请填写配偶
工作年限应在 0 到 60 之间
起止的终止早于起始
请填本人手机
业绩最多 2 条，现在 3 条
请填写题目
分值最多 1 位小数
分值不能大于 10
分值合计不能超过 15
请填写理由
"#);
}

#[test]
fn what_is_hidden_is_emptied_and_not_required() {
    passes(
        FLOW,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {basic.married: true, basic.spouse: 乙, extra.why: 无}}
- act: {case: c, by: a, do: fill.submit, form: {basic.name: 甲, basic.married: false, works: [{title: 一}]}}
- expect: {case: c, state: pending, form: {basic.spouse: none, extra.why: none}}
"#,
    );
}

#[test]
fn a_slot_is_a_field_of_rows() {
    let is_told = |slot: &str| {
        let flow =
            FLOW.replace("rows: {min: 1, max: 2}", &format!("rows: {{max: 2}}\n      {slot}"));
        let compiled = engine::definition::compile(&super::sources(&flow, ""));
        compiled.diagnostics.iter().any(|fault| fault.to_string().contains("titel"))
    };
    assert!(!is_told("slot: title"));
    assert!(is_told("slot: titel"));
}

#[test]
fn every_fault_says_where_it_is() {
    let sources = super::sources(FLOW, "");
    let compiled = engine::definition::compile(&sources);
    let definition = compiled.definition("forms").unwrap();
    let mut facts = Facts::default();
    let person = [("id", "A"), ("account", "a"), ("name", "甲")];
    let person = person.map(|(name, text)| (name.to_owned(), Value::from(text)));
    facts.subjects.insert("person".into(), Value::Map(person.into()));
    facts.subjects.insert("unit".into(), Value::Map([("id".to_owned(), "U".into())].into()));
    let by = Actor::Account { id: "a".into(), roles: Vec::new(), acting_for: None };
    let start = Command::Start(Start {
        id: "c".into(),
        version: 1,
        by: by.clone(),
        given: [("person".into(), "A".to_owned()), ("unit".into(), "U".to_owned())].into(),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        set: BTreeMap::new(),
        link: None,
    });
    let case = decide(definition, None, &start, &facts, Moment(0)).unwrap().case;
    let row = |points: i64| Value::Map([("points".to_owned(), Value::Integer(points))].into());
    let submit = Command::Act(Act {
        by,
        task: "fill".into(),
        action: "submit".into(),
        row: None,
        asked: BTreeMap::new(),
        changes: vec![FormChange {
            section: "works".into(),
            field: None,
            value: Value::List(vec![row(1), row(11)]),
        }],
    });
    let Err(Undecided::Rejected(rejection)) =
        decide(definition, Some(&case), &submit, &facts, Moment(0))
    else {
        panic!("an incomplete form was submitted");
    };
    let RejectionKind::Fields(faults) = rejection.kind else { panic!("{rejection}") };
    let faults: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
    insta::assert_snapshot!(faults.join("\n"), @r"
    form.basic.name: 请填写姓名
    form.works[0].title: 请填写题目
    form.works[1].title: 请填写题目
    form.works[1].points: 分值不能大于 10
    form.extra.why: 请填写理由
    ");
}

#[test]
fn money_is_written_with_the_places_that_its_field_declares() {
    let flow = r#"
workflow: money
name: 金额
start: {by: applicant, given: {person: person}, to: draft}
participants: {applicant: {account: person.account}}
vars: {paid: "", half: "", sum: "", hours: ""}
form:
  sections:
    bill:
      name: 账单
      fields:
        amount: {name: 金额, type: decimal, scale: 2, required: true}
        other: {name: 其他, type: decimal, scale: 2, required: true}
        hours: {name: 学时, type: decimal}
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
            freeze: true
            set:
              paid: text(form.bill.amount or_else 0.00)
              half: "text(round((form.bill.amount or_else 0.00) / 3, 2))"
              sum: "text((form.bill.amount or_else 0.00) + (form.bill.other or_else 0.00) * 0.50)"
              hours: text(form.bill.hours or_else 0)
            to: done
  done: {name: 完成, end: true}
"#;
    passes(
        flow,
        r#"
- start: {as: c, by: a, given: {person: A}}
- act: {case: c, by: a, do: fill.submit, form: {bill.amount: 1000.1, bill.other: '2', bill.hours: 40}}
- expect: {case: c, vars: {paid: '1000.10', half: '333.37', sum: '1001.10', hours: '40'}}
"#,
    );
}

#[test]
fn what_is_hidden_is_judged_as_empty_where_the_form_is_handed_in() {
    passes(
        r#"
workflow: cars
name: 用车
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants: {applicant: {account: person.account}}
values: {total: "sum(form.cars, it.fee or_else 0.00)"}
form:
  sections:
    base: {name: 基本, fields: {drive: {name: 开车, type: yes_no, required: true}}}
    cars: {name: 车辆, when: form.base.drive == true, rows: {min: 1}, fields: {fee: {name: 费, type: decimal, scale: 2, min: 0, required: true}}}
checks:
  cap: {severity: block, name: 不超过一百, that: total <= 100, say: 车费超过一百}
states:
  draft:
    name: 填
    tasks:
      fill:
        name: 填
        for: applicant
        edit: all
        actions:
          submit: {name: 交, require: {cap: {that: total <= 100, say: 合计超过一百}}, checks: all, freeze: true, to: done}
  done: {name: 完, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- save: {case: c, by: a, do: fill, form: {base.drive: true, cars: [{fee: 500}]}}
- refused: {act: {case: c, by: a, do: fill.submit}, because: 合计超过一百}
- save: {case: c, by: a, do: fill, form: {base.drive: false}}
- save: {case: c, by: a, do: fill, form: {base.drive: true}}
- expect: {case: c, values: {total: 500}}
- save: {case: c, by: a, do: fill, form: {base.drive: false}}
- act: {case: c, by: a, do: fill.submit}
- expect: {case: c, state: done, values: {total: 0}}
"#,
    );
}

#[test]
fn rows_in_a_row_and_in_an_answer_are_counted_as_those_of_a_section_are() {
    passes(
        r#"
workflow: trip
name: 外出
start: {by: applicant, given: {person: person}, to: draft}
participants: {applicant: {account: person.account}}
form:
  sections:
    base: {name: 基本, fields: {far: {name: 远, type: yes_no}, cars: {name: 车, type: rows, min: 1, when: row.far == true, fields: {plate: {name: 车牌, required: true}}}}}
    classes: {name: 班级, rows: {min: 1}, fields: {teachers: {name: 随队教师, type: rows, min: 1, max: 2, fields: {name: {name: 姓名, required: true}}}}}
states:
  draft:
    name: 填
    tasks:
      fill:
        name: 填
        for: applicant
        edit: all
        actions:
          submit: {name: 交, freeze: true, ask: {seen: {name: 见证, type: rows, min: 1, fields: {name: {name: 姓名, required: true}}}}, to: done}
  done: {name: 完, end: true}
"#,
        r#"
- start: {as: c, by: a, given: {person: A}}
- save: {case: c, by: a, do: fill, form: {classes: [{}]}}
- refused: {act: {case: c, by: a, do: fill.submit}, because: '见证至少 1 条，现在 0 条'}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {seen: [{name: 甲}]}}, because: '随队教师至少 1 条，现在 0 条'}
- save: {case: c, by: a, do: fill, form: {base.far: true, classes: [{teachers: [{name: 乙}]}]}}
- refused: {act: {case: c, by: a, do: fill.submit, ask: {seen: [{name: 甲}]}}, because: '车至少 1 条，现在 0 条'}
- save: {case: c, by: a, do: fill, form: {base.far: false}}
- act: {case: c, by: a, do: fill.submit, ask: {seen: [{name: 甲}]}}
- expect: {case: c, state: done}
"#,
    );
}
