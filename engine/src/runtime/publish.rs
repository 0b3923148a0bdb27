//! Published versions of definitions: immutable, kept with their texts byte for byte.

use std::sync::Arc;

use super::RuntimeError;
use crate::{
    calendar::Moment,
    decision::DefinitionRef,
    definition::{Definition, Diagnostic},
    names::WorkflowKey,
};

/// One published version.
#[derive(Clone, Debug)]
pub struct Published {
    /// The compiled definition.
    pub definition: Arc<Definition>,
    /// Its key, version and hash, as cases keep them.
    pub reference: DefinitionRef,
    /// When it was published.
    pub published_at: Moment,
    /// Who published it.
    pub published_by: String,
}

/// What installing the shipped definitions did.
#[derive(Clone, Debug, Default)]
pub struct Shipped {
    /// Workflows that were new.
    pub installed: Vec<Arc<Published>>,
    /// Workflows whose shipped text differs from the published one.
    pub updates: Vec<AvailableUpdate>,
}

/// A shipped definition that differs from the newest published version.
#[derive(Clone, Debug)]
pub struct AvailableUpdate {
    /// The workflow.
    pub workflow: WorkflowKey,
    /// The version in force.
    pub version: u32,
    /// What is shipped.
    pub shipped: Arc<Definition>,
}

/// Definitions that were not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The sources have faults: all of them, warnings too.
    #[error("{} faults, the first: {}", .0.len(), first(.0))]
    Faulty(Vec<Diagnostic>),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] RuntimeError),
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.first().map(ToString::to_string).unwrap_or_default()
}
