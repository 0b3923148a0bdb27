//! `GET /login/external` and `GET /login/external/back`: to the gateway where people sign on with an
//! account of elsewhere, and back (R1–R3).

use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{Failure, Flash, Tone, done, login::signed_in_response};
use crate::{
    app::App,
    identity::{
        SignInError, Visitor,
        sign_on::{Said, SignOnError},
    },
    routes,
};

/// Where to go then, and whether to register over there first.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    next: String,
    register: String,
}

/// On to the gateway; whoever is signed in goes on at once.
///
/// # Errors
/// 404 where no gateway is set.
pub async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Ask>,
) -> Result<Response, Failure> {
    let sign_on = app.config.sign_on.as_ref().ok_or(Failure::NotFound)?;
    if visitor.viewer.is_some() {
        return Ok(Redirect::to(routes::inside(&asked.next)).into_response());
    }
    let to = sign_on.ask(&app, &visitor, &asked.next, asked.register == "yes");
    Ok(Redirect::to(&to).into_response())
}

/// Back from the gateway.
///
/// # Errors
/// 404 where no gateway is set; 503 where the database does not answer.
pub async fn back(
    State(app): State<App>,
    visitor: Visitor,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let sign_on = app.config.sign_on.as_ref().ok_or(Failure::NotFound)?;
    match sign_on.sign_in(&app, &visitor, &said).await {
        Ok(signed_in) => signed_in_response(&app, &signed_in, &said.next).await,
        Err(SignOnError::SignIn(SignInError::Database(error))) => Err(error.into()),
        Err(SignOnError::SignIn(SignInError::TooMany { seconds })) => {
            Err(Failure::TooMany { seconds })
        }
        Err(SignOnError::NotBelieved | SignOnError::SignIn(SignInError::Wrong)) => {
            let say = "没有登录成功：登录已超时，或账号已停用。请重新登录。";
            Ok(done(&routes::login(&said.next), &Flash::new(Tone::Bad, say)))
        }
    }
}

#[cfg(test)]
mod tests;
