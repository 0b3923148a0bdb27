//! Letters in scenarios: what they say is what was sent.

use engine::{definition::compile, simulate};

use super::sources;

const FLOW: &str = r#"
workflow: desk
name: 窗口
start: {by: applicant, given: {person: person, unit: unit}, to: open}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
vars: {level: 1}
form:
  sections:
    basic: {name: 基本, fields: {note: {name: 备注}}}
states:
  open:
    name: 待办
    tasks:
      review:
        name: 审核
        for: unit
        actions:
          refuse:
            name: 退
            ask: {reason: {name: 理由}, day: {name: 日期, type: date}}
            set: {level: level + 1}
            notify: {applicant: done}
            to: refused
          pass: {name: 过, notify: {applicant: reminder}, to: refused}
  refused: {name: 已退, end: true}
"#;

const DONE: &str = "主题：{{ unit.name }}{{ status }}\n类别：结果\n\n{{ recipient }}您好：\n\n理由：{{ asked.reason }}。备注：{{ form.basic.note }}。第 {{ level }} 次。\n\n查看：{{ link }}\n";

/// What is told of these steps.
fn faults(done: &str, steps: &str) -> String {
    let start = "- start: {as: c, by: a, given: {person: A, unit: U}}\n";
    let mut sources = sources(FLOW, &format!("{start}{steps}"));
    sources.files.insert("letters/done.txt".to_owned(), done.to_owned());
    let compiled = compile(&sources);
    assert!(compiled.is_valid(), "{:?}", compiled.diagnostics);
    let outcomes = simulate::run(&compiled, &sources);
    let told = outcomes.iter().flat_map(|outcome| outcome.failures.iter());
    told.map(|failure| failure.message.clone()).collect::<Vec<_>>().join("\n")
}

fn expected(letters: &str) -> String {
    let refuse = "- act: {case: c, by: r, do: review.refuse, ask: {reason: 缺材料}}\n";
    faults(DONE, &format!("{refuse}- expect: {{case: c, letters: {{{letters}}}}}"))
}

#[test]
fn a_letter_is_read_as_it_was_sent() {
    let whole = "a: {done: {subject: 示例一中已退, kind: 结果, text: [甲您好, 理由：缺材料。备注：。第 2 次], without: 乙}}";
    assert_eq!(expected(whole), "");
    assert_eq!(expected("a: {done: 理由：缺材料}"), "");
}

#[test]
fn a_letter_that_says_something_else_is_told() {
    assert_eq!(
        expected("a: {done: {subject: 已退}}"),
        "c：a 收到的信件「done」的主题应为「已退」，实际是「示例一中已退」"
    );
    assert_eq!(
        expected("a: {done: 理由：晚了}"),
        "c：a 收到的信件「done」里没有「理由：晚了」，全文是：示例一中已退 甲您好： 理由：缺材料。备注：。第 2 次。 查看：/cases/c"
    );
    let named = expected("a: {done: {without: [缺材料]}}");
    assert!(named.starts_with("c：a 收到的信件「done」里不应有「缺材料」"), "{named}");
    let kind = expected("a: {done: {kind: 办理}}");
    assert_eq!(kind, "c：a 收到的信件「done」的类别应为「办理」，实际是「结果」");
    assert_eq!(expected("r: {done: x}"), "c：r 没有收到信件「done」，收到的是 []");
    assert_eq!(expected("a: {don: x}"), "c：这个流程不发叫「don」的信件（是不是「done」）");
    let key = expected("a: {done: {subjct: x}}");
    assert_eq!(key, "c：a 收到的信件「done」：letters 里没有「subjct」（是不是「subject」）");
    assert!(expected("a: done").starts_with("c：letters 写成"), "{}", expected("a: done"));
}

#[test]
fn a_letter_that_cannot_be_written_fails_the_step_that_sent_it() {
    let steps = "- act: {case: c, by: r, do: review.refuse, ask: {reason: 缺材料}}";
    let early = DONE.replace("{{ level }}", "{{ asked.day | date }}");
    let told = faults(&early, steps);
    assert!(told.starts_with("信件「done」写不出来，发不出去："), "{told}");
}
