//! Files in pieces, for the script: a file is announced, its pieces come one after another, and the
//! form then names it. Without scripts the form carries the file itself. Every answer says where the
//! next piece begins, so that whatever was lost or forged, both sides go on from the same byte.

use axum::{
    Form, Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::Failure;
use crate::{
    app::App,
    files::{Arrived, PIECE, PieceError},
    identity::Viewer,
};

/// What is announced.
#[derive(Debug, Deserialize)]
pub struct Announced {
    name: String,
    size: u64,
}

/// Where a piece begins.
#[derive(Debug, Deserialize)]
pub struct From {
    offset: u64,
}

/// Announces a file.
///
/// # Errors
/// 503 where the store does not answer.
pub async fn begin(
    State(app): State<App>,
    viewer: Viewer,
    Form(announced): Form<Announced>,
) -> Result<Response, Failure> {
    match app.files.begin_pieces(&viewer.account, &announced.name, announced.size).await {
        Ok(id) => Ok(Json(json!({"id": id, "offset": 0, "piece": PIECE})).into_response()),
        Err(error) => refused(error),
    }
}

/// How far it is, to go on after a reload.
///
/// # Errors
/// 404 where the viewer has no such upload.
pub async fn arrived(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    match app.files.arrived(&viewer.account, &id).await {
        Ok(arrived) => Ok(told(arrived)),
        Err(error) => refused(error),
    }
}

/// Takes a piece.
///
/// # Errors
/// 404 where the viewer has no such upload, 413 for a piece that is too long.
pub async fn append(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(from): Query<From>,
    piece: Bytes,
) -> Result<Response, Failure> {
    if piece.len() > PIECE {
        return Err(Failure::TooLarge("一次最多传 1 MB。".to_owned()));
    }
    match app.files.append(&viewer.account, &id, from.offset, &piece).await {
        Ok(arrived) => Ok(told(arrived)),
        Err(error) => refused(error),
    }
}

/// Gives it up.
///
/// # Errors
/// 404 where the viewer has no such upload.
pub async fn give_up(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    match app.files.give_up(&viewer.account, &id).await {
        Ok(()) => Ok(Json(json!({})).into_response()),
        Err(error) => refused(error),
    }
}

fn told(arrived: Arrived) -> Response {
    Json(json!({"offset": arrived.offset, "size": arrived.size})).into_response()
}

fn refused(error: PieceError) -> Result<Response, Failure> {
    let say = match error {
        PieceError::NotFound => return Err(Failure::NotFound),
        PieceError::Store(error) => return Err(Failure::unavailable(error)),
        PieceError::TooLarge => "文件比允许的大，请压缩后再传",
        PieceError::TooMany => "同时上传的文件太多，请先保存已经传完的",
    };
    Ok(Json(json!({"say": say})).into_response())
}
