//! What workflows may know of the world, and what they may ask of it: the console's side of
//! `workflows/host.yaml`.

pub mod library;
mod review;
pub mod subjects;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use engine::{
    calendar::Calendar,
    expression::Value,
    names::{AccountId, OperationName, RoleName, UnitId},
    runtime::{Host, HostError, Job, JobFailure},
    store::{Connection, Db},
};
use futures::future::BoxFuture;

use crate::{
    app::{App, WeakApp},
    jobs,
    records::{
        people::{self, PrivateError},
        plans, roles, units,
    },
    secrets::Secrets,
};
use subjects::{ban_value, person_value, plan_value, unit_value};

/// The host of the engine.
#[derive(Debug)]
pub struct World {
    calendar: Arc<Calendar>,
    secrets: Secrets,
    app: OnceLock<WeakApp>,
}

impl World {
    /// A world that knows but does not act yet.
    #[must_use]
    pub fn new(calendar: Calendar, secrets: Secrets) -> Self {
        Self { calendar: Arc::new(calendar), secrets, app: OnceLock::new() }
    }

    /// From now on jobs are done by this application.
    pub fn serve(&self, app: &App) {
        // There is one application for each world; a second call would change nothing.
        let _ = self.app.set(app.downgrade());
    }
}

impl World {
    /// A person with the numbers that rules judge; nothing keeps them but the sealed record.
    async fn person(
        &self,
        connection: &mut Connection<'_>,
        id: &str,
    ) -> Result<Option<Value>, HostError> {
        let Some(person) = people::find_within(connection, id).await? else { return Ok(None) };
        let private = people::private_within(connection, &self.secrets, id).await;
        let private = private.map_err(|error| match error {
            PrivateError::Database(error) => HostError::Database(error),
            sealed @ PrivateError::Sealed(_) => {
                HostError::Database(sqlx::Error::Decode(Box::new(sealed)))
            }
        })?;
        Ok(Some(person_value(person, private)))
    }
}

impl Host for World {
    fn subject<'a>(
        &'a self,
        connection: &'a mut Connection<'_>,
        kind: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>> {
        Box::pin(async move {
            match kind {
                "person" => self.person(connection, id).await,
                "unit" => Ok(units::find_within(connection, id).await?.map(unit_value)),
                "plan" => Ok(plans::find_within(connection, id).await?.map(|it| plan_value(&it))),
                _ => Err(HostError::Unknown { what: "subject", name: kind.to_owned() }),
            }
        })
    }

    fn fact<'a>(
        &'a self,
        connection: &'a mut Connection<'_>,
        operation: &'a OperationName,
        with: &'a BTreeMap<String, Value>,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        Box::pin(async move {
            let text = |name: &str| match with.get(name) {
                Some(Value::Text(text)) => text.as_str(),
                _ => "",
            };
            match operation.as_str() {
                "unit" => {
                    let unit = units::find_within(connection, text("id")).await?;
                    Ok(unit.map_or(Value::None, unit_value))
                }
                "title_office" => {
                    let office = units::title_office(connection, text("division")).await?;
                    Ok(office.map_or(Value::None, |office| Value::Text(office.to_string())))
                }
                "units_with_code" => {
                    let count = units::count_with_code(connection, text("code")).await?;
                    Ok(Value::Integer(count))
                }
                "bans" => {
                    let bans = people::bans_within(connection, text("person")).await?;
                    Ok(Value::List(bans.into_iter().map(ban_value).collect()))
                }
                "library" => {
                    let items = with.get("items").and_then(Value::as_list).unwrap_or_default();
                    let ids = items.iter().filter_map(Value::as_text).map(str::to_owned).collect();
                    library::items(connection, &ids).await
                }
                "route" => review::route(connection, text("unit"), text("plan")).await,
                "filing_office" => {
                    review::filing_office(connection, text("unit"), text("plan")).await
                }
                "free_posts" => review::free_posts(connection, text("unit"), text("plan")).await,
                "committee" => review::committee(connection, text("plan")).await,
                "experts" => {
                    let levels = with.get("levels").and_then(Value::as_list).unwrap_or_default();
                    review::experts(connection, text("series"), levels).await
                }
                name => Err(HostError::Unknown { what: "operation", name: name.to_owned() }),
            }
        })
    }

    fn holders<'a>(
        &'a self,
        connection: &'a mut Connection<'_>,
        role: &'a RoleName,
        unit: Option<&'a UnitId>,
    ) -> BoxFuture<'a, Result<Vec<AccountId>, HostError>> {
        Box::pin(async move { Ok(roles::holders(connection, role, unit).await?) })
    }

    fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.calendar)
    }

    fn seal(&self, place: &str, clear: String) -> String {
        self.secrets.seal(place, &clear)
    }

    fn unseal(&self, place: &str, sealed: String) -> Result<String, HostError> {
        // Votes of earlier releases stand there in clear; what is sealed is hexadecimal.
        if sealed.starts_with('{') {
            return Ok(sealed);
        }
        self.secrets.open(place, &sealed).map_err(|_| HostError::Sealed(place.to_owned()))
    }

    fn perform<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>> {
        Box::pin(async move {
            let app = self.app.get().and_then(WeakApp::upgrade);
            let app = app.ok_or_else(|| JobFailure::Again("the application is closing".into()))?;
            jobs::perform(&app, job).await
        })
    }
}

/// A subject outside of a transaction, as letters write it; nothing is known of what is not there.
///
/// # Errors
/// When the database does not answer.
pub async fn subject(db: &Db, kind: &str, id: &str) -> Result<Value, sqlx::Error> {
    let found = match kind {
        "person" => people::find(db, id).await?.map(|person| person_value(person, None)),
        "unit" => units::find(db, &id.into()).await?.map(unit_value),
        "plan" => plans::find(db, id).await?.map(|plan| plan_value(&plan)),
        _ => None,
    };
    Ok(found.unwrap_or_default())
}
