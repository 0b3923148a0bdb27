//! Documents that workflows order: made from the case as it stood then, and kept.

use engine::{names::DocumentName, runtime::Job};

use super::JobError;
use crate::{
    app::App,
    cases::{
        papers,
        review_form::{self, REVIEW_FORM, submission_at},
    },
};

/// Makes a document of this moment; one that is there already stays.
pub(super) async fn make(app: &App, job: &Job, document: &DocumentName) -> Result<(), JobError> {
    let view =
        app.runtime.view(&job.case).await?.ok_or_else(|| JobError::NoCase(job.case.clone()))?;
    if view.definition.definition.documents.contains_key(document) {
        let file = papers::kept(app, &job.case, document, job.revision).await?;
        tracing::info!(case = %job.case, %document, file = %file.id, size = file.size, "made");
        return Ok(());
    }
    if document.as_str() != REVIEW_FORM {
        return Err(JobError::NotAJob);
    }
    let history = app.runtime.history(&job.case).await?;
    let submission = submission_at(&history, job.revision);
    let bytes = review_form::kept(app, &view, submission).await?;
    tracing::info!(case = %job.case, submission, size = bytes.len(), "made a form");
    Ok(())
}
