//! Uploaded files: as they came, and as pages show them. Who may open the files of a
//! case the policy says.

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::Failure;
use crate::{
    app::App,
    files::{self, Disposition},
    identity::{Deed, Relations, Viewer, may},
    records::files::FileRow,
};

/// How a file is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Look {
    /// At least so many pixels wide.
    w: Option<u32>,
    /// Quarter turns to the right.
    rot: Option<u8>,
}

/// The file as it came.
///
/// # Errors
/// 404 where there is no such file for this viewer.
pub async fn original(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let file = find(&app, &viewer, &id).await?;
    send(&app, &file).await
}

/// A picture of it, turned upright and as large as asked; what is no picture comes as it is.
///
/// # Errors
/// As [`original`].
pub async fn view(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, Failure> {
    let file = find(&app, &viewer, &id).await?;
    let turns = look.rot.unwrap_or(0);
    if look.w.is_none() && turns == 0 {
        return send(&app, &file).await;
    }
    let made = app.files.thumbnail(&file, look.w.unwrap_or(1600), turns).await;
    match made.map_err(Failure::unavailable)? {
        Some(picture) => {
            let mut response =
                (files::headers(&file, Disposition::Inline), picture).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/jpeg"));
            headers.remove(header::ETAG);
            Ok(response)
        }
        None => send(&app, &file).await,
    }
}

async fn send(app: &App, file: &FileRow) -> Result<Response, Failure> {
    let bytes = app.files.open(file).await.map_err(Failure::unavailable)?;
    let headers = files::headers(file, Disposition::Inline);
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// The file, if it is the viewer's or lies in a case that the viewer may see.
async fn find(app: &App, viewer: &Viewer, id: &str) -> Result<FileRow, Failure> {
    let file = app.files.find(id).await.map_err(Failure::unavailable)?.ok_or(Failure::NotFound)?;
    if file.is_of(&viewer.account) {
        return Ok(file);
    }
    for case in app.files.cases(id).await.map_err(Failure::unavailable)? {
        let view = app.runtime.view(&case).await.map_err(Failure::unavailable)?;
        let Some(view) = view else { continue };
        let relations = Relations::to_case(app, viewer, &view).await?;
        if may(Deed::SeeFiles, &relations).is_allowed() {
            return Ok(file);
        }
    }
    Err(Failure::NotFound)
}
