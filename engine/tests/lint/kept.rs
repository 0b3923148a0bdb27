//! What is kept from somebody and told elsewhere than beside a button: by refusals, numbers, papers and
//! letters that nobody sends himself.

use crate::remarks;

/// A secret section, and a clerk who must not see it; the tests change one thing of it.
const SHUT: &str = "\
workflow: shut
name: 密
start: {by: owner, given: {person: person}, to: filling}
participants: {owner: {account: person.account}, clerk: {role: unit_reviewer}}
numbers: {no: {name: 号, text: \"A{n}\"}}
labels: {no: numbers.no}
checks:
  a.b: {severity: block, name: 对, that: \"form.open.t != '甲'\", say: 不对}
holds: {h: {of: [person.id], limit: 1, in: [last], say: 满了}}
documents: {paper: {name: 书, for: [clerk], sheet: [{text: 正文}, {code: true}], foot: 页脚, verify: {number: no, valid: true, invalid: 无, shows: {话: 有}}}}
form:
  sections:
    open: {name: 明, fields: {t: {name: 话, required: true}}}
    shut: {name: 密, visible_to: [owner], fields: {k: {name: 密码, required: true}}}
states:
  filling: {name: 填, tasks: {fill: {name: 填, for: owner, edit: all, actions: {go: {name: 交, freeze: true, checks: gate, number: no, to: review}}}}}
  review:
    name: 审
    enter: {document: paper}
    timers: {late: {lasts: 9 days, remind: 1 days, over: {to: over}}}
    tasks:
      review:
        name: 审
        for: clerk
        actions:
          ok: {name: 好, to: last}
          check: {name: 查, checks: all, to: over}
          ask: {name: 问, ask: {h: {name: 填, required: true, require: {a: {that: \"it != '甲'\", say: 不行}}}}, to: over}
  last: {name: 尾, tasks: {end: {name: 结, for: clerk, actions: {ok: {name: 好, to: over}}}}}
  over: {name: 完, end: true}
";

fn told(text: &str, changes: &[(&str, &str)], letter: &str) -> String {
    let mut text = text.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let told = remarks(&[("flow.yaml", &text), ("letters/noted.txt", letter)]);
    let told = told.lines().filter(|line| !line.contains("没有动作或计时器发它"));
    told.collect::<Vec<_>>().join("\n")
}

fn shut(changes: &[(&str, &str)]) -> String {
    told(SHUT, changes, "主题：快了\n\n{{ form.shut.k }}\n")
}

#[test]
fn a_section_through_what_refuses() {
    assert_eq!(shut(&[]), "");
    let secret = "\"{form.shut.k or_else ''}\"";
    for (what, from) in
        [("占用的 say", "say: 满了"), ("检测的 say", "say: 不对"), ("say", "say: 不行")]
    {
        let told = shut(&[(from, &format!("say: {secret}"))]);
        let says = format!("提醒: 「clerk」从{what}看到 form.shut.k，栏目「shut」只给 owner 看");
        assert!(told.contains(&says) && told.lines().count() == 1, "{what}: {told}");
    }
    let open = "\"{form.open.t or_else ''}\"";
    for from in ["say: 满了", "say: 不对", "say: 不行"] {
        assert_eq!(shut(&[(from, &format!("say: {open}"))]), "", "an open section");
    }
    let checks = ("checks: all, ", "");
    let gate = ("severity: block", "severity: block, phase: gate");
    assert_eq!(
        shut(&[("say: 不对", &format!("say: {secret}")), checks, gate]),
        "",
        "only the owner asks"
    );
    let held = ("in: [last]", "in: [review, last]");
    assert_eq!(shut(&[("say: 满了", &format!("say: {secret}")), held]), "", "it is held already");
}

#[test]
fn a_section_through_a_number_a_paper_and_a_reminder() {
    let number = shut(&[("\"A{n}\"", "\"{form.shut.k or_else ''}{n}\"")]);
    assert!(number.contains("「clerk」从编号看到 form.shut.k"), "{number}");
    let secret = "\"{form.shut.k or_else ''}\"";
    for from in ["foot: 页脚", "{话: 有}"] {
        let printed = (from, &*from.replace("页脚", secret).replace("有", secret));
        let told = shut(&[printed]);
        assert!(told.contains("文书「paper」印了栏目「shut」的内容"), "{from}: {told}");
        assert_eq!(shut(&[printed, ("for: [clerk]", "for: [owner]")]), "", "{from} for the owner");
    }
    let reminds = shut(&[("remind: 1 days", "remind: {1 days: noted}")]);
    assert!(
        reminds.contains("letters/noted.txt:3:4: 提醒: 流程 shut 把信件「noted」发给「clerk」，信里写了 form.shut.k"),
        "{reminds}"
    );
    let owner = ("for: clerk\n", "for: owner\n");
    assert_eq!(shut(&[("remind: 1 days", "remind: {1 days: noted}"), owner]), "");
}

#[test]
fn a_section_through_a_label_of_what_was_set() {
    let set = ("number: no, to", "number: no, set: {note: \"form.shut.k or_else ''\"}, to");
    let label = ("{no: numbers.no}", "{no: numbers.no, note: note}\nvars: {note: ''}");
    let told = shut(&[label, set]);
    assert!(told.contains("标签「note」写了栏目「shut」的内容"), "{told}");
    assert_eq!(
        shut(&[
            label,
            ("number: no, to", "number: no, set: {note: \"form.open.t or_else ''\"}, to")
        ]),
        ""
    );
}

/// A reason that the owner is not told; the tests change one thing of it.
const REASON: &str = "\
workflow: reason
name: 审核
start: {by: owner, given: {person: person}, to: review}
participants: {owner: {account: person.account}, clerk: {role: unit_reviewer}}
labels: {person: person.id}
states:
  review:
    name: 审核
    tasks:
      review:
        name: 审
        for: clerk
        actions:
          no: {name: 不同意, ask: {reason: {name: 理由, required: true, untold_to: [owner]}}, to: refused}
          yes: {name: 同意, to: over}
  refused: {name: 不同意, enter: {notify: {owner: noted}}, end: true}
  over: {name: 完, end: true}
";

fn reason(changes: &[(&str, &str)]) -> String {
    told(
        REASON,
        changes,
        "主题：不同意\n\n{% if asked.reason is defined %}{{ asked.reason }}{% endif %}\n",
    )
}

const SAYS: &str = "把信件「noted」发给「owner」，信里写了「理由」，而它不告诉他";

#[test]
fn an_untold_answer_in_a_letter_of_the_state_it_leads_to() {
    let told = reason(&[]);
    assert!(told.contains(SAYS) && told.lines().count() == 1, "{told}");
    let clerk = ("{notify: {owner: noted}}", "{notify: {clerk: noted}}");
    assert_eq!(reason(&[clerk]), "", "to another");
    let told_too = ("untold_to: [owner]", "untold_to: [clerk]");
    assert_eq!(reason(&[told_too]), "", "kept from another");
    let other = [("to: refused", "to: over"), ("同意, to: over", "同意, to: refused")];
    let other = [
        other[0],
        (
            "yes: {name: 同意, to: over",
            "yes: {name: 同意, ask: {reason: {name: 话, required: true}}, to: refused",
        ),
    ];
    assert_eq!(reason(&other), "", "the other leads there");
}

#[test]
fn an_untold_answer_in_a_letter_of_a_rule() {
    let none = ("enter: {notify: {owner: noted}}, ", "");
    let stays = ("untold_to: [owner]}}, to: refused", "untold_to: [owner]}}");
    let rule = |when: &str| {
        let rules = format!(
            "    choose:\n      no: {{when: \"{when}\", notify: {{owner: noted}}, to: refused}}\n  refused:"
        );
        reason(&[none, stays, ("  refused:", &rules)])
    };
    let told = rule("review.action == 'no'");
    assert!(told.contains(SAYS), "{told}");
    let yes = rule("review.action == 'yes'");
    assert!(!yes.contains(SAYS), "{yes}");
    let enters = reason(&[
        stays,
        ("  refused:", "    choose: {no: {when: review.action == 'no', to: refused}}\n  refused:"),
    ]);
    assert!(enters.contains(SAYS), "{enters}");
}
