//! What the audit trail keeps of the publications of workflows.

use std::collections::BTreeMap;

use engine::{names::WorkflowKey, on_reader, store::Db};
use serde::Deserialize;

/// What was kept of one version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Publication {
    /// The number of the version.
    pub version: u32,
    /// Why, in the words of whoever published it.
    pub note: String,
    /// The hashes of what the program shipped then, of files that it shipped otherwise.
    #[serde(default)]
    pub shipped: BTreeMap<String, String>,
}

/// The publications of a workflow, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workflow(db: &Db, workflow: &WorkflowKey) -> Result<Vec<Publication>, sqlx::Error> {
    const OF: &str =
        "SELECT detail FROM audit WHERE object = $1 AND action = 'publish' ORDER BY id";
    let object = format!("workflow:{workflow}");
    let details: Vec<String> =
        on_reader!(db, reader => sqlx::query_scalar(OF).bind(object).fetch_all(reader).await)?;
    Ok(details.iter().filter_map(|detail| serde_json::from_str(detail).ok()).collect())
}
