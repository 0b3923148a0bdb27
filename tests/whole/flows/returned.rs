//! An office beyond the unit returns a declaration to its person: it marks beside the data as the unit
//! does, what it typed goes along to the page that asks to whom, and a marked attachment takes more
//! files of its kind.

use super::{NARROW, Way, World, act, declaration, photo, tour};
use crate::server::Database;

/// The kind of attachment of which one is missing.
const SLOT: &str = "聘任文件（聘书）";

#[tokio::test]
async fn an_office_marks_beside_the_data_and_a_marked_attachment_takes_more() {
    act("returned", Way::Chromium(Database::Sqlite, NARROW), async |world: &mut World| {
        world.sign_in(tour::PERSON).await;
        declaration::declare(world).await;
        tour::from_unit_to_office(world).await;
        send_back(world).await;
        supply(world).await;
        world.become_(tour::TITLE_OFFICE).await;
        world.browser.open("/tasks").await;
        world.browser.follow(tour::PERSON).await;
        world.browser.sees(&["附件上传，聘任文件（聘书）：改过", "聘书2023.png"]).await;
    })
    .await;
}

async fn send_back(world: &mut World) {
    world.become_(tour::TITLE_OFFICE).await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow(tour::PERSON).await;
    let marks = browser.labels("标记问题：").await;
    let mark = marks.iter().find(|mark| mark.contains(SLOT)).expect("a mark beside the data");
    browser.tick(mark).await;
    browser.fill("意见", "缺 2022 年以后的聘书").await;
    browser.press("退回…").await;
    // What was marked and typed stands here, and nothing that this declaration does not show.
    browser.sees(&["标记的内容", SLOT]).await;
    browser.misses(&["职称类别"]).await;
    assert_eq!(browser.value("理由").await, "缺 2022 年以后的聘书");
    browser.press("退回").await;
    browser.sees(&["请选择退回给", "标记的内容", SLOT]).await;
    assert_eq!(browser.value("理由").await, "缺 2022 年以后的聘书", "nothing is lost");
    browser.pick("退回给", "申报人").await;
    browser.press("退回").await;
    tour::status(world, "退回修改", &["填报", "查看", "导出申报信息", "删除"]).await;
}

async fn supply(world: &mut World) {
    let browser = &mut world.browser;
    browser.follow("填报").await;
    browser.sees(&["缺 2022 年以后的聘书", SLOT]).await;
    browser.follow("附件上传").await;
    assert_eq!(browser.labels("上传").await.len(), 0, "nothing else is open");
    browser.upload(&format!("再传一个{SLOT}"), "聘书2022.png", &photo()).await;
    browser.press("保存并上传").await;
    browser.upload(&format!("再传一个{SLOT}"), "聘书2023.png", &photo()).await;
    browser.press("保存并上传").await;
    browser.sees(&["聘书2022.png", "聘书2023.png"]).await;
    browser.follow("开始检测").await;
    browser.press("提交审核").await;
    tour::status(world, "待职称管理部门审核", &tour::READ).await;
}
