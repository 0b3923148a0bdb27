//! Cases that would stand still although something seems to lead on: what only comes back, what opens
//! a task again on another way.

use crate::remarks;

/// A list gives opinions that stay valid, a clerk may send the case back; the tests change one thing of it.
const OPINIONS: &str = "\
workflow: opinions
name: 意见
start: {by: owner, given: {person: person, unit: unit}, set: {list: pool}, to: view}
participants: {owner: {account: person.account}, clerk: {role: unit_reviewer, unit: unit.id}, doctor: {each: list}}
facts: {pool: {host: members, with: {unit: unit.id}}}
vars: {list: {type: list of member}}
states:
  mend: {name: 修改, tasks: {m: {name: 修改, for: owner, actions: {again: {name: 再交, to: view}}}}}
  view:
    name: 意见
    tasks:
      view: {name: 意见, for: doctor, keep: true, actions: {ok: {name: 认可}, no: {name: 不认可}}}
      chief: {name: 退回, for: clerk, optional: true, actions: {back: {name: 退回, to: mend}}}
    choose:
      nobody: {when: view.all == 0, to: over}
      ok: {when: \"count(view.answers, it.action == 'ok') == view.all\", to: over}
      no: {when: \"count(view.answers, it.action == 'no') == view.all\", to: over}
  over: {name: 完, end: true}
";

fn opinions(changes: &[(&str, &str)]) -> String {
    let mut text = OPINIONS.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("opinions.yaml", &text)])
}

#[test]
fn an_optional_task_that_only_comes_back_hides_no_standstill() {
    insta::assert_snapshot!(opinions(&[]), @"opinions.yaml:12:7: 提醒: 「view」都答了而没有一条规则成立时，只剩可以不办的「chief」，做了还是回到这里：案停在「view」（如 2 人：no 1、ok 1）（在 choose 最后加一条规则，如 rest: {when: view.closed, to: 状态}）");
    let reached = "案停在「view」";
    let again = |changes: &[(&str, &str)]| opinions(changes).contains(reached);
    assert!(!again(&[("doctor, keep: true", "doctor")]), "they answer again");
    assert!(!again(&[("to: mend", "void: [view], to: mend")]), "it is made void");
    assert!(!again(&[("再交, to: view", "再交, void: [view], to: view")]), "it is made void later");
    assert!(!again(&[("退回, to: mend", "退回, to: over")]), "it leads on");
    let gives_up = "again: {name: 再交, to: view}, quit: {name: 放弃, to: over}";
    assert!(!again(&[("again: {name: 再交, to: view}", gives_up)]), "it may end on the way");
    let others = "再交, set: {list: pool}, to: view";
    assert!(!again(&[("再交, to: view", others)]), "the list may be another");
    let shut = "optional: true, when: view.open > 0,";
    let told = opinions(&[("optional: true,", shut), ("doctor, keep: true", "doctor")]);
    assert!(told.contains("没有一条规则成立时，案停在「view」"), "it is not open then: {told}");
}

/// A case that is checked, paid and may be examined again; the tests change one thing of it.
const AGAIN: &str = "\
workflow: again
name: 重审
start: {by: owner, given: {person: person}, to: screening}
participants: {owner: {account: person.account}, clerk: {role: unit_reviewer}}
vars: {is_checked: false}
states:
  screening: {name: 初审, tasks: {screen: {name: 初审, for: clerk, actions: {pass: {name: 通过, to: checking}}}}}
  checking: {name: 复核, tasks: {check: {name: 复核, for: clerk, keep: true, actions: {pass: {name: 通过, set: {is_checked: true}, to: paid}}}}}
  paid:
    name: 已付
    tasks:
      appeal:
        name: 申诉
        for: owner
        actions:
          redo: {name: 重审, at_most: 1, to: screening}
          other: {name: 换人重审, at_most: 1, set: {is_checked: false}, void: [check], to: screening}
          fine: {name: 接受, to: over}
  over: {name: 完, end: true}
";

fn again(changes: &[(&str, &str)]) -> String {
    let mut text = AGAIN.replace("vars: {is_checked: false}\n", "");
    text = text.replace("set: {is_checked: true}, ", "").replace("set: {is_checked: false}, ", "");
    if changes.iter().any(|(_, to)| to.contains("is_checked")) {
        text = AGAIN.to_owned();
    }
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("again.yaml", &text)])
}

#[test]
fn a_kept_answer_is_not_opened_again_by_another_way() {
    insta::assert_snapshot!(again(&[]), @"again.yaml:7:32: 提醒: 再到「checking」时「check」还是答过的（keep: true），没有什么再发生：案停在那里（如 pass）（去掉 keep: true，或回来的动作里写 void: [任务]，或加上规则）");
    let redo = "redo: {name: 重审, at_most: 1, to";
    assert_eq!(again(&[(redo, "redo: {name: 重审, at_most: 1, void: [check], to")]), "");
    let pass = "actions: {pass: {name: 通过, to: checking}}";
    let skip = |when: &str| {
        let choose = format!(
            "actions: {{pass: {{name: 通过, choose: {{skip: {{when: {when}, to: paid}}, otherwise: {{to: checking}}}}}}}}"
        );
        again(&[(pass, &choose)])
    };
    assert_eq!(skip("check.action is not none"), "", "it goes another way then");
    assert_eq!(skip("is_checked"), "", "and where a variable says so");
    assert!(skip("case.submission > 3 or check.action is none").contains("再到「checking」"));
    let entered = "checking: {name: 复核, enter: {void: [check]}, ";
    assert_eq!(again(&[("checking: {name: 复核, ", entered)]), "", "on entry");
}

#[test]
fn a_further_round_for_which_no_rule_is_written() {
    let flow = |start: &str, again: &str, more: &str| {
        let text = format!("\
workflow: rounds
name: 表决
start: {{by: owner, given: {{person: person, unit: unit}}, to: voting}}
participants: {{owner: {{account: person.account}}, voter: {{each: pool}}}}
facts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{turn: {start}}}
states:
  voting:
    name: 表决
    timers: {{late: {{lasts: 2 days, over: {{close: vote}}}}}}
    tasks: {{vote: {{name: 票, for: voter, secret: true, actions: {{cast: {{name: 投, ask: {{x: {{name: 票, choice: {{a: 好, b: 坏}}, required: true}}}}}}}}}}}}
    choose:
      none: {{when: vote.all == 0, to: over}}
      yes: {{when: \"vote.closed and 2 * vote.given > vote.all and vote.x.a > vote.x.b\", to: over}}
      no: {{when: \"vote.closed and 2 * vote.given > vote.all\", to: over}}
      again: {{when: vote.closed and turn < 2, {again}, void: [vote], to: voting}}{more}
  over: {{name: 完, end: true}}
");
        remarks(&[("rounds.yaml", &text)])
    };
    let told = flow("1", "set: {turn: turn + 1}", "");
    assert!(told.contains("rounds.yaml:11:13: 提醒: 「vote」到期结束（close）而没有一条规则成立时，案停在「voting」（如 turn = 2，一个人也没有答）"), "{told}");
    assert!(flow("1", "set: {turn: 2}", "").contains("turn = 2，"));
    let last = "\n      last: {when: vote.closed and turn == 2, to: over}";
    assert_eq!(flow("1", "set: {turn: 2}", last), "");
    let rest = "\n      last: {when: vote.closed and turn > 1, to: over}";
    assert_eq!(flow("1", "set: {turn: turn + 1}", rest), "");
}

#[test]
fn a_rule_that_counts_answers_and_holds_although_nobody_is_asked() {
    let flow = |ok: &str, first: &str, start: &str| {
        let text = format!("\
workflow: panel
name: 会审
start: {{by: owner, given: {{person: person, unit: unit}}, {start}set: {{list: pool}}, to: view}}
participants: {{owner: {{account: person.account}}, doctor: {{each: list}}}}
facts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{list: {{type: list of member}}}}
values:
  agrees: \"count(view.answers, it.action == 'ok')\"
  needed: [{{when: view.all >= 3, is: 2}}, {{is: view.all}}]
  enough: agrees >= needed
labels: {{enough: enough}}
states:
  view:
    name: 意见
    tasks: {{view: {{name: 意见, for: doctor, actions: {{ok: {{name: 认可}}, no: {{name: 不认可}}}}}}}}
    choose: {{{first}ok: {{when: {ok}, to: over}}, no: {{when: view.closed, to: no}}}}
  over: {{name: 完, end: true}}
  no: {{name: 不批, end: true}}
");
        remarks(&[("panel.yaml", &text)])
    };
    insta::assert_snapshot!(flow("enough", "", ""), @"panel.yaml:16:14: 提醒: 「view」的名单空着时规则「ok」就成立：一个人也没有答，案去了「over」（在它前面写一条规则，如 nobody: {when: view.all == 0, to: 状态}；本来就要这样的，也写这一条）");
    assert!(flow("agrees == view.all", "", "").contains("一个人也没有答，案去了「over」"));
    let none = "\"view.given == view.all and count(view.answers, it.action == 'no') == 0\"";
    assert!(flow(none, "", "").contains("一个人也没有答，案去了「over」"));
    assert_eq!(flow("enough", "nobody: {when: view.all == 0, to: no}, ", ""), "");
    assert_eq!(flow("enough and view.all > 0", "nobody: {when: view.all == 0, to: no}, ", ""), "");
    assert_eq!(flow("view.given == view.all", "", ""), "", "it only waits for all");
    let some = "require: {some: {that: count(pool) > 0, say: 没有人}}, ";
    assert_eq!(flow("enough", "", some), "", "the list is not empty");
}

#[test]
fn a_rule_that_counts_answers_and_holds_when_a_timer_closes_a_task_of_nobody() {
    let flow = |ok: &str, first: &str| {
        let text = format!("\
workflow: panel
name: 会审
start: {{by: owner, given: {{person: person, unit: unit}}, set: {{list: pool}}, to: view}}
participants: {{owner: {{account: person.account}}, doctor: {{each: list}}}}
facts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{list: {{type: list of member}}}}
states:
  view:
    name: 意见
    timers: {{late: {{lasts: 7 days, over: {{close: view}}}}}}
    tasks: {{view: {{name: 意见, for: doctor, actions: {{ok: {{name: 认可}}, no: {{name: 不认可}}}}}}}}
    choose: {{{first}ok: {{when: \"{ok}\", to: over}}, no: {{when: \"any(view.answers, it.action == 'no')\", to: no}}, rest: {{when: view.closed, to: no}}}}
  over: {{name: 完, end: true}}
  no: {{name: 不批, end: true}}
");
        remarks(&[("panel.yaml", &text)])
    };
    let all = "view.closed and all(view.answers, it.action == 'ok')";
    insta::assert_snapshot!(flow(all, ""), @"panel.yaml:12:14: 提醒: 「view」的名单空着、「late」到期结束（close）它时规则「ok」成立：一个人也没有问，案去了「over」（在它前面写一条规则，如 nobody: {when: view.all == 0, to: 状态}；本来就要这样的，也写这一条）");
    assert!(flow(&format!("late.over and {all}"), "").contains("「late」到期结束（close）它时"));
    assert_eq!(flow(all, "nobody: {when: view.all == 0, to: no}, "), "");
    assert_eq!(flow("view.given > 0 and all(view.answers, it.action == 'ok')", ""), "");
    let few = "view.closed and 2 * view.given <= view.all";
    assert_eq!(flow(few, ""), "", "it is about those who have not answered");
}
