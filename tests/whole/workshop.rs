//! Changing workflows: what a draft may do to running cases, what two administrators do to each
//! other, and texts that nobody should send.

use reqwest::StatusCode;

use crate::{
    page::{Entry, Submission},
    plain::Plain,
    server::{Database, Server, on_both_databases},
};

on_both_databases!(
    running_cases_keep_their_version_and_new_ones_follow,
    two_administrators_lose_nothing,
    what_was_published_meanwhile_is_not_overwritten,
);

pub(crate) const BINDING: &str = include_str!("../../workflows/binding.yaml");
const ACHIEVEMENTS: &str = include_str!("../../workflows/catalog/achievements.yaml");
const EDIT: &str = "/admin/workflows/binding/edit";

/// Saves a text of a file, by its editor.
pub(crate) async fn save(browser: &mut Plain, path: &str, text: &str) {
    let address = match path {
        "binding.yaml" => EDIT.to_owned(),
        path => format!("{EDIT}?file={path}"),
    };
    browser.open(&address).await;
    browser.page_mut().fill(path, text);
    browser.press("保存草稿").await;
}

pub(crate) async fn publish(browser: &mut Plain, workflow: &str) {
    browser.open(&format!("/admin/workflows/{workflow}/publish")).await;
    browser.press("发布新版本").await;
    let page = browser.page();
    assert!(page.text().contains("已发布"), "{}", page.describe());
}

fn set(submission: &mut Submission, field: &str, value: &str) {
    for entry in &mut submission.entries {
        if let Entry::Text(name, own) = entry
            && name == field
        {
            value.clone_into(own);
        }
    }
}

async fn ask_for_unit(person: &mut Plain) {
    person.open("/me/unit").await;
    person.page_mut().fill("查找单位", "筑梦");
    person.press("查找").await;
    person.press("选择").await;
    person.page_mut().fill("申请说明", "技术员");
    person.press("提交绑定申请").await;
    assert!(person.page().text().contains("待单位审核"), "{}", person.page().describe());
}

async fn running_cases_keep_their_version_and_new_ones_follow(server: Server) {
    let mut person = server.signed_in("测试十五号").await;
    ask_for_unit(&mut person).await;
    let mut admin = server.signed_in("示例管理员").await;
    save(&mut admin, "binding.yaml", &BINDING.replace("name: 同意绑定", "name: 核对后同意")).await;
    publish(&mut admin, "binding").await;
    assert!(admin.page().text().contains("第 1 版 待单位审核 1"), "{}", admin.page().describe());

    let mut reviewer = server.signed_in("示例审核14号").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    assert!(reviewer.page().has_button("同意绑定"), "{}", reviewer.page().describe());
    person.open("/me/unit").await;
    person.follow("撤回申请").await;
    person.press("撤回申请").await;
    ask_for_unit(&mut person).await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    assert!(reviewer.page().has_button("核对后同意"), "{}", reviewer.page().describe());
    the_others_are_moved(&server);

    // What was published is what was typed, byte for byte.
    admin.open("/admin/workflows/binding/versions/1").await;
    assert_eq!(admin.page().value("binding.yaml"), BINDING);
    admin.open("/admin/workflows/binding").await;
    admin.press("采用为草稿").await;
    publish(&mut admin, "binding").await;
    admin.open("/admin/workflows/binding/versions/3").await;
    assert_eq!(admin.page().value("binding.yaml"), BINDING);
    a_role_that_nobody_holds_is_told(&server, &mut admin, &mut person).await;
}

/// The page was opened before the version that took 本人排名 away.
#[tokio::test]
async fn what_was_typed_for_a_field_that_is_gone_is_shown() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试十五号").await;
    let mut admin = server.signed_in("示例管理员").await;
    person.open("/library/honour/new").await;
    person.page_mut().fill("荣誉名称", "优秀技术员");
    person.page_mut().fill("本人排名", "2");
    let file = "catalog/achievements.yaml";
    let without = ACHIEVEMENTS.replace("      rank: {name: 本人排名, type: integer, min: 1}\n", "");
    assert_ne!(without, ACHIEVEMENTS);
    admin.open(&format!("/admin/workflows/library-item/edit?file={file}")).await;
    admin.page_mut().fill(file, &without);
    admin.press("保存草稿").await;
    publish(&mut admin, "library-item").await;
    person.press("保存草稿").await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    let text = page.text();
    assert!(text.contains("要填的内容刚刚改过"), "{}", page.describe());
    assert!(text.contains("优秀技术员") && text.contains("本人排名"), "{}", page.describe());
}

/// A new version gives the decision to a role that nobody holds in the unit: the administrator is
/// told, somebody is given the role, and the work is his.
async fn a_role_that_nobody_holds_is_told(server: &Server, admin: &mut Plain, person: &mut Plain) {
    const ROLE: &str = "主管部门审核人";
    let scenarios = include_str!("../../workflows/scenarios/binding.yaml");
    let scenarios = scenarios.replace("unit_reviewer@", "department_reviewer@");
    let by_unit = "unit: {role: unit_reviewer,";
    let changed = BINDING.replace(by_unit, "unit: {role: department_reviewer,");
    assert_ne!(changed, BINDING);
    save(admin, "binding.yaml", &changed).await;
    save(admin, "scenarios/binding.yaml", &scenarios).await;
    publish(admin, "binding").await;
    admin.open("/admin/jobs").await;
    assert!(!admin.page().text().contains("没有人能办的待办"), "{}", admin.page().describe());
    person.open("/me/unit").await;
    person.follow("撤回申请").await;
    person.press("撤回申请").await;
    ask_for_unit(person).await;
    admin.open("/admin/jobs").await;
    let text = admin.page().text();
    assert!(text.contains("没有人能办的待办") && text.contains(ROLE), "{text}");

    let mut security = server.signed_in("示例安全员").await;
    security.open("/admin/users?q=示例审核14号").await;
    security.follow("示例审核14号").await;
    security.page_mut().fill("角色", ROLE);
    security.page_mut().fill("单位全称或编号", "U-HF-CONS");
    security.press("授予角色").await;
    assert!(security.page().text().contains(ROLE), "{}", security.page().describe());
    admin.open("/admin/jobs").await;
    assert!(!admin.page().text().contains("没有人能办的待办"), "{}", admin.page().describe());
    let mut reviewer = server.signed_in("示例审核14号").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    assert!(reviewer.page().has_button("同意绑定"), "{}", reviewer.page().describe());
}

/// The demonstration's bindings run on the first version until an operator moves them.
fn the_others_are_moved(server: &Server) {
    let impact = server.command(&["impact", "binding"]);
    assert!(impact.contains("换") && !impact.contains("换不了"), "{impact}");
    assert!(!impact.contains("共 0 件"), "{impact}");
    let moved = server.command(&["migrate", "binding"]);
    assert!(moved.contains("，0 件没有换") && !moved.contains("换了 0 件"), "{moved}");
    let impact = server.command(&["impact", "binding"]);
    assert!(impact.contains("共 0 件不在这一版上"), "{impact}");
    let sound = server.command(&["doctor", "--bytes"]);
    assert!(sound.contains("没有问题"), "{sound}");
    finished_cases_go_to_a_file_and_come_back(server);
}

/// The demonstration has library items that were given up long ago.
fn finished_cases_go_to_a_file_and_come_back(server: &Server) {
    let moved = server.command(&["archive", "library-item", "--days", "1"]);
    let (count, file) = moved.trim().split_once(" 个案已归档到 ").expect("some were moved");
    let again = server.command(&["archive", "library-item", "--days", "1"]);
    assert_eq!(again, "没有可以归档的案\n");
    let whole = server.command(&["unarchive", file, "--check"]);
    assert!(whole.contains(&format!("完整，有 {count} 个案")), "{whole}");
    let back = server.command(&["unarchive", file]);
    assert!(back.starts_with(&format!("{count} 个案已调回")), "{back}");
    let sound = server.command(&["doctor"]);
    assert!(sound.contains("没有问题"), "{sound}");
}

async fn two_administrators_lose_nothing(server: Server) {
    let mut one = server.signed_in("示例管理员").await;
    let mut other = server.signed_in("示例管理员").await;
    one.open(EDIT).await;
    other.open(EDIT).await;
    one.page_mut().fill("binding.yaml", &format!("{BINDING}# 一\n"));
    one.press("保存草稿").await;
    assert!(one.page().text().contains("草稿已保存"), "{}", one.page().describe());
    other.page_mut().fill("binding.yaml", &format!("{BINDING}# 二\n"));
    other.press("保存草稿").await;
    let page = other.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    let text = page.text();
    assert!(text.contains("没有保存") && text.contains("# 一"), "{}", page.describe());
    assert!(page.value("binding.yaml").ends_with("# 二\n"), "what was typed is kept");
    one.open(EDIT).await;
    assert!(one.page().value("binding.yaml").ends_with("# 一\n"), "nothing is overwritten");
    // Having seen both, one may decide.
    other.press("保存草稿").await;
    one.open(EDIT).await;
    assert!(one.page().value("binding.yaml").ends_with("# 二\n"));
}

async fn what_was_published_meanwhile_is_not_overwritten(server: Server) {
    let mut one = server.signed_in("示例管理员").await;
    let mut other = server.signed_in("示例管理员").await;
    one.open(EDIT).await;
    save(&mut other, "binding.yaml", &format!("{BINDING}# 甲\n")).await;
    publish(&mut other, "binding").await;
    one.page_mut().fill("binding.yaml", &format!("{BINDING}# 乙\n"));
    one.press("保存草稿").await;
    let page = one.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    assert!(page.text().contains("发布了第 2 版"), "{}", page.describe());
    assert!(page.value("binding.yaml").ends_with("# 乙\n"), "what was typed is kept");

    // A draft that has changed since it was looked at is not published unseen.
    save(&mut one, "binding.yaml", &format!("{BINDING}# 丙\n")).await;
    one.open("/admin/workflows/binding/publish").await;
    let seen = one.page().press("发布新版本");
    save(&mut other, "binding.yaml", &format!("{BINDING}# 丁\n")).await;
    one.submit(seen).await;
    let page = one.page();
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.describe());
    assert!(page.text().contains("草稿在您查看后又有修改"), "{}", page.describe());
    // A double click publishes once.
    one.open("/admin/workflows/binding/publish").await;
    let (first, second) = (one.page().press("发布新版本"), one.page().press("发布新版本"));
    let _ = tokio::join!(one.send(first), one.send(second));
    one.open("/admin/workflows/binding").await;
    let text = one.page().text();
    assert!(text.contains("现行第 3 版"), "{text}");
}

#[tokio::test]
async fn a_scenario_that_fails_forbids_publishing_and_tells_what_happened() {
    const SCENARIOS: &str = include_str!("../../workflows/scenarios/binding.yaml");
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    let wrong = SCENARIOS.replacen("state: pending", "state: approved", 1);
    assert_ne!(wrong, SCENARIOS);
    save(&mut admin, "scenarios/binding.yaml", &wrong).await;
    admin.open("/admin/workflows/binding/simulate").await;
    let page = admin.page();
    let text = page.text();
    assert!(text.contains("未通过 1") && text.contains("经过"), "{}", page.describe());
    assert!(!page.texts("pre.log").is_empty(), "{}", page.describe());
    admin.open("/admin/workflows/binding/publish").await;
    assert!(admin.page().text().contains("有 1 个情景没有通过"), "{}", admin.page().describe());
    // The button is off; whoever sends the form all the same is told.
    let seen = admin.page().attributes("input[name=seen]", "value").remove(0);
    let mut submission = admin.page().press("浅色");
    submission.action.set_path("/admin/workflows/binding/publish");
    submission.entries.push(Entry::Text("seen".to_owned(), seen));
    admin.submit(submission).await;
    let page = admin.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    admin.open("/admin/workflows/binding").await;
    assert!(admin.page().text().contains("现行第 1 版"), "{}", admin.page().describe());
    // Without scenarios nothing could fail any more, which is no way round those that do.
    save(&mut admin, "scenarios/binding.yaml", "[]\n").await;
    admin.open("/admin/workflows/binding/publish").await;
    assert!(admin.page().text().contains("没有本流程的情景了"), "{}", admin.page().describe());
    // Scenarios are published with their workflow, and run from then on.
    let more = SCENARIOS.replacen("单位同意后绑定生效", "单位同意，绑定就生效", 1);
    save(&mut admin, "scenarios/binding.yaml", &more).await;
    publish(&mut admin, "binding").await;
    admin.open("/admin/workflows/binding/simulate").await;
    assert!(admin.page().text().contains("单位同意，绑定就生效"), "{}", admin.page().describe());
}

/// A workflow is known by its key: a text that names another, or none, is no version of it.
#[tokio::test]
async fn a_text_that_is_not_the_workflow_any_more_is_not_published() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    let renamed = BINDING.replace("workflow: binding", "workflow: binding2");
    for (text, say) in [
        (renamed.as_str(), "文本写的是「binding2」：键变了就是另一个流程"),
        ("<script>alert(1)</script>", "现在没有 workflow: binding"),
        ("", "现在没有 workflow: binding"),
    ] {
        save(&mut admin, "binding.yaml", text).await;
        let page = admin.page();
        assert!(page.text().contains(say), "{}", page.describe());
        assert!(page.text().contains("有错时不能发布"), "{}", page.describe());
        admin.open("/admin/workflows/binding/publish").await;
        let page = admin.page();
        assert!(page.text().contains("处错误"), "{}", page.describe());
        assert!(!page.has_button("发布新版本"), "{}", page.describe());
    }
    save(
        &mut admin,
        "binding.yaml",
        &BINDING.replace("workflow: binding", "workflow: \"binding\""),
    )
    .await;
    publish(&mut admin, "binding").await;
    admin.open(EDIT).await;
    assert_eq!(admin.page().status, StatusCode::OK, "{}", admin.page().describe());
}

#[tokio::test]
async fn texts_that_nobody_should_send_are_refused_with_a_reason() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    let mut bomb = "workflow: binding\nx: &a0 [一]\n".to_owned();
    for level in 1..20 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    let deep = format!("workflow: binding\nx: {}{}\n", "[".repeat(900), "]".repeat(900));
    let broken = "workflow: binding\n  name: [未完\n\t坏\n".to_owned();
    for text in [bomb, deep, broken, String::new(), "一句话".to_owned()] {
        let since = std::time::Instant::now();
        save(&mut admin, "binding.yaml", &text).await;
        let page = admin.page();
        assert_eq!(page.status, StatusCode::OK, "{}", page.describe());
        assert!(page.text().contains("有错时不能发布"), "{}", page.describe());
        assert_eq!(page.value("binding.yaml"), text, "a draft may be broken");
        assert!(since.elapsed() < std::time::Duration::from_secs(15), "{text:.40}");
        admin.open("/admin/workflows/binding/publish").await;
        assert!(admin.page().text().contains("现在不能发布"), "{}", admin.page().describe());
    }
    // A text that is too large is named with its limit; what was typed is kept.
    admin.open(EDIT).await;
    let large = "# 很长的一行，很长的一行\n".repeat(18_000);
    admin.page_mut().fill("binding.yaml", &large);
    admin.press("保存草稿").await;
    let page = admin.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.url);
    assert!(page.text().contains("最多 512 KB"));
    admin.open(EDIT).await;
    let mut submission = admin.page().press("保存草稿");
    set(&mut submission, "text", &"# 两兆\n".repeat(250_000));
    admin.submit(submission).await;
    assert_eq!(admin.page().status, StatusCode::PAYLOAD_TOO_LARGE, "{}", admin.page().url);
    admin.open(EDIT).await;
    let mut submission = admin.page().press("保存草稿");
    set(&mut submission, "text", "workflow: a\0b\n");
    admin.submit(submission).await;
    assert_eq!(admin.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(admin.page().text().contains("U+0000"), "{}", admin.page().describe());
    // Files that are not the workflow's are not there, whatever they are called.
    for file in ["host.yaml", "../Cargo.toml", "library.yaml", "no.yaml"] {
        let mut submission = {
            admin.open(EDIT).await;
            admin.page().press("保存草稿")
        };
        submission.action.set_query(Some(&format!("file={file}")));
        set(&mut submission, "text", "x: 1\n");
        admin.submit(submission).await;
        assert_eq!(admin.page().status, StatusCode::NOT_FOUND, "{file}");
    }
}

#[tokio::test]
async fn workflows_are_not_there_for_others() {
    let server = Server::demo(Database::Sqlite).await;
    let admin = server.signed_in("示例管理员").await;
    let paths = ["", "/binding", "/binding/edit", "/binding/compare", "/binding/simulate"];
    let more = ["/new", "/binding/publish", "/binding/moving", "/binding/versions/1"];
    for path in paths.into_iter().chain(more).map(|path| format!("/admin/workflows{path}")) {
        assert_eq!(admin.get(&path).await.status(), StatusCode::OK, "{path}");
        for name in ["测试一号", "示例审核甲"] {
            let other = server.signed_in(name).await;
            assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND, "{name} {path}");
        }
    }
    for path in ["/admin/workflows/nothing", "/admin/workflows/binding/versions/9"] {
        assert_eq!(admin.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // A form that somebody else sends does nothing.
    let mut other = server.signed_in("测试一号").await;
    other.open("/me/settings").await;
    let mut submission = other.page().press("浅色");
    submission.action.set_path("/admin/workflows/binding");
    submission.entries.push(Entry::Text("adopt".to_owned(), "1".to_owned()));
    other.submit(submission).await;
    assert_eq!(other.page().status, StatusCode::NOT_FOUND);
}
