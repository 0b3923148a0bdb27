//! The workflows, for administrators: what is in force, what runs on it, what is being changed.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use engine::{
    calendar::Calendar,
    names::{AccountId, WorkflowKey},
    on_reader,
    runtime::{Clock as _, Published},
    store::Db,
};
use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use super::{
    Chrome, Count, Failure, Page, Stamp, Tag, Template, Tone, render, typed::today, workflow,
};
use crate::{
    app::App,
    identity::Viewer,
    records::{accounts, drafts},
    routes, template,
    workshop::shipped_changes,
};

/// The list.
#[derive(Debug, Serialize)]
pub struct WorkflowsPage {
    /// The year of which the calendar does not say yet when people work, once deadlines reach it.
    pub unannounced: Option<i16>,
    /// One row per workflow.
    pub rows: Vec<WorkflowRow>,
}

/// Deadlines that people are told of reach so many days.
const REACH: i64 = 60;

/// The first year that deadlines reach from a day on and whose working days are not known: they are
/// counted from Monday to Friday until the notice of that year stands in the calendar.
fn unannounced(calendar: &Calendar, today: Date) -> Option<i16> {
    let last = today.saturating_add(REACH.days());
    [today, last].into_iter().find(|day| calendar.is_provisional(*day)).map(Date::year)
}

/// One workflow.
#[derive(Clone, Debug, Serialize)]
pub struct WorkflowRow {
    /// What people call it.
    pub name: String,
    /// Its key.
    pub key: String,
    /// Its page.
    pub href: String,
    /// The workflow it extends; may be empty.
    pub extends: String,
    /// The number of its version in force.
    pub version: u32,
    /// Who published it.
    pub who: String,
    /// When.
    pub at: Stamp,
    /// Open cases by version: `第 2 版`, how many.
    pub running: Vec<(String, Count)>,
    /// What there is to do: a draft, an update.
    pub tags: Vec<Tag>,
}

#[derive(sqlx::FromRow)]
struct RunningLine {
    workflow: String,
    version: i64,
    many: i64,
}

/// Open cases by workflow and version.
async fn running(db: &Db) -> Result<Vec<RunningLine>, sqlx::Error> {
    const RUNNING: &str = "SELECT workflow, version, COUNT(*) AS many FROM cases \
                           WHERE is_closed = 0 GROUP BY workflow, version \
                           ORDER BY workflow, version DESC";
    on_reader!(db, reader => sqlx::query_as(RUNNING).fetch_all(reader).await)
}

/// The list of workflows.
///
/// # Errors
/// 404 for everybody but administrators of workflows; 503 where the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
) -> Result<Response, Failure> {
    workflow::is_allowed(&viewer)?;
    let mut by_workflow: BTreeMap<String, Vec<(String, Count)>> = BTreeMap::new();
    for line in running(&app.db).await? {
        let many = Count(u64::try_from(line.many).unwrap_or_default());
        let version = format!("第 {} 版", line.version);
        by_workflow.entry(line.workflow).or_default().push((version, many));
    }
    let at_work = drafts::at_work(&app.db).await?;
    let mut rows = Vec::new();
    for published in app.runtime.newest_all() {
        let key = &published.reference.key;
        let running = by_workflow.remove(key.as_str()).unwrap_or_default();
        let has_draft = at_work.iter().any(|(workflow, ..)| workflow == key.as_str());
        rows.push(row(&app, &published, running, has_draft).await?);
    }
    let unannounced = unannounced(&app.catalogue.calendar, today(app.clock.now()));
    Ok(render(&chrome, &WorkflowsPage { unannounced, rows }))
}

async fn row(
    app: &App,
    published: &Published,
    running: Vec<(String, Count)>,
    has_draft: bool,
) -> Result<WorkflowRow, sqlx::Error> {
    let (key, definition) = (&published.reference.key, &published.definition);
    let mut tags = Vec::new();
    if has_draft {
        tags.push(Tag::new(Tone::Go, "有草稿"));
    }
    if !shipped_changes(app, published).await?.is_empty() {
        tags.push(Tag::new(Tone::Warn, "程序带有更新"));
    }
    Ok(WorkflowRow {
        name: definition.name.clone(),
        key: key.to_string(),
        href: routes::workflow(key),
        extends: definition.lineage.get(1).map_or_else(String::new, |base| name(app, base)),
        version: published.reference.version,
        who: publisher(app, &published.published_by).await?,
        at: Stamp::moment(published.published_at),
        running,
        tags,
    })
}

/// What people call a workflow.
pub(super) fn name(app: &App, key: &WorkflowKey) -> String {
    let published = app.runtime.newest(key);
    published.map_or_else(|| key.to_string(), |published| published.definition.name.clone())
}

/// Who published something.
pub(super) async fn publisher(app: &App, by: &str) -> Result<String, sqlx::Error> {
    if by == "shipped" {
        return Ok("随程序安装".to_owned());
    }
    let account = AccountId::from(by);
    Ok(accounts::name(&app.db, &account).await?.unwrap_or_else(|| by.to_owned()))
}

impl Page for WorkflowsPage {
    const TEMPLATE: Template = template!("workflows");

    fn title(&self) -> String {
        "流程".to_owned()
    }

    fn samples() -> Vec<Self> {
        let row = WorkflowRow {
            name: "中小学教师职称申报".to_owned(),
            key: "declaration-primary-secondary-teacher".to_owned(),
            href: "/admin/workflows/declaration-primary-secondary-teacher".to_owned(),
            extends: "职称申报".to_owned(),
            version: 6,
            who: "示例管理员".to_owned(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            running: vec![("第 6 版".to_owned(), Count(300)), ("第 5 版".to_owned(), Count(18))],
            tags: vec![Tag::new(Tone::Go, "有草稿"), Tag::new(Tone::Warn, "程序带有更新")],
        };
        let base = WorkflowRow {
            name: "职称申报".to_owned(),
            key: "declaration".to_owned(),
            extends: String::new(),
            running: Vec::new(),
            tags: Vec::new(),
            ..row.clone()
        };
        vec![
            Self { unannounced: Some(2027), rows: vec![row, base] },
            Self { unannounced: None, rows: Vec::new() },
        ]
    }
}

#[cfg(test)]
mod tests {
    use engine::calendar::CalendarYear;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_without_a_notice_is_told_of_before_deadlines_reach_it() {
        let calendar = Calendar::new([(2026, CalendarYear::default())].into());
        assert_eq!(unannounced(&calendar, date(2026, 11, 1)), None);
        assert_eq!(unannounced(&calendar, date(2026, 11, 2)), Some(2027));
        assert_eq!(unannounced(&calendar, date(2027, 3, 1)), Some(2027));
        assert_eq!(unannounced(&calendar, date(2026, 1, 5)), None);
    }
}
