//! Declarations that are not regular ones: each kind has a part of its own, with what is asked there
//! and what is attached for it.

use super::{
    Way, World, act,
    declaration::{self, teacher_begins},
    manual, photo, tour,
};
use crate::{browser::Browser, server::Database};

/// R12, R13, R14, R17, R31, R32, R33, R34, R35, R41, R42, R43, R45, R51, R52, R55, R64, R65, R66, R114, R118, R126, R128, R134
#[tokio::test]
async fn an_exceptional_and_a_transfer_declaration_have_their_own_parts() {
    act("kinds", Way::Http(Database::Sqlite), async |world: &mut World| {
        world.sign_in("测试二号").await;
        manual::home(world).await;
        manual::profile(world).await;
        manual::plans(world).await;
        teacher_begins(world, "转评申报").await;
        manual::basics(world).await;
        manual::rows(world).await;
        world.browser.open("/").await;
        world.browser.misses(&["您现在没有进行中的申报"]).await;
        delete(world).await;
        transfer(world).await;
        declaration::complete_with(world, ("高等学校教师", "副教授", "副高级")).await;
        paper(world, ["转评申报表", "破格审批表"], &TRANSFER).await;
        reviewed(world, &["原系列：高等学校教师", "原级别：副高级", "到现岗位时间："]).await;
        world.browser.open("/declarations").await;
        world.browser.follow("撤回").await;
        world.browser.press("撤回").await;
        delete(world).await;
        exceptional(world).await;
        declaration::complete(world).await;
        paper(world, ["破格审批表", "转评申报表"], &EXCEPTIONAL).await;
        reviewed(
            world,
            &["破格类型：年限破格", "破格条件：省级以上技能竞赛", "示例专家1号，高级教师"],
        )
        .await;
        past(world).await;
    })
    .await;
}

async fn delete(world: &mut World) {
    world.browser.open("/declarations").await;
    world.browser.follow("删除").await;
    world.browser.press("删除").await;
}

/// What the check says of a kind: first the failure, then what is passed.
async fn checked(world: &mut World, says: &[&str]) {
    world.browser.follow("开始检测").await;
    world.browser.sees(says).await;
}

async fn attached(world: &mut World, types: &[&str]) {
    world.browser.follow("附件上传").await;
    for name in types {
        world.browser.upload(&format!("上传{name}"), "IMG_0001.png", &photo()).await;
    }
    world.browser.press("保存并上传").await;
}

async fn recommends(world: &mut World, name: &str) {
    world.browser.fill("姓名", name).await;
    world.browser.fill("职称", "高级教师").await;
    world.browser.fill("单位", "示例·合肥市蜀山区星河小学").await;
}

async fn exceptional(world: &mut World) {
    teacher_begins(world, "破格申报").await;
    world.browser.sees(&["破格申报"]).await;
    world.browser.misses(&["转评申报"]).await;
    checked(world, &["破格审批表内容不完整", "还缺：破格条件、破格理由、两名推荐人"]).await;
    let browser = &mut world.browser;
    browser.follow("去修改破格申报").await;
    browser.pick("破格类型", "年限破格").await;
    browser.press("添加一项：破格条件").await;
    browser.pick("条件", "省级以上技能竞赛或教学竞赛一等奖").await;
    browser.fill("破格理由", "任现职不满五年，获省级教学竞赛一等奖第一名").await;
    browser.press("添加一项：推荐人").await;
    recommends(world, "示例专家1号").await;
    let browser = &mut world.browser;
    browser.press("添加一项：推荐人").await;
    // The new row comes first, where its field is the first of that name.
    browser.press("上移第 2 项").await;
    recommends(world, "测试二号").await;
    let browser = &mut world.browser;
    browser.press("保存").await;
    browser.sees(&["推荐人不能是本人"]).await;
    recommends(world, "示例专家2号").await;
    let browser = &mut world.browser;
    browser.press("保存").await;
    attached(world, &["破格条件证明材料", "两名同行专家推荐意见"]).await;
    checked(world, &["破格审批表内容不完整"]).await;
    world.browser.follow("去修改附件上传").await;
    world.browser.upload("再传一个两名同行专家推荐意见", "IMG_0002.png", &photo()).await;
    world.browser.press("保存并上传").await;
    checked(world, &["破格审批表内容完整"]).await;
    world.browser.misses(&["破格审批表内容不完整"]).await;
    let check = world.browser.path().await;
    world.browser.open(&check.replace("/check", "/overview")).await;
    world.browser.sees(&["示例专家1号", "示例专家2号", "教学竞赛一等奖第一名"]).await;
    world.browser.open(&check.replace("/check", "")).await;
}

/// What the form of an exceptional declaration prints; what was achieved stands there by name.
const EXCEPTIONAL: [&str; 12] = [
    "破格申报审批表",
    "测试二号",
    "年限破格",
    "省级以上技能竞赛或教学竞赛一等奖",
    "教学竞赛一等奖第一名",
    "主要业绩",
    "能力条件",
    "公开课（示范课）",
    "草船借箭",
    "示例专家1号",
    "示例专家2号",
    "职称管理部门意见",
];
const TRANSFER: [&str; 10] = [
    "转评申报表",
    "测试二号",
    "原系列",
    "高等学校教师",
    "副教授",
    "副高级",
    "2019-12-20",
    "2022-09-01",
    "调入小学任教，岗位变动",
    "业务主管部门意见",
];

/// The form of this kind is there to be downloaded, and that of the other is not.
async fn paper(world: &mut World, [own, other]: [&str; 2], prints: &[&str]) {
    world.settle().await;
    world.browser.open("/declarations").await;
    let year = world.server.year().await;
    world.browser.follow(&format!("{year} 年度高级教师（小学语文）")).await;
    world.browser.sees(&[&format!("下载{own}")]).await;
    world.browser.misses(&[other]).await;
    let Browser::Plain(plain) = &world.browser else { return };
    let href = plain.page().link(&format!("下载{own}"));
    let (of_own, of_other) = match own {
        "破格审批表" => ("exceptional_form", "transfer_form"),
        _ => ("transfer_form", "exceptional_form"),
    };
    let missing = href.path().replace(of_own, of_other);
    assert_eq!(plain.get(&missing).await.status().as_u16(), 404);
    let pdf = world.browser.fetch(href.path()).await.expect("a PDF");
    declaration::keep(own, &pdf);
    let text = declaration::text_of(&pdf);
    for printed in prints {
        assert!(text.contains(printed), "「{printed}」 is not in the form: {text}");
    }
}

/// The review form, which the committee reads, says it too.
async fn reviewed(world: &mut World, says: &[&str]) {
    world.browser.open("/declarations").await;
    world.browser.follow("导出申报信息").await;
    world.browser.sees(says).await;
}

/// A declaration that is spared the interview does not pass; a re-examination is granted, and another
/// meeting decides once more. What is decided for good is read among what is past.
async fn past(world: &mut World) {
    tour::from_unit_to_committee(world).await;
    supplemented(world).await;
    tour::accept(world).await;
    exempted(world).await;
    judged(world).await;
    let text = "评审时没有看到竞赛获奖证书";
    // It is said until when, and what can be done stands first.
    world.browser.open("/").await;
    world.browser.sees(&["前申请一次复查"]).await;
    world.browser.follow("去查看").await;
    world.browser.sees(&["对结果有异议的", "24:00 前申请一次复查"]).await;
    world.browser.misses(&["您现在不用做什么"]).await;
    world.browser.follow("申请复查…").await;
    world.browser.sees(&["每项申报只能申请一次复查；最晚在"]).await;
    world.browser.fill("复查的理由", text).await;
    world.browser.press("申请复查").await;
    tour::status(world, "复查中", &tour::READ).await;
    world.become_(tour::SECRETARY).await;
    world.browser.open("/tasks?workflow=re-examination").await;
    world.browser.follow(tour::PERSON).await;
    world.browser.sees(&[text]).await;
    world.browser.fill("意见", "重新评议，列入下次会议").await;
    world.browser.press("同意复查请求").await;
    tour::status(world, "免面试", &tour::READ).await;
    judged(world).await;
    let text = world.browser.text().await;
    assert!(!text.contains("申请复查…"), "only once");
    // The time to ask once more runs out.
    let year = world.server.year().await;
    for _ in 0..5 {
        world.advance_a_week().await;
    }
    if world.server.year().await == year {
        world.advance_to_another_year().await;
    }
    world.become_("测试二号").await;
    let browser = &mut world.browser;
    browser.misses(&["高级教师（小学语文）"]).await;
    browser.open("/declarations").await;
    browser.sees(&["没有进行中的申报"]).await;
    let columns = browser.texts("section[aria-labelledby=past] th[scope=col]").await;
    let named =
        ["年度", "计划名称", "申报方式", "申报专业", "申报职称", "申报级别", "申报日期", "操作"];
    assert_eq!(columns, named);
    let row = browser.texts("section[aria-labelledby=past] tbody tr").await.join(" ");
    for cell in ["中小学教师高级", "破格申报", "小学语文", "高级教师", "副高级", "评审未通过"]
    {
        assert!(row.contains(cell), "no {cell} in {row}");
    }
    browser.follow("查看").await;
    browser.sees(&["申报一览", "示例专家1号"]).await;
}

/// The committee's unit asks for a supplement; what is handed over goes to it, and not to the unit.
async fn supplemented(world: &mut World) {
    world.become_(tour::SECRETARY).await;
    world.browser.open("/tasks").await;
    world.browser.follow(tour::PERSON).await;
    world.browser.tick("标记问题：行政职务").await;
    world.browser.fill("意见", "行政职务请写全称。").await;
    world.browser.press("一次性告知补正").await;
    tour::status(world, "补正中", &["填报", "查看", "导出申报信息"]).await;
    let browser = &mut world.browser;
    browser.follow("填报").await;
    browser.sees(&["行政职务请写全称"]).await;
    browser.misses(&["。。", "。；"]).await;
    browser.follow("学历教育").await;
    browser.sees(&["这一节没有退回", "最高学历"]).await;
    browser.misses(&["设为最高学历"]).await;
    browser.follow("基本信息").await;
    browser.fill("行政职务", "语文教研组组长").await;
    browser.press("保存").await;
    browser.follow("开始检测").await;
    browser.sees(&["全部符合，可以提交", "提交后由示例·合肥市教育局审核"]).await;
    browser.misses(&["提交后由单位审核", "审核前可以撤回", "星河小学审核"]).await;
    browser.press("提交补正").await;
    tour::status(world, "待评委会组建单位受理", &tour::READ).await;
}

/// The committee's unit agrees that there is no interview.
async fn exempted(world: &mut World) {
    world.browser.open("/declarations").await;
    world.browser.follow("免面试").await;
    world.browser.fill("免面试的理由", "获省级说课比赛一等奖").await;
    world.browser.upload("证明材料", "说课证书.png", &photo()).await;
    world.browser.press("免面试").await;
    world.become_(tour::SECRETARY).await;
    world.browser.open("/tasks?workflow=interview-exemption").await;
    world.browser.follow(tour::PERSON).await;
    world.browser.press("同意免面试").await;
    world.settle().await;
    tour::status(world, "免面试", &tour::READ).await;
}

/// The group advises, a new meeting is held, and its members do not agree.
async fn judged(world: &mut World) {
    for expert in 30..=32 {
        let expert = format!("示例专家{expert}号");
        tour::decide(world, &expert, tour::PERSON, "提交评议意见", "未达到破格条件").await;
    }
    let (meeting, members) = tour::draw(world).await;
    world.become_(&members[0]).await;
    tour::press(world, tour::PERSON, "投票").await;
    world.browser.pick("意见", "不同意").await;
    world.browser.press("投票").await;
    tour::press(world, &meeting, "计票").await;
    world.browser.pick("申报人", tour::PERSON).await;
    world.browser.press("计票").await;
    tour::press(world, &meeting, "宣布结果并闭会").await;
    world.browser.press("宣布结果并闭会").await;
    world.browser.open("/tasks").await;
    world.browser.follow(&meeting).await;
    world.browser.follow("签署…").await;
    world.browser.fill("会议纪要", "到会十人，没有同意票").await;
    world.browser.press("签署").await;
    tour::status(world, "评审未通过", &tour::READ).await;
}

async fn transfer(world: &mut World) {
    teacher_begins(world, "转评申报").await;
    world.browser.sees(&["转评申报"]).await;
    world.browser.misses(&["破格申报"]).await;
    checked(world, &["转评申报表内容不完整或不是同级转评", "现岗位工作不满1年"]).await;
    let browser = &mut world.browser;
    browser.follow("去修改转评申报").await;
    browser.fill("原系列", "高等学校教师").await;
    browser.fill("原职称", "副教授").await;
    browser.pick("原级别", "中级").await;
    browser.fill("原职称取得时间", "2019-12-20").await;
    browser.fill("到现岗位时间", "2022-09-01").await;
    browser.fill("转评理由", "调入小学任教，岗位变动").await;
    browser.press("保存").await;
    attached(world, &["岗位变动证明", "原职称评审表"]).await;
    // A transfer keeps the level.
    checked(world, &["转评申报表内容不完整或不是同级转评", "现岗位工作满1年"]).await;
    world.browser.follow("去修改转评申报").await;
    world.browser.pick("原级别", "副高级").await;
    world.browser.press("保存").await;
    checked(world, &["转评申报表内容完整，是同级转评"]).await;
    world.browser.misses(&["转评申报表内容不完整"]).await;
    let check = world.browser.path().await;
    world.browser.open(&check.replace("/check", "")).await;
}
