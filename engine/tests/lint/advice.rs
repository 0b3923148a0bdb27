//! Slips that an author makes on the first day, each told where it is with what to write instead.

use super::{changed, compiled, remarks};

/// A flow of a list of people; the tests change one thing of it.
const PANEL: &str = "\
workflow: panel
name: 评议
start: {by: office, given: {unit: unit, person: person}, set: {asked: members}, to: asking}
participants:
  office: {role: unit_reviewer, unit: unit.id}
  member: {each: asked}
facts: {members: {host: members, with: {unit: unit.id}}}
vars: {asked: {type: list of member}, level: 0}
form: {sections: {basic: {name: 基本, fields: {sum: {name: 合计, type: integer}, half: {name: 一半, type: integer}}}}}
values:
  twice: (form.basic.half or_else 0) * 2
labels: {twice: twice}
states:
  asking:
    name: 征求意见
    tasks: {opinion: {name: 意见, for: member, actions: {agree: {name: 同意}, refuse: {name: 不同意}}}}
    choose:
      nobody: {when: opinion.all == 0, to: over}
      passed: {when: \"2 * count(opinion.answers, it.action == 'agree') > opinion.all\", to: over}
      failed: {when: opinion.closed, to: over}
  over: {name: 结束, end: true, enter: {set: {level: level + 1}}}
";

fn panel(changes: &[(&str, &str)]) -> String {
    let mut text = PANEL.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("panel.yaml", &text)])
}

#[test]
fn nobody_may_have_answered_what_time_has_closed() {
    let closing = (
        "    tasks: {opinion",
        "    timers: {late: {lasts: 3 days, over: {close: opinion}}}\n    tasks: {opinion",
    );
    let share = "count(opinion.answers, it.action == 'agree') / opinion.given";
    let rule = |when: &str| {
        let rule = format!("passed: {{when: \"{when}\", to: over}}");
        let old = "passed: {when: \"2 * count(opinion.answers, it.action == 'agree') > opinion.all\", to: over}";
        panel(&[closing, (old, rule.as_str())])
    };
    insta::assert_snapshot!(rule(&format!("opinion.closed and {share} > 0.5")), @"panel.yaml:20:7: 提醒: 「意见」到期截止时可能一个人也没有答：规则「passed」除数为零，算不出来，案停在这里（先判断 opinion.given，如 a / opinion.given if opinion.given > 0 else 0）");
    assert_eq!(rule(&format!("opinion.closed and opinion.given > 0 and {share} > 0.5")), "");
}

#[test]
fn everybody_has_answered_and_no_rule_holds() {
    assert_eq!(panel(&[]), "");
    insta::assert_snapshot!(panel(&[("      failed: {when: opinion.closed, to: over}\n", "")]), @"panel.yaml:16:13: 提醒: 「opinion」都答了而没有一条规则成立时，案停在「asking」（如 1 人：refuse 1）（在 choose 最后加一条规则，如 rest: {when: opinion.closed, to: 状态}）");
    let exact = "failed: {when: \"2 * count(opinion.answers, it.action == 'refuse') >= opinion.all\", to: over}";
    assert_eq!(panel(&[("failed: {when: opinion.closed, to: over}", exact)]), "");
}

#[test]
fn what_says_the_same_twice_never_counts() {
    insta::assert_snapshot!(panel(&[("labels: {", "  grade: [{when: twice > level * 2, is: \"1\"}, {when: twice  > level * 2, is: \"2\"}, {is: \"3\"}]\nlabels: {grade: grade, ")]), @"panel.yaml:12:47: 提醒: 决策表的第 2 行永远轮不到：条件和第 1 行一样（改它的条件，或删去它）");
    insta::assert_snapshot!(panel(&[("failed: {when: opinion.closed", "again: {when: \"2 * count(opinion.answers, it.action == 'agree') > opinion.all\", to: over}\n      failed: {when: opinion.closed")]), @"panel.yaml:20:7: 提醒: 规则「again」永远轮不到：条件和「passed」一样（改它的条件，或删去它）");
}

#[test]
fn a_part_of_the_form_that_is_not_there() {
    insta::assert_snapshot!(panel(&[("for: member, actions", "for: member, edit: \"['basc', 'basic.hlf']\", actions")]), @"
    panel.yaml:16:55: 错误: 表单没有「basc」这一部分（是不是「basic」）
    panel.yaml:16:63: 错误: 表单没有「basic.hlf」这一部分（是不是「half」）
    ");
}

#[test]
fn participants_that_may_be_nobody() {
    insta::assert_snapshot!(panel(&[("office: {role: unit_reviewer, unit: unit.id}", "office: {low: {role: unit_reviewer, unit: unit.id, when: level < 2}, high: {role: system_admin, when: level > 4}}")]), @"panel.yaml:5:3: 提醒: 参与者「office」在 level = 2 时没有一行成立：没有人办（补上缺的行，或在最后加一行不写 when）");
    insta::assert_snapshot!(panel(&[("by: office", "by: member")]), @"
    panel.yaml:3:13: 提醒: 发起时变量还是空的，名单「member」里没有人：谁也不能发起（写一个 account 或 role 的参与者）
    panel.yaml:5:3: 提醒: 参与者「office」没有用到（删去它，或检查任务的 for）
    ");
}

#[test]
fn what_is_computed_from_itself() {
    insta::assert_snapshot!(panel(&[("half: {name: 一半, type: integer}", "half: {name: 一半, type: integer, computed: twice}")]), @"panel.yaml:9:120: 错误: 算出来的字段绕回了自己：form.basic.half → form.basic.half（断开其中一处：算它的值里不要再用它）");
    insta::assert_snapshot!(panel(&[("sum: {name: 合计, type: integer}, half: {name: 一半, type: integer}", "sum: {name: 合计, type: integer, computed: form.basic.half}, half: {name: 一半, type: integer, computed: form.basic.sum}")]), @"panel.yaml:9:87: 错误: 算出来的字段绕回了自己：form.basic.sum → form.basic.half → form.basic.sum（断开其中一处：算它的值里不要再用它）");
}

#[test]
fn limits_that_nothing_fits() {
    insta::assert_snapshot!(panel(&[("{name: 基本, fields", "{name: 基本, rows: {min: 3, max: 2}, fields"), ("(form.basic.half or_else 0) * 2", "count(form.basic)")]), @"panel.yaml:9:49: 错误: min（3）大于 max（2）（改其中一个）");
    insta::assert_snapshot!(panel(&[("{name: 基本, fields", "{name: 基本, rows: {min: 1, max: 600}, fields"), ("(form.basic.half or_else 0) * 2", "count(form.basic)")]), @"panel.yaml:9:57: 错误: 一张表最多 500 行（写小一些；更多的，一件一件发起（start），或者上传文件）");
}

#[test]
fn a_file_a_letter_and_a_workflow_that_say_nothing() {
    insta::assert_snapshot!(remarks(&[("panel.yaml", &PANEL.replace("name: 评议\n", "")), ("empty.yaml", "# 还没写\n"), ("letters/lost.txt", "主题：没人发\n\n正文\n")]), @"
    empty.yaml:1:1: 提醒: 文件是空的（写上 workflow、start、states，或删去这个文件）
    letters/lost.txt:1:1: 提醒: 信件「lost」没有动作或计时器发它（在 notify 或 remind 里写它，或删去这个文件）
    panel.yaml:1:1: 提醒: 流程没有名称，人们看到的是「panel」（加上 name: 中文名）
    ");
}

#[test]
fn what_to_write_where_another_type_is_needed() {
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0, note: ''}"), ("when: days > 0, to: approved", "when: days > 0, set: {note: days, days: days / 2}, to: approved")]), @"
    leave.yaml:17:59: 错误: 这里需要文本，days 是整数（写成 text(days)）
    leave.yaml:17:71: 错误: 这里需要整数，days / 2 是小数（写成 round(days / 2)，或 floor、ceil）
    ");
    insta::assert_snapshot!(changed(&[("unit: unit.id}", "unit: unit}"), ("{account: person.account}", "{account: person}")]), @"
    leave.yaml:6:24: 错误: 这里要账号，得到的是记录 person（写成 person.account）
    leave.yaml:7:41: 错误: 这里要文本，得到的是记录 unit（写成 unit.id）
    ");
}

#[test]
fn a_list_written_empty_is_told_at_the_variable() {
    insta::assert_snapshot!(panel(&[("asked: {type: list of member}", "asked: []")]), @"panel.yaml:8:15: 错误: 变量「asked」写了 []，是文本的清单，要放进去的却是列表（记录 member）（写成 {type: list of member}）");
}

#[test]
fn a_row_written_out_that_lacks_an_option() {
    insta::assert_snapshot!(panel(&[("labels: {", "  place: \"{asking: 1}[case.state]\"\nlabels: {place: place or_else 0, ")]), @"panel.yaml:12:11: 提醒: 这里没有 over，取到的可能是空（加上 over: 值，或在后面写 or_else 默认值）");
    assert_eq!(
        panel(&[(
            "labels: {",
            "  place: \"{asking: 1}[case.state] or_else 2\"\nlabels: {place: place, "
        )]),
        ""
    );
}

#[test]
fn a_misspelt_key_is_all_that_is_told() {
    insta::assert_snapshot!(panel(&[("states:", "statess:")]), @"panel.yaml:13:1: 错误: 流程（panel）没有「statess」这个键（是不是「states」）");
    insta::assert_snapshot!(panel(&[("participants:", "participant:")]), @"panel.yaml:4:1: 错误: 流程（panel）没有「participant」这个键（是不是「participants」）");
}

#[test]
fn chinese_quotes_are_told_as_such() {
    insta::assert_snapshot!(panel(&[("it.action == 'agree'", "it.action == ‘agree’")]), @"panel.yaml:19:63: 错误: 不认识“‘”（写成 直引号 '）");
    assert!(compiled(&[("panel.yaml", PANEL)]).is_valid());
}

#[test]
fn a_value_compared_with_itself() {
    insta::assert_snapshot!(panel(&[("it.action == 'agree'", "any(opinion.answers, it.by == it.by)")]), @"panel.yaml:19:71: 提醒: it.by == it.by 总是成立：两边是同一个值（it 是最里层清单的行；外层的行要命名，如 any(b in bids, b.name == it.name)）");
}

#[test]
fn a_list_of_values_that_may_be_missing() {
    insta::assert_snapshot!(panel(&[("vars: {", "vars: {said: '', "), ("failed: {when: opinion.closed", "failed: {set: {said: \"join(map(opinion.answers, it.row), '、')\"}, when: opinion.closed")]), @"panel.yaml:20:34: 错误: 这里需要文本的列表，map(opinion.answers, it.row) 是列表（可空的文本）（里面可能有空的：写成 filter(map(opinion.answers, it.row), it is not none)）");
}

#[test]
fn a_number_is_there_for_a_service_and_for_nobody_else_in_its_step() {
    let call = ", number: paper, call: {registry: {operation: enter, with: {name: numbers.paper}}}, to: approved";
    let numbered = ("vars: {", "numbers: {paper: {name: 编号, text: '{n}'}}\nvars: {");
    assert_eq!(changed(&[numbered, (", to: approved", call)]), "");
    let before = ", call: {registry: {operation: enter, with: {name: numbers.paper}}}, number: paper, to: approved";
    insta::assert_snapshot!(changed(&[numbered, (", to: approved", before)]), @"leave.yaml:18:96: 错误: numbers.paper 可能为空，不能直接使用（先判断 numbers.paper is not none and …，或给出默认值 numbers.paper or_else ''）");
}

#[test]
fn a_list_that_is_only_drawn_is_never_empty() {
    let drawn = panel(&[
        (
            "set: {asked: members}, to: asking",
            "draw: {into: asked, of: members, count: 3}, to: asking",
        ),
        ("      nobody: {when: opinion.all == 0, to: over}\n", ""),
    ]);
    assert_eq!(drawn, "");
}

#[test]
fn a_draw_of_nobody() {
    let drawn = panel(&[(
        "set: {asked: members}, to: asking",
        "draw: {into: asked, of: members, count: 0}, to: asking",
    )]);
    assert!(
        drawn.contains("panel.yaml:3:98: 提醒: 一个也不抽（写 1 以上，或删去 draw）"),
        "{drawn}"
    );
    let counted = |count: &str| {
        panel(&[
            (
                "set: {asked: members}, to: asking",
                &format!(
                    "ask: {{few: {{name: 几位, type: integer, min: 0, max: 3, required: true}}}}, set: {{few: ask.few}}, draw: {{into: asked, of: members, count: {count}}}, to: asking"
                ),
            ),
            ("vars: {", "vars: {few: 0, "),
        ])
    };
    insta::assert_snapshot!(counted("few - 3"), @"panel.yaml:3:190: 提醒: 抽签的 count（few - 3）最多是 0：一个也不抽（写要抽几个，如 count: 3）");
    assert!(!counted("few").contains("一个也不抽"), "it may be more");
}

#[test]
fn an_expression_with_commas_wants_quotes() {
    insta::assert_snapshot!(panel(&[("labels: {twice: twice}", "labels: {twice: join([unit.id], '、')}")]), @r#"panel.yaml:12:22: 错误: {…} 或 […] 里的各项没有隔开（带逗号、括号的表达式要整个加引号，如 "join(names, '、')"；检查有没有漏写的逗号）"#);
}

#[test]
fn a_letter_that_tells_what_nobody_was_asked() {
    let letter = ("letters/why.txt", "主题：退回\n\n{{ asked.reason }}\n");
    let with = |changes: &[(&str, &str)]| {
        let mut text = super::LEAVE.to_owned();
        for (from, to) in changes {
            text = text.replacen(from, to, 1);
        }
        remarks(&[("leave.yaml", &text), letter])
    };
    assert_eq!(with(&[("to: rejected}", "notify: {applicant: why}, to: rejected}")]), "");
    insta::assert_snapshot!(with(&[("to: approved}", "notify: {applicant: why}, to: approved}")]), @"leave.yaml:17:67: 提醒: 信件「why」写了 asked.reason，这里没有问它：发不出去（换一封信，或在信里先判断 is defined）");
    insta::assert_snapshot!(with(&[("  pending:\n", "  pending:\n    timers: {late: {lasts: 3 days, remind: {1 days: why}, over: {notify: {applicant: why}, to: rejected}}}\n")]), @"
    leave.yaml:12:53: 提醒: 信件「why」写了 asked.reason，这里没有问它：发不出去（换一封信，或在信里先判断 is defined）
    leave.yaml:12:86: 提醒: 信件「why」写了 asked.reason，这里没有问它：发不出去（换一封信，或在信里先判断 is defined）
    ");
}

#[test]
fn a_draw_by_a_rule_that_may_never_succeed() {
    let drawn = "failed: {draw: {into: asked, of: members, count: 2}, when: opinion.closed";
    insta::assert_snapshot!(panel(&[("failed: {when: opinion.closed", drawn)]), @"panel.yaml:20:7: 提醒: 规则「failed」里抽签：members 不够抽时规则一直做不成，案停在「asking」（前面加一条规则，如 few: {when: count(members) < 人数, to: 状态}，或由人来抽）");
    let few = "few: {when: count(members) < 2, to: over}\n      failed: {draw: {into: asked, of: members, count: 2}, when: opinion.closed";
    assert_eq!(panel(&[("failed: {when: opinion.closed", few)]), "");
}

#[test]
fn a_letter_to_those_who_must_not_know_whose_it_is_names_nobody() {
    let blind = super::LEAVE
        .replace("{account: person.account}", "{account: person.account, unnamed_to: [reviewer]}")
        .replace(
            "days: {name: 天数, type: integer, required: true}}, set",
            "days: {name: 天数, type: integer, required: true}}, notify: {reviewer: new}, set",
        );
    let told = |text: &str| remarks(&[("leave.yaml", &blind), ("letters/new.txt", text)]);
    insta::assert_snapshot!(told("主题：新的申请\n\n{{ person.name }}申请请假。\n"), @"letters/new.txt:3:4: 提醒: 流程 leave 把信件「new」发给「reviewer」，信里写了 person.name，而「applicant」对他隐名（从信里去掉它，或另写一封信）");
    assert_eq!(told("主题：新的申请\n\n有人申请请假 {{ days }} 天。\n"), "");
}
