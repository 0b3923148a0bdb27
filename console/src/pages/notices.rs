//! Notices: what the system told the viewer, newest first.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{calendar::Moment, runtime::Clock as _};
use serde::{Deserialize, Serialize};

use super::{
    Chrome, Count, Crumb, Failure, Flash, Page, Pager, Stamp, Template, Tone, done, render,
};
use crate::{
    app::App,
    identity::Viewer,
    records::notices::{self, Cursor, NoticeRow},
    routes, template,
};

/// The list of notices.
#[derive(Debug, Serialize)]
pub struct NoticesPage {
    /// One page of them.
    pub notices: Vec<NoticeLine>,
    /// How many are unread.
    pub unread: Count,
    /// The way on.
    pub pager: Pager,
}

/// One notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeLine {
    /// The id of its heading.
    pub id: String,
    /// One line.
    pub title: String,
    /// The text, by paragraphs.
    pub body: Vec<String>,
    /// Marks it as read and goes to what it is about (POST).
    pub open: String,
    /// When.
    pub at: Stamp,
    /// Whether it was read.
    pub is_read: bool,
}

const ROWS: i64 = 50;

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub struct After {
    #[serde(default)]
    after: String,
}

/// The notices of the viewer.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(query): Query<After>,
) -> Result<Response, Failure> {
    let after = cursor(&query.after);
    let mut rows = notices::page(&app.db, &viewer.account, after.as_ref(), ROWS + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|rows| rows > ROWS);
    rows.truncate(usize::try_from(ROWS).unwrap_or_default());
    let next = rows.last().filter(|_| has_more).map(|last| {
        let after = format!("{}-{}", last.created_at, last.id);
        routes::with_query(routes::NOTICES, &[("after", &after)])
    });
    let unread = notices::count_unread(&app.db, &viewer.account).await?;
    let page = NoticesPage {
        notices: rows.into_iter().map(NoticeLine::from).collect(),
        unread: Count(u64::try_from(unread).unwrap_or_default()),
        pager: Pager {
            summary: String::new(),
            previous: after.map(|_| routes::NOTICES.to_owned()),
            next,
        },
    };
    Ok(render(&chrome, &page))
}

/// Marks a notice as read and goes to what it is about.
///
/// # Errors
/// When it is not the viewer's, or the database does not answer.
pub async fn open(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let row = notices::read(&app.db, &viewer.account, &id, app.clock.now()).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let href = if row.link.is_empty() { routes::NOTICES } else { routes::inside(&row.link) };
    Ok(Redirect::to(href).into_response())
}

/// Marks all notices as read.
///
/// # Errors
/// When the database does not answer.
pub async fn read_all(State(app): State<App>, viewer: Viewer) -> Result<Response, Failure> {
    notices::read_all(&app.db, &viewer.account, app.clock.now()).await?;
    Ok(done(routes::NOTICES, &Flash::new(Tone::Ok, "全部通知已标为已读。")))
}

/// Reads `<time>-<id>`; anything else begins at the beginning.
fn cursor(text: &str) -> Option<Cursor> {
    let (created_at, id) = text.split_once('-')?;
    Some(Cursor { created_at: created_at.parse().ok()?, id: id.to_owned() })
}

impl From<NoticeRow> for NoticeLine {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: row.id.clone(),
            title: row.title,
            body: row
                .body
                .split("\n\n")
                .map(str::to_owned)
                .filter(|line| !line.is_empty())
                .collect(),
            open: routes::notice(&row.id),
            at: Stamp::moment(Moment(row.created_at)),
            is_read: row.read_at.is_some(),
        }
    }
}

impl Page for NoticesPage {
    const TEMPLATE: Template = template!("notices");

    fn title(&self) -> String {
        "通知".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn samples() -> Vec<Self> {
        let notice = |id: &str, is_read| NoticeLine {
            id: id.to_owned(),
            title: "单位同意了您的绑定申请".to_owned(),
            body: vec!["示例·合肥市庐阳区第九十九中学已同意您的绑定申请。".to_owned()],
            open: routes::notice(id),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            is_read,
        };
        let next = Some("/me/notices?after=1-2".to_owned());
        vec![
            Self {
                notices: vec![notice("n-1", false), notice("n-2", true)],
                unread: Count(1),
                pager: Pager { summary: String::new(), previous: None, next },
            },
            Self { notices: Vec::new(), unread: Count(0), pager: Pager::default() },
        ]
    }
}
