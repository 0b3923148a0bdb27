//! Faults of the YAML itself.

use crate::{LEAVE, changed, compiled, remarks};

#[test]
fn syntax_errors_are_told_with_their_place_and_other_files_are_still_examined() {
    insta::assert_snapshot!(remarks(&[
        ("a.yaml", "workflow: a\nstates: {pending: [1\n"),
        ("b.yaml", "workflow: b\nname: x: y\n"),
        ("c.yaml", "workflow: c\nname: 'x\n"),
        ("leave.yaml", &LEAVE.replace("for: reviewer", "for: reviwer")),
    ]), @"
    a.yaml:2:19: 错误: 括号没有配对（补上结尾的括号）
    b.yaml:2:8: 错误: 这里不能再写「键: 值」（值里有「: 」要加引号；或检查缩进）
    c.yaml:2:7: 错误: 引号没有配对（补上结尾的引号）
    leave.yaml:15:14: 错误: 没有叫「reviwer」的参与者（是不是「reviewer」）
    ");
}

#[test]
fn a_slip_of_the_keyboard_is_told_where_it_is() {
    let slip = |from: &str, to: &str| {
        assert!(LEAVE.contains(from), "{from}");
        let text = LEAVE.replacen(from, to, 1);
        let line = text.lines().position(|line| line.contains(to.trim())).map_or(0, |at| at + 1);
        let told = remarks(&[("leave.yaml", &text)]);
        assert!(told.starts_with(&format!("leave.yaml:{line}:")), "line {line}: {told}");
        told.split_once("错误: ").map(|(_, said)| said.to_owned()).unwrap_or_default()
    };
    assert!(slip("start:", "start：").starts_with("键后面的「：」是全角的"));
    assert!(slip("states:", "states：").starts_with("键后面的「：」是全角的"));
    assert!(slip("for: reviewer", "for:reviewer").starts_with("键的「:」后面没有空格"));
    assert!(slip("vars: {days: 0}", "vars: {days: 0，more: 1}").starts_with("「，」是全角的"));
}

#[test]
fn a_broken_file_does_not_keep_the_others_from_compiling() {
    let both = compiled(&[("a.yaml", "workflow: [\n"), ("leave.yaml", LEAVE)]);
    assert_eq!(both.definitions.len(), 1);
}

#[test]
fn doubled_keys_are_told_with_both_places() {
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0}\nvars: {days: 1}")]), @"leave.yaml:9:1: 错误: 键「vars」写了两次（第一次在第 8 行，删去其中一个）");
}

#[test]
fn an_alias_without_an_anchor_is_told_with_the_nearest_one() {
    let text =
        "workflow: x\nname: &title 请假\nstart: {to: a}\nstates:\n  a: {name: *titel, end: true}\n";
    let told = remarks(&[("x.yaml", text)]);
    insta::assert_snapshot!(told, @"x.yaml:5:13: 错误: 别名（*）引用的锚点（&）没有定义（是不是「*title」）");
}

#[test]
fn bombs_are_refused() {
    let bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    let deep = format!("a: {}1{}\n", "[".repeat(40), "]".repeat(40));
    insta::assert_snapshot!(remarks(&[("bomb.yaml", bomb), ("deep.yaml", &deep)]), @"
    bomb.yaml:5:29: 错误: 别名（*）展开后内容过多，不予读取（不要让别名层层引用）
    deep.yaml:1:36: 错误: 嵌套超过 32 层，不予读取（减少嵌套）
    ");
}

#[test]
fn several_definitions_may_stand_in_one_file() {
    let two = format!("{LEAVE}---\n{}", LEAVE.replace("workflow: leave", "workflow: travel"));
    assert_eq!(compiled(&[("leave.yaml", &two)]).definitions.len(), 2);
}

#[test]
fn two_definitions_need_two_keys() {
    insta::assert_snapshot!(remarks(&[("a.yaml", LEAVE), ("b.yaml", LEAVE)]), @"b.yaml:1:11: 错误: 流程「leave」写了两次（另一个在 a.yaml:1:1）");
}

#[test]
fn a_calendar_that_would_not_be_read_as_it_is_meant_is_told_entry_by_entry() {
    let calendar = "\
years:
  2026:
    offdays: [2026-10-01, 2026-02-30, 2027-01-01, 2026-10-01]
    workday: [2026-10-10]
  2027: null
  2028: [2028-01-01]
  next: {}
year: {}
";
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("catalog/calendar.yaml", calendar)]), @"
    catalog/calendar.yaml:3:27: 错误: 工作日历 2026 年中的“2026-02-30”不是日期，应写成 2026-10-01
    catalog/calendar.yaml:3:39: 错误: 工作日历 2026 年中的 2027-01-01 不在这一年
    catalog/calendar.yaml:3:51: 错误: 2026-10-01 写了两次（只留一个：休息还是上班）
    catalog/calendar.yaml:4:5: 错误: 没有叫「workday」的键（是不是「workdays」）
    catalog/calendar.yaml:6:9: 错误: 2028 年应当分 offdays 和 workdays 写（写成 2028: {offdays: [2028-10-01], workdays: []}，还没有公布写 null）
    catalog/calendar.yaml:7:3: 错误: 工作日历里的「next」不是年份（写四位的年份，如 2026）
    catalog/calendar.yaml:8:1: 错误: 没有叫「year」的键（是不是「years」）
    ");
    let fine = "timezone: Asia/Shanghai\nyears: {2026: {offdays: [2026-10-01], workdays: [2026-10-10]}, 2027: null}\n";
    assert_eq!(remarks(&[("leave.yaml", LEAVE), ("catalog/calendar.yaml", fine)]), "");
}
