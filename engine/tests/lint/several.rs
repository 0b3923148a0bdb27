//! Tasks of several people, and what is started, held or replaced for each: what is of one is not of all,
//! and of nobody there is none.

use crate::{LEAVE, remarks};

/// A list answers, and the office then goes on; the tests change one thing of it.
const PANEL: &str = "\
workflow: panel
name: 评审
start: {by: owner, given: {person: person, unit: unit}, to: choosing}
participants: {owner: {account: person.account}, office: {role: unit_reviewer, unit: unit.id}, expert: {each: experts}, signer: {each: signers}}
facts: {pool: {host: members, with: {unit: unit.id}}}
vars: {experts: {type: list of member}, signers: {type: list of member}, spare: {type: list of member}, score: 0, failed: false}
labels: {score: score, failed: failed}
states:
  choosing: {name: 定, tasks: {choose: {name: 定, for: office, actions: {go: {name: 定, set: {experts: pool, signers: pool, spare: pool, score: 1, failed: true}, to: asking}}}}}
  asking:
    name: 评
    tasks:
      mark: {name: 评, for: expert, actions: {good: {name: 行, ask: {points: {name: 分, type: integer, required: true}}}, bad: {name: 不行}}}
    choose:
      nobody: {when: mark.all == 0, to: over}
      done: {when: mark.closed, to: signing}
  signing: {name: 签, choose: {nobody: {when: sign.all == 0, to: over}}, tasks: {sign: {name: 签, for: signer, actions: {ok: {name: 好, to: over}}}}}
  over: {name: 完, end: true}
";

fn panel(changes: &[(&str, &str)]) -> String {
    let mut text = PANEL.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let letter = ("letters/noted.txt", "主题：有了\n\n好\n");
    let told = remarks(&[("panel.yaml", &text), letter]);
    let told = told.lines().filter(|line| !line.contains("没有动作或计时器发它"));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn after_everybody_has_answered_the_last_answer_is_not_that_of_all() {
    assert_eq!(panel(&[]), "");
    let rule = |rule: &str| panel(&[("      done:", &format!("      {rule}\n      done:"))]);
    insta::assert_snapshot!(rule("veto: {when: \"mark.closed and mark.action == 'bad'\", to: over}"), @"panel.yaml:16:20: 提醒: 「mark」由几个人各自答，mark.action 只是最后答的那一个的，不是大家的（写 any(mark.answers, it.action == '…')、all(…) 或 count(…)）");
    let set = |set: &str| {
        panel(&[("mark.closed, to", &format!("mark.closed, set: {{score: {set}}}, to"))])
    };
    insta::assert_snapshot!(set("mark.answer.points or_else 0"), @"panel.yaml:16:46: 提醒: 「mark」由几个人各自答，mark.answer.points 只是最后答的那一个的，不是大家的（写 map(mark.answers, it.answer.points)，再求平均、合计或数个数）");
    // Whoever answers decides: a veto, the first of them.
    for right in [
        "veto: {when: \"mark.action == 'bad'\", to: over}",
        "first: {when: \"mark.given >= 1 and mark.action == 'good'\", to: over}",
        "veto: {when: \"mark.closed and any(mark.answers, it.action == 'bad')\", to: over}",
        "alone: {when: \"mark.all == 1 and mark.closed and mark.action == 'bad'\", to: over}",
    ] {
        assert_eq!(rule(right), "", "{right}");
    }
    let one = panel(&[
        ("experts: pool", "experts: \"first(pool, 1)\""),
        ("mark.closed, to", "\"mark.closed and mark.action != 'bad'\", to"),
        ("      done:", "      rest: {when: \"mark.action == 'bad'\", to: over}\n      done:"),
    ]);
    assert_eq!(one, "", "of one he is all");
}

#[test]
fn an_empty_list_is_held_up_by_a_timer_that_only_reminds() {
    let timer = |over: &str| {
        panel(&[
            ("      nobody: {when: mark.all == 0, to: over}\n", ""),
            (
                "    name: 评\n",
                &format!(
                    "    name: 评\n    timers: {{late: {{lasts: 3 days, over: {{{over}}}}}}}\n"
                ),
            ),
        ])
    };
    let told = timer("notify: {office: noted}");
    assert!(told.contains("名单空着时没有人办「mark」，案一直停在「asking」"), "{told}");
    for way in ["to: over", "set: {experts: pool}"] {
        assert_eq!(timer(way), "", "{way}");
    }
}

#[test]
fn an_empty_list_is_held_up_by_what_only_comes_back() {
    let back = |when: &str, more: &str| {
        let back = format!(
            "back: {{name: 退, for: office, optional: true, {when}actions: {{back: {{name: 退, to: mend}}}}}}\n      mark:"
        );
        let mend = format!(
            "  mend: {{name: 改, tasks: {{mend: {{name: 改, for: office, actions: {{again: {{name: 再来, {more}to: asking}}}}}}}}}}\n  signing:"
        );
        panel(&[
            ("      nobody: {when: mark.all == 0, to: over}\n", ""),
            ("mark:", &back),
            ("  signing:", &mend),
        ])
    };
    let stuck = "名单空着时没有人办「mark」，案一直停在「asking」";
    assert!(back("when: mark.given > 0, ", "").contains(stuck));
    assert!(back("", "").contains(stuck));
    assert_eq!(back("", "set: {experts: pool}, "), "", "the list may be another then");
}

#[test]
fn a_replacement_that_replaces_nobody() {
    let out = |replace: &str| {
        panel(&[("bad: {name: 不行}", &format!("bad: {{name: 退, replace: {replace}}}"))])
    };
    insta::assert_snapshot!(out("{in: experts, by: experts, else: {set: {failed: true}}}"), @"panel.yaml:13:144: 提醒: replace 的 by 就是 in（experts）：换上的也在名单里，没有人可换（by 写候补的名单）");
    insta::assert_snapshot!(out("{in: signers, by: spare}"), @"panel.yaml:13:144: 提醒: replace 换的是「signers」，「mark」的人不从它来：谁也不换下（in 写这个任务的名单）");
    assert_eq!(out("{in: experts, by: spare}"), "");
    let over = |list: &str| {
        let timer = format!(
            "timers: {{late: {{lasts: 3 days, over: {{replace: {{in: {list}, by: spare}}}}}}}}, actions: {{good"
        );
        panel(&[("actions: {good", &timer)])
    };
    assert!(over("signers").contains("replace 换的是「signers」，「mark」的人不从它来"));
    assert_eq!(over("experts"), "");
    let other = "swap: {name: 换, for: office, optional: true, actions: {swap: {name: 换, ask: {who: {name: 谁, required: true}}, replace: {in: signers, out: ask.who, by: spare}}}}\n      mark:";
    assert_eq!(panel(&[("mark:", other)]), "", "whom it is, is said");
    let elsewhere = other.replace("in: signers", "in: spare").replace("by: spare", "by: pool");
    let told = panel(&[("mark:", &elsewhere), ("signers: pool, spare", "signers: pool, spare")]);
    assert!(told.contains("「spare」不是哪个任务的名单：换了它，没有谁的任务跟着换（in 写任务的名单（参与者的 each））"), "{told}");
    let drawn =
        ("set: {experts: pool", "draw: {into: experts, of: spare, count: 3}, set: {score: 2");
    let told = panel(&[("mark:", &elsewhere), drawn]);
    assert!(!told.contains("不是哪个任务的名单"), "they come from it: {told}");
    let own = other.replace("for: office", "for: owner").replace("out: ask.who, ", "");
    let told = panel(&[("mark:", &own)]);
    assert!(told.contains("replace 没有写 out，换下的是办理的人，他不在「signers」里：谁也不换下（写 out: 换下谁，如 out: ask.who）"), "{told}");
}

#[test]
fn whoever_takes_himself_off_a_list_may_act_for_another() {
    let off = |who: &str, changes: &[(&str, &str)]| {
        let bad = format!(
            "bad: {{name: 退, set: {{experts: \"filter(experts, it.account != {who})\"}}}}"
        );
        let all = [("bad: {name: 不行}", bad.as_str())];
        panel(&all.iter().chain(changes).copied().collect::<Vec<_>>())
    };
    insta::assert_snapshot!(off("actor.id", &[]), @"panel.yaml:13:150: 提醒: 受托的人做时 actor.id 是他自己，不在「experts」里：委托他的人还留在名单里（写 actor.principal（他替谁办），或给参与者写 delegate: false）");
    assert_eq!(off("actor.principal", &[]), "");
    let alone = ("{each: experts}", "{each: experts, delegate: false}");
    assert_eq!(off("actor.id", &[alone]), "", "nobody acts for another");
    let others = ("set: {experts: \"filter(experts", "set: {spare: \"filter(spare");
    assert_eq!(off("actor.id", &[others]), "", "it is not his list");
}

#[test]
fn cases_for_each_of_a_list_that_may_be_empty() {
    let flow = |each: &str, more: &[(&str, &str)]| {
        let host = format!(
            "workflow: host\nname: 总\nstart: {{by: owner, given: {{person: person, unit: unit}}, ask: {{some: {{name: 几个, type: choices, choice: [a, b], min: 1, required: true}}}}, set: {{some: ask.some}}, to: waiting}}\nparticipants: {{owner: {{account: person.account}}}}\nlinks: {{parts: {{from: part, many: true}}}}\nfacts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}\nvars: {{some: {{type: list of text}}}}\nlabels: {{some: \"join(some, '')\"}}\nstates:\n  waiting: {{name: 等, enter: {{start: {{parts: {{each: \"{each}\", workflow: part, given: {{person: person.id}}}}}}}}, choose: {{done: {{when: \"count(parts) > 0 and all(parts, it.ended)\", to: over}}}}}}\n  over: {{name: 完, end: true}}\n"
        );
        let host = more.iter().fold(host, |host, (from, to)| {
            assert!(host.contains(from), "the flow has no {from:?}");
            host.replacen(from, to, 1)
        });
        let part = "workflow: part\nname: 分\nstart: {given: {person: person}, to: doing}\nparticipants: {clerk: {role: unit_reviewer}}\nlinks: {host: {to: host}}\nstates:\n  doing: {name: 办, tasks: {work: {name: 办, for: clerk, actions: {ok: {name: 好, to: over}}}}}\n  over: {name: 完, end: true}\n";
        remarks(&[("host.yaml", crate::WORLD[0].1), ("main.yaml", &host), ("part.yaml", part)])
    };
    let some = "filter(pool, it.unit == unit.id)";
    insta::assert_snapshot!(flow(some, &[]), @"main.yaml:10:144: 提醒: filter(pool, it.unit == unit.id) 空着时一个「parts」也不发起，「waiting」里没有一条规则成立：案一直等着（在同一个 choose 里加一条 none: {when: count(filter(pool, it.unit == unit.id)) == 0, to: 状态}）");
    let none =
        "choose: {none: {when: \"count(filter(pool, it.unit == unit.id)) == 0\", to: over}, done";
    assert_eq!(flow(some, &[("choose: {done", none)]), "");
    let asked = "filter(pool, it.account in some)";
    assert_eq!(flow(asked, &[]), "", "who is named is there");
}

#[test]
fn more_than_there_is_may_be_taken() {
    let hold = |take: &str, limit: &str| {
        panel(&[(
            "labels:",
            &format!(
                "holds: {{desk: {{of: [unit.id], take: {take}, limit: {limit}, in: [signing]}}}}\nlabels:"
            ),
        )])
    };
    let told = hold("2 if failed else 1", "1");
    assert!(told.contains("占用「desk」可能要占 2 个，一共只有 1 个：那时永远占不到"), "{told}");
    assert!(!hold("2 if failed else 1", "2").contains("占不到"));
    assert!(!hold("score", "1").contains("占不到"), "what is asked for may be too much");
}

#[test]
fn a_length_that_is_always_below_zero() {
    let lasts = |lasts: &str| {
        let timer = format!(
            "  pending:\n    timers: {{late: {{lasts: \"{lasts}\", over: {{to: rejected}}}}}}\n"
        );
        let asked = "type: integer, min: 1, max: 3, required: true";
        let text = LEAVE.replace("type: integer, required: true", asked);
        remarks(&[("leave.yaml", &text.replace("  pending:\n", &timer))])
    };
    insta::assert_snapshot!(lasts("{days - 4} working days"), @"leave.yaml:12:14: 提醒: 计时器「late」的 days - 4 最多是 -1：时长是负的，一开始就到期（改 lasts 里的表达式，使它不小于 0）");
    assert_eq!(lasts("{days - 2} working days"), "", "it may be more");
    assert_eq!(lasts("{4 - days} working days"), "");
}

#[test]
fn a_reminder_of_what_a_service_does() {
    let of = |whom: &str| {
        let task = format!(
            "      entry: {{name: 登记, for: {whom}, timers: {{wait: {{lasts: 5 days, remind: 1 days, over: {{to: rejected}}}}}}, actions: {{done: {{name: 好}}}}}}\n      review:"
        );
        let text = LEAVE
            .replace("      review:", &task)
            .replace("vars:", "  outside: {service: registry}\nvars:")
            .replace(
                "set: {days: ask.days}, to",
                "set: {days: ask.days}, call: {registry: {operation: enter, with: {name: person.name}}}, to",
            );
        remarks(&[("leave.yaml", &text)])
    };
    assert!(of("outside").contains("计时器「wait」的提醒没有人收：「outside」不是人办的任务"));
    assert!(!of("reviewer").contains("没有人收"));
}

#[test]
fn parts_that_are_named_and_cannot_be_changed() {
    let flow = |back: &str, change: &str| {
        let text = format!(
            "workflow: filing\nname: 填报\nstart: {{by: owner, given: {{person: person, unit: unit}}, to: filling}}\nparticipants: {{owner: {{account: person.account}}, office: {{role: unit_reviewer, unit: unit.id}}}}\nvars: {{open: {{type: list of text}}}}\nform: {{sections: {{open: {{name: 明, fields: {{t: {{name: 话}}}}}}, shut: {{name: 密, visible_to: [office], fields: {{k: {{name: 批}}}}}}}}}}\nstates:\n  filling: {{name: 填, tasks: {{fill: {{name: 填, for: owner, edit: {back}, actions: {{go: {{name: 交, freeze: true, to: seen}}}}}}}}}}\n  seen: {{name: 看, tasks: {{look: {{name: 看, for: office, edit: \"['shut']\", actions: {{ok: {{name: 好, to: over}}, back: {{name: 退, ask: {{parts: {{name: 部分, type: parts, required: true}}}}, set: {{open: ask.parts}}, to: changing}}}}}}}}}}\n  changing: {{name: 改, tasks: {{change: {{name: 改, for: owner, {change}actions: {{go: {{name: 交, freeze: true, to: seen}}}}}}}}}}\n  over: {{name: 完, end: true}}\n"
        );
        remarks(&[("filing.yaml", &text)])
    };
    assert_eq!(flow("\"['open']\"", "edit: open, "), "");
    insta::assert_snapshot!(flow("\"['open']\"", ""), @"filing.yaml:9:192: 提醒: 标出的部分放进了「open」，「changing」里却没有任务写 edit: open：一处也改不了（给那里改它的任务写 edit: open）");
    assert_eq!(flow("\"['open']\"", "edit: all, "), "", "all of it may be changed");
    insta::assert_snapshot!(flow("\"['open', 'shut.k']\"", "edit: open, "), @"filing.yaml:8:64: 提醒: edit 里的「shut.k」，办「fill」的「owner」看不到：改不了（让他看得到（visible_to、sees），或从 edit 里去掉它）");
}

#[test]
fn the_only_state_of_a_rule_is_known_to_it() {
    let flow = LEAVE.replace("to: approved}", "to: queued}").replace(
        "  approved: {end: true}",
        "  queued: {status: approved, choose: {go: {when: \"case.state == 'queued'\", to: approved}}}\n  approved: {end: true}",
    );
    assert_eq!(remarks(&[("leave.yaml", &flow)]), "");
}

#[test]
fn a_number_beside_its_place_without_anything_between() {
    let number = |text: &str| {
        let text = LEAVE
            .replace("labels: {", &format!("numbers: {{no: {{name: 号, text: \"{text}\"}}}}\nlabels: {{no: \"numbers.no or_else ''\", "))
            .replace("to: pending}", "number: no, to: pending}");
        remarks(&[("leave.yaml", &text)])
    };
    insta::assert_snapshot!(number("号{days}{n}"), @"leave.yaml:9:31: 提醒: 编号「no」里 {days} 和 {n} 连着写：days 是 11 的第 1 号和 days 是 1 的第 11 号是同一个编号（中间隔开，如 {days}-{n}）");
    assert!(number("{year(today)}{month(today)}{n}").contains("{month(today)} 和 {n} 连着写"));
    for right in ["{days}-{n}", "{year(today)}{n}", "{person.name}{n}"] {
        assert_eq!(number(right), "", "{right}");
    }
}

#[test]
fn what_is_told_only_where_it_is_never_open() {
    let told = |state: &str| {
        let inner = "workflow: inner\nname: 内\nstart: {by: owner, given: {person: person}, to: asking}\nparticipants: {owner: {account: person.account}, outer: {case: outer}}\nlabels: {person: person.id}\nstates:\n  asking: {name: 问, tasks: {merge: {name: 合, for: outer, optional: true, actions: {merge: {name: 合, to: asked}}}, go: {name: 走, for: owner, actions: {go: {name: 走, to: asked}}}}}\n  asked: {name: 答, tasks: {ok: {name: 好, for: owner, actions: {ok: {name: 好, to: over}}}}}\n  over: {name: 完, end: true}\n";
        let outer = format!(
            "workflow: outer\nname: 外\nstart: {{by: owner, given: {{person: person}}, to: doing}}\nparticipants: {{owner: {{account: person.account}}}}\nfacts: {{others: {{cases: inner, where: {{person: person.id}}}}}}\nstates:\n  doing: {{name: 办, tasks: {{work: {{name: 合, for: owner, actions: {{merge: {{name: 合, tell: {{m: {{of: others, where: \"{state}\", action: merge}}}}, to: over}}}}}}}}}}\n  over: {{name: 完, end: true}}\n"
        );
        remarks(&[("inner.yaml", inner), ("outer.yaml", &outer)])
    };
    let shut = told("it.state == 'asked'");
    assert!(shut.contains("where（it.state == 'asked'）只选了动作「merge」不开着的状态里的案：一件也办不成（它开着的状态是 asking）"), "{shut}");
    assert!(told("it.state == 'over'").contains("只告知了已经办结的案"));
    for right in ["it.state == 'asking'", "not it.ended", "it.person != '' and it.state == 'asked'"]
    {
        assert_eq!(told(right), "", "{right}");
    }
}
