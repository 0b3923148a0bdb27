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

/// A panel that answers apart, changed; what is told of it.
fn apart(changes: &[(&str, &str)]) -> String {
    let mut text = "\
workflow: panel
name: 评审
start: {by: applicant, given: {person: person, unit: unit}, to: asking}
participants:
  applicant: {account: person.account}
  panel: {each: members}
facts: {members: {host: members, with: {unit: unit.id}}}
vars: {n: 0, mark: 0}
labels: {person: person.id, n: n}
states:
  asking:
    name: 评
    tasks:
      opinion:
        name: 意见
        for: panel
        apart: true
        actions:
          agree: {name: 同意}
          refuse: {name: 不同意}
    choose:
      nobody: {when: opinion.all == 0, to: over}
      done: {when: opinion.closed, to: telling}
  telling:
    name: 说
    tasks:
      see: {name: 看, for: panel, optional: true, actions: {ok: {name: 知道}}}
      end: {name: 结束, for: applicant, actions: {end: {name: 结束, set: {n: n + mark}, to: over}}}
  over: {name: 完, end: true}
"
    .to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let letter = ("letters/noted.txt", "主题：有了\n\n{{ mark }}\n");
    let told = remarks(&[("panel.yaml", &text), letter]);
    let told = told.lines().filter(|line| line.contains("背对背"));
    told.collect::<Vec<_>>().join("\n")
}

const COUNT: &str = "count(opinion.answers, it.action == 'agree')";

#[test]
fn answers_apart_are_open_once_the_task_is_over() {
    let hint = format!("ok: {{name: 知道, hint: \"{{{COUNT}}}\"");
    assert_eq!(apart(&[("ok: {name: 知道", &hint)]), "", "in a later state");
    let advice = format!("over: {{name: 完, advice: {{panel: \"{{{COUNT}}}\"}}");
    assert_eq!(apart(&[("over: {name: 完", &advice)]), "", "at the end");
    let closed = format!("refuse: {{name: 不同意, when: opinion.closed, hint: \"{{{COUNT}}}\"");
    assert_eq!(apart(&[("refuse: {name: 不同意", &closed)]), "", "only once it is closed");
    let guarded = format!("refuse: {{name: 不同意, hint: \"{{{COUNT} if opinion.closed else 0}}\"");
    assert_eq!(apart(&[("refuse: {name: 不同意", &guarded)]), "", "not shown before");
    let set = format!("opinion.closed, set: {{mark: \"{COUNT}\"}}, notify: {{panel: noted}}");
    assert_eq!(apart(&[("opinion.closed", &set)]), "", "told once it is closed");
    let early = format!("refuse: {{name: 不同意, hint: \"{{{COUNT}}}\"");
    assert!(apart(&[("refuse: {name: 不同意", &early)]).contains("从hint看到 opinion.answers"));
}

#[test]
fn answers_apart_through_what_is_set_before_all_have_answered() {
    let hint = ("refuse: {name: 不同意", "refuse: {name: 不同意, hint: \"{mark}\"");
    let rule = format!(
        "early: {{when: opinion.given >= 2 and mark == 0, set: {{mark: \"1 + {COUNT}\"}}, notify: {{panel: noted}}}}\n      done:"
    );
    let told = apart(&[hint, ("done:", &rule)]);
    assert!(told.contains("「panel」从hint看到 mark（来自 opinion.answers）"), "{told}");
    assert!(
        told.contains("没有答完就给「panel」的信里写了 mark（来自 opinion.answers）"),
        "{told}"
    );
    let counted = ("agree: {name: 同意", "agree: {name: 同意, set: {mark: mark + 1}");
    let told = apart(&[hint, counted]);
    assert!(told.contains("mark（来自 opinion.answers）"), "{told}");
    let all =
        ("refuse: {name: 不同意", "refuse: {name: 不同意, set: {mark: mark + 1}, hint: \"{mark}\"");
    assert_eq!(apart(&[counted, all]), "", "how many have answered is no secret");
    let label = ("n: n}\nstates", "n: mark}\nstates");
    assert!(apart(&[label, counted]).contains("标签「n」看得到案的人都看得到，读了 mark"));
    let advice = ("    name: 评\n", "    name: 评\n    advice: {panel: \"{mark}\"}\n");
    assert!(apart(&[advice, counted]).contains("从advice看到 mark"));
}

#[test]
fn answers_apart_through_what_is_set_where_a_rule_reads_them() {
    let hint = ("refuse: {name: 不同意", "refuse: {name: 不同意, hint: \"{mark}\"");
    let flag = |when: &str, more: &str| {
        let rule = format!(
            "flag: {{when: \"{when} and mark == 0\", set: {{mark: 1}}{more}}}\n      done:"
        );
        apart(&[hint, ("done:", &rule)])
    };
    let told = flag(&format!("{COUNT} >= 1"), "");
    assert!(told.contains("「panel」从hint看到 mark（来自 opinion.answers）"), "{told}");
    assert_eq!(flag("opinion.given >= 2", ""), "", "how many have answered is no secret");
    assert_eq!(flag(&format!("opinion.closed and {COUNT} >= 1"), ""), "", "all have answered");
    assert_eq!(flag(&format!("{COUNT} >= 1"), ", close: opinion"), "", "nobody answers any more");
}

#[test]
fn answers_apart_through_refusals_and_deadlines() {
    let require =
        format!("agree: {{name: 同意, require: {{few: {{that: \"{COUNT} < 2\", say: 够了}}}}");
    let told = apart(&[("agree: {name: 同意", &require)]);
    assert!(told.contains("「panel」从什么时候被拒绝看到 opinion.answers"), "{told}");
    let lasts = "    name: 评\n    timers: {late: {lasts: [{when: \"any(opinion.answers, it.action == 'refuse')\", is: 1 days}, {is: 5 days}], over: {to: over}}}\n";
    let told = apart(&[("    name: 评\n", lasts)]);
    assert!(told.contains("「panel」从期限看到 opinion.answers"), "{told}");
}

#[test]
fn a_hidden_name_through_a_number_a_list_and_what_is_filled_in() {
    let number = blind(&[
        ("labels:", "numbers: {serial: {name: 号, text: \"{person.name}{n}\"}}\nlabels:"),
        ("to: pending", "number: serial, to: pending"),
        ("approve: {name: 同意,", "approve: {name: 同意, hint: \"{numbers.serial or_else ''}\","),
    ]);
    assert!(number.contains("从hint看到 numbers.serial（来自 person.name）"), "{number}");
    let list = blind(&[(
        "approve: {name: 同意,",
        "approve: {name: 同意, hint: \"{join(map([person], it.name), '')}\",",
    )]);
    assert!(list.contains("「reviewer」从hint看到 person"), "{list}");
    let filled = blind(&[(
        "{name: 理由, required: true}",
        "{name: 理由, prefill: person.name, required: true}",
    )]);
    assert!(filled.contains("从prefill看到 person.name"), "{filled}");
    let public = blind(&[
        ("labels: {", "labels: {who: person.name, "),
        ("  pending:\n", "  pending:\n    public: {name: 公示, shows: {who: 谁}}\n"),
    ]);
    assert!(public.contains("从公示看到 person.name"), "{public}");
}

#[test]
fn a_button_that_depends_on_a_hidden_section() {
    let when =
        |when: &str| of(&[SECTIONS, ("when: days > 0, to", &format!("when: \"{when}\", to"))]);
    let told = when("form.shut.why == 'x'");
    assert!(told.contains("「reviewer」从什么时候有这个按钮看到 form.shut.why"), "{told}");
    assert!(!when("days > 3").contains("按钮"));
}

#[test]
fn answers_that_are_apart_through_the_question_itself() {
    let agreed = format!("{COUNT} > 0");
    let refuse = |with: &str| {
        apart(&[("refuse: {name: 不同意}", &format!("refuse: {{name: 不同意, {with}}}"))])
    };
    for (with, what) in [
        (format!("ask: {{why: {{name: 为什么, when: \"{agreed}\"}}}}"), "什么时候问它"),
        (format!("ask: {{why: {{name: 为什么, required: \"{agreed}\"}}}}"), "什么时候必填"),
        (
            format!(
                "ask: {{why: {{name: 为什么, require: {{r: {{that: \"{COUNT} == 0\", say: 不行}}}}}}}}"
            ),
            "什么时候被拒绝",
        ),
        (format!("batch: \"{agreed}\""), "能不能批量"),
    ] {
        let told = refuse(&with);
        assert!(told.contains(&format!("「panel」从{what}看到 opinion.answers")), "{with}: {told}");
    }
    assert_eq!(refuse("batch: true, ask: {why: {name: 为什么, required: true}}"), "");
}

#[test]
fn a_hidden_name_that_another_case_is_given() {
    let told = |unnamed: &str| {
        let parent = format!(
            "workflow: f\nname: 例\nstart: {{by: owner, given: {{person: person, unit: unit}}, to: a}}\nparticipants: {{owner: {{account: person.account{unnamed}}}, reader: {{role: title_reviewer}}}}\nlinks: {{kids: {{from: g, many: true}}}}\nstates:\n  a: {{name: 一, tasks: {{look: {{name: 看, for: reader, actions: {{go: {{name: 看, start: {{kids: {{workflow: g, given: {{unit: unit.id}}, set: {{who: person.name}}}}}}, to: c}}}}}}}}}}\n  c: {{name: 完, end: true}}\n"
        );
        let child = "workflow: g\nname: 读\nstart: {given: {unit: unit}, to: r}\nparticipants: {reader: {role: title_reviewer}}\nlinks: {up: {to: f}}\nvars: {who: ''}\nstates:\n  r: {name: 读, tasks: {read: {name: 读, for: reader, actions: {ok: {name: 好, hint: \"{who}的\", to: z}}}}}\n  z: {name: 完, end: true}\n";
        remarks(&[
            ("f.yaml", &parent),
            ("g.yaml", child),
            ("letters/asked.txt", "主题：有\n\n好\n"),
        ])
        .lines()
        .filter(|line| !line.contains("没有动作或计时器发它"))
        .collect::<Vec<_>>()
        .join("\n")
    };
    insta::assert_snapshot!(told(", unnamed_to: [reader]"), @"g.yaml:8:83: 提醒: 「reader」从hint看到 who，来自流程 f，那里「owner」对他隐名（去掉它，或让他在那边也看得到）");
    assert_eq!(told(""), "");
}
