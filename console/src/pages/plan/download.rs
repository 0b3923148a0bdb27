//! `GET /plans/{id}/files/{name}`: the papers of a plan, made from what the plan says.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};

use super::show::{facts, scope_facts};
use crate::{
    app::App,
    documents::{
        self, Sheet,
        sheet::{Block, Cell, Row, Table},
    },
    files::{self, Disposition},
    pages::Failure,
    records::plans::{self, Plan},
};

/// The paper as a PDF.
///
/// # Errors
/// 404 where the plan has no such paper; 503 where no font has its characters.
pub async fn download(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let plan = plans::find(&app.db, &id).await?.ok_or(Failure::NotFound)?;
    let file = plan.attachments.iter().find(|file| file.name == name).ok_or(Failure::NotFound)?;
    let sheet = paper(&app, &plan, &file.title);
    let made = tokio::task::spawn_blocking(move || documents::pdf(&sheet, &app.fonts)).await;
    let bytes = made.map_err(Failure::broken)?.map_err(Failure::unavailable)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, files::disposition(&file.name, Disposition::Attachment)),
    ];
    Ok((headers, bytes).into_response())
}

fn paper(app: &App, plan: &Plan, title: &str) -> Sheet {
    let row = |(name, value): (String, String)| Row {
        cells: vec![Cell::label(name), Cell::text(value)],
        ..Row::default()
    };
    let rows = facts(app, plan).into_iter().chain(scope_facts(app, plan)).map(row);
    let table = Table {
        title: "计划信息".to_owned(),
        columns: vec![1.0, 3.0],
        head: Vec::new(),
        rows: rows.collect(),
    };
    let heading = |text: &str| Block::Heading { text: text.to_owned() };
    let paragraph = |text: &String| Block::Paragraph { text: text.clone() };
    let mut blocks = vec![heading(title), paragraph(&plan.name), heading("一、评审范围对象")];
    blocks.push(paragraph(&plan.scope.text));
    blocks.push(heading("二、内容"));
    blocks.extend(plan.content.iter().map(paragraph));
    blocks.push(Block::Table(table));
    Sheet { title: title.to_owned(), foot: plan.name.clone(), across: String::new(), blocks }
}
