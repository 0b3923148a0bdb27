//! Signing in and out.

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use engine::names::AccountId;
use std::net::SocketAddr;

use super::{
    Viewer,
    password::PasswordError,
    session::{ended_cookie, session_cookie},
    throttle::Subjects,
};
use crate::{
    app::App,
    records::{
        accounts::{self, AccountStatus},
        sessions,
    },
    secrets::{Purpose, SecretText, random_token},
};

/// Somebody has signed in: the cookie goes with the answer.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub account: AccountId,
    /// The cookie, for [`super::session::set_cookie`].
    pub cookie: String,
}

/// Nobody has signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, another password, or a locked account: nobody learns which.
    #[error("账号或密码不正确")]
    Wrong,
    /// Too many failures, or too many people at once.
    #[error("尝试次数太多，请等 {seconds} 秒后再试")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// Where a request comes from. Behind a proxy (`ZHIPING_URL` is set) it is what the proxy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(pub String);

impl FromRequestParts<App> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let forwarded = || {
            let header = parts.headers.get("x-forwarded-for")?.to_str().ok()?;
            header.rsplit(',').next().map(|address| address.trim().to_owned())
        };
        let direct = || {
            let info = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
            Some(info.0.ip().to_string())
        };
        let proxied = app.config.url.as_ref().and_then(|_| forwarded());
        Ok(Self(proxied.or_else(direct).unwrap_or_default()))
    }
}

/// Signs in with a password. The session that was there, if any, ends.
///
/// # Errors
/// When it fails; every failure is counted.
pub async fn sign_in(
    app: &App,
    login: &str,
    password: SecretText,
    source: &Source,
    replaces: Option<&Viewer>,
) -> Result<SignedIn, SignInError> {
    let now = app.machine_clock.now();
    let subjects = Subjects::new(&app.secrets, login, &source.0);
    if let Some(seconds) = subjects.blocked(&app.db, now).await? {
        return Err(SignInError::TooMany { seconds });
    }
    let mobile_hash = app.secrets.hash(Purpose::Mobile, &accounts::fold(login));
    let found = accounts::for_sign_in(&app.db, login, &mobile_hash).await?;
    let (account, hash) = found.unzip();
    let matches = match app.passwords.matches(password, hash).await {
        Ok(matches) => matches,
        Err(PasswordError::Busy | PasswordError::Hashing) => {
            return Err(SignInError::TooMany { seconds: 5 });
        }
    };
    let Some(account) = account.filter(|_| matches) else {
        subjects.failed(&app.db, now).await?;
        return Err(SignInError::Wrong);
    };
    match sign_in_as(app, &account, replaces).await {
        Ok(signed_in) => {
            subjects.succeeded(&app.db).await?;
            tracing::info!(%account, "signed in");
            Ok(signed_in)
        }
        Err(SignInError::Wrong) => {
            subjects.failed(&app.db, now).await?;
            Err(SignInError::Wrong)
        }
        Err(error) => Err(error),
    }
}

/// Begins a session for an account whose holder is known, as by the demonstration's buttons. The
/// token is new, so that nobody can prepare a session for somebody else.
///
/// # Errors
/// When the account is locked or missing, or the database does not answer.
pub async fn sign_in_as(
    app: &App,
    account: &AccountId,
    replaces: Option<&Viewer>,
) -> Result<SignedIn, SignInError> {
    let status = accounts::find(&app.db, account).await?.map(|account| account.status);
    match status {
        Some(AccountStatus::Active | AccountStatus::HalfRegistered) => {}
        Some(AccountStatus::Locked) | None => return Err(SignInError::Wrong),
    }
    let token = random_token();
    let hash = app.secrets.hash(Purpose::Session, &token);
    let replaced = replaces.map(|viewer| viewer.session.as_str());
    sessions::begin(&app.db, &hash, account, replaced, app.machine_clock.now()).await?;
    Ok(SignedIn { account: account.clone(), cookie: session_cookie(app, &token) })
}

/// Ends a session; returns the cookie that takes the token away.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(app: &App, viewer: &Viewer) -> Result<String, sqlx::Error> {
    sessions::end(&app.db, &viewer.session, app.machine_clock.now()).await?;
    Ok(ended_cookie(app))
}
