//! What workflows may know of the world, and what they may ask of it: the console's side of
//! `workflows/host.yaml`.

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
        people::{self, Person},
        roles,
        units::{self, Unit},
    },
};

/// The host of the engine.
#[derive(Debug)]
pub struct World {
    calendar: Arc<Calendar>,
    app: OnceLock<WeakApp>,
}

impl World {
    /// A world that knows but does not act yet.
    #[must_use]
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar: Arc::new(calendar), app: OnceLock::new() }
    }

    /// From now on jobs are done by this application.
    pub fn serve(&self, app: &App) {
        // There is one application for each world; a second call would change nothing.
        let _ = self.app.set(app.downgrade());
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
                "person" => Ok(people::find_within(connection, id).await?.map(person_value)),
                "unit" => Ok(units::find_within(connection, id).await?.map(unit_value)),
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
        "person" => people::find(db, id).await?.map(person_value),
        "unit" => units::find(db, &id.into()).await?.map(unit_value),
        _ => None,
    };
    Ok(found.unwrap_or_default())
}

fn person_value(person: Person) -> Value {
    map([
        ("id", Value::Text(person.id)),
        ("account", Value::Text(person.account_id)),
        ("name", Value::Text(person.name)),
        ("gender", Value::Text(person.gender)),
        ("birth_date", person.birth_date.parse().map_or(Value::None, Value::Date)),
        ("series", optional(person.series)),
    ])
}

fn unit_value(unit: Unit) -> Value {
    let roles = unit.roles.into_iter().map(Value::Text).collect();
    map([
        ("id", Value::Text(unit.id.to_string())),
        ("name", Value::Text(unit.name)),
        ("kind", Value::Text(unit.kind)),
        ("status", Value::Text(unit.status)),
        ("division", Value::Text(unit.division)),
        ("parent", optional(unit.parent.map(|parent| parent.to_string()))),
        ("title_admin", optional(unit.title_admin.map(|office| office.to_string()))),
        ("location", Value::Text(unit.location)),
        ("roles", Value::List(roles)),
    ])
}

fn optional(text: Option<String>) -> Value {
    text.map_or(Value::None, Value::Text)
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
