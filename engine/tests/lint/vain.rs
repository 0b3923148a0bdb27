//! What is written in vain: conditions that can never hold wherever they stand, rules and rows that
//! those before them leave nothing, timers that another precedes, parts of a form that nobody can fill.

use crate::{
    LEAVE, changed, remarks,
    standing::{ERRAND, ERRANDS},
};

/// Days from 1 to 30.
const ASKED: (&str, &str) =
    ("type: integer, required: true", "type: integer, min: 1, max: 30, required: true");
const APPROVE: &str = "when: days > 0, to: approved";
const TASKS: &str = "    tasks:\n";

#[test]
fn a_condition_that_never_holds_is_told_wherever_it_stands() {
    let with = |from: &str, to: &str| changed(&[ASKED, (from, to)]);
    insta::assert_snapshot!(with(APPROVE, "batch: days > 30, to: approved"), @"leave.yaml:17:38: 提醒: 条件 days > 30 永远不成立：days 只会是 1 到 30（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(with(APPROVE, "batch: {when: days > 30}, to: approved"), @"leave.yaml:17:45: 提醒: 条件 days > 30 永远不成立：days 只会是 1 到 30（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(with(TASKS, "    timers: {late: {lasts: 3 days, over: {when: days > 30, to: rejected}}}\n    tasks:\n"), @"leave.yaml:12:49: 提醒: 条件 days > 30 永远不成立：days 只会是 1 到 30（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(with(TASKS, "    timers: {late: {lasts: [{when: days > 30, is: 1 days}, {is: 3 days}], over: {to: rejected}}}\n    tasks:\n"), @"leave.yaml:12:36: 提醒: 条件 days > 30 永远不成立：days 只会是 1 到 30（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(with("{role: unit_reviewer, unit: unit.id}", "{long: {role: unit_reviewer, when: days > 30}, other: {role: unit_reviewer, unit: unit.id}}"), @"leave.yaml:7:48: 提醒: 条件 days > 30 永远不成立：days 只会是 1 到 30（改它，或去掉它所管的内容）");
    assert_eq!(with(APPROVE, "batch: days > 29, to: approved"), "");
}

#[test]
fn a_condition_on_a_computed_value_or_a_decimal_never_holds() {
    let facts = "facts: {others: {cases: leave, where: {person: person.id}}}\nvalues: {ahead: \"count(others, it.state == 'pending')\"}\nvars:";
    let counted = |when: &str| {
        changed(&[("vars:", facts), (APPROVE, &format!("when: {when}, to: approved"))])
    };
    insta::assert_snapshot!(counted("ahead < 0"), @"leave.yaml:19:37: 提醒: 条件 ahead < 0 永远不成立：ahead 至少是 0（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(counted("ahead > count(others)"), @"leave.yaml:19:37: 提醒: 条件 ahead > count(others) 永远不成立：数的是其中一部分，不会比全部多（改它，或去掉它所管的内容）");
    assert_eq!(counted("ahead == 0"), "");
    assert_eq!(counted("ahead > 2 * count(others) - 1"), "");
    let decimal = [
        ("type: integer, required: true", "type: decimal, min: 0, scale: 1, required: true"),
        ("vars: {days: 0}", "vars: {days: 0.0}"),
        (APPROVE, "when: days < 0, to: approved"),
    ];
    let late = ("vars:", "values: {late: case.submission > 0}\nvars:");
    let both = changed(&[ASKED, late, (APPROVE, "when: days > 3 and late, to: approved")]);
    insta::assert_snapshot!(both, @"leave.yaml:18:37: 提醒: 条件 days > 3 and late 永远不成立：case.submission 只会是 0（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(changed(&decimal), @"leave.yaml:17:37: 提醒: 条件 days < 0 永远不成立：days 至少是 0（改它，或去掉它所管的内容）");
}

/// What is told of a rule of a state in which a list votes.
fn vote(rules: &str) -> String {
    let flow = LEAVE
        .replace(
            "participants:\n",
            "facts: {pool: {host: members, with: {unit: unit.id}}}\nparticipants:\n",
        )
        .replace("{role: unit_reviewer, unit: unit.id}", "{each: pool}")
        .replace(
            "approve: {name: 同意, when: days > 0, to: approved}",
            "vote: {name: 表决, ask: {vote: {name: 意见, choice: [agree, against], required: true}}}",
        )
        .replace(
            "          reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}, to: rejected}\n",
            "",
        )
        .replace("  approved: {", &format!("    choose: {{{rules}, rest: {{when: review.closed or review.all == 0, to: rejected}}}}\n  approved: {{"));
    remarks(&[("leave.yaml", &flow)])
}

#[test]
fn a_part_is_never_more_than_the_whole() {
    insta::assert_snapshot!(vote("passed: {when: review.given > review.all, to: approved}"), @"leave.yaml:19:29: 提醒: 条件 review.given > review.all 永远不成立：数的是其中一部分，不会比全部多（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(vote("passed: {when: 3 * review.vote.agree > 3 * review.all, to: approved}"), @"leave.yaml:19:29: 提醒: 条件 3 * review.vote.agree > 3 * review.all 永远不成立：数的是其中一部分，不会比全部多（改它，或去掉它所管的内容）");
    insta::assert_snapshot!(vote("passed: {when: \"count(review.answers, it.answer.vote == 'agree') > review.given\", to: approved}"), @"leave.yaml:19:29: 提醒: 条件 count(review.answers, it.answer.vote == 'agree') > review.given 永远不成立：数的是其中一部分，不会比全部多（改它，或去掉它所管的内容）");
    for right in
        ["3 * review.vote.agree > 2 * review.all", "review.given == review.all and review.all > 0"]
    {
        assert_eq!(vote(&format!("passed: {{when: {right}, to: approved}}")), "", "{right}");
    }
}

#[test]
fn a_rule_after_one_that_always_holds_is_never_reached() {
    let choose = |rules: &str| changed(&[ASKED, (APPROVE, &format!("choose: {{{rules}}}"))]);
    insta::assert_snapshot!(choose("short: {when: days >= 1, to: approved}, otherwise: {to: rejected}"), @"leave.yaml:17:80: 提醒: 规则「otherwise」永远轮不到：规则「short」总是成立，days 只会是 1 到 30（改它前面的条件，或删去它）");
    insta::assert_snapshot!(choose("short: {when: days < 20, to: approved}, long: {when: days < 40, to: rejected}, huge: {when: days > 25, to: rejected}"), @"leave.yaml:17:119: 提醒: 规则「huge」永远轮不到：规则「long」总是成立，days 只会是 1 到 30（改它前面的条件，或删去它）");
    assert_eq!(choose("short: {when: days < 30, to: approved}, otherwise: {to: rejected}"), "");
    let table = |rows: &str| {
        changed(&[
            ASKED,
            ("vars:", &format!("values: {{size: [{rows}]}}\nvars:")),
            ("days: days}", "days: days, size: size}"),
        ])
    };
    insta::assert_snapshot!(table("{when: days >= 1, is: 1}, {is: 2}"), @"leave.yaml:8:43: 提醒: 决策表的第 2 行永远轮不到：决策表的第 1 行总是成立，days 只会是 1 到 30（改它前面的条件，或删去它）");
    assert_eq!(table("{when: days >= 2, is: 1}, {is: 2}"), "");
    let held = changed(&[
        ASKED,
        ("vars:", "holds: {one: {of: [person.id], in: [approved]}}\nvars:"),
        (
            "  approved: {end: true}",
            "  approved: {tasks: {stop: {name: 停, for: applicant, actions: {stop: {name: 停, to: rejected}}}}}",
        ),
        (APPROVE, "choose: {short: {when: days >= 1, to: approved}, otherwise: {to: rejected}}"),
    ]);
    assert_eq!(held, "", "there may be no place");
}

/// What is told of a form with a card and a note.
fn form(card: &str, edit: &str, later: &str) -> String {
    let form = format!(
        "form: {{sections: {{note: {{name: 说明, fields: {{text: {{name: 文字}}}}}}, card: {{name: 卡, {card}fields: {{number: {{name: 卡号, required: true}}}}}}}}}}\nvars:"
    );
    changed(&[
        ("vars:", &form),
        (
            "{role: unit_reviewer, unit: unit.id}",
            "{role: unit_reviewer, unit: unit.id}\n  treasury: {role: title_reviewer}",
        ),
        ("for: reviewer\n", &format!("for: reviewer\n        edit: {edit}\n")),
        ("when: days > 0, to: approved", "freeze: true, to: approved"),
        (
            "  approved: {end: true}",
            &format!(
                "  approved: {{tasks: {{pay: {{name: 付, for: treasury, {later}actions: {{pay: {{name: 付, to: rejected}}}}}}}}}}"
            ),
        ),
        (
            TASKS,
            "    tasks:\n      card: {name: 填卡, for: treasury, optional: true, repeat: true, edit: \"['note']\", actions: {done: {name: 好}}}\n",
        ),
    ])
}

#[test]
fn what_must_be_filled_and_nobody_can() {
    insta::assert_snapshot!(form("", "\"['note']\"", "edit: \"['card']\", "), @"leave.yaml:9:65: 提醒: 「卡号」必须填，提交（review）以前却没有任务能填栏目「card」：永远提交不了（在填表的任务的 edit 里加上 card，或去掉 required）");
    insta::assert_snapshot!(form("visible_to: [treasury], ", "all", "edit: \"['card']\", "), @"leave.yaml:9:65: 提醒: 「卡号」必须填，能填栏目「card」的任务「review」的参与者却看不到它：永远提交不了（让他看得到（visible_to、sees），或提交以前由看得到的人填，或去掉 required）");
    insta::assert_snapshot!(form("when: days > 3, ", "\"['note']\"", ""), @"leave.yaml:9:65: 提醒: 「卡号」必须填，提交（review）以前却没有任务能填栏目「card」：它显示时就提交不了（在填表的任务的 edit 里加上 card，或去掉 required）");
    assert_eq!(
        form("when: days > 3, ", "\"['note']\"", "edit: \"['card']\", "),
        "",
        "it may be shown later"
    );
    assert_eq!(form("", "\"['note', 'card']\"", ""), "");
    assert_eq!(form("visible_to: [treasury, reviewer], ", "all", ""), "");
}

#[test]
fn cases_that_were_started_and_end_as_no_rule_expects() {
    let lost = ERRAND.replace(
        "run: {name: 跑, to: over}}}}}",
        "run: {name: 跑, to: over}, lose: {name: 丢了, to: lost}}}}}\n  lost: {name: 丢了, end: true}",
    );
    let parent = |rule: &str| {
        let rule = format!("back: {{when: \"count(errand) > 0 and {rule}\", to: over}}");
        let text = ERRANDS.replace(
            "back: {when: \"count(errand) > 0 and all(errand, it.ended)\", to: over}",
            &rule,
        );
        remarks(&[("errands.yaml", &text), ("errand.yaml", &lost)])
    };
    let told = parent("all(errand, it.state == 'over')");
    assert!(
        told.contains(
            "errands.yaml:13:7: 提醒: 「errand」都到了「lost」时，「sent」里没有一条规则成立：案一直等着"
        ),
        "{told}"
    );
    assert_eq!(parent("all(errand, it.ended)"), "");
    assert_eq!(parent("all(errand, it.state == 'over' or it.state == 'lost')"), "");
    assert_eq!(parent("count(errand, it.state == 'open') == 0"), "");
}

#[test]
fn a_letter_that_writes_as_a_date_what_is_none() {
    let letter = |text: &str| {
        let flow = LEAVE.replace("to: approved}", "notify: {applicant: told}, to: approved}");
        remarks(&[
            ("leave.yaml", &flow),
            ("letters/told.txt", &format!("主题：同意\n\n请了{{{{ {text} }}}}。\n")),
        ])
    };
    insta::assert_snapshot!(letter("days | date"), @"letters/told.txt:3:6: 错误: 信件「told」里的 days 是整数，不是日期：这封信写不出来（写成 {{ days }}）");
    assert_eq!(letter("person.birth_date | date"), "");
    assert_eq!(letter("days"), "");
}

#[test]
fn a_letter_that_writes_a_number_which_only_a_later_round_has() {
    let letter = ("letters/numbered.txt", "主题：编号\n\n{{ numbers.paper }}\n");
    let with = |when: &str, number: &str| {
        let text = LEAVE
            .replace("vars: {", "numbers: {paper: {name: 编号, text: '{n}'}}\nvars: {")
            .replace("when: days > 0, to: approved", &format!("{number}to: approved"))
            .replace("reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}", &format!("reject: {{name: 不同意{when}, notify: {{applicant: numbered}}"))
            .replace("  approved: {end: true}", "  approved: {tasks: {check: {name: 复核, for: applicant, actions: {again: {name: 再来, to: pending}, ok: {name: 好, to: rejected}}}}}");
        remarks(&[("leave.yaml", &text), letter])
    };
    insta::assert_snapshot!(with("", "number: paper, "), @"leave.yaml:19:51: 提醒: 信件「numbered」写了 numbers.paper，第一次到这里时可能还没有取过它：发不出去（先取编号（number: paper）再发，或换一封信）");
    assert_eq!(with(", when: numbers.paper is not none", "number: paper, "), "");
    assert_eq!(with(", when: days > 5", "number: paper, "), "", "it may hang together");
}

#[test]
fn a_timer_that_another_precedes_whatever_the_calendar_is() {
    let state = |first: &str, second: &str| {
        let timers = format!(
            "    timers: {{first: {{lasts: {first}, over: {{to: rejected}}}}, second: {{lasts: {second}, over: {{notify: {{reviewer: asked}}}}}}}}\n    tasks:\n"
        );
        changed(&[(TASKS, &timers)])
    };
    insta::assert_snapshot!(state("1 hours", "90 minutes"), @"leave.yaml:12:61: 提醒: 计时器「second」到不了期：「first」先到期，案已经离开「pending」（写得比「first」短，或删去其中一个）");
    for (first, second) in [
        ("1 hours", "2 days"),
        ("3 days", "5 working days"),
        ("3 days", "3 working days"),
        ("2 days", "1 months"),
        ("30 minutes", "60 minutes, remind: 10 minutes"),
        ("2 days", "72 hours"),
        ("1 days 09:00", "3 days"),
    ] {
        assert!(state(first, second).contains("「second」到不了期"), "{first} {second}");
    }
    for (first, second) in [
        ("24 hours", "1 days 09:00"),
        ("2 days", "48 hours"),
        ("5 working days", "9 days"),
        ("3 days rolled", "4 days"),
        ("1 months", "30 days"),
        ("3 days", "3 publicity days"),
    ] {
        assert_eq!(state(first, second), "", "{first} {second}");
    }
    let task = |first: &str, second: &str| {
        changed(&[
            (
                TASKS,
                &format!(
                    "    timers: {{first: {{lasts: {first}, over: {{to: rejected}}}}}}\n    tasks:\n"
                ),
            ),
            (
                "for: reviewer\n",
                &format!(
                    "for: reviewer\n        timers: {{second: {{lasts: {second}, over: {{notify: {{reviewer: asked}}}}}}}}\n"
                ),
            ),
        ])
    };
    assert!(task("2 days", "3 days").contains("「second」到不了期"));
    assert_eq!(task("3 days", "2 days"), "");
    let unless = changed(&[(
        TASKS,
        "    timers: {first: {lasts: 1 hours, over: {when: days > 3, to: rejected}}, second: {lasts: 2 hours, over: {notify: {reviewer: asked}}}}\n    tasks:\n",
    )]);
    assert_eq!(unless, "", "it may not lead away");
}

#[test]
fn what_is_shown_only_once_it_has_been_filled_in() {
    let form = |pay: &str, loan: &str| {
        let form = format!(
            "form: {{sections: {{pay: {{name: 付款, fields: {{loan: {{name: 有贷款, type: yes_no{pay}}}}}}}, loan: {{name: 贷款, when: {loan}, fields: {{bank: {{name: 银行}}, papers: {{name: 附件, type: files}}}}}}}}}}\nvars:"
        );
        changed(&[("vars:", &form), ("for: reviewer\n", "for: reviewer\n        edit: all\n")])
    };
    insta::assert_snapshot!(form("", "not blank(form.loan.bank)"), @"leave.yaml:8:102: 提醒: 栏目「loan」永远不显示：它的 when 读它自己的 form.loan.bank，没有显示时是空的（when 里写先填的栏目或变量）");
    insta::assert_snapshot!(form("", "form.loan.bank == 'x' and days > 3"), @"leave.yaml:8:102: 提醒: 栏目「loan」永远不显示：它的 when 读它自己的 form.loan.bank，没有显示时是空的（when 里写先填的栏目或变量）");
    insta::assert_snapshot!(form("", "count(form.loan.papers) > 0"), @"leave.yaml:8:102: 提醒: 栏目「loan」永远不显示：它的 when 读它自己的 form.loan.papers，没有显示时是空的（when 里写先填的栏目或变量）");
    insta::assert_snapshot!(form(", when: form.loan.bank is not none", "form.pay.loan or_else false"), @"
    leave.yaml:8:82: 提醒: 字段「pay.loan」永远不显示：它的 when 要等 form.loan.bank，那里也要等别的先显示（when 里写先填的栏目或变量）
    leave.yaml:8:136: 提醒: 栏目「loan」永远不显示：它的 when 要等 form.pay.loan，那里也要等别的先显示（when 里写先填的栏目或变量）
    ");
    for right in [
        "form.pay.loan or_else false",
        "blank(form.loan.bank)",
        "form.loan.bank is not none or days > 3",
    ] {
        assert_eq!(form("", right), "", "{right}");
    }
}

#[test]
fn an_option_that_is_no_target() {
    let with = |among: &str, more: &str| {
        changed(&[
            (
                "  approved: {end: true}",
                "  later: {status: pending, tasks: {look: {name: 看, for: reviewer, actions: {look: {name: 看, to: approved}}}}}\n  approved: {end: true}",
            ),
            (
                "required: true}}, to: rejected}",
                "required: true}}, choose: {long: {when: days > 9, to: later}, otherwise: {to: rejected}}}",
            ),
            (
                APPROVE,
                &format!(
                    "ask: {{target: {{name: 去哪里, choice: {{approved: 同意, later: 再看}}, required: true}}}}, {more}to: ask.target, among: [{among}]"
                ),
            ),
        ])
    };
    assert_eq!(with("approved, later", ""), "");
    insta::assert_snapshot!(with("approved", ""), @"leave.yaml:17:133: 提醒: to 可能是「later」，among 里没有它：选了它就办不成（在 among 里加上它，或从 to 的选项里去掉它）");
    let guarded =
        with("approved", "require: {now: {that: \"ask.target == 'approved'\", say: 不行}}, ");
    assert!(!guarded.contains("选了它"), "{guarded}");
}

#[test]
fn rules_that_go_round_as_long_as_other_cases_are_as_they_are() {
    let circle = |back: &str| {
        changed(&[
            (
                "vars:",
                "facts: {others: {cases: leave, where: {person: person.id}}}\nvalues: {ahead: \"count(others, it.state == 'pending')\"}\nvars:",
            ),
            (
                "  approved: {end: true}",
                &format!(
                    "  approved: {{choose: {{on: {{when: ahead == 0, to: filing}}}}, tasks: {{stop: {{name: 停, for: applicant, actions: {{stop: {{name: 停, to: rejected}}}}}}}}}}\n  filing: {{status: approved, choose: {{back: {{when: {back}, to: approved}}}}, tasks: {{end: {{name: 完, for: applicant, actions: {{end: {{name: 完, to: rejected}}}}}}}}}}"
                ),
            ),
        ])
    };
    insta::assert_snapshot!(circle("ahead == 0"), @"leave.yaml:21:3: 错误: ahead == 0 时规则自己转圈，永远停不下来：approved → filing → approved（让其中一条规则带上会变化的条件，或改去别的状态）");
    assert_eq!(circle("ahead > 0"), "");
    assert_eq!(circle("ahead == 0 and end.action is not none"), "");
}

#[test]
fn a_document_where_its_own_condition_never_holds() {
    let pass = |when: &str, enter: &str, action: &str| {
        changed(&[
            (
                "vars:",
                &format!(
                    "documents: {{pass: {{name: 假条, when: {when}, for: [applicant], sheet: [{{title: 假条}}]}}}}\nvars:"
                ),
            ),
            ("  approved: {end", &format!("  approved: {{{enter}end")),
            (APPROVE, &format!("{action}to: approved")),
        ])
    };
    let enter = "enter: {document: pass}, ";
    insta::assert_snapshot!(pass("case.state == 'rejected'", enter, ""), @"leave.yaml:20:22: 提醒: 文书「pass」在「approved」里不会生成：它的 when 是 case.state == 'rejected'（改文书的 when，或把 document 写到 when 成立的状态的 enter 里）");
    insta::assert_snapshot!(pass("case.state == 'approved'", "", "document: pass, "), @"leave.yaml:18:31: 提醒: 文书「pass」在「pending」里不会生成：它的 when 是 case.state == 'approved'（改文书的 when，或把 document 写到 when 成立的状态的 enter 里）");
    assert_eq!(pass("case.state == 'approved'", enter, ""), "");
    assert_eq!(pass("case.state == 'rejected' or days > 3", enter, ""), "");
}

#[test]
fn cases_that_are_told_only_once_they_are_closed() {
    let parent = |filter: &str| {
        let halt = format!(
            "    tasks: {{halt: {{name: 停, for: office, optional: true, actions: {{halt: {{name: 停, tell: {{all: {{of: errand, where: {filter}, action: stop}}}}, to: over}}}}}}}}\n    choose:\n"
        );
        let child = ERRAND
            .replace("runner: {account: person.account}}", "runner: {account: person.account}, boss: {link: errands}}")
            .replace("to: over}}}}}\n", "to: over}}}, halt: {name: 停, for: boss, optional: true, actions: {stop: {name: 停, to: over}}}}}\n");
        remarks(&[
            ("errands.yaml", &ERRANDS.replace("    choose:\n", &halt)),
            ("errand.yaml", &child),
        ])
    };
    insta::assert_snapshot!(parent("\"it.state == 'over'\""), @"errands.yaml:12:116: 提醒: 只告知了已经办结的案（it.state == 'over'）：办结的案不会再办（改 where，如 not it.ended）");
    insta::assert_snapshot!(parent("it.ended"), @"errands.yaml:12:116: 提醒: 只告知了已经办结的案（it.ended）：办结的案不会再办（改 where，如 not it.ended）");
    assert_eq!(parent("not it.ended"), "");
}
