//! What somebody started or has a part in, of the workflows that have no list of their own.

use engine::{
    names::WorkflowKey,
    runtime::RuntimeError,
    store::cases::{self, ListedCase, OwnPlace},
};

use super::{
    bindings, declarations,
    items::LIBRARY,
    seen::{SeeError, Seen},
};
use crate::{app::App, identity::Viewer};

/// One page of it.
#[derive(Debug, Default)]
pub struct Mine {
    /// The cases as the viewer sees them: what runs, then what has ended, each newest first.
    pub cases: Vec<Seen>,
    /// Where the next page goes on; `None` where there is none.
    pub next: Option<OwnPlace>,
}

/// One page of the viewer's cases. What its page would not show is not listed.
///
/// # Errors
/// When the database does not answer.
pub async fn of_viewer(
    app: &App,
    viewer: &Viewer,
    after: Option<&OwnPlace>,
    limit: usize,
) -> Result<Mine, SeeError> {
    let workflows = workflows(app);
    let listed = cases::of_account(&app.db, &viewer.account, &workflows, after, limit).await;
    let listed = listed.map_err(RuntimeError::from)?;
    let place = |case: &ListedCase| OwnPlace { is_closed: case.is_closed, case: case.id.clone() };
    let next = listed.cases.last().filter(|_| listed.has_more).map(place);
    let mut cases = Vec::with_capacity(listed.cases.len());
    for case in &listed.cases {
        cases.extend(Seen::find(app, viewer, &case.id).await?);
    }
    Ok(Mine { cases, next })
}

/// All but declarations (我的申报), library items (业绩库) and bindings (个人中心).
fn workflows(app: &App) -> Vec<WorkflowKey> {
    let elsewhere: Vec<WorkflowKey> = [declarations::WORKFLOW, LIBRARY, bindings::WORKFLOW]
        .into_iter()
        .flat_map(|workflow| app.runtime.family(&workflow.into()))
        .collect();
    let published = app.runtime.newest_all();
    let keys = published.iter().map(|published| published.definition.key.clone());
    keys.filter(|key| !elsewhere.contains(key)).collect()
}
