//! Sessions: a random token in a cookie, its hash in the database. A session runs out after half an
//! hour without use and after twelve hours at most.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use engine::{calendar::Moment, names::AccountId};

use super::{FormToken, Refused, Registration, Viewer};
use crate::{
    app::App,
    records::{
        accounts::{self, AccountStatus},
        roles,
        sessions::{self, SessionRow},
    },
    routes,
    secrets::{Purpose, random_token},
};

/// The cookie of a session.
const SESSION_COOKIE: &str = "zhiping";
/// The cookie of somebody who is not signed in, so that the sign-in form has a token too.
const VISIT_COOKIE: &str = "zhiping_visit";
/// Without use, a session runs out after this.
pub const IDLE: Duration = Duration::from_mins(30);
/// A session runs out after this in any case.
pub const ABSOLUTE: Duration = Duration::from_hours(12);
/// Use is written down no more often than this.
const TOUCH: Duration = Duration::from_mins(1);

/// Whoever sends a request, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The viewer, if a session holds.
    pub viewer: Option<Viewer>,
    /// The token of the forms on the page.
    pub form_token: FormToken,
    /// The account of a session that has run out: forms of it are kept.
    pub(super) ran_out: Option<AccountId>,
    /// The cookie of a visit that begins with this request.
    begins: Option<String>,
}

impl Visitor {
    /// The visitor that the layer recognised, or recognised now where the layer does not stand.
    pub async fn of(parts: &Parts, app: &App) -> Self {
        match parts.extensions.get::<Arc<Self>>() {
            Some(visitor) => Self::clone(visitor),
            None => Self::from_headers(app, &parts.headers).await,
        }
    }

    /// Whoever sends these headers. A database that does not answer makes nobody signed in; the
    /// page then says so when it asks the database itself.
    pub async fn from_headers(app: &App, headers: &HeaderMap) -> Self {
        let token = cookie(headers, SESSION_COOKIE);
        let visit = cookie(headers, VISIT_COOKIE);
        if let Some(token) = token {
            let form_token = FormToken::of(&app.secrets, &token);
            match Self::find(app, &token, &form_token).await {
                Ok(Found::Holds(viewer)) => {
                    let viewer = Some(*viewer);
                    return Self { viewer, form_token, ran_out: None, begins: None };
                }
                Ok(Found::RanOut(account)) => {
                    let ran_out = Some(account);
                    return Self { viewer: None, form_token, ran_out, begins: None };
                }
                Ok(Found::Nothing) => {}
                Err(error) => tracing::warn!(%error, "a session could not be read"),
            }
        }
        let begins = visit.is_none().then(random_token);
        let visit = visit.or_else(|| begins.clone()).unwrap_or_default();
        let form_token = FormToken::of(&app.secrets, &visit);
        Self { viewer: None, form_token, ran_out: None, begins }
    }

    async fn find(app: &App, token: &str, form_token: &FormToken) -> Result<Found, sqlx::Error> {
        let session = app.secrets.hash(Purpose::Session, token);
        let Some(row) = sessions::find(&app.db, &session).await? else { return Ok(Found::Nothing) };
        let now = app.machine_clock.now();
        let id = AccountId::from(row.account_id.as_str());
        if !holds(&row, now) {
            return Ok(Found::RanOut(id));
        }
        let Some(account) = accounts::find(&app.db, &id).await? else { return Ok(Found::Nothing) };
        let registration = match account.status {
            AccountStatus::Active => Registration::Complete,
            AccountStatus::HalfRegistered => Registration::Half,
            AccountStatus::Locked => return Ok(Found::Nothing),
        };
        if now.0 - row.seen_at >= millis(TOUCH) {
            sessions::touch(&app.db, &session, now).await?;
        }
        Ok(Found::Holds(Box::new(Viewer {
            roles: roles::of_account(&app.db, &id).await?,
            account: id,
            person: account.person,
            name: account.name,
            registration,
            has_first_password: account.has_first_password && app.config.password_login,
            session,
            form_token: form_token.clone(),
        })))
    }
}

enum Found {
    Holds(Box<Viewer>),
    RanOut(AccountId),
    Nothing,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, app).await)
    }
}

/// The layer that recognises visitors, gives new ones a visit, and keeps whoever has the password of an
/// administrator, or is half registered, on the page where that is mended.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/static/") || path == "/healthz" {
        return next.run(request).await;
    }
    let visitor = Visitor::from_headers(&app, request.headers()).await;
    let first = visitor.viewer.as_ref().and_then(|viewer| comes_first(viewer, path));
    if let Some(first) = first {
        return first.into_response();
    }
    let begins = visitor.begins.clone();
    request.extensions_mut().insert(Arc::new(visitor));
    let mut response = next.run(request).await;
    if let Some(visit) = begins {
        set_cookie(&mut response, &written(&app, VISIT_COOKIE, &visit));
    }
    response
}

/// What comes before the page at this path.
fn comes_first(viewer: &Viewer, path: &str) -> Option<Refused> {
    if viewer.has_first_password {
        let is_mended_there = path == routes::PASSWORD || is_for_everybody(path);
        return (!is_mended_there).then_some(Refused::ChangePassword);
    }
    match viewer.registration {
        Registration::Complete => None,
        Registration::Half => (!is_for_half_registered(path)).then_some(Refused::Register),
    }
}

/// The way out, and how pages look.
fn is_for_everybody(path: &str) -> bool {
    [routes::LOGOUT, routes::PREFS].contains(&path) || path.starts_with("/demo/")
}

/// What somebody who is half registered may reach: the registration with its unit search, the way
/// out, and how pages look.
fn is_for_half_registered(path: &str) -> bool {
    let is_register = path
        .strip_prefix(routes::REGISTER)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_register || is_for_everybody(path)
}

fn holds(row: &SessionRow, now: Moment) -> bool {
    row.ended_at.is_none()
        && now.0 - row.seen_at < millis(IDLE)
        && now.0 - row.created_at < millis(ABSOLUTE)
}

/// The cookie that carries a session's token.
pub(super) fn session_cookie(app: &App, token: &str) -> String {
    written(app, SESSION_COOKIE, token)
}

/// The cookie that takes a session's token away.
pub(super) fn ended_cookie(app: &App) -> String {
    format!("{}; Max-Age=0", written(app, SESSION_COOKIE, ""))
}

/// Adds a cookie to an answer.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn written(app: &App, name: &str, value: &str) -> String {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// The value of a cookie of ours: hexadecimal digits, anything else is as good as none.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
