//! What a timeline says of histories written by hand.

use std::fmt::Write as _;

use super::*;
use crate::cases::samples;

fn account(id: &str) -> Option<String> {
    match id {
        "e02" => Some("示例专家2号".to_owned()),
        "e24" => Some("示例专家24号".to_owned()),
        "a01" => Some("测试一号".to_owned()),
        "r01" => Some("示例审核甲".to_owned()),
        _ => None,
    }
}

fn written(key: &str, history: &[Recorded], stands_as: &[&str]) -> String {
    written_without(key, history, stands_as, &[])
}

fn written_without(key: &str, history: &[Recorded], stands_as: &[&str], untold: &[&str]) -> String {
    let definition = samples::definition(key);
    let unnamed = match stands_as {
        ["stranger"] => BTreeSet::from(["unit".into()]),
        _ => BTreeSet::new(),
    };
    let has_files = stands_as != ["stranger"];
    let stands_as = stands_as.iter().map(|name| (*name).into()).collect();
    let untold = untold.iter().map(|name| (*name).into()).collect();
    let reader = Reader {
        definition: &definition,
        account: &account,
        names: &|_, _| None,
        stands_as: &stands_as,
        unnamed: &unnamed,
        untold: &untold,
        options: &|path, value| {
            let is_asked = path == "achievements[].category" && value == "ability";
            is_asked.then(|| "能力条件".to_owned())
        },
        former: &|_| None,
        opinions: Opinions::All,
        has_files,
    };
    let mut text = String::new();
    for entry in timeline(history, &reader) {
        let mark = if entry.is_back { "!" } else { " " };
        let at = words::short_moment(entry.at);
        let _ = writeln!(text, "{mark} {at} {} {} {:?}", entry.name, entry.who, entry.notes);
    }
    text
}

#[test]
fn a_returned_item_tells_who_why_and_what_was_changed() {
    let history = samples::returned_once();
    insta::assert_snapshot!(written("library-item", &history.recorded, &["applicant"]), @r#"
      7-29 12:00 发起 测试一号 []
      7-29 13:00 提交单位审核 测试一号 []
    ! 7-29 14:00 退回修改 示例审核甲 ["需要修改的内容：发表论文（著作），题目，封面、目录、正文、封底及检索页", "理由：封面看不清"]
      7-29 15:00 提交单位审核 测试一号 ["第 2 次提交，改动：发表论文（著作）"]
      7-29 16:00 同意 示例审核甲 ["意见：材料齐全"]
    "#);
}

#[test]
fn names_are_hidden_from_those_they_are_hidden_from() {
    let history = samples::returned_once();
    let text = written("library-item", &history.recorded, &["stranger"]);
    assert!(text.contains("测试一号") && !text.contains("示例审核甲"), "{text}");
    assert!(text.contains("封面看不清"), "{text}");
}

#[test]
fn a_start_tells_what_was_asked() {
    let history = samples::History::started(&[("note", "九月调入，初中数学组")], "pending");
    insta::assert_snapshot!(
        written("binding", &history.recorded, &[]),
        @r#"  7-29 12:00 发起 测试一号 ["申请说明：九月调入，初中数学组"]"#
    );
}

#[test]
fn files_are_not_named_to_whom_they_are_not_open() {
    let file = [("id", "f1"), ("name", "张三的证明.pdf"), ("media_type", "application/pdf")];
    let file = file.map(|(field, text)| (field.to_owned(), Value::Text(text.to_owned())));
    let event = Event::Acted {
        by: Actor::Account { id: "a01".into(), roles: Vec::new(), acting_for: None },
        task: "exemption_request".into(),
        action: "request".into(),
        row: None,
        asked: [("proof".to_owned(), Value::List(vec![Value::Map(file.into())]))].into(),
    };
    let history = [Recorded { revision: 1, index: 0, at: Moment(0), event }];
    let open = written("declaration-primary-secondary-teacher", &history, &["applicant"]);
    assert!(open.contains("证明材料：张三的证明.pdf"), "{open}");
    let shut = written("declaration-primary-secondary-teacher", &history, &["stranger"]);
    assert!(shut.contains("证明材料：附件不公开"), "{shut}");
}

/// R113
#[test]
fn people_who_are_chosen_drawn_or_replaced_are_told_by_name() {
    let absent = Value::List(vec![Value::Map(
        [("member".to_owned(), Value::Text("e02".to_owned()))].into(),
    )]);
    let asked = BTreeMap::from([("absent".to_owned(), absent)]);
    let by = Actor::Account { id: "a01".into(), roles: Vec::new(), acting_for: None };
    let acted = |task: &str, action: &str, asked| Event::Acted {
        by: by.clone(),
        task: task.into(),
        action: action.into(),
        row: None,
        asked,
    };
    let replaced =
        Event::Replaced { list: "members".into(), out: "e24".into(), by: Some("e02".into()) };
    let declined = acted("reply", "decline", BTreeMap::new());
    let events = [(1, declined), (1, replaced), (2, acted("attendance", "open", asked))];
    let history: Vec<_> = events
        .into_iter()
        .map(|(revision, event)| Recorded { revision, index: 0, at: Moment(0), event })
        .collect();
    let text = written("committee-meeting", &history, &[]);
    assert!(text.contains("示例专家24号退出，由示例专家2号顶替"), "{text}");
    assert!(text.contains("缺席的评委：评委：示例专家2号"), "{text}");
}

#[test]
fn why_another_case_did_not_follow_is_told_with_what_was_done() {
    let event = |event| Recorded { revision: 1, index: 0, at: Moment(0), event };
    let by = Actor::Account { id: "a01".into(), roles: Vec::new(), acting_for: None };
    let acted = Event::Acted {
        by,
        task: "reply".into(),
        action: "decline".into(),
        row: None,
        asked: BTreeMap::new(),
    };
    let (action, why) = ("supersede".into(), "已经开工".to_owned());
    let unheeded = Event::Unheeded { case: "other".into(), action, why };
    let text = written("committee-meeting", &[event(acted), event(unheeded)], &[]);
    assert!(text.contains("另有一项没有跟着办理：已经开工"), "{text}");
}

#[test]
fn what_is_answered_apart_is_left_out_with_its_author_and_moment_kept() {
    let history = samples::returned_once();
    let text = written_without("library-item", &history.recorded, &["applicant"], &["review"]);
    assert!(text.contains("退回修改 示例审核甲 []"), "{text}");
    assert!(!text.contains("封面看不清"), "{text}");
}

/// R116
#[test]
fn a_marked_row_is_called_by_the_page_it_stands_on() {
    let row = |category: &str| {
        Value::Map([("category".to_owned(), Value::Text(category.to_owned()))].into())
    };
    let rows = ["political", "ability", "rural", "ability"].map(row).to_vec();
    let by = Actor::Account { id: "r01".into(), roles: Vec::new(), acting_for: None };
    let change = engine::decision::FormChange {
        section: "achievements".into(),
        field: None,
        value: Value::List(rows),
    };
    let parts = ["achievements[3]", "education[0]"].map(|part| Value::Text(part.to_owned()));
    let asked = BTreeMap::from([("parts".to_owned(), Value::List(parts.to_vec()))]);
    let events = [
        Event::Saved { by: by.clone(), changes: vec![change], opened: Vec::new() },
        Event::Acted { by, task: "unit_review".into(), action: "return".into(), row: None, asked },
    ];
    let history: Vec<_> = (1..)
        .zip(events)
        .map(|(revision, event)| Recorded { revision, index: 0, at: Moment(0), event })
        .collect();
    let text = written("declaration", &history, &[]);
    assert!(text.contains("需要修改的内容：能力条件第 2 项；学历教育第 1 项"), "{text}");
}

#[test]
fn what_an_office_writes_to_the_unit_is_not_told_to_the_person() {
    let to = |target: &str| {
        let asked = [("target", target), ("reason", "请核实任教经历")];
        samples::History::started(&[], "office_pending").acted(
            "r01",
            ("office_review", "return"),
            &asked,
            Vec::new(),
            "unit_pending",
        )
    };
    let told = |target: &str, reader: &str| {
        written("declaration", &to(target).recorded, &[reader]).contains("理由：请核实任教经历")
    };
    assert!(!told("unit", "applicant") && told("unit", "unit"));
    assert!(!told("T1", "applicant") && told("T1", "office"));
    assert!(told("applicant", "applicant") && told("applicant", "unit"));
}

/// The history of a vote of three in which two voted, closed by its time.
fn counted() -> Vec<Recorded> {
    let vote = |vote: &str| engine::decision::Ballot {
        action: "cast".into(),
        asked: [("vote".to_owned(), Value::Text(vote.to_owned()))].into(),
    };
    let rows = ["e02", "e24", "a01"].map(str::to_owned).to_vec();
    let over = Event::TimerOver {
        timer: engine::decision::TimerId::first(&"day".into()),
        is_waiting: false,
        why: None,
    };
    let events = [
        (1, Event::Listed { task: "ballot".into(), rows }),
        (2, over),
        (
            2,
            Event::Counted {
                task: "ballot".into(),
                ballots: vec![vote("agree"), vote("disagree")],
            },
        ),
    ];
    let recorded = |(revision, event)| Recorded { revision, index: 0, at: Moment(0), event };
    events.into_iter().map(recorded).collect()
}

#[test]
fn the_totals_of_a_secret_vote_are_told_with_what_closed_it() {
    let text = written("declaration", &counted(), &["secretary"]);
    assert!(text.contains("应投 3 人，实投 2 人；"), "{text}");
    assert!(text.contains("同意 1 票，不同意 1 票"), "{text}");
    let nobody = written_without("declaration", &counted(), &["secretary"], &["ballot"]);
    assert!(nobody.contains("应投 3 人，实投 2 人") && !nobody.contains("1 票"), "{nobody}");
}
