//! A workflow that an administrator begins in the browser, changes, and moves its running cases along.

use reqwest::StatusCode;

use crate::{
    page::Entry,
    plain::Plain,
    server::{Database, Server},
};

pub(crate) async fn begin(admin: &mut Plain, name: &str, key: &str) {
    admin.open("/admin/workflows").await;
    admin.follow("新建流程").await;
    admin.page_mut().fill("名称", name);
    admin.page_mut().fill("键", key);
    admin.press("新建").await;
}

pub(crate) fn told(admin: &Plain, words: &str) {
    assert!(admin.page().text().contains(words), "no 「{words}」: {}", admin.page().describe());
}

#[tokio::test]
async fn a_workflow_is_begun_changed_and_its_cases_moved_in_the_browser() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    for (name, key, why) in [
        ("校外走访", "School Visit", "键用小写字母"),
        ("校外走访", "binding", "已经有「binding」了"),
        ("校外走访", "new", "已经有「new」了"),
        ("", "school-visit", "请填写名称"),
        ("单位绑定", "school-visit", "已经有叫「单位绑定」的流程了"),
    ] {
        begin(&mut admin, name, key).await;
        assert_eq!(admin.page().status, StatusCode::UNPROCESSABLE_ENTITY, "{key}");
        told(&admin, why);
        assert_eq!(admin.page().value("键"), key, "what was typed is there");
    }
    begin(&mut admin, "校外走访: \"试行\" #1", "school-visit").await;
    told(&admin, "已新建");
    begin(&mut admin, "又一个", "school-visit").await;
    told(&admin, "已经有「school-visit」了");

    // It runs at once, for administrators.
    admin.open("/start/school-visit").await;
    admin.press("开始填写").await;
    admin.page_mut().fill("事由", "家访");
    admin.press("提交").await;
    told(&admin, "待审核");
    let case = admin.page().url.path().to_owned();
    let mut person = server.signed_in("测试二号").await;
    person.open("/").await;
    assert!(!person.page().text().contains("校外走访"), "{}", person.page().describe());

    // The next version calls the state otherwise: what that means is told before it is published.
    admin.open("/admin/workflows/school-visit/edit").await;
    let file = "school-visit.yaml";
    let text = admin.page().value(file);
    assert!(text.contains("workflow: school-visit\n"), "{text}");
    let changed =
        text.replace("to: pending}", "to: checking}").replace("  pending:", "  checking:");
    admin.page_mut().fill(file, &changed);
    admin.press("保存草稿").await;
    admin.open("/admin/workflows/school-visit/moving").await;
    told(&admin, "这里试算的是草稿");
    told(&admin, "新版没有这个环节，要选");
    assert!(!admin.page().has_button("把选中的换到"), "{}", admin.page().describe());
    admin.open("/admin/workflows/school-visit/publish").await;
    told(&admin, "用文字说");
    admin.press("发布新版本").await;
    told(&admin, "第 2 版");

    the_chosen_are_moved(&mut admin).await;
    told(&admin, "已换到新版 1 件");
    told(&admin, "没有要换的案");
    admin.open(&case).await;
    told(&admin, "换用新版流程");
    let sound = server.command(&["doctor"]);
    assert!(sound.contains("没有问题"), "{sound}");
}

/// Nothing is chosen that nobody chose, and what would be moved is told before it is.
async fn the_chosen_are_moved(admin: &mut Plain) {
    admin.open("/admin/workflows/school-visit/moving").await;
    told(admin, "1 件，0 件可以换");
    admin.press("把选中的换到第 2 版").await;
    told(admin, "没有换：没有选中可以换的案");
    told(admin, "「家访」（第 1 版，");
    admin.page_mut().fill("换到哪个环节：待审核（pending）", "待审核（checking）");
    admin.press("按所选再试算").await;
    told(admin, "1 件，1 件可以换");
    told(admin, "→ 待审核（checking）");
    admin.press("把选中的换到第 2 版").await;
    told(admin, "没有换：没有选中可以换的案");
    admin.page_mut().fill("换到哪个环节：待审核（pending）", "待审核（checking）");
    admin.press("全选").await;
    admin.press("把选中的换到第 2 版").await;
    told(admin, "要换的案，共 1 件");
    told(admin, "待审核（pending），换到「待审核」，1 件");
    told(admin, "「家访」（第 1 版，");
    admin.follow("不换").await;
    told(admin, "1 件，0 件可以换");
    admin.page_mut().fill("换到哪个环节：待审核（pending）", "待审核（checking）");
    admin.press("全选").await;
    admin.press("把选中的换到第 2 版").await;
    admin.press("确认换版").await;
}

#[tokio::test]
async fn what_is_wrong_with_the_key_and_the_name_of_a_new_workflow_is_told_at_once() {
    let server = Server::demo(Database::Sqlite).await;
    let mut admin = server.signed_in("示例管理员").await;
    begin(&mut admin, "单位绑定", "绑定").await;
    told(&admin, "键用小写字母、数字和 -");
    told(&admin, "已经有叫「单位绑定」的流程了");
}

const BOOKS: &str = r#"
workflow: books
name: 捐书登记
start: {by: who, given: {person: person}, to: draft}
participants: {who: {account: person.account}, unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}}
labels: {person: person.id, person_name: person.name}
vars: {open: {type: list of text}}
form:
  sections:
    books:
      name: 书
      rows: {min: 1}
      fields:
        title: {name: 书名, required: true}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填登记, for: who, edit: all, actions: {submit: {name: 提交, tone: good, freeze: true, to: checking}}}}
  checking:
    name: 待审核
    tone: going
    tasks:
      check:
        name: 审核登记
        for: unit
        actions:
          ok: {name: 同意, tone: good, to: done}
          back: {name: 退回, tone: warn, ask: {parts: {name: 要改的, type: parts, required: true}, reason: {name: 理由, required: true}}, set: {open: ask.parts}, to: returned}
  returned:
    name: 退回修改
    tone: warn
    tasks: {mend: {name: 改登记, for: who, edit: open, actions: {submit: {name: 重新提交, tone: good, freeze: true, to: checking}}}}
  done: {name: 已登记, tone: good, end: true}
"#;

#[tokio::test]
async fn whoever_mends_sees_what_for_after_the_case_moved_to_another_version() {
    let server = Server::with_workflow("books.yaml", BOOKS).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/books").await;
    person.press("开始填写").await;
    for _ in 0..2 {
        person.press("添加一项：书").await;
    }
    let mut sent = person.page().press("提交");
    for entry in &mut sent.entries {
        if let Entry::Text(name, value) = entry
            && name.ends_with(".title")
        {
            *value = format!("书 {name}");
        }
    }
    person.submit(sent).await;
    told(&person, "「提交」已办理");
    let case = person.page().url.path().to_owned();

    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.page_mut().tick(None, "标记问题：书 1", true);
    reviewer.page_mut().fill("意见", "写全书名");
    reviewer.press("退回").await;

    let mut admin = server.signed_in("示例管理员").await;
    admin.open("/admin/workflows/books/edit").await;
    let title = "title: {name: 书名, required: true}";
    let changed =
        BOOKS.replace("  returned:", "  amending:").replace("to: returned}", "to: amending}");
    let author = format!("{title}\n        author: {{name: 作者, required: true}}");
    admin.page_mut().fill("books.yaml", &changed.replace(title, &author));
    admin.press("保存草稿").await;
    admin.open("/admin/workflows/books/publish").await;
    admin.press("发布新版本").await;
    admin.open("/admin/workflows/books/moving").await;
    admin.page_mut().fill("换到哪个环节：退回修改（returned）", "退回修改（amending）");
    admin.press("按所选再试算").await;
    admin.page_mut().tick(None, "退回修改（returned）", true);
    // It is told by whose it is; where the administrator may not read it, nothing leads there.
    told(&admin, "测试二号 捐书登记（第 1 版，");
    assert!(
        admin.page().texts("main a[href^='/cases/']").is_empty(),
        "{}",
        admin.page().describe()
    );
    admin.press("把选中的换到第 2 版").await;
    told(&admin, "测试二号 捐书登记（第 1 版，");
    admin.press("确认换版").await;
    told(&admin, "已换到新版 1 件");

    person.open(&format!("{case}/edit")).await;
    told(&person, "写全书名");
    let marked = person.page().text().matches("审核人标记了这一项").count();
    assert_eq!(marked, 1, "{}", person.page().describe());
}

#[tokio::test]
async fn what_a_new_version_asks_for_can_be_put_right_until_it_is_sent_in() {
    let about =
        "about: {name: 说明, fields: {place: {name: 存放处, required: true}, kind: {name: 类别}}}";
    let books = BOOKS.replace("  sections:\n", &format!("  sections:\n    {about}\n"));
    let books = books.replace("rows: {min: 1}", "rows: {}");
    let server = Server::with_workflow("books.yaml", &books).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/books").await;
    person.press("开始填写").await;
    person.page_mut().fill("存放处", "图书室");
    person.press("提交").await;
    let case = person.page().url.path().to_owned();
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.page_mut().tick(None, "标记问题：存放处", true);
    reviewer.page_mut().fill("意见", "写几楼");
    reviewer.press("退回").await;

    let mut admin = server.signed_in("示例管理员").await;
    admin.open("/admin/workflows/books/edit").await;
    let changed = books.replace("{name: 类别}", "{name: 类别, required: true}");
    admin.page_mut().fill("books.yaml", &changed);
    admin.press("保存草稿").await;
    admin.open("/admin/workflows/books/publish").await;
    admin.press("发布新版本").await;
    admin.open("/admin/workflows/books/moving").await;
    admin.page_mut().tick(None, "退回修改（returned）", true);
    admin.press("把选中的换到第 2 版").await;
    admin.press("确认换版").await;

    person.open(&format!("{case}/edit")).await;
    // It says which case is filled in.
    assert_eq!(person.page().link("捐书登记").path(), case);
    for (kind, place) in [("新书", "图书室二楼"), ("旧书", "图书室三楼")] {
        person.page_mut().fill("类别", kind);
        person.page_mut().fill("存放处", place);
        person.press("保存草稿").await;
        assert_eq!(person.page().value("类别"), kind, "{}", person.page().describe());
    }
    person.press("重新提交").await;
    told(&person, "旧书");
    // What was sent in fits, and stays as it is when it comes back.
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.page_mut().tick(None, "标记问题：存放处", true);
    reviewer.page_mut().fill("意见", "写几号柜");
    reviewer.press("退回").await;
    person.open(&format!("{case}/edit")).await;
    let fields = person.page().attributes("[name='form.about.kind']", "name");
    assert!(fields.is_empty(), "{}", person.page().describe());
    let sound = server.command(&["doctor"]);
    assert!(sound.contains("没有问题"), "{sound}");
}
