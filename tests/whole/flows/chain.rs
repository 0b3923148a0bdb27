//! A declaration from the unit's decision to the certificate, everybody acting at the generic pages:
//! unit, title office, committee unit, speciality group, committee, title office.

use super::{World, declaration};
use crate::{flows::Way, server::Database};

/// Whom it is about.
const PERSON: &str = "测试二号";
const SECRETARY: &str = "示例组建甲";
const TITLE_OFFICE: &str = "示例职称办甲";
/// Experts of the series; who is drawn, the lot says.
const EXPERTS: std::ops::RangeInclusive<u32> = 1..=35;

#[tokio::test]
async fn a_declaration_goes_to_the_certificate() {
    super::act("chain", Way::Http(Database::Sqlite), journey).await;
}

async fn journey(world: &mut World) {
    declaration::declare(world).await;
    from_unit_to_acceptance(world).await;
    interview(world).await;
    let (meeting, members) = draw(world).await;
    vote(world, &meeting, &members).await;
    certify(world).await;
    verify(world).await;
}

/// Opens the task of whoever is signed in that is about this, and presses a button of it.
async fn press(world: &mut World, about: &str, button: &str) {
    world.browser.open("/tasks").await;
    world.browser.follow(about).await;
    // What asks more than an opinion has a page of its own.
    if world.browser.has_button(button).await {
        world.browser.press(button).await;
    } else {
        world.browser.follow(&format!("{button}…")).await;
    }
}

/// As somebody, with an opinion.
async fn decide(world: &mut World, who: &str, button: &str, opinion: &str) {
    world.become_(who).await;
    world.browser.open("/tasks").await;
    world.browser.follow(PERSON).await;
    if !opinion.is_empty() {
        world.browser.fill("意见", opinion).await;
    }
    world.browser.press(button).await;
}

/// The name of the meeting's plan, whose year is the day's.
async fn meeting(world: &mut World) -> String {
    const NAME: &str = "年度示例·合肥市中小学教师高级职称评审计划";
    world.browser.open("/tasks").await;
    let text = world.browser.text().await;
    let place = text.find(NAME).unwrap_or_else(|| panic!("no meeting on {text}"));
    format!("{}{NAME}", &text[place - 4..place])
}

async fn status(world: &mut World, status: &str) {
    world.become_(PERSON).await;
    world.browser.open("/declarations").await;
    world.browser.sees(&[status]).await;
}

async fn from_unit_to_acceptance(world: &mut World) {
    decide(world, "示例审核乙", "同意", "").await;
    status(world, "单位公示中").await;
    world.advance_a_week().await;
    world.advance_a_week().await;
    status(world, "待单位推荐上报").await;
    decide(world, "示例审核乙", "推荐上报", "师德良好，同意推荐").await;
    status(world, "待职称管理部门审核").await;
    decide(world, TITLE_OFFICE, "同意上报", "").await;
    status(world, "待评委会组建单位受理").await;
    decide(world, SECRETARY, "受理", "").await;
    status(world, "已受理").await;
}

async fn interview(world: &mut World) {
    world.become_(SECRETARY).await;
    press(world, PERSON, "安排面试").await;
    world.browser.fill("地点", "第一答辩室").await;
    world.browser.fill("时间", &format!("{}T08:30", day(30))).await;
    world.browser.press("安排面试").await;
    status(world, "待面试").await;
    world.has_notice(&["第一答辩室"]).await;
    world.become_(SECRETARY).await;
    press(world, PERSON, "登记成绩").await;
    world.browser.fill("成绩", "86.5").await;
    world.browser.press("登记成绩").await;
    status(world, "已面试").await;
    for expert in 30..=32 {
        decide(world, &format!("示例专家{expert}号"), "提交评议意见", "达到高级教师条件").await;
    }
}

/// A day of the machine's clock.
fn day(later: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.expect("a time").as_millis()).expect("a moment");
    let day = engine::calendar::Moment(now + later * 86_400_000).date();
    day.to_string()
}

/// The meeting is convened; the accounts of who was drawn.
async fn draw(world: &mut World) -> (String, Vec<String>) {
    world.become_(SECRETARY).await;
    press(world, PERSON, "列入新的会议").await;
    world.browser.fill("会议日期", &day(40)).await;
    world.browser.fill("会议地点", "教研楼三楼会议室").await;
    world.browser.press("列入新的会议").await;
    let meeting = meeting(world).await;
    press(world, &meeting, "抽取评委").await;
    world.browser.press("抽取评委").await;
    let mut members = Vec::new();
    for expert in EXPERTS {
        let name = format!("示例专家{expert}号");
        world.become_(&name).await;
        world.browser.open("/tasks").await;
        if world.browser.text().await.contains(&meeting) {
            press(world, &meeting, "参加").await;
            members.push(name);
        }
    }
    assert_eq!(members.len(), 11, "eleven are drawn: {members:?}");
    world.become_(SECRETARY).await;
    press(world, &meeting, "召集会议").await;
    press(world, &meeting, "签到开会").await;
    world.browser.fill("主持人", &members[0]).await;
    world.browser.press("签到开会").await;
    (meeting, members)
}

async fn vote(world: &mut World, meeting: &str, members: &[String]) {
    for (index, member) in members.iter().enumerate() {
        world.become_(member).await;
        press(world, PERSON, "投票").await;
        world.browser.pick("意见", if index < 9 { "同意" } else { "弃权" }).await;
        world.browser.press("投票").await;
    }
    status(world, "评审中").await;
    world.become_(&members[0]).await;
    press(world, meeting, "宣布结果并闭会").await;
    world.browser.press("宣布结果并闭会").await;
    status(world, "评审通过").await;
    world.become_(&members[0]).await;
    world.browser.open("/tasks").await;
    world.browser.follow(meeting).await;
    world.browser.fill("意见", "到会十一人，同意九票，弃权二票").await;
    world.browser.press("签署").await;
}

async fn certify(world: &mut World) {
    decide(world, SECRETARY, "公示评审结果", "").await;
    status(world, "评审结果公示中").await;
    world.advance_a_week().await;
    world.advance_a_week().await;
    status(world, "待备案").await;
    world.become_(TITLE_OFFICE).await;
    press(world, PERSON, "确认备案").await;
    world.browser.fill("批准文号", "示例职改〔2026〕1号").await;
    world.browser.press("确认备案").await;
    decide(world, TITLE_OFFICE, "发证", "").await;
    status(world, "已发证").await;
}

/// The certificate can be downloaded, and anybody who reads it can verify it.
async fn verify(world: &mut World) {
    world.become_(PERSON).await;
    world.browser.open("/declarations").await;
    world.browser.follow("2026 年度高级教师（小学语文）").await;
    world.browser.sees(&["下载单位公示", "下载面试准考证", "下载专业技术资格证书"]).await;
    world.settle().await;
    let text = certificate(world);
    let after = |label: &str| {
        let rest = text.split(label).nth(1).unwrap_or_else(|| panic!("no {label} in {text}"));
        rest.trim_start_matches(['：', ' ']).split_whitespace().next().unwrap_or("").to_owned()
    };
    let (number, code) = (after("证书编号"), after("验证码"));
    let path = |code: &str| format!("/verify?number={number}&code={code}");
    let mut anybody = world.server.browser();
    anybody.open(&path(&code)).await;
    let shown = anybody.page().text();
    for words in ["有效", "测**", "高级教师"] {
        assert!(shown.contains(words), "no 「{words}」 in {shown}");
    }
    assert!(!shown.contains(PERSON), "the whole name is shown: {shown}");
    anybody.open(&path("0000-0000-0000")).await;
    assert!(anybody.page().text().contains("没有查到这份证书"));
}

/// The words of the kept certificate.
fn certificate(world: &World) -> String {
    let texts = world.server.kept_files().into_iter().filter_map(|path| {
        let mut command = std::process::Command::new("pdftotext");
        let output = command.arg("-layout").arg(path).arg("-").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    });
    let mut certificates = texts.filter(|text| text.contains("验证码"));
    certificates.next().expect("a certificate was made")
}
