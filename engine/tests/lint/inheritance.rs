//! `extends`: the merged definition is examined, and faults are told in the file that has them.

use crate::{LEAVE, compiled, remarks};

#[test]
fn a_child_changes_what_it_names() {
    let child = "workflow: sick-leave\nextends: leave\nname: 病假\nstates: {pending: {tasks: {review: {actions: {approve: {when: null, name: 准假}, ask_more: {after: approve, name: 要证明, to: pending}}}}}}\n";
    let compiled = compiled(&[("leave.yaml", LEAVE), ("sick.yaml", child)]);
    assert_eq!(compiled.diagnostics, []);
    let sick = compiled.definition("sick-leave").unwrap();
    let review = &sick.tasks["review"];
    let actions: Vec<_> =
        review.actions.iter().map(|(name, it)| format!("{name} {}", it.name)).collect();
    assert_eq!(actions, ["approve 准假", "ask_more 要证明", "reject 不同意"]);
    assert!(review.actions["approve"].when.is_none());
    assert!(sick.covers(&"leave".into()));
    assert_eq!(
        sick.sources.keys().map(String::as_str).collect::<Vec<_>>(),
        ["catalog/codes.yaml", "host.yaml", "leave.yaml", "sick.yaml"]
    );
}

#[test]
fn faults_are_told_where_they_were_written() {
    let child = "workflow: sick-leave\nextends: leave\nvars: {days: text}\nstates: {pending: {tasks: {review: {actions: {approve: {choose: {otherwise: {to: rejectd}}}, none: null}}}}}\n";
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("sick.yaml", child)]), @"
    leave.yaml:4:129: 错误: 在流程 sick-leave 里：这里需要文本，ask.days 是整数（写成 text(ask.days)）
    leave.yaml:17:37: 错误: 在流程 sick-leave 里：文本与整数之间不能用 > 比较（写成 number(days) or_else 0）
    sick.yaml:4:57: 错误: 动作（sick-leave.states.pending.tasks.review.actions.approve）不能同时写「to」和「choose」（「to」在 leave.yaml:17:47，「choose」在 sick.yaml:4:57）（只留一个；继承来的用 to: null 或 choose: null 去掉）
    sick.yaml:4:82: 错误: 没有叫「rejectd」的状态（是不是「rejected」）
    sick.yaml:4:94: 错误: 基础流程里没有「none」，不能用 null 去掉（可以写：approve、reject）
    ");
}

#[test]
fn a_base_that_is_misspelt_is_one_fault() {
    let child = "workflow: sick-leave\nextends: laeve\nname: 病假\nstates: {pending: {tasks: {review: {actions: {approve: {when: days > 1}, reject: null}}}}}\n";
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("sick.yaml", child)]), @"sick.yaml:2:10: 错误: 没有叫「laeve」的流程（是不是「leave」）");
}

#[test]
fn bases_exist_and_do_not_go_in_a_circle() {
    let flow = |key: &str, base: &str| {
        LEAVE.replace("workflow: leave", &format!("workflow: {key}\nextends: {base}"))
    };
    insta::assert_snapshot!(remarks(&[("a.yaml", &flow("a", "b")), ("b.yaml", &flow("b", "a")), ("c.yaml", &flow("c", "leve")), ("leave.yaml", LEAVE)]), @"
    a.yaml:2:10: 错误: 在流程 b 里：extends 成了一圈：b → a → b（断开其中一处）
    b.yaml:2:10: 错误: 在流程 a 里：extends 成了一圈：a → b → a（断开其中一处）
    c.yaml:2:10: 错误: 没有叫「leve」的流程（是不是「leave」）
    ");
}

#[test]
fn what_only_the_child_makes_wrong_in_the_base_names_the_child() {
    let child = "workflow: sick-leave\nextends: leave\nname: 病假\nstates: {pending: {tasks: {review: {actions: {reject: null}}}}}\n";
    insta::assert_snapshot!(remarks(&[("leave.yaml", LEAVE), ("sick.yaml", child)]), @"leave.yaml:20:3: 错误: 在流程 sick-leave 里：状态「rejected」永远到不了（加上去它的动作或规则，或删去它）");
}

#[test]
fn what_is_misspelt_of_the_base_is_told_by_what_it_says() {
    let child = |states: &str| {
        let child = format!("workflow: sick-leave\nextends: leave\nname: 病假\nstates: {states}\n");
        remarks(&[("leave.yaml", LEAVE), ("sick.yaml", &child)])
    };
    insta::assert_snapshot!(child("{pendnig: {status: pending, tasks: {look: {name: 看, for: reviewer, actions: {go: {name: 过, to: seen}}}}}, seen: {status: approved, end: true}}"), @"sick.yaml:4:10: 错误: 状态「pendnig」永远到不了（是不是「pending」；是另一个状态就加上去它的动作或规则）");
    insta::assert_snapshot!(child("{seen: {atfer: pending, status: approved, end: true}, pending: {tasks: {review: {actions: {look: {name: 看过, to: seen}}}}}}"), @"sick.yaml:4:17: 错误: 状态（sick-leave.states.seen）没有「atfer」这个键（是不是「after」）");
}

#[test]
fn what_is_wrong_in_the_base_is_told_once_although_it_names_the_flow() {
    let child = "workflow: sick-leave\nextends: leave\nname: 病假\n";
    let letter = ("letters/due.txt", "主题：到期\n\n{{ form.x }}\n");
    let base =
        LEAVE.replace("to: approved}", "at_most: 0, notify: {applicant: due}, to: approved}");
    insta::assert_snapshot!(remarks(&[("leave.yaml", &base), ("sick.yaml", child), letter]), @"
    leave.yaml:17:56: 错误: leave.states.pending.tasks.review.actions.approve.at_most 应当是一个不小于 1 的整数，这里是「0」
    letters/due.txt:3:9: 错误: 流程 leave 发的信件「due」里的 form 没有「x」
    ");
}

#[test]
fn what_only_the_base_uses_is_told_where_it_can_be_left_out() {
    let child = |vars: &str| {
        let child = format!(
            "workflow: sick-leave\nextends: leave\nname: 病假\n{vars}labels: {{days: null}}\nstart: {{set: null}}\nstates: {{pending: {{tasks: {{review: {{actions: {{approve: {{when: null}}}}}}}}}}}}\n"
        );
        remarks(&[("leave.yaml", LEAVE), ("sick.yaml", &child)])
    };
    insta::assert_snapshot!(child(""), @"sick.yaml:1:1: 提醒: 从原流程来的变量「days」在这个流程里没有用到（在这里写 vars: {days: null} 去掉它）");
    assert_eq!(child("vars: {days: null}\n"), "");
    let unused = LEAVE.replace("vars: {days: 0}", "vars: {days: 0, more: 0}");
    let child = "workflow: sick-leave\nextends: leave\nname: 病假\n";
    let told = remarks(&[("leave.yaml", &unused), ("sick.yaml", child)]);
    assert!(told.contains("变量「more」没有用到") && !told.contains("从原流程来的"), "{told}");
}

#[test]
fn what_only_changes_a_part_of_the_base_names_one_that_it_has() {
    let base = LEAVE.replace(
        "  pending:\n",
        "  pending:\n    timers: {waiting: {lasts: 3 days, remind: 1 days, over: {to: rejected}}}\n",
    );
    let child = |states: &str| {
        let child = format!("workflow: sick-leave\nextends: leave\nname: 病假\nstates: {states}\n");
        remarks(&[("leave.yaml", &base), ("sick.yaml", &child)])
    };
    insta::assert_snapshot!(child("{pendnig: {timers: {waiting: {remind: 2 days}}}}"), @"sick.yaml:4:10: 错误: 没有叫「pendnig」的状态（是不是「pending」）");
    insta::assert_snapshot!(child("{pending: {timers: {wating: {remind: 2 days}}}}"), @"sick.yaml:4:29: 错误: 没有叫「wating」的计时器（是不是「waiting」）");
    insta::assert_snapshot!(child("{pending: {tasks: {reviw: {name: 初审}}}}"), @"sick.yaml:4:28: 错误: 没有叫「reviw」的任务（是不是「review」）");
    assert_eq!(child("{pending: {timers: {waiting: {remind: 2 days}}}}"), "");
    let second = "{pending2: {status: pending, after: pending, timers: {waiting2: {lasts: 1 days, over: {to: rejected}}}}, pending: {tasks: {review: {actions: {approve: {to: pending2}, ok: {name: 好, to: approved}}}}}}";
    assert_eq!(child(second), "", "it stands by itself");
}
