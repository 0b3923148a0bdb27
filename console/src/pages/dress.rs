//! The outermost layer of the pages: names each request, makes a page of every answer that failed,
//! and forgets a notice once it was shown.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument as _;

use super::{Chrome, ErrorPage, Failure, cookies, failure::Undressed, render};
use crate::{
    app::App,
    identity::{ForgedForm, Visitor},
};

/// The id of a request, in its extensions, in the log and on every error page.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    fn fresh() -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        Self(id[..12].to_owned())
    }
}

/// The layer.
pub async fn dress(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::fresh();
    request.extensions_mut().insert(id.clone());
    let headers = request.headers().clone();
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", id = %id.0, %method, path);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(mut page) = failed_page(&mut response) {
        page.request_id.clone_from(&id.0);
        let (failed, _) = response.into_parts();
        response = error_page(&app, &headers, &here, &page, failed).instrument(span).await;
    }
    cookies::forget_flash(&headers, &mut response);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// The answer again, with its page; its headers stay.
async fn error_page(
    app: &App,
    headers: &HeaderMap,
    here: &str,
    page: &ErrorPage,
    failed: Parts,
) -> Response {
    let visitor = Visitor::from_headers(app, headers).await;
    let full = Chrome::full(app, &visitor, headers, here).await;
    let chrome = full.unwrap_or_else(|error| {
        tracing::warn!(%error, "an error page goes out with little around it");
        Chrome::plain(&visitor, headers, here)
    });
    let mut response = (failed.status, render(&chrome, page)).into_response();
    for (name, value) in &failed.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// The page for an answer that failed and has none of its own.
fn failed_page(response: &mut Response) -> Option<ErrorPage> {
    if let Some(Undressed(page)) = response.extensions_mut().remove() {
        return Some(*page);
    }
    if let Some(forged) = response.extensions_mut().remove::<ForgedForm>() {
        let mut page = Failure::Forged.page();
        page.typed = worth_keeping(forged.fields);
        return Some(page);
    }
    let status = response.status();
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let failure = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Failure::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::TooLarge("一次提交的内容超过上限，请分几次提交。".to_owned())
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            Failure::unavailable("the request took too long")
        }
        status if status.is_server_error() => Failure::broken("a layer answered with a fault"),
        _ => Failure::Unprocessable("提交的内容不完整，请返回上一页重新提交。".to_owned()),
    };
    Some(failure.page())
}

/// What a person typed: not the fields that the page itself put there, and never a password.
fn worth_keeping(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    const OURS: [&str; 7] = ["csrf", "key", "rev", "back", "next", "do", "password"];
    let typed = |(name, value): &(String, String)| {
        !OURS.contains(&name.as_str()) && !value.trim().is_empty()
    };
    fields.into_iter().filter(typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_shown_again_and_passwords_are_not() {
        let fields = [("csrf", "x"), ("note", "九月调入"), ("password", "p"), ("unit", " ")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let kept = worth_keeping(fields.to_vec());
        assert_eq!(kept, [("note".to_owned(), "九月调入".to_owned())]);
    }

    #[test]
    fn answers_of_the_framework_get_a_page_and_pages_stay() {
        let mut missing = StatusCode::NOT_FOUND.into_response();
        assert_eq!(failed_page(&mut missing).map(|page| page.status), Some(404));
        let mut page = (StatusCode::NOT_FOUND, axum::response::Html("x")).into_response();
        assert!(failed_page(&mut page).is_none());
        let mut fine = "ok".into_response();
        assert!(failed_page(&mut fine).is_none());
    }
}
