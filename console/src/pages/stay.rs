//! Going back and reloading after a form was answered with a page instead of going on, as where
//! something is to be mended: the page is kept for its reader for a while and has an address of its
//! own, to which the browser is sent. Nothing is asked of the pages for that. A form that is saved as it
//! is typed stands there no longer than until its case is newer.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, response::Parts},
    middleware::Next,
    response::{Html, IntoResponse as _, Redirect, Response},
};

use engine::names::CaseId;

use super::MadeFrom;
use crate::{
    app::{App, serve::secured},
    cases::seen::Seen,
    identity::{Visitor, kept},
};

/// A longer page is answered as it is.
const MOST: usize = 4 << 20;
/// The query parameter that names a kept page.
const PARAMETER: &str = "answer";

/// What the extensions of a page carry that is shown once and never kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShownOnce;

/// The layer; it stands outside of the one that makes pages of answers that failed.
pub(super) async fn stay(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let headers = request.headers().clone();
    if method == Method::GET
        && let Some(id) = named(&uri)
        && let Some(page) = kept_page(&app, &headers, &uri, &id).await
    {
        return page;
    }
    let response = next.run(request).await;
    if method != Method::POST || !is_to_stay(&headers, &response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(text) = to_bytes(body, MOST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match set_aside(&app, &headers, &uri, &parts, &text).await {
        Some(href) => {
            let mut sent_on = Redirect::to(&href).into_response();
            for cookie in parts.headers.get_all(header::SET_COOKIE) {
                sent_on.headers_mut().append(header::SET_COOKIE, cookie.clone());
            }
            secured(sent_on)
        }
        None => Response::from_parts(parts, Body::from(text)),
    }
}

/// Whether a person's browser has come to a page with it, and the page may be shown again.
fn is_to_stay(headers: &HeaderMap, response: &Response) -> bool {
    let says = |headers: &HeaderMap, name, what: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(what))
    };
    let is_whole = response.headers().get(header::CONTENT_LENGTH).is_none_or(|length| {
        length
            .to_str()
            .ok()
            .and_then(|length| length.parse().ok())
            .is_some_and(|it: usize| it <= MOST)
    });
    let status = response.status();
    let is_asked_again = [StatusCode::OK, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    is_asked_again.contains(&status)
        && is_whole
        && says(headers, header::ACCEPT, "text/html")
        && says(response.headers(), header::CONTENT_TYPE, "text/html")
        && response.extensions().get::<ShownOnce>().is_none()
}

/// Keeps the page for whoever is signed in; its address.
async fn set_aside(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    answer: &Parts,
    text: &[u8],
) -> Option<String> {
    let viewer = Visitor::from_headers(app, headers).await.viewer?;
    let text = std::str::from_utf8(text).ok()?;
    let made_from = answer.extensions.get::<MadeFrom>();
    let made_from = made_from.map(|it| format!(" {} {} {}", it.revision, it.case, it.href));
    let page = format!("{}{}\n{text}", answer.status.as_u16(), made_from.unwrap_or_default());
    let id = kept::keep_text(app, &viewer.account, uri.path(), &page).await?;
    Some(kept::with_parameter(&uri.to_string(), PARAMETER, &id))
}

/// The page that was kept under this id for this viewer and path.
async fn kept_page(app: &App, headers: &HeaderMap, uri: &Uri, id: &str) -> Option<Response> {
    let viewer = Visitor::from_headers(app, headers).await.viewer?;
    let page = kept::kept_text(app, &viewer.account, id, Some(uri.path())).await?;
    let (head, text) = page.split_once('\n')?;
    let mut head = head.split(' ');
    let status = StatusCode::from_bytes(head.next()?.as_bytes()).ok()?;
    if let (Some(revision), Some(case), Some(href)) = (head.next(), head.next(), head.next()) {
        let seen = Seen::find(app, &viewer, &CaseId::from(case)).await.ok()??;
        if seen.revision_to_save(revision.parse().ok()) != Some(seen.view.case.revision) {
            return Some(secured(Redirect::to(href).into_response()));
        }
    }
    Some(secured((status, Html(text.to_owned())).into_response()))
}

fn named(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    let mut named = url::form_urlencoded::parse(query.as_bytes());
    named.find(|(name, _)| name == PARAMETER).map(|(_, id)| id.into_owned())
}
