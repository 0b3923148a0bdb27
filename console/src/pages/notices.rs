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
    /// What else was told in the same words at the same time, as after a batch: its title, and what
    /// opens it.
    pub more: Vec<(String, String)>,
}

/// Notices in the same words that came within this time are one line.
const TOGETHER: i64 = 10 * 60_000;
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
        notices: together(rows),
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

/// One line for each notice, and one for those that say the same of many things at once.
fn together(rows: Vec<NoticeRow>) -> Vec<NoticeLine> {
    let mut lines: Vec<(NoticeLine, i64)> = Vec::new();
    for row in rows {
        let created_at = row.created_at;
        let line = NoticeLine::from(row);
        match lines.last_mut() {
            Some((first, at))
                if matter(&first.title) == matter(&line.title)
                    && first.is_read == line.is_read
                    && *at - created_at <= TOGETHER =>
            {
                first.more.push((line.title, line.open));
            }
            Some(_) | None => lines.push((line, created_at)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// What a title says before what it says it of.
fn matter(title: &str) -> &str {
    title.split('：').next().unwrap_or(title)
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
            more: Vec::new(),
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
            more: match is_read {
                true => Vec::new(),
                false => vec![("获得荣誉：示例教学能手".to_owned(), routes::notice("n-3"))],
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, title: &str, created_at: i64) -> NoticeRow {
        NoticeRow {
            id: id.to_owned(),
            account_id: "a01".to_owned(),
            case_id: None,
            title: title.to_owned(),
            body: format!("您好：\n\n第 {id} 件"),
            link: String::new(),
            created_at,
            read_at: None,
        }
    }

    #[test]
    fn what_a_batch_tells_of_many_things_is_one_line() {
        let rows = vec![
            row("5", "业绩审核通过：论文甲", 1_000_000),
            row("4", "业绩审核通过：论文乙", 999_000),
            row("3", "业绩退回修改", 998_000),
            row("2", "业绩审核通过", 997_000),
            row("1", "业绩审核通过", 1_000),
        ];
        let lines = together(rows);
        let told: Vec<_> = lines.iter().map(|line| (line.id.as_str(), line.more.len())).collect();
        assert_eq!(told, [("5", 1), ("3", 0), ("2", 0), ("1", 0)]);
        assert_eq!(lines[0].more[0].0, "业绩审核通过：论文乙");
    }
}
