//! A form of which something was refused: what is mended and saved is told no more, whatever is done
//! with the page then, and what can be saved is.

use std::time::Duration;

use crate::{
    changing::{VISIT, signed_in, until, visiting},
    chromium::Chromium,
    page::Entry,
    server::Server,
};

async fn begun(server: &Server, name: &'static str) -> Chromium {
    let mut person = signed_in(server, name, "测试二号").await;
    person.open("/start/visit").await;
    person.tick(Some("走访类型"), "家访").await;
    person.press("下一步").await;
    person
}

/// Until what was typed last is saved: two seconds after the last letter.
async fn pause() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}

#[tokio::test]
async fn a_refused_page_gives_way_to_what_was_saved_on_it() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = begun(&server, "mending").await;
    person.fill("最多人数", "很多").await;
    person.press("保存草稿").await;
    until(&person, "还有 1 处需要改", true).await;
    person.fill("备注", "带伞").await;
    person.fill("最多人数", "60").await;
    pause().await;
    // It is told no more, neither above nor at the field.
    until(&person, "需要改", false).await;
    until(&person, "请填写整数", false).await;
    until(&person, "已自动保存", true).await;
    person.reload().await;
    assert_eq!(person.value("最多人数").await, "60");
    assert_eq!(person.value("备注").await, "带伞");
    // The page that was refused is older than the form now.
    person.fill("备注", "带书").await;
    person.press("保存草稿").await;
    until(&person, "已保存草稿", true).await;
    person.back().await;
    assert_eq!(person.value("最多人数").await, "60");
    until(&person, "需要改", false).await;
    person.close().await;
}

#[tokio::test]
async fn a_refused_page_gives_way_once_another_window_saved() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = visiting(&server).await;
    let form = person.page().url.path().to_owned();
    person.page_mut().fill("最多人数", "很多");
    person.press("保存草稿").await;
    let refused = person.page().url.clone();
    assert!(refused.query().is_some_and(|query| query.contains("answer=")), "{refused}");
    let refused = format!("{form}?{}", refused.query().unwrap_or_default());
    person.open(&refused).await;
    assert_eq!(person.page().value("最多人数"), "很多", "nothing is newer yet");
    let mut other = server.signed_in("测试二号").await;
    other.open(&form).await;
    other.page_mut().fill("最多人数", "12");
    other.press("保存草稿").await;
    person.open(&refused).await;
    assert_eq!(person.page().value("最多人数"), "12");
    assert!(!person.page().text().contains("需要改"), "{}", person.page().describe());
}

#[tokio::test]
async fn what_is_too_long_is_told_at_once_and_the_rest_is_saved() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = begun(&server, "mending-2").await;
    let long = "带".repeat(31);
    person.fill("备注", &long).await;
    person.fill("最多人数", "60").await;
    until(&person, "有 1 处没有保存（备注最多 30 字，现在 31 字），其他内容已自动保存", true).await;
    assert_eq!(person.page().await.texts(".err"), ["错误：备注最多 30 字，现在 31 字"]);
    assert_eq!(person.value("备注").await, long);
    person.fill("备注", "带伞").await;
    pause().await;
    until(&person, "现在 31 字", false).await;
    person.reload().await;
    assert_eq!(person.value("备注").await, "带伞");
    assert_eq!(person.value("最多人数").await, "60");
    person.close().await;
}

#[tokio::test]
async fn a_row_with_a_text_too_long_keeps_what_else_was_typed_in_it() {
    let visit = VISIT.replace("{name: 班名, required: true}", "{name: 班名, max: 5}");
    let server = Server::with_workflow("visit.yaml", &visit).await;
    let mut person = visiting(&server).await;
    person.press("保存，到参加班级").await;
    person.press("添加一项：班级").await;
    let here = person.page().url.path().to_owned();
    person.page_mut().fill("班名", "一年级第一班");
    person.page_mut().fill("人数", "31");
    let sent = person.page().press("保存草稿");
    assert!(
        sent.entries.iter().any(|entry| matches!(entry, Entry::Text(name, _) if name == "page"))
    );
    person.press("保存草稿").await;
    let text = person.page().text();
    assert!(text.contains("班名最多 5 字，现在 6 字"), "{text}");
    assert!(text.contains("其他内容已经保存"), "{text}");
    person.open(&format!("{here}?page=classes")).await;
    assert_eq!(person.page().value("人数"), "31");
    assert_eq!(person.page().value("班名"), "");
}

#[tokio::test]
async fn a_form_that_could_not_be_sent_saves_itself_again_after_going_back() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = begun(&server, "mending-3").await;
    person.press("保存，到参加班级").await;
    person.press("添加一项：班级").await;
    person.fill("班名", "一班").await;
    person.press_in_vain("保存草稿").await;
    person.back().await;
    until(&person, "已自动保存", true).await;
    until(&person, "提交中", false).await;
    assert_eq!(person.value("班名").await, "一班");
    person.fill("人数", "31").await;
    pause().await;
    person.reload().await;
    assert_eq!(person.value("班名").await, "一班");
    assert_eq!(person.value("人数").await, "31");
    person.close().await;
}

#[tokio::test]
async fn what_was_typed_in_a_field_that_shows_no_more_is_told() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut one = visiting(&server).await;
    let form = one.page().url.path().to_owned();
    one.page_mut().tick(Some("是否出市"), "是", true);
    one.press("保存草稿").await;
    let mut other = server.signed_in("测试二号").await;
    other.open(&form).await;
    other.page_mut().tick(Some("乘车方式"), "大巴", true);
    other.page_mut().fill("备注", "带伞");
    one.page_mut().tick(Some("是否出市"), "否", true);
    one.press("保存草稿").await;
    other.press("保存草稿").await;
    let page = other.page();
    assert!(page.text().contains("在另一处改成了：否"), "{}", page.describe());
    let told = "您填写的「乘车方式」：大巴，现在不用填，没有保存";
    assert!(page.text().contains(told), "{}", page.describe());
    assert_eq!(page.value("备注"), "带伞");
}

#[tokio::test]
async fn a_row_that_was_taken_out_is_named_and_given_back() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = visiting(&server).await;
    person.press("保存，到参加班级").await;
    person.press("添加一项：班级").await;
    person.page_mut().fill("班名", "一班");
    person.page_mut().fill("人数", "31");
    person.press("添加一项：随队教师").await;
    person.page_mut().fill("教师", "甲老师");
    person.press("保存草稿").await;
    person.press("移除第 1 项").await;
    let text = person.page().text();
    assert!(text.contains("已移除第 1 项（一班，31，甲老师）"), "{text}");
    assert!(!person.page().has_button("添加一项：随队教师"), "{text}");
    person.press("撤销移除").await;
    assert!(person.page().text().contains("已放回"), "{}", person.page().describe());
    assert_eq!(person.page().value("班名"), "一班");
    assert_eq!(person.page().value("教师"), "甲老师");
    // What is empty goes without more.
    person.press("添加一项：班级").await;
    person.press("移除第 2 项").await;
    assert!(!person.page().has_button("撤销移除"), "{}", person.page().describe());
}
