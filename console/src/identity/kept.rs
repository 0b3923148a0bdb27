//! A form that came after its session had run out is kept for half an hour, for its sender only.
//! After signing in, the same form comes up filled. A page may set typed text aside the same way
//! while its reader looks at something else; `pages/stay.rs` keeps whole pages here.

use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{calendar::Moment, names::AccountId};

use super::{
    Visitor,
    viewer::{Refused, way_back},
};
use crate::{
    app::App,
    records::kept_posts::{self, KeptPostRow},
    routes,
    secrets::random_token,
};

/// How long a form is kept.
pub const KEEP: Duration = Duration::from_mins(30);
/// The query parameter that names it.
const PARAMETER: &str = "kept";

/// The form that was kept for this page and viewer: names and values in the order they were sent,
/// to be shown like a form that was sent and not accepted.
#[derive(Clone, Debug, Default)]
pub struct Kept(pub Option<Vec<(String, String)>>);

/// Keeps a form and sends its sender to sign in.
pub(super) async fn keep(
    app: &App,
    account: &AccountId,
    parts: &Parts,
    fields: Vec<(String, String)>,
) -> Response {
    let back = way_back(parts);
    let next = set_aside(app, account, parts.uri.path(), &back, &fields).await;
    Redirect::to(&routes::login(&next)).into_response()
}

/// Keeps fields for the page at `path`; gives `href`, an address of that page, with what makes them
/// show there. Where they cannot be kept, the address comes back as it is.
pub async fn set_aside(
    app: &App,
    account: &AccountId,
    path: &str,
    href: &str,
    fields: &[(String, String)],
) -> String {
    let text =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields.iter()).finish();
    let id = keep_text(app, account, path, &text).await;
    id.map_or_else(|| href.to_owned(), |id| with_parameter(href, PARAMETER, &id))
}

/// Keeps a text for this account and path, sealed; its id, unless it cannot be kept. What somebody
/// votes in secret is never kept under their name.
pub async fn keep_text(app: &App, account: &AccountId, path: &str, text: &str) -> Option<String> {
    if is_ballot(app, path).await {
        return None;
    }
    let id = random_token();
    let row = KeptPostRow {
        fields_sealed: app.secrets.seal(&place(&id), text),
        id,
        account_id: account.to_string(),
        path: path.to_owned(),
        created_at: app.machine_clock.now().0,
    };
    match kept_posts::insert(&app.db, &row).await {
        Ok(()) => Some(row.id),
        Err(error) => {
            tracing::error!(%error, "a form could not be kept");
            None
        }
    }
}

/// Whether a path is that of an action of a secret task; so it is taken to be where that is not known.
async fn is_ballot(app: &App, path: &str) -> bool {
    let Some(case) = routes::acts_in(path) else { return false };
    match app.runtime.view(&case).await {
        Ok(Some(view)) => view.definition.definition.tasks.iter().any(|(name, task)| {
            task.secret && path.starts_with(&routes::case_action(&case, name.as_str(), ""))
        }),
        Ok(None) => false,
        Err(error) => {
            tracing::error!(%error, "a form could not be kept");
            true
        }
    }
}

/// The text that was kept under this id for this account within the last half hour, and for this path
/// where one is named.
pub async fn kept_text(
    app: &App,
    account: &AccountId,
    id: &str,
    path: Option<&str>,
) -> Option<String> {
    let since = i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX);
    let since = Moment(app.machine_clock.now().0 - since);
    let row = kept_posts::find(&app.db, id, account, since).await;
    let row = row.unwrap_or_else(|error| {
        tracing::error!(%error, "a kept form could not be read");
        None
    });
    let row = row.filter(|row| path.is_none_or(|path| row.path == path))?;
    app.secrets.open(&place(&row.id), &row.fields_sealed).ok()
}

impl FromRequestParts<App> for Kept {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let named = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == PARAMETER)
            .map(|(_, id)| id.into_owned());
        let viewer = Visitor::of(parts, app).await.viewer;
        let (Some(id), Some(viewer)) = (named, viewer) else { return Ok(Self(None)) };
        let kept = kept_text(app, &viewer.account, &id, None).await;
        Ok(Self(
            kept.map(|text| url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()),
        ))
    }
}

/// The address with the parameter instead of one it may have had.
pub fn with_parameter(path: &str, parameter: &str, id: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let others =
        url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != parameter);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(parameter, id)
        .finish();
    format!("{path}?{query}")
}

fn place(id: &str) -> String {
    format!("kept_posts/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_one_kept_form() {
        assert_eq!(with_parameter("/me", PARAMETER, "x"), "/me?kept=x");
        assert_eq!(with_parameter("/me?tab=1&kept=old", PARAMETER, "x"), "/me?tab=1&kept=x");
    }
}
