//! A form that came after its session had run out is kept for half an hour, for its sender only.
//! After signing in, the same form comes up filled. A page may set typed text aside the same way
//! while its reader looks at something else.

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
const KEEP: Duration = Duration::from_mins(30);
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
    let id = random_token();
    let text =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields.iter()).finish();
    let row = KeptPostRow {
        fields_sealed: app.secrets.seal(&place(&id), &text),
        id,
        account_id: account.to_string(),
        path: path.to_owned(),
        created_at: app.machine_clock.now().0,
    };
    match kept_posts::insert(&app.db, &row).await {
        Ok(()) => with_parameter(href, &row.id),
        Err(error) => {
            tracing::error!(%error, "a form could not be kept");
            href.to_owned()
        }
    }
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
        let since = i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX);
        let since = Moment(app.machine_clock.now().0 - since);
        let row = kept_posts::find(&app.db, &id, &viewer.account, since).await;
        let row = row.unwrap_or_else(|error| {
            tracing::error!(%error, "a kept form could not be read");
            None
        });
        let opened = row.and_then(|row| app.secrets.open(&place(&row.id), &row.fields_sealed).ok());
        Ok(Self(
            opened.map(|text| url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()),
        ))
    }
}

/// The address with the parameter instead of one it may have had.
fn with_parameter(path: &str, id: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let others =
        url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != PARAMETER);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(PARAMETER, id)
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
        assert_eq!(with_parameter("/me", "x"), "/me?kept=x");
        assert_eq!(with_parameter("/me?tab=1&kept=old", "x"), "/me?tab=1&kept=x");
    }
}
