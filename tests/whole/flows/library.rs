//! Flow 3: an achievement from draft to approval, returned on the way with only the marked parts
//! unlocked, then revised while the old version stays, and voided.

use super::{World, every_way, photo};

every_way!(an_item_goes_from_draft_to_approval, an_unbound_person_keeps_drafts);

const TITLE: &str = "示例教学能手";

/// R15, R18, R24
async fn an_item_goes_from_draft_to_approval(world: &mut World) {
    world.sign_in("测试十一号").await;
    let browser = &mut world.browser;
    browser.open("/library/honour").await;
    browser.follow("新增").await;
    browser.press("提交单位审核").await;
    browser.sees(&["请填写荣誉名称", "没有生成草稿"]).await;
    browser.fill("荣誉名称", TITLE).await;
    browser.fill("授予时间", "2099-09").await;
    browser.press("保存草稿").await;
    browser.sees(&["授予时间不能晚于今天"]).await;
    browser.press("提交单位审核").await;
    browser.sees(&["处需要改", "授予时间", "授予单位"]).await;

    browser.fill("授予时间", "2024-09").await;
    browser.pick("级别", "市厅级").await;
    browser.fill("授予单位", "示例·合肥市教育局").await;
    browser.upload("证书", "证书.png", &photo()).await;
    browser.press("提交单位审核").await;
    browser.open("/library/honour").await;
    browser.sees(&[TITLE, "待单位审核"]).await;

    world.become_("示例审核14号").await;
    return_with_reason(world).await;

    world.become_("测试十一号").await;
    world.has_notice(&["业绩退回修改", "荣誉名称与证书不一致"]).await;
    let browser = &mut world.browser;
    // Home says what is to be mended, and why.
    browser.open("/").await;
    browser.sees(&["需要修改的内容：获得荣誉，荣誉名称", "荣誉名称与证书不一致"]).await;
    // Which of several honours it is.
    browser.sees(&[&format!("获得荣誉「{TITLE}」")]).await;
    browser.open("/library/honour").await;
    browser.follow("修改").await;
    browser.sees(&["荣誉名称与证书不一致"]).await;
    browser.press("提交单位审核").await;
    browser.sees(&["审核人标出的「获得荣誉，荣誉名称」没有改动"]).await;
    browser.fill("荣誉名称", "示例市教学能手").await;
    browser.press("提交单位审核").await;

    world.become_("示例审核14号").await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow("测试十一号").await;
    browser.sees(&["与上次提交相比改了 1 处", "材料"]).await;
    browser.press("同意").await;

    world.become_("测试十一号").await;
    world.has_notice(&["业绩审核通过"]).await;
    world.browser.open("/library/honour").await;
    world.browser.sees(&["示例市教学能手", "审核通过"]).await;
}

async fn return_with_reason(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow("测试十一号").await;
    browser.sees(&["材料", "证书.png", TITLE]).await;
    browser.press("退回修改").await;
    browser.sees(&["请标出需要修改的内容", "请填写理由"]).await;
    browser.tick("标记问题：荣誉名称").await;
    browser.fill("意见", "荣誉名称与证书不一致").await;
    browser.press("退回修改").await;
}

/// R10, R11
async fn an_unbound_person_keeps_drafts(world: &mut World) {
    world.sign_in("测试十五号").await;
    let browser = &mut world.browser;
    browser.open("/library/honour").await;
    browser.follow("新增").await;
    browser.fill("荣誉名称", TITLE).await;
    browser.press("保存草稿").await;
    browser.open("/library/honour").await;
    browser.sees(&[TITLE, "未提交"]).await;
}
