//! An administrator changes a workflow in the browser: faults at their line, comparison, trial,
//! publishing; new cases follow, running ones keep what they began with.

use super::{World, every_way};

every_way!(an_administrator_changes_a_workflow);

const BINDING: &str = include_str!("../../../workflows/binding.yaml");

async fn open_editor(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/admin/workflows").await;
    browser.follow("单位绑定").await;
    browser.sees(&["现行第 1 版", "随程序安装"]).await;
    browser.follow("编辑").await;
    browser.sees(&["binding.yaml", "没有错误，也没有提醒"]).await;
}

async fn an_administrator_changes_a_workflow(world: &mut World) {
    world.sign_in("示例管理员").await;
    open_editor(world).await;
    let browser = &mut world.browser;
    let broken = BINDING.replacen("  to: pending\n", "  to: pendig\n", 1);
    let line = broken.lines().position(|line| line == "  to: pendig").expect("the line") + 1;
    browser.fill("binding.yaml", &broken).await;
    browser.press("检查").await;
    let place = format!("第 {line} 行，第 7 列");
    browser.sees(&["没有叫「pendig」的状态", &place, &format!("binding.yaml:{line}:7")]).await;
    browser.sees(&["定义有错，这是现行第 1 版的流程图", "到这一行"]).await;
    browser.press("发布…").await;
    browser.sees(&["现在不能发布", "还有 1 处错误"]).await;

    browser.follow("编辑").await;
    let better = BINDING.replace("name: 同意绑定", "name: 核对无误，同意绑定");
    browser.fill("binding.yaml", &better).await;
    browser.press("保存草稿").await;
    browser.sees(&["草稿已保存", "没有错误，也没有提醒"]).await;
    browser.follow("对比").await;
    browser.sees(&["从现行第 1 版到草稿", "新增 1 行，删去 1 行", "核对无误，同意绑定"]).await;
    browser.follow("试运行").await;
    browser.sees(&["通过", "单位同意后绑定生效"]).await;
    browser.misses(&["未通过"]).await;
    browser.follow("发布").await;
    browser.sees(&["单位绑定 第 2 版", "在办的案"]).await;
    browser.fill("说明", "把话说清楚").await;
    browser.press("发布新版本").await;
    browser.sees(&["已发布「单位绑定」第 2 版", "现行第 2 版", "把话说清楚", "示例管理员"]).await;
    browser.follow("第 1 版").await;
    browser.sees(&["单位绑定，第 1 版", "随程序安装"]).await;
}
