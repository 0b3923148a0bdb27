//! What goes wrong without a word when the case runs: timers without end, people whom nobody can be,
//! lists that are read before they are drawn, texts that are shown as they are written.

use crate::{changed, remarks};

/// A panel is drawn and votes; these stand in the draw, the panel's state and at the end.
fn jury(draw: &str, participants: &str, state: &str) -> String {
    let flow = format!(
        "\
workflow: jury
name: 评议
start: {{by: applicant, given: {{person: person, unit: unit}}, to: asking}}
participants:
  applicant: {{account: person.account}}
  reviewer: {{role: unit_reviewer, unit: unit.id}}
  panel: {{each: panel}}
{participants}facts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{panel: {{type: list of member}}, used: {{type: list of member}}}}
values: {{names: \"join(map(used, it.name), '、')\"}}
form: {{sections: {{note: {{name: 意见, fields: {{names: {{name: 名单, read_only: true}}}}}}}}}}
states:
  asking:
    name: 组建
    tasks: {{pick: {{name: 抽取, for: reviewer, actions: {{go: {{name: 抽, {draw}}}}}}}}}
  voting:
    name: 评议中
    choose: {{all: {{when: vote.closed, to: done}}}}
{state}    tasks: {{vote: {{name: 投票, for: panel, actions: {{yes: {{name: 同意}}}}}}}}
  done: {{name: 完成, end: true}}
"
    );
    remarks(&[("jury.yaml", &flow), ("leave.yaml", crate::LEAVE)])
}

const DRAW: &str = "draw: {into: panel, of: pool, count: 2}, ";

#[test]
fn a_list_that_is_read_before_it_is_drawn() {
    let told = jury(&format!("{DRAW}set: {{used: used + panel}}, to: voting"), "", "");
    assert!(
        told.contains("jury.yaml:15:122: 提醒: set 在 draw 之前做：这里读到的「panel」还没有抽，是空的（写到新状态的 enter 里 set，那时已经抽好）"),
        "{told}"
    );
    let entered = "    enter: {set: {used: used + panel}}\n";
    assert_eq!(jury(&format!("{DRAW}to: voting"), "", entered), "");
    // Whoever was drawn before is meant, where one draws again.
    let again =
        format!("{DRAW}set: {{used: used + panel}}, to: asking}}, on: {{name: 下一步, to: voting");
    let told = jury(&again, "", "");
    assert!(!told.contains("在 draw 之前"), "{told}");
}

#[test]
fn a_timer_that_comes_back_and_ends_where_it_ended() {
    let timer = |timer: &str| {
        changed(&[
            ("vars: {days: 0}", "vars: {days: 0, due: {type: date?}}"),
            ("set: {days: ask.days}", "set: {days: ask.days, due: today}"),
            ("  pending:\n", &format!("  pending:\n    timers: {{again: {{{timer}}}}}\n")),
        ])
    };
    let told = timer("at: due or_else today, over: {notify: {reviewer: asked}, to: pending}");
    assert!(
        told.contains("leave.yaml:12:14: 错误: 计时器「again」到期又回到「pending」，到期的时刻却没有变：立刻又到期，永远停不下来（在 over 里把 due 推后，如 set: {due: …}，或去别的状态）"),
        "{told}"
    );
    let from = timer("lasts: 3 days, from: due or_else today, over: {to: pending}");
    assert!(from.contains("永远停不下来"), "{from}");
    for right in [
        "at: due or_else today, over: {set: {due: \"add_days(today, 7)\"}, to: pending}",
        "at: due or_else today, over: {to: rejected}",
        "at: \"add_days(today, 3)\", over: {to: pending}",
        "lasts: 3 days, over: {to: pending}",
    ] {
        let told = timer(right);
        assert!(!told.contains("永远停不下来"), "{right}: {told}");
    }
}

#[test]
fn somebody_whom_only_he_himself_could_name() {
    let boss = |approve: &str, start: &str| {
        changed(&[
            ("vars: {days: 0}", "vars: {days: 0, boss: ''}"),
            ("set: {days: ask.days}", &format!("set: {{days: ask.days{start}}}")),
            ("  reviewer: {role: unit_reviewer, unit: unit.id}", "  reviewer: {account: boss}"),
            ("to: approved}", &format!("{approve}to: approved}}")),
        ])
    };
    let told = boss("set: {boss: actor.id}, ", "");
    assert!(
        told.contains("leave.yaml:7:3: 提醒: 「reviewer」由变量「boss」找到，而只有他自己的动作才设它：它一直是空的，没有人能办"),
        "{told}"
    );
    let told = boss("set: {boss: actor.id}, ", ", boss: person.account");
    assert!(!told.contains("没有人能办"), "{told}");
}

#[test]
fn whoever_did_what_only_he_can_do_is_left_out() {
    let second = "        actions:\n          pass: {name: 通过, to: approved}\n";
    let told = changed(&[
        (
            "  reviewer: {role: unit_reviewer, unit: unit.id}",
            "  reviewer: {account: person.account}\n  second: {account: person.account, except: [review.by]}",
        ),
        (
            "approve: {name: 同意, when: days > 0, to: approved}",
            "approve: {name: 同意, when: days > 0, to: later}",
        ),
        (
            "  approved: {end: true}",
            &format!(
                "  later:\n    name: 复核\n    status: pending\n    tasks:\n      check:\n        name: 复核\n        for: second\n{second}  approved: {{end: true}}"
            ),
        ),
    ]);
    assert!(
        told.contains("「second」正好排除了他自己（except: [review.by]）：没有人能办"),
        "{told}"
    );
}

#[test]
fn a_reminder_where_only_a_service_has_to_act() {
    let told = changed(&[
        ("  reviewer: {role: unit_reviewer, unit: unit.id}", "  reviewer: {service: registry}"),
        (
            "to: pending}",
            "call: {registry: {operation: enter, with: {name: person.name}}}, to: pending}",
        ),
        (
            "  pending:\n",
            "  pending:\n    timers: {late: {lasts: 5 days, remind: 2 days, over: {to: rejected}}}\n",
        ),
    ]);
    assert!(told.contains("计时器「late」的提醒没有人收：「pending」里没有人的任务"), "{told}");
}

#[test]
fn a_part_of_the_form_that_is_listed_and_is_none() {
    let open = |part: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                "vars: {days: 0, open: {type: list of text}}\nform: {sections: {trip: {name: 行程, fields: {to: {name: 去哪里}}}}}",
            ),
            ("set: {days: ask.days}", &format!("set: {{days: ask.days, open: \"['{part}']\"}}")),
            ("        for: reviewer\n", "        for: reviewer\n        edit: open\n"),
        ])
    };
    let told = open("tripp");
    assert!(told.contains("错误: 没有叫「tripp」的栏目（是不是「trip」）"), "{told}");
    let told = open("trip.too");
    assert!(told.contains("错误: 没有叫「too」的栏目或字段（是不是「to」）"), "{told}");
    assert_eq!(open("trip.to"), "");
    // Of several parts the wrong one is pointed at, whatever its name begins.
    let listed = |parts: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                "vars: {days: 0}\nform: {sections: {trip: {name: 行程, fields: {to: {name: 去哪里}}}}}",
            ),
            (
                "        for: reviewer\n",
                &format!("        for: reviewer\n        edit: \"{parts}\"\n"),
            ),
        ])
    };
    let told = listed("['trip', 'tri']");
    let column = "        edit: \"['trip', '".len() + 1;
    assert!(told.contains(&format!(":{column}: 错误: 表单没有「tri」这一部分")), "{told}");
}

#[test]
fn braces_in_a_name_are_shown_as_they_are() {
    let told = changed(&[("approve: {name: 同意,", "approve: {name: \"同意 {days} 天\",")]);
    assert!(told.contains("提醒: 这里的 name 里不算表达式：{…} 照原样显示"), "{told}");
    let told = changed(&[(
        "ask: {reason: {name: 理由,",
        "ask: {reason: {name: 理由, hint: \"{days} 天\",",
    )]);
    assert!(told.contains("提醒: 这里的 hint 里不算表达式"), "{told}");
    let told = changed(&[("approve: {name: 同意,", "approve: {name: 同意, hint: \"{days} 天\",")]);
    assert_eq!(told, "");
}

#[test]
fn a_task_that_never_opens_again_although_time_leads_on() {
    let flow = |void: &str| {
        let flow = format!(
            "\
workflow: parts
name: 收件
start: {{by: applicant, given: {{person: person, unit: unit}}, to: going}}
participants:
  applicant: {{account: person.account}}
  reviewer: {{role: unit_reviewer, unit: unit.id}}
states:
  going:
    name: 收件中
    timers: {{never: {{lasts: 30 days, over: {{to: lapsed}}}}}}
    tasks:
      send: {{name: 送, for: applicant, actions: {{send: {{name: 送出}}}}}}
      receive:
        name: 收
        for: reviewer
        when: send.action is not none
        actions:
          full: {{name: 收齐, to: done}}
          part: {{name: 还缺, void: [{void}]}}
  done: {{name: 收齐, end: true}}
  lapsed: {{name: 放弃, end: true}}
"
        );
        remarks(&[("parts.yaml", &flow), ("leave.yaml", crate::LEAVE)])
    };
    let told = flow("send");
    assert!(
        told.contains("「receive」还是答过的，不再打开，案停在「going」，只等计时器到期"),
        "{told}"
    );
    assert_eq!(flow("send, receive"), "");
}

#[test]
fn a_field_of_the_row_is_offered_before_that_of_the_task() {
    let told = |when: &str| {
        changed(&[
            ("vars:", "facts: {them: {host: members, with: {unit: unit.id}}}\nvars:"),
            ("{role: unit_reviewer, unit: unit.id}", "{each: them}"),
            ("when: days > 0", &format!("when: \"{when}\"")),
        ])
    };
    let of_row = told("count(them, account == 'x') > 0");
    assert!(of_row.contains("没有名为 account 的名字（是不是 it.account？）"), "{of_row}");
    let of_answers = told("count(review.answers, action == 'approve') > 0");
    assert!(of_answers.contains("没有名为 action 的名字（是不是 it.action？）"), "{of_answers}");
    let nameless = told("any(them, qq.account == 'x')");
    assert!(
        nameless.contains("列表里的一行写成 it，或先起名：any(qq in 清单, qq.字段 …)"),
        "{nameless}"
    );
}

#[test]
fn what_follows_from_a_slip_is_not_told_beside_it() {
    let none = changed(&[("vars: {days: 0}", "vars: {days: 0, day: none}")]);
    assert!(
        none.contains(
            "错误: 看不出变量「day」的类型（起初没有值就写 {type: 类型?}，如 {type: date?}）"
        ),
        "{none}"
    );
    let late =
        ("approved: {end: true}", "approved: {end: true}\n  late: {status: rejected, end: true}");
    let timer = |timer: &str| {
        changed(&[
            late,
            (
                "  pending:\n",
                &format!("  pending:\n    timers: {{w: {{lasts: 3 days, {timer}}}}}\n"),
            ),
        ])
    };
    let swapped = timer("remind: {asked: 1 days}, over: {to: late}");
    assert_eq!(
        swapped,
        "leave.yaml:12:42: 错误: 写反了：「asked」是信件，「1 days」是提前多久（写成 1 days: asked）"
    );
    let misplaced = timer("to: late");
    assert!(!misplaced.contains("什么也不发生"), "{misplaced}");
    let braces = changed(&[
        ("vars:", "values: {fee: days * 2}\nvars:"),
        ("approve: {name: 同意,", "approve: {name: 同意, hint: {fee},"),
    ]);
    assert_eq!(braces.lines().count(), 1, "{braces}");
}
