//! Deciding case after case: what is written goes with what it was written for, and what is done is done.

use crate::{
    changing::{VISIT, WIDE, signed_in, until, visiting},
    chromium::Chromium,
    server::Server,
};

const LAMP: &str = r#"
workflow: lamp
name: 路灯报修
start:
  by: who
  given: {person: person}
  name: 报修
  ask: {place: {name: 位置, required: true}, lamps: {name: 盏数, type: integer, required: true}}
  set: {lamps: ask.lamps}
  to: checking
participants:
  who: {account: person.account}
  unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}
labels: {person: person.id, person_name: person.name}
vars: {lamps: {type: integer, is: 0}}
states:
  checking:
    name: 待派工
    tone: going
    tasks:
      check:
        name: 派工
        for: unit
        actions:
          many: {name: 成批派工, batch: lamps < 10, to: done}
          ok: {name: 派工, tone: good, ask: {opinion: {name: 意见}}, to: done}
          send: {name: 外派, ask: {firm: {name: 维修单位, required: true}, budget: {name: 预算, type: integer, required: true}}, to: done}
          no: {name: 不修, tone: bad, ask: {opinion: {name: 意见, required: true}}, to: done}
  done: {name: 已派工, tone: good, end: true}
"#;

async fn reported(server: &Server) {
    for (who, place, lamps) in [("测试一号", "东门", "3"), ("测试二号", "西门", "12")] {
        let mut person = server.signed_in(who).await;
        person.open("/start/lamp").await;
        person.page_mut().fill("位置", place);
        person.page_mut().fill("盏数", lamps);
        person.press("提交申请").await;
    }
}

async fn reviewer(server: &Server, name: &'static str) -> Chromium {
    let mut reviewer = Chromium::new(&server.base, name, WIDE).await;
    reviewer.open("/login").await;
    reviewer.press("以示例审核甲登录").await;
    reviewer.open("/tasks?workflow=lamp").await;
    reviewer
}

#[tokio::test]
async fn the_enter_key_decides_nothing_and_what_was_written_stays_with_its_case() {
    let server = Server::with_workflow("lamp.yaml", LAMP).await;
    reported(&server).await;
    let mut reviewer = reviewer(&server, "deciding").await;
    reviewer.follow("测试一号").await;
    let here = reviewer.page().await.url.path().to_owned();
    reviewer.fill("意见", "先问清楚\u{e007}").await;
    assert_eq!(reviewer.page().await.url.path(), here, "nothing is decided and nothing skipped");
    assert_eq!(reviewer.value("意见").await, "先问清楚");
    reviewer.press("跳过").await;
    assert_ne!(reviewer.page().await.url.path(), here);
    assert_eq!(reviewer.value("意见").await, "", "it is of the other case");
    reviewer.open(&here).await;
    assert_eq!(reviewer.value("意见").await, "先问清楚");
    reviewer.press("派工").await;
    until(&reviewer, "「派工」已办理", true).await;
    reviewer.close().await;
}

#[tokio::test]
async fn without_scripts_nothing_written_is_skipped_without_a_word() {
    let server = Server::with_workflow("lamp.yaml", LAMP).await;
    reported(&server).await;
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks?workflow=lamp").await;
    reviewer.follow("测试一号").await;
    reviewer.page_mut().fill("意见", "先问清楚");
    reviewer.press("跳过").await;
    let page = reviewer.page();
    assert!(page.text().contains("跳过时不保存意见"), "{}", page.describe());
    assert_eq!(page.value("意见"), "先问清楚");
    reviewer.page_mut().fill("意见", "");
    reviewer.press("跳过").await;
    assert!(reviewer.page().text().contains("测试二号"), "{}", reviewer.page().describe());
}

#[tokio::test]
async fn going_back_to_what_is_done_says_so() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = visiting(&server).await;
    person.page_mut().tick(Some("是否出市"), "否", true);
    person.press("保存，到参加班级").await;
    person.press("添加一项：班级").await;
    person.page_mut().fill("班名", "一班");
    person.press("提交").await;
    let mut reviewer = signed_in(&server, "deciding-2", "示例审核甲").await;
    reviewer.open("/tasks?workflow=visit").await;
    reviewer.follow("测试二号").await;
    reviewer.follow("确认…").await;
    reviewer.tick(Some("等次"), "合格").await;
    reviewer.press("确认").await;
    until(&reviewer, "「确认」已办理", true).await;
    reviewer.back().await;
    until(&reviewer, "已经办", true).await;
    assert!(!reviewer.page().await.text().contains("登录已过期"));
    reviewer.close().await;
}

#[tokio::test]
async fn what_cannot_be_done_to_many_is_told_before_it_is_confirmed() {
    let server = Server::with_workflow("lamp.yaml", LAMP).await;
    reported(&server).await;
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks?workflow=lamp").await;
    reviewer.press("成批派工").await;
    let page = reviewer.page();
    assert!(page.text().contains("还没有勾选要办理的事项"), "{}", page.describe());
    assert!(page.text().contains("改选符合条件的全部（共 2 件）"), "{}", page.describe());
    reviewer.page_mut().tick(None, "改选符合条件的全部", true);
    reviewer.press("成批派工").await;
    let text = reviewer.page().text();
    assert!(text.contains("成批派工 1 件？"), "{text}");
    assert!(text.contains("不包括以下 1 件： 测试二号"), "{text}");
    reviewer.press("成批派工 1 件").await;
    let page = reviewer.page();
    assert!(page.text().contains("办成 1 件，未办成 0 件"), "{}", page.describe());
    let text = page.text();
    assert!(text.contains("不包括以下 1 件： 测试二号"), "it still waits: {text}");
}

#[tokio::test]
async fn an_action_with_a_page_of_its_own_shows_the_case_and_goes_on_to_the_next() {
    let server = Server::with_workflow("lamp.yaml", LAMP).await;
    reported(&server).await;
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks?workflow=lamp").await;
    reviewer.follow("测试一号").await;
    reviewer.press("外派…").await;
    let page = reviewer.page();
    assert!(page.text().contains("位置 东门"), "{}", page.describe());
    reviewer.page_mut().fill("维修单位", "甲公司");
    reviewer.press("外派").await;
    let page = reviewer.page();
    assert!(page.text().contains("请填写预算"), "{}", page.describe());
    assert!(page.text().contains("位置 东门"), "{}", page.describe());
    reviewer.page_mut().fill("预算", "1200");
    reviewer.press("外派").await;
    let page = reviewer.page();
    assert!(page.url.path().starts_with("/tasks/"), "{}", page.describe());
    assert!(page.text().contains("测试二号"), "{}", page.describe());
}
