//! Cases that would stand still, tables of words, and letters that cannot be written.

use crate::{changed, remarks};

/// A flow of two tasks that only rules lead on from; the tests change one thing of it.
const BOTH: &str = "\
workflow: both
name: 会签
start: {by: office, given: {unit: unit, person: person}, ask: {amount: {name: 数, type: integer, required: true}}, set: {amount: ask.amount}, to: asking}
participants:
  office: {role: unit_reviewer, unit: unit.id}
  chief: {role: title_reviewer, unit: unit.id}
vars: {amount: 0}
states:
  asking:
    name: 会签
    enter: {set: {amount: amount + 1}}
    tasks:
      first: {name: 初审, for: office, actions: {agree: {name: 同意}, refuse: {name: 不同意}}}
      second: {name: 复审, for: chief, actions: {agree: {name: 同意}, refuse: {name: 不同意}}}
    choose:
      passed: {when: \"first.action == 'agree' and second.action == 'agree' and amount < 3\", to: over}
      larger: {when: \"first.action == 'agree' and second.action == 'agree' and amount >= 3\", to: over}
      failed: {when: \"first.action == 'refuse' or second.action == 'refuse'\", to: over}
  over: {name: 结束, end: true}
";

fn both(changes: &[(&str, &str)]) -> String {
    let mut text = BOTH.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("both.yaml", &text)])
}

#[test]
fn answers_for_which_no_rule_acts_whatever_else_is() {
    assert_eq!(both(&[]), "");
    insta::assert_snapshot!(both(&[("'refuse' or second", "'refuse' and second")]), @"both.yaml:13:7: 提醒: 「first」「second」都答了而没有一条规则成立时，案停在「asking」（如 first refuse；second agree）（在 choose 最后加一条规则，如 rest: {when: \"first.action is not none and second.action is not none\", to: 状态}）");
    assert_eq!(both(&[("amount >= 3", "amount > 3")]), "", "it may never be 3");
    assert_eq!(
        both(&[("'refuse' or second", "'refuse' and amount > 2 or second")]),
        "",
        "it may be larger"
    );
    let late = "timers: {late: {lasts: 3 days, over: {to: over}}}\n    tasks:";
    assert_eq!(
        both(&[("'refuse' or second", "'refuse' and second"), ("tasks:", late)]),
        "",
        "time leads on"
    );
}

#[test]
fn one_answer_for_which_no_rule_acts() {
    let one = "tasks: {first: {name: 初审, for: office, actions: {agree: {name: 同意}, refuse: {name: 不同意}}}}\n    choose: {passed: {when: \"first.action == 'agree'\", to: over}}";
    let start = BOTH.find("    tasks:").unwrap();
    let end = BOTH.find("  over:").unwrap();
    let text = format!("{}    {one}\n{}", &BOTH[..start], &BOTH[end..]);
    let text = text.replace("  chief: {role: title_reviewer, unit: unit.id}\n", "");
    insta::assert_snapshot!(remarks(&[("both.yaml", &text)]), @"both.yaml:11:13: 提醒: 「first」都答了而没有一条规则成立时，案停在「asking」（如 refuse）（在 choose 最后加一条规则，如 rest: {when: \"first.action is not none\", to: 状态}）");
}

#[test]
fn a_word_in_a_table_that_is_meant_as_text() {
    let table = |is: &str| {
        let rows = format!(
            "values: {{size: [{{when: days < 3, is: {is}}}, {{is: \"'large'\"}}]}}\nlabels: {{size: size, "
        );
        changed(&[("labels: {", &rows)])
    };
    insta::assert_snapshot!(table("small"), @"leave.yaml:9:38: 错误: 没有名为 small 的名字（是文本就加引号，写成 \"'small'\"）");
    insta::assert_snapshot!(table("dayss"), @"leave.yaml:9:38: 错误: 没有名为 dayss 的名字（是文本就加引号，写成 \"'dayss'\"；是名称：是不是 days？）");
    insta::assert_snapshot!(table("很小"), @"leave.yaml:9:38: 错误: 没有名为 很小 的名字（是文本就加引号，写成 \"'很小'\"）");
    insta::assert_snapshot!(table("very-small"), @"leave.yaml:9:38: 错误: 没有名为 very-small 的名字（是文本就加引号，写成 \"'very-small'\"）");
    insta::assert_snapshot!(changed(&[("vars: {days: 0}", "vars: {days: 0, note: ''}"), ("when: days > 0, to: approved", "when: days > 0, set: {note: urgent}, to: approved")]), @"leave.yaml:17:59: 错误: 没有名为 urgent 的名字（是文本就加引号，写成 \"'urgent'\"）");
}

#[test]
fn a_letter_on_the_way_that_says_what_nobody_was_asked() {
    let letter = ("letters/asked.txt", "主题：没有通过\n\n理由：{{ asked.reason }}\n");
    let with = |changes: &[(&str, &str)]| {
        let mut text = crate::LEAVE.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "the flow has no {from:?}");
            text = text.replacen(from, to, 1);
        }
        remarks(&[("leave.yaml", &text), letter])
    };
    let rejected = "  rejected: {enter: {notify: {applicant: asked}}, end: true}";
    assert_eq!(with(&[("  rejected: {end: true}", rejected)]), "");
    insta::assert_snapshot!(with(&[("  rejected: {end: true}", rejected), ("when: days > 0, to: approved", "when: days > 0, to: rejected"), ("  approved: {end: true}\n", "")]), @"leave.yaml:19:42: 提醒: 信件「asked」写了 asked.reason，从「review.approve」进入「rejected」时没有问它：发不出去（把 notify 写到问了 reason 的动作里，或先用 set 放进变量，信里写变量）");
    // A rule of the state itself may act when nobody is asked anything.
    let filed = "  approved: {status: approved, tasks: {file: {name: 归档, for: applicant, actions: {file: {name: 归档}}}}, choose: {done: {when: file.action is not none, notify: {applicant: asked}, to: closed}}}\n  closed: {status: approved, end: true}";
    insta::assert_snapshot!(with(&[("  approved: {end: true}", filed)]), @"leave.yaml:19:171: 提醒: 信件「asked」写了 asked.reason，规则「done」成立的时候没有动作问它：发不出去（把 notify 写到问了 reason 的动作里，或先用 set 放进变量，信里写变量）");
}

#[test]
fn a_value_that_yaml_cuts_at_a_comma_is_told_once() {
    let cut = changed(&[(
        "when: days > 0, to: approved",
        "when: days > 0, set: {days: max(days, 3)}, to: approved",
    )]);
    insta::assert_snapshot!(cut, @"leave.yaml:17:67: 错误: 这里应是“,”或“)”，却是表达式的结尾（里面有逗号的表达式要整个加引号，写成 \"max(days, 3)\"）");
}

#[test]
fn a_field_without_its_row_is_told_whole() {
    insta::assert_snapshot!(changed(&[("days: days}", "days: days, born: birth_date}")]), @"leave.yaml:9:47: 错误: 没有名为 birth_date 的名字（是文本就加引号，写成 \"'birth_date'\"；是名称：是不是 person.birth_date？）");
}

/// Everything there is to say about the flow of two tasks with its second task and rules changed.
fn chained(second: &str, choose: &str) -> String {
    let start = BOTH.find("      second:").expect("it is there");
    let end = BOTH.find("  over:").expect("it is there");
    remarks(&[("both.yaml", &format!("{}{second}{choose}{}", &BOTH[..start], &BOTH[end..]))])
}

#[test]
fn a_timer_that_leads_nowhere_hides_no_standstill() {
    let gap = ("'refuse' or second", "'refuse' and second");
    let with = |timers: &str| both(&[gap, ("tasks:", &format!("{timers}\n    tasks:"))]);
    for timers in [
        "timers: {late: {lasts: 3 days, over: {notify: {office: asked}}}}",
        "timers: {late: {lasts: 3 days, every: true, over: {notify: {office: asked}}}}",
        "timers: {late: {lasts: 3 days, over: {set: {amount: amount + 1}}}}",
    ] {
        assert!(with(timers).contains("案停在「asking」（如 first"), "{timers}: {}", with(timers));
    }
    let reopens = "timers: {late: {lasts: 3 days, over: {void: [first]}}}";
    assert_eq!(with(reopens), "", "a task opens again");
    let read = "timers: {late: {lasts: 3 days, over: {notify: {office: asked}}}}";
    let waits = both(&[
        gap,
        ("tasks:", &format!("{read}\n    tasks:")),
        ("  over:", "      rest: {when: late.over, to: over}\n  over:"),
    ]);
    assert_eq!(waits, "", "a rule waits for its end");
    let of_task = "office, timers: {late: {lasts: 3 days, over: {to: over}}}, actions";
    let told = both(&[gap, ("office, actions", of_task)]);
    assert!(told.contains("案停在「asking」"), "it ends with the task: {told}");
}

#[test]
fn a_task_whose_answer_is_void_while_the_other_stays_answered() {
    let second = |void: &str| {
        format!(
            "      second: {{name: 回执, for: chief, when: first.action is not none, actions: {{paid: {{name: 已付, to: over}}, back: {{name: 退汇, void: [{void}]}}}}}}\n"
        )
    };
    let told = chained(&second("first"), "");
    assert!(
        told.contains(
            "both.yaml:13:7: 提醒: 「second」把「first」作废，「first」再答以后「second」还是答过的"
        ),
        "{told}"
    );
    assert!(told.contains("void: [first, second]"), "{told}");
    assert_eq!(chained(&second("first, second"), ""), "");
}

#[test]
fn a_task_whose_turn_comes_again_while_it_stays_answered() {
    let paid = |void: &str, more: &str| {
        remarks(&[("pay.yaml", &format!("workflow: pay
name: 付款
start: {{by: office, given: {{unit: unit}}, to: paying}}
participants: {{office: {{role: unit_reviewer, unit: unit.id}}, bank: {{service: registry}}}}
vars: {{asked: 0}}
states:
  paying:
    name: 付款中
    {more}tasks:
      pay: {{name: 付, for: office, when: asked == 0, actions: {{pay: {{name: 付, set: {{asked: 1}}, call: {{registry: {{operation: enter, with: {{name: unit.name}}}}}}}}}}}}
      answer: {{name: 回, for: bank, when: asked == 1, actions: {{ok: {{name: 好, to: over}}, back: {{name: 退汇, set: {{asked: 0}}, void: [{void}]}}}}}}
  over: {{name: 结束, end: true}}
"))])
    };
    let until = "timers: {late: {lasts: 3 days, over: {to: over}}}\n    ";
    assert_eq!(paid("pay, answer", ""), "");
    insta::assert_snapshot!(paid("answer", ""), @"pay.yaml:11:123: 提醒: 做了「answer.back」以后「pay」的 when 又成立，可是它答过了，不再打开：案停在「paying」（把它也作废：void: [answer, pay]）");
    insta::assert_snapshot!(paid("answer", until), @"pay.yaml:12:123: 提醒: 做了「answer.back」以后「pay」的 when 又成立，可是它答过了，不再打开：案停在「paying」，只等计时器到期（把它也作废：void: [answer, pay]）");
    insta::assert_snapshot!(paid("pay", ""), @"pay.yaml:10:7: 提醒: 「answer」把「pay」作废，「pay」再答以后「answer」还是答过的，不再打开，案停在「paying」（如 pay pay；answer back）（「answer」的动作里把它自己也作废：void: [pay, answer]）");
}

#[test]
fn tasks_that_take_turns_to_the_end() {
    let turns = |last: &str| {
        remarks(&[("turns.yaml", &format!("workflow: turns
name: 轮流
start: {{by: office, given: {{unit: unit}}, to: going}}
participants: {{office: {{role: unit_reviewer, unit: unit.id}}, chief: {{role: title_reviewer, unit: unit.id}}}}
vars: {{turn: 1}}
states:
  going:
    name: 办理
    tasks:
      one: {{name: 一, for: office, when: turn == 1, actions: {{go: {{name: 办, set: {{turn: turn + 1}}}}}}}}
      two: {{name: 二, for: chief, when: turn == 2, actions: {{go: {{name: 办, {last}}}, end: {{name: 完, to: over}}, back: {{name: 退, set: {{turn: 1}}, void: [one, two]}}}}}}
  over: {{name: 结束, end: true}}
"))])
    };
    assert_eq!(turns("to: over"), "");
    insta::assert_snapshot!(turns("set: {turn: 3}"), @r#"turns.yaml:10:7: 提醒: 「one」「two」都答了以后没有什么再发生，案停在「going」（如 one go；two go）（给动作写 to: 状态，或给状态加上 choose，如 rest: {when: "one.action is not none and two.action is not none", to: 状态}）"#);
}

#[test]
fn two_tasks_after_which_nothing_is_written_to_happen() {
    let second = "      second: {name: 复审, for: chief, actions: {agree: {name: 同意}, refuse: {name: 不同意, to: over}}}\n";
    let told = chained(second, "");
    assert!(
        told.contains("「first」「second」都答了以后没有什么再发生，案停在「asking」"),
        "{told}"
    );
    let both_lead = second.replace("agree: {name: 同意}", "agree: {name: 同意, to: over}");
    assert_eq!(chained(&both_lead, ""), "");
}

#[test]
fn a_list_that_a_draw_fills_has_as_many_as_are_drawn() {
    let flow = |count: u32| {
        let text = format!("\
workflow: jury
name: 评议
start: {{by: office, given: {{unit: unit, person: person}}, draw: {{into: jury, of: members, count: {count}}}, to: asking}}
participants: {{office: {{role: unit_reviewer, unit: unit.id}}, juror: {{each: jury}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{jury: {{type: list of member}}}}
states:
  asking:
    name: 评议
    tasks: {{vote: {{name: 表决, for: juror, actions: {{yes: {{name: 是}}, no: {{name: 否}}}}}}}}
    choose:
      yes: {{when: \"count(vote.answers, it.action == 'yes') >= 2\", to: over}}
      no: {{when: \"count(vote.answers, it.action == 'no') >= 2\", to: over}}
  over: {{name: 结束, end: true}}
");
        remarks(&[("jury.yaml", &text)])
    };
    assert_eq!(flow(3), "");
    assert!(flow(2).contains("如 2 人：no 1、yes 1"), "{}", flow(2));
}

#[test]
fn what_cannot_move_the_case_hides_no_forgotten_target() {
    let note = ("          reject:", "          note: {name: 记下}\n          reject:");
    let with = |key: &str, written: &str| changed(&[note, (key, &format!("{written}{key}"))]);
    let told = "做了「note」案还在「pending」，没有别的任务、规则或计时器让它往前：停在这里";
    for timers in [
        "timers: {late: {lasts: 5 days, remind: 1 days}}",
        "timers: {late: {lasts: 5 days, every: true, over: {notify: {reviewer: asked}}}}",
        "timers: {late: {lasts: 5 days, over: {set: {days: days + 1}}}}",
    ] {
        let found = with("    tasks:\n", &format!("    {timers}\n"));
        assert!(found.contains(told), "{timers}: {found}");
    }
    let other = "      remark: {name: 备注, for: applicant, optional: true, repeat: true, actions: {say: {name: 说}}}\n";
    let found = with("      review:\n", other);
    assert!(found.contains(told), "{found}");
    let leaves = "      leave: {name: 撤回, for: applicant, optional: true, actions: {go: {name: 撤回, to: rejected}}}\n";
    assert_eq!(with("      review:\n", leaves), "");
    let late = "    timers: {late: {lasts: 5 days, over: {to: rejected}}}\n";
    assert_eq!(with("    tasks:\n", late), "", "time leads on");
}

#[test]
fn a_kept_answer_of_a_state_that_is_come_back_to() {
    let back = |keep: &str, again: &str| {
        changed(&[
            ("        for: reviewer\n", &format!("        for: reviewer\n{keep}")),
            (
                "  approved: {end: true}",
                &format!(
                    "  approved: {{status: approved, tasks: {{check: {{name: 复核, for: applicant, actions: {{again: {{name: 退, {again}to: pending}}, ok: {{name: 好, to: rejected}}}}}}}}}}"
                ),
            ),
        ])
    };
    let beside = |task: &str| {
        changed(&[
            ("        for: reviewer\n", "        for: reviewer\n        keep: true\n"),
            ("      review:\n", &format!("{task}      review:\n")),
            (
                "  approved: {end: true}",
                "  approved: {status: approved, tasks: {check: {name: 复核, for: applicant, actions: {again: {name: 退, to: pending}, ok: {name: 好, to: rejected}}}}}",
            ),
        ])
    };
    let keep = "        keep: true\n";
    let told = back(keep, "");
    assert!(told.contains("再到「pending」时「review」还是答过的（keep: true），没有什么再发生：案停在那里（如 approve）"), "{told}");
    let giving_up = "      quit: {name: 撤回, for: applicant, optional: true, actions: {quit: {name: 撤回, to: rejected}}}\n";
    let told = beside(giving_up);
    assert!(
        told.contains("还是答过的（keep: true），只剩可以不办的「quit」：案停在那里"),
        "{told}"
    );
    let other = giving_up.replace("for: applicant", "for: reviewer");
    assert_eq!(beside(&other), "", "whoever decides may lead on");
    let shut = other.replace("optional: true", "optional: true, when: days < 2");
    assert_eq!(beside(&shut), "", "it may be open");
    assert_eq!(back(keep, "void: [review], "), "", "it is made void");
    assert_eq!(back("", ""), "");
}

#[test]
fn a_list_that_is_closed_before_anybody_has_answered() {
    let poll = |failed: &str| {
        remarks(&[("poll.yaml", &format!("workflow: poll
name: 表决
start: {{by: anybody, given: {{unit: unit}}, to: voting}}
participants: {{anybody: {{role: unit_reviewer, unit: unit.id}}, voter: {{each: members}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
states:
  voting:
    name: 表决
    timers: {{late: {{lasts: 2 days, over: {{close: ballot}}}}}}
    tasks: {{ballot: {{name: 投, for: voter, actions: {{agree: {{name: 同意}}, refuse: {{name: 不同意}}}}}}}}
    choose:
      nobody: {{when: ballot.all == 0, to: over}}
      passed: {{when: \"ballot.closed and 2 * count(ballot.answers, it.action == 'agree') > ballot.given\", to: over}}
      failed: {{when: \"ballot.closed and {failed}\", to: over}}
  over: {{name: 结束, end: true}}
"))])
    };
    let half = "2 * count(ballot.answers, it.action == 'refuse') >= ballot.given";
    assert_eq!(poll(half), "");
    let told = poll(&format!("ballot.given > 0 and {half}"));
    assert!(
        told.contains(
            "「ballot」到期结束（close）而没有一条规则成立时，案停在「voting」（如 一个人也没有答）"
        ),
        "{told}"
    );
}

#[test]
fn a_reminder_that_nobody_gets() {
    let state = |tasks: &str| {
        changed(&[(
            "  approved: {end: true}",
            &format!(
                "  approved: {{{tasks}timers: {{valid: {{lasts: 30 days, remind: 3 days, over: {{to: rejected}}}}}}}}"
            ),
        )])
    };
    let told = state("");
    assert!(told.contains("计时器「valid」的提醒没有人收：「approved」里没有任务"), "{told}");
    let optional = "tasks: {renew: {name: 续, for: applicant, optional: true, actions: {go: {name: 续, to: rejected}}}}, ";
    assert_eq!(state(optional), "", "whoever may do something is reminded");
}
