//! The ways through the states.

use crate::{changed, remarks};

#[test]
fn states_are_reached_and_left() {
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", "  approved: {end: true}\n  lost: {status: pending, tasks: {find: {name: 找, for: applicant, actions: {find: {name: 找到, to: pending}}}}}")]), @"leave.yaml:20:3: 错误: 状态「lost」永远到不了（加上去它的动作或规则，或删去它）");
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", "  approved: {tasks: {wait: {name: 等, for: applicant, actions: {wait: {name: 再等, to: approved}}}}}")]), @"leave.yaml:19:3: 错误: 从状态「approved」出发，到不了任何结束状态（加上去结束状态的路，或给它写 end: true）");
    insta::assert_snapshot!(changed(&[("  approved: {end: true}\n  rejected: {end: true}", "  approved: {}\n  rejected: {}")]), @"
    leave.yaml:10:1: 错误: 没有结束状态（给最后的状态写 end: true）
    leave.yaml:19:3: 错误: 状态「approved」是死路：没有任务、计时器和规则，也不是结束（加上任务，或写 end: true）
    leave.yaml:20:3: 错误: 状态「rejected」是死路：没有任务、计时器和规则，也不是结束（加上任务，或写 end: true）
    ");
}

#[test]
fn a_state_that_nobody_can_leave_is_a_dead_end() {
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", "  approved: {}")]), @"leave.yaml:19:3: 错误: 状态「approved」是死路：没有任务、计时器和规则，也不是结束（加上任务，或写 end: true）");
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", "  approved: {choose: {long: {when: days > 3, to: rejected}}}")]), @"leave.yaml:19:3: 错误: 状态「approved」没有任务和计时器，days = 1 时规则都不成立，就停在这里（在 choose 里加上 otherwise: {to: 状态}；要等别的案，规则里读联系或 cases 的事实）");
}

#[test]
fn an_end_has_nothing_more_to_do() {
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", "  approved: {end: true, timers: {wait: {lasts: 3 days, over: {to: rejected}}}}")]), @"leave.yaml:19:3: 错误: 「approved」是结束状态，不会再有计时器（去掉 end: true，或去掉它们）");
}

#[test]
fn rules_do_not_run_in_a_circle() {
    insta::assert_snapshot!(changed(&[
        ("  approved: {end: true}", "  approved: {choose: {otherwise: {to: filing}}}\n  filing: {status: approved, choose: {otherwise: {to: approved}}}"),
    ]), @"
    leave.yaml:19:3: 错误: 从状态「approved」出发，到不了任何结束状态（加上去结束状态的路，或给它写 end: true）
    leave.yaml:19:3: 错误: 规则自己转圈，永远停不下来：approved → filing → approved（让其中一条规则带上会变化的条件，或改去别的状态）
    leave.yaml:20:3: 错误: 从状态「filing」出发，到不了任何结束状态（加上去结束状态的路，或给它写 end: true）
    ");
    insta::assert_snapshot!(changed(&[
        ("  approved: {end: true}", "  approved: {choose: {again: {when: days > 3, to: approved}, otherwise: {to: rejected}}}"),
    ]), @"leave.yaml:19:3: 错误: days = 4 时规则自己转圈，永远停不下来：approved（规则 again） → approved（让其中一条规则带上会变化的条件，或改去别的状态）");
}

#[test]
fn rules_with_conditions_do_not_run_in_a_circle_either() {
    let circle = |back: &str| {
        let two = format!(
            "  approved: {{choose: {{long: {{when: days > 3, to: filing}}, otherwise: {{to: rejected}}}}}}\n  filing: {{status: approved, choose: {{back: {{when: {back}, to: approved}}, otherwise: {{to: rejected}}}}}}"
        );
        changed(&[("  approved: {end: true}", &two)])
    };
    insta::assert_snapshot!(circle("days > 5"), @"leave.yaml:19:3: 错误: days = 6 时规则自己转圈，永远停不下来：approved（规则 long） → filing（规则 back） → approved（让其中一条规则带上会变化的条件，或改去别的状态）");
    assert_eq!(circle("days < 3"), "", "no number is both");
    assert_eq!(circle("today > person.birth_date"), "", "it may be otherwise the next time");
}

#[test]
fn an_empty_list_holds_nothing_up() {
    let panel = |rules: &str, timers: &str| {
        remarks(&[(
            "panel.yaml",
            &format!(
                "workflow: panel
name: 评议
start: {{by: anybody, given: {{unit: unit}}, to: asking}}
participants: {{anybody: {{role: unit_reviewer, unit: unit.id}}, member: {{each: members}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
states:
  asking:
    name: 征求意见
    tasks: {{opinion: {{name: 意见, for: member, {timers}actions: {{agree: {{name: 同意}}}}}}}}
    choose: {{all: {{when: opinion.closed, to: over}}{rules}}}
  over: {{name: 结束, end: true}}
"
            ),
        )])
    };
    insta::assert_snapshot!(panel("", ""), @"panel.yaml:9:13: 提醒: 名单空着时没有人办「opinion」，案一直停在「asking」（在 choose 里加一条规则，如 nobody: {when: opinion.all == 0, to: 状态}，或给状态加上计时器）");
    assert_eq!(panel(", nobody: {when: opinion.all == 0, to: over}", ""), "");
    // A timer of the task runs for each of the list, for nobody it does not.
    let timer = "timers: {wait: {lasts: 5 days, over: {close: opinion}}}";
    insta::assert_snapshot!(panel("", &format!("{timer}, ")), @"panel.yaml:9:13: 提醒: 名单空着时没有人办「opinion」，案一直停在「asking」（在 choose 里加一条规则，如 nobody: {when: opinion.all == 0, to: 状态}，或给状态加上计时器）");
    assert_eq!(panel(", nobody: {when: opinion.all == 0, to: over}", &format!("{timer}, ")), "");
}

#[test]
fn an_action_after_which_nothing_can_happen_is_told() {
    insta::assert_snapshot!(changed(&[("when: days > 0, to: approved", "when: days > 0")]), @"
    leave.yaml:17:11: 提醒: 做了「approve」案还在「pending」，没有别的任务、规则或计时器让它往前：停在这里（加上 to: 状态；还要再做就给任务写 repeat: true）
    leave.yaml:19:3: 错误: 状态「approved」永远到不了（加上去它的动作或规则，或删去它）
    ");
}

#[test]
fn secret_ballots_are_not_judged_before_they_are_counted() {
    let poll = |when: &str| {
        remarks(&[("poll.yaml", &format!("workflow: poll
name: 表决
start: {{by: anybody, given: {{unit: unit}}, to: voting}}
participants: {{anybody: {{role: unit_reviewer, unit: unit.id}}, voter: {{each: members}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
states:
  voting:
    name: 表决
    timers: {{end: {{lasts: 3 days, over: {{to: over}}}}}}
    tasks: {{ballot: {{name: 投票, for: voter, secret: true, actions: {{cast: {{name: 投票, ask: {{vote: {{name: 意见, choice: [agree, disagree]}}}}}}}}}}}}
    choose: {{passed: {{when: {when}, to: over}}}}
  over: {{name: 结束, end: true}}
"))])
    };
    assert_eq!(poll("ballot.closed and ballot.vote.agree > 1"), "");
    insta::assert_snapshot!(poll("ballot.vote.agree > 1"), @"poll.yaml:11:14: 提醒: 无记名的「ballot」开票前什么都不计，规则「passed」会按没有票来判（写成 ballot.closed and …）");
}

#[test]
fn a_choice_says_what_happens_otherwise() {
    insta::assert_snapshot!(changed(&[("when: days > 0, to: approved", "choose: {long: {when: days > 3, to: rejected}, short: {to: approved}}")]), @"leave.yaml:17:78: 错误: 规则「short」没有 when（加上 when，或叫它 otherwise）");
    insta::assert_snapshot!(changed(&[("when: days > 0, to: approved", "choose: {long: {when: days > 3, to: rejected}, short: {when: days < 3, to: approved}}")]), @"leave.yaml:17:31: 提醒: 动作「approve」的规则在 days = 3 时都不成立，案停在原状态（加上 otherwise: {to: 状态}；确实要停在原状态就写 otherwise: {}）");
    assert_eq!(
        changed(&[(
            "to: pending}",
            "choose: {long: {when: days > 3, to: rejected}, short: {when: days <= 3, to: pending}}}"
        )]),
        ""
    );
    insta::assert_snapshot!(changed(&[("to: pending}", "choose: {long: {when: days > 3, to: rejected}, short: {when: days < 3, to: pending}}}")]), @"leave.yaml:4:1: 错误: start 的 choose 没有 otherwise：days = 3 时不知去哪个状态（加上 otherwise: {to: 状态}）");
    insta::assert_snapshot!(changed(&[("when: days > 0, to: approved", "choose: {otherwise: {to: approved}, long: {when: days > 3, to: rejected}}")]), @"leave.yaml:17:40: 错误: otherwise 之后的规则永远轮不到（把 otherwise 放在最后）");
}

#[test]
fn a_start_goes_somewhere() {
    insta::assert_snapshot!(changed(&[(", to: pending}", "}")]), @"leave.yaml:4:1: 错误: start 没有说去哪个状态（加上 to: 状态）");
}

#[test]
fn timers_can_fire_and_do_something() {
    insta::assert_snapshot!(changed(&[
        ("  pending:\n", "  pending:\n    timers: {a: {lasts: 0 days, over: {to: rejected}}, b: {lasts: five days, over: {to: rejected}}, c: {over: {to: rejected}}, d: {at: person.birth_date, every: true, over: {to: rejected}}, e: {lasts: 3 days}, f: {lasts: '{days} working days', over: {}}, g: {at: person.name, over: {to: rejected}}, h: {lasts: 5 days, remind: [1 days, 6 days]}}\n"),
    ]), @"
    leave.yaml:12:25: 错误: 时长是 0（写 1 以上；要当天 24:00 到期，把一个日期变量 set 成 today，写 at: 变量）
    leave.yaml:12:67: 错误: 「five days」不是时长（写法如：5 working days、5 publicity days、48 hours、30 minutes、20 days、20 days rolled、6 months、6 months rolled，带钟点的如 1 working days 09:00）
    leave.yaml:12:101: 错误: 计时器「c」没有说多久（写 lasts: 时长，或 at: 日期）
    leave.yaml:12:155: 错误: 计时器（leave.states.pending.timers.d）不能同时写「at」和「every」（只留一个；继承来的用 at: null 或 every: null 去掉）
    leave.yaml:12:191: 提醒: 计时器「e」到期时什么也不发生（加上 over 或 remind，或在规则里读 e.over）
    leave.yaml:12:211: 提醒: 计时器「f」的 over 是空的（加上 to、notify 等，或去掉 over）
    leave.yaml:12:264: 错误: 这里要日期或时刻，得到的是文本
    leave.yaml:12:336: 提醒: 提醒比计时开始还早，不会发出（写得比 5 days 短）
    ");
}

#[test]
fn a_task_can_be_done_by_somebody() {
    insta::assert_snapshot!(changed(&[
        ("  reviewer: {role: unit_reviewer, unit: unit.id}", "  reviewer: {service: registry}"),
        ("  rejected: {end: true}", "  rejected: {end: true}\ntasks: {idle: {name: 闲, for: applicant, actions: {}}}"),
    ]), @"
    leave.yaml:7:3: 提醒: 没有动作请服务「registry」办事，它的任务会一直等着（在前一个动作里加上 call）
    leave.yaml:21:9: 错误: 任务「idle」没有动作，谁也办不了（在 actions 里加上动作）
    leave.yaml:21:9: 错误: 任务「idle」没有说在哪些状态里开着（加上 in: [状态]）
    ");
}

#[test]
fn a_secret_task_gives_no_ballot_away() {
    let poll = |action: &str| {
        format!(
            "workflow: poll
name: 表决
start: {{by: anybody, given: {{unit: unit}}, to: voting}}
participants: {{anybody: {{role: unit_reviewer, unit: unit.id}}, voter: {{each: members}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
states:
  voting:
    name: 表决
    tasks:
      ballot:
        name: 投票
        for: voter
        secret: true
        actions:
          cast: {action}
    choose: {{over: {{when: ballot.closed or ballot.all == 0, to: over}}}}
  over: {{name: 结束, end: true}}
"
        )
    };
    let clean = poll("{name: 投票, ask: {vote: {name: 意见, choice: [agree, disagree]}}}");
    assert_eq!(remarks(&[("poll.yaml", &clean)]), "");
    let telling =
        poll("{name: 投票, ask: {why: {name: 理由}}, to: over, notify: {anybody: asked}}");
    insta::assert_snapshot!(remarks(&[("poll.yaml", &telling)]), @"
    poll.yaml:15:34: 错误: 无记名任务里问的「why」不能计数，会看出是谁写的（只问 choice、yes_no、integer 或 decimal）
    poll.yaml:15:52: 错误: 无记名任务的动作只能问，不能写 to：会看出谁投了什么（把后果写在状态的 choose 里，等 任务.closed 成立）
    poll.yaml:15:62: 错误: 无记名任务的动作只能问，不能写 notify：会看出谁投了什么（把后果写在状态的 choose 里，等 任务.closed 成立）
    ");
}
