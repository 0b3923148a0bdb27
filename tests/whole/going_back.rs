//! Going back to a form that was not accepted, and loading it anew: what was typed and what is to be
//! mended are there, nothing is sent twice, and the browser asks nothing.

use reqwest::StatusCode;

use crate::{
    chromium::{Chromium, Look},
    server::{Database, Server},
};

const WIDE: Look = Look { width: 1280, scripts: true, dark: false, keys: false };
const NARROW: Look = Look { width: 360, scripts: false, dark: false, keys: false };

async fn back_and_again(look: Look, database: Database, name: &'static str) {
    let server = Server::demo(database).await;
    let mut person = Chromium::new(&server.base, name, look).await;
    person.open("/login").await;
    person.press("以测试一号登录").await;
    person.open("/me/profile").await;
    person.fill("电子邮箱", "不是邮箱").await;
    person.fill("联系地址", "示例路 9 号").await;
    person.press("保存").await;
    let is_as_it_was = async |person: &Chromium| {
        let text = person.page().await.text();
        assert!(text.contains("需要改"), "{text}");
        assert_eq!(person.value("电子邮箱").await, "不是邮箱");
        assert_eq!(person.value("联系地址").await, "示例路 9 号");
    };
    is_as_it_was(&person).await;
    person.reload().await;
    is_as_it_was(&person).await;
    person.open("/help").await;
    person.back().await;
    is_as_it_was(&person).await;
    // What is mended goes on from there.
    person.fill("电子邮箱", "a01@example.org").await;
    person.press("保存").await;
    assert!(!person.page().await.text().contains("需要改"));
    // What was typed last is the browser's to bring back.
    person.back().await;
    assert!(person.page().await.text().contains("需要改"));
    person.open("/me").await;
    let text = person.page().await.text();
    assert!(text.contains("a01@example.org") && text.contains("示例路 9 号"), "{text}");
    person.close().await;
}

#[tokio::test]
async fn a_form_that_was_not_accepted_is_gone_back_to_in_chromium() {
    back_and_again(WIDE, Database::Sqlite, "back").await;
}

#[tokio::test]
async fn a_form_that_was_not_accepted_is_gone_back_to_without_scripts() {
    back_and_again(NARROW, Database::Sqlite, "back-plain").await;
}

/// The page is its reader's alone, and of the address it was sent to.
#[tokio::test]
async fn a_page_that_was_kept_is_for_its_reader_alone() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试一号").await;
    person.open("/me/profile").await;
    person.page_mut().fill("电子邮箱", "不是邮箱");
    let answer = person.send(person.page().press("保存")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let kept = answer.url().clone();
    assert!(kept.query().is_some_and(|query| query.starts_with("answer=")), "{kept}");
    assert!(answer.headers().contains_key("content-security-policy"));
    assert!(answer.text().await.expect("a page").contains("不是邮箱"));
    let query = kept.query().unwrap_or_default();
    let text = async |browser: &crate::plain::Plain, path: &str| {
        browser.get(path).await.text().await.expect("a page")
    };
    assert!(text(&person, &format!("/me/profile?{query}")).await.contains("不是邮箱"));
    assert!(!text(&person, &format!("/me?{query}")).await.contains("不是邮箱"));
    let other = server.signed_in("测试二号").await;
    assert!(!text(&other, &format!("/me/profile?{query}")).await.contains("不是邮箱"));
    // Whoever does not ask for a page is answered at once.
    let answer = person.by_script("POST", "/me/profile", b"email=x".to_vec()).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.url().query(), None);
}
