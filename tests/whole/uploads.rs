//! Files that come in pieces, as the script sends them: over a restart of the program, against
//! forged offsets, and into a form.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    chromium::{Chromium, Look},
    page::Entry,
    plain::Plain,
    server::{Database, Server},
};

const PIECE: usize = 1 << 20;

/// A PDF of two pieces and a half.
fn certificate() -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%".to_vec();
    bytes.resize(PIECE * 5 / 2, b'-');
    bytes.extend(b"\n%%EOF");
    bytes
}

async fn told(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), StatusCode::OK);
    serde_json::from_str(&response.text().await.expect("an answer")).expect("JSON")
}

async fn piece(browser: &Plain, id: &str, offset: usize, bytes: &[u8]) -> Value {
    let from = offset.min(bytes.len());
    let piece = bytes[from..(from + PIECE).min(bytes.len())].to_vec();
    told(browser.by_script("PUT", &format!("/uploads/{id}?offset={offset}"), piece).await).await
}

/// What the page says of the file on its way.
async fn progress(chromium: &Chromium) -> String {
    chromium.page().await.texts("ul.ups [role=status]").join(" ")
}

/// A file on its way stops where it is, and goes on from there.
async fn pause_and_go_on(server: &Server) {
    let look = Look { width: 1280, scripts: true, dark: false, keys: false };
    let mut chromium = Chromium::new(&server.base, "upload", look).await;
    chromium.open("/login").await;
    chromium.press("以测试一号登录").await;
    chromium.open("/library/honour/new").await;
    chromium.throttle(Some(500_000)).await;
    chromium.upload("证书", "聘书.pdf", &certificate()).await;
    chromium.push("暂停").await;
    assert_eq!(progress(&chromium).await, "已暂停");
    // What is left would be there in a moment now.
    chromium.throttle(None).await;
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(3) {
        assert_eq!(progress(&chromium).await, "已暂停");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    chromium.push("继续").await;
    let since = Instant::now();
    while !progress(&chromium).await.contains("已传完") {
        assert!(since.elapsed() < Duration::from_secs(30), "{}", progress(&chromium).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    chromium.fill("荣誉名称", "校级先进个人").await;
    chromium.press("保存草稿").await;
    let text = chromium.page().await.text();
    assert!(text.contains("聘书.pdf") && text.contains("2.5 MB"), "{text}");
    // What the page itself refuses is told again on the page that comes, which saves the rest.
    chromium.upload("证书", "说明.txt", b"no picture").await;
    chromium.fill("授予单位", "示例·合肥市教育局").await;
    chromium.press("保存草稿").await;
    let text = chromium.page().await.text();
    assert!(text.contains("「说明.txt」不是") && text.contains("聘书.pdf"), "{text}");
    assert_eq!(chromium.value("授予单位").await, "示例·合肥市教育局");
    chromium.close().await;
}

/// The unit reads a PDF on the page of the entry: folded, so that it is loaded once it is wanted, in a
/// frame that no other site can have, and by nobody else.
async fn read_beside_the_data(server: &Server, mut person: Plain) {
    let page = person.page_mut();
    page.fill("授予时间", "2024-09");
    page.tick(Some("级别"), "市厅级", true);
    page.fill("授予单位", "示例·合肥市教育局");
    person.press("提交单位审核").await;
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks?q=测试一号").await;
    reviewer.follow("测试一号").await;
    let mut page = reviewer.page();
    while !page.text().contains("校级先进个人") {
        reviewer.follow("下一件").await;
        page = reviewer.page();
    }
    assert!(page.attributes("details.pdf", "open").is_empty(), "folded: {}", page.describe());
    let framed = page.attributes("details.pdf iframe[loading=lazy][title='证书.pdf']", "src");
    let [source] = framed.as_slice() else { panic!("{framed:?} {}", page.describe()) };
    assert_eq!(page.link("打开 证书.pdf").path(), source, "the way for browsers that show none");
    let policy = reviewer.get(page.url.path()).await;
    let told = |answer: &reqwest::Response, name: &str| {
        answer.headers()[name].to_str().expect("a text").to_owned()
    };
    assert!(told(&policy, "content-security-policy").contains("frame-src 'self'"));
    assert!(told(&policy, "content-security-policy").contains("frame-ancestors 'none'"));
    let file = reviewer.get(source).await;
    assert_eq!(file.status(), StatusCode::OK);
    assert!(told(&file, "content-disposition").starts_with("inline"));
    assert_eq!(told(&file, "x-frame-options"), "SAMEORIGIN");
    assert!(told(&file, "content-security-policy").contains("frame-ancestors 'self'"));
    let stranger = server.signed_in("测试六号").await;
    assert_eq!(stranger.get(source).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart_and_a_forged_offset_changes_nothing() {
    let mut server = Server::demo(Database::Sqlite).await;
    let bytes = certificate();
    let mut browser = server.signed_in("测试一号").await;
    browser.open("/library/honour/new").await;
    let announced = format!("name=%E8%AF%81%E4%B9%A6.pdf&size={}", bytes.len());
    let begun = told(browser.by_script("POST", "/uploads", announced.into()).await).await;
    let id = begun["id"].as_str().expect("an id").to_owned();
    assert_eq!(piece(&browser, &id, 0, &bytes).await["offset"], PIECE);

    server.kill_and_start_again().await;
    let mut browser = server.signed_in("测试一号").await;
    browser.open("/library/honour/new").await;
    let arrived = told(browser.get(&format!("/uploads/{id}")).await).await;
    assert_eq!(arrived["offset"], PIECE, "what came before the restart is there");
    for forged in [0, PIECE - 1, 2 * PIECE, 1 << 40] {
        assert_eq!(piece(&browser, &id, forged, &bytes).await["offset"], PIECE, "{forged}");
    }
    let mut stranger = server.signed_in("测试六号").await;
    stranger.open("/library/honour/new").await;
    let path = format!("/uploads/{id}");
    assert_eq!(stranger.get(&path).await.status(), StatusCode::NOT_FOUND);
    let foreign = stranger.by_script("PUT", &format!("{path}?offset={PIECE}"), vec![0]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let large = vec![0; PIECE + 1];
    let large = browser.by_script("PUT", &format!("{path}?offset={PIECE}"), large).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);

    assert_eq!(piece(&browser, &id, PIECE, &bytes).await["offset"], 2 * PIECE);
    let field = browser.page().attributes("input[type=file]", "name").remove(0);
    let named = Entry::Text(format!("{field}.piece"), format!("{id} 证书.pdf"));
    // A form that comes too early is told so, and nothing else is lost.
    browser.page_mut().fill("荣誉名称", "校级先进个人");
    let mut submission = browser.page().press("保存草稿");
    submission.entries.push(named.clone());
    browser.submit(submission).await;
    let page = browser.page();
    assert!(page.text().contains("「证书.pdf」没有传完"), "{}", page.describe());
    assert_eq!(page.value("荣誉名称"), "校级先进个人");

    assert_eq!(piece(&browser, &id, 2 * PIECE, &bytes).await["offset"], bytes.len());
    let mut submission = browser.page().press("保存草稿");
    submission.entries.push(named);
    browser.submit(submission).await;
    let page = browser.page();
    assert!(
        page.text().contains("证书.pdf") && page.text().contains("2.5 MB"),
        "{}",
        page.describe()
    );
    read_beside_the_data(&server, browser).await;
    pause_and_go_on(&server).await;
}
