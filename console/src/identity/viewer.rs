//! The person who looks: taken by every handler that is not for everybody.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use engine::{
    decision::{Actor, HeldRole},
    names::{AccountId, RoleName, UnitId},
};

use super::{FormToken, Visitor};
use crate::{app::App, routes};

/// Whether the person behind an account is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Known.
    Complete,
    /// 注册未完成: only the registration page is reachable.
    Half,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The account.
    pub account: AccountId,
    /// Its person; staff without a record of their own have none.
    pub person: Option<String>,
    /// The name people see.
    pub name: String,
    /// The roles it holds.
    pub roles: Vec<HeldRole>,
    /// Whether the person is known.
    pub registration: Registration,
    /// Whether the password is to be changed before anything else.
    pub has_first_password: bool,
    /// The hash of the session's token, under which the session is kept.
    pub session: String,
    /// The token of the session's forms.
    pub form_token: FormToken,
}

impl Viewer {
    /// The viewer as the engine knows actors.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Account { id: self.account.clone(), roles: self.roles.clone(), acting_for: None }
    }

    /// Whether the role is held in the unit.
    #[must_use]
    pub fn holds(&self, role: &str, unit: &UnitId) -> bool {
        self.roles.iter().any(|held| held.role.as_str() == role && held.unit == *unit)
    }

    /// Whether the role is held anywhere.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held.role.as_str() == role)
    }

    /// The units in which the role is held.
    pub fn units_as<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a UnitId> {
        let held = self.roles.iter().filter(move |held| held.role.as_str() == role);
        held.map(|held| &held.unit)
    }

    /// The different roles held, by name.
    #[must_use]
    pub fn role_names(&self) -> Vec<RoleName> {
        let mut names: Vec<RoleName> = self.roles.iter().map(|held| held.role.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Somebody who may not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not signed in; brought back afterwards.
    SignIn {
        /// Where to.
        next: String,
    },
    /// The password that an administrator has given is changed before everything else.
    ChangePassword,
    /// Registration comes before everything else.
    Register,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { next } => Redirect::to(&routes::login(&next)).into_response(),
            Self::ChangePassword => Redirect::to(routes::PASSWORD).into_response(),
            Self::Register => Redirect::to(routes::REGISTER).into_response(),
        }
    }
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let viewer = Visitor::of(parts, app).await.viewer;
        viewer.ok_or_else(|| Refused::SignIn { next: way_back(parts) })
    }
}

impl OptionalFromRequestParts<App> for Viewer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> Result<Option<Self>, Self::Rejection> {
        Ok(Visitor::of(parts, app).await.viewer)
    }
}

/// The page to come back to after signing in: the page asked for, or the page of the form sent.
#[must_use]
pub fn way_back(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().map_or(routes::HOME, |path| path.as_str());
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return routes::inside(asked).to_owned();
    }
    let referer = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    referer
        .and_then(|referer| url::Url::parse(referer).ok())
        .filter(|referer| Some(authority(referer)) == host.map(str::to_owned))
        .map_or_else(
            || routes::inside(parts.uri.path()).to_owned(),
            |referer| match referer.query() {
                Some(query) => format!("{}?{query}", referer.path()),
                None => referer.path().to_owned(),
            },
        )
}

/// Host and port as the `Host` header writes them.
#[must_use]
pub fn authority(url: &url::Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn back(method: &str, path: &str, referer: Option<&str>) -> String {
        let mut request = Request::builder().method(method).uri(path).header("host", "zp:8080");
        if let Some(referer) = referer {
            request = request.header("referer", referer);
        }
        way_back(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn one_comes_back_to_the_page_of_the_form() {
        assert_eq!(back("GET", "/me?a=1", None), "/me?a=1");
        assert_eq!(back("POST", "/me/x", Some("http://zp:8080/me?a=1")), "/me?a=1");
        assert_eq!(back("POST", "/me/x", Some("http://evil.example/me")), "/me/x");
        assert_eq!(back("POST", "/me/x", None), "/me/x");
        assert_eq!(back("GET", "//evil.example", None), "/");
    }
}
