//! What the linter tells the author of a workflow: for each kind of fault its place, its words and
//! its remedy; and that it keeps silent where nothing is wrong.

mod across;
mod advice;
mod answers;
mod arriving;
mod clean;
mod covering;
mod demands;
mod difference;
mod early;
mod expressions;
mod flow;
mod forms;
mod harm;
mod hidden;
mod idle;
mod inheritance;
mod kept;
mod marked;
mod meant;
mod mutants;
mod names;
mod numbered;
mod order;
mod quiet;
mod schema;
mod secrets;
mod several;
mod shape;
mod shut;
mod slips;
mod standing;
mod stillness;
mod unnamed;
mod vain;
mod waiting;
mod world;
mod yaml;

use engine::definition::{Compiled, Sources, compile};

/// The host, codes and letters of the examples.
const WORLD: &[(&str, &str)] = &[
    (
        "host.yaml",
        "
types:
  office: {unit: text, role: text}
  member: {account: text, name: text, unit: text}
subjects:
  person: {id: text, account: text, name: text, series: text?, birth_date: date}
  unit: {id: text, name: text, status: text}
operations:
  offices: {with: {unit: text, year: integer?}, gives: list of office}
  members: {with: {unit: text}, gives: list of member}
services:
  registry:
    enter: {with: {name: text}}
roles: [unit_reviewer, title_reviewer, system_admin]
documents: [notice]
letters: [asked]
",
    ),
    (
        "catalog/codes.yaml",
        "leave_status: {pending: 待审核, approved: 已同意, rejected: 不同意}
",
    ),
    (
        "catalog/kinds.yaml",
        "sections:
  paper: {name: 论文, scope: common, fields: {title: {name: 题目, required: true}}}
  honour: {name: 荣誉, scope: common, fields: {level: {name: 级别, choice: [国家级, 省部级]}}}
",
    ),
    ("catalog/series.yaml", "- {id: teacher, name: 教师, age: 60}\n- {id: nurse, name: 护士}\n"),
    ("letters/asked.txt", "主题：有一项申请\n\n请处理。\n"),
];

/// A small flow without a fault; the tests change one thing of it.
const LEAVE: &str = "\
workflow: leave
name: 请假
statuses: leave_status
start: {by: applicant, given: {person: person, unit: unit}, ask: {days: {name: 天数, type: integer, required: true}}, set: {days: ask.days}, to: pending}
participants:
  applicant: {account: person.account}
  reviewer: {role: unit_reviewer, unit: unit.id}
vars: {days: 0}
labels: {person: person.id, days: days}
states:
  pending:
    tasks:
      review:
        name: 审核
        for: reviewer
        actions:
          approve: {name: 同意, when: days > 0, to: approved}
          reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}, to: rejected}
  approved: {end: true}
  rejected: {end: true}
";

/// Compiles these files in the world of the examples.
fn compiled(files: &[(&str, &str)]) -> Compiled {
    let mut sources = Sources::default();
    for (path, text) in WORLD.iter().chain(files) {
        sources.files.insert((*path).to_owned(), (*text).to_owned());
    }
    compile(&sources)
}

/// Everything there is to say about these files.
fn remarks(files: &[(&str, &str)]) -> String {
    let compiled = compiled(files);
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    says.join("\n")
}

/// Everything there is to say about the small flow with some of its text changed.
fn changed(changes: &[(&str, &str)]) -> String {
    let mut text = LEAVE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("leave.yaml", &text)])
}

#[test]
fn the_example_has_no_fault() {
    assert_eq!(changed(&[]), "");
    assert_eq!(compiled(&[("leave.yaml", LEAVE)]).definitions.len(), 1);
}
