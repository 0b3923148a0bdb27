//! Which declarations of a person refer to which library items (被引用).

use std::collections::BTreeMap;

use engine::{names::CaseId, runtime::RuntimeError};

use super::{declarations, items};
use crate::app::App;

/// The uses could not be found.
#[derive(Debug, thiserror::Error)]
pub enum UsesError {
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The list of declarations.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

/// One declaration that refers to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What it is called, with its status.
    pub name: String,
    /// The declaration.
    pub case: CaseId,
}

/// The declarations of a person by the items they refer to; deleted ones refer to nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn of_person(app: &App, person: &str) -> Result<BTreeMap<CaseId, Vec<Use>>, UsesError> {
    let mut uses: BTreeMap<CaseId, Vec<Use>> = BTreeMap::new();
    for one in declarations::of_person(app, person).await? {
        let Some(view) = app.runtime.view(&one.case).await? else { continue };
        for item in items::referred(&view.definition.definition.form, &view.case.form) {
            let name = format!("{}（{}）", one.name(), one.standing.name);
            uses.entry(item).or_default().push(Use { name, case: one.case.clone() });
        }
    }
    Ok(uses)
}
