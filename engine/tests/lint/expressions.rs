//! Faults inside expressions are told at their exact place, whatever the quoting.

use crate::changed;

#[test]
fn the_column_is_exact_in_plain_quoted_and_flow_text() {
    insta::assert_snapshot!(changed(&[
        ("approve: {name: 同意, when: days > 0", "approve: {name: 同意, when: \"'a\\u0061' == 'b' and 天 > dayz\""),
        ("reject: {name: 不同意,", "reject: {name: 不同意, when: 'person.name == ''x'' and dayss > 0',"),
        ("name: 审核", "name: 审核\n        when: days > 0 and daze > 1"),
    ]), @"
    leave.yaml:15:28: 错误: 没有名为 daze 的名字
    leave.yaml:18:59: 错误: 没有名为 天 的名字
    leave.yaml:18:63: 错误: 没有名为 dayz 的名字（是不是 days？）
    leave.yaml:19:63: 错误: 没有名为 dayss 的名字（是不是 days？）
    ");
}

#[test]
fn in_a_block_the_line_is_right() {
    insta::assert_snapshot!(changed(&[
        ("name: 审核", "name: 审核\n        when: |\n          days > 0\n          and daze > 1"),
    ]), @"leave.yaml:17:15: 错误: 没有名为 daze 的名字");
}

#[test]
fn types_are_compared() {
    insta::assert_snapshot!(changed(&[
        ("set: {days: ask.days}", "set: {days: person.name}"),
        ("unit: unit.id}", "unit: days}"),
        ("when: days > 0", "when: days"),
        ("labels: {person: person.id", "labels: {person: person"),
    ]), @"
    leave.yaml:4:129: 错误: 这里需要整数，person.name 是文本（写成 integer(person.name) or_else 0）
    leave.yaml:7:41: 错误: 这里要文本，得到的是整数（写成 text(days)）
    leave.yaml:9:18: 错误: 这里要一个值，或文本的清单，得到的是记录 person（写成 person.id）
    leave.yaml:17:37: 错误: 这里需要是/否，days 是整数（写成 days != 0）
    ");
}

#[test]
fn what_may_be_missing_is_guarded() {
    insta::assert_snapshot!(changed(&[
        ("{account: person.account}", "{account: person.series}"),
        ("when: days > 0", "when: review.answer.reason == 'x' and person.series == 'a'"),
    ]), @"leave.yaml:6:24: 错误: 这里要文本，得到的是可空的文本（可能没有值：写 … or_else 默认值）");
}

#[test]
fn templates_are_compiled_too() {
    insta::assert_snapshot!(changed(&[
        ("name: 同意,", "name: 同意, confirm: '{person.nam}请假{days}天',"),
    ]), @"leave.yaml:17:42: 错误: person 没有字段 nam（是不是 person.name？）");
}

#[test]
fn a_fault_is_told_once_not_wherever_its_name_is_used() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0}\nvalues: {late: dayz > 3, very_late: late and days > 5}"),
        ("when: days > 0", "when: very_late or late"),
    ]), @"leave.yaml:9:16: 错误: 没有名为 dayz 的名字（是不是 days？）");
}

#[test]
fn values_may_not_go_in_a_circle() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0}\nvalues: {one: two + 1, two: three + 1, three: one + days}"),
        ("when: days > 0", "when: one > 0"),
    ]), @"leave.yaml:9:40: 错误: 互相引用成了一圈：one → two → three → one（断开其中一处）");
}

#[test]
fn lists_in_set_are_expressions() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0, open: [], at: {type: list of ofice}, from: {type: date}, until: {type: date, is: soon}}"),
        ("set: {days: ask.days}", "set: {days: ask.days, open: [], dais: 1}"),
    ]), @r#"
    leave.yaml:4:145: 错误: 「open」的新值应当是一个表达式，这里是列表（列表和行要加引号，如 "[]"）
    leave.yaml:4:149: 错误: 没有叫「dais」的变量（是不是「days」）
    leave.yaml:8:17: 提醒: 变量「open」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:27: 提醒: 变量「at」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:38: 错误: 没有叫「ofice」的类型（是不是「office」）
    leave.yaml:8:54: 错误: 变量「from」没有初值（加上 is: 初值）
    leave.yaml:8:54: 提醒: 变量「from」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:74: 提醒: 变量「until」没有用到（删去它，或检查用它的地方是否写错）
    leave.yaml:8:98: 错误: 变量「until」的初值不是日期（改初值，或改 type）
    "#);
}

#[test]
fn a_computed_target_names_its_states() {
    insta::assert_snapshot!(changed(&[
        ("to: approved", "to: \"review.action or_else 'x'\""),
        ("to: rejected}", "to: days, among: [rejected, approvd]}"),
    ]), @"
    leave.yaml:17:51: 错误: to 写了表达式「review.action or_else 'x'」，却没有列出可能的状态（加上 among: [状态, 状态]）
    leave.yaml:18:78: 错误: 这里要状态的名称，得到的是整数
    leave.yaml:18:102: 错误: 没有叫「approvd」的状态（是不是「approved」）
    ");
}

#[test]
fn a_field_of_what_a_function_gives_is_no_name() {
    assert_eq!(
        changed(&[(
            "labels: {",
            "facts: {others: {cases: leave, where: {}}}\nvalues: {status: \"first(others).status or_else ''\", state: \"others[0].state or_else ''\"}\nlabels: {last: status, was: state, "
        ),]),
        ""
    );
}

#[test]
fn what_changed_is_asked_of_sections_of_the_form() {
    let form = "form: {sections: {head: {name: 表头, fields: {a: {name: 甲}}}, goods: {name: 货物, rows: true, fields: {code: {name: 编码}}}}}\nvars:";
    let with = |list: &str| {
        let when = format!("when: \"days > 0 and changed([{list}], 1)\"");
        changed(&[
            ("vars:", form),
            ("when: days > 0", &when),
            ("for: reviewer", "for: reviewer\n        edit: all"),
        ])
    };
    assert_eq!(with("'head', 'goods'"), "");
    insta::assert_snapshot!(with("'goods.code'"), @"leave.yaml:19:60: 错误: 没有叫「goods.code」的栏目（changed 按整个栏目比，写成 'goods'；要比一个字段，提交时 set 进变量再比）");
    insta::assert_snapshot!(with("'nonsense'"), @"leave.yaml:19:60: 错误: 没有叫「nonsense」的栏目（可以写：goods、head）");
}

#[test]
fn a_share_is_not_written_with_a_percent_sign() {
    let when = |when: &str| changed(&[("when: days > 0", &format!("when: {when}"))]);
    insta::assert_snapshot!(when("days >= 50% * 30"), @"leave.yaml:17:47: 错误: % 是求余数，不能写百分数（50% 写成 0.5，或乘开：2 * 已答 >= 全部）");
    insta::assert_snapshot!(when("days > 50%"), @"leave.yaml:17:46: 错误: % 是求余数，不能写百分数（50% 写成 0.5，或乘开：2 * 已答 >= 全部）");
    assert_eq!(when("days % 2 == 1"), "");
}

#[test]
fn a_word_of_a_table_that_is_the_name_of_something_lacks_quotes() {
    let table = "values:\n  kind:\n  - {when: days > 3, is: \"'long'\"}\n  - {is: review}\nlabels: {kind: kind, ";
    insta::assert_snapshot!(changed(&[("labels: {", table)]), @"leave.yaml:12:10: 错误: 前面的行是选项（long），这一行却是记录 任务（文本要加两层引号：写成 \"'review'\"）");
}

#[test]
fn a_list_that_holds_something_has_a_mean_a_first_and_a_least() {
    let twice = |value: &str| {
        changed(&[
            ("vars:", "facts: {pool: {host: members, with: {unit: unit.id}}}\nvars:"),
            (
                "labels: {",
                &format!(
                    "values: {{marks: \"map(pool, length(it.name))\", gaps: \"map(pool, it.account if it.unit == unit.id else none)\", m: \"({value}) * 2\"}}\nlabels: {{m: m, g: count(gaps), s: count(marks), "
                ),
            ),
        ])
    };
    for guarded in [
        "mean(marks) if count(marks) > 0 else 0.00",
        "mean(marks) if 1 <= count(marks) else 0.00",
        "median(marks) if not blank(marks) else 0.00",
        "0.00 if count(marks) == 0 else mean(marks)",
        "first(marks) if any(marks, it > 2) else 0",
        "max(marks) if count(marks, it > 2) >= 2 else 0",
        "min(filter(marks, it > 2)) if any(marks, it > 2) else 0",
        "last(sort(marks)) if count(marks) != 0 else 0",
        "mean(map(marks, it * 2)) if count(marks) > 0 and count(pool) > 1 else 0.00",
        "max(pool, length(it.name)) if count(pool) > 0 else 0",
    ] {
        assert_eq!(twice(guarded), "", "{guarded}");
    }
    for open in [
        "mean(marks) if count(marks) >= 0 else 0.00",
        "mean(marks) if count(marks) < 3 else 0.00",
        "mean(marks) if count(gaps) > 0 else 0.00",
        "mean(marks) if count(marks) > 0 or count(gaps) > 0 else 0.00",
        "min(filter(marks, it > 3)) if any(marks, it > 2) else 0",
        "length(first(gaps)) if count(gaps) > 0 else 0",
    ] {
        assert!(twice(open).contains("可能为空，不能直接使用"), "{open}: {}", twice(open));
    }
    let told = twice("mean(marks) if count(gaps) > 0 else 0.00");
    assert!(
        told.contains("或给出默认值 (mean(marks) if count(gaps) > 0 else 0.00) or_else 0"),
        "{told}"
    );
}
