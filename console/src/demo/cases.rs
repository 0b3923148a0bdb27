//! Bindings of the demonstration as real cases: asked for by the person, approved by the unit, in
//! the past.

use engine::{
    calendar::Moment,
    decision::{Act, Actor},
    expression::Value,
    names::{AccountId, CaseId, IdempotencyKey},
    runtime::{ActRequest, NewCase, Outcome, Refusal},
};

use super::{
    DemoError,
    seed::{Seed, account_of},
};
use crate::{app::App, records::roles};

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
/// Bindings were made so many days ago.
const BOUND_AGO: i64 = 200;

pub(super) async fn bind(app: &App, seed: &Seed, now: Moment) -> Result<(), DemoError> {
    if app.runtime.newest(&"binding".into()).is_none() {
        tracing::warn!("there is no workflow binding; the demo people stay unbound");
        return Ok(());
    }
    let bound = seed.persons.applicants.iter().filter_map(|applicant| {
        applicant.unit.as_deref().map(|unit| (applicant.person.id.as_str(), unit))
    });
    for (minute, (person, unit)) in (0_i64..).zip(bound) {
        let asked_at = now.plus(-BOUND_AGO * DAY + minute * MINUTE);
        bind_one(app, person, unit, asked_at).await?;
    }
    Ok(())
}

async fn bind_one(app: &App, person: &str, unit: &str, at: Moment) -> Result<(), DemoError> {
    let applicant = actor(app, &account_of(person)).await?;
    let Some(reviewer) = reviewer_of(app, unit, &applicant).await? else { return Ok(()) };
    app.clock.set(at);
    let asked = [("note".to_owned(), Value::Text("本单位在职人员，申请绑定".to_owned()))];
    let new = NewCase {
        workflow: "binding".into(),
        by: applicant,
        given: [("person".into(), person.to_owned()), ("unit".into(), unit.to_owned())].into(),
        asked: asked.into(),
        form: Default::default(),
        key: Some(key(&format!("bind-{person}"))),
    };
    let what = || format!("the binding of {person}");
    let started = refused(app.runtime.start(new).await, what())?;
    app.clock.set(at.plus(DAY));
    let act = act(reviewer, "review", "approve", []);
    do_once(app, &started.case, act, &format!("approve-{person}"), what()).await
}

/// Does one thing in a case, or nothing when an earlier import did it.
pub(super) async fn do_once(
    app: &App,
    case: &CaseId,
    act: Act,
    done_as: &str,
    what: String,
) -> Result<(), DemoError> {
    let request = ActRequest { case: case.clone(), revision: None, act, key: Some(key(done_as)) };
    refused(app.runtime.act(request).await, what).map(|_| ())
}

pub(super) fn act<const N: usize>(
    by: Actor,
    task: &str,
    action: &str,
    asked: [(&str, Value); N],
) -> Act {
    Act {
        by,
        task: task.into(),
        action: action.into(),
        row: None,
        asked: asked.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        changes: Vec::new(),
    }
}

pub(super) fn key(text: &str) -> IdempotencyKey {
    format!("demo-{text}").into()
}

pub(super) fn refused(
    outcome: Result<Outcome, Refusal>,
    what: String,
) -> Result<Outcome, DemoError> {
    outcome.map_err(|refusal| DemoError::Refused { what, refusal })
}

/// A demo account as the engine knows actors.
pub(super) async fn actor(app: &App, account: &str) -> Result<Actor, sqlx::Error> {
    let id = AccountId::from(account);
    let roles = roles::of_account(&app.db, &id).await?;
    Ok(Actor::Account { id, roles, acting_for: None })
}

/// The first reviewer of a unit who is not the applicant.
pub(super) async fn reviewer_of(
    app: &App,
    unit: &str,
    applicant: &Actor,
) -> Result<Option<Actor>, sqlx::Error> {
    let holders = roles::in_unit(&app.db, &unit.into()).await?;
    let reviewer = holders
        .into_iter()
        .find(|holder| holder.role == "unit_reviewer" && holder.account_id != applicant.id());
    match reviewer {
        Some(reviewer) => Ok(Some(actor(app, &reviewer.account_id).await?)),
        None => Ok(None),
    }
}
