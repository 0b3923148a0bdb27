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
    assert_eq!(key, "letters（情景.steps[3].expect.letters.a.done）没有「subjct」这个键");
    let shape = expected("a: done");
    assert!(shape.starts_with("情景.steps[3].expect.letters.a 应当是一组"), "{shape}");
}

#[test]
fn a_letter_that_cannot_be_written_fails_the_step_that_sent_it() {
    let steps = "- act: {case: c, by: r, do: review.refuse, ask: {reason: 缺材料}}";
    let early = DONE.replace("{{ level }}", "{{ asked.day | date }}");
    let told = faults(&early, steps);
    assert!(told.starts_with("信件「done」写不出来，发不出去："), "{told}");
}

#[test]
fn money_keeps_its_places_in_letters_and_in_what_is_said() {
    let flow = r#"
workflow: fines
name: 罚款
start: {by: reader, given: {person: person, lot: lot}, to: owing}
participants: {reader: {account: person.account}}
vars: {fine: 0.00}
values: {twice: "fine * 2", rate: "round(0.7 * lot.fee, 2)"}
form: {sections: {m: {name: 钱, fields: {fee: {name: 费, type: decimal, scale: 2}}}}}
states:
  owing:
    name: 欠
    tasks:
      pay:
        name: 交
        for: reader
        edit: all
        actions:
          fix: {name: 定, set: {fine: "round(1, 2)"}, notify: {reader: done}}
          pay: {name: 交, require: {all: {that: fine < 0, say: "只欠 {fine} 元，两倍 {twice} 元，{rate} 元"}}, to: paid}
    choose: {late: {when: fine < 0, to: paid}}
  paid: {name: 清, end: true}
"#;
    let steps = "
- start: {as: c, by: a, given: {person: A, lot: L}}
- save: {case: c, by: a, do: pay, form: {m.fee: 100.5}}
- act: {case: c, by: a, do: pay.fix}
- expect: {case: c, letters: {a: {done: 100.50 与 1.00 与 100.50}}}
- given: {subjects: {lot: {L: {fee: 100.5}}}}
";
    let flow = flow.replace("actions:", "repeat: true\n        actions:");
    let refused = "- refused: {act: {case: c, by: a, do: pay.pay}, because: 只欠 1.00 元，两倍 2.00 元，70.35 元}\n";
    let mut sources = sources(&flow, &format!("{steps}{refused}"));
    let letter = "主题：欠款\n\n{{ form.m.fee }} 与 {{ fine }} 与 {{ lot.fee }}\n";
    sources.files.insert("letters/done.txt".to_owned(), letter.to_owned());
    let compiled = compile(&sources);
    assert!(compiled.is_valid(), "{:?}", compiled.diagnostics);
    let outcomes = simulate::run(&compiled, &sources);
    let told: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.failures.iter()).collect();
    assert!(told.is_empty(), "{told:?}");
}
