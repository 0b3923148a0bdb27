//! Drafts of workflows: leaving the editor, giving up, and what is told once one is published.

use reqwest::StatusCode;

use crate::{
    changing::{signed_in, until},
    server::{Database, Server},
    workshop::{BINDING, publish, save},
};

/// The pages that the tabs lead to show what is saved: whoever leaves takes along what was typed last.
#[tokio::test]
async fn whoever_leaves_the_editor_by_a_tab_sees_what_was_typed_last() {
    const SCENARIOS: &str = include_str!("../../workflows/scenarios/binding.yaml");
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = signed_in(&server, "publishing", "示例管理员").await;
    admin.open("/admin/workflows/binding/edit").await;
    admin.fill("binding.yaml", &format!("{BINDING}# 刚写的\n")).await;
    admin.follow("对比").await;
    until(&admin, "从现行第 1 版到草稿", true).await;
    until(&admin, "# 刚写的", true).await;
    let file = "scenarios/binding.yaml";
    let wrong = SCENARIOS.replacen("state: pending", "state: approved", 1);
    assert_ne!(wrong, SCENARIOS);
    admin.open(&format!("/admin/workflows/binding/edit?file={file}")).await;
    admin.fill(file, &wrong).await;
    admin.follow("试运行").await;
    until(&admin, "未通过 1", true).await;
    // Another form of the page waits too.
    admin.open(&format!("/admin/workflows/binding/edit?file={file}")).await;
    admin.fill(file, SCENARIOS).await;
    admin.press("深色").await;
    admin.open("/admin/workflows/binding/simulate").await;
    until(&admin, "通过", true).await;
    until(&admin, "未通过", false).await;
    admin.close().await;
}

/// Whoever presses after another has published is told so, and asked for nothing.
#[tokio::test]
async fn what_another_has_published_meanwhile_is_told_and_not_asked_for_again() {
    let server = Server::demo(Database::Sqlite).await;
    let mut one = server.signed_in("示例管理员").await;
    let mut other = server.signed_in("示例管理员").await;
    save(&mut one, "binding.yaml", &format!("{BINDING}# 甲\n")).await;
    other.open("/admin/workflows/binding/publish").await;
    publish(&mut one, "binding").await;
    other.press("发布新版本").await;
    let page = other.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    assert!(page.text().contains("第 2 版刚才已由示例管理员发布"), "{}", page.describe());
    assert!(!page.text().contains("再发布一次"), "{}", page.describe());
}

#[tokio::test]
async fn a_draft_is_given_up_only_after_it_was_asked() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    save(&mut admin, "binding.yaml", &format!("{BINDING}# 甲\n")).await;
    admin.open("/admin/workflows/binding/compare").await;
    assert!(!admin.page().has_button("放弃草稿"), "{}", admin.page().describe());
    admin.follow("放弃草稿…").await;
    let text = admin.page().text();
    assert!(text.contains("binding.yaml（新增 1 行，删去 0 行）"), "{text}");
    admin.follow("不放弃").await;
    assert!(admin.page().text().contains("# 甲"), "{}", admin.page().describe());
    admin.follow("放弃草稿…").await;
    admin.press("放弃草稿").await;
    assert!(admin.page().text().contains("已放弃草稿"), "{}", admin.page().describe());
}

#[tokio::test]
async fn ones_own_version_is_no_difference_until_the_folder_changes() {
    const DIFFERS: &str = "程序自带的文本与现行的不同";
    let mut server = Server::with_workflow("binding.yaml", BINDING).await;
    let mut admin = server.signed_in("示例管理员").await;
    save(&mut admin, "binding.yaml", &format!("{BINDING}# 甲\n")).await;
    publish(&mut admin, "binding").await;
    assert!(!admin.page().text().contains(DIFFERS), "{}", admin.page().describe());
    admin.open("/admin/workflows").await;
    assert!(!admin.page().text().contains("程序带有更新"), "{}", admin.page().describe());
    server.write_workflow("binding.yaml", &format!("{BINDING}# 乙\n"));
    server.kill_and_start_again().await;
    let mut admin = server.signed_in("示例管理员").await;
    admin.open("/admin/workflows/binding").await;
    assert!(admin.page().text().contains(DIFFERS), "{}", admin.page().describe());
    // Whoever publishes another text all the same has decided.
    save(&mut admin, "binding.yaml", &format!("{BINDING}# 丙\n")).await;
    publish(&mut admin, "binding").await;
    assert!(!admin.page().text().contains(DIFFERS), "{}", admin.page().describe());
}
