//! What somebody must not know and is told all the same: by a letter, a hint, a choice, a field.

use super::{LEAVE, remarks};

/// The small flow with the name of the applicant hidden from the reviewer, changed.
fn blind(changes: &[(&str, &str)]) -> String {
    let hidden = ("{account: person.account}", "{account: person.account, unnamed_to: [reviewer]}");
    of(&[&[hidden], changes].concat())
}

fn of(changes: &[(&str, &str)]) -> String {
    let mut text = LEAVE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    remarks(&[("leave.yaml", &text), ("letters/noted.txt", "主题：有一项\n\n{{ note }}\n")])
        .lines()
        .filter(|line| !line.contains("没有动作或计时器发它"))
        .collect::<Vec<_>>()
        .join("\n")
}

const NOTE: (&str, &str) = ("vars: {days: 0}", "vars: {days: 0, note: ''}");

#[test]
fn a_hidden_name_through_a_variable_and_a_letter() {
    let told = blind(&[
        NOTE,
        (
            "set: {days: ask.days}",
            "set: {days: ask.days, note: person.name}, notify: {reviewer: noted}",
        ),
    ]);
    assert!(told.contains("letters/noted.txt:3:4: 提醒: 流程 leave 把信件「noted」发给「reviewer」，信里写了 note（来自 person.name），而「applicant」对他隐名"), "{told}");
    let asks = blind(&[
        NOTE,
        (
            "set: {days: ask.days}",
            "set: {days: ask.days, note: \"'长' if person.name == '甲' else '短'\"}, notify: {reviewer: noted}",
        ),
    ]);
    assert_eq!(asks, "", "only asked about, not written");
}

#[test]
fn a_hidden_name_beside_a_button_in_a_choice_and_in_advice() {
    for (what, change) in [
        ("hint", ("approve: {name: 同意,", "approve: {name: 同意, hint: \"{person.name}的\",")),
        (
            "confirm",
            ("approve: {name: 同意,", "approve: {name: 同意, confirm: \"给{person.name}？\","),
        ),
        (
            "选项",
            (
                "ask: {reason: {name: 理由, required: true}}",
                "ask: {reason: {name: 理由, choice: \"[person.name, '别人']\", required: true}}",
            ),
        ),
        ("advice", ("  pending:\n", "  pending:\n    advice: {reviewer: \"{person.name}等您\"}\n")),
    ] {
        let told = blind(&[change]);
        assert!(
            told.contains(&format!(
                "「reviewer」从{what}看到 person.name，而「applicant」对他隐名"
            )),
            "{what}: {told}"
        );
    }
    assert_eq!(
        blind(&[("approve: {name: 同意,", "approve: {name: 同意, hint: \"{days} 天\",")]),
        ""
    );
}

const SECTIONS: (&str, &str) = (
    "states:\n",
    "form: {sections: {open: {name: 公开, fields: {sum: {name: 合计, computed: form.shut.why}}}, shut: {name: 密, visible_to: [applicant], fields: {why: {name: 原因}}}}}\nstates:\n",
);

#[test]
fn a_field_that_shows_what_another_section_hides() {
    let told = of(&[SECTIONS]);
    assert!(
        told.contains(
            "「reviewer」从算出来的字段看到 form.shut.why，栏目「shut」只给 applicant 看"
        ),
        "{told}"
    );
    let same =
        of(&[SECTIONS, ("open: {name: 公开,", "open: {name: 公开, visible_to: [applicant],")]);
    assert_eq!(same, "");
}

#[test]
fn a_section_through_a_variable_a_letter_and_a_hint() {
    let plain = (", computed: form.shut.why", "");
    let sent = of(&[
        SECTIONS,
        plain,
        NOTE,
        (
            "when: days > 0,",
            "when: days > 0, set: {note: \"form.shut.why or_else ''\"}, notify: {reviewer: noted},",
        ),
    ]);
    assert!(
        sent.contains("信里写了 note（来自 form.shut.why），栏目「shut」只给 applicant 看"),
        "{sent}"
    );
    let hint = of(&[
        SECTIONS,
        plain,
        ("approve: {name: 同意,", "approve: {name: 同意, hint: \"{form.shut.why or_else ''}\","),
    ]);
    assert!(hint.contains("「reviewer」从hint看到 form.shut.why"), "{hint}");
}

#[test]
fn answers_that_are_apart_through_a_hint_a_button_and_a_label() {
    let flow = |task: &str, labels: &str| {
        let text = format!("\
workflow: panel
name: 评议
start: {{by: office, given: {{unit: unit, person: person}}, set: {{asked: members}}, to: asking}}
participants: {{office: {{role: unit_reviewer, unit: unit.id}}, member: {{each: asked}}}}
facts: {{members: {{host: members, with: {{unit: unit.id}}}}}}
vars: {{asked: {{type: list of member}}}}
labels: {{person: person.id{labels}}}
states:
  asking:
    name: 征求意见
    tasks: {{opinion: {{name: 意见, for: member, apart: true, actions: {{agree: {{name: 同意{task}}}, refuse: {{name: 不同意}}}}}}}}
    choose:
      nobody: {{when: opinion.all == 0, to: over}}
      done: {{when: opinion.closed, to: over}}
  over: {{name: 结束, end: true}}
");
        remarks(&[("panel.yaml", &text)])
    };
    let count = "count(opinion.answers, it.action == 'agree')";
    let hint = flow(&format!(", hint: \"已有 {{{count}}} 人同意\""), "");
    assert!(
        hint.contains("「member」从hint看到 opinion.answers，而「opinion」是背对背的"),
        "{hint}"
    );
    let button = flow(&format!(", when: \"{count} == 0\""), "");
    assert!(button.contains("「member」从什么时候有这个按钮看到 opinion.answers"), "{button}");
    let label = flow("", &format!(", yes: \"{count}\""));
    assert!(label.contains("标签「yes」看得到案的人都看得到，读了 opinion.answers"), "{label}");
    assert_eq!(flow(", hint: \"已有 {opinion.given} 人答复\"", ""), "");
}
