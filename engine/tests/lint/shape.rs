//! Unknown keys, wrong shapes, missing keys, keys that exclude each other.

use crate::{changed, remarks};

#[test]
fn an_unknown_key_is_told_with_the_nearest_one() {
    insta::assert_snapshot!(changed(&[("labels:", "lables:"), ("for: reviewer", "for: reviewer\n        optionl: true")]), @"
    leave.yaml:9:1: 错误: 流程（leave）没有「lables」这个键（是不是「labels」）
    leave.yaml:16:9: 错误: 任务（leave.states.pending.tasks.review）没有「optionl」这个键（是不是「optional」）
    ");
}

#[test]
fn another_word_for_yes_is_one_fault() {
    insta::assert_snapshot!(changed(&[("end: true", "end: yes")]), @"leave.yaml:19:19: 错误: leave.states.approved.end 应当是 true 或 false，这里是「yes」（是不是「true」）");
}

#[test]
fn a_wrong_shape_is_told_with_what_is_expected() {
    insta::assert_snapshot!(changed(&[
        ("vars: {days: 0}", "vars: {days: 0}\nshows: days\nholds: [1]"),
        ("name: 审核", "name: [审核]\n        repeat: \"true\""),
        ("when: days > 0", "when: [days, 0], tone: god, at_most: two"),
    ]), @r#"
    leave.yaml:9:8: 错误: leave.shows 应当是列表，每项是一个名称，这里是「days」（写成 [days]）
    leave.yaml:10:8: 错误: leave.holds 应当是一组「名称: 内容」，内容是一组键值（占用），这里是列表
    leave.yaml:16:15: 错误: leave.states.pending.tasks.review.name 应当是一段文字，这里是列表
    leave.yaml:17:17: 错误: leave.states.pending.tasks.review.repeat 应当是 true 或 false，这里是「true」（去掉引号）
    leave.yaml:20:37: 错误: leave.states.pending.tasks.review.actions.approve.when 应当是一个表达式，这里是列表（加引号，写成 "['days', '0']"）
    leave.yaml:20:54: 错误: leave.states.pending.tasks.review.actions.approve.tone 应当是 plain、good、going、warn、bad 之一，这里是「god」（是不是「good」）
    leave.yaml:20:68: 错误: leave.states.pending.tasks.review.actions.approve.at_most 应当是一个不小于 1 的整数，这里是「two」
    "#);
}

#[test]
fn missing_keys_are_told_with_what_they_are_for() {
    insta::assert_snapshot!(remarks(&[("x.yaml", "workflow: x\nstates: {pending: {tasks: {review: {name: 审核}}}}\n")]), @"
    x.yaml:1:1: 错误: 流程（x）缺少「start」（加上 start: 怎样开始）
    x.yaml:2:36: 错误: 任务（x.states.pending.tasks.review）缺少「actions」（加上 actions: 可以做什么）
    x.yaml:2:36: 错误: 任务（x.states.pending.tasks.review）缺少「for」（加上 for: 参与者）
    ");
}

#[test]
fn keys_that_exclude_each_other_are_told() {
    insta::assert_snapshot!(changed(&[
        ("{account: person.account}", "{account: person.account, role: unit_reviewer}"),
        ("when: days > 0, to: approved", "to: approved, choose: {otherwise: {to: approved}}"),
    ]), @"
    leave.yaml:6:40: 错误: 参与者（leave.participants.applicant）不能同时写「account」和「role」（只留一个；继承来的用 account: null 或 role: null 去掉）
    leave.yaml:17:45: 错误: 动作（leave.states.pending.tasks.review.actions.approve）不能同时写「to」和「choose」（只留一个；继承来的用 to: null 或 choose: null 去掉）
    ");
}

#[test]
fn names_keep_to_their_form() {
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0, Note-1: 1}")]), @"
    leave.yaml:8:17: 错误: 名称「Note-1」不合写法（名称用小写字母开头，只含小写字母、数字和 _）
    leave.yaml:8:17: 提醒: 变量「Note-1」没有用到（删去它，或检查用它的地方是否写错）
    ");
}

#[test]
fn many_faults_of_one_file_are_told_together() {
    insta::assert_snapshot!(changed(&[
        ("statuses: leave_status", "statuses: leave_state"),
        ("to: pending}", "to: pendng}"),
        ("role: unit_reviewer", "role: unit_revewer"),
        ("person: person.id", "person: person.idd"),
        ("for: reviewer", "for: nobody"),
        ("days > 0", "dais > 0"),
        ("required: true}}, to: rejected", "requird: true}}, to: rejected"),
    ]), @"
    leave.yaml:3:11: 错误: 没有叫「leave_state」的状态名称（catalog/codes.yaml）（是不是「leave_status」）
    leave.yaml:4:144: 错误: 没有叫「pendng」的状态（是不是「pending」）
    leave.yaml:7:3: 提醒: 参与者「reviewer」没有用到（删去它，或检查任务的 for）
    leave.yaml:7:20: 错误: 没有叫「unit_revewer」的角色（host.yaml 的 roles）（是不是「unit_reviewer」）
    leave.yaml:9:18: 错误: person 没有字段 idd（是不是 person.id？）
    leave.yaml:15:14: 错误: 没有叫「nobody」的参与者（可以写：applicant、reviewer）
    leave.yaml:17:37: 错误: 没有名为 dais 的名字（是不是 days？）
    leave.yaml:18:56: 错误: 字段（leave.states.pending.tasks.review.actions.reject.ask.reason）没有「requird」这个键（是不是「required」）
    ");
}

#[test]
fn a_workflow_needs_its_key() {
    insta::assert_snapshot!(remarks(&[("x.yaml", "name: x\nstates: {}\n"), ("y.yaml", "workflow: Y_y\n")]), @"
    x.yaml:1:1: 错误: 流程缺少「workflow」（加上 workflow: 键）
    y.yaml:1:1: 错误: 流程（Y_y）缺少「start」（加上 start: 怎样开始）
    y.yaml:1:1: 错误: 流程（Y_y）缺少「states」（加上 states: 状态）
    y.yaml:1:11: 错误: 流程的键「Y_y」不合写法（用小写字母开头，只含小写字母、数字和 -）
    ");
}

#[test]
fn what_is_no_map_is_not_told_as_empty_too() {
    let over = changed(&[(
        "    tasks:\n",
        "    timers: {late: {lasts: 2 days, over: rejected}}\n    tasks:\n",
    )]);
    insta::assert_snapshot!(over, @"leave.yaml:12:42: 错误: leave.states.pending.timers.late.over 应当是一组键值（over），这里是一段文字");
}
