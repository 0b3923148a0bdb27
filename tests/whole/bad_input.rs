//! What must not work, with the answer that people get instead: nothing is lost, nothing is done
//! twice, nobody sees what is not theirs.

use reqwest::StatusCode;

use crate::{
    flows::photo,
    page::{Entry, Submission},
    plain::Plain,
    server::{Database, Server, on_both_databases},
};

on_both_databases!(
    a_double_click_does_once,
    two_who_decide_at_once_get_one_decision,
    what_belongs_to_others_is_not_there,
    a_field_that_the_page_does_not_show_is_refused,
    what_was_typed_into_a_form_that_is_over_is_shown_again,
    an_acknowledged_request_survives_a_kill,
    a_plan_that_is_not_there_is_not_declared_under,
    two_declarations_begun_at_once_are_one,
    what_is_not_offered_is_not_imported,
);

/// Replaces the value of a field in a form that is ready to be sent.
fn forge(submission: &mut Submission, field: &str, forged: &str) {
    for entry in &mut submission.entries {
        match entry {
            Entry::Text(name, value) if name == field => forged.clone_into(value),
            Entry::Text(..) | Entry::File(..) => {}
        }
    }
}

/// A binding request that is filled in and not yet sent.
async fn ready_request(browser: &mut Plain) -> Submission {
    browser.open("/me/unit").await;
    browser.page_mut().fill("查找单位", "筑梦");
    browser.press("查找").await;
    browser.press("选择").await;
    browser.page_mut().fill("申请说明", "技术部技术员");
    browser.page().press("提交绑定申请")
}

#[tokio::test]
async fn a_form_without_its_secret_is_refused_and_what_was_typed_is_kept() {
    let server = Server::demo(Database::Sqlite).await;
    let mut browser = server.signed_in("测试十五号").await;
    let mut submission = ready_request(&mut browser).await;
    forge(&mut submission, "csrf", "forged");
    browser.submit(submission).await;
    let page = browser.page();
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.describe());
    assert!(page.text().contains("技术部技术员"), "{}", page.describe());
    browser.open("/me/unit").await;
    assert!(!browser.page().text().contains("正在等待单位审核"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let server = Server::demo(Database::Sqlite).await;
    let mut browser = server.signed_in("测试十五号").await;
    let submission = ready_request(&mut browser).await;
    let answer = browser.send_from("https://other.example", submission).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_sign_in_leads_to_no_other_site() {
    let server = Server::demo(Database::Sqlite).await;
    for next in ["//other.example", "/\\other.example", "https://other.example"] {
        let mut browser = server.browser();
        browser.open(&format!("/login?next={next}")).await;
        browser.press("以测试一号登录").await;
        let page = browser.page();
        assert_eq!(page.url.host_str(), server.base.host_str(), "next={next}");
        assert_eq!(page.url.path(), "/", "next={next}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_read_the_same() {
    let server = Server::demo(Database::Sqlite).await;
    let mut answers = Vec::new();
    for account in ["a01", "nobody"] {
        let mut browser = server.browser();
        browser.open("/login").await;
        browser.page_mut().fill("账号或手机号", account);
        browser.page_mut().fill("密码", "not the password");
        browser.press("登录").await;
        let page = browser.page();
        answers.push((page.status, page.texts(".errors li")));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(!answers[0].1.is_empty(), "{answers:?}");
}

#[tokio::test]
async fn wrong_files_are_refused_by_name_rule_and_limit() {
    let server = Server::demo(Database::Sqlite).await;
    let mut browser = server.signed_in("测试一号").await;
    let scripted = b"%PDF-1.4\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n%%EOF";
    let mut too_large = photo();
    too_large.resize(5 * 1024 * 1024 + 1, 0);
    let files: [(&str, &[u8], u16, &str); 6] = [
        ("空.png", b"", 422, "是空文件"),
        ("大.png", &too_large, 422, "超过 5 MB"),
        ("章.png", b"<svg onload='x()'/>", 422, "SVG 图形"),
        ("页.pdf", b"<!doctype html><script>x()</script>", 422, "网页"),
        ("论文.pdf", scripted, 422, "带脚本"),
        ("证书.pdf", &photo(), 422, "扩展名是 .pdf"),
    ];
    for (name, bytes, status, says) in files {
        browser.open("/library/honour").await;
        browser.follow("新增").await;
        browser.page_mut().fill("荣誉名称", "示例教学能手");
        browser.page_mut().upload("证书", vec![(name.to_owned(), bytes.to_vec())]);
        browser.press("保存草稿").await;
        let page = browser.page();
        assert_eq!(page.status.as_u16(), status, "{name}: {}", page.describe());
        let text = page.text();
        assert!(text.contains(says) && text.contains(name), "{name}: {text}");
        assert_eq!(page.value("荣誉名称"), "示例教学能手", "what was typed is kept");
    }
}

async fn a_double_click_does_once(server: Server) {
    let mut browser = server.signed_in("测试十五号").await;
    let submission = ready_request(&mut browser).await;
    let again = Submission {
        entries: submission.entries.clone(),
        action: submission.action.clone(),
        ..submission
    };
    let (first, second) = tokio::join!(browser.send(submission), browser.send(again));
    assert!(first.status().is_success(), "{first:?}");
    assert!(second.status().is_success(), "{second:?}");
    browser.open("/me/unit").await;
    assert!(browser.page().text().contains("正在等待单位审核"));
    server.settle().await;
    let mut reviewer = server.signed_in("示例审核14号").await;
    reviewer.open("/me/notices").await;
    let told = reviewer.page().texts(".list h2");
    let told = told.iter().filter(|title| title.contains("测试十五号申请绑定")).count();
    assert_eq!(told, 1, "{}", reviewer.page().describe());
}

async fn two_who_decide_at_once_get_one_decision(server: Server) {
    let mut one = server.signed_in("示例审核甲").await;
    let mut other = server.signed_in("示例审核甲").await;
    for tab in [&mut one, &mut other] {
        tab.open("/tasks").await;
        tab.follow("测试一号").await;
    }
    one.press("同意").await;
    other.page_mut().fill("意见", "这一条我也看过");
    other.press("同意").await;
    let page = other.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    assert!(page.text().contains("已被他人处理"), "{}", page.describe());
    let kept = page.text().contains("这一条我也看过")
        || page.attributes("input", "value").iter().any(|value| value == "这一条我也看过");
    assert!(kept, "what was typed is kept: {}", page.describe());
}

async fn a_field_that_the_page_does_not_show_is_refused(server: Server) {
    let mut person = server.signed_in("测试一号").await;
    person.open("/library/honour/new").await;
    person.page_mut().fill("荣誉名称", "校级先进个人");
    let mut submission = person.page().press("保存草稿");
    submission.entries.push(Entry::Text("form.paper.title".to_owned(), "塞进来的".to_owned()));
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    assert!(page.text().contains("form.paper.title"), "{}", page.describe());
    person.open("/library/honour").await;
    assert!(!person.page().text().contains("校级先进个人"), "nothing was saved");

    person.open("/library/honour/new").await;
    person.page_mut().fill("荣誉名称", "校级先进个人");
    person.press("保存草稿").await;
    let mut submission = person.page().press("保存草稿");
    submission.entries.push(Entry::Text("form.paper.title".to_owned(), "塞进来的".to_owned()));
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
}

async fn what_was_typed_into_a_form_that_is_over_is_shown_again(server: Server) {
    let mut one = server.signed_in("测试一号").await;
    one.open("/library/honour/new").await;
    one.page_mut().fill("荣誉名称", "校级先进个人");
    one.press("保存草稿").await;
    let mut other = server.signed_in("测试一号").await;
    other.open(one.page().url.path()).await;
    other.page_mut().fill("荣誉名称", "县级先进个人");
    one.press("删除").await;
    one.press("删除").await;
    other.press("保存草稿").await;
    let page = other.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    assert!(page.text().contains("县级先进个人"), "{}", page.describe());
}

async fn what_belongs_to_others_is_not_there(server: Server) {
    let mut own = server.signed_in("测试一号").await;
    own.open("/library/honour").await;
    own.follow("市级优秀教师").await;
    let case = own.page().url.path().to_owned();
    let files: Vec<String> = own.page().attributes("main a", "href");
    let file = files.into_iter().find(|href| href.starts_with("/files/")).expect("a file");
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    let task = reviewer.page().link("测试一号").path().to_owned();

    let stranger = server.signed_in("测试六号").await;
    let unknown = stranger.get("/cases/no-such-case").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    for path in [case.as_str(), file.as_str(), task.as_str()] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(own.get(&file).await.status(), StatusCode::OK);
    assert_eq!(reviewer.get(&file).await.status(), StatusCode::OK, "it is in the unit's case");
}

async fn an_acknowledged_request_survives_a_kill(mut server: Server) {
    let mut browser = server.signed_in("测试十五号").await;
    let submission = ready_request(&mut browser).await;
    browser.submit(submission).await;
    assert!(browser.page().text().contains("正在等待单位审核"));
    server.kill_and_start_again().await;
    let mut browser = server.signed_in("测试十五号").await;
    browser.open("/me/unit").await;
    assert!(browser.page().text().contains("正在等待单位审核"));
    server.settle().await;
    let mut reviewer = server.signed_in("示例审核14号").await;
    reviewer.open("/me/notices").await;
    assert!(reviewer.page().text().contains("测试十五号申请绑定"));
}

/// The pledge of a declaration of a teacher, ready to be accepted.
async fn ready_pledge(browser: &mut Plain) -> Submission {
    browser.open("/plans/PLAN-2026-T-SA-HF/apply").await;
    let page = browser.page_mut();
    page.tick(Some("申报形式"), "常规申报", true);
    page.fill("申报专业", "小学语文");
    page.fill("学段", "小学");
    page.tick(None, "以上选择确认无误", true);
    browser.press("下一步").await;
    browser.page_mut().tick(None, "我已阅读并承诺", true);
    browser.page().press("同意并继续")
}

/// R36, R40
async fn a_plan_that_is_not_there_is_not_declared_under(server: Server) {
    let mut person = server.signed_in("测试二号").await;
    for path in ["/plans/PLAN-0", "/plans/PLAN-0/apply", "/plans/PLAN-0/apply/pledge"] {
        person.open(path).await;
        assert_eq!(person.page().status, StatusCode::NOT_FOUND, "{path}");
    }
    // A speciality of another plan, sent with the forms of this one.
    let mut submission = ready_pledge(&mut person).await;
    forge(&mut submission, "ask.speciality", "心血管内科");
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    assert!(page.text().contains("申报专业不在可选的范围内"), "{}", page.describe());
    // A window that has closed between the page and the button.
    let submission = ready_pledge(&mut person).await;
    for _ in 0..4 {
        let mut clock = server.signed_in("测试二号").await;
        clock.press("＋7 天").await;
    }
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    assert!(page.text().contains("不在申报起止日期内"), "{}", page.describe());
    person.open("/declarations").await;
    assert!(person.page().text().contains("没有进行中的申报"));
}

/// R111
async fn two_declarations_begun_at_once_are_one(server: Server) {
    let mut one = server.signed_in("测试二号").await;
    let mut other = server.signed_in("测试二号").await;
    let first = ready_pledge(&mut one).await;
    let second = ready_pledge(&mut other).await;
    let (first, second) = tokio::join!(one.send(first), other.send(second));
    let statuses = [first.status(), second.status()];
    let begun = statuses.iter().filter(|status| status.is_success()).count();
    assert_eq!(begun, 1, "{statuses:?}");
    assert!(statuses.contains(&StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
    one.open("/declarations").await;
    assert_eq!(one.page().texts("main tbody tr").len(), 1, "{}", one.page().describe());
}

/// The address of a declaration that has just begun.
pub(crate) async fn begun(person: &mut Plain) -> String {
    let submission = ready_pledge(person).await;
    person.submit(submission).await;
    assert_eq!(person.page().status, StatusCode::OK, "{}", person.page().describe());
    person.page().url.path().to_owned()
}

/// R50, R63, R74, R127
async fn what_is_not_offered_is_not_imported(server: Server) {
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    // The education of somebody else.
    let mut other = server.signed_in("测试六号").await;
    other.open("/library/education").await;
    let foreign = other.page().link("2005 年");
    let foreign = foreign.path().trim_start_matches("/cases/").to_owned();
    person.open(&format!("{declaration}/s/education/import")).await;
    let own = person.page().attributes("input[name=item]", "value");
    let tick = person.page().labels().into_iter().find(|label| label.contains("示例师范学院"));
    person.page_mut().tick(None, &tick.expect("an item to import"), true);
    let mut submission = person.page().press("引用选中的业绩");
    forge(&mut submission, "item", &foreign);
    person.submit(submission).await;
    assert_eq!(person.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    // Its own item on a page whose kind it is not.
    person.open(&format!("{declaration}/s/work_experience/import")).await;
    let tick = person.page().labels().into_iter().find(|label| label.contains("星河小学"));
    person.page_mut().tick(None, &tick.expect("an item to import"), true);
    let mut submission = person.page().press("引用选中的业绩");
    forge(&mut submission, "item", &own[0]);
    person.submit(submission).await;
    assert_eq!(person.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    // An item written past the import.
    person.open(&format!("{declaration}/s/education")).await;
    let mut submission = person.page().press("保存，到");
    let forged = Entry::Text("form.education[0].item".to_owned(), foreign);
    submission.entries.push(forged);
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    assert!(page.text().contains("引用来的业绩不能在申报里修改"), "{}", page.describe());
    person.open(&format!("{declaration}/s/education")).await;
    assert!(person.page().text().contains("已引用 0 项"), "{}", person.page().describe());
    // Nobody else sees the declaration.
    other.open(&declaration).await;
    assert_eq!(other.page().status, StatusCode::NOT_FOUND);
}
