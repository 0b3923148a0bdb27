//! 概况: the version in force with its diagram, what runs on which version, and every version there
//! was. An earlier or the shipped text can be taken up as a draft.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::on_reader;
use serde::{Deserialize, Serialize};

use super::{At, Frame, open};
use crate::{
    app::App,
    cases::diagram::{Map, map},
    identity::Viewer,
    pages::{
        Chrome, Count, Crumb, Failure, Flash, Page, Stamp, Template, Tone, done, render, workflows,
    },
    records::publications,
    routes, template,
    workshop::{Over, SaveError, Work, hash, shipped_changes},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct WorkflowPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Its address.
    pub href: String,
    /// The version in force.
    pub diagram: Map,
    /// Open cases by version and state.
    pub running: Vec<Running>,
    /// Every version, newest first.
    pub versions: Vec<VersionRow>,
    /// Files of which the program ships another text.
    pub updates: Vec<String>,
    /// Where that is compared.
    pub compare_shipped: String,
    /// Where the draft is edited.
    pub edit: String,
}

/// Open cases in one state of one version.
#[derive(Clone, Debug, Serialize)]
pub struct Running {
    /// The number of the version.
    pub version: i64,
    /// What people call the state.
    pub state: String,
    /// How many.
    pub many: Count,
}

/// One version.
#[derive(Clone, Debug, Serialize)]
pub struct VersionRow {
    /// Its number.
    pub version: u32,
    /// Who published it.
    pub who: String,
    /// When.
    pub at: Stamp,
    /// Why; may be empty.
    pub note: String,
    /// Where it is read.
    pub href: String,
    /// Where it is compared with what is in force; empty for that itself.
    pub compare: String,
}

#[derive(sqlx::FromRow)]
struct RunningLine {
    version: i64,
    state: String,
    many: i64,
}

/// Open cases of a workflow by version and state.
pub(super) async fn running(app: &App, work: &Work) -> Result<Vec<Running>, sqlx::Error> {
    const RUNNING: &str = "SELECT version, state, COUNT(*) AS many FROM cases \
                           WHERE is_closed = 0 AND workflow = $1 GROUP BY version, state \
                           ORDER BY version DESC, many DESC, state";
    let lines: Vec<RunningLine> = on_reader!(&app.db, reader => {
        sqlx::query_as(RUNNING).bind(work.workflow.as_str()).fetch_all(reader).await
    })?;
    // A case on an older version may stand in a state that has another name by now.
    let versions = app.runtime.in_use(&work.workflow);
    let state_of = |state: &str| {
        let known = versions.iter().find_map(|known| known.definition.states.get(state));
        known.map_or_else(|| state.to_owned(), |known| known.name.clone())
    };
    let row = |line: RunningLine| Running {
        version: line.version,
        state: state_of(&line.state),
        many: Count(u64::try_from(line.many).unwrap_or_default()),
    };
    Ok(lines.into_iter().map(row).collect())
}

/// The workflow as it is in force.
///
/// # Errors
/// 404 where there is none for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let key = &work.workflow;
    let diagram = map(&work.published.definition, |place| {
        Some(format!("{}#L{}", routes::workflow_edit(key, &place.file), place.line))
    });
    let page = WorkflowPage {
        frame: Frame::of(&work, At::Show),
        href: routes::workflow(key),
        diagram,
        running: running(&app, &work).await?,
        versions: versions(&app, &work).await?,
        updates: shipped_changes(&app, &work.published).await?,
        compare_shipped: routes::workflow_compare(key, "", "shipped"),
        edit: routes::workflow_edit(key, ""),
    };
    Ok(render(&chrome, &page))
}

async fn versions(app: &App, work: &Work) -> Result<Vec<VersionRow>, Failure> {
    let (key, newest) = (&work.workflow, work.published.reference.version);
    let notes = publications::of_workflow(&app.db, key).await?;
    let mut rows = Vec::new();
    for info in app.runtime.versions(key).await? {
        let note = notes.iter().find(|note| note.version == info.version);
        rows.push(VersionRow {
            version: info.version,
            who: workflows::publisher(app, &info.published_by).await?,
            at: Stamp::moment(info.published_at),
            note: note.map(|note| note.note.clone()).unwrap_or_default(),
            href: routes::workflow_version(key, info.version, ""),
            compare: if info.version == newest {
                String::new()
            } else {
                routes::workflow_compare(key, &info.version.to_string(), "now")
            },
        });
    }
    Ok(rows)
}

/// Which texts become the draft: `shipped`, or the number of a version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AdoptForm {
    adopt: String,
}

/// Takes the shipped or an earlier text up as a draft; what is already at work is left alone.
///
/// # Errors
/// 404 as [`show`]; 409 where a draft of one of the files is there already.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    Path(key): Path<String>,
    Form(form): Form<AdoptForm>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let key = work.workflow.clone();
    if !work.changed().is_empty() {
        let say = "已有草稿。请先发布或放弃草稿，再采用别的文本。".to_owned();
        let href = routes::workflow_compare(&key, "", "");
        return Err(Failure::Conflict { say, href, typed: Vec::new() });
    }
    let texts = if form.adopt == "shipped" {
        app.sources.files.clone()
    } else {
        let version = form.adopt.parse().map_err(|_| Failure::NotFound)?;
        app.runtime.sources(&key, version).await?.files
    };
    // A draft that says the same as what is in force is in nobody's way.
    work.forget(&app).await?;
    let work = open(&app, &viewer, key.as_str()).await?;
    for file in work.files() {
        let known = work.text(&file.path).unwrap_or_default();
        let Some(text) = texts.get(&file.path).filter(|text| *text != known) else { continue };
        let (made_on, by) = (hash(known), &viewer.account);
        match work.save(&app, by, (&file.path, text), &made_on, Over::AsBegun).await {
            // What the program offers is not the workflow's to take back.
            Ok(_) | Err(SaveError::NoFile) => {}
            Err(SaveError::Database(error)) => return Err(error.into()),
            Err(fault) => {
                let say = format!("{}没有采用：{fault}", file.path);
                return Err(Failure::Conflict {
                    say,
                    href: routes::workflow(&key),
                    typed: Vec::new(),
                });
            }
        }
    }
    let say = "已采用为草稿。请核对差异，检查、试运行后再发布。";
    Ok(done(&routes::workflow_compare(&key, "", ""), &Flash::new(Tone::Ok, say)))
}

impl Page for WorkflowPage {
    const TEMPLATE: Template = template!("workflow");

    fn title(&self) -> String {
        self.frame.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn samples() -> Vec<Self> {
        let version = |version, note: &str, compare: &str| VersionRow {
            version,
            who: "示例管理员".to_owned(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            note: note.to_owned(),
            href: format!("/admin/workflows/declaration/versions/{version}"),
            compare: compare.to_owned(),
        };
        let running = Running { version: 5, state: "待单位审核".to_owned(), many: Count(18) };
        let page = |running: Vec<Running>, updates: Vec<String>| Self {
            frame: Frame::sample(At::Show),
            href: "/admin/workflows/declaration".to_owned(),
            diagram: Map::sample(),
            running,
            versions: vec![
                version(6, "单位审核改为七个工作日", ""),
                version(5, "", "/admin/workflows/declaration/compare?from=5&to=now"),
            ],
            updates,
            compare_shipped: "/admin/workflows/declaration/compare?to=shipped".to_owned(),
            edit: "/admin/workflows/declaration/edit".to_owned(),
        };
        vec![
            page(vec![running], vec!["declaration/base.yaml".to_owned()]),
            page(Vec::new(), Vec::new()),
        ]
    }
}
