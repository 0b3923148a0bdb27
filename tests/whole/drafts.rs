//! What is being filled in: saved by and by, in several windows, and after the last day.

use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    bad_input::begun,
    page::{Entry, Submission},
    plain::Plain,
    server::{Server, on_both_databases},
};

on_both_databases!(an_older_page_of_a_declaration_overwrites_nothing);

const NATIVE_PLACE: &str = "form.person.native_place";

/// What the script sends of a page when one field was changed.
fn autosave(person: &Plain, field: &str, value: &str) -> Submission {
    let mut submission = person.page().press("保存，到");
    submission.is_multipart = false;
    let ours = |name: &str| ["csrf", "key", "rev"].contains(&name);
    submission.entries.retain(|entry| matches!(entry, Entry::Text(name, _) if ours(name)));
    submission.entries.push(Entry::Text(field.to_owned(), value.to_owned()));
    submission.entries.push(Entry::Text("do".to_owned(), "autosave".to_owned()));
    submission
}

async fn told(person: &Plain, submission: Submission) -> Value {
    let answer = person.send(submission).await.text().await;
    serde_json::from_str(&answer.expect("an answer")).expect("JSON")
}

/// R28, R73
async fn an_older_page_of_a_declaration_overwrites_nothing(server: Server) {
    let mut one = server.signed_in("测试二号").await;
    let declaration = begun(&mut one).await;
    let page = format!("{declaration}/s/choice");
    let mut other = server.signed_in("测试二号").await;
    one.open(&page).await;
    other.open(&page).await;
    // What the script saves by and by counts as any saving, for this page and for older ones.
    let saved = told(&one, autosave(&one, NATIVE_PLACE, "安徽合肥")).await;
    assert!(saved["say"].as_str().is_some_and(|say| say.contains("已自动保存")), "{saved}");
    let stale = told(&other, autosave(&other, NATIVE_PLACE, "安徽芜湖")).await;
    assert!(stale["stop"] == true, "an older page is told to stop: {stale}");
    one.open(&page).await;
    assert_eq!(one.page().value("籍贯"), "安徽合肥", "nothing was overwritten");
    one.page_mut().fill("民族", "汉族");
    one.press("添加一项：现有职称评聘情况").await;
    one.page_mut().fill("职称", "一级教师");
    one.press("保存，到").await;
    other.page_mut().fill("民族", "回族");
    other.press("保存，到").await;
    let shown = other.page();
    assert_eq!(shown.status, StatusCode::CONFLICT, "{}", shown.describe());
    assert_eq!(shown.value("民族"), "回族", "what was typed is kept");
    assert!(shown.text().contains("在另一处保存的是：汉族"), "{}", shown.describe());
    let rows = "「现有职称评聘情况」在另一处改成了：现在 1 项，原来 0 项；第 1 项是 一级教师";
    assert!(shown.text().contains(rows), "rows of a list are told too: {}", shown.describe());
    one.open(&page).await;
    assert_eq!(one.page().value("民族"), "汉族", "nothing was overwritten");
    a_late_draft_can_be_read_and_not_submitted(&server, one, &declaration).await;
}

/// R40
async fn a_late_draft_can_be_read_and_not_submitted(
    server: &Server,
    mut person: Plain,
    declaration: &str,
) {
    person.open(&format!("{declaration}/s/choice")).await;
    let mut late = autosave(&person, "do", "submit");
    late.entries.pop();
    let saving = autosave(&person, NATIVE_PLACE, "安徽芜湖");
    late.action.set_path(&format!("{declaration}/check"));
    for _ in 0..5 {
        let mut clock = server.signed_in("测试二号").await;
        clock.press("＋7 天").await;
    }
    server.settle().await;
    person.open(&format!("{declaration}/overview")).await;
    assert!(person.page().text().contains("安徽合肥"), "{}", person.page().describe());
    // Nothing says any more that it could be filled in, checked or submitted.
    for page in ["", "/check", "/s/choice"] {
        person.open(&format!("{declaration}{page}")).await;
        let page = person.page();
        assert!(!page.has_button("提交审核") && !page.has_button("保存"), "{}", page.describe());
        assert!(!page.text().contains("随时可以保存"), "{}", page.describe());
    }
    person.open(declaration).await;
    let page = person.page();
    assert!(page.text().contains("截止。草稿只能查看，不能再修改和提交"), "{}", page.describe());
    // What an older page sends all the same is neither saved nor submitted.
    for sent in [late, saving] {
        person.submit(sent).await;
        let page = person.page();
        assert!(page.status.is_client_error(), "{}", page.describe());
    }
    person.open(&format!("{declaration}/overview")).await;
    assert!(!person.page().text().contains("安徽芜湖"), "{}", person.page().describe());
    person.open("/declarations").await;
    assert!(!person.page().text().contains("待单位审核"), "{}", person.page().describe());
}
