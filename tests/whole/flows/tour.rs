//! The tour of the README in a browser, from registration to the certificate, everybody acting in turn:
//! a newcomer and the unit, then a declaration through unit, title office, committee unit,
//! speciality group, committee and title office, at last anybody who reads the certificate.

mod asked;

use super::{WIDE, Way, World, declaration, photo, registration};
use crate::{chromium::beside, server::Database};

/// Who registers, and the reviewer of the unit.
const NEWCOMER: &str = "测试十九号";
const THEIR_UNIT: &str = "示例审核甲";
/// Whose declaration it is.
pub(super) const PERSON: &str = "测试二号";
pub(super) const SECRETARY: &str = "示例组建甲";
pub(super) const TITLE_OFFICE: &str = "示例职称办甲";
/// How many days the clock has moved on once the publicity in the unit is over.
const PUBLISHED: i64 = 14;
/// How many are drawn, and how many of them agree.
const DRAWN: usize = 11;
const AGREE: usize = 7;
/// What may be done from the first submission on, wherever nothing else may.
pub(super) const READ: [&str; 2] = ["查看", "导出申报信息"];
/// The same with a certificate.
const CERTIFIED: [&str; 3] = ["查看", "下载证书", "导出申报信息"];
/// The head of the notice of the result.
const NOTICE: &str = "专业技术资格评审结果公示";

/// R27, R133
#[tokio::test]
async fn the_tour_ends_with_a_certificate() {
    super::act("tour", Way::Chromium(Database::Postgres, WIDE), journey).await;
}

async fn journey(world: &mut World) {
    registration::a_person_registers_and_asks_for_a_unit(world).await;
    enter_an_achievement(world).await;
    world.become_(PERSON).await;
    declaration::declare(world).await;
    from_unit_to_acceptance(world).await;
    interview(world).await;
    let (meeting, members) = draw(world).await;
    vote(world, &meeting, &members).await;
    certify(world, &meeting).await;
    verify(world, &meeting).await;
    a_year_later(world).await;
}

/// The unit takes the newcomer in, who then enters an achievement that the unit agrees to.
async fn enter_an_achievement(world: &mut World) {
    decide(world, THEIR_UNIT, NEWCOMER, "同意绑定", "").await;
    world.become_(NEWCOMER).await;
    let browser = &mut world.browser;
    browser.open("/library/honour").await;
    browser.follow("新增").await;
    browser.fill("荣誉名称", "示例教学能手").await;
    browser.fill("授予时间", "2024-09").await;
    browser.pick("级别", "市厅级").await;
    browser.fill("授予单位", "示例·合肥市教育局").await;
    browser.upload("证书", "证书.png", &photo()).await;
    browser.press("提交单位审核").await;
    decide(world, THEIR_UNIT, NEWCOMER, "同意", "").await;
    world.become_(NEWCOMER).await;
    world.browser.open("/library/honour").await;
    world.browser.sees(&["示例教学能手", "审核通过"]).await;
}

/// Opens the task of whoever is signed in that is about this, and presses a button of it.
pub(super) async fn press(world: &mut World, about: &str, button: &str) {
    world.browser.open("/tasks").await;
    world.browser.follow(about).await;
    // What asks more than an opinion has a page of its own.
    if world.browser.has_button(button).await {
        world.browser.press(button).await;
    } else {
        world.browser.follow(&format!("{button}…")).await;
    }
}

/// As somebody, what lies there of a person, with an opinion.
pub(super) async fn decide(world: &mut World, who: &str, of: &str, button: &str, opinion: &str) {
    world.become_(who).await;
    world.browser.open("/tasks").await;
    world.browser.follow(of).await;
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

/// Where the person stands, and what may be done there with the names of the manual.
pub(super) async fn status(world: &mut World, status: &str, buttons: &[&str]) {
    world.become_(PERSON).await;
    declaration::buttons(world, buttons).await;
    world.browser.sees(&[status]).await;
}

pub(super) async fn from_unit_to_acceptance(world: &mut World) {
    from_unit_to_committee(world).await;
    accept(world).await;
}

pub(super) async fn from_unit_to_committee(world: &mut World) {
    from_unit_to_office(world).await;
    decide(world, TITLE_OFFICE, PERSON, "同意上报", "").await;
    status(world, "待评委会组建单位受理", &READ).await;
}

pub(super) async fn from_unit_to_office(world: &mut World) {
    asked::refused(world, "fill/delete").await;
    asked::reveal(world).await;
    decide(world, "示例审核乙", PERSON, "同意", "").await;
    status(world, "单位公示中", &READ).await;
    world.advance_a_week().await;
    world.advance_a_week().await;
    status(world, "待单位推荐上报", &READ).await;
    decide(world, "示例审核乙", PERSON, "推荐上报", "师德良好，同意推荐").await;
    status(world, "待职称管理部门审核", &READ).await;
}

pub(super) async fn accept(world: &mut World) {
    decide(world, SECRETARY, PERSON, "受理", "").await;
    status(world, "已受理", &["查看", "导出申报信息", "免面试"]).await;
}

/// The person asks to be spared the interview, once; the committee's unit reads the proof and says
/// no, and nothing is scheduled before that.
async fn exemption(world: &mut World) {
    world.browser.open("/declarations").await;
    world.browser.follow("免面试").await;
    world.browser.press("免面试").await;
    world.browser.sees(&["需要改"]).await;
    world.browser.fill("免面试的理由", "获省级说课比赛一等奖").await;
    world.browser.upload("证明材料", "说课证书.png", &photo()).await;
    world.browser.press("免面试").await;
    status(world, "已受理", &READ).await;
    world.become_(SECRETARY).await;
    world.browser.open("/tasks?workflow=declaration-primary-secondary-teacher").await;
    world.browser.follow(PERSON).await;
    world.browser.follow("安排面试…").await;
    world.browser.sees(&["现在不能安排面试：免面试申请还没有答复"]).await;
    world.browser.open("/tasks?workflow=interview-exemption").await;
    world.browser.follow(PERSON).await;
    world.browser.sees(&["获省级说课比赛一等奖", "说课证书.png"]).await;
    world.browser.fill("意见", "说课不能代替答辩").await;
    world.browser.press("不同意").await;
    world.become_(PERSON).await;
    world.has_notice(&["说课不能代替答辩"]).await;
    asked::refused(world, "exemption_request/request").await;
}

async fn interview(world: &mut World) {
    exemption(world).await;
    world.become_(SECRETARY).await;
    press(world, PERSON, "安排面试").await;
    world.browser.fill("地点", "第一答辩室").await;
    world.browser.fill("时间", &format!("{}T08:30", day(-1))).await;
    world.browser.press("安排面试").await;
    world.browser.sees(&["面试时间已经过去"]).await;
    world.browser.fill("时间", &format!("{}T08:30", day(PUBLISHED + 1))).await;
    world.browser.press("安排面试").await;
    status(world, "待面试", &["查看", "打印准考证", "导出申报信息"]).await;
    asked::refused(world, "exemption_request/request").await;
    asked::ticket(world, true).await;
    // The ticket is among the things to do as long as the interview is ahead.
    world.browser.open("/").await;
    world.browser.sees(&["打印准考证", "去打印", "8:30 到第一答辩室参加面试"]).await;
    world.has_notice(&["第一答辩室"]).await;
    world.browser.open("/declarations").await;
    let name = world.browser.texts("section[aria-labelledby=current] tbody th a").await.join("");
    world.browser.follow(&name).await;
    world.browser.sees(&["您的面试已安排", "到第一答辩室参加面试，请带身份证和打印的准考证"]).await;
    world.browser.misses(&["您现在不用做什么"]).await;
    world.become_(SECRETARY).await;
    press(world, PERSON, "登记成绩").await;
    world.browser.sees(&["现在不能登记成绩", "还没有进行"]).await;
    world.advance_a_day().await;
    press(world, PERSON, "登记成绩").await;
    world.browser.fill("成绩", "86.5").await;
    world.browser.press("登记成绩").await;
    status(world, "已面试", &READ).await;
    asked::ticket(world, false).await;
    for expert in 30..=32 {
        decide(world, &format!("示例专家{expert}号"), PERSON, "提交评议意见", "达到高级教师条件")
            .await;
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
pub(super) async fn draw(world: &mut World) -> (String, Vec<String>) {
    world.become_(SECRETARY).await;
    press(world, PERSON, "列入新的会议").await;
    world.browser.fill("会议日期", &day(PUBLISHED + 2)).await;
    world.browser.fill("会议地点", "教研楼三楼会议室").await;
    world.browser.press("列入新的会议").await;
    let meeting = meeting(world).await;
    press(world, &meeting, "抽取评委").await;
    world.browser.press("抽取评委").await;
    // The page says who is drawn; it is convened once everybody has answered, and not before.
    world.browser.misses(&["召集会议…"]).await;
    let mut members = invited(&world.browser.text().await);
    assert_eq!(members.len(), DRAWN, "{members:?}");
    world.become_(&members[0]).await;
    press(world, &meeting, "答复参加").await;
    // The others have answered on the telephone, which is no work that waits.
    world.become_(SECRETARY).await;
    world.browser.open("/cases").await;
    world.browser.follow(&meeting).await;
    world.browser.sees(&["您还可以", "更换没有答复的评委", "沟通和代办"]).await;
    world.browser.follow("登记其余评委电话答复参加…").await;
    world.browser.press("登记其余评委电话答复参加").await;
    press(world, &meeting, "召集会议").await;
    world.advance_a_day().await;
    world.advance_a_day().await;
    press(world, &meeting, "签到开会").await;
    let chair = chair(&world.browser.text().await, &mut members);
    world.browser.press("添加一项：缺席的评委").await;
    world.browser.fill("评委", &members[DRAWN - 1]).await;
    world.browser.fill("主持人", &chair).await;
    world.browser.press("签到开会").await;
    (meeting, members)
}

/// Who chairs, as the list calls them: a chairperson of the committee, where the lot drew one. Whoever
/// it is stands first afterwards.
fn chair(page: &str, members: &mut [String]) -> String {
    const CHAIRS: &str = "（主任委员或副主任委员）";
    let drawn = members.iter().position(|member| page.contains(&format!("{member}{CHAIRS}")));
    members.swap(0, drawn.unwrap_or(0));
    let suffix = if drawn.is_some() { CHAIRS } else { "" };
    format!("{}{suffix}", members[0])
}

/// Who has to answer whether they come, as the page of the meeting says.
fn invited(page: &str) -> Vec<String> {
    let names = page.split("答复是否参加").nth(1).unwrap_or_else(|| panic!("nobody on {page}"));
    let names = names.split("办理").next().unwrap_or_default();
    let names = names.split(|c: char| !(c.is_alphanumeric() && c != '由'));
    names.filter(|name| name.starts_with("示例专家")).map(str::to_owned).collect()
}

/// One does not come; seven of ten agree, three do not vote; the chair counts and announces.
async fn vote(world: &mut World, meeting: &str, members: &[String]) {
    let (together, others) = members[..AGREE].split_at(3);
    asked::vote_at_once(world, together).await;
    for member in others {
        world.become_(member).await;
        press(world, PERSON, "投票").await;
        world.browser.pick("意见", "同意").await;
        world.browser.press("投票").await;
    }
    status(world, "评审中", &READ).await;
    world.become_(&members[0]).await;
    press(world, meeting, "计票").await;
    world.browser.pick("申报人", PERSON).await;
    world.browser.press("计票").await;
    press(world, meeting, "宣布结果并闭会").await;
    world.browser.sees(&["参加 10，同意 7，不同意 0，弃权 0，未投 3"]).await;
    world.browser.press("宣布结果并闭会").await;
    status(world, "评审通过", &READ).await;
    world.become_(&members[0]).await;
    world.browser.open("/tasks").await;
    world.browser.follow(meeting).await;
    world.browser.follow("签署…").await;
    world.browser.fill("会议纪要", "到会十人，同意七票").await;
    world.browser.press("签署").await;
}

async fn certify(world: &mut World, meeting: &str) {
    world.settle().await;
    assert!(!is_printed(world, NOTICE), "the notice is printed when the publicity begins");
    world.become_(SECRETARY).await;
    press(world, meeting, "公示评审结果").await;
    world.browser.press("公示评审结果").await;
    status(world, "评审结果公示中", &READ).await;
    world.settle().await;
    assert!(is_printed(world, NOTICE), "no notice of the result");
    world.advance_a_week().await;
    world.advance_a_week().await;
    status(world, "待备案", &READ).await;
    asked::result(world, meeting).await;
    world.become_(TITLE_OFFICE).await;
    press(world, PERSON, "确认备案").await;
    world.browser.fill("批准文号", "示例职改〔2026〕1号").await;
    world.browser.press("确认备案").await;
    decide(world, TITLE_OFFICE, PERSON, "发证", "").await;
    status(world, "已发证", &CERTIFIED).await;
}

/// The certificate can be downloaded, and anybody who reads it can verify it.
async fn verify(world: &mut World, meeting: &str) {
    world.become_(PERSON).await;
    let browser = &mut world.browser;
    browser.open("/declarations").await;
    browser.follow(&format!("{} 年度高级教师（小学语文）", &meeting[..4])).await;
    browser.sees(&["下载单位公示", "下载证书"]).await;
    world.settle().await;
    keep_papers(world);
    let texts = printed(world);
    let text = texts.iter().find(|text| text.contains("验证码")).expect("a certificate was made");
    let after = |label: &str| {
        let rest = text.split(label).nth(1).unwrap_or_else(|| panic!("no {label} in {text}"));
        rest.trim_start_matches(['：', ' ']).split_whitespace().next().unwrap_or("").to_owned()
    };
    let (number, code) = (after("证书编号"), after("验证码"));
    let browser = &mut world.browser;
    // The review form says how many there were in all.
    browser.open("/declarations").await;
    browser.follow("导出申报信息").await;
    browser.sees(&["总人数 参加人数 赞成 反对 弃权 11 10 7 0 0", "另有 3 人未投票"]).await;
    browser.press("退出").await;
    browser.open("/verify").await;
    browser.fill("证书编号", &number).await;
    browser.fill("验证码", &code).await;
    browser.press("查验").await;
    browser.sees(&["目前有效", "测试二号", "990101********902X", "高级教师"]).await;
    browser.fill("验证码", "0000-0000-0000").await;
    browser.press("查验").await;
    browser.sees(&["没有查到这份证书"]).await;
}

/// What is certified is past when its year is over, and there to be read.
async fn a_year_later(world: &mut World) {
    world.advance_to_another_year().await;
    world.sign_in(PERSON).await;
    declaration::buttons(world, &CERTIFIED).await;
    let browser = &mut world.browser;
    browser.sees(&["没有进行中的申报"]).await;
    let past = browser.texts("section[aria-labelledby=past] tbody tr").await.join(" ");
    assert!(past.contains("高级教师") && past.contains("已发证"), "{past}");
    browser.open("/").await;
    browser.sees(&["您现在没有进行中的申报"]).await;
}

fn is_printed(world: &World, title: &str) -> bool {
    printed(world).iter().any(|text| text.contains(title))
}

/// Keeps every document that was made beside the pictures, to be looked at.
fn keep_papers(world: &World) {
    let folder = beside("papers");
    for path in world.server.kept_files() {
        let content = std::fs::read(&path).expect("a file");
        if content.starts_with(b"%PDF") {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            std::fs::write(folder.join(format!("{name}.pdf")), content).expect("a paper is kept");
        }
    }
}

/// The words of every document that is kept.
fn printed(world: &World) -> Vec<String> {
    let text = |path: std::path::PathBuf| {
        let mut command = std::process::Command::new("pdftotext");
        let output = command.arg("-layout").arg(path).arg("-").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    world.server.kept_files().into_iter().filter_map(text).collect()
}
