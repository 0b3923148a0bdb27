//! Demo only: looking as somebody else, and moving the clock to see timers fire.

use axum::{Form, extract::State, response::Response};
use engine::runtime::Clock as _;
use serde::Deserialize;

use super::{DemoBar, DemoPerson, Failure, Flash, Stamp, Tone, done, login::signed_in_response};
use crate::{
    app::App,
    demo,
    identity::{SignInError, Viewer, sign_in_as},
    records::accounts::AccountInRole,
    routes,
};

const HOUR: i64 = 3_600_000;

/// The order of roles on the sign-in page.
const ROLES: [&str; 9] = [
    "applicant",
    "unit_reviewer",
    "department_reviewer",
    "title_reviewer",
    "committee_secretary",
    "expert",
    "system_admin",
    "security_admin",
    "auditor",
];

/// Whom one may look as, by role; nobody outside of a demonstration.
///
/// # Errors
/// When the database does not answer.
pub async fn people(app: &App) -> Result<Vec<DemoPerson>, sqlx::Error> {
    if !app.is_demo() {
        return Ok(Vec::new());
    }
    let mut accounts = demo::accounts(app).await?;
    accounts.sort_by_key(|account| ROLES.iter().position(|role| *role == role_of(account)));
    let person = |account: AccountInRole| DemoPerson {
        role: app.catalogue.code("person_role", role_of(&account)).unwrap_or_default().to_owned(),
        account: account.account_id,
        name: account.name,
        unit: account.unit_name,
    };
    Ok(accounts.into_iter().map(person).collect())
}

/// Whoever holds no role is an applicant.
fn role_of(account: &AccountInRole) -> &str {
    if account.role.is_empty() { ROLES[0] } else { &account.role }
}

/// The bar above every page of a demonstration.
pub(super) async fn bar(
    app: &App,
    viewer: Option<&Viewer>,
) -> Result<Option<DemoBar>, sqlx::Error> {
    if !app.is_demo() {
        return Ok(None);
    }
    Ok(Some(DemoBar {
        people: people(app).await?,
        current: viewer.map(|viewer| viewer.account.to_string()).unwrap_or_default(),
        now: Stamp::moment(app.clock.now()),
    }))
}

/// Whom to be.
#[derive(Debug, Deserialize)]
pub struct AsForm {
    account: String,
    #[serde(default)]
    next: String,
}

/// Becomes somebody else.
///
/// # Errors
/// Outside of a demonstration, for unknown people, or when the database does not answer.
pub async fn become_other(
    State(app): State<App>,
    viewer: Option<Viewer>,
    Form(form): Form<AsForm>,
) -> Result<Response, Failure> {
    if !app.is_demo() {
        return Err(Failure::NotFound);
    }
    let account = demo::account(&app, &form.account).await?.ok_or(Failure::NotFound)?;
    match sign_in_as(&app, &account, viewer.as_ref()).await {
        Ok(signed_in) => signed_in_response(&app, &signed_in, &form.next).await,
        Err(SignInError::Database(error)) => Err(error.into()),
        Err(SignInError::Wrong | SignInError::TooMany { .. }) => Err(Failure::NotFound),
    }
}

/// How far to move the clock.
#[derive(Debug, Deserialize)]
pub struct ClockForm {
    by: String,
    #[serde(default)]
    back: String,
}

/// Moves the clock forward; it never goes back.
///
/// # Errors
/// Outside of a demonstration, or when the database does not answer.
pub async fn move_clock(
    State(app): State<App>,
    Form(form): Form<ClockForm>,
) -> Result<Response, Failure> {
    if !app.is_demo() {
        return Err(Failure::NotFound);
    }
    let hours = match form.by.as_str() {
        "1h" => 1,
        "1d" => 24,
        "7d" => 7 * 24,
        _ => return Err(Failure::Unprocessable("时钟只能按给出的几档移动。".to_owned())),
    };
    demo::move_clock(&app, app.clock.now().plus(hours * HOUR)).await?;
    let now = Stamp::moment(app.clock.now());
    let say = format!("演示时钟现在是 {}；到期的提醒会在几秒内发出。", now.text);
    Ok(done(routes::inside(&form.back), &Flash::new(Tone::Ok, say)))
}
