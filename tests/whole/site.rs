//! The site map: every address of the console is asked for here by somebody who may see it and by
//! somebody who may not, and every page is looked at in a real browser.

use std::collections::BTreeSet;

use crate::{
    chromium::{Chromium, Look},
    plain::Plain,
    server::{Database, Server},
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Anonymous,
    Applicant,
    Reviewer,
    Administrator,
}

const EVERYBODY: [Who; 4] = [Who::Anonymous, Who::Applicant, Who::Reviewer, Who::Administrator];

impl Who {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Anonymous => None,
            Self::Applicant => Some("测试一号"),
            Self::Reviewer => Some("示例审核甲"),
            Self::Administrator => Some("示例管理员"),
        }
    }
}

/// A page: its address, what it says, and who sees it. Somebody signed in who does not gets 404;
/// somebody who is not signed in is asked to.
struct Sight {
    path: &'static str,
    says: &'static str,
    to: &'static [Who],
}

const SIGNED_IN: &[Who] = &[Who::Applicant, Who::Reviewer, Who::Administrator];

const PAGES: [Sight; 34] = [
    Sight { path: "/help", says: "帮助", to: &EVERYBODY },
    Sight { path: "/verify", says: "证书查验", to: &EVERYBODY },
    Sight { path: "/publicity", says: "公示", to: &EVERYBODY },
    Sight { path: "/accessibility", says: "无障碍", to: &EVERYBODY },
    Sight { path: "/", says: "最新计划信息", to: &EVERYBODY },
    // Without a case it is the home page.
    Sight { path: "/demo/at", says: "最新计划信息", to: SIGNED_IN },
    Sight { path: "/me", says: "个人中心", to: SIGNED_IN },
    Sight { path: "/me/profile", says: "完善信息", to: SIGNED_IN },
    Sight { path: "/me/password", says: "再输一次新密码", to: SIGNED_IN },
    Sight { path: "/me/unit", says: "现在的单位", to: SIGNED_IN },
    Sight { path: "/me/notices", says: "通知", to: SIGNED_IN },
    Sight { path: "/me/settings", says: "大字版", to: &EVERYBODY },
    Sight { path: "/library", says: "业绩库", to: SIGNED_IN },
    Sight { path: "/library/honour", says: "获得荣誉", to: SIGNED_IN },
    Sight { path: "/plans", says: "评审计划", to: SIGNED_IN },
    Sight { path: "/plans/PLAN-2026-T-SA-HF", says: "您可以申报吗", to: SIGNED_IN },
    Sight { path: "/declarations", says: "当前申报记录", to: SIGNED_IN },
    Sight { path: "/tasks", says: "待办", to: SIGNED_IN },
    Sight { path: "/cases", says: "经手事项", to: SIGNED_IN },
    Sight { path: "/mine", says: "我的事项", to: SIGNED_IN },
    Sight { path: "/unit", says: "单位管理", to: &[Who::Reviewer] },
    Sight { path: "/unit/people", says: "人员", to: &[Who::Reviewer] },
    Sight { path: "/admin/users", says: "账号", to: &[Who::Administrator] },
    Sight { path: "/admin/users/new", says: "初始密码", to: &[Who::Administrator] },
    Sight { path: "/admin/jobs", says: "后台任务", to: &[Who::Administrator] },
    Sight { path: "/admin/workflows", says: "现行版本", to: &[Who::Administrator] },
    Sight { path: "/admin/workflows/new", says: "小样本", to: &[Who::Administrator] },
    Sight {
        path: "/admin/workflows/binding/moving",
        says: "没有要换的案",
        to: &[Who::Administrator],
    },
    Sight { path: "/admin/workflows/binding", says: "流程图", to: &[Who::Administrator] },
    Sight { path: "/admin/workflows/binding/edit", says: "问题", to: &[Who::Administrator] },
    Sight { path: "/admin/workflows/binding/compare", says: "一样", to: &[Who::Administrator] },
    Sight { path: "/admin/workflows/binding/simulate", says: "通过", to: &[Who::Administrator] },
    Sight {
        path: "/admin/workflows/binding/publish", says: "没有草稿", to: &[Who::Administrator]
    },
    Sight { path: "/admin/workflows/binding/versions/1", says: "版", to: &[Who::Administrator] },
];

/// Addresses that only take what a form sends; the flows and the bad-input tests send them.
const POSTED: [&str; 7] =
    ["/logout", "/prefs", "/me/notices/read", "/demo/as", "/demo/clock", "/uploads", "/views"];

async fn signed_in(server: &Server, who: Who) -> Plain {
    match who.name() {
        Some(name) => server.signed_in(name).await,
        None => server.browser(),
    }
}

async fn everybody_sees_what_they_may(database: Database) {
    let server = Server::demo(database).await;
    let mut faults = Vec::new();
    for who in EVERYBODY {
        let mut browser = signed_in(&server, who).await;
        for sight in PAGES {
            browser.open(sight.path).await;
            let page = browser.page();
            let (status, path) = (page.status.as_u16(), page.url.path());
            let fits = match (sight.to.contains(&who), who) {
                (true, _) => status == 200 && page.text().contains(sight.says),
                (false, Who::Anonymous) => path == "/login",
                (false, _) => status == 404,
            };
            if !fits {
                faults.push(format!("{who:?} at {}: {status} {path}", sight.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn everybody_sees_what_they_may_on_sqlite() {
    everybody_sees_what_they_may(Database::Sqlite).await;
}

#[tokio::test]
async fn everybody_sees_what_they_may_on_postgresql() {
    everybody_sees_what_they_may(Database::Postgres).await;
}

/// Every page in both widths and both themes, without a violation and without sideways scrolling.
#[tokio::test]
async fn every_page_is_fit_to_be_looked_at() {
    let server = Server::demo(Database::Sqlite).await;
    let looks = [
        Look { width: 1280, scripts: true, dark: false, keys: false },
        Look { width: 1280, scripts: true, dark: true, keys: false },
        Look { width: 360, scripts: true, dark: false, keys: false },
        Look { width: 360, scripts: true, dark: true, keys: false },
    ];
    for look in looks {
        let mut browser = Chromium::new(&server.base, "page", look).await;
        browser.open("/").await;
        browser.follow("职称申报").await;
        for who in [Who::Applicant, Who::Reviewer, Who::Administrator] {
            browser.open("/no-such-page").await;
            browser.open("/login").await;
            browser.press(&format!("以{}登录", who.name().unwrap_or_default())).await;
            for sight in PAGES.iter().filter(|sight| sight.to.contains(&who)) {
                browser.open(sight.path).await;
            }
            browser.press("退出").await;
        }
        // What is sent without a session is shown, to be taken up again.
        browser.press("以测试一号登录").await;
        browser.open("/me/profile").await;
        browser.fill("联系地址", "示例市蜀山区示例路 7 号").await;
        browser.forget_cookies().await;
        browser.press("保存").await;
        let text = browser.page().await.text();
        assert!(text.contains("已经登录，继续") && text.contains("示例路 7 号"), "{text}");
        browser.close().await;
    }
}

/// An address in `routes.rs` without a line above fails this test.
#[test]
fn every_address_has_a_check() {
    let source = include_str!("../../console/src/routes.rs");
    let addresses: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| {
            line.strip_prefix("    ")?.split_once(" = \"/").map(|_| line.split('"').nth(1))?
        })
        .collect();
    assert!(addresses.len() > 10, "the addresses were not found: {addresses:?}");
    // The gateway is played by the tests of its page.
    let elsewhere = [
        "/login",
        "/login/external",
        "/login/external/back",
        "/start/unit-registration",
        "/register",
        "/unit/bindings",
        "/tasks/bulk",
    ];
    let checked: BTreeSet<&str> =
        PAGES.iter().map(|sight| sight.path).chain(POSTED).chain(elsewhere).collect();
    let missing: Vec<_> = addresses.difference(&checked).collect();
    assert!(missing.is_empty(), "no check for {missing:?}");
}
