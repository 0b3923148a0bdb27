//! Tasks that go through several hands: who acts, who sees, who is asked.

use super::passes;

pub(super) const HANDED: &str = r#"
workflow: handed
name: 经手
start: {by: applicant, given: {person: person, unit: unit}, to: checking}
participants:
  applicant: {account: person.account}
  unit: {role: reviewer, unit: unit.id}
  other: {role: secretary, unit: unit.id, except: [check.by]}
states:
  checking:
    name: 初审
    tasks:
      check:
        name: 初审
        for: unit
        timers: {soon: {lasts: 3 days, remind: 1 days}}
        actions: {pass: {name: 过, to: deciding}}
  deciding: {name: 决定, tasks: {decide: {name: 决定, for: other, actions: {pass: {name: 过, to: done}}}}}
  done: {name: 完成, end: true}
"#;

#[test]
fn who_got_a_task_of_a_role_finds_it_and_who_passed_it_on_is_not_reminded() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U], r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: check, to: z}
- expect: {case: c, tasks: {check: [r, r2, z]}, offers: {z: [check.pass], r: [check.pass]}}
- take_back: {case: c, by: r, do: check}
- transfer: {case: c, by: r, do: check, to: z}
- expect: {case: c, tasks: {check: [r2, z]}, offers: {z: [check.pass], r: []}}
- urge: {case: c, by: a, do: check}
- advance: 2 days
- expect: {case: c, notices: {z: [delegated, taken_back, transferred, urged, due], r2: [urged, due], r: []}}
"#,
    );
}

#[test]
fn what_was_passed_on_to_the_wrong_person_is_given_back() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U], r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- transfer: {case: c, by: r, do: check, to: z}
- refused: {take_back: {case: c, by: r, do: check}, because: 没有找到}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, r2]}, notices: {z: [transferred], r: [given_back]}, history: [r 把「初审」转交给 z, z 退回转交的「初审」]}
- transfer: {case: c, by: r, do: check, to: z}
- transfer: {case: c, by: z, do: check, to: y}
- take_back: {case: c, by: y, do: check}
- expect: {case: c, tasks: {check: [r2, z]}, notices: {z: [transferred, transferred, given_back]}}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, r2]}}
- act: {case: c, by: r, do: check.pass}
- expect: {case: c, state: deciding}
"#,
    );
}

#[test]
fn whoever_acts_for_somebody_sees_as_much_as_he_does_and_no_more() {
    let flow = HANDED.replace(
        "applicant: {account: person.account}",
        "applicant: {account: person.account, unnamed_to: [unit]}",
    );
    let flow = flow.replace(
        "unit: {role: reviewer, unit: unit.id}",
        "unit: {role: reviewer, unit: unit.id, sees: [open]}",
    );
    let flow = flow.replace("states:", "form: {sections: {open: {name: 甲, fields: {x: {name: 一}}}, shut: {name: 乙, fields: {y: {name: 二}}}}}\nstates:");
    let flow = flow.replace("for: applicant", "for: applicant, edit: all");
    let flow = flow.replace(
        "    name: 初审\n    tasks:",
        "    name: 初审\n    advice: {unit: 请审}\n    tasks:",
    );
    passes(
        &flow,
        r#"
- given: {roles: {r: [reviewer@U], q: [secretary@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, unnamed: {r: [applicant], z: []}, sees: {r: [open], z: []}}
- delegate: {case: c, by: r, do: check, to: z}
- expect: {case: c, unnamed: {r: [applicant], z: [applicant]}, sees: {r: [open], z: [open]}, says: {z: 请审}}
- act: {case: c, by: z, do: check.pass}
- expect: {case: c, unnamed: {z: [applicant]}, sees: {z: [open]}}
"#,
    );
}

#[test]
fn what_is_handed_on_stays_what_it_was_to_whose_task_it_is() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
# Passed on, then lent: whose it was does not get it back by that.
- transfer: {case: c, by: r, do: check, to: z}
- delegate: {case: c, by: z, do: check, to: y}
- expect: {case: c, tasks: {check: [y]}}
- refused: {take_back: {case: c, by: r, do: check}, because: 没有找到}
- take_back: {case: c, by: y, do: check}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r]}}
# Lent, then passed on: whose it is may act and take it back, as whoever handed it on.
- delegate: {case: c, by: r, do: check, to: z}
- transfer: {case: c, by: z, do: check, to: y}
- expect: {case: c, tasks: {check: [r, y]}}
- take_back: {case: c, by: z, do: check}
- expect: {case: c, tasks: {check: [r, z]}, history: [z 收回「初审」的委托]}
- delegate: {case: c, by: z, do: check, to: y}
- take_back: {case: c, by: y, do: check}
- expect: {case: c, tasks: {check: [r, z]}}
- take_back: {case: c, by: r, do: check}
- expect: {case: c, tasks: {check: [r]}}
"#,
    );
}

#[test]
fn what_was_passed_on_stays_when_who_passed_it_on_has_the_role_no_more() {
    passes(
        HANDED,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- transfer: {case: c, by: r, do: check, to: z}
- given: {roles: {r: []}}
- expect: {case: c, tasks: {check: [z]}}
- act: {case: c, by: z, do: check.pass}
"#,
    );
}

#[test]
fn everybody_through_whose_hands_a_task_went_is_kept_from_what_excludes_who_did_it() {
    let given = "- given: {roles: {r: [reviewer@U], z: [secretary@U], s: [secretary@U], q: [secretary@U]}}\n\
                 - start: {as: c, by: a, given: {person: A, unit: U}}\n";
    for (first, second) in
        [("delegate", "delegate"), ("delegate", "transfer"), ("transfer", "delegate")]
    {
        let steps = format!(
            "{given}- {first}: {{case: c, by: r, do: check, to: z}}\n\
             - {second}: {{case: c, by: z, do: check, to: s}}\n\
             - act: {{case: c, by: s, do: check.pass}}\n\
             - expect: {{case: c, tasks: {{decide: [q]}}}}\n\
             - refused: {{act: {{case: c, by: z, do: decide.pass}}, because: 没有找到}}\n"
        );
        passes(HANDED, &steps);
    }
}

#[test]
fn whoever_acts_for_a_member_of_a_list_takes_that_member_off_it() {
    passes(
        r#"
workflow: jury
name: 评审
start: {by: applicant, given: {person: person, unit: unit}, to: voting}
participants: {applicant: {account: person.account}, juror: {each: jury}}
vars: {jury: {type: list of text, is: [r, r2]}}
states:
  voting:
    name: 评审
    tasks:
      vote:
        name: 评审
        for: juror
        actions:
          yes: {name: 同意}
          recuse: {name: 回避, set: {jury: "filter(jury, it != actor.principal)"}}
    choose: {done: {when: vote.closed, to: done}, empty: {when: vote.all == 0, to: done}}
  done: {name: 完成, end: true}
"#,
        r#"
- given: {roles: {r2: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: vote, to: z}
- act: {case: c, by: z, do: vote.recuse}
- expect: {case: c, tasks: {vote: [r2]}, vars: {jury: [r2]}}
- act: {case: c, by: r2, do: vote.recuse}
- expect: {case: c, state: done}
"#,
    );
}

#[test]
fn what_is_said_after_an_action_does_not_keep_it_from_being_taken_back() {
    passes(
        HANDED,
        r#"
- start: {as: c, by: a, given: {person: A, unit: U}}
- act: {case: c, by: r, do: check.pass}
- comment: {case: c, by: a, text: 谢谢}
- undo: {case: c, by: r}
- expect: {case: c, state: checking, history: [谢谢]}
- act: {case: c, by: r, do: check.pass}
- copy: {case: c, by: a, to: z}
- refused: {copy: {case: c, by: z, to: y}, because: 不能再抄送}
- refused: {undo: {case: c, by: r}, because: 别的变化}
"#,
    );
}

#[test]
fn everybody_who_has_answered_is_kept_apart_from_what_follows() {
    let flow = HANDED.replace("unit: {role: reviewer, unit: unit.id}", "unit: {each: both}");
    let flow = flow.replace("states:", "vars: {both: {type: list of text, is: [r, s]}}\nstates:");
    let flow = flow.replace(
        "{name: 过, to: deciding}}\n  deciding",
        "{name: 过}}\n    choose: {all: {when: check.closed, to: deciding}}\n  deciding",
    );
    passes(
        &flow,
        r#"
- given: {roles: {r: [secretary@U], s: [secretary@U], q: [secretary@U], z: [secretary@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- delegate: {case: c, by: r, do: check, to: z}
- act: {case: c, by: z, do: check.pass}
- act: {case: c, by: s, do: check.pass}
- expect: {case: c, state: deciding, tasks: {decide: [q]}}
"#,
    );
}

#[test]
fn a_task_that_opens_again_is_not_urged_again_within_a_day() {
    let flow = HANDED.replace(
        "for: other, actions: {pass",
        "for: other, actions: {back: {name: 退, to: checking}, pass",
    );
    assert!(flow.contains("name: 退"));
    passes(
        &flow,
        r#"
- given: {roles: {r: [reviewer@U], s: [secretary@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- urge: {case: c, by: a, do: check}
- act: {case: c, by: r, do: check.pass}
- urge: {case: c, by: a, do: decide}
- act: {case: c, by: s, do: decide.back}
- refused: {urge: {case: c, by: a, do: check}, because: 一天之内已经催办过}
- advance: 25 hours
- urge: {case: c, by: a, do: check}
"#,
    );
}
