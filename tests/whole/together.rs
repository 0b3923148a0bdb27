//! Workflows that fit only together: a case of one begins cases of the other, and both say so.

use reqwest::StatusCode;

use crate::{
    moving::{begin, told},
    page::Entry,
    plain::Plain,
    server::{Server, on_both_databases},
};

on_both_databases!(
    two_new_workflows_that_name_each_other_are_published_together,
    what_was_not_seen_of_the_other_draft_is_not_published,
);

const PARENT: &str = "/admin/workflows/bus-case";
const CHILD: &str = "/admin/workflows/bus-check";

/// Changes the definition of a workflow that was begun just now.
async fn draft(admin: &mut Plain, workflow: &str, change: impl FnOnce(String) -> String) {
    admin.open(&format!("/admin/workflows/{workflow}/edit")).await;
    let file = format!("{workflow}.yaml");
    let changed = change(admin.page().value(&file));
    admin.page_mut().fill(&file, &changed);
    admin.press("保存草稿").await;
    told(admin, "草稿已保存");
}

fn inserted(text: String, before: &str, lines: &str) -> String {
    assert!(text.contains(before), "{text}");
    text.replacen(before, &format!("{lines}{before}"), 1)
}

/// A complaint, the checks that it begins, and a draft that names neither.
async fn drafts(server: &Server) -> Plain {
    let mut admin = server.signed_in("示例管理员").await;
    begin(&mut admin, "校车投诉", "bus-case").await;
    begin(&mut admin, "校车核查", "bus-check").await;
    let links = "links: {checks: {from: bus-check, many: true}}\n";
    draft(&mut admin, "bus-case", |text| {
        let text = inserted(text, "vars:\n", links);
        let start = "    enter: {start: {checks: {workflow: bus-check}}}\n";
        text.replacen("  pending:\n", &format!("  pending:\n{start}"), 1)
    })
    .await;
    told(&admin, "联系「checks」只写了一边");
    draft(&mut admin, "binding", |text| text.replace("name: 同意绑定", "name: 核对后同意")).await;
    admin
}

async fn link_back(admin: &mut Plain, note: &str) {
    let links = format!("links: {{complaint: {{to: bus-case}}}}\n{note}");
    draft(admin, "bus-check", |text| inserted(text, "vars:\n", &links)).await;
}

async fn two_new_workflows_that_name_each_other_are_published_together(server: Server) {
    let mut admin = drafts(&server).await;
    admin.open(&format!("{PARENT}/publish")).await;
    told(&admin, "现在不能发布");
    assert!(!admin.page().text().contains("和它一起发布"), "{}", admin.page().describe());
    link_back(&mut admin, "").await;
    told(&admin, "和「校车投诉」的草稿一起检查");
    told(&admin, "没有错误，也没有提醒");
    admin.open(&format!("{PARENT}/simulate")).await;
    told(&admin, "和「校车核查」的草稿一起检查");
    assert!(!admin.page().text().contains("未通过"), "{}", admin.page().describe());

    admin.open(&format!("{PARENT}/publish")).await;
    told(&admin, "和它一起发布：「校车核查」");
    told(&admin, "bus-check.yaml：新增 1 行，删去 0 行");
    assert!(!admin.page().text().contains("单位绑定"), "{}", admin.page().describe());
    admin.press("一起发布新版本").await;
    told(&admin, "已发布「校车投诉」第 2 版、「校车核查」第 2 版");
    for path in [PARENT, CHILD] {
        admin.open(path).await;
        told(&admin, "现行第 2 版");
        assert!(!admin.page().text().contains("有草稿"), "{}", admin.page().describe());
    }
    // A draft that fits alone is published alone.
    admin.open("/admin/workflows/binding/publish").await;
    assert!(!admin.page().text().contains("一起"), "{}", admin.page().describe());

    admin.open("/start/bus-case").await;
    admin.press("开始填写").await;
    admin.page_mut().fill("事由", "晚点");
    admin.press("提交").await;
    server.settle().await;
    admin.open(CHILD).await;
    told(&admin, "第 2 版 填写 1");
}

async fn what_was_not_seen_of_the_other_draft_is_not_published(server: Server) {
    let mut admin = drafts(&server).await;
    link_back(&mut admin, "").await;
    let mut other = server.signed_in("示例管理员").await;
    other.open(&format!("{PARENT}/publish")).await;
    let seen = other.page().press("一起发布新版本");
    draft(&mut admin, "bus-check", |text| format!("{text}# 又改\n")).await;
    other.submit(seen).await;
    assert_eq!(other.page().status, StatusCode::CONFLICT, "{}", other.page().describe());
    told(&other, "草稿在您查看后又有修改");
    let seen = other.page().press("一起发布新版本");
    admin.open(&format!("{CHILD}/publish")).await;
    admin.press("一起发布新版本").await;
    told(&admin, "已发布「校车投诉」第 2 版、「校车核查」第 2 版");
    // The other draft is gone with the one it was seen with, and nobody has to do it again.
    assert!(seen.entries.iter().any(|it| matches!(it, Entry::Text(name, _) if name == "over")));
    other.submit(seen).await;
    assert_eq!(other.page().status, StatusCode::CONFLICT, "{}", other.page().describe());
    told(&other, "第 2 版刚才已由示例管理员发布，不用再发布");
}
