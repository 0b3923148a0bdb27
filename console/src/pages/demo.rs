//! Demo only: looking as somebody else, and moving the clock to see timers fire.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{Form, extract::State, response::Response};
use engine::runtime::Clock as _;
use serde::Deserialize;

use super::{DemoBar, DemoPerson, Failure, Flash, Stamp, Tone, done, login::signed_in_response};
use crate::{
    app::App,
    identity::{SignInError, Viewer, sign_in_as},
    records::settings::{self, Setting},
    routes, workflows,
};

const HOUR: i64 = 3_600_000;

/// Somebody of `demo/persons.yaml`, as far as it says here.
#[derive(Deserialize)]
struct Person {
    id: String,
    name: String,
    unit: Option<String>,
    role: Option<String>,
}

#[derive(Deserialize)]
struct People {
    applicants: Vec<Person>,
    staff: Vec<Person>,
}

#[derive(Deserialize)]
struct Unit {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Units {
    units: Vec<Unit>,
}

/// The people of the demonstration, applicants first; they are part of the program.
static PEOPLE: LazyLock<Vec<DemoPerson>> = LazyLock::new(|| {
    let people: Option<People> = serde_yaml::from_str(workflows::demo("persons.yaml")).ok();
    let units: Option<Units> = serde_yaml::from_str(workflows::demo("units.yaml")).ok();
    let units: BTreeMap<String, String> =
        units.into_iter().flat_map(|units| units.units).map(|unit| (unit.id, unit.name)).collect();
    let people = people.map(|people| people.applicants.into_iter().chain(people.staff));
    let person = |person: Person| DemoPerson {
        account: person.id.to_lowercase(),
        name: person.name,
        role: person.role.unwrap_or_else(|| "applicant".to_owned()),
        unit: person.unit.and_then(|unit| units.get(&unit).cloned()).unwrap_or_default(),
    };
    people.into_iter().flatten().map(person).collect()
});

/// Whom one may look as; nobody outside of a demonstration.
#[must_use]
pub fn people(app: &App) -> Vec<DemoPerson> {
    if !app.is_demo() {
        return Vec::new();
    }
    let word = |role: &str| app.catalogue.code("person_role", role).unwrap_or(role).to_owned();
    PEOPLE.iter().map(|person| DemoPerson { role: word(&person.role), ..person.clone() }).collect()
}

/// The bar above every page of a demonstration.
pub(super) fn bar(app: &App) -> Option<DemoBar> {
    app.is_demo().then(|| DemoBar {
        people: people(app),
        now: Stamp::moment(app.clock.now()),
        is_moved: app.clock.offset() != 0,
    })
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
    let is_known = PEOPLE.iter().any(|person| person.account == form.account);
    if !app.is_demo() || !is_known {
        return Err(Failure::NotFound);
    }
    match sign_in_as(&app, &form.account.as_str().into(), viewer.as_ref()).await {
        Ok(signed_in) => Ok(signed_in_response(&signed_in, &form.next)),
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

/// Moves the clock forward, or back to the machine's time.
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
    let offset = match form.by.as_str() {
        "1h" => app.clock.offset() + HOUR,
        "1d" => app.clock.offset() + 24 * HOUR,
        "7d" => app.clock.offset() + 7 * 24 * HOUR,
        "reset" => 0,
        _ => return Err(Failure::Unprocessable("时钟只能按给出的几档移动。".to_owned())),
    };
    settings::set(&app.db, Setting::ClockOffset, &offset.to_string()).await?;
    app.clock.set_offset(offset);
    let now = Stamp::moment(app.clock.now());
    let say = format!("演示时钟现在是 {}；到期的提醒会在几秒内发出。", now.text);
    Ok(done(routes::inside(&form.back), &Flash::new(Tone::Ok, say)))
}
