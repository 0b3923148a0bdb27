//! 申报一览 (R69): everything filled in and imported, with its files, to read and to print; an index
//! leads to each part.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;

use super::{Frame, above, desk::Desk};
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Crumb, Failure, Page, Tag, Template, Tone, case::ReadGroup, casework, render},
    template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct OverviewPage {
    /// What every page of a declaration shows.
    pub frame: Frame,
    /// Its status.
    pub tag: Tag,
    /// The parts.
    pub parts: Vec<OverviewPart>,
    /// Where it is checked; `None` where it is not the viewer's turn.
    pub check: Option<String>,
}

/// One part.
#[derive(Clone, Debug, Serialize)]
pub struct OverviewPart {
    /// Its id in the page.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is changed.
    pub edit: Option<String>,
    /// What it holds.
    pub groups: Vec<ReadGroup>,
}

impl Page for OverviewPage {
    const TEMPLATE: Template = template!("declaration_overview");

    fn title(&self) -> String {
        "申报一览".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        above(&self.frame)
    }

    fn samples() -> Vec<Self> {
        let page = |edit: Option<String>| Self {
            frame: Frame::sample(),
            tag: Tag::new(Tone::Go, "填报中"),
            parts: vec![OverviewPart {
                id: "p-education".to_owned(),
                name: "学历教育".to_owned(),
                edit: edit.clone(),
                groups: vec![ReadGroup::sample()],
            }],
            check: edit,
        };
        vec![page(Some("/declarations/d-1/check".to_owned())), page(None)]
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
) -> Result<Response, Failure> {
    let desk = Desk::look(&app, &viewer, &id).await?;
    let groups = casework::groups(desk.seen.read(None), &[]);
    let can_edit = desk.seen.is_own && desk.seen.editing().is_some();
    let part = |leaf: &crate::cases::outline::Leaf| {
        let own = |group: &&ReadGroup| match &leaf.category {
            Some(_) => {
                leaf.holds(&group.part) && group.name.starts_with(&format!("{}：", leaf.name))
            }
            None => leaf.holds(&group.part),
        };
        OverviewPart {
            id: format!("p-{}", leaf.key.replace('.', "-")),
            name: leaf.name.clone(),
            edit: can_edit.then(|| desk.href(leaf)),
            groups: groups.iter().filter(own).cloned().collect(),
        }
    };
    let page = OverviewPage {
        frame: desk.frame("overview"),
        tag: casework::tag(&desk.seen),
        parts: desk.leaves.iter().map(part).collect(),
        check: can_edit.then(|| crate::routes::declaration_check(&desk.seen.view.case.id)),
    };
    Ok(render(&chrome, &page))
}
