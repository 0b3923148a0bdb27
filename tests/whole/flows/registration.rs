//! Flow 1, first half: the first sign-in leads to registration and nowhere else; wrong entries are
//! told at their fields; the binding is asked for along the way.

use super::{World, every_way};

every_way!(a_person_registers_and_asks_for_a_unit);

/// R4, R5, R6
pub(super) async fn a_person_registers_and_asks_for_a_unit(world: &mut World) {
    world.sign_in("测试十九号").await;
    let browser = &mut world.browser;
    assert_eq!(browser.path().await, "/register");
    for elsewhere in ["/", "/library", "/me", "/tasks"] {
        browser.open(elsewhere).await;
        assert_eq!(browser.path().await, "/register", "from {elsewhere}");
    }

    browser.fill("姓名", "测试十九号").await;
    browser.fill("身份证号码", "990101199202089035").await;
    browser.fill("手机号", "19900001001").await;
    browser.fill("联系地址", "示例市示例路 1 号").await;
    browser.pick("是否同步注册单位", "是").await;
    browser.press("提交").await;
    browser.sees(&["还有 3 处需要改", "校验不通过", "请先查找并选择单位"]).await;

    browser.fill("身份证号码", "９９０１０１１９９２０２０８９０３４").await;
    browser.fill("查找单位", "庐阳区第九十九中学").await;
    browser.press("查找").await;
    browser.sees(&["示例·合肥市庐阳区第九十九中学"]).await;
    browser.press("选择").await;
    browser.sees(&["示例·合肥市庐阳区第九十九中学"]).await;
    browser.fill("申请说明", "数学组教师，本学期入职").await;
    browser.press("提交").await;
    browser.sees(&["个人注册已完成"]).await;
    assert_eq!(browser.path().await, "/");

    browser.open("/me/unit").await;
    browser.sees(&["待单位审核", "示例·合肥市庐阳区第九十九中学"]).await;
    browser.open("/me/profile").await;
    browser.misses(&["990101199202089034", "19900001001"]).await;

    world.become_("示例审核甲").await;
    world.has_notice(&["测试十九号申请绑定示例·合肥市庐阳区第九十九中学"]).await;
}
