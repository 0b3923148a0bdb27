//! Accounts made in the browser: the first password is shown once and changed before anything else,
//! sessions end with the password, an account is locked and used again, and administrators do not take
//! each other's.

use crate::{
    page::Page,
    plain::Plain,
    server::{Database, Server},
};

const ADMINISTRATOR: &str = "示例管理员";
const SECURITY: &str = "示例安全员";
const LOGIN: &str = "r77";
const CHOSEN: &str = "Kept-2026-own";

/// Makes the account and reads its password.
async fn made(admin: &mut Plain) -> String {
    admin.open("/admin/users").await;
    admin.follow("新建账号").await;
    admin.press("建立账号").await;
    assert_eq!(admin.page().status.as_u16(), 422, "nothing was filled in");
    let page = admin.page_mut();
    page.fill("账号", "R01");
    page.fill("姓名", "示例审核77号");
    page.tick(Some("用途"), "工作人员", true);
    admin.press("建立账号").await;
    assert!(admin.page().text().contains("已经有人用了"), "{}", admin.page().describe());
    admin.page_mut().fill("账号", LOGIN);
    admin.press("建立账号").await;
    let page = admin.page();
    assert!(page.text().contains("初始密码只显示这一次"), "{}", page.describe());
    page.texts("dd code").pop().expect("a password")
}

/// Signs in with a password; whether that worked.
async fn signed_in(server: &Server, password: &str) -> (Plain, bool) {
    let mut person = server.browser();
    person.open("/login").await;
    person.page_mut().fill("账号", LOGIN);
    person.page_mut().fill("密码", password);
    person.press("登录").await;
    let is_in = person.page().url.path() != "/login";
    (person, is_in)
}

async fn change(person: &mut Plain, [current, new, again]: [&str; 3]) {
    let page = person.page_mut();
    let label =
        if page.text().contains("初始密码") { "初始密码" } else { "现在的密码" };
    page.fill(label, current);
    page.fill("新密码", new);
    page.fill("再输一次新密码", again);
    person.press("修改密码").await;
}

async fn press_at_the_account(admin: &mut Plain, button: &str) {
    at_the_account(admin, LOGIN, "示例审核77号").await;
    admin.press(button).await;
    assert!(admin.page().status.is_success(), "{}", admin.page().describe());
}

async fn made_used_and_locked(database: Database) {
    let server = Server::demo(database).await;
    let mut admin = server.signed_in(ADMINISTRATOR).await;
    let first = made(&mut admin).await;
    // Locks and roles are the other administrator's to give.
    assert!(!at_the_account(&mut admin, LOGIN, "示例审核77号").await.has_button("停用账号"));
    let mut security = server.signed_in(SECURITY).await;
    // Locked before it has a role, an account of the staff is one of the staff afterwards.
    press_at_the_account(&mut security, "停用账号").await;
    press_at_the_account(&mut security, "启用账号").await;
    let page = at_the_account(&mut security, LOGIN, "示例审核77号").await;
    assert!(page.text().contains("正常") && !page.has_button("重设密码"), "{}", page.describe());
    security.page_mut().fill("角色", "单位审核人");
    security.page_mut().fill("单位全称或编号", "U-LY-MS1");
    security.press("授予角色").await;

    let (mut person, is_in) = signed_in(&server, &first).await;
    assert!(is_in);
    person.open("/tasks").await;
    assert_eq!(person.page().url.path(), "/me/password", "nothing before that");
    change(&mut person, ["wrong", "short", "shorter"]).await;
    let text = person.page().text();
    for fault in ["现在的密码不正确", "密码应为 8 至 128 个字符", "不一样"] {
        assert!(text.contains(fault), "{text}");
    }
    change(&mut person, [&first, CHOSEN, CHOSEN]).await;
    person.open("/tasks").await;
    assert_eq!(person.page().url.path(), "/tasks", "{}", person.page().describe());

    // With another password every other session ends, and this one stays.
    let (mut elsewhere, is_in) = signed_in(&server, CHOSEN).await;
    assert!(is_in && !signed_in(&server, &first).await.1);
    person.open("/me").await;
    person.follow("修改密码").await;
    change(&mut person, [CHOSEN, "Another-2026", "Another-2026"]).await;
    assert_eq!(person.page().url.path(), "/me");
    elsewhere.open("/me").await;
    assert_eq!(elsewhere.page().url.path(), "/login");

    press_at_the_account(&mut security, "停用账号").await;
    person.open("/me").await;
    assert_eq!(person.page().url.path(), "/login", "locked at once");
    assert!(!signed_in(&server, "Another-2026").await.1);
    press_at_the_account(&mut security, "启用账号").await;
    assert!(signed_in(&server, "Another-2026").await.1);
    press_at_the_account(&mut admin, "重设密码").await;
    let given = admin.page().texts("dd code").pop().expect("a password");
    assert!(!signed_in(&server, "Another-2026").await.1);
    let (again, _) = signed_in(&server, &given).await;
    assert_eq!(again.page().url.path(), "/me/password");

    kept_apart(&mut admin, &mut security).await;
    noted(&server).await;
}

/// Nobody locks oneself out, gives oneself a role, or takes the account of another administrator.
async fn kept_apart(admin: &mut Plain, security: &mut Plain) {
    let page = at_the_account(admin, "s01", ADMINISTRATOR).await;
    assert!(!page.has_button("停用账号") && !page.has_button("重设密码"), "{}", page.describe());
    let page = at_the_account(admin, "s02", SECURITY).await;
    assert!(!page.has_button("重设密码"), "{}", page.describe());
    let page = at_the_account(security, "s02", SECURITY).await;
    assert!(!page.has_button("授予角色") && !page.has_button("停用账号"), "{}", page.describe());
    let page = at_the_account(security, "s01", ADMINISTRATOR).await;
    assert!(page.has_button("停用账号") && !page.has_button("重设密码"), "{}", page.describe());
}

async fn at_the_account<'b>(browser: &'b mut Plain, login: &str, name: &str) -> &'b Page {
    browser.open(&format!("/admin/users?q={login}")).await;
    browser.follow(name).await;
    browser.page()
}

/// What administrators did is kept, without any password.
async fn noted(server: &Server) {
    const ACTIONS: &str =
        "SELECT action, detail FROM audit WHERE object LIKE 'accounts:%' ORDER BY id";
    let db = server.open_database().await;
    let kept: Vec<(String, String)> = engine::on_reader!(&db, reader => {
        sqlx::query_as(ACTIONS).fetch_all(reader).await
    })
    .expect("the audit");
    db.close().await;
    let actions: Vec<&str> = kept.iter().map(|(action, _)| action.as_str()).collect();
    let wanted = [
        "create_account",
        "lock",
        "unlock",
        "give_role",
        "change_password",
        "change_password",
        "lock",
        "unlock",
        "give_password",
    ];
    assert_eq!(actions, wanted);
    assert!(kept.iter().all(|(_, detail)| detail == "{}"), "{kept:?}");
}

#[tokio::test]
async fn an_account_is_made_used_and_locked_in_the_browser_on_sqlite() {
    made_used_and_locked(Database::Sqlite).await;
}

#[tokio::test]
async fn an_account_is_made_used_and_locked_in_the_browser_on_postgresql() {
    made_used_and_locked(Database::Postgres).await;
}
