//! What one flow gives, sets and reads of another: told as within one flow.

use crate::remarks;

/// A flow that starts another and waits for what it shows; the tests change one thing of either.
const REPORT: &str = "\
workflow: report
name: 报告
start: {by: owner, given: {person: person, unit: unit}, to: open}
participants: {owner: {account: person.account}, office: {role: unit_reviewer, unit: unit.id}}
links: {checks: {from: check, many: true}}
facts: {others: {cases: check, where: {unit: unit.id}}}
states:
  open:
    name: 报
    tasks:
      report:
        name: 报
        for: owner
        actions:
          go: {name: 报, ask: {harm: {name: 伤害, choice: {death: 死亡, other: 其他}, required: true}}, start: {checks: {workflow: check, given: {person: person.id, unit: unit.id}, set: {harm: ask.harm}}}, to: waiting}
  waiting:
    name: 等
    choose: {good: {when: \"count(checks) > 0 and all(checks, it.found == 'right')\", to: over}}
    tasks: {stop: {name: 停, for: office, actions: {stop: {name: 停, tell: {stop: {of: checks, where: \"it.found != 'right'\", action: quit}}, to: over}}}}
  over: {name: 完, end: true}
";

const CHECK: &str = "\
workflow: check
name: 核查
start: {given: {person: person, unit: unit}, to: open}
participants: {office: {role: unit_reviewer, unit: unit.id}, report: {case: report}}
links: {report: {to: report}}
vars: {harm: '', found: ''}
labels: {unit: unit.id, person: person.id}
shows: [found]
states:
  open:
    name: 查
    timers: {late: {lasts: [{when: \"harm == 'death'\", is: 24 hours}, {is: 15 days}], over: {to: over}}}
    tasks:
      check: {name: 查, for: office, actions: {right: {name: 对, set: {found: \"'right'\"}, to: over}, wrong: {name: 错, set: {found: \"'wrong'\"}, to: over}}}
      quit: {name: 停, for: report, optional: true, actions: {quit: {name: 停, to: over}}}
  over: {name: 完, end: true}
";

fn both(changes: &[(&str, &str)]) -> String {
    let (mut report, mut check) = (REPORT.to_owned(), CHECK.to_owned());
    for (from, to) in changes {
        let text = if report.contains(from) { &mut report } else { &mut check };
        assert!(text.contains(from), "the flows have no {from:?}");
        *text = text.replacen(from, to, 1);
    }
    let told = remarks(&[("report.yaml", &report), ("check.yaml", &check)]);
    let told = told.lines().filter(|line| !line.contains("事实「others」没有用到"));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_only_the_options_of_another_flow_set() {
    assert_eq!(both(&[]), "");
    insta::assert_snapshot!(both(&[("harm == 'death'", "harm == 'dead'")]), @"check.yaml:12:45: 提醒: 变量「harm」永远不会是 'dead'：没有动作这样设它（可能的值：''、'death'、'other'）");
    let text = [("harm: {name: 伤害, choice: {death: 死亡, other: 其他}", "harm: {name: 伤害")];
    assert_eq!(both(&[("harm == 'death'", "harm == 'dead'"), text[0]]), "", "it may be any text");
    let through = [
        ("links: {checks", "vars: {harm: ''}\nlinks: {checks"),
        ("set: {harm: ask.harm}}}, to", "set: {harm: harm}}}, set: {harm: ask.harm}, to"),
    ];
    assert_eq!(both(&through), "");
    let told = both(&[("harm == 'death'", "harm == 'dead'"), through[0], through[1]]);
    assert!(told.contains("变量「harm」永远不会是 'dead'"), "{told}");
}

#[test]
fn what_another_flow_shows() {
    let rule = |rule: &str| both(&[("all(checks, it.found == 'right')", rule)]);
    insta::assert_snapshot!(rule("all(checks, it.found == 'rihgt')"), @"report.yaml:18:74: 提醒: 流程 check 的「found」永远不会是 'rihgt'：那边没有动作这样设它（可能的值：''、'right'、'wrong'）");
    insta::assert_snapshot!(rule("count(x in filter(checks, it.ended), x.found in ['right', 'good']) > 0"), @"report.yaml:18:108: 提醒: 流程 check 的「found」永远不会是 'good'：那边没有动作这样设它（可能的值：''、'right'、'wrong'）");
    insta::assert_snapshot!(rule("any(others, it.found == 'bad')"), @"report.yaml:18:74: 提醒: 流程 check 的「found」永远不会是 'bad'：那边没有动作这样设它（可能的值：''、'right'、'wrong'）");
    insta::assert_snapshot!(both(&[("\"it.found != 'right'\"", "\"it.found == 'worng'\"")]), @"report.yaml:19:114: 提醒: 流程 check 的「found」永远不会是 'worng'：那边没有动作这样设它（可能的值：''、'right'、'wrong'）");
    let labelled = [("unit.id, person: person.id}\nshows: [found]", "unit.id, found: found}")];
    assert_eq!(both(&labelled), "");
    let told = both(&[
        labelled[0],
        ("all(checks, it.found == 'right')", "all(checks, it.found == 'rihgt')"),
    ]);
    assert!(told.contains("流程 check 的「found」永远不会是 'rihgt'"), "{told}");
    assert_eq!(
        both(&[
            (
                "set: {found: \"'wrong'\"}",
                "ask: {why: {name: 因}}, set: {found: \"ask.why or_else ''\"}"
            ),
            ("'right')\"", "'rihgt')\"")
        ]),
        "",
        "it may be any text"
    );
}

#[test]
fn what_is_hidden_from_somebody_and_shown_to_them_in_another_flow() {
    let shown = |visible: &str, say: &str, who: &str| {
        both(&[
            (
                "links: {checks",
                &format!(
                    "form: {{sections: {{price: {{name: 底价, visible_to: [{visible}], fields: {{low: {{name: 价}}}}}}}}}}\nlinks: {{checks"
                ),
            ),
            ("set: {harm: ask.harm}", "set: {harm: \"form.price.low or_else ''\"}"),
            (
                "stop: {name: 停, for: office",
                "price: {name: 定, for: office, edit: all, optional: true, actions: {ok: {name: 好}}}, stop: {name: 停, for: office",
            ),
            (
                "participants: {office: {role: unit_reviewer, unit: unit.id}, report",
                &format!(
                    "participants: {{office: {{role: unit_reviewer, unit: unit.id}}, {who}, report"
                ),
            ),
            (
                "    timers: {late: {lasts: [{when: \"harm == 'death'\", is: 24 hours}, {is: 15 days}]",
                &format!("    {say}\n    timers: {{late: {{lasts: 15 days"),
            ),
        ])
    };
    let owner = "owner: {account: person.account}";
    insta::assert_snapshot!(shown("office", "advice: {owner: \"底价 {harm}\"}", owner), @"check.yaml:12:21: 提醒: 「owner」从advice看到 harm，来自流程 report 的栏目「price」，只给 office 看（去掉它，或让他在那边也看得到）");
    assert_eq!(
        shown("office, owner", "advice: {owner: \"底价 {harm}\"}", owner),
        "",
        "he sees it there"
    );
    assert_eq!(
        shown("office", "advice: {office: \"底价 {harm}\"}", "x: {role: title_reviewer}")
            .lines()
            .filter(|it| !it.contains("没有用到"))
            .collect::<Vec<_>>()
            .join("\n"),
        ""
    );
}

#[test]
fn subjects_that_are_swapped_or_no_ids() {
    let given = |given: &str| {
        both(&[("given: {person: person.id, unit: unit.id}", &format!("given: {{{given}}}"))])
    };
    insta::assert_snapshot!(given("person: unit.id, unit: person.id"), @r"
report.yaml:15:148: 提醒: 发起 check 的「person」要的是 person 的编号，unit.id 是 unit 的（写 person.id）
report.yaml:15:163: 提醒: 发起 check 的「unit」要的是 unit 的编号，person.id 是 person 的（写 unit.id）
");
    insta::assert_snapshot!(given("person: person.account, unit: unit.name"), @r"
report.yaml:15:148: 提醒: 发起 check 的「person」要的是 person 的编号，person.account 不是编号（写 person.id）
report.yaml:15:170: 提醒: 发起 check 的「unit」要的是 unit 的编号，unit.name 不是编号（写 unit.id）
");
    let told = given("person: person.id, unit: person.id");
    assert!(told.contains("要的是 unit 的编号，person.id 是 person 的"), "{told}");
    let asked = |of: &str| {
        both(&[
            (
                "ask: {harm:",
                &format!(
                    "ask: {{where: {{name: 哪里, type: reference, of: {of}, required: true}}, harm:"
                ),
            ),
            (
                "given: {person: person.id, unit: unit.id}",
                "given: {person: person.id, unit: ask.where}",
            ),
        ])
    };
    assert_eq!(asked("unit"), "");
    insta::assert_snapshot!(asked("person"), @"report.yaml:15:229: 提醒: 发起 check 的「unit」要的是 unit 的编号，ask.where 是 person 的（写 unit.id）");
}

#[test]
fn two_cases_that_chase_each_other() {
    let chase = |when: &str, more: &str| {
        remarks(&[(
            "chase.yaml",
            &format!(
                "workflow: chase
name: 追
start: {{by: owner, given: {{person: person}}, to: open}}
participants: {{owner: {{account: person.account}}}}
facts: {{others: {{cases: chase, where: {{kind: \"'x'\"}}}}}}
vars: {{n: 0}}
labels: {{kind: \"'x'\"}}
shows: [n]
states:
  open:
    name: 开
    choose: {{up: {{when: \"{when}\", set: {{n: n + 1}}}}{more}}}
    tasks: {{end: {{name: 完, for: owner, actions: {{end: {{name: 完, to: over}}}}}}}}
  over: {{name: 完, end: true}}
"
            ),
        )])
    };
    insta::assert_snapshot!(chase("count(others, it.n >= n) > 0", ""), @"chase.yaml:12:14: 提醒: 规则「up」看着别的案的 n 改自己的，别的案也一样：两个案一直互相追，停不下来（条件里分出先后，如 it.started < case.started）");
    assert!(chase("any(others, n <= it.n)", "").contains("互相追"));
    for right in [
        "any(others, it.n > n)",
        "any(others, it.n == n)",
        "any(others, it.n >= n and it.started < case.started)",
        "any(others, it.n >= n and n < 5)",
    ] {
        assert_eq!(chase(right, ""), "", "{right}");
    }
    assert_eq!(chase("any(others, it.n >= n)", ", done: {when: n > 3, to: over}"), "");
}
