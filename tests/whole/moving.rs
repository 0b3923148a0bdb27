//! A workflow that an administrator begins in the browser, changes, and moves its running cases along.

use reqwest::StatusCode;

use crate::{
    plain::Plain,
    server::{Database, Server},
};

async fn begin(admin: &mut Plain, name: &str, key: &str) {
    admin.open("/admin/workflows").await;
    admin.follow("新建流程").await;
    admin.page_mut().fill("名称", name);
    admin.page_mut().fill("键", key);
    admin.press("新建").await;
}

fn told(admin: &Plain, words: &str) {
    assert!(admin.page().text().contains(words), "no 「{words}」: {}", admin.page().describe());
}

#[tokio::test]
async fn a_workflow_is_begun_changed_and_its_cases_moved_in_the_browser() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    for (name, key, why) in [
        ("校外走访", "School Visit", "键用小写字母"),
        ("校外走访", "binding", "已经有「binding」了"),
        ("校外走访", "new", "已经有「new」了"),
        ("", "school-visit", "请填写名称"),
    ] {
        begin(&mut admin, name, key).await;
        assert_eq!(admin.page().status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
        told(&admin, why);
        assert_eq!(admin.page().value("键"), key, "what was typed is there");
    }
    begin(&mut admin, "校外走访: \"试行\" #1", "school-visit").await;
    told(&admin, "已新建");
    begin(&mut admin, "又一个", "school-visit").await;
    told(&admin, "已经有「school-visit」了");

    // It runs at once, for administrators.
    admin.open("/start/school-visit").await;
    admin.press("开始填写").await;
    admin.page_mut().fill("事由", "家访");
    admin.press("提交").await;
    told(&admin, "待审核");
    let case = admin.page().url.path().to_owned();
    let mut person = server.signed_in("测试二号").await;
    person.open("/").await;
    assert!(!person.page().text().contains("校外走访"), "{}", person.page().describe());

    // The next version calls the state otherwise: what that means is told before it is published.
    admin.open("/admin/workflows/school-visit/edit").await;
    let file = "school-visit.yaml";
    let text = admin.page().value(file);
    assert!(text.contains("workflow: school-visit\n"), "{text}");
    let changed =
        text.replace("to: pending}", "to: checking}").replace("  pending:", "  checking:");
    admin.page_mut().fill(file, &changed);
    admin.press("保存草稿").await;
    admin.open("/admin/workflows/school-visit/moving").await;
    told(&admin, "这里试算的是草稿");
    told(&admin, "新版没有这个环节，要选");
    assert!(!admin.page().has_button("把选中的换到"), "{}", admin.page().describe());
    admin.open("/admin/workflows/school-visit/publish").await;
    told(&admin, "用文字说");
    admin.press("发布新版本").await;
    told(&admin, "第 2 版");

    admin.open("/admin/workflows/school-visit/moving").await;
    told(&admin, "1 件，0 件可以换");
    admin.press("把选中的换到第 2 版").await;
    told(&admin, "没有换：没有选中可以换的案");
    admin.page_mut().fill("换到哪个环节：待审核（pending）", "待审核（checking）");
    admin.press("按所选再试算").await;
    told(&admin, "1 件，1 件可以换");
    told(&admin, "→ 待审核（checking）");
    admin.page_mut().tick(None, "待审核（pending）", true);
    admin.press("把选中的换到第 2 版").await;
    told(&admin, "已换到新版 1 件");
    told(&admin, "没有要换的案");
    admin.open(&case).await;
    told(&admin, "换用新版流程");
    let sound = server.command(&["doctor"]);
    assert!(sound.contains("没有问题"), "{sound}");
}
