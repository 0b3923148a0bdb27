//! `GET /cases/{id}/documents/{name}`: a document that the workflow of a case has ordered, as PDF.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{Failure, casework};
use crate::{
    app::App,
    cases::{
        papers::{self, PaperError},
        seen::Seen,
    },
    files::{self, Disposition},
    identity::Viewer,
};

/// The file, made now if its job has not come so far.
///
/// # Errors
/// 404 where there is no such document for this viewer.
pub async fn download(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = casework::case_id(&id);
    let seen = Seen::find(&app, &viewer, &id).await?.ok_or(Failure::NotFound)?;
    let readable = papers::papers(&seen, &viewer);
    let paper = readable.into_iter().find(|paper| paper.document.as_str() == name);
    let paper = paper.ok_or(Failure::NotFound)?;
    let file = match papers::kept(&app, &id, &paper.document, paper.revision).await {
        Ok(file) => file,
        Err(PaperError::Font(error)) => return Err(Failure::Unprocessable(error.say())),
        Err(error) => return Err(Failure::unavailable(error)),
    };
    let bytes = papers::bytes(&app, &file).await.map_err(Failure::unavailable)?;
    let who = seen.heading().who;
    let name = match who.is_empty() {
        true => format!("{}.pdf", paper.name),
        false => format!("{}-{who}.pdf", paper.name),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, files::disposition(&name, Disposition::Attachment)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
