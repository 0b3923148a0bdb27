//! The outermost layer of the pages: names each request, makes a page of every answer that failed,
//! and forgets a notice once it was shown.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::{definition::Definition, runtime::Published};
use tracing::Instrument as _;

use super::{
    Chrome, ErrorPage, Failure, casework::typed_text::Input, cookies, error_page::Again,
    failure::Undressed, render,
};
use crate::{
    app::App,
    identity::{ForgedForm, Visitor},
    routes,
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
    let forged = response.extensions_mut().remove::<ForgedForm>();
    let page = match forged {
        Some(forged) => Some(forged_page(&app, &headers, forged).await),
        None => failed_page(&mut response),
    };
    if let Some(mut page) = page {
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

/// The page of a form without its token: what was typed under the names that people saw, and the way
/// to send it again. A form with a password is never sent by anybody but the page it stands on.
async fn forged_page(app: &App, headers: &HeaderMap, forged: ForgedForm) -> ErrorPage {
    let mut page = Failure::Forged.page();
    let viewer = Visitor::from_headers(app, headers).await.viewer;
    let has_password = forged.fields.iter().any(|(name, _)| name.contains("password"));
    let kept = worth_keeping(forged.fields.clone());
    let is_worth_sending = !kept.is_empty();
    let meant = meant(app, &forged.path).await;
    let all = app.runtime.newest_all();
    let definitions: Vec<&Definition> =
        meant.iter().chain(&all).map(|published| &*published.definition).collect();
    let told = |(name, value): (String, String)| typed_field(&definitions, &name, value);
    page.typed = kept.into_iter().filter_map(told).collect();
    if viewer.is_none() {
        page.say = vec![
            "您已经退出登录，或者登录已经过期。没有保存任何内容；登录以后可以接着提交。".to_owned(),
        ];
        page.sign_in = Some(routes::login(&forged.back));
    }
    if forged.is_own_site && !has_password && is_worth_sending {
        page.again = Some(Again {
            action: forged.path,
            is_in_parts: forged.is_in_parts,
            fields: forged.fields,
        });
        page.way_on = ("回到刚才的页面".to_owned(), forged.back);
        if let Some(viewer) = viewer {
            "请核对后再提交".clone_into(&mut page.heading);
            page.say = vec![format!(
                "您重新登录过，现在的身份是{}。下面的内容还没有保存；是您要提交的，就按「再提交一次」。",
                viewer.name
            )];
        }
    } else if let Some(sign_in) = &page.sign_in {
        page.way_on = ("登录".to_owned(), sign_in.clone());
    }
    page
}

/// The workflow that a form belongs to, by where it was sent: to a start, or to a case.
async fn meant(app: &App, path: &str) -> Option<Arc<Published>> {
    let mut segments = path.split(['/', '?']).filter(|segment| !segment.is_empty());
    let (kind, of) = (segments.next()?, segments.next()?);
    if kind == "start" {
        let all = app.runtime.newest_all();
        return all.into_iter().find(|published| published.definition.key.as_str() == of);
    }
    let case = of.split('~').next().unwrap_or(of);
    // Without the database the names of other workflows have to do.
    let view = app.runtime.view(&case.into()).await.ok().flatten()?;
    Some(view.definition)
}

/// What people call a field of the first of these workflows that has it, and what was typed as they
/// read it. What no workflow asks has no name that people know and is told if it is no code. Whom it is
/// about is not told, nor files, which are chosen again.
fn typed_field(definitions: &[&Definition], name: &str, value: String) -> Option<(String, String)> {
    let mut definitions = definitions.iter();
    let input = if let Some(asked) = name.strip_prefix("ask.") {
        definitions.find_map(|it| {
            let actions = it.tasks.values().flat_map(|task| task.actions.values());
            let mut asks = actions.chain([&it.start.action]).map(|action| &action.ask);
            asks.find_map(|ask| Input::of_fields(ask, asked))
        })
    } else if let Some(path) = name.strip_prefix("form.") {
        definitions.find_map(|it| Input::of_form(&it.form, path))
    } else if name.starts_with("given.") {
        None
    } else {
        let is_code = value.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        return (!is_code).then(|| ("填写的内容".to_owned(), value));
    }?;
    let said = input.in_words(None, &value)?;
    Some((input.name, said))
}

/// The page for an answer that failed and has none of its own.
fn failed_page(response: &mut Response) -> Option<ErrorPage> {
    if let Some(Undressed(page)) = response.extensions_mut().remove() {
        return Some(*page);
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
    use crate::cases::samples;

    #[test]
    fn typed_text_is_shown_again_and_passwords_are_not() {
        let fields = [("csrf", "x"), ("note", "九月调入"), ("password", "p"), ("unit", " ")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let kept = worth_keeping(fields.to_vec());
        assert_eq!(kept, [("note".to_owned(), "九月调入".to_owned())]);
    }

    #[test]
    fn what_was_typed_is_told_in_the_words_of_its_own_workflow() {
        let (binding, registration) =
            (samples::definition("binding"), samples::definition("unit-registration"));
        let told = |first, second, name: &str, value: &str| {
            typed_field(&[first, second], name, value.to_owned()).expect("it is told")
        };
        let note = told(&binding, &registration, "ask.note", "九月调入");
        assert_eq!(note, ("申请说明".to_owned(), "九月调入".to_owned()));
        let kind = told(&binding, &registration, "form.unit.kind", "agency");
        assert_eq!(kind, ("单位性质".to_owned(), "机关".to_owned()));
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
