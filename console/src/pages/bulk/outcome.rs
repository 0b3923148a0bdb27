//! `GET /tasks/batches/{id}`: what became of a batch, while it is being done and afterwards.

use axum::{
    extract::{Path, State},
    response::Response,
};

use engine::{decision, definition::Action};

use super::{BulkResultPage, run::left_out};
use crate::{
    app::App,
    cases::words,
    identity::Viewer,
    pages::{Chrome, Failure, queue::filter::Asked, render},
    records::batches::{self, Batch, BatchItem, BatchStatus},
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
    let names = names.into_iter().map(|item| {
        let own = defined.map(|action| computed(&app, action, &batch, &item)).unwrap_or_default();
        (item.name, own)
    });
    let names = names.collect();
    let page = BulkResultPage {
        name: defined.map_or_else(|| batch.action.to_string(), |action| action.name.clone()),
        waiting,
        done,
        names,
        failed,
        failures: failures.into_iter().map(|item| (item.task_id, item.name, item.reason)).collect(),
        left_out: left_out(&app, &id).await?,
        value: format!("{} {} {}", batch.workflow, batch.task, batch.action),
        filter: asked.query(),
        back: asked.list(),
        here: routes::batch(&id),
    };
    Ok(render(&chrome, &page))
}

/// What one of many was answered with that was computed for it, in words.
fn computed(app: &App, action: &Action, batch: &Batch, item: &BatchItem) -> String {
    let asked = serde_json::from_str(&batch.asked).unwrap_or_default();
    let place = usize::try_from(item.place).unwrap_or_default();
    let answers = decision::batch_answers(action, &asked, place, &app.catalogue.calendar);
    let answers = answers.unwrap_or_default();
    let said = action.batch.each.keys().filter_map(|name| {
        let (field, value) = (action.ask.get(name)?, answers.get(name.as_str())?);
        Some(format!("{}：{}", field.name, words::value(&field.kind, value, &|_, _| None)))
    });
    said.collect::<Vec<_>>().join("，")
}
