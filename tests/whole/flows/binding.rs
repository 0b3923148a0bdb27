//! Flow 1, second half: the unit decides; a change of unit keeps the old one until the new one
//! agrees; requests can be withdrawn, bindings ended, and silence is reminded of.

use super::{World, every_way};

every_way!(a_unit_decides_requests, a_change_of_unit_keeps_the_old_one, silence_is_reminded_of);

/// Asks for the unit whose name holds `words`.
async fn ask_for(world: &mut World, words: &str, note: &str) {
    let browser = &mut world.browser;
    browser.open("/me/unit").await;
    browser.fill("查找单位", words).await;
    browser.press("查找").await;
    browser.press("选择").await;
    browser.fill("申请说明", note).await;
    browser.press("提交绑定申请").await;
    browser.sees(&["待单位审核"]).await;
}

/// Opens the first waiting request of a person.
async fn open_request_of(world: &mut World, name: &str) {
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow(name).await;
    browser.sees(&[name]).await;
}

/// How many notices are unread.
async fn unread(world: &mut World) -> usize {
    world.browser.open("/me/notices").await;
    let text = world.browser.text().await;
    let count = text.split("全部标为已读（").nth(1).and_then(|rest| rest.split(' ').next());
    count.map_or(0, |count| count.parse().expect("a number"))
}

/// R6, R7
async fn a_unit_decides_requests(world: &mut World) {
    world.sign_in("测试十五号").await;
    ask_for(world, "筑梦", "技术员").await;
    world.browser.follow("撤回申请").await;
    world.browser.press("撤回申请").await;
    world.browser.open("/me/unit").await;
    world.browser.misses(&["待单位审核"]).await;
    ask_for(world, "筑梦", "技术部技术员").await;

    world.become_("示例审核14号").await;
    world.has_notice(&["测试十五号撤回了绑定", "测试十五号申请绑定"]).await;
    let news = unread(world).await;
    open_request_of(world, "测试十五号").await;
    let browser = &mut world.browser;
    // By what the unit knows its people, masked.
    browser.sees(&["技术部技术员", "申请人信息", "身份证号码", "***", "手机号码"]).await;
    browser.press("不予通过").await;
    assert_eq!(browser.texts("#decide .err").await, ["请填写理由"], "beside the field, too");
    browser.fill("意见", "名册上没有您，请核对后再申请").await;
    browser.press("不予通过").await;
    assert_eq!(unread(world).await, news - 1, "what one has decided is no news any more");
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.misses(&["测试十五号"]).await;

    world.become_("测试十五号").await;
    world.has_notice(&["单位没有同意您的绑定申请", "名册上没有您，请核对后再申请"]).await;
    world.browser.open("/").await;
    world.browser.sees(&["重新申请绑定单位", "名册上没有您"]).await;
    ask_for(world, "筑梦", "技术部技术员，工号 12").await;
    world.browser.open("/").await;
    world.browser.misses(&["重新申请绑定单位"]).await;
    world.settle().await;
    let before = approvals(world);
    world.become_("示例审核14号").await;
    open_request_of(world, "测试十五号").await;
    world.browser.press("同意绑定").await;

    world.become_("测试十五号").await;
    world.has_notice(&["单位同意了您的绑定申请"]).await;
    assert_eq!(approvals(world), before + 1, "one letter for one decision");
    world.browser.open("/me/unit").await;
    world.browser.sees(&["现在的单位", "变更单位"]).await;
    world.browser.misses(&["您还没有绑定单位"]).await;
}

fn approvals(world: &World) -> usize {
    let letters = world.server.mailbox();
    letters.iter().filter(|letter| letter.subject.contains("单位同意了")).count()
}

/// R135
async fn a_change_of_unit_keeps_the_old_one(world: &mut World) {
    world.sign_in("测试一号").await;
    ask_for(world, "星河小学", "调入数学组").await;
    world.browser.sees(&["同意之前，原来的绑定继续有效", "示例·合肥市庐阳区第九十九中学"]).await;

    world.become_("示例审核乙").await;
    open_request_of(world, "测试一号").await;
    world.browser.press("同意绑定").await;

    world.become_("测试一号").await;
    world.has_notice(&["单位同意了您的绑定申请", "业绩退回草稿"]).await;
    world.browser.open("/me/unit").await;
    world.browser.sees(&["以前的申请", "示例·合肥市蜀山区星河小学"]).await;

    world.become_("示例审核乙").await;
    let browser = &mut world.browser;
    browser.open("/unit/people").await;
    browser.sees(&["测试一号"]).await;
    world.become_("示例审核甲").await;
    world.browser.open("/unit/people").await;
    world.browser.misses(&["测试一号"]).await;
}

async fn silence_is_reminded_of(world: &mut World) {
    world.sign_in("测试十五号").await;
    ask_for(world, "筑梦", "技术员").await;
    // Five working days from the next day on, whatever day of the week the test runs on.
    world.advance_a_week().await;
    world.advance_a_week().await;
    world.become_("示例审核14号").await;
    world.has_notice(&["绑定申请等待审核：测试十五号"]).await;
    world.become_("测试十五号").await;
    world.browser.open("/me/unit").await;
    world.browser.sees(&["待单位审核"]).await;
}
