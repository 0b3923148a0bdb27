//! What is written without a fault and does harm: it can never happen, never ends, or holds nobody.

use crate::changed;

#[test]
fn a_workflow_that_nobody_starts() {
    insta::assert_snapshot!(changed(&[("start: {by: applicant, ", "start: {"), ("  reviewer:", "  clerk: {role: unit_reviewer, unit: unit.id}\n  reviewer:")]), @"
    leave.yaml:4:1: 提醒: start 没有写 by，也没有别的流程发起它：人不能发起，只有外部服务能（加上 by: 参与者，或在别的流程里 start 它）
    leave.yaml:6:3: 提醒: 参与者「applicant」没有用到（删去它，或检查任务的 for）
    leave.yaml:7:3: 提醒: 参与者「clerk」没有用到（删去它，或检查任务的 for）
    ");
}

#[test]
fn a_hold_that_can_never_be_taken() {
    let hold = |hold: &str| changed(&[("vars:", &format!("holds: {{{hold}}}\nvars:"))]);
    insta::assert_snapshot!(hold("a: {of: [unit.id], limit: 0, in: [pending]}"), @"leave.yaml:8:9: 错误: 占用「a」永远占不到：要占 1 个，共 0 个（改 limit 或 take）");
    assert!(
        hold("a: {of: [unit.id], take: 0, limit: days, in: [pending]}").contains("一个也不占"),
        "whatever there is"
    );
    insta::assert_snapshot!(hold("a: {of: [unit.id], take: 2, in: [pending]}"), @"leave.yaml:8:9: 错误: 占用「a」永远占不到：要占 2 个，共 1 个（改 limit 或 take）");
    insta::assert_snapshot!(hold("a: {of: [unit.id, year(today)], in: [pending]}"), @"leave.yaml:8:27: 提醒: 占用「a」的键 year(today) 随时间变：变了以后的下一步占的是另一个键（发起时用 set 放进变量，键里写变量）");
    insta::assert_snapshot!(hold("a: {of: [unit.id], in: [pending]}, b: {of: [unit.id], in: [pending]}"), @"leave.yaml:8:44: 提醒: 占用「b」和「a」占的是同一个键（删去其中一个）");
    assert_eq!(
        hold("a: {of: [unit.id], in: [pending]}, b: {of: [unit.id], limit: 3, in: [pending]}"),
        ""
    );
}

#[test]
fn rules_that_set_and_never_stop() {
    let rule = |rules: &str| {
        changed(&[(
            "  approved: {end: true}",
            &format!(
                "  approved: {{tasks: {{file: {{name: 归档, for: reviewer, actions: {{file: {{name: 归档, to: rejected}}}}}}}}, choose: {{{rules}}}}}"
            ),
        )])
    };
    insta::assert_snapshot!(rule("more: {when: days > 0, set: {days: days + 1}}"), @"leave.yaml:19:3: 错误: days = 1 时规则自己转圈，永远停不下来：approved → approved（让其中一条规则带上会变化的条件，或改去别的状态）");
    insta::assert_snapshot!(rule("told: {when: days > 3, notify: {reviewer: asked}}"), @"leave.yaml:19:108: 错误: 规则「told」不去别的状态，也不改变它自己的条件：一旦成立就永远停不下来（加上 to: 状态，或设一个条件里读的变量）");
    insta::assert_snapshot!(rule("filed: {when: file.times > 0, set: {days: 3}}"), @"leave.yaml:19:108: 错误: 规则「filed」不去别的状态，也不改变它自己的条件：一旦成立就永远停不下来（加上 to: 状态，或设一个条件里读的变量）");
    insta::assert_snapshot!(rule("out: {when: days > 3, to: rejected}, otherwise: {}"), @"leave.yaml:19:145: 错误: 规则「otherwise」不去别的状态，也不改变它自己的条件：一旦成立就永远停不下来（加上 to: 状态，或设一个条件里读的变量）");
    assert_eq!(rule("less: {when: days > 0, set: {days: days - 1}}"), "");
    assert_eq!(rule("once: {when: days != 3, set: {days: 3}, notify: {reviewer: asked}}"), "");
    assert_eq!(rule("filed: {when: file.times > days, set: {days: file.times}}"), "");
}

#[test]
fn rules_that_read_answers_or_cases_and_set_what_those_do_not_hang_on() {
    let rule = |rules: &str| {
        changed(&[
            (
                "vars:",
                "facts: {pool: {host: members, with: {unit: unit.id}}, some: {host: members, with: {unit: text(days)}}, others: {cases: leave, where: {person: person.id}}, same: {cases: leave, where: {days: days}}}\nvalues: {ahead: count(others)}\nvars:",
            ),
            ("  reviewer:", "  some: {each: some}\n  reviewer:"),
            (
                "  approved: {end: true}",
                &format!(
                    "  approved:\n    tasks: {{vote: {{name: 评, for: {{each: pool}}, actions: {{ok: {{name: 好}}, no: {{name: 否}}}}}}, look: {{name: 看, for: some, actions: {{ok: {{name: 好}}}}}}}}\n    choose: {{{rules}, all: {{when: vote.closed or vote.all == 0 or look.all == 0 or count(same) > 1, to: rejected}}}}"
                ),
            ),
        ])
    };
    let endless = "不去别的状态，也不改变它自己的条件：一旦成立就永远停不下来";
    for when in ["any(vote.answers, it.action == 'no')", "vote.given >= 1", "ahead > 0"] {
        let told = rule(&format!("mark: {{when: \"{when}\", set: {{days: 3}}}}"));
        assert!(told.contains(endless), "{when}: {told}");
    }
    for when in ["look.given >= 1", "count(same) > 0"] {
        let told = rule(&format!("mark: {{when: \"{when}\", set: {{days: 3}}}}"));
        assert!(!told.contains(endless), "{when}: {told}");
    }
    let told =
        rule("out: {when: days == 3, to: rejected}, mark: {when: vote.given >= 1, set: {days: 3}}");
    assert!(!told.contains(endless), "{told}");
}

#[test]
fn states_that_grow_in_a_circle() {
    let circle = "  approved: {choose: {up: {when: days >= 0, set: {days: days + 1}, to: filing}, otherwise: {to: rejected}}}\n  filing: {status: approved, choose: {otherwise: {to: approved}}}";
    insta::assert_snapshot!(changed(&[("  approved: {end: true}", circle)]), @"leave.yaml:19:3: 错误: days = 0 时规则自己转圈，永远停不下来：approved（规则 up） → filing → approved（让其中一条规则带上会变化的条件，或改去别的状态）");
    let ends = circle.replace("days >= 0", "days < 5");
    assert_eq!(changed(&[("  approved: {end: true}", &ends)]), "");
}

#[test]
fn a_workflow_that_starts_itself_at_once() {
    let links = "links: {next: {to: leave, many: true}, before: {from: leave}}\nvars:";
    let enter = "  pending:\n    enter: {start: {next: {workflow: leave, given: {person: person.id, unit: unit.id}}}}\n";
    insta::assert_snapshot!(changed(&[("vars:", links), ("  pending:\n", enter)]), @"leave.yaml:4:1: 错误: 一发起「leave」，进入「pending」时又发起一个，没有尽头（加上 when，或由一个动作来发起）");
    let renewed = (
        "to: approved}",
        "start: {next: {workflow: leave, given: {person: person.id, unit: unit.id}}}, to: approved}",
    );
    assert_eq!(changed(&[("vars:", links), renewed]), "");
}

#[test]
fn conditions_that_always_hold_or_never() {
    let when = |condition: &str| changed(&[("when: days > 0", &format!("when: \"{condition}\""))]);
    insta::assert_snapshot!(when("1 > 2"), @"leave.yaml:17:37: 提醒: 条件 1 > 2 永远不成立（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(when("days > 5 and days < 3"), @"leave.yaml:17:37: 提醒: 条件 days > 5 and days < 3 永远不成立（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(when("days > 1 or days <= 1"), @"leave.yaml:17:37: 提醒: 条件 days > 1 or days <= 1 总是成立（改它，或去掉）");
    assert_eq!(when("days > 3 and days < 5"), "");
    assert_eq!(when("true"), "");
    let rules = (
        "to: approved}",
        "choose: {never: {when: days > 5 and days < 3, to: approved}, otherwise: {to: approved}}}",
    );
    insta::assert_snapshot!(changed(&[rules]), @"leave.yaml:17:70: 提醒: 条件 days > 5 and days < 3 永远不成立（改它，或去掉它所管的内容）");
}

#[test]
fn a_variable_is_compared_with_what_it_may_be() {
    let kind = [
        ("ask: {days:", "ask: {kind: {name: 类别, choice: [事假, 病假], required: true}, days:"),
        ("set: {days: ask.days}", "set: {days: ask.days, kind: ask.kind}"),
        ("vars: {days: 0}", "vars: {days: 0, kind: ''}"),
    ];
    let with = |text: &str| {
        let when = format!("when: \"kind == '{text}'\"");
        changed(&[&kind[..], &[("when: days > 0", when.as_str())]].concat())
    };
    assert_eq!(with("病假"), "");
    insta::assert_snapshot!(with("年假"), @"leave.yaml:17:46: 提醒: 变量「kind」永远不会是 '年假'：没有动作这样设它（可能的值：''、'事假'、'病假'）");
    let free = [
        ("set: {days: ask.days, kind: ask.kind}", "set: {days: ask.days, kind: person.name}"),
        ("when: days > 0", "when: \"kind == '年假'\""),
    ];
    assert_eq!(changed(&[&kind[..], &free].concat()), "", "a name may be anything");
}

#[test]
fn what_is_not_there_cannot_be_computed() {
    let label = |label: &str| changed(&[("days: days}", &format!("days: days, x: \"{label}\"}}"))]);
    insta::assert_snapshot!(label("[1, 2, 3][-1] or_else 0"), @"leave.yaml:9:55: 错误: 没有第 -1 个（从 0 起；最后一个写 last([1, 2, 3])）");
    insta::assert_snapshot!(label("days / 0"), @"leave.yaml:9:52: 错误: 除数是 0");
    insta::assert_snapshot!(changed(&[("unit: unit.id}", "unit: \"''\"}")]), @"leave.yaml:7:41: 错误: unit 是空的：没有单位，也就没有人（不属于单位的角色不写 unit）");
}

#[test]
fn a_table_over_a_computed_value_is_told_with_a_value() {
    let table = |rows: &str| {
        let values = format!(
            "values: {{weeks: \"floor(days / 7)\", size: [{rows}]}}\nlabels: {{size: size, "
        );
        changed(&[("labels: {", values.as_str())])
    };
    assert_eq!(table("{when: weeks < 1, is: 1}, {when: weeks >= 1, is: 2}"), "");
    insta::assert_snapshot!(table("{when: weeks < 1, is: 1}, {when: weeks < 3, is: 2}"), @"leave.yaml:9:69: 提醒: 看不出决策表总有一行成立：都不成立时（如 weeks = 4）是最后一行（补上缺的行，或在最后加上 {is: 值}）");
}

#[test]
fn a_length_of_time_that_depends_on_the_case() {
    let lasts = |rows: &str| {
        let timers = format!(
            "  pending:\n    timers: {{late: {{lasts: {rows}, over: {{to: rejected}}}}}}\n"
        );
        changed(&[("  pending:\n", timers.as_str())])
    };
    assert_eq!(lasts("[{when: days < 3, is: 24 hours}, {is: 15 days}]"), "");
    assert_eq!(
        lasts("[{when: days < 3, is: 24 hours}, {when: days >= 3, is: \"{days} days\"}]"),
        ""
    );
    insta::assert_snapshot!(lasts("[{when: days < 3, is: 24 hours}, {when: days > 3, is: 15 days}]"), @"leave.yaml:12:61: 错误: 决策表不完整：days = 3 时没有一行成立（补上缺的行，或在最后加上 {is: 值}）");
    insta::assert_snapshot!(lasts("[{is: 24 hours}, {when: days > 3, is: 15 days}]"), @"leave.yaml:12:45: 错误: 第 1 行没有 when，之后的行永远轮不到（把没有 when 的一行放在最后）");
    insta::assert_snapshot!(lasts("[{when: dayss < 3, is: 24 hour}, {is: 15 dys}]"), @"
    leave.yaml:12:36: 错误: 没有名为 dayss 的名字（是不是 days？）
    leave.yaml:12:66: 错误: 「15 dys」不是时长（写法如：5 working days、5 publicity days、48 hours、30 minutes、20 days、20 days rolled、6 months、6 months rolled，带钟点的如 1 working days 09:00）
    ");
}

#[test]
fn a_check_names_the_page_of_a_part() {
    let check = |check: &str| {
        let form =
            "form: {sections: {works: {name: 业绩, rows: true, fields: {kind: {name: 类别}}}}}\n";
        let check = format!(
            "checks: {{full: {{severity: block, that: count(form.works) > 0, say: 没有业绩, {check}}}}}\n"
        );
        changed(&[
            ("vars:", &format!("{form}{check}vars:")),
            ("set: {days: ask.days}", "checks: all, set: {days: ask.days}"),
        ])
    };
    assert_eq!(check("part: works, page: first(form.works).kind"), "");
    insta::assert_snapshot!(check("page: first(form.works).kind"), @"leave.yaml:9:80: 错误: page 说的是 part 的哪一页，这里没有 part（加上 part: 栏目）");
    insta::assert_snapshot!(check("part: works, page: count(form.works)"), @"leave.yaml:9:93: 错误: 这里要文本（类别的编号），得到的是整数");
}

#[test]
fn a_place_that_is_kept_by_who_was_refused() {
    let hold = |states: &str| {
        let hold = format!("holds: {{a: {{of: [person.id], {states}, say: 已有一项}}}}\nvars:");
        let refused = ("rejected: {end: true}", "rejected: {end: true, tone: bad}");
        changed(&[("vars:", hold.as_str()), refused])
    };
    insta::assert_snapshot!(hold("in: [pending, approved, rejected]"), @"leave.yaml:8:54: 提醒: 占用「a」到了「rejected」还占着：那是结束，永远不让出来（从 in 里去掉它；就是要一直占着的（如被拒绝的不能再来），改写 not_in）");
    assert_eq!(hold("in: [pending, approved]"), "");
    assert_eq!(hold("not_in: [approved]"), "");
}
