//! Answers that are computed for each of many cases, and answers that are kept from somebody.

use super::{LEAVE, changed, remarks};

/// The flow with an action for many, of which the tests change one thing.
fn many(from: &str, to: &str) -> String {
    let ask = "ask: {room: {name: 地点}, at: {name: 时间, type: moment, required: true}}";
    let batch = "batch: {ask: {first: {name: 第一位, type: moment, required: true}, each: {name: 分钟, type: integer, required: true}}, each: {at: \"add_minutes(ask.first, ask.each * place)\"}}";
    let whole = format!("approve: {{name: 同意, {ask}, {batch}, ");
    assert!(whole.contains(from), "the action has no {from:?}");
    let text = LEAVE.replace("approve: {name: 同意, ", &whole.replacen(from, to, 1));
    remarks(&[("leave.yaml", &text)])
}

#[test]
fn answers_for_many_are_computed_from_answers_alone() {
    assert_eq!(many("", ""), "");
    insta::assert_snapshot!(many("* place", "* days"), @"leave.yaml:17:227: 错误: 这里不能用「days」：只由回答算出（只用 ask 里的回答；each 里还可以用 place）");
    insta::assert_snapshot!(many("add_minutes(ask.first,", "add_minutes(now,"), @"leave.yaml:17:227: 错误: 这里不能用现在的时间：add_minutes(now, ask.each * place)（只用 ask 里的回答，去掉 today、now）");
    insta::assert_snapshot!(many("each: {at: \"add_minutes(ask.first, ask.each * place)\"}", "each: {att: ask.first}"), @"leave.yaml:17:223: 错误: 没有叫「att」的问的内容（是不是「at」）");
    insta::assert_snapshot!(many("each: {at: \"add_minutes(ask.first, ask.each * place)\"}", "each: {at: ask.each}"), @"leave.yaml:17:227: 错误: 这里需要可空的时刻，ask.each 是整数");
    insta::assert_snapshot!(many("batch: {ask: {first", "batch: {ask: {room: {name: 地点}, first"), @"leave.yaml:17:116: 错误: 动作已经问了「room」（换一个名称，或删去这里的）");
}

#[test]
fn what_is_asked_for_many_and_not_used_is_told() {
    insta::assert_snapshot!(many("ask.each * place", "place"), @"leave.yaml:17:166: 提醒: 成批办理时问了「each」，each 里没有用到它（在 each 里用它，或删去它）");
}

#[test]
fn an_answer_is_kept_from_participants_by_what_was_answered() {
    let kept = |to: &str| {
        changed(&[(
            "required: true}}, to: rejected",
            &format!("required: true, untold_to: {to}}}}}, to: rejected"),
        )])
    };
    assert_eq!(kept("[applicant]"), "");
    assert_eq!(kept("{to: [applicant], when: \"ask.reason == '无'\"}"), "");
    insta::assert_snapshot!(kept("[aplicant]"), @"leave.yaml:18:84: 错误: 没有叫「aplicant」的参与者（是不是「applicant」）");
    insta::assert_snapshot!(kept("{to: [applicant], when: days > 3}"), @"leave.yaml:18:107: 错误: 这里不能用「days」：只由回答算出（只用 ask 里的回答；each 里还可以用 place）");
    insta::assert_snapshot!(kept("{when: \"ask.reason == '无'\"}"), @"leave.yaml:18:83: 错误: untold_to（leave.states.pending.tasks.review.actions.reject.ask.reason.untold_to）缺少「to」（加上 to: 不告诉哪些参与者）");
    let letter =
        "required: true, untold_to: [applicant]}}, notify: {applicant: asked}, to: rejected";
    let text = LEAVE.replace("required: true}}, to: rejected", letter);
    let told = remarks(&[
        ("leave.yaml", &text),
        ("letters/asked.txt", "主题：有一项申请\n\n理由：{{ asked.reason }}\n"),
    ]);
    insta::assert_snapshot!(told, @"letters/asked.txt:3:7: 提醒: 流程 leave 把信件「asked」发给「applicant」，信里写了「理由」，而它不告诉他（从信里去掉它，或另写一封信）");
    let form = "form: {sections: {basic: {name: 基本, fields: {note: {name: 说明, untold_to: [applicant]}}}}}\nstates:";
    insta::assert_snapshot!(changed(&[("states:", form)]), @"leave.yaml:10:63: 错误: untold_to 只用在动作问的（ask）里（栏目用 visible_to 写谁看得见）");
}

#[test]
fn a_letter_that_tells_by_a_variable_what_is_kept_from_whom_it_is_for() {
    let letter = ("letters/why.txt", "主题：结果\n\n{{ why }}\n");
    let with = |set: &str, approve: &str, enter: &str| {
        let text = crate::LEAVE
            .replace("vars: {days: 0}", "vars: {days: 0, why: ''}")
            .replace(
                "required: true}}, to: rejected",
                &format!("required: true, untold_to: [applicant]}}}}, {set}to: rejected"),
            )
            .replace(
                "when: days > 0, to: approved",
                &format!("when: days > 0, {approve}to: approved"),
            )
            .replace(
                "  rejected: {end",
                &format!("  rejected: {{enter: {{{enter}notify: {{applicant: why}}}}, end"),
            );
        crate::remarks(&[("leave.yaml", &text), letter])
    };
    let kept = "set: {why: ask.reason}, ";
    let told = with(kept, "", "");
    insta::assert_snapshot!(told, @"letters/why.txt:3:4: 提醒: 流程 leave 把信件「why」发给「applicant」，信里写了 why（来自 ask.reason），而「理由」不告诉他（从信里去掉它，或另写一封信）");
    let also = with(kept, "set: {why: \"'同意'\"}, ", "");
    assert!(also.contains("信里写了 why（来自 ask.reason）"), "on this way it is: {also}");
    assert_eq!(with(kept, "", "set: {why: \"'不同意'\"}, "), "", "it is set anew before");
    let counted = with("set: {why: \"'长' if length(ask.reason) > 9 else '短'\"}, ", "", "");
    assert_eq!(counted, "", "it is only asked about");
}
