//! What stands outside the definition: the host, the catalogue, letters and other definitions.

use engine::definition::{Sources, compile};

use crate::{LEAVE, compiled, remarks};

const MEETING: &str = "\
workflow: meeting
name: 会议
start: {by: chair, given: {unit: unit}, to: open}
participants: {chair: {role: unit_reviewer, unit: unit.id}}
links: {agenda: {from: leave, many: true}}
states:
  open:
    name: 进行中
    tasks:
      close:
        name: 主持
        for: chair
        actions:
          close:
            name: 结束
            tell: {all: {of: agenda, where: \"it.state == 'pending'\", action: decide, ask: {days: 3}, all: true}}
            to: closed
  closed: {name: 已结束, end: true}
";

fn linked() -> String {
    LEAVE
        .replace("vars:", "links: {meeting: {to: meeting}}\nvars:")
        .replace("  reviewer:", "  chair: {link: meeting}\n  reviewer:")
        .replace("set: {days: ask.days}, to", "set: {days: ask.days}, join: {meeting: \"''\"}, to")
        .replace("states:\n  pending:\n    tasks:\n", "states:\n  pending:\n    tasks:\n      decision: {for: chair, actions: {decide: {ask: {days: {type: integer, required: true}}, to: approved}}}\n")
}

#[test]
fn linked_definitions_compile_together() {
    assert_eq!(remarks(&[("leave.yaml", &linked()), ("meeting.yaml", MEETING)]), "");
}

#[test]
fn links_are_declared_on_both_sides() {
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("meeting.yaml", MEETING)]), @"
    meeting.yaml:5:9: 错误: 联系「agenda」只写了一边：流程 leave 没有对应的联系（在 leave 的 links 里加上 名称: {to: meeting}）
    meeting.yaml:16:78: 错误: 没有叫「decide」的动作，流程 leave 里没有可以由 meeting 来办的
    ");
}

#[test]
fn a_told_case_knows_the_action() {
    let meeting = MEETING.replace("action: decide, ask: {days: 3}", "action: decid, ask: {}");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &linked()), ("meeting.yaml", &meeting)]), @"meeting.yaml:16:78: 错误: 没有叫「decid」的动作，流程 leave 里没有可以由 meeting 来办的（是不是「decide」）");
    let meeting =
        MEETING.replace("ask: {days: 3}", "ask: {dais: 3}").replace("'pending'", "'pendin'");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &linked()), ("meeting.yaml", &meeting)]), @"
    meeting.yaml:16:58: 错误: “pendin”不是可选的值（是不是 'pending'？）
    meeting.yaml:16:77: 错误: 动作「decide」必须回答「days」（加上 ask: {days: 表达式}）
    meeting.yaml:16:91: 错误: 没有叫「dais」的回答（动作「decide」）（是不是「days」）
    ");
}

#[test]
fn a_started_case_gets_what_it_needs() {
    let meeting = MEETING
        .replace("name: 结束\n", "name: 结束\n            start: {agenda: {workflow: leave, given: {persn: unit.id}, set: {dais: 1, days: 'x'}, form: unit}}\n");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &linked()), ("meeting.yaml", &meeting)]), @"
    meeting.yaml:16:40: 错误: 发起 leave 要给定「person」（在 given 里加上 person: 编号）
    meeting.yaml:16:40: 错误: 发起 leave 要给定「unit」（在 given 里加上 unit: 编号）
    meeting.yaml:16:55: 错误: 没有叫「persn」的对象（流程 leave 的 given）（是不是「person」）
    meeting.yaml:16:78: 错误: 没有叫「dais」的变量（流程 leave）（是不是「days」）
    meeting.yaml:16:94: 错误: 没有名为 x 的名字
    ");
}

#[test]
fn services_are_called_with_their_arguments() {
    let leave = LEAVE
        .replace(
            "to: approved}",
            "call: {registry: {operation: enter, with: {nam: person.name}}}, to: approved}",
        )
        .replace("to: rejected}", "call: {registry: {operation: entr}}, to: rejected}");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &leave)]), @"
    leave.yaml:17:76: 错误: 「enter」缺少参数「name」（文本）（在 with 里加上 name）
    leave.yaml:17:90: 错误: 没有叫「nam」的参数（是不是「name」）
    leave.yaml:18:103: 错误: 没有叫「entr」的操作（服务 registry）（是不是「enter」）
    ");
}

#[test]
fn the_host_is_examined() {
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("host.yaml", "types: {a: {b: b}, b: {a: list of a}, c: {d: txt}}\nsubjects: {person: persn, unit: {id: text, name: text, status: text}}\nrolls: []\n")]), @"
    host.yaml:1:9: 错误: 类型「a」包含它自己
    host.yaml:1:46: 错误: 没有叫「txt」的类型（是不是「text」）
    host.yaml:2:20: 错误: 没有叫「persn」的类型（可以写：a、b、c）
    host.yaml:3:1: 错误: host.yaml（host）没有「rolls」这个键（是不是「roles」）
    ");
}

#[test]
fn a_missing_host_is_told_once() {
    let mut sources = Sources::default();
    sources.files.insert(
        "x.yaml".to_owned(),
        "workflow: x\nname: 某\nstart: {to: done}\nstates: {done: {end: true}}\n".to_owned(),
    );
    let says: Vec<_> = compile(&sources).diagnostics.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(says.join("\n"), @"host.yaml:1:1: 错误: 没有 host.yaml：不知道流程可以用哪些对象、查询和角色（加上 host.yaml）");
}

#[test]
fn letters_begin_with_their_subject() {
    let leave = LEAVE.replace("to: approved}", "notify: {reviewer: asked}, to: approved}");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &leave), ("letters/asked.txt", "请处理。\n")]), @"letters/asked.txt:1:1: 错误: 信件「asked」的开头不对（第一行写「主题：…」，空一行，再写正文）");
    assert_eq!(
        compiled(&[("leave.yaml", &leave), ("letters/asked.txt", "请处理。\n")]).definitions.len(),
        0
    );
}

#[test]
fn only_what_is_used_counts_for_the_hash() {
    let hash = |files: &[(&str, &str)]| compiled(files).definition("leave").unwrap().hash.clone();
    let plain = hash(&[("leave.yaml", LEAVE)]);
    assert_eq!(
        plain,
        hash(&[("leave.yaml", LEAVE), ("letters/other.txt", "主题：别的\n\n正文\n")])
    );
    assert_ne!(plain, hash(&[("leave.yaml", &format!("{LEAVE}# x\n"))]));
    assert_ne!(
        plain,
        hash(&[
            ("leave.yaml", LEAVE),
            ("catalog/codes.yaml", "leave_status: {pending: 待办, approved: 是, rejected: 否}\n")
        ])
    );
}

#[test]
fn tables_have_rows_with_types() {
    let leave = LEAVE
        .replace("vars:", "facts: {series: {table: catalog/series}}\nvars:")
        .replace("when: days > 0", "when: \"any(series, it.age > 50 and it.name == person.name)\"");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &leave)]), @"leave.yaml:18:50: 错误: it.age 可能为空，不能直接使用（先判断 it.age is not none and …，或给出默认值 it.age or_else 0）");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &leave), ("catalog/series.yaml", "just text\n")]), @"catalog/series.yaml:1:1: 错误: 表应当是行的列表，或「编号: 行」，这里是一段文字");
}

#[test]
fn what_stands_in_a_broken_file_is_not_told_as_missing() {
    let leave = LEAVE
        .replace("vars:", "form: {use: catalog/kinds, chosen_by: kind}\nfacts: {table: {table: catalog/kinds}, held: {cases: meeting, where: {unit: unit.id}}}\nvars:")
        .replace("vars: {", "vars: {kind: '', ")
        .replace("for: reviewer", "for: reviewer\n        edit: all\n        when: \"form.paper.title is none and count(table) > 0 and held == []\"");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &leave), ("catalog/kinds.yaml", "a: [\n"), ("meeting.yaml", "workflow: meeting\nb: [\n")]), @"
    catalog/kinds.yaml:1:4: 错误: 括号没有配对（补上结尾的括号）
    meeting.yaml:2:4: 错误: 括号没有配对（补上结尾的括号）
    ");
}

#[test]
fn an_action_for_another_case_is_told_by_it() {
    let meeting = MEETING.replace("tell: {all:", "notify: {chair: asked}\n            #");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &linked()), ("meeting.yaml", &meeting)]), @"leave.yaml:15:40: 提醒: 流程 meeting 里没有 tell 来办动作「decide」（在那边加上 tell，或删去这个动作）");
}

#[test]
fn a_row_of_a_table_that_is_not_like_the_others() {
    let flow = super::LEAVE
        .replace("vars: {", "facts: {rates: {table: catalog/rates}}\nvars: {")
        .replace("when: days > 0", "when: \"lookup(rates, 'a') is not none\"");
    let told = |rows: &str| super::remarks(&[("leave.yaml", &flow), ("catalog/rates.yaml", rows)]);
    assert_eq!(told("- {id: a, rate: 1}\n- {id: b, rate: 2.5}\n- {id: c, rate: 3}\n"), "");
    let text = told("- {id: a, rate: 1}\n- {id: b, rate: x}\n- {id: c, rate: 3}\n");
    assert!(
        text.contains("catalog/rates.yaml:2:17: 提醒: 「rate」别的行都是数，这里是文本「x」"),
        "{text}"
    );
    let lacking = told("- {id: a, rate: 1}\n- {id: b, rate: 2}\n- {rate: 3}\n");
    assert!(lacking.contains("catalog/rates.yaml:3:3: 提醒: 这一行没有 id，别的行有"), "{lacking}");
    let twins = "- {id: a, rate: 1}\n- {id: b, rate: 2}\n- {id: a, rate: 3}\n";
    assert!(
        told(twins).contains("表「rates」有两行的 id 都是「a」：后一行选不到"),
        "{}",
        told(twins)
    );
    let groups = flow.replace("lookup(rates, 'a')", "lookup(filter(rates, it.rate > 2), 'a')");
    let told = super::remarks(&[("leave.yaml", &groups), ("catalog/rates.yaml", twins)]);
    assert_eq!(told, "");
}
