//! Documents that workflows order: made from the submission as it stood then, and kept.

use engine::runtime::Job;

use super::JobError;
use crate::{
    app::App,
    cases::review_form::{kept, submission_at},
};

/// Makes the review form of the submission of this moment; one that is there already stays.
pub(super) async fn review_form(app: &App, job: &Job) -> Result<(), JobError> {
    let view =
        app.runtime.view(&job.case).await?.ok_or_else(|| JobError::NoCase(job.case.clone()))?;
    let history = app.runtime.history(&job.case).await?;
    let submission = submission_at(&history, job.revision);
    let bytes = kept(app, &view, submission).await?;
    tracing::info!(case = %job.case, submission, size = bytes.len(), "made a form");
    Ok(())
}
