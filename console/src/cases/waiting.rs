//! What waits for somebody: open tasks by audience, counted by workflow.

use engine::{
    decision::{Audience, HeldRole},
    names::{RoleName, UnitId, WorkflowKey},
    store::queue::{self, QueueFilter, QueueOrder, QueuePlace, QueuedTask},
};

use crate::{app::App, identity::Viewer, records::roles};

/// The audience of tasks for which there is nobody: administrators look after them.
const NOBODY: &str = "nobody";

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
pub fn is_reviewing(app: &App, viewer: &Viewer) -> bool {
    app.catalogue.desks.deciding.iter().any(|role| viewer.has_role(role.as_str()))
}

/// Whether the viewer judges together with others.
#[must_use]
pub fn is_judging(app: &App, viewer: &Viewer) -> bool {
    app.catalogue.desks.judging.iter().any(|role| viewer.has_role(role.as_str()))
}

/// The audiences that a viewer belongs to by role.
#[must_use]
pub fn role_audiences(viewer: &Viewer) -> Vec<String> {
    let role = |role, unit| Audience::Role { role, unit }.to_string();
    let mut audiences: Vec<String> = viewer
        .roles
        .iter()
        .flat_map(|held| {
            [role(held.role.clone(), Some(held.unit.clone())), role(held.role.clone(), None)]
        })
        .collect();
    if viewer.has_role("system_admin") {
        audiences.push(NOBODY.to_owned());
    }
    audiences.sort_unstable();
    audiences.dedup();
    audiences
}

/// The audience that a viewer is alone.
#[must_use]
pub fn own_audience(viewer: &Viewer) -> String {
    Audience::Account(viewer.account.clone()).to_string()
}

/// How many tasks wait for the viewer, in person or by role, exact up to 10,000: as many as the queue
/// lists.
///
/// # Errors
/// When the database does not answer.
pub async fn count(app: &App, viewer: &Viewer) -> Result<u64, sqlx::Error> {
    let mut audiences = role_audiences(viewer);
    audiences.push(own_audience(viewer));
    let filter = QueueFilter { audiences, ..QueueFilter::default() };
    Ok(u64::try_from(queue::count(&app.db, &filter).await?).unwrap_or(u64::MAX))
}

/// What waits for the viewer's roles, by workflow; those where nothing waits are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn by_workflow(app: &App, viewer: &Viewer) -> Result<Vec<Waiting>, sqlx::Error> {
    let audiences = role_audiences(viewer);
    counted(app, audiences).await
}

/// What waits for some audiences, by workflow; those where nothing waits are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn counted(app: &App, audiences: Vec<String>) -> Result<Vec<Waiting>, sqlx::Error> {
    let mut filter = QueueFilter { audiences, ..QueueFilter::default() };
    let mut waiting = Vec::new();
    for published in app.runtime.newest_all() {
        let definition = &published.definition;
        filter.workflows = vec![definition.key.clone()];
        let count = queue::count(&app.db, &filter).await?;
        if count > 0 {
            waiting.push(Waiting {
                workflow: definition.key.clone(),
                name: definition.name.clone(),
                count: u64::try_from(count).unwrap_or(u64::MAX),
            });
        }
    }
    Ok(waiting)
}

/// A role that nobody holds, with how many tasks wait for it. Without a unit it is held in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheld {
    /// The role, and the unit in which it is missing.
    pub role: RoleName,
    /// The unit; `None` is any.
    pub unit: Option<UnitId>,
    /// How many tasks wait.
    pub count: u64,
}

/// The roles that open tasks wait for and nobody holds.
///
/// # Errors
/// When the database does not answer.
pub async fn unheld(app: &App) -> Result<Vec<Unheld>, sqlx::Error> {
    let held = roles::all_held(&app.db).await?;
    let awaited = queue::roles_awaited(&app.db).await?;
    let unheld = awaited.into_iter().filter(|(role, unit, _)| {
        let is_it = |held: &HeldRole| {
            held.role == *role && unit.as_ref().is_none_or(|unit| held.unit == *unit)
        };
        !held.iter().any(is_it)
    });
    Ok(unheld.map(|(role, unit, count)| Unheld { role, unit, count }).collect())
}

/// What waits for the viewer in person, most urgent first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn own(app: &App, viewer: &Viewer, limit: usize) -> Result<Vec<QueuedTask>, sqlx::Error> {
    let audiences = vec![own_audience(viewer)];
    let filter = QueueFilter { audiences, ..QueueFilter::default() };
    Ok(queue::tasks(&app.db, &filter, QueueOrder::Due, &QueuePlace::First, limit).await?.tasks)
}
