//! Two at once, where the one who was slower may not see the case any more.

use reqwest::StatusCode;

use crate::{
    asking::told,
    page::{Entry, Submission},
    plain::Plain,
    server::Server,
};

const DAMAGE: &str = r#"
workflow: damage
name: 报修
start: {by: who, given: {person: person}, to: checking, name: 报修}
participants:
  who: {account: person.account}
  unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}
  office: {role: title_reviewer, unit: "'U-HF-HRSS'"}
labels: {person: person.id, person_name: person.name}
states:
  checking:
    name: 核实
    tasks:
      verify: {name: 单位核实, for: unit, actions: {back: {name: 退回, tone: warn, to: closed}}}
      safety: {name: 安全意见, for: office, actions: {danger: {name: 有安全隐患, tone: bad, ask: {level: {name: 等级, choice: {low: 一般, high: 重大}, required: true}, note: {name: 说明, lines: 3}}, to: closed}}}
  closed: {name: 办完了, end: true}
"#;

/// The text of this name in a form.
fn text(submission: &Submission, wanted: &str) -> String {
    let of_name = |entry: &Entry| match entry {
        Entry::Text(name, value) if name == wanted => Some(value.clone()),
        Entry::Text(..) | Entry::File(..) => None,
    };
    submission.entries.iter().find_map(of_name).unwrap_or_default()
}

fn put(submission: &mut Submission, wanted: &str, new: &str) {
    for entry in &mut submission.entries {
        if let Entry::Text(name, value) = entry
            && name == wanted
        {
            new.clone_into(value);
        }
    }
}

/// The form of the office's action, filled in.
async fn filled(server: &Server) -> (Plain, Submission) {
    let mut office = server.signed_in("示例职称办甲").await;
    office.open("/tasks").await;
    office.follow("测试二号").await;
    office.follow("有安全隐患…").await;
    assert_eq!(office.page().texts("h1"), ["有安全隐患"], "{}", office.page().describe());
    office.page_mut().tick(Some("等级"), "重大", true);
    office.page_mut().fill("说明", "三楼护栏松动");
    let sent = office.page().press("有安全隐患");
    (office, sent)
}

#[tokio::test]
async fn whoever_had_the_form_and_lost_the_case_keeps_what_was_typed() {
    let server = Server::with_workflow("damage.yaml", DAMAGE).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/damage").await;
    person.press("开始填写").await;
    let (mut office, sent) = filled(&server).await;
    let ticket = text(&sent, "shown");
    let action = sent.action.clone();

    let mut unit = server.signed_in("示例审核甲").await;
    unit.open("/tasks").await;
    unit.follow("测试二号").await;
    unit.press("退回").await;
    told(&unit, &["「退回」已办理"]);

    office.submit(sent).await;
    assert_eq!(office.page().status, StatusCode::CONFLICT, "{}", office.page().describe());
    told(&office, &["该事项已被他人处理", "等级 重大", "三楼护栏松动", "回待办"]);
    for hidden in ["测试二号", "退回", "示例审核甲"] {
        assert!(!office.page().text().contains(hidden), "{}", office.page().describe());
    }
    assert_eq!(office.page().link("回待办").path(), "/tasks");

    // Who was never shown the form learns nothing, not even with the ticket of somebody else.
    let mut stranger = server.signed_in("测试六号").await;
    stranger.open("/start/damage").await;
    for shown in [ticket.as_str(), ""] {
        for case in [action.path(), "/cases/no-such-case/do/safety/danger"] {
            stranger.open("/start/damage").await;
            let mut forged = stranger.page().press("开始填写");
            put(&mut forged, "shown", shown);
            forged.action.set_path(case);
            forged.entries.push(Entry::Text("ask.note".to_owned(), "看看".to_owned()));
            stranger.submit(forged).await;
            assert_eq!(stranger.page().status, StatusCode::NOT_FOUND, "{case}");
            assert!(!stranger.page().text().contains("看看"), "{}", stranger.page().describe());
        }
    }
}
