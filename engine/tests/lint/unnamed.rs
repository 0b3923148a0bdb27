//! Names, units and answers that are kept from somebody, told by lists, labels, numbers and fields.

use crate::remarks;

/// A list marks somebody's work, each without knowing of the other; the tests change one thing of it.
const BLIND: &str = "\
workflow: blind
name: 盲审
start: {by: owner, given: {person: person, unit: unit}, to: filling}
participants: {owner: {account: person.account, unnamed_to: [expert]}, expert: {each: experts, unnamed_to: [owner]}}
facts: {experts: {host: members, with: {unit: unit.id}}}
numbers: {no: {name: 号, text: \"A{n}\"}}
labels: {no: numbers.no}
values: {names: \"join(map(experts, it.name), '、')\", units: \"join(map(experts, it.unit), '、')\"}
form:
  sections:
    open: {name: 明, fields: {t: {name: 话, required: true}, copy: {name: 副本, read_only: true}}}
    shut: {name: 密, visible_to: [owner], fields: {k: {name: 密码, required: true}}}
states:
  filling: {name: 填, tasks: {fill: {name: 填, for: owner, edit: all, actions: {go: {name: 交, freeze: true, set: {form.open.copy: form.open.t}, to: marking}}}}}
  marking:
    name: 打分
    enter: {notify: {owner: noted}}
    advice: {owner: 请等, expert: 请评}
    tasks: {mark: {name: 打分, for: expert, apart: true, edit: \"['open']\", actions: {give: {name: 打分, ask: {v: {name: 分, type: integer, required: true}}, number: no}}}}
    choose: {empty: {when: mark.all == 0, to: over}, done: {when: mark.closed, to: over}}
  over: {name: 完, end: true}
";

fn told(letter: &str, changes: &[(&str, &str)]) -> String {
    let mut text = BLIND.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let letter = format!("主题：有了\n\n{letter}\n");
    let told = remarks(&[("blind.yaml", &text), ("letters/noted.txt", &letter)]);
    assert!(!told.contains("错误"), "{told}");
    let told = told
        .lines()
        .filter(|line| line.contains("隐名") || line.contains("背对背") || line.contains("只给"));
    told.collect::<Vec<_>>().join("\n")
}

fn changed(changes: &[(&str, &str)]) -> String {
    told("好", changes)
}

#[test]
fn the_names_of_a_list() {
    assert_eq!(changed(&[]), "");
    let letter = told("{{ names }}", &[("{no: numbers.no}", "{no: numbers.no, names: names}")]);
    assert!(
        letter.contains("发给「owner」，信里写了 names（来自 experts.name），而「expert」对他隐名"),
        "{letter}"
    );
    assert!(letter.contains("「owner」从标签看到 names（来自 experts.name）"), "{letter}");
    let advice = |text: &str| changed(&[("owner: 请等", &format!("owner: \"{{{text}}}\""))]);
    for says in [
        "names",
        "join(mark.done, '、')",
        "join(map(mark.answers, it.by), '、')",
        "first(experts).name or_else ''",
    ] {
        let told = advice(says);
        assert!(
            told.contains("「owner」从advice看到") && told.contains("而「expert」对他隐名"),
            "{says}: {told}"
        );
    }
    for says in [
        "units",
        "mark.given",
        "count(experts, it.name != '')",
        "person.name",
        "max(map(mark.answers, it.answer.v)) or_else 0",
    ] {
        assert_eq!(advice(says), "", "{says}");
    }
    let some = ("{each: experts, unnamed", "{each: experts, where: it.unit != unit.id, unnamed");
    assert_eq!(
        changed(&[some, ("owner: 请等", "owner: \"{names}\"")]),
        "",
        "the others are no secret"
    );
}

#[test]
fn the_names_of_a_part_of_a_list_that_was_chosen() {
    let chosen = [
        ("facts: {experts:", "vars: {chosen: {type: list of member}}\nfacts: {experts:"),
        (
            "{go: {name: 交, freeze: true, set: {",
            "{go: {name: 交, freeze: true, set: {chosen: experts, ",
        ),
        ("map(experts, it.name)", "map(chosen, it.name)"),
    ];
    let advice = |who: &str, more: &[(&str, &str)]| {
        let changes = [("{each: experts,", who), ("owner: 请等", "owner: \"{names}\"")];
        changed(&[&chosen[..], &changes, more].concat())
    };
    for who in [
        "{each: chosen,",
        "{each: chosen, where: it.unit != unit.id,",
        "{each: \"filter(chosen, it.unit != unit.id)\",",
        "{each: \"first(chosen, 2)\",",
        "{each: others,",
    ] {
        let others = ("values: {", "values: {others: \"filter(chosen, it.unit != unit.id)\", ");
        let more = if who.contains("others") { &[others][..] } else { &[] };
        let told = advice(who, more);
        assert!(told.contains("「owner」从advice看到 names（来自 chosen.name）"), "{who}: {told}");
    }
    let head = [
        (", expert: {", ", head: {each: \"filter(chosen, it.unit == unit.id)\"}, expert: {"),
        (
            "tasks: {mark:",
            "tasks: {lead: {name: 主持, for: head, optional: true, actions: {ok: {name: 好}}}, mark:",
        ),
    ];
    let where_ = "{each: chosen, where: it.unit != unit.id,";
    assert_eq!(advice(where_, &head), "", "some of them are no secret");
}

#[test]
fn who_acted_through_a_task_and_a_variable() {
    let last = |more: &[(&str, &str)]| {
        let set = [
            ("facts: {experts:", "vars: {last: \"\"}\nfacts: {experts:"),
            (
                "required: true}}, number: no}",
                "required: true}}, set: {last: actor.id}, number: no}",
            ),
            ("owner: 请等", "owner: \"{last}\""),
        ];
        changed(&[&set[..], more].concat())
    };
    let told = last(&[]);
    assert!(told.contains("「owner」从advice看到 last（来自 mark.by）"), "{told}");
    let role = ("{each: experts, unnamed_to", "{role: unit_reviewer, unnamed_to");
    let told = last(&[
        role,
        ("apart: true, ", ""),
        (
            "empty: {when: mark.all == 0, to: over}, done: {when: mark.closed",
            "done: {when: mark.action == 'give'",
        ),
    ]);
    assert!(told.contains("「owner」从advice看到 last（来自 mark.by）"), "{told}");
    assert_eq!(last(&[(", unnamed_to: [owner]}", "}")]), "");
}

#[test]
fn the_rows_of_a_list_in_a_letter_and_a_document() {
    let label = ("facts: {experts:", "vars: {chosen: {type: list of member}}\nfacts: {experts:");
    let set = (
        "{go: {name: 交, freeze: true, set: {",
        "{go: {name: 交, freeze: true, set: {chosen: experts, ",
    );
    let list = [label, set, ("{each: experts,", "{each: chosen,")];
    for says in ["{% for p in chosen %}{{ p.name }}{% endfor %}", "{{ chosen[0].name }}"] {
        let told = told(says, &list);
        assert!(told.contains("信里写了 chosen.name，而「expert」对他隐名"), "{says}: {told}");
    }
    assert_eq!(told("{% for p in chosen %}{{ p.unit }}{% endfor %}", &list), "");
    let paper = |readers: &str, cell: &str| {
        let document = format!(
            "documents: {{paper: {{name: 单, {readers}sheet: [{{table: {{columns: [1, 1], head: [号, 名], each: chosen, cells: [\"{{n}}\", \"{{it.{cell}}}\"]}}}}]}}}}\nlabels:"
        );
        let make = ("enter: {notify", "enter: {document: paper, notify");
        changed(&[&list[..], &[("labels:", &*document), make]].concat())
    };
    let told = paper("for: [owner], ", "name");
    assert!(told.contains("文书「paper」写了 for 给「owner」，印了 chosen.name"), "{told}");
    let told = paper("", "name");
    assert!(told.contains("文书「paper」没有写 for，看得到案的都看得到：给「owner」"), "{told}");
    assert_eq!(paper("for: [owner], ", "unit"), "");
}

#[test]
fn a_name_that_is_left_out_where_it_is_hidden() {
    let rows = [(
        "{each: experts, unnamed_to: [owner]}",
        "{blind: {each: experts, when: person.series is none, unnamed_to: [owner]}, open: {each: experts, when: person.series is not none}}",
    )];
    let advice = |text: &str| {
        changed(&[&rows[..], &[("owner: 请等", &*format!("owner: \"{{{text}}}\""))]].concat())
    };
    assert!(advice("names").contains("「owner」从advice看到 names（来自 experts.name）"));
    assert_eq!(advice("names if person.series is not none else ''"), "");
}

#[test]
fn the_unit_of_somebody_unnamed() {
    let advice = |text: &str| changed(&[("expert: 请评", &format!("expert: \"{{{text}}}\""))]);
    for says in ["unit.name", "person.id", "person.name"] {
        let told = advice(says);
        let says = format!("「expert」从advice看到 {says}，而「owner」对他隐名");
        assert!(told.contains(&says), "{told}");
    }
    assert_eq!(told("{{ unit.name }}", &[]), "", "the owner knows");
    let to_them = [("{owner: noted}", "{expert: noted}")];
    assert!(told("{{ unit.name }}", &to_them).contains("信里写了 unit.name，而「owner」对他隐名"));
    let found = (
        "expert: {each: experts, unnamed_to: [owner]}",
        "expert: {role: unit_reviewer, unit: unit.id}",
    );
    let state = [
        ("apart: true, ", ""),
        (", number: no}}}}", ", number: no, to: over}}}}"),
        (
            "    choose: {empty: {when: mark.all == 0, to: over}, done: {when: mark.closed, to: over}}\n",
            "",
        ),
    ];
    let theirs = [&[to_them[0], found], &state[..]].concat();
    assert_eq!(told("{{ unit.name }}", &theirs), "", "it is their own unit");
}

#[test]
fn a_field_that_others_see_is_set_to_what_is_hidden() {
    let set = |value: &str| changed(&[("copy: form.open.t", &format!("copy: \"{value}\""))]);
    let section = set("form.shut.k or_else ''");
    assert!(
        section.contains("「expert」从表单看到 form.shut.k，栏目「shut」只给 owner 看"),
        "{section}"
    );
    let name = set("person.name");
    assert!(name.contains("「expert」从表单看到 person.name，而「owner」对他隐名"), "{name}");
    let prefill =
        |value: &str| changed(&[("t: {name: 话,", &format!("t: {{name: 话, prefill: {value},"))]);
    let told = prefill("person.name");
    assert!(told.contains("「expert」从先填上的字段看到 person.name"), "{told}");
    let shut = changed(&[("k: {name: 密码,", "k: {name: 密码, prefill: person.name,")]);
    assert_eq!(shut, "", "only the owner sees it");
    let sees = ("unnamed_to: [owner]}", "unnamed_to: [owner], sees: [shut]}");
    assert_eq!(
        changed(&[("copy: form.open.t", "copy: person.name"), sees]),
        "",
        "they see another"
    );
}

#[test]
fn answers_apart_through_a_number_and_a_computed_field() {
    let count = "count(mark.answers, it.answer.v > 60)";
    let number = |text: &str, changes: &[(&str, &str)]| {
        let text = format!("\"{{{text}}}-{{n}}\"");
        changed(&[&[("\"A{n}\"", &*text)], changes].concat())
    };
    let told = number(count, &[]);
    assert!(told.contains("「expert」从编号看到 mark.answers，而「mark」是背对背的"), "{told}");
    assert_eq!(number("mark.given", &[]), "", "how many is no secret");
    let late = [(", number: no}}", "}}"), ("mark.closed, to", "mark.closed, number: no, to")];
    assert_eq!(number(count, &late), "", "taken once all have answered");
    let field = |value: &str, changes: &[(&str, &str)]| {
        let field = format!("sum: {{name: 合计, type: integer, computed: \"{value}\"}}, copy:");
        changed(&[&[("copy:", &*field)], changes].concat())
    };
    let told = field(count, &[]);
    assert!(told.contains("「expert」从算出来的字段看到 mark.answers"), "{told}");
    assert_eq!(field(&format!("{count} if mark.closed else 0"), &[]), "", "not before");
    assert_eq!(field(count, &[("edit: \"['open']\", ", "")]), "", "they fill in nothing");
}
