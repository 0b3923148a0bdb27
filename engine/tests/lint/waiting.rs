//! What waits for ever or goes round: links that nothing makes or that stand already, ends that no rule
//! expects, cases that are never found, rules that enter their own state.

use crate::{changed, remarks};

#[test]
fn cases_that_join_and_end_as_no_rule_expects() {
    let parent = |rule: &str| {
        let rule = format!("choose: {{done: {{when: \"count(kids) > 0 and {rule}\", to: over}}}}");
        let parent = format!(
            "workflow: party\nname: 一批\nstart: {{by: clerk, given: {{unit: unit}}, to: open}}\nparticipants: {{clerk: {{role: unit_reviewer, unit: unit.id}}}}\nlinks: {{kids: {{from: guest, many: true}}}}\nlabels: {{unit: unit.id}}\nstates:\n  open: {{name: 收, tasks: {{shut: {{name: 截, for: clerk, actions: {{shut: {{name: 截, to: waiting}}}}}}}}}}\n  waiting:\n    name: 等\n    {rule}\n  over: {{name: 完, end: true}}\n"
        );
        let guest = "workflow: guest\nname: 一个\nstart: {by: clerk, given: {unit: unit}, to: open}\nparticipants: {clerk: {role: unit_reviewer, unit: unit.id}}\nlinks: {party: {to: party}}\nfacts: {parties: {cases: party, where: {unit: unit.id}}}\nlabels: {unit: unit.id}\nstates:\n  open:\n    name: 等\n    enter: {join: {party: \"first(map(filter(parties, it.state == 'open'), it.id)) or_else ''\"}}\n    tasks: {tell: {name: 说, for: clerk, actions: {good: {name: 来, to: came}, bad: {name: 不来, to: away}}}}\n  came: {name: 来了, end: true}\n  away: {name: 没来, end: true}\n";
        remarks(&[("party.yaml", &parent), ("guest.yaml", guest)])
    };
    insta::assert_snapshot!(parent("all(kids, it.state == 'came')"), @"party.yaml:11:14: 提醒: 「kids」都到了「away」时，「waiting」里没有一条规则成立：案一直等着（再加一条规则接住它，如 rest: {when: \"count(kids) > 0 and all(kids, it.ended)\", to: 状态}）");
    assert_eq!(parent("all(kids, it.ended)"), "");
    assert_eq!(parent("all(kids, it.state in ['came', 'away'])"), "");
}

#[test]
fn cases_that_are_looked_for_by_an_account_and_have_an_id() {
    let found_by = |key: &str| {
        changed(&[
            (
                "vars:",
                &format!("facts: {{mine: {{cases: leave, where: {{person: {key}}}}}}}\nvars:"),
            ),
            ("days > 0, to", "days > count(mine), to"),
        ])
    };
    insta::assert_snapshot!(found_by("person.account"), @"leave.yaml:8:46: 提醒: 「leave」的 person 记的是 person.id（person 的编号），这里找的是 person.account（账号）：一件也找不到（这里要 person 的编号，或把 labels 里的改成 账号）");
    insta::assert_snapshot!(found_by("unit.id"), @"leave.yaml:8:46: 提醒: 「leave」的 person 记的是 person.id（person 的编号），这里找的是 unit.id（unit 的编号）：一件也找不到（这里要 person 的编号，或把 labels 里的改成 unit 的编号）");
    assert_eq!(found_by("person.id"), "");
}

#[test]
fn some_answers_that_are_made_void_by_entering_the_state_anew() {
    let again = |to: &str| {
        let flow = format!(
            "workflow: two\nname: 两处审\nstart: {{by: owner, given: {{person: person, unit: unit}}, to: a}}\nparticipants: {{owner: {{account: person.account}}, law: {{role: unit_reviewer, unit: unit.id}}, tech: {{role: title_reviewer}}}}\nstates:\n  a:\n    name: 审\n    tasks:\n      law: {{name: 法务, for: law, actions: &j {{pass: {{name: 好}}, back: {{name: 退}}}}}}\n      tech: {{name: 技术, for: tech, actions: *j}}\n      fix: {{name: 改, for: owner, when: \"'back' in [law.action, tech.action]\", repeat: true, actions: {{again: {{name: 再交, void: {{of: [law, tech], where: it.action == 'back'}}{to}}}}}}}\n    choose: {{done: {{when: law.action == 'pass' and tech.action == 'pass', to: c}}}}\n  c: {{name: 完, end: true}}\n"
        );
        remarks(&[("two.yaml", &flow)])
    };
    insta::assert_snapshot!(again(", to: a"), @"two.yaml:11:127: 提醒: 去「a」是重新进入它，「law」「tech」的答复全部作废：void 的 where 不起作用（不写 to，案留在这里，只作废这几份）");
    assert_eq!(again(""), "");
}

#[test]
fn a_link_that_nothing_makes() {
    let joining = |join: &str, back: &str| {
        let item = format!(
            "workflow: item\nname: 一项\nstart: {{by: owner, given: {{person: person, unit: unit}}, to: a}}\nparticipants: {{owner: {{account: person.account}}, group: {{link: round}}}}\nlinks: {{round: {{to: round}}}}\nfacts: {{rounds: {{cases: round, where: {{unit: unit.id}}}}}}\nlabels: {{n: count(rounds)}}\nstates:\n  a: {{name: 填, tasks: {{go: {{name: 交, for: owner, actions: {{go: {{name: 交, {join}to: w}}}}}}}}}}\n  w: {{name: 等, tasks: {{result: {{name: 结束, for: group, actions: {{finish: {{name: 结束, to: b}}}}}}{back}}}}}\n  b: {{name: 完, end: true}}\n"
        );
        let round = "workflow: round\nname: 一轮\nstart: {by: clerk, given: {unit: unit}, to: open}\nparticipants: {clerk: {role: unit_reviewer, unit: unit.id}}\nlinks: {items: {from: item, many: true}}\nlabels: {unit: unit.id}\nstates:\n  open: {name: 开, tasks: {close: {name: 关, for: clerk, actions: {close: {name: 关, tell: {finish: {of: items, where: \"it.state == 'w'\", action: finish}}, to: shut}}}}}\n  shut: {name: 关, end: true}\n";
        remarks(&[("item.yaml", &item), ("round.yaml", round)])
    };
    insta::assert_snapshot!(joining("", ""), @"item.yaml:5:9: 提醒: 联系「round」没有哪里建立：这边没有动作 join 它，round 也不发起 item（在动作或规则里写 join，或由那边 start；不用就删去它）");
    let join = "join: {round: \"first(map(rounds, it.id)) or_else ''\"}, ";
    assert_eq!(joining(join, ""), "");
    // Once more while it stands.
    let back = |leave: &str| {
        let back = format!(
            ", back: {{name: 撤回, for: owner, optional: true, actions: {{back: {{name: 撤回, {leave}to: a}}}}}}"
        );
        joining(join, &back)
    };
    insta::assert_snapshot!(back(""), @"item.yaml:9:81: 提醒: 再到这里时「round」还联系着上一个，没有哪里 leave 它：联系不了另一个，办不成（回来的动作里写 leave: {round: all}，或那边写）");
    assert_eq!(back("leave: {round: all}, "), "");
}

#[test]
fn a_rule_that_waits_by_entering_its_own_state() {
    let queue = |rest: &str| {
        changed(&[
            ("vars:", "facts: {others: {cases: leave, where: {days: days}}}\nvars:"),
            (
                "  pending:\n",
                &format!(
                    "  pending:\n    choose: {{turn: {{when: \"count(others, it.state == 'approved') == 0\", to: approved}}{rest}}}\n"
                ),
            ),
        ])
    };
    insta::assert_snapshot!(queue(", otherwise: {to: pending}"), @"leave.yaml:13:88: 错误: 规则「otherwise」去它自己的状态「pending」：前面的规则不成立时它一直做下去，停不下来（只想等的不用写规则：删去它）");
    assert_eq!(queue(""), "");
}

#[test]
fn a_second_round_that_no_rule_expects() {
    let flow = |rest: &str| {
        let flow = format!(
            "workflow: mending\nname: 修\nstart: {{by: owner, given: {{person: person, unit: unit}}, to: a}}\nparticipants: {{owner: {{account: person.account}}, boss: {{role: unit_reviewer, unit: unit.id}}}}\nvars: {{redo: false}}\nstates:\n  a: {{name: 修, tasks: {{mend: {{name: 修, for: owner, actions: {{go: {{name: 修好, to: r}}}}}}}}}}\n  r:\n    name: 验\n    tasks: {{look: {{name: 验, for: boss, actions: {{good: {{name: 好}}, bad: {{name: 坏}}}}}}}}\n    choose:\n      good: {{when: look.action == 'good', to: c}}\n      redo: {{when: look.action == 'bad' and not redo, set: {{redo: true}}, to: a}}{rest}\n  c: {{name: 完, end: true}}\n"
        );
        remarks(&[("mending.yaml", &flow)])
    };
    insta::assert_snapshot!(flow(""), @"mending.yaml:10:13: 提醒: 「look」都答了而没有一条规则成立时，案停在「r」（如 redo = 是，bad）（在 choose 最后加一条规则，如 rest: {when: \"look.action is not none\", to: 状态}）");
    assert_eq!(flow("\n      enough: {when: look.action == 'bad' and redo, to: c}"), "");
}
