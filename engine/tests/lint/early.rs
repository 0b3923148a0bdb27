//! Rules that hold before anybody has answered.

use super::remarks;

/// What is told where experts of a list, or one reviewer, are asked and these rules lead on.
fn asked(who: &str, rules: &str) -> String {
    let flow = "\
workflow: vote
name: 评议
start: {by: applicant, given: {person: person, unit: unit}, to: picking}
participants:
  applicant: {account: person.account}
  reviewer: {role: unit_reviewer, unit: unit.id}
  expert: {each: list}
facts: {pool: {host: members, with: {unit: unit.id}}}
vars: {list: {type: list of member}}
states:
  picking: {name: 选, tasks: {pick: {name: 选, for: reviewer, actions: {pick: {name: 选好, set: {list: pool}, to: reading}}}}}
  reading: {name: 读, tasks: {read: {name: 读, for: expert, actions: {done: {name: 读完}}}}, choose: {nobody: {when: read.all == 0, to: refused}, all: {when: read.closed, to: asking}}}
  asking:
    name: 评
    tasks: {vote: {name: 评, for: WHO, actions: {agree: {name: 可}, refuse: {name: 不}}}}
    choose:
RULES
  over: {name: 好, end: true}
  refused: {name: 不好, end: true}
";
    remarks(&[("vote.yaml", &flow.replace("WHO", who).replace("RULES", rules))])
}

fn of_list(rule: &str) -> String {
    asked(
        "expert",
        &format!(
            "      nobody: {{when: vote.all == 0, to: refused}}
      early: {{when: \"{rule}\", to: refused}}
      closed: {{when: vote.closed, to: over}}"
        ),
    )
}

const EARLY: [&str; 4] = [
    "all(vote.answers, it.action == 'refuse')",
    "2 * count(vote.answers, it.action == 'agree') < vote.all",
    "2 * count(vote.answers, it.action == 'agree') < count(list)",
    "count(vote.answers, it.action == 'agree') == count(vote.answers, it.action == 'refuse')",
];

#[test]
fn a_rule_that_holds_of_a_list_before_anybody_has_answered() {
    for rule in EARLY {
        let told = of_list(rule);
        assert!(told.contains("vote.yaml:18:7: 提醒: 「vote」还没有人答时规则「early」就成立：一到「asking」就去「refused」，谁也答不了（等都答了，写 vote.closed and …；有人答了就判，写 vote.given > 0 and …）"), "{rule}: {told}");
        assert_eq!(told.lines().count(), 1, "{rule}: {told}");
    }
}

#[test]
fn a_rule_that_waits_for_answers_or_asks_only_how_many_are_asked() {
    for rule in EARLY {
        for guard in ["vote.closed", "vote.given > 0"] {
            let told = of_list(&format!("{guard} and {rule}"));
            assert!(!told.contains("还没有人答"), "{guard} and {rule}: {told}");
        }
    }
    assert_eq!(of_list("any(vote.answers, it.action == 'refuse')"), "");
    assert_eq!(of_list("vote.all == 1"), "");
}

#[test]
fn a_rule_that_holds_of_one_before_he_has_answered() {
    let told = asked(
        "reviewer",
        "      refused: {when: \"not (vote.action == 'agree')\", to: refused}
      agreed: {when: \"vote.action == 'agree'\", to: over}",
    );
    assert!(told.contains("「vote」还没有人答时规则「refused」就成立"), "{told}");
    assert!(told.contains("写成 vote.action is not none and …"), "{told}");
}
