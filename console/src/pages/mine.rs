//! 我的事项: what the viewer started or has a part in, whatever the workflow. Declarations, library items
//! and bindings have lists of their own.

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::store::cases::OwnPlace;
use serde::{Deserialize, Serialize};

use super::{Chrome, Failure, Page, Pager, Stamp, Tag, Template, Tone, casework, render};
use crate::{
    app::App,
    cases::{mine, seen::Seen},
    identity::Viewer,
    routes, template,
};

/// Rows on one page.
const PAGE: usize = 20;

/// The page.
#[derive(Debug, Serialize)]
pub struct MinePage {
    /// What runs.
    pub running: Vec<MineLine>,
    /// What has ended.
    pub ended: Vec<MineLine>,
    /// The way on.
    pub pager: Pager,
}

/// One case.
#[derive(Clone, Debug, Serialize)]
pub struct MineLine {
    /// What it is, and of somebody else's whose.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Its status.
    pub tag: Tag,
    /// What the workflow says to do, when and where.
    pub advice: String,
    /// Since when it stands there.
    pub since: Stamp,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: String,
}

/// The page.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let after = read_place(&asked.after);
    let found = mine::of_viewer(&app, &viewer, after.as_ref(), PAGE).await?;
    let (ended, running): (Vec<&Seen>, Vec<&Seen>) =
        found.cases.iter().partition(|seen| seen.view.case.is_closed);
    let lines = |cases: Vec<&Seen>| cases.into_iter().map(|it| MineLine::of(&viewer, it)).collect();
    let href = |place: &OwnPlace| routes::with_query(routes::MINE, &[("after", &written(place))]);
    let page = MinePage {
        pager: Pager {
            summary: format!("本页 {} 件，在办的在前，新的在前", found.cases.len()),
            previous: after.is_some().then(|| routes::MINE.to_owned()),
            next: found.next.as_ref().map(href),
        },
        running: lines(running),
        ended: lines(ended),
    };
    Ok(render(&chrome, &page))
}

impl MineLine {
    /// A case as its viewer sees it.
    pub(super) fn of(viewer: &Viewer, seen: &Seen) -> Self {
        let heading = seen.heading();
        let is_other = !heading.who.is_empty() && heading.who != viewer.name;
        Self {
            name: match is_other {
                true => format!("{}（{}）", heading.matter, heading.who),
                false => heading.matter,
            },
            href: routes::case(&seen.view.case.id),
            tag: casework::tag(seen),
            advice: seen.advice.join(""),
            since: Stamp::moment(seen.view.case.visit.since),
        }
    }

    /// One for samples.
    pub(super) fn sample() -> Self {
        Self {
            name: "设备借用「投影仪」".to_owned(),
            href: "/cases/l-1".to_owned(),
            tag: Tag::new(Tone::Ok, "已借出"),
            advice: "请在 2026-08-10 前归还投影仪".to_owned(),
            since: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
        }
    }
}

/// A place as the address writes it: `0.` before what runs, `1.` before what has ended.
fn written(place: &OwnPlace) -> String {
    format!("{}.{}", u8::from(place.is_closed), place.case)
}

fn read_place(text: &str) -> Option<OwnPlace> {
    let (is_closed, case) = text.split_once('.')?;
    Some(OwnPlace { is_closed: is_closed == "1", case: case.into() })
}

impl Page for MinePage {
    const TEMPLATE: Template = template!("mine");

    fn title(&self) -> String {
        "我的事项".to_owned()
    }

    fn samples() -> Vec<Self> {
        let page = |running: Vec<MineLine>, ended: Vec<MineLine>| Self {
            running,
            ended,
            pager: Pager { next: Some("/mine?after=0.l-1".to_owned()), ..Pager::default() },
        };
        let bare = MineLine { advice: String::new(), ..MineLine::sample() };
        vec![page(vec![MineLine::sample(), bare.clone()], vec![bare]), page(Vec::new(), Vec::new())]
    }
}
