//! What the engine asks of the application that embeds it.

use std::{collections::BTreeMap, fmt, sync::Arc};

use futures::future::{BoxFuture, ready};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Calendar, Moment},
    decision::Effect,
    expression::Value,
    names::{AccountId, CaseId, OperationName, RoleName, UnitId},
    store::Connection,
};

/// The only way to the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Now.
    fn now(&self) -> Moment;
}

/// What the engine asks of its host. The reads get the connection of the deciding transaction, so
/// what they say still holds when the decision commits; they must be quick and must not write.
pub trait Host: Send + Sync + fmt::Debug {
    /// The live data of a subject, as a map with the fields of the host's schema; `None` if there
    /// is no such thing.
    fn subject<'a>(
        &'a self,
        connection: &'a mut Connection<'_>,
        kind: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Value>, HostError>>;

    /// The value of a fact operation of the host's schema. A host whose schema has none needs no more.
    fn fact<'a>(
        &'a self,
        _connection: &'a mut Connection<'_>,
        operation: &'a OperationName,
        _with: &'a BTreeMap<String, Value>,
    ) -> BoxFuture<'a, Result<Value, HostError>> {
        let unknown = HostError::Unknown { what: "operation", name: operation.to_string() };
        Box::pin(ready(Err(unknown)))
    }

    /// The active accounts that hold a role in a unit (`None`: in any unit). A host without roles has
    /// nobody.
    fn holders<'a>(
        &'a self,
        _connection: &'a mut Connection<'_>,
        _role: &'a RoleName,
        _unit: Option<&'a UnitId>,
    ) -> BoxFuture<'a, Result<Vec<AccountId>, HostError>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    /// The working-day calendar in force; without one of its own, Monday to Friday.
    fn calendar(&self) -> Arc<Calendar> {
        Arc::default()
    }

    /// The seed of the next decision, from which lots are drawn; a draw keeps it in the history. A
    /// host that fixes it makes draws repeatable.
    fn seed(&self) -> u64 {
        rand::random()
    }

    /// Seals what somebody voted in secret before it is stored, for this place only: who holds the
    /// database, its copies or its log then learns who voted and when, and nothing of what. A host
    /// without a key leaves it as it is; it then stands there in clear until it is counted.
    fn seal(&self, _place: &str, clear: String) -> String {
        clear
    }

    /// Opens what [`Self::seal`] gave for the same place.
    ///
    /// # Errors
    /// When it does not open.
    fn unseal(&self, _place: &str, sealed: String) -> Result<String, HostError> {
        Ok(sealed)
    }

    /// Does one job of the outbox: sends a letter, renders a document, calls a service. May be
    /// called again for the same job after a crash, with the same id.
    fn perform<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), JobFailure>>;
}

/// One job of the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id, the same at every attempt.
    pub id: i64,
    /// The case it comes from.
    pub case: CaseId,
    /// The revision of the case that ordered it.
    pub revision: u64,
    /// What is to be done.
    pub effect: Effect,
    /// The attempt, from 1.
    pub attempt: u32,
}

/// The host could not answer.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The database did not answer.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// Something sealed does not open: another key, or changed data.
    #[error("what is sealed for {0} does not open")]
    Sealed(String),
    /// The definition asks something the host does not offer, although the linter checked it.
    #[error("the host has no {what} named {name}")]
    Unknown {
        /// A subject or an operation.
        what: &'static str,
        /// Its name.
        name: String,
    },
}

/// A job that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobFailure {
    /// Try again later.
    #[error("try again: {0}")]
    Again(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Never try again: a dead letter for an administrator.
    #[error("given up: {0}")]
    Dead(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The time of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment(jiff::Timestamp::now().as_millisecond())
    }
}
