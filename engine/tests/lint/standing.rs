//! What can never happen: states left before anything in them, exits that are used up, participants who
//! leave themselves out, variables that nothing sets, cases that are waited for in vain.

use super::{changed, remarks};

const WITHDRAW: (&str, &str) =
    ("approved: {end: true}", "approved: {end: true}\n  late: {status: rejected, end: true}");

#[test]
fn a_state_that_is_left_before_its_tasks_open() {
    let rule = |when: &str| {
        changed(&[(
            "    tasks:\n",
            &format!("    choose: {{go: {{{when}to: rejected}}}}\n    tasks:\n"),
        )])
    };
    let otherwise =
        changed(&[("    tasks:\n", "    choose: {otherwise: {to: rejected}}\n    tasks:\n")]);
    assert!(otherwise.contains("leave.yaml:12:14: 提醒: 规则「otherwise」总是成立，一到「pending」就去「rejected」：「review」从来开不了"), "{otherwise}");
    assert_eq!(rule("when: days > 3, "), "");
    let asked = ("type: integer, required: true", "type: integer, min: 1, max: 9, required: true");
    let always = changed(&[
        asked,
        ("    tasks:\n", "    choose: {go: {when: days >= 1, to: rejected}}\n    tasks:\n"),
    ]);
    assert!(always.contains("规则「go」总是成立"), "{always}");
    let counted = rule("when: review.times >= 0, ");
    assert!(counted.contains("规则「go」总是成立"), "{counted}");
}

#[test]
fn timers_that_another_always_precedes() {
    let timers = |timers: &str| {
        changed(&[WITHDRAW, ("  pending:\n", &format!("  pending:\n    timers: {{{timers}}}\n"))])
    };
    let told = timers(
        "first: {lasts: 24 hours, over: {to: late}}, second: {lasts: 48 hours, over: {notify: {reviewer: asked}}}",
    );
    assert!(
        told.contains("计时器「second」到不了期：「first」先到期，案已经离开「pending」"),
        "{told}"
    );
    let told = timers("first: {lasts: 24 hours, every: true, over: {to: late}}");
    assert!(told.contains("计时器「first」到期就去「late」，every 没有用"), "{told}");
    assert_eq!(
        timers(
            "first: {lasts: 48 hours, over: {to: late}}, second: {lasts: 24 hours, over: {notify: {reviewer: asked}}}"
        ),
        ""
    );
    assert_eq!(
        timers(
            "first: {lasts: 72 hours, over: {to: late}}, second: {lasts: 2 working days, over: {notify: {reviewer: asked}}}"
        ),
        "",
        "which comes first depends"
    );
}

#[test]
fn a_rule_that_waits_for_a_timer_which_has_led_away() {
    let told = changed(&[
        WITHDRAW,
        (
            "  pending:\n",
            "  pending:\n    timers: {first: {lasts: 24 hours, over: {to: late}}}\n    choose: {gone: {when: first.over and days > 2, to: rejected}}\n",
        ),
    ]);
    assert!(
        told.contains(
            "leave.yaml:13:14: 提醒: 规则「gone」永远不成立：「first」到期时案已经去了「late」"
        ),
        "{told}"
    );
}

#[test]
fn exits_that_are_used_up_when_the_case_comes_back() {
    let back = |limit: &str| {
        changed(&[
            ("when: days > 0, to: approved", &format!("{limit}to: approved")),
            (
                "          reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}, to: rejected}\n",
                "",
            ),
            (
                "  approved: {end: true}",
                "  approved: {tasks: {check: {name: 复核, for: applicant, actions: {again: {name: 再来, to: pending}, ok: {name: 好, to: rejected}}}}}",
            ),
        ])
    };
    let told = back("at_most: 1, ");
    assert!(told.contains("leave.yaml:17:11: 提醒: 「approve」在每个案里只能做几次（at_most），回到「pending」时可能已经用完"), "{told}");
    assert_eq!(back("at_most: 1, per: visit, "), "");
    assert_eq!(back(""), "");
}

#[test]
fn conditions_of_all_exits_that_leave_a_gap() {
    let ask = ("type: integer, required: true", "type: integer, min: 1, max: 30, required: true");
    let both = |approve: &str, reject: &str| {
        changed(&[
            ask,
            ("when: days > 0, to", &format!("when: {approve}, to")),
            ("reject: {name: 不同意, ask", &format!("reject: {{name: 不同意, when: {reject}, ask")),
        ])
    };
    let told = both("days > 20", "days < 10");
    assert!(
        told.contains("leave.yaml:13:7: 提醒: days = 10 时「pending」里没有一个动作能做"),
        "{told}"
    );
    assert_eq!(both("days > 20", "days < 21"), "");
    assert_eq!(both("days >= 1", "days > 20"), "", "what is asked is at least 1");
}

#[test]
fn a_participant_who_leaves_out_whom_it_means() {
    let told = changed(&[(
        "{account: person.account}",
        "{account: person.account, except: [person.account]}",
    )]);
    assert!(told.contains("leave.yaml:6:3: 提醒: 「applicant」正好排除了他自己（except: [person.account]）：没有人能办"), "{told}");
}

#[test]
fn a_variable_that_is_read_and_never_set() {
    let told = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, urgent: false}"),
        ("days > 0, to", "days > 0 and not urgent, to"),
    ]);
    assert_eq!(
        told,
        "leave.yaml:8:17: 提醒: 变量「urgent」有地方读它，却没有哪里设它：它一直是否（在动作、规则里 set 它（名单也可以 draw），或删去它）"
    );
    let given_on = crate::LEAVE
        .replace("vars: {days: 0}", "vars: {days: 0, urgent: false}\nlinks: {more: {from: child, many: true}}")
        .replace("days > 0, to: approved}", "days > 0 and not urgent, start: {more: {workflow: child, given: {unit: unit.id}, set: {urgent: days > 3}}}, to: approved}");
    let child = "workflow: child\nname: 后续\nstart: {given: {unit: unit}, to: open}\nparticipants: {clerk: {role: unit_reviewer, unit: unit.id}}\nlinks: {leave: {to: leave}}\nvars: {urgent: false}\nstates:\n  open: {name: 办, tasks: {go: {name: 办, for: clerk, actions: {go: {name: 快办, when: urgent, to: over}, no: {name: 不办, to: over}}}}}\n  over: {name: 完, end: true}\n";
    let given_on = remarks(&[("leave.yaml", &given_on), ("child.yaml", child)]);
    let as_before = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, urgent: false}"),
        ("days > 0, to", "days > 0 and not urgent, set: {urgent: false}, to"),
    ]);
    assert!(as_before.contains("变量「urgent」有地方读它，却没有哪里设它"), "{as_before}");
    insta::assert_snapshot!(given_on, @"leave.yaml:8:17: 提醒: 变量「urgent」有地方读它，却没有哪里设它：它一直是否（在动作、规则里 set 它（名单也可以 draw），或删去它）");
    let misspelt = changed(&[
        ("vars: {days: 0}", "vars: {days: 0, urgent: false}"),
        ("days > 0, to", "days > 0 and not urgent, to"),
        ("for: reviewer", "for: reviewr"),
    ]);
    assert!(!misspelt.contains("urgent"), "with a fault it keeps silent: {misspelt}");
    assert_eq!(
        changed(&[
            ("vars: {days: 0}", "vars: {days: 0, most: 20}"),
            ("days > 0, to", "days < most, to")
        ]),
        "",
        "a value that is written out may be meant to stay"
    );
}

pub(crate) const ERRANDS: &str = "\
workflow: errands
name: 差事
start: {by: office, given: {unit: unit, person: person}, ask: {who: {name: 谁, type: choices, choice: [a, b]}}, set: {who: ask.who}, to: ready}
participants: {office: {role: unit_reviewer, unit: unit.id}}
links: {errand: {from: errand, many: true}}
vars: {who: {type: list of text}}
states:
  ready: {name: 准备, tasks: {send: {name: 派, for: office, actions: {send: {name: 派, to: sent}}}}}
  sent:
    name: 已派
    enter: {start: {errand: {each: who, workflow: errand, given: {person: person.id}}}}
    choose:
      back: {when: \"count(errand) > 0 and all(errand, it.ended)\", to: over}
      none: {when: count(who) == 0, to: over}
  over: {name: 完, end: true}
";
pub(crate) const ERRAND: &str = "\
workflow: errand
name: 差
start: {given: {person: person}, to: open}
participants: {runner: {account: person.account}}
links: {errands: {to: errands}}
states:
  open: {name: 开, tasks: {run: {name: 跑, for: runner, actions: {run: {name: 跑, to: over}}}}}
  over: {name: 完, end: true}
";

fn errands(changes: &[(&str, &str)]) -> String {
    let mut text = ERRANDS.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("errands.yaml", &text), ("errand.yaml", ERRAND)])
}

#[test]
fn rules_that_hold_before_what_was_started_is_linked() {
    assert_eq!(errands(&[]), "");
    let told = errands(&[("count(errand) > 0 and ", "")]);
    assert!(
        told.contains(
            "errands.yaml:13:7: 提醒: 「errand」刚发起、还没有联系上时规则「back」就成立"
        ),
        "{told}"
    );
    let some = ("links: {", "values: {some: \"filter(errand, it.id != '')\"}\nlinks: {");
    let waits = "count(errand) > 0 and all(errand, it.ended)";
    let told = errands(&[some, (waits, "all(some, it.ended)")]);
    assert!(told.contains("规则「back」就成立"), "{told}");
    assert!(told.contains("（写成 count(some) > 0 and …）"), "{told}");
    assert_eq!(errands(&[some, (waits, "count(some) > 0 and all(some, it.ended)")]), "");
    let named = ("links: {", "values: {open: \"count(errand, not it.ended)\"}\nlinks: {");
    assert!(errands(&[named, (waits, "open == 0")]).contains("规则「back」就成立"));
    assert_eq!(errands(&[named, (waits, "count(errand) > 0 and open == 0")]), "");
}

#[test]
fn a_list_that_may_be_empty_and_nobody_is_started() {
    let told = errands(&[("      none: {when: count(who) == 0, to: over}\n", "")]);
    assert!(told.contains("errands.yaml:13:7: 提醒: who 空着时一个「errand」也不发起，「sent」里没有一条规则成立：案一直等着"), "{told}");
    let asked = errands(&[
        ("      none: {when: count(who) == 0, to: over}\n", ""),
        (", ask: {who: {name: 谁, type: choices, choice: [a, b]}}, set: {who: ask.who}", ""),
        (
            "vars: {who: {type: list of text}}",
            "facts: {who: {host: members, with: {unit: unit.id}}}",
        ),
    ]);
    assert!(asked.contains("提醒: who 空着时一个「errand」也不发起"), "{asked}");
    let guarded = errands(&[
        ("      none: {when: count(who) == 0, to: over}\n", ""),
        (
            "send: {name: 派, to",
            "send: {name: 派, require: {some: {that: count(who) > 0, say: 没有人}}, to",
        ),
    ]);
    assert_eq!(guarded, "");
}

#[test]
fn those_of_an_earlier_visit_are_taken_for_the_new_ones() {
    let told = errands(&[
        ("it.ended)\", to: over", "it.ended)\", to: ready"),
        ("count(who) == 0", "count(who) != 1"),
    ]);
    assert!(told.contains("errands.yaml:13:7: 提醒: 再到「sent」时，上一批「errand」还在联系里，规则「back」马上成立"), "{told}");
}

#[test]
fn a_rule_that_asks_those_whom_the_same_action_tells() {
    let child = ERRAND.replace("runner: {account: person.account}}", "runner: {account: person.account}, boss: {link: errands}}").replace(
        "to: over}}}}}\n",
        "to: over}}}, halt: {name: 停, for: boss, optional: true, actions: {stop: {name: 停, to: over}}}}}\n",
    );
    let parent = |choose: &str, to: &str| {
        ERRANDS.replace("    choose:\n", &format!("    tasks: {{halt: {{name: 停, for: office, actions: {{halt: {{name: 停, tell: {{all: {{of: errand, action: stop}}}}, {choose}}}}}}}}}\n    choose:\n")).replace("  over: {", &format!("{to}  over: {{"))
    };
    let told = remarks(&[
        (
            "errands.yaml",
            &parent(
                "choose: {left: {when: \"any(errand, not it.ended)\", to: ready}, otherwise: {to: over}}",
                "",
            ),
        ),
        ("errand.yaml", &child),
    ]);
    assert!(told.contains("规则「left」读 errand，同一个动作又告知它们：它们还没有照办"), "{told}");
    let looking = "  looking: {name: 看, choose: {left: {when: \"any(errand, not it.ended)\", to: ready}, rest: {when: \"all(errand, it.ended)\", to: over}}}\n";
    let told =
        remarks(&[("errands.yaml", &parent("to: looking", looking)), ("errand.yaml", &child)]);
    assert!(!told.contains("还没有照办"), "{told}");
}

#[test]
fn a_letter_that_writes_a_number_before_it_is_taken() {
    let letter = ("letters/numbered.txt", "主题：编号\n\n{{ numbers.paper }}\n");
    let with = |approve: &str, approved: &str| {
        let text = super::LEAVE
            .replace("vars: {", "numbers: {paper: {name: 编号, text: '{n}'}}\nvars: {")
            .replace(", to: approved}", &format!("{approve}, to: approved}}"))
            .replace("  approved: {end", &format!("  approved: {{{approved}end"))
            .replace("  rejected: {end", "  rejected: {enter: {number: paper}, end");
        remarks(&[("leave.yaml", &text), letter])
    };
    let told = with(", notify: {applicant: numbered}", "");
    assert!(
        told.contains(
            "leave.yaml:18:67: 提醒: 信件「numbered」写了 numbers.paper，这时还没有取过它：发不出去"
        ),
        "{told}"
    );
    assert_eq!(with(", number: paper, notify: {applicant: numbered}", ""), "");
    assert_eq!(with(", notify: {applicant: numbered}", "enter: {number: paper}, "), "");
}

#[test]
fn a_letter_on_entry_by_a_rule_that_nobody_was_asked_before() {
    let letter = ("letters/why.txt", "主题：没有通过\n\n理由：{{ asked.reason }}\n");
    let with = |to: &str, state: &str| {
        let text = super::LEAVE
            .replace("when: days > 0, to: approved", &format!("when: days > 0, to: {to}"))
            .replace("  approved: {end: true}\n", state)
            .replace(
                "  rejected: {end: true}",
                "  rejected: {enter: {notify: {applicant: why}}, end: true}",
            );
        remarks(&[("leave.yaml", &text), letter])
    };
    let voting = "  approved: {tasks: {vote: {name: 表决, for: applicant, actions: {yes: {name: 是}, no: {name: 否}}}}, choose: {failed: {when: vote.action is not none, to: rejected}}}\n";
    let told = with("approved", voting);
    assert!(told.contains("信件「why」写了 asked.reason，从「approved」的规则「failed」进入「rejected」时没有动作问它：发不出去"), "{told}");
    assert_eq!(
        with(
            "approved",
            &voting.replace(
                "no: {name: 否}",
                "no: {name: 否, ask: {reason: {name: 理由, required: true}}}"
            )
        ),
        ""
    );
}

#[test]
fn a_condition_on_what_is_only_ever_asked_within_limits() {
    let asked = ("type: integer, required: true", "type: integer, min: 1, max: 30, required: true");
    let told = changed(&[asked, ("when: days > 0, to", "when: days > 30, to")]);
    assert!(told.contains("条件 days > 30 永远不成立：days 只会是 1 到 30"), "{told}");
    assert_eq!(changed(&[asked, ("when: days > 0, to", "when: days > 29, to")]), "");
    let told = changed(&[("when: days > 0, to", "when: review.times < 0, to")]);
    assert!(told.contains("条件 review.times < 0 永远不成立：review.times 至少是 0"), "{told}");
}

#[test]
fn a_condition_on_a_state_in_which_the_task_is_not_open() {
    let told = changed(&[("when: days > 0, to", "when: case.state == 'approved', to")]);
    assert!(told.contains("这里案总在「pending」，case.state 不会是 'approved'"), "{told}");
    assert_eq!(
        changed(&[("when: days > 0, to", "when: \"case.state in ['pending', 'approved']\", to")]),
        ""
    );
}

#[test]
fn a_condition_on_answers_and_times_that_only_come_later() {
    let later = "  approved: {timers: {long: {lasts: 3 days, over: {to: rejected}}}, tasks: {check: {name: 复核, for: applicant, actions: {ok: {name: 好, to: rejected}}}}}";
    let with = |when: &str| {
        changed(&[
            ("  approved: {end: true}", later),
            ("when: days > 0, to", &format!("when: {when}, to")),
        ])
    };
    let told = with("check.action is not none and days > 0");
    assert!(told.contains("永远不成立：案在「pending」时「check」还从来没有开过"), "{told}");
    assert!(with("long.over").contains("「long」还从来没有开过"));
    assert_eq!(with("check.action is none"), "");
    let back = later.replace("to: rejected}}}}}", "to: pending}}}}}");
    let back = changed(&[
        ("  approved: {end: true}", &back),
        ("when: days > 0, to", "when: check.action is not none, to"),
    ]);
    assert_eq!(back, "", "the case may come back");
}

#[test]
fn a_list_that_may_be_empty_beside_rules_that_read_its_answers() {
    let vote = |rules: &str| {
        let flow = super::LEAVE
            .replace(
                "participants:\n",
                "facts: {pool: {host: members, with: {unit: unit.id}}}\nparticipants:\n",
            )
            .replace("{role: unit_reviewer, unit: unit.id}", "{each: pool}")
            .replace("approve: {name: 同意, when: days > 0, to: approved}", "approve: {name: 同意}")
            .replace(
                "reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}, to: rejected}",
                "reject: {name: 不同意}",
            )
            .replace("  approved: {", &format!("    choose: {{{rules}}}\n  approved: {{"));
        remarks(&[("leave.yaml", &flow)])
    };
    let veto = "veto: {when: \"any(review.answers, it.action == 'reject')\", to: rejected}";
    let all = "all: {when: review.closed, to: approved}";
    let told = vote(&format!("{veto}, {all}"));
    assert!(told.contains("名单空着时没有人办「review」，案一直停在「pending」"), "{told}");
    let told = vote(&format!("early: {{when: review.given >= 3, to: approved}}, {all}"));
    assert!(told.contains("名单空着时没有人办「review」，案一直停在「pending」"), "{told}");
    let told = vote(&format!("{veto}, nobody: {{when: review.all == 0, to: rejected}}, {all}"));
    assert_eq!(told, "");
}
