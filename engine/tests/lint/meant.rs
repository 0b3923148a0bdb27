//! What is right as it is written and means something else than its author meant.

use crate::changed;

#[test]
fn a_fact_that_is_read_before_the_variable_is_set_that_it_asks_about() {
    let set = |set: &str, vars: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                &format!(
                    "facts: {{pool: {{host: members, with: {{unit: room}}}}}}\nvalues: {{first_of: \"first(pool, days)\"}}\nvars: {{days: 0, {vars}, some: {{type: list of member}}}}"
                ),
            ),
            ("labels: {", "labels: {many: count(some) + count(first_of), "),
            ("set: {days: ask.days}", &format!("set: {{{set}}}")),
        ])
    };
    insta::assert_snapshot!(set("some: pool, room: unit.id, days: ask.days", "room: ''"), @"leave.yaml:4:129: 提醒: 「pool」要用「room」来算，而「room」在后面才设：这里用的还是空的（把 room 写在前面：set: {room: …, some: …}）");
    let told = set("room: unit.id, some: first_of, days: ask.days", "room: ''");
    assert!(told.contains("「first_of」要用「days」来算，而「days」在后面才设"), "{told}");
    assert_eq!(set("room: unit.id, days: ask.days, some: first_of", "room: ''"), "");
    // A first value that is written out, and one that stays as it is.
    assert_eq!(set("days: ask.days, some: pool, room: unit.id", "room: hall"), "");
    let told = set("room: unit.id, some: first_of, days: 0", "room: ''");
    assert!(!told.contains("在后面才设"), "{told}");
}

#[test]
fn what_was_set_on_a_way_before_may_be_meant() {
    let flow = |first: &str| {
        changed(&[
            ("vars: {days: 0}", "values: {double: days * 2}\nvars: {days: 0, twice: 0}"),
            ("labels: {", "labels: {twice: twice, "),
            ("set: {days: ask.days}", first),
            ("when: days > 0, to", "set: {twice: double, days: 5}, to"),
        ])
    };
    let told = flow("set: {twice: ask.days}");
    assert!(told.contains("「double」要用「days」来算"), "{told}");
    assert_eq!(flow("set: {days: ask.days}"), "");
}

#[test]
fn a_timer_that_is_reckoned_from_the_present() {
    let timer = |timer: &str| {
        changed(&[
            (
                "vars: {days: 0}",
                "values: {soon: \"add_days(today, days)\"}\nvars: {days: 0, due: {type: date?}}",
            ),
            ("set: {days: ask.days}", "set: {days: ask.days, due: today}"),
            (
                "  pending:\n",
                &format!("  pending:\n    timers: {{late: {{{timer}, over: {{to: rejected}}}}}}\n"),
            ),
            ("labels: {", "labels: {due: due, soon: soon, "),
        ])
    };
    insta::assert_snapshot!(timer("at: \"add_days(today, 5)\""), @"leave.yaml:13:25: 提醒: 计时器「late」的 at 读的是此刻（add_days(today, 5)）：每次重算都会往后移，案里常有事就总不到期（在 enter 里 set 进变量，如 set: {begun: today}，这里读变量，如 at: add_days(begun or_else today, 5)）");
    for moving in ["lasts: 5 days, from: now", "at: soon", "at: \"add_hours(now, 48)\""] {
        let told = timer(moving);
        assert!(told.contains("每次重算都会往后移"), "{moving}: {told}");
    }
    for standing in [
        "at: today",
        "at: due or_else today",
        "lasts: 5 days, from: due or_else today",
        "at: \"add_days(due or_else today, 5)\"",
    ] {
        let told = timer(standing);
        assert!(!told.contains("每次重算"), "{standing}: {told}");
    }
}

#[test]
fn an_id_or_a_name_where_an_account_or_a_unit_belongs() {
    let who = |who: &str| changed(&[("{role: unit_reviewer, unit: unit.id}", who)]);
    insta::assert_snapshot!(who("{role: unit_reviewer, unit: unit.name}"), @"leave.yaml:7:41: 提醒: 「unit.name」不是单位的编号：照它找不到人（写成 unit.id）");
    insta::assert_snapshot!(who("{role: unit_reviewer, unit: person.id}"), @"leave.yaml:7:41: 提醒: 「person.id」不是单位的编号：照它找不到人（写成单位的编号，如 unit.id）");
    insta::assert_snapshot!(who("{account: person.id}"), @"leave.yaml:7:23: 提醒: 「person.id」不是账号：照它找不到人（写成 person.account）");
    insta::assert_snapshot!(who("{role: unit_reviewer, unit: unit.id, except: [person.account, person.name]}"), @"leave.yaml:7:75: 提醒: 「person.name」不是账号：照它找不到人（写成 person.account）");
    assert_eq!(who("{role: unit_reviewer, unit: unit.id, except: [person.account]}"), "");
    assert_eq!(who("{role: unit_reviewer, unit: person.series or_else ''}"), "");
}

#[test]
fn the_middle_of_marks_that_are_in_no_order() {
    let mean = |marks: &str, middle: &str| {
        changed(&[
            (
                "vars:",
                &format!(
                    "facts: {{pool: {{host: members, with: {{unit: unit.id}}}}}}\nvalues: {{marks: \"{marks}\", mark: \"mean({middle}) or_else 0\"}}\nvars:"
                ),
            ),
            ("labels: {", "labels: {mark: mark, "),
            (
                "      review:",
                "      grade: {name: 打分, optional: true, for: {each: pool}, actions: {give: {name: 打分, ask: {mark: {name: 分, type: integer, required: true}}}}}\n      review:",
            ),
        ])
    };
    let marks = "map(filter(grade.answers, it.action == 'give'), it.answer.mark)";
    insta::assert_snapshot!(mean(marks, "middle(marks, 1)"), @"leave.yaml:9:90: 提醒: middle 去掉排在两头的，「marks」没有排过序：去掉的不是最高和最低的（写成 middle(sort(marks), 1)）");
    assert_eq!(mean(marks, "middle(sort(marks), 1)"), "");
    assert_eq!(mean(&format!("sort({marks})"), "middle(marks, 1)"), "");
}

#[test]
fn a_document_that_is_verified_prints_its_code() {
    let with = |sheet: &str| {
        let document = format!(
            "numbers: {{paper: {{name: 编号, text: '{{n}}'}}}}\ndocuments: {{paper: {{name: 证, sheet: [{sheet}], verify: {{number: no, valid: case.state == 'approved', invalid: 无效, shows: {{天数: '{{days}}'}}}}}}}}\nlabels: {{no: numbers.paper, "
        );
        changed(&[
            ("labels: {", &document),
            ("when: days > 0, to", "when: days > 0, number: paper, to"),
            ("approved: {end", "approved: {enter: {document: paper}, end"),
        ])
    };
    assert_eq!(with("{title: 证}, {code: true}"), "");
    insta::assert_snapshot!(with("{title: 证}"), @"leave.yaml:10:51: 提醒: 文书「paper」没有印验证码：拿着它的人也查不到（在 sheet 里加上 {code: true}）");
}

#[test]
fn a_document_that_is_verified_by_who_it_is_of() {
    let with = |number: &str, who: &str| {
        changed(&[
            (
                "labels: {",
                &format!(
                    "numbers: {{paper: {{name: 编号, text: '{{n}}'}}}}\ndocuments: {{paper: {{name: 证, sheet: [{{title: 证}}, {{code: true}}], verify: {{number: {number}, valid: case.state == 'approved', invalid: 无效, shows: {{天数: '{{days}}'}}}}}}}}\nlabels: {{who: {who}, no: numbers.paper, "
                ),
            ),
            ("when: days > 0, to", "when: days > 0, number: paper, to"),
            ("approved: {end", "approved: {enter: {document: paper}, end"),
        ])
    };
    insta::assert_snapshot!(with("who", "person.name"), @"leave.yaml:10:82: 提醒: 核验凭标签「who」，它写的是 person.name，不是取的编号：一个人的几份分不开（写编号的标签，如 labels: {no: numbers.paper}，number: no）");
    assert_eq!(with("no", "person.name"), "");
    let both = "\"person.name + (numbers.paper or_else '')\"";
    assert_eq!(with("who", both), "", "the number is in it");
    assert_eq!(with("who", "unit.id"), "", "another subject may be what is numbered");
    insta::assert_snapshot!(with("who", "days"), @"leave.yaml:10:82: 提醒: 核验凭标签「who」，它是整数，不是编号：几份分不开（写编号的标签，如 labels: {no: numbers.paper}，number: no）");
    let whole = "\"integer(numbers.paper or_else '') or_else 0\"";
    assert_eq!(with("who", whole), "", "it is the number all the same");
}
