//! Slips of the hand and of the mind, as authors who begin make them: each is told where it stands, with
//! what to write instead, and once.

use crate::{changed, remarks};

/// What is told of a condition.
fn when(condition: &str) -> String {
    changed(&[("when: days > 0", &format!("when: \"{condition}\""))])
}

#[test]
fn words_of_other_languages_are_understood() {
    insta::assert_snapshot!(when("days > 0 且 days < 9"), @"leave.yaml:17:47: 错误: 这里应是运算符或结尾，却是“且”（写成 and）");
    insta::assert_snapshot!(when("days => 1"), @"leave.yaml:17:43: 错误: 不认识“=>”（写成 >=）");
    insta::assert_snapshot!(when("days <> 1"), @"leave.yaml:17:43: 错误: 不认识“<>”（写成 !=）");
    insta::assert_snapshot!(when("days > １"), @"leave.yaml:17:45: 错误: “１”是全角的数字（写成半角的 1）");
    insta::assert_snapshot!(when("len(person.name) > 1"), @"leave.yaml:17:38: 错误: 没有名为 len 的函数（清单的个数写 count(清单)，文本的字数写 length(文本)）");
    insta::assert_snapshot!(when("person.series != None"), @"leave.yaml:17:55: 错误: 没有名为 None 的名字（没有值写成 none）");
    insta::assert_snapshot!(when("True"), @"leave.yaml:17:38: 错误: 没有名为 True 的名字（写成 true）");
    insta::assert_snapshot!(when("true if days > 1 ? 2 : 3"), @"leave.yaml:17:55: 错误: 不认识“?”（写成 a if 条件 else b）");
    insta::assert_snapshot!(when("today > 2026-03-05"), @"leave.yaml:17:38: 错误: 日期与整数之间不能用 > 比较（日期写成 date('2026-03-05')）");
    insta::assert_snapshot!(changed(&[("vars:", "values: {many: ask.days > 3}\nvars:")]), @"
    leave.yaml:8:10: 提醒: 值「many」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:16: 错误: 没有名为 ask 的名字（ask 只在动作里有：在动作里先 set 进变量，这里写变量）
    ");
}

#[test]
fn nothing_is_written_as_text_or_not_at_all() {
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0, note: ''}"), ("set: {days: ask.days}", "set: {days: ask.days, note: none}")]), @"leave.yaml:4:145: 错误: 这里需要文本，不能是 none（空的文本写 ''；要能没有值，在 vars 里写 {type: …?}）");
    insta::assert_snapshot!(changed(&[("unit: unit.id}", "unit: \"\"}")]), @"leave.yaml:7:42: 错误: 表达式是空的（空的文本写成 \"''\"；用不着就去掉这个键）");
}

#[test]
fn an_account_is_no_participant() {
    insta::assert_snapshot!(changed(&[("unit: unit.id}", "unit: unit.id, except: [applicant]}")]), @"leave.yaml:7:59: 错误: 「applicant」是参与者，这里要账号（写成 person.account）");
    insta::assert_snapshot!(changed(&[("unit: unit.id}", "unit: unit.id, except: [\"'reviewer'\"]}")]), @"leave.yaml:7:59: 错误: 「reviewer」是参与者，这里要账号（写成账号，如 person.account，或办过的任务 任务.by）");
}

#[test]
fn one_fault_is_told_once() {
    insta::assert_snapshot!(changed(&[("type: integer, required", "type: integer, min: 一, required")]), @"leave.yaml:4:104: 错误: leave.start.ask.days.min 应当是一个数，这里是「一」");
    insta::assert_snapshot!(changed(&[("vars:", "holds: {one: {of: person.id, in: [pending]}}\nvars:")]), @"leave.yaml:8:19: 错误: leave.holds.one.of 应当是列表，每项是一个表达式，这里是「person.id」（写成 [person.id]）");
    let twice = "  later: {tasks: {review: {name: 复审, for: reviewer, actions: {go: {name: 过, to: approved}}}}}\n  approved: {end: true}";
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", twice), ("to: approved}", "to: later}")]), @"
    leave.yaml:19:3: 错误: 状态「later」的公开状态「later」没有中文名（在 catalog/codes.yaml 加上，或写 status。可以写：pending、approved、rejected）
    leave.yaml:19:19: 错误: 任务「review」和任务同名：规则里不知指哪一个（另一个在 leave.yaml:13:7；几个状态里是同一个任务的，写在顶层 tasks 里，用 in 列出这些状态；不是的，换一个名称，如 review_task）
    ");
}

#[test]
fn a_very_long_expression_is_told_by_its_length() {
    let long = format!("{}days > 0", "not ".repeat(2000));
    let told = when(&long);
    assert!(told.contains("最多 4000 个"), "{told}");
    assert!(told.len() < 300, "{told}");
}

#[test]
fn a_comma_in_braces_is_told_with_the_whole_expression_in_quotes() {
    insta::assert_snapshot!(changed(&[("set: {days: ask.days}", "set: {days: max(ask.days, 3)}")]), @"leave.yaml:4:141: 错误: 这里应是“,”或“)”，却是表达式的结尾（里面有逗号的表达式要整个加引号，写成 \"max(ask.days, 3)\"）");
}

#[test]
fn blanks_and_marks_that_yaml_does_not_see_are_named() {
    let text = "workflow: leave\n\u{3000}name: 请假\n";
    insta::assert_snapshot!(remarks(&[("leave.yaml", text)]), @"
    leave.yaml:1:1: 错误: 流程（leave）缺少「start」（加上 start: 怎样开始）
    leave.yaml:1:1: 错误: 流程（leave）缺少「states」（加上 states: 状态）
    leave.yaml:2:1: 错误: 流程（leave）没有「　name」这个键（它含有 U+3000 这样的空格，缩进只用半角空格）
    ");
    insta::assert_snapshot!(changed(&[("name: 同意, when", "name: 同意 #1, when")]), @"leave.yaml:17:30: 错误: 「 #」后面到行尾都是注释，括号没有配对（值里要写 # 就给值加引号）");
}

#[test]
fn a_comma_of_the_chinese_keyboard_between_options() {
    insta::assert_snapshot!(changed(&[("ask: {days: {name: 天数, type: integer, required: true}}", "ask: {kind: {name: 类别, choice: [事假，病假]}, days: {name: 天数, type: integer, required: true}}")]), @"leave.yaml:4:93: 错误: 只有一个选项「事假，病假」：「，」是全角的，隔不开两项（写成 [事假, 病假]；就是一项则加引号）");
}

/// What is told of a letter to the applicant.
fn letter(text: &str) -> String {
    let flow = super::LEAVE
        .replace("to: approved}", "notify: {applicant: told}, to: approved}")
        .replace("vars: {days: 0}", "vars: {days: 0, due: {type: date?}}")
        .replace(
            "set: {days: ask.days}",
            "set: {days: ask.days, due: \"today if ask.days > 3 else none\"}",
        );
    remarks(&[("leave.yaml", &flow), ("letters/told.txt", text)])
}

#[test]
fn blocks_of_a_letter_are_closed() {
    insta::assert_snapshot!(letter("主题：同意\n\n{% if days > 1 %}很长\n"), @"letters/told.txt:3:3: 错误: 信件「told」里的 {% if %} 没有结束（补上 {% endif %}）");
    insta::assert_snapshot!(letter("主题：同意\n\n很长{% endif %}\n"), @"letters/told.txt:3:5: 错误: 信件「told」里的 {% endif %} 没有对应的 {% if %}（删去它，或在前面补上 {% if … %}）");
    insta::assert_snapshot!(letter("主题：同意\n\n{% for day in days %}{% endif %}\n"), @"
    letters/told.txt:3:3: 错误: 信件「told」里的 {% for %} 没有结束（补上 {% endfor %}）
    letters/told.txt:3:24: 错误: 信件「told」里的 {% endif %} 没有对应的 {% if %}（删去它，或在前面补上 {% if … %}）
    ");
}

#[test]
fn a_letter_says_a_kind_that_there_is_where_it_belongs() {
    insta::assert_snapshot!(letter("主题：同意\n类别：紧急\n\n好。\n"), @"letters/told.txt:2:1: 错误: 信件「told」没有叫「紧急」的类别（可以写：结果、期限、办理）");
    insta::assert_snapshot!(letter("主题：同意\n\n类别：结果\n好。\n"), @"letters/told.txt:3:1: 提醒: 信件「told」的类别写在正文里，会原样发出去（移到主题的下一行）");
    insta::assert_snapshot!(letter("主题：同意"), @"letters/told.txt:1:1: 错误: 信件「told」的开头不对（第一行写「主题：…」，空一行，再写正文）");
}

#[test]
fn what_may_be_missing_in_a_letter_is_asked_for_first() {
    insta::assert_snapshot!(letter("主题：同意\n\n应还 {{ due | date }}。\n"), @"letters/told.txt:3:7: 提醒: 信件「told」里的 due 可能没有值，没有时这封信写不出来（先判断：{% if due %}…{% endif %}）");
    insta::assert_snapshot!(letter("主题：同意\n\n应还 {{ due }}。\n"), @"letters/told.txt:3:7: 提醒: 信件「told」里的 due 可能没有值，没有时写出来是空的（先判断：{% if due %}…{% endif %}）");
    assert_eq!(letter("主题：同意\n\n{% if due %}应还 {{ due | date }}。{% endif %}\n"), "");
}

#[test]
fn what_only_some_may_see_is_not_told_to_others() {
    let form = "form: {sections: {health: {name: 健康, visible_to: [reviewer], fields: {note: {name: 病情}}}}}\n";
    let flow = super::LEAVE
        .replace("vars:", &format!("{form}vars:"))
        .replace("days: days}", "days: days, ill: form.health.note}")
        .replace("to: approved}", "notify: {applicant: told, reviewer: told}, to: approved}");
    let text = "主题：同意\n\n病情：{{ form.health.note }}\n";
    insta::assert_snapshot!(remarks(&[("leave.yaml", &flow), ("letters/told.txt", text)]), @"
    leave.yaml:10:46: 提醒: 标签「ill」写了栏目「health」的内容：栏目只给 reviewer 看，标签看得到这个案的人都看得到（换一个不保密的值，或去掉栏目的 visible_to）
    letters/told.txt:3:7: 提醒: 流程 leave 把信件「told」发给「applicant」，信里写了 form.health.note，栏目「health」只给 reviewer 看（从信里去掉它，或另写一封信）
    ");
}

#[test]
fn an_answer_that_an_action_requires_is_there_in_the_rows_of_that_action() {
    let rows = "values: {marks: \"map(filter(mark.answers, it.action == 'grade'), it.answer.mark)\", total: sum(marks)}\n\
                facts: {pool: {host: members, with: {unit: unit.id}}}\nvars:";
    let task = "      mark: {name: 打分, for: {each: pool}, actions: {grade: {name: 打分, ask: {mark: {name: 分, type: integer, required: true}}}, pass: {name: 弃权}}}\n      review:";
    let label = ("days: days}", "days: days, total: total}");
    assert_eq!(changed(&[("vars:", rows), ("      review:", task), label]), "");
}

#[test]
fn what_to_write_instead_is_said_where_it_can_be_known() {
    let says = |changes: &[(&str, &str)], words: &str| {
        let told = changed(changes);
        assert!(told.contains(words), "{words}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    };
    let to = "when: days > 0, to: approved";
    says(&[("type: integer", "type: number")], "（整数写 integer，小数、金额写 decimal）");
    says(&[("type: integer", "type: string")], "（写 text）");
    says(
        &[("{name: 理由, required: true}", "{name: 理由, required: \"yes\"}")],
        "没有名为 yes 的名字（写成 true）",
    );
    says(
        &[(
            "    tasks:\n",
            "    timers: {t: {at: 2026-10-01, over: {to: rejected}}}\n    tasks:\n",
        )],
        "这样写是减法；写成 date('2026-10-01')",
    );
    says(
        &[("when: days > 0", "when: \"at_time(today, '6pm') > now\"")],
        "'6pm' 不是钟点（写成 '18:00' 的样子",
    );
    says(
        &[("when: days > 0", "when: days == 1,000")],
        "「000」不是键：{…} 里逗号隔开各项（数里不写逗号",
    );
    says(
        &[(to, "when: days > 0, to: 同意"), ("  approved: {", "  approved: {name: 同意, ")],
        "没有叫「同意」的状态（写它的键：approved）",
    );
    let text = ("vars: {days: 0}", "vars: {days: 0, note: ''}");
    let set = ("set: {days: ask.days}", "set: {days: ask.days, note: \"'x'\"}");
    says(
        &[text, set, ("when: days > 0", "when: note == shorter")],
        "没有名为 shorter 的名字（是文本就加引号：'shorter'）",
    );
    let list = ("vars: {days: 0}", "vars: {days: 0, all_of: {type: list of text}}");
    let filled = ("set: {days: ask.days}", "set: {days: ask.days, all_of: \"['x']\"}");
    says(&[list, filled, ("when: days > 0", "when: all_of == 0")], "比个数写成 count(all_of)");
    let form = (
        "states:\n",
        "form: {sections: {book: {name: 书, fields: {title: {name: 书名}}}}}\nstates:\n",
    );
    says(
        &[
            form,
            ("for: reviewer", "for: reviewer\n        edit: all"),
            ("when: days > 0", "when: form.title is none"),
        ],
        "form 没有字段 title（是不是 form.book.title？）",
    );
}

#[test]
fn what_is_written_instead_can_be_written() {
    let date = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, due: {type: date?}}"),
        ("when: days > 0, to", "hint: \"{due}前\", set: {due: today}, to"),
    ]);
    assert!(
        date.contains("due 可能为空（写成 {text(due) if due is not none else '…'}）"),
        "{date}"
    );
    let followed = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, due: {type: date?}}"),
        (
            "when: days > 0, to",
            "hint: \"{text(due) if due is not none else '以后'}前\", set: {due: today}, to",
        ),
    ]);
    assert_eq!(followed, "");
}

#[test]
fn a_type_in_the_place_of_an_initial_value() {
    let var = |text: &str| {
        let vars = format!("vars: {{days: 0, day: {text}}}");
        changed(&[("vars: {days: 0}", &vars), ("labels: {", "labels: {day: day, ")])
    };
    insta::assert_snapshot!(var("date?"), @"leave.yaml:8:22: 错误: 「date?」是类型，这样写是一段文本（写成 {type: date?}）");
    insta::assert_snapshot!(var("list of text"), @"leave.yaml:8:22: 错误: 「list of text」是类型，这样写是一段文本（写成 {type: list of text}）");
}

#[test]
fn what_was_asked_without_ask() {
    let set = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, note: ''}"),
        ("labels: {", "labels: {note: note, "),
        (
            "ask: {reason: {name: 理由, required: true}}, to",
            "ask: {reason: {name: 理由, required: true}}, set: {note: reason}, to",
        ),
    ]);
    insta::assert_snapshot!(set, @"leave.yaml:18:86: 错误: 没有名为 reason 的名字（写成 ask.reason）");
}

#[test]
fn a_letter_and_its_receiver_the_wrong_way_round() {
    let notify = changed(&[("to: approved}", "notify: {asked: reviewer}, to: approved}")]);
    insta::assert_snapshot!(notify, @"leave.yaml:17:56: 错误: 写反了：「asked」是信件，「reviewer」是参与者（写成 reviewer: asked）");
}

#[test]
fn a_bracket_of_a_line_before_that_is_still_open() {
    let open = changed(&[("approved: {end: true}", "approved: {end: true")]);
    insta::assert_snapshot!(open, @"leave.yaml:19:13: 错误: 这里的「{」没有配对：到第 20 行还没有结束（在行尾补上「}」）");
}

#[test]
fn a_reminder_longer_than_its_term_in_another_unit() {
    let timer = |lasts: &str, remind: &str| {
        changed(&[(
            "    tasks:\n",
            &format!(
                "    timers: {{late: {{lasts: {lasts}, remind: [{remind}], over: {{to: rejected}}}}}}\n    tasks:\n"
            ),
        )])
    };
    assert!(timer("48 hours", "3 days").contains("提醒比计时开始还早，不会发出"));
    assert!(timer("30 days", "2 months").contains("提醒比计时开始还早，不会发出"));
    assert!(timer("1 months rolled", "2 months").contains("提醒比计时开始还早，不会发出"));
    assert!(timer("5 working days", "1 months").contains("提醒比计时开始还早，不会发出"));
    assert!(timer("20 days rolled", "36 days").contains("提醒比计时开始还早，不会发出"));
    let table = |other: &str| {
        timer(&format!("[{{when: days > 3, is: {other}}}, {{is: 1 days}}]"), "3 days")
    };
    assert!(table("2 days").contains("（写得比 2 days、1 day 短）"));
    assert_eq!(table("5 days"), "", "the longer one has it");
    assert_eq!(timer("20 days rolled", "21 days"), "", "it may be rolled on");
    assert_eq!(timer("15 working days", "1 months"), "");
    assert_eq!(timer("48 hours", "1 days"), "");
    assert_eq!(timer("3 days", "48 hours"), "");
}

#[test]
fn a_reminder_as_many_days_before_as_its_term_has() {
    let timer = |lasts: &str, remind: &str| {
        changed(&[(
            "    tasks:\n",
            &format!(
                "    timers: {{late: {{lasts: {lasts}, remind: {remind}, over: {{to: rejected}}}}}}\n    tasks:\n"
            ),
        )])
    };
    for one in ["4 days", "5 working days", "20 days rolled", "2 months"] {
        assert_eq!(timer(one, one), "");
    }
    for one in ["48 hours", "30 minutes", "5 publicity days"] {
        assert!(timer(one, one).contains("提醒比计时开始还早"), "{one}");
    }
    assert!(timer("4 days", "5 days").contains("提醒比计时开始还早"));
}

#[test]
fn what_a_misspelt_name_means_is_used() {
    let told = changed(&[
        ("labels:", "values: {fees: days * 2}\nlabels:"),
        ("when: days > 0, to", "when: fee > 0, to"),
    ]);
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn a_submission_in_a_flow_that_submits_nothing() {
    let told = changed(&[("when: days > 0, to", "when: case.submission > 0, to")]);
    assert!(
        told.contains("条件 case.submission > 0 永远不成立：case.submission 只会是 0"),
        "{told}"
    );
}

#[test]
fn a_list_or_a_text_in_braces_is_shown_as_it_is_written() {
    let hint = changed(&[("when: days > 0, to", "hint: {days}, to")]);
    assert!(hint.contains("（加引号，写成 \"{days}\"）"), "{hint}");
    let except = |list: &str| {
        changed(&[(
            "when: days > 0, to",
            &format!("ask: {{who: {{name: 谁, prefill: {list}}}}}, to"),
        )])
    };
    let one = except("[days]");
    assert!(one.contains("（是文本写成 \"['days']\"；是一个清单的名称就写 days）"), "{one}");
    let two = except("[car, seat]");
    assert!(two.contains("（加引号，写成 \"['car', 'seat']\"）"), "{two}");
}

#[test]
fn a_field_of_the_row_that_is_asked_about() {
    let told = changed(&[
        ("vars:", "facts: {all: {host: members, with: {unit: unit.id}}}\nvars:"),
        (
            "{role: unit_reviewer, unit: unit.id}",
            "{each: all, where: \"account != person.account\"}",
        ),
    ]);
    assert!(told.contains("没有名为 account 的名字（是不是 it.account？）"), "{told}");
}

#[test]
fn what_a_rule_sets_and_is_not_understood_may_change_its_condition() {
    let told = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, note: ''}"),
        (
            "    tasks:\n",
            "    choose: {mark: {when: note == 'x', set: {note: days}}}\n    tasks:\n",
        ),
    ]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(!told.contains("永远停不下来"), "{told}");
}

#[test]
fn one_participant_where_a_list_of_them_belongs() {
    let told = changed(&[(
        "{name: 理由, required: true}",
        "{name: 理由, untold_to: applicant, required: true}",
    )]);
    assert!(told.contains("（写成 [applicant]）"), "{told}");
}

#[test]
fn an_initial_value_of_another_type_is_told_at_the_variable() {
    let urged = |urged: &str, when: &str| {
        changed(&[
            ("vars: {days: 0}", &format!("vars: {{days: 0, urged: {urged}}}")),
            ("when: days > 0, to", &format!("when: \"{when}\", set: {{urged: urged + 1}}, to")),
            ("set: {days: ask.days}", "set: {days: ask.days, urged: 0}"),
        ])
    };
    insta::assert_snapshot!(urged("''", "urged < 3"), @"leave.yaml:8:24: 错误: 变量「urged」写成了文本，用它的地方都要整数（写成 urged: 0）");
    assert_eq!(urged("0", "urged < 3"), "");
    let both = urged("''", "urged == 'x'");
    assert!(!both.contains("用它的地方都要"), "what uses it does not want one type: {both}");
}
