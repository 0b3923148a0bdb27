//! What `diff` tells of two versions of a workflow: everything that people would notice, for whom it
//! is, with what was and what is.

use engine::definition::differences;

use super::compiled;

/// A flow with one of each thing whose change was once not told.
const FLOW: &str = "\
workflow: leave
name: 请假
statuses: leave_status
start: {by: applicant, given: {person: person, unit: unit}, ask: {days: {name: 天数, type: integer, max: 5, required: true}}, set: {days: ask.days}, to: pending}
participants:
  applicant: {account: person.account, unnamed_to: [reviewer]}
  reviewer: {role: unit_reviewer, unit: unit.id, delegate: false}
facts:
  series: {table: catalog/series}
  others: {cases: leave, where: {person: person.id}}
vars: {days: 0, is_late: false, posts: {type: list of office, is: []}}
values: {age: \"sum(series, it.age or_else 0)\"}
labels: {person: person.id, days: days}
readers: posts
form:
  sections:
    paper: {name: 论文, fields: {title: {name: 题目}}}
states:
  pending:
    public: {name: 公示, shows: {days: 天数}}
    timers:
      waiting: {lasts: 3 working days, every: true, over: {set: {is_late: true}, notify: {reviewer: asked}}}
    tasks:
      review:
        name: 审核
        for: reviewer
        edit: all
        actions:
          approve: {name: 同意, freeze: true, when: days > 0 and age > 0 and not is_late or count(others) > 9, to: approved}
          reject: {name: 不同意, ask: {reason: {name: 理由, required: true}}, notify: {applicant: asked}, to: rejected}
  approved: {end: true}
  rejected: {end: true}
";

/// What changes for whom from the flow to the flow with some of its text changed.
fn told(changes: &[(&str, &str)]) -> String {
    told_with(changes, &[])
}

fn told_with(changes: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    let mut text = FLOW.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the flow has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    let old = compiled(&[("leave.yaml", FLOW)]);
    let mut files = files.to_vec();
    files.push(("leave.yaml", &text));
    let new = compiled(&files);
    for compiled in [&old, &new] {
        assert!(compiled.is_valid(), "{:?}", compiled.diagnostics);
    }
    let found = differences(&old.definitions[0], &new.definitions[0]);
    let lines = found.iter().map(|change| match &change.who {
        Some(who) => format!("对 {who}：{}", change.what),
        None => change.what.clone(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn versions_that_differ_only_in_layout_have_no_difference() {
    assert_eq!(told(&[]), "");
    assert_eq!(told(&[("name: 请假\n", "# 请假\n\nname: 请假\n")]), "");
}

#[test]
fn what_a_timer_does_when_it_is_over_is_told() {
    let found =
        told(&[("set: {is_late: true}, notify: {reviewer: asked}", "notify: {applicant: asked}")]);
    assert_eq!(
        found,
        "「待审核」的期限 waiting 到期不再记下 is_late（原来是 true）\n\
         对 reviewer：「待审核」的期限 waiting 到期不再给 reviewer 发信件「asked」\n\
         对 applicant：「待审核」的期限 waiting 到期另外给 applicant 发信件「asked」"
    );
    let found = told(&[(", every: true", "")]);
    assert_eq!(found, "「待审核」的期限 waiting 到期后重新开始：是 → 否");
}

#[test]
fn a_state_of_another_key_is_told_with_its_key() {
    let found = told(&[
        ("to: rejected}", "to: refused}"),
        ("rejected: {end: true}", "refused: {name: 不同意, status: rejected, end: true}"),
    ]);
    assert_eq!(
        found,
        "去掉状态「不同意（rejected）」\n\
         新增状态「不同意（refused）」\n\
         对 reviewer：「不同意」之后：不同意（rejected） → 不同意（refused）"
    );
    // What else changes in it is told of the state that people call the same.
    let found = told(&[
        ("to: rejected}", "to: refused}"),
        (
            "rejected: {end: true}",
            "refused: {name: 不同意, status: rejected, timers: {late: {lasts: 9 days, over: {to: approved}}}, tasks: {look: {name: 看, for: applicant, actions: {seen: {name: 知道了, to: approved}}}}}",
        ),
    ]);
    insta::assert_snapshot!(found, @r"
    去掉状态「不同意（rejected）」
    新增状态「不同意（refused）」
    案到「不同意」：结束 → 不结束
    「不同意」新增期限 late：9 天
    「不同意」的期限 late 到期之后：不动 → 已同意
    对 reviewer：「不同意」之后：不同意（rejected） → 不同意（refused）
    对 applicant：在「不同意（refused）」新增「看」
    对 applicant：「看」里可以「知道了」
    对 applicant：「看」的「知道了」之后：不动 → 已同意
    ");
}

#[test]
fn what_happens_in_a_state_that_only_one_version_has_is_told() {
    let wait = "  wait:\n    name: 等待\n    enter: {set: {days: days + 1}, notify: {applicant: asked}}\n    timers: {late: {lasts: 3 days, over: {to: rejected}}}\n    tasks: {look: {name: 复核, for: applicant, actions: {yes: {name: 认可, ask: {why: {name: 理由}}, notify: {reviewer: asked}, to: approved}}}}\n    choose: {long: {when: days > 5, set: {is_late: true}, to: approved}}\n    public: {name: 公告, shows: {days: 天数}}\n    advice: {applicant: 请等待}\n    status: pending\n";
    let approved = "  approved: {end: true}";
    let added = [
        ("count(others) > 9, to: approved", "count(others) > 9, to: wait"),
        (approved, &*format!("{wait}{approved}")),
    ];
    insta::assert_snapshot!(told(&added), @r"
    新增状态「等待（wait）」
    「等待」新增期限 late：3 天
    「等待」的期限 late 到期之后：不动 → 不同意
    「等待」新增规则 long：days > 5 时到「已同意」
    「等待」的规则 long 另记下 is_late = true
    进入「等待」时另记下 days = days + 1
    对 applicant：进入「等待」时另外给 applicant 发信件「asked」
    「等待」时不登录也看得见的：不公开 → 「公告」：天数（days）
    「等待」时写给参与者的话：无 → applicant：请等待
    对 reviewer：「同意」之后：已同意 → 等待（wait）
    对 applicant：在「等待（wait）」新增「复核」
    对 applicant：「复核」里可以「认可」
    对 applicant：「复核」的「认可」时问的新增「理由」
    对 applicant：「复核」的「认可」之后：不动 → 已同意
    对 reviewer：「复核」的「认可」另外给 reviewer 发信件「asked」
    ");
    let with = FLOW.replacen(added[0].0, added[0].1, 1).replacen(added[1].0, added[1].1, 1);
    let [old, new] = [&*with, FLOW].map(|text| compiled(&[("leave.yaml", text)]));
    let found = differences(&old.definitions[0], &new.definitions[0]);
    let lines: Vec<&str> = found.iter().map(|change| &*change.what).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    去掉状态「等待（wait）」
    「等待」不再有期限 late
    「等待」去掉规则 long
    进入「等待」时不再记下 days（原来是 days + 1）
    进入「等待」时不再给 applicant 发信件「asked」
    「等待」时不登录也看得见的：「公告」：天数（days） → 不公开
    「等待」时写给参与者的话：applicant：请等待 → 无
    不再有「复核」
    「同意」之后：等待（wait） → 已同意
    ");
}

#[test]
fn what_a_fact_gives_is_told_by_its_fields() {
    let other = |labels: &str, states: &str| {
        format!(
            "workflow: other\nname: 别的\nstart: {{by: who, given: {{person: person}}, to: one}}\nparticipants: {{who: {{account: person.account}}}}\nlabels: {{{labels}}}\nstates:\n  one: {{name: 一, tasks: {{a: {{name: 甲, for: who, actions: {{go: {{name: 走, to: over}}}}}}}}}}\n{states}"
        )
    };
    let ours = FLOW.replace("others: {cases: leave, ", "others: {cases: other, ");
    let [old, new] = [
        other("person: person.id", "  over: {name: 完, end: true}\n"),
        other(
            "person: person.id, name: person.name",
            "  over: {name: 完, status: done, choose: {otherwise: {to: end}}}\n  end: {name: 毕, end: true}\n",
        ),
    ]
    .map(|other| compiled(&[("leave.yaml", &ours), ("other.yaml", &other)]));
    let leave = |compiled: &engine::definition::Compiled| {
        compiled.definitions.iter().find(|it| it.key.as_str() == "leave").cloned()
    };
    let both = leave(&old).zip(leave(&new));
    let (old, new) = both.unwrap_or_else(|| panic!("both have the flow"));
    let found: Vec<String> = differences(&old, &new).into_iter().map(|it| it.what).collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    查询 others 给的内容里多了 name（文本）
    查询 others 给的内容里的 state：选项（one、over） → 选项（one、over、end）
    ");
}

#[test]
fn what_strangers_and_readers_see_is_told() {
    let found = told(&[("    public: {name: 公示, shows: {days: 天数}}\n", "")]);
    assert_eq!(found, "「待审核」时不登录也看得见的：「公示」：天数（days） → 不公开");
    let found = told(&[("readers: posts\n", "")]);
    assert_eq!(found, "还有谁可以看（readers）：posts → 无");
    let found = told(&[(
        "labels: {person: person.id, days: days}",
        "labels: {person: person.id, days: days + 1}",
    )]);
    assert_eq!(found, "标签 days：days → days + 1");
}

#[test]
fn whose_name_is_hidden_and_who_may_delegate_are_told_as_such() {
    let found = told(&[(", unnamed_to: [reviewer]", ""), (", delegate: false", "")]);
    assert_eq!(
        found,
        "对 applicant：姓名不给谁看：reviewer → 无\n对 reviewer：可以委托别人：否 → 是"
    );
}

#[test]
fn limits_and_names_are_told_as_they_were_and_are() {
    let found =
        told(&[("max: 5", "max: 7"), ("name: 审核", "name: 审查"), ("name: 论文", "name: 著作")]);
    assert_eq!(
        found,
        "「发起」时问的「天数」：整数（不限–5） → 整数（不限–7）\n\
         对 reviewer：任务的名称：「审核」 → 「审查」\n\
         栏目的名称：「论文」 → 「著作」"
    );
}

#[test]
fn whether_a_task_is_optional_repeated_or_fixes_the_form_is_told() {
    let found = told(&[
        (", freeze: true", ""),
        ("        edit: all\n", "        repeat: true\n        optional: true\n"),
    ]);
    assert_eq!(
        found,
        "对 reviewer：「审核」办完还开着：否 → 是\n\
         对 reviewer：「审核」可办可不办（不算待办）：否 → 是\n\
         对 reviewer：「审核」可以修改的部分：全部 → 无\n\
         对 reviewer：「同意」时表单：检查并固定 → 不检查、不固定"
    );
}

#[test]
fn of_a_long_condition_only_what_changed_is_shown() {
    let found = told(&[("count(others) > 9", "count(others) > 8")]);
    assert_eq!(found, "对 reviewer：「同意」出现的条件：…count(others) > 9 → …count(others) > 8");
}

#[test]
fn letters_and_tables_that_changed_are_told() {
    let letter = ("letters/asked.txt", "主题：有一项申请\n\n请处理，否则罚款。\n");
    let table = (
        "catalog/series.yaml",
        "- {id: teacher, name: 教师, age: 55}\n- {id: nurse, name: 护士}\n",
    );
    assert_eq!(
        told_with(&[], &[letter, table]),
        "目录表 series：1 行有变化（teacher：age：60 → 55）\n\
         信件「asked」的文字有变化：请处理。 → 请处理，否则罚款。"
    );
}

#[test]
fn the_order_and_the_places_that_people_see_are_told() {
    let asked = "{days: {name: 天数, type: integer, max: 5, required: true}}";
    let kind = |options: &str| {
        format!(
            "{{days: {{name: 天数, type: integer, max: 5, required: true}}, kind: {{name: 种类, choice: {options}}}}}"
        )
    };
    let [old, new] = ["[事假, 病假]", "[病假, 事假]"]
        .map(|options| compiled(&[("leave.yaml", &FLOW.replace(asked, &kind(options)))]));
    let found = differences(&old.definitions[0], &new.definitions[0]);
    assert_eq!(found[0].what, "「发起」时问的「种类」的选项换了先后");
    assert_eq!(found.len(), 1);
    let [old, new] = ["days: 天数, person: 谁", "person: 谁, days: 天数"].map(|shows| {
        compiled(&[(
            "leave.yaml",
            &FLOW.replace("shows: {days: 天数}", &format!("shows: {{{shows}}}")),
        )])
    });
    let found = differences(&old.definitions[0], &new.definitions[0]);
    assert_eq!(found[0].what, "「待审核」时公示的各栏换了先后");
    assert_eq!(found.len(), 1);
    let table = |age: &str| {
        let rows =
            format!("- {{id: teacher, name: 教师, age: {age}}}\n- {{id: nurse, name: 护士}}\n");
        let flow = FLOW.replace("it.age or_else 0)", "it.age or_else 0.0)");
        compiled(&[("leave.yaml", &flow), ("catalog/series.yaml", &rows)])
    };
    let (old, new) = (table("60.50"), table("60.5"));
    let found = differences(&old.definitions[0], &new.definitions[0]);
    assert_eq!(found[0].what, "目录表 series：1 行有变化（teacher：age：60.50 → 60.5）");
}

#[test]
fn spaces_in_expressions_and_empty_lines_below_letters_are_layout() {
    let letter = ("letters/asked.txt", "主题：有一项申请\n\n请处理。\n\n\n");
    let spaced = [
        ("set: {days: ask.days}", "set: {days: \"ask . days\"}"),
        ("days > 0 and age > 0", "days>0 and age  > 0"),
        ("or_else 0)\"", "or_else 0 )\""),
    ];
    assert_eq!(told_with(&spaced, &[letter]), "");
    assert!(!told(&[("days > 0 and", "days > 00 and")]).is_empty(), "another word");
}
