//! `GET /tasks/batches/{id}`: what became of a batch, while it is being done and afterwards.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::BulkResultPage;
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Failure, queue::filter::Asked, render},
    records::batches::{self, BatchStatus},
    routes,
};

/// So many names are listed of each kind.
pub(super) const NAMES: i64 = 200;

/// The page.
///
/// # Errors
/// 404 where there is no such batch of the viewer's.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let batch = batches::find(&app.db, &id, &viewer.account).await?;
    let batch = batch.filter(|batch| batch.status != BatchStatus::Draft);
    let batch = batch.ok_or(Failure::NotFound)?;
    let (waiting, done, failed) = batches::counts(&app.db, &id).await?;
    let names = batches::items(&app.db, &id, "done", NAMES).await?;
    let failures = batches::items(&app.db, &id, "failed", NAMES).await?;
    let published = app.runtime.newest(&batch.workflow);
    let defined =
        published.as_ref().and_then(|it| it.definition.action(&batch.task, &batch.action));
    let asked = Asked::of_query(&batch.filter);
    let page = BulkResultPage {
        name: defined.map_or_else(|| batch.action.to_string(), |action| action.name.clone()),
        waiting,
        done,
        names: names.into_iter().map(|item| item.name).collect(),
        failed,
        failures: failures.into_iter().map(|item| (item.task_id, item.name, item.reason)).collect(),
        value: format!("{} {} {}", batch.workflow, batch.task, batch.action),
        filter: asked.query(),
        back: asked.list(),
        here: routes::batch(&id),
    };
    Ok(render(&chrome, &page))
}
