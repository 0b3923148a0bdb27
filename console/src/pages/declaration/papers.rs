//! 附件一览 (R68): every file of a declaration once, those of imported items too, and each of them
//! large, with zoom.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::decision::FileRef;
use serde::{Deserialize, Serialize};

use super::{Frame, above, desk::Desk};
use crate::{
    app::App,
    cases::{reading, words},
    identity::Viewer,
    pages::{
        Chrome, Crumb, Failure, Page, Template, render,
        review::{Shown, View, show as viewer_of},
    },
    routes, template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct PapersPage {
    /// What every page of a declaration shows.
    pub frame: Frame,
    /// The files.
    pub papers: Vec<Paper>,
    /// The one that is shown large.
    pub shown: Option<Shown>,
    /// The list without it.
    pub close: String,
}

/// One file.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    /// Its name.
    pub name: String,
    /// What it belongs to.
    pub place: String,
    /// What it is.
    pub field: String,
    /// Its size.
    pub size: String,
    /// A small picture.
    pub thumb: Option<String>,
    /// The page with it large.
    pub href: String,
    /// Whether it is shown.
    pub is_shown: bool,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Look {
    doc: Option<usize>,
    zoom: Option<usize>,
    rot: Option<u8>,
}

impl Page for PapersPage {
    const TEMPLATE: Template = template!("declaration_papers");

    fn title(&self) -> String {
        "附件一览".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        above(&self.frame)
    }

    fn samples() -> Vec<Self> {
        let paper = Paper {
            name: "毕业证书.jpg".to_owned(),
            place: "学历教育：示例师范学院，本科".to_owned(),
            field: "证明材料".to_owned(),
            size: "1.2 MB".to_owned(),
            thumb: Some("/files/f-1/view?w=160".to_owned()),
            href: "/declarations/d-1/files?doc=1".to_owned(),
            is_shown: true,
        };
        let view =
            View { href: "/declarations/d-1/files?doc=1&zoom=2".to_owned(), value: String::new() };
        let shown = Shown {
            name: "毕业证书.jpg".to_owned(),
            place: "1 / 1".to_owned(),
            picture: Some("/files/f-1/view?w=640".to_owned()),
            width: 640,
            is_fitted: true,
            about: "图片，1.2 MB".to_owned(),
            original: "/files/f-1".to_owned(),
            tools: vec![("放大", "+", view)],
        };
        let page = |papers: Vec<Paper>, shown: Option<Shown>| Self {
            frame: Frame::sample(),
            papers,
            shown,
            close: "/declarations/d-1/files".to_owned(),
        };
        vec![page(vec![paper], Some(shown)), page(Vec::new(), None)]
    }
}

/// The page.
///
/// # Errors
/// 404 where there is no such declaration for the viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, Failure> {
    let desk = Desk::look(&app, &viewer, &id).await?;
    let here = routes::declaration_papers(&desk.seen.view.case.id);
    let groups = desk.seen.read(None);
    let files = files(&groups);
    let zoom = look.zoom.unwrap_or(viewer_of::FITTED);
    let turns = look.rot.unwrap_or(0) % 4;
    let href = |doc: usize, zoom: usize, turns: u8| {
        let numbers = [doc.to_string(), zoom.to_string(), turns.to_string()];
        let names = ["doc", "zoom", "rot"];
        let parameters: Vec<_> =
            names.into_iter().zip(numbers.iter().map(String::as_str)).collect();
        format!("{}#shown", routes::with_query(&here, &parameters))
    };
    let shown = look.doc.and_then(|doc| {
        let (_, _, file) = files.get(doc.checked_sub(1)?)?;
        let view = |zoom, turns| View { href: href(doc, zoom, turns), value: String::new() };
        let place = format!("{doc} / {}", files.len());
        Some(viewer_of::shown(file, place, (zoom, turns), &view))
    });
    let papers = files.iter().zip(1..).map(|((place, field, file), number)| Paper {
        name: file.name.clone(),
        place: place.clone(),
        field: field.clone(),
        size: words::bytes(file.size),
        thumb: file.media_type.starts_with("image/").then(|| routes::file_thumb(&file.id)),
        href: href(number, viewer_of::FITTED, 0),
        is_shown: look.doc == Some(number),
    });
    let page = PapersPage {
        papers: papers.collect(),
        frame: desk.frame("papers"),
        shown,
        close: here.clone(),
    };
    Ok(render(&chrome, &page))
}

/// Each file once, with the group and field it stands in first.
fn files(groups: &[reading::FactGroup]) -> Vec<(String, String, FileRef)> {
    let mut seen = BTreeSet::new();
    let all = groups.iter().flat_map(|group| {
        group.facts.iter().flat_map(move |fact| {
            let place = (group.name.clone(), fact.name.clone());
            fact.files.iter().map(move |file| (place.0.clone(), place.1.clone(), file.clone()))
        })
    });
    all.filter(|(_, _, file)| seen.insert(file.id.clone())).collect()
}
