//! An action that was opened from a reviewer's queue: what is decided on stands beside what is asked, and
//! then the next one in the same filter follows.

use axum::http::Uri;
use engine::{runtime::TaskId, store::queue};

use crate::{
    app::App,
    cases::seen::Seen,
    identity::Viewer,
    pages::{Failure, case::ReadGroup, casework, queue::filter::Asked},
    routes,
};

/// The part of the address that says so.
const FROM: &str = "from";

/// The page of an action at `href`, opened from the queue.
pub(in crate::pages) fn from_queue(href: &str, asked: &Asked) -> String {
    let mut parameters = asked.parameters().to_vec();
    parameters.push((FROM, "queue"));
    routes::with_query(href, &parameters)
}

/// What is decided on, as the task's own page tells it.
pub(super) fn told(seen: &Seen) -> (Vec<(String, String)>, Vec<ReadGroup>) {
    let facts = casework::facts(seen).into_iter().chain(casework::start_facts(seen));
    (facts.collect(), casework::groups(seen.read(None), &[]))
}

/// The place in the queue that an action was opened from.
pub(super) struct Place {
    pub(super) asked: Asked,
    pub(super) task: TaskId,
    next: Option<TaskId>,
}

impl Place {
    /// The place that the address tells of, if it does.
    pub(super) async fn find(
        app: &App,
        viewer: &Viewer,
        seen: &Seen,
        task: TaskId,
        uri: &Uri,
    ) -> Result<Option<Self>, Failure> {
        let query = uri.query().unwrap_or_default();
        if !url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == FROM) {
            return Ok(None);
        }
        let asked = Asked::of_query(query);
        let filter = asked.filter(app, viewer, seen.view.at).await?;
        let next = match queue::find(&app.db, &task).await? {
            Some((queued, _)) => {
                let cursor = queued.cursor(asked.order());
                queue::next(&app.db, &filter, asked.order(), &cursor).await?.map(|next| next.id)
            }
            None => None,
        };
        let next = next.filter(|next| *next != task);
        Ok(Some(Self { asked, task, next }))
    }

    /// Where one goes on once it is done; after the last one what came of it is shown.
    pub(super) fn on(&self) -> Option<String> {
        self.next.as_ref().map(|next| self.asked.task(next))
    }
}
