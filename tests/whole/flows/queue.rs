//! Flow 4: a reviewer's queue with filters and pages, the lease of an opened task, and the next item
//! in the same filter.

use super::{World, every_way};

every_way!(a_reviewer_works_through_the_queue);

async fn a_reviewer_works_through_the_queue(world: &mut World) {
    world.sign_in("示例审核甲").await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.sees(&["发表论文", "乡村任教或支教"]).await;

    browser.fill("姓名或单位", "没有这个人").await;
    browser.press("筛选").await;
    browser.sees(&["没有符合条件的待办"]).await;
    browser.follow("清除筛选").await;

    // None of these is about a declaration; the address keeps what was chosen.
    browser.fill("系列", "卫生技术人员").await;
    browser.press("筛选").await;
    browser.sees(&["没有符合条件的待办"]).await;
    assert_eq!(browser.value("系列").await, "health");
    browser.follow("清除筛选").await;
    browser.fill("环节", "待单位审核").await;
    browser.press("筛选").await;
    browser.follow("测试一号").await;
    browser.sees(&["您已领取", "第 1 件，共", "材料", "流程", "填报内容"]).await;
    browser.fill("意见", "第二页看不清").await;
    browser.press("放大").await;
    assert_eq!(browser.value("意见").await, "第二页看不清", "looking closer loses no words");
    world.become_("示例审核05号").await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.sees(&["示例审核甲"]).await;
    browser.follow("测试一号").await;
    browser.sees(&["您现在只能查看"]).await;
    assert!(!browser.has_button("同意").await, "somebody else has this task");

    world.become_("示例审核甲").await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow("测试一号").await;
    // A key that is hit, or hit again and again, decides nothing.
    let here = browser.path().await;
    browser.hit("aaa").await;
    assert_eq!(browser.path().await, here, "nothing is approved by a key alone");
    browser.press("同意").await;
    browser.sees(&["乡村任教或支教"]).await;
    assert!(browser.path().await.starts_with("/tasks/"), "the next item follows");
}
