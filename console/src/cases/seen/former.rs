//! The versions that a case ran on before it moved, by which its history has names.

use std::sync::Arc;

use engine::{
    decision::{Event, Recorded},
    names::StateName,
    runtime::{Published, RuntimeError},
};

use super::Seen;
use crate::app::App;

impl Seen {
    /// The name of a state that only earlier versions have.
    pub fn former_state(&self, state: &StateName) -> Option<String> {
        let states = self.former.iter().filter_map(|it| it.definition.states.get(state));
        states.map(|state| state.name.clone()).next()
    }
}

/// The versions that a case ran on before its present one, newest first.
pub(super) async fn versions(
    app: &App,
    history: &[Recorded],
) -> Result<Vec<Arc<Published>>, RuntimeError> {
    let references = history.iter().filter_map(|recorded| {
        if let Event::Started { definition, .. } | Event::Migrated { definition, .. } =
            &recorded.event
        {
            Some(definition)
        } else {
            None
        }
    });
    let references: Vec<_> = references.collect();
    let mut former = Vec::new();
    for reference in references.iter().rev().skip(1) {
        former.push(app.runtime.version(&reference.key, reference.version).await?);
    }
    Ok(former)
}
