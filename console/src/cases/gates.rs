//! What stands between a person and a declaration under a plan: the gates of the workflow that the
//! plan runs on, each with its outcome (R36).

use std::collections::BTreeMap;

use engine::{
    decision::CheckOutcome,
    definition::{CheckSeverity, Definition},
    names::{CheckName, SubjectName},
    runtime::{RuntimeError, StartView},
};

use super::{bindings::Bindings, declarations};
use crate::{app::App, identity::Viewer, records::plans::Plan};

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Which check.
    pub check: CheckName,
    /// What is checked.
    pub name: String,
    /// What a failure means.
    pub severity: CheckSeverity,
    /// Why it is not passed; none where it is.
    pub reasons: Vec<String>,
}

/// The beginning of a declaration as one person stands before it.
#[derive(Debug)]
pub struct Threshold {
    /// The subjects: person, plan and unit.
    pub given: BTreeMap<SubjectName, String>,
    /// What is known before it begins.
    pub start: StartView,
    /// The gates.
    pub gates: Vec<Gate>,
}

/// The gates failed to be looked at.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The records.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

impl Threshold {
    /// Where a person stands before a plan; `None` where nothing can be declared: the viewer is no
    /// person, or no workflow is published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &App, viewer: &Viewer, plan: &Plan) -> Result<Option<Self>, GateError> {
        let Some(person) = viewer.person.clone() else { return Ok(None) };
        let workflow = declarations::workflow_of(app, &plan.series);
        let Some(published) = app.runtime.newest(&workflow) else { return Ok(None) };
        let bindings = Bindings::of_person(app, &person).await?;
        let binding = bindings.in_force().or_else(|| bindings.waiting());
        let unit = binding.map(|binding| binding.unit.to_string()).unwrap_or_default();
        let subject = |kind: &str| match kind {
            "person" => person.clone(),
            "plan" => plan.id.clone(),
            _ => unit.clone(),
        };
        let given = published.definition.start.given.iter();
        let given: BTreeMap<_, _> =
            given.map(|(name, kind)| (name.clone(), subject(kind))).collect();
        let start = app.runtime.start_view(&workflow, &viewer.actor(), &given).await?;
        let Some(start) = start else { return Ok(None) };
        let gates = start.gates.iter();
        let gates = gates.map(|outcome| Gate::of(&published.definition, outcome)).collect();
        Ok(Some(Self { given, start, gates }))
    }

    /// Whether every gate lets the person through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let closed =
            |gate: &Gate| gate.severity == CheckSeverity::Block && !gate.reasons.is_empty();
        let offer = self.start.offer.as_ref();
        offer.is_some_and(|offer| offer.refused.is_empty()) && !self.gates.iter().any(closed)
    }
}

impl Gate {
    fn of(definition: &Definition, outcome: &CheckOutcome) -> Self {
        let check = definition.checks.get(&outcome.check);
        let name = check.and_then(|check| check.name.clone());
        Self {
            check: outcome.check.clone(),
            name: name.unwrap_or_else(|| outcome.check.to_string()),
            severity: outcome.severity,
            reasons: outcome.failures.clone(),
        }
    }
}
