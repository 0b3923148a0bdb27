//! A job that was given up: the administrator sees why, tries it again, or lets it be with a reason.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use engine::in_transaction;
use tower::ServiceExt as _;

use super::Walk;
use crate::routes;

/// The font was not there when the document of the case was to be made; now it is.
pub(super) async fn tried_again(walk: &Walk) {
    fail(walk).await.unwrap();
    let (_, list) = walk.read("s01", routes::JOBS).await;
    assert!(list.contains("没有中文字体"), "{list}");
    let page = list.split("href=\"/admin/jobs/").nth(1).and_then(|rest| rest.split('"').next());
    let page = format!("/admin/jobs/{}", page.expect("the failed job"));
    let answer = press(walk, &page, &[("do", "give_up"), ("reason", "")]).await;
    assert!(answer.1.contains("请写明放弃的原因"), "{}", answer.1);
    let answer = press(walk, &page, &[("do", "retry")]).await;
    assert_eq!(answer.0, StatusCode::SEE_OTHER);
    let (_, one) = walk.read("s01", &page).await;
    assert!(one.contains("排队") && !one.contains("没有中文字体"), "{one}");
    let answer = press(walk, &page, &[("do", "give_up"), ("reason", "已经线下送达")]).await;
    assert_eq!(answer.0, StatusCode::SEE_OTHER);
    let (_, list) = walk.read("s01", routes::JOBS).await;
    assert!(!list.contains(&page), "nothing is left to be looked at: {list}");
}

async fn fail(walk: &Walk) -> Result<(), sqlx::Error> {
    const FAIL: &str = "UPDATE outbox SET status = 'dead', error = '没有中文字体' \
                        WHERE id = (SELECT MIN(id) FROM outbox WHERE case_id = $1)";
    in_transaction!(&walk.app.db, connection => {
        sqlx::query(FAIL).bind(walk.case.as_str()).execute(&mut *connection).await.map(|_| ())
    })
}

/// Sends the form of a page as the administrator.
async fn press(walk: &Walk, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let (_, page) = walk.read("s01", path).await;
    let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let mut all = vec![("csrf", token.expect("a token"))];
    all.extend(fields);
    let body = routes::with_query("", &all);
    let request = Request::post(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, walk.cookie("s01"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.trim_start_matches('?').to_owned()));
    let response = walk.site.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}
