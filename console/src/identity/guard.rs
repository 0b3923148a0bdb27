//! The layer that lets a form pass only when it is one of ours: it comes from this site and carries
//! the token of its session. What was typed into a form that does not pass is not lost.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::{Stream, StreamExt as _, stream};

use super::{
    Visitor, form_token, kept,
    viewer::{authority, way_back},
};
use crate::{app::App, routes};

/// A form that is not a file upload may be this large.
const MOST_URLENCODED: usize = 1 << 20;
/// The token stands before the files of a form, within so many bytes.
const TOKEN_WITHIN: usize = 256 << 10;
/// Forms that need no session, and so are never kept for another one.
const PASSING: [&str; 5] =
    [routes::LOGIN, routes::LOGOUT, routes::PREFS, routes::DEMO_AS, routes::DEMO_CLOCK];
/// So much typed text is kept of a form.
const MOST_TEXT: usize = 512 << 10;

/// What an answer with 403 carries in its extensions: the text of the form that did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgedForm {
    /// Where it was sent.
    pub path: String,
    /// What was typed, in order.
    pub fields: Vec<(String, String)>,
    /// Whether it came from this site, as after signing in anew in another window: it may then be
    /// offered to be sent again.
    pub is_own_site: bool,
    /// The page on which it stands.
    pub back: String,
    /// Whether it is sent in parts, as forms with files are.
    pub is_in_parts: bool,
}

/// The layer. It stands inside [`super::recognise`].
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts, &app).await;
    let is_own_site = is_own_site(&parts, &app);
    let (sent, body) = match sent_token(&parts.headers, body).await {
        Ok(found) => found,
        Err(status) => return status.into_response(),
    };
    let is_ours = is_own_site && sent.is_some_and(|sent| visitor.form_token.is(&sent));
    if !is_ours {
        let path = parts.uri.to_string();
        tracing::warn!(path = parts.uri.path(), is_own_site, "a form without its token");
        let is_in_parts = matches!(encoding(&parts.headers), Encoding::Multipart { .. });
        let back = way_back(&parts);
        let fields = typed(&parts.headers, body).await;
        let mut response = (StatusCode::FORBIDDEN, "这个表单已经失效").into_response();
        response.extensions_mut().insert(ForgedForm {
            path,
            fields,
            is_own_site,
            back,
            is_in_parts,
        });
        return response;
    }
    let keeps = !PASSING.contains(&parts.uri.path());
    if let Some(account) = visitor.ran_out.filter(|_| keeps) {
        let mut fields = typed(&parts.headers, body).await;
        // A password is typed again.
        fields.retain(|(name, _)| !name.contains("password"));
        return kept::keep(&app, &account, &parts, fields).await;
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Whether the browser says that the form stands on a page of this site. A browser that says
/// nothing is judged by the token alone.
fn is_own_site(parts: &Parts, app: &App) -> bool {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if matches!(text("sec-fetch-site"), Some("cross-site" | "same-site")) {
        return false;
    }
    let own = match &app.config.url {
        Some(url) => Some(authority(url)),
        None => text("host").map(str::to_owned),
    };
    match text("origin").or_else(|| text("referer")) {
        None => true,
        Some(said) => {
            url::Url::parse(said).is_ok_and(|said| own.is_some_and(|own| authority(&said) == own))
        }
    }
}

/// How the fields of a form are written.
enum Encoding {
    Urlencoded,
    Multipart { boundary: String },
    Other,
}

fn encoding(headers: &HeaderMap) -> Encoding {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let text = text.unwrap_or_default();
    let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
    let boundary = parameters.split(';').find_map(|parameter| {
        parameter.trim().strip_prefix("boundary=").map(|boundary| boundary.trim_matches('"'))
    });
    match (kind.trim().to_ascii_lowercase().as_str(), boundary) {
        ("application/x-www-form-urlencoded", _) => Encoding::Urlencoded,
        ("multipart/form-data", Some(boundary)) => {
            Encoding::Multipart { boundary: boundary.to_owned() }
        }
        _ => Encoding::Other,
    }
}

/// The token that was sent, by script in a header or in the form, and the body as it was.
async fn sent_token(headers: &HeaderMap, body: Body) -> Result<(Option<String>, Body), StatusCode> {
    let by_script = headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
    if let Some(token) = by_script {
        return Ok((Some(token.to_owned()), body));
    }
    match encoding(headers) {
        Encoding::Urlencoded => {
            let bytes = axum::body::to_bytes(body, MOST_URLENCODED)
                .await
                .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
            let token = url::form_urlencoded::parse(&bytes)
                .find(|(name, _)| name == form_token::FIELD)
                .map(|(_, value)| value.into_owned());
            Ok((token, Body::from(bytes)))
        }
        Encoding::Multipart { boundary } => sent_in_parts(&boundary, body).await,
        Encoding::Other => Ok((None, body)),
    }
}

/// Reads no further than the part with the token, so that large files are not held in memory.
async fn sent_in_parts(boundary: &str, body: Body) -> Result<(Option<String>, Body), StatusCode> {
    let mut rest = body.into_data_stream();
    let mut head = Vec::new();
    let mut token = None;
    while token.is_none() && head.len() < TOKEN_WITHIN {
        let Some(chunk) = rest.next().await else { break };
        head.extend(chunk.map_err(|_| StatusCode::BAD_REQUEST)?);
        token = part_text(&head, boundary, form_token::FIELD);
    }
    Ok((token, joined(head, rest)))
}

fn joined<S, E>(head: Vec<u8>, rest: S) -> Body
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    Body::from_stream(stream::once(async { Ok(Bytes::from(head)) }).chain(rest))
}

/// The text of the complete part with this name, as far as the body has come.
fn part_text(head: &[u8], boundary: &str, name: &str) -> Option<String> {
    let delimiter = format!("--{boundary}");
    let wanted = format!("name=\"{name}\"");
    let mut rest = &head[find(head, delimiter.as_bytes())? + delimiter.len()..];
    loop {
        let content = find(rest, b"\r\n\r\n")? + 4;
        let length = find(&rest[content..], format!("\r\n{delimiter}").as_bytes())?;
        let headers = String::from_utf8_lossy(&rest[..content]);
        let is_wanted = headers.split([';', '\r', '\n']).any(|part| part.trim() == wanted);
        if is_wanted && !headers.contains("filename") {
            return String::from_utf8(rest[content..content + length].to_vec()).ok();
        }
        rest = &rest[content + length + 2 + delimiter.len()..];
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Everything typed into a form, without its token and its files. A form that cannot be read to its
/// end gives what could be read.
async fn typed(headers: &HeaderMap, body: Body) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    match encoding(headers) {
        Encoding::Urlencoded => {
            let bytes = axum::body::to_bytes(body, MOST_URLENCODED).await.unwrap_or_default();
            fields.extend(url::form_urlencoded::parse(&bytes).into_owned());
        }
        Encoding::Multipart { .. } => {
            let mut request = Request::new(body);
            request.headers_mut().clone_from(headers);
            if let Ok(mut multipart) = Multipart::from_request(request, &()).await {
                read_parts(&mut multipart, &mut fields).await;
            }
        }
        Encoding::Other => {}
    }
    let mut left = MOST_TEXT;
    fields.retain(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits && name != form_token::FIELD
    });
    fields
}

async fn read_parts(multipart: &mut Multipart, fields: &mut Vec<(String, String)>) {
    let mut left = MOST_TEXT;
    while let Ok(Some(field)) = multipart.next_field().await {
        if field.file_name().is_some() {
            continue;
        }
        let name = field.name().unwrap_or_default().to_owned();
        let Ok(text) = field.text().await else { return };
        let Some(rest) = left.checked_sub(text.len()) else { return };
        left = rest;
        fields.push((name, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--XyZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\ncsrf\r\n\
                        --XyZ\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
                        --XyZ\r\nContent-Disposition: form-data; name=\"f\"; \
                        filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\0\0\r\n--XyZ--\r\n";

    fn headers(content_type: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        headers
    }

    #[test]
    fn a_part_is_read_only_when_it_is_complete() {
        assert_eq!(part_text(FORM.as_bytes(), "XyZ", "csrf").as_deref(), Some("abc"));
        assert_eq!(part_text(FORM.as_bytes(), "XyZ", "note").as_deref(), Some("csrf"));
        assert_eq!(part_text(FORM.as_bytes(), "XyZ", "f"), None);
        let cut = FORM.find("abc").unwrap() + 2;
        assert_eq!(part_text(&FORM.as_bytes()[..cut], "XyZ", "csrf"), None);
        assert_eq!(part_text(b"", "XyZ", "csrf"), None);
    }

    #[tokio::test]
    async fn the_body_passes_on_whole() {
        let headers = headers("multipart/form-data; boundary=XyZ");
        let chunks =
            FORM.as_bytes().chunks(7).map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk)));
        let body = Body::from_stream(stream::iter(chunks.collect::<Vec<_>>()));
        let (token, body) = sent_token(&headers, body).await.unwrap();
        assert_eq!(token.as_deref(), Some("abc"));
        let whole = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        assert_eq!(whole, FORM.as_bytes());
    }

    #[tokio::test]
    async fn typed_text_is_kept_without_token_and_files() {
        let parts = headers("multipart/form-data; boundary=XyZ");
        let fields = typed(&parts, Body::from(FORM)).await;
        assert_eq!(fields, [("note".to_owned(), "csrf".to_owned())]);
        let urlencoded = headers("application/x-www-form-urlencoded");
        let fields = typed(&urlencoded, Body::from("csrf=x&note=a+b&note=%E4%B8%AD")).await;
        let note = |text: &str| ("note".to_owned(), text.to_owned());
        assert_eq!(fields, [note("a b"), note("中")]);
    }
}
