//! Forms, fields and checks.

use crate::changed;

fn with_form(form: &str) -> String {
    changed(&[
        ("states:", &format!("{form}\nstates:")),
        ("for: reviewer", "for: reviewer\n        edit: all"),
    ])
}

#[test]
fn keys_belong_to_their_type() {
    insta::assert_snapshot!(with_form("form: {sections: {main: {name: 主要, fields: {a: {name: 甲, lines: 2, kinds: [pdf]}, b: {name: 乙, type: integer, max: 1.5, scale: 2}, c: {name: 丙, type: reference}, d: {name: 丁, type: choice}, e: {name: 戊, type: reference, of: unt}}}}}"), @"
    leave.yaml:10:68: 错误: 「kinds」不用于 text 字段（leave.form.sections.main.fields.a）（text 可以写：lines、max、format）
    leave.yaml:10:116: 错误: 整数字段的 max 应当是整数
    leave.yaml:10:121: 错误: 「scale」不用于 integer 字段（leave.form.sections.main.fields.b）（integer 可以写：min、max）
    leave.yaml:10:135: 错误: reference 字段（leave.form.sections.main.fields.c）缺少「of」（加上 of: 搜索选定的是什么，如 unit）
    leave.yaml:10:166: 错误: choice 字段（leave.form.sections.main.fields.d）缺少「choice」（加上 choice: 选项：[文本]、{值: 名称}，或表达式）
    leave.yaml:10:225: 错误: 没有叫「unt」的对象种类（是不是「unit」）
    ");
}

#[test]
fn rules_of_fields_see_the_value_and_the_row() {
    insta::assert_snapshot!(with_form("form: {sections: {main: {name: 主要, fields: {years: {name: 年限, type: integer, required: ro.x, correct: {when: it > row.work, to: row.wor, say: '已改为{it}'}}, work: {name: 工龄, type: integer, require: {few: {that: it < 'x', say: 太多}}}}}}}"), @"
    leave.yaml:10:88: 错误: 没有名为 ro 的名字（是不是 row？）
    leave.yaml:10:115: 错误: row.work 可能为空，不能直接使用（先判断 row.work is not none and …，或给出默认值 row.work or_else 0）
    leave.yaml:10:129: 错误: row 没有字段 wor（是不是 row.work？）
    leave.yaml:10:210: 错误: 整数与文本之间不能用 < 比较（数字不加引号）
    ");
}

#[test]
fn sections_chosen_by_a_variable() {
    insta::assert_snapshot!(with_form("form: {use: catalog/kind, chosen_by: kindd}"), @"
    leave.yaml:10:13: 错误: 没有叫「catalog/kind」的目录表（是不是「catalog/kinds」）
    leave.yaml:10:38: 错误: 没有叫「kindd」的变量（可以写：days）
    ");
    insta::assert_snapshot!(with_form("form: {use: catalog/kinds, chosen_by: days}"), @"leave.yaml:10:39: 错误: 选出栏目的变量「days」应当是文本，它是整数");
    insta::assert_snapshot!(with_form("form: {chosen_by: days, sections: {a: {name: 甲, fields: {}}}}"), @"
    leave.yaml:10:8: 错误: chosen_by 要和 use 一起写（加上 use: catalog/文件）
    leave.yaml:10:19: 错误: 选出栏目的变量「days」应当是文本，它是整数
    ");
}

#[test]
fn checks_point_at_parts_of_the_form() {
    insta::assert_snapshot!(with_form("form: {sections: {main: {name: 主要, rows: true, fields: {a: {name: 甲}}}}}\nchecks: {full: {severity: block, each: form.main, that: it.b is not none, say: '{it.a}', part: main.b}, bad: {severity: hard, that: true, say: x, part: mian}}"), @"
    leave.yaml:11:57: 错误: it 没有字段 b，第 11 行也是（是不是 it.a？）
    leave.yaml:11:82: 错误: it.a 可能为空（写成 {it.a or_else '…'}）
    leave.yaml:11:121: 错误: leave.checks.bad.severity 应当是 block、warn、fix 之一，这里是「hard」
    leave.yaml:11:153: 错误: 没有叫「mian」的栏目（是不是「main」）
    ");
}

#[test]
fn editing_and_freezing_need_a_form() {
    insta::assert_snapshot!(changed(&[
        ("for: reviewer", "for: reviewer\n        edit: all"),
        ("to: approved", "freeze: true, checks: all, per: visit, at_most: 0, to: approved"),
    ]), @"
    leave.yaml:16:15: 错误: 没有表单，没有什么可以修改（去掉 edit，或写 form）
    leave.yaml:18:47: 错误: 没有表单，没有什么可以冻结（去掉 freeze，或写 form）
    leave.yaml:18:61: 错误: 流程没有写 checks，没有什么可以检测（去掉 checks）
    leave.yaml:18:95: 错误: leave.states.pending.tasks.review.actions.approve.at_most 应当是一个不小于 1 的整数，这里是「0」
    ");
}

#[test]
fn options_are_texts_or_rows_with_a_value() {
    insta::assert_snapshot!(changed(&[
        ("ask: {days:", "ask: {unit: {name: 单位, choice: days}, series: {name: 系列, choice: table}, none: {name: 无, choice: []}, days:"),
        ("vars:", "facts: {table: {table: catalog/series}}\nvars:"),
    ]), @"
    leave.yaml:4:92: 错误: 这里要选项：文本的清单，或带 value（或 id）的行的清单，得到的是整数
    leave.yaml:4:158: 错误: 选项是空的（至少写一项）
    ");
}

#[test]
fn limits_and_options_make_sense() {
    insta::assert_snapshot!(changed(&[
        ("type: integer,", "type: integer, min: 3, max: 2,"),
        ("ask: {days:", "ask: {kind: {name: 种类, choice: [事假, 病假, 事假]}, days:"),
    ]), @"
    leave.yaml:4:92: 错误: 选项「事假」写了两次（删去其中一个）
    leave.yaml:4:144: 错误: min（3）大于 max（2）（改其中一个）
    ");
}

#[test]
fn a_check_has_an_id_and_sets_right_only_what_it_may() {
    insta::assert_snapshot!(with_form("form: {sections: {main: {name: 主要, fields: {years: {name: 年限, type: integer}}}}}\nchecks: {plan.Window: {severity: block, that: 'true', say: 甲}, a.b: {severity: warn, that: 'true', say: 乙, set: {form.main.years: 1}}, c: {severity: fix, that: 'true', say: 丙}, d: {severity: fix, that: 'true', say: 丁, set: {days: 1, form.main.yers: 1}}}"), @"
    leave.yaml:11:10: 错误: 名称「plan.Window」不合写法（名称用小写字母开头，只含小写字母、数字和 _）
    leave.yaml:11:108: 错误: 只有 severity: fix 的检测会改表单（去掉 set，或写 severity: fix）
    leave.yaml:11:139: 错误: severity: fix 的检测没有写怎样改（加上 set: {form.栏目.字段: 表达式}）
    leave.yaml:11:225: 错误: 检测只能改表单，「days」不是表单的字段（写成 form.栏目.字段）
    leave.yaml:11:234: 错误: 没有叫「yers」的字段（栏目 main）（是不是「years」）
    ");
}

#[test]
fn a_form_that_nobody_can_fill_in_is_never_handed_in() {
    let form =
        "form: {sections: {main: {name: 主要, fields: {a: {name: 甲, required: true}}}}}\nstates:";
    insta::assert_snapshot!(changed(&[("states:", form), ("to: approved", "freeze: true, to: approved")]), @"leave.yaml:10:1: 错误: 「甲」是必填的，却没有任务能填写表单，永远提交不了（给填写表单的任务写 edit: all）");
    let optional = form.replace(", required: true", "");
    insta::assert_snapshot!(changed(&[("states:", &optional), ("to: approved", "freeze: true, to: approved")]), @"");
}

#[test]
fn a_form_in_which_something_is_required_and_which_is_never_examined() {
    let form = |field: &str, task: &str, submit: &str| {
        changed(&[
            (
                "vars:",
                &format!(
                    "form: {{sections: {{trip: {{name: 行程, fields: {{to: {{name: 去哪里{field}}}}}}}, note: {{name: 备注, fields: {{text: {{name: 备注}}}}}}}}}}\nvars:"
                ),
            ),
            ("        for: reviewer\n", &format!("        for: reviewer\n        edit: {task}\n")),
            ("when: days > 0, to", &format!("when: days > 0, {submit}to")),
        ])
    };
    insta::assert_snapshot!(form(", required: true", "all", ""), @"leave.yaml:8:1: 提醒: 「去哪里」必须填，却没有动作写 freeze: true：填没填、合不合格从不检查（给提交表单的动作写 freeze: true）");
    let told = form(", required: days > 3", "\"['trip']\"", "");
    assert!(told.contains("从不检查"), "{told}");
    assert_eq!(form(", required: true", "all", "freeze: true, "), "");
    // Whoever edits another section, or nothing that is required, has nothing to hand in.
    assert_eq!(form(", required: true", "\"['note']\"", ""), "");
    assert_eq!(form("", "all", ""), "");
}

#[test]
fn a_value_that_no_row_of_the_table_has() {
    let with = |when: &str, choice: &str, more: &str| {
        let field = format!(
            "facts: {{table: {{table: catalog/series}}}}\nform: {{sections: {{main: {{name: 主要, fields: {{kind: {{name: 类, choice: \"{choice}\"}}, note: {{name: 话, when: {when}}}}}}}}}}}\nvars:"
        );
        changed(&[
            ("vars:", &field),
            ("        for: reviewer\n", "        for: reviewer\n        edit: all\n"),
            ("when: days > 0, to", &format!("when: days > 0, {more}to")),
        ])
    };
    insta::assert_snapshot!(with("row.kind == 'teachers'", "table", ""), @"leave.yaml:9:113: 提醒: “teachers”不是可选的值（row.kind 的选项来自 table）（是不是 'teacher'？）");
    let elsewhere = with(
        "row.kind == 'nurse'",
        "table",
        "require: {a: {that: \"form.main.kind in ['teacher', 'doctor']\", say: 不行}}, ",
    );
    assert!(elsewhere.contains("“doctor”不是可选的值"), "{elsewhere}");
    assert_eq!(with("row.kind == 'teacher'", "table", ""), "");
    assert_eq!(with("row.kind == 'all'", "table + [{id: 'all', name: '都', age: none}]", ""), "");
    let asked = |kind: &str| {
        changed(&[
            ("vars:", "facts: {table: {table: catalog/series}}\nvars:"),
            (
                "ask: {reason: {name: 理由, required: true}}",
                &format!(
                    "ask: {{reason: {{name: 理由, choice: table, required: true}}}}, require: {{a: {{that: ask.reason != '{kind}', say: 不行}}}}"
                ),
            ),
        ])
    };
    assert!(asked("nurses").contains("（ask.reason 的选项来自 table）（是不是 'nurse'？）"));
    assert_eq!(asked("nurse"), "");
}
