//! Demo only: looking as somebody else, and moving the clock to see timers fire.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use engine::runtime::Clock as _;
use serde::Deserialize;

use super::{
    DemoBar, DemoPerson, Failure, Flash, Stamp, Tone,
    casework::{self, ways},
    done,
    login::signed_in_response,
};
use crate::{
    app::App,
    cases::seen::Seen,
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
    /// Where one goes on from the sign-in page.
    #[serde(default)]
    next: String,
    /// The page on which one becomes somebody else.
    #[serde(default)]
    at: String,
}

/// Becomes somebody else. On a page of a case one stays with the case, where the other may see it.
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
        Ok(signed_in) => {
            let at = case_of(&form.at)
                .map(|case| routes::with_query(routes::DEMO_AT, &[("case", case.as_str())]));
            signed_in_response(&app, &signed_in, at.as_deref().unwrap_or(&form.next)).await
        }
        Err(SignInError::Database(error)) => Err(error.into()),
        Err(SignInError::Wrong | SignInError::TooMany { .. }) => Err(Failure::NotFound),
    }
}

/// The case that a page is about: `/cases/{id}…` or `/tasks/{id}~{task}`.
fn case_of(here: &str) -> Option<String> {
    let path = here.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').skip(1);
    let (list, id) = (parts.next()?, parts.next()?);
    let is_one = [routes::CASES, routes::TASKS].contains(&format!("/{list}").as_str());
    let id = id.split(['~', '%']).next().filter(|id| is_one && !id.is_empty())?;
    Some(id.to_owned())
}

/// Which case.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AtQuery {
    case: String,
}

/// Goes to the page where the viewer decides the case, or reads it; home where the viewer does neither.
///
/// # Errors
/// Outside of a demonstration, or when the database does not answer.
pub async fn show_at(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<AtQuery>,
) -> Result<Response, Failure> {
    if !app.is_demo() {
        return Err(Failure::NotFound);
    }
    let id = casework::case_id(&query.case);
    let href = match Seen::find(&app, &viewer, &id).await? {
        Some(seen) => ways::review(&seen).map_or_else(|| routes::case(&id), |(_, href)| href),
        None => routes::HOME.to_owned(),
    };
    Ok(casework::see_other(&href))
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

#[cfg(test)]
#[test]
fn whoever_becomes_somebody_else_stays_with_the_case() {
    for (here, case) in [
        ("/cases/c1", Some("c1")),
        ("/cases/c1/do/verdict/announce?x=1", Some("c1")),
        ("/tasks/c1~review", Some("c1")),
        ("/tasks/c1%7Ereview", Some("c1")),
        ("/tasks", None),
        ("/tasks/?sort=due", None),
        ("/declarations/c1", None),
        ("/", None),
    ] {
        assert_eq!(case_of(here).as_deref(), case, "{here}");
    }
}
