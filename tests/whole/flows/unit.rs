//! Flow 2: a unit registers itself, the title office approves, and the registry opens it with its
//! first reviewer.

use super::{World, every_way, photo};

every_way!(a_unit_registers_itself);

/// R9
async fn a_unit_registers_itself(world: &mut World) {
    world.sign_in("测试十五号").await;
    let browser = &mut world.browser;
    browser.open("/start/unit-registration").await;
    browser.press("开始填写").await;
    browser.fill("单位名称", "示例·合肥市云上软件有限公司").await;
    browser.fill("统一社会信用代码", "91990202FAKE900122").await;
    browser.fill("单位性质", "企业").await;
    browser.fill("所在地", "合肥市庐阳区").await;
    browser.pick("城乡", "城镇").await;
    browser.fill("地址", "示例路 2 号").await;
    browser.fill("联系电话", "19900000914").await;
    browser.upload("法人证书（营业执照）", "执照.png", &photo()).await;
    browser.upload("单位授权书", "授权书.png", &photo()).await;
    browser.press("提交审核").await;

    world.become_("示例职称办甲").await;
    let browser = &mut world.browser;
    browser.open("/tasks").await;
    browser.follow("测试十五号").await;
    browser.sees(&["示例·合肥市云上软件有限公司"]).await;
    browser.press("同意注册").await;

    world.become_("测试十五号").await;
    world.has_notice(&["单位已开通"]).await;
}
