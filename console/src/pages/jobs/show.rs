//! `GET /admin/jobs` and `GET /admin/jobs/{id}`.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::{
    decision::HeldRole,
    store::jobs::{self, ListedJob, Phase},
};
use serde::Deserialize;

use super::{JobPage, JobRow, JobsPage, PhaseView, is_allowed, kind_name, name_of};
use crate::{
    app::App,
    cases::{waiting, words},
    identity::Viewer,
    pages::{Chrome, Count, Errors, Failure, Field, Pager, me::role_line, render},
    routes,
};

/// Jobs on one page.
const PAGE: usize = 50;
/// Errors that are listed.
const ERRORS: i64 = 10;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    phase: String,
    error: String,
    after: String,
}

fn href(phase: Phase, error: &str, after: &str) -> String {
    let parameters = [("phase", phase.as_str()), ("error", error), ("after", after)];
    routes::with_query(routes::JOBS, &parameters)
}

/// The list; without a phase in the address that of what needs somebody.
///
/// # Errors
/// 404 for everybody but system administrators.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    let named = Phase::ALL.into_iter().find(|phase| phase.as_str() == asked.phase);
    let phase = named.unwrap_or(Phase::Dead);
    let after = asked.after.parse().ok();
    let mut found = jobs::list(&app.db, phase, &asked.error, after, PAGE + 1).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let counts = jobs::counts(&app.db).await?;
    let view = |shown: Phase| PhaseView {
        name: name_of(shown),
        href: href(shown, "", ""),
        count: counts.iter().find(|(of, _)| *of == shown).map(|(_, count)| Count(*count)),
        is_current: shown == phase,
    };
    let errors = jobs::errors(&app.db, ERRORS).await?.into_iter().map(
        |(status, error, many): (String, String, i64)| {
            let of = if status == "dead" { Phase::Dead } else { Phase::Retrying };
            let href = href(of, &error, "");
            (error, Count(u64::try_from(many).unwrap_or_default()), href)
        },
    );
    let last = found.last().filter(|_| has_more);
    let mut unheld = Vec::new();
    for missing in waiting::unheld(&app).await? {
        let unit = missing.unit.unwrap_or_else(|| "".into());
        let line = role_line(&app, &HeldRole { role: missing.role, unit }).await?;
        unheld.push((line, Count(missing.count), routes::USERS.to_owned()));
    }
    let page = JobsPage {
        unheld,
        views: Phase::ALL.map(view).into(),
        errors: errors.collect(),
        rows: found.iter().map(JobRow::of).collect(),
        pager: Pager {
            summary: String::new(),
            previous: after.is_some().then(|| href(phase, &asked.error, "")),
            next: last.map(|job| href(phase, &asked.error, &job.id.to_string())),
        },
        error: asked.error,
    };
    Ok(render(&chrome, &page))
}

/// One job.
///
/// # Errors
/// As [`show`], or when there is no such job.
pub async fn show_one(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    let job = found(&app, &id).await?;
    Ok(render(&chrome, &page(&job, "", Errors::none())))
}

pub(super) async fn found(app: &App, id: &str) -> Result<ListedJob, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    jobs::find(&app.db, id).await?.ok_or(Failure::NotFound)
}

/// The field of the reason.
pub(super) fn reason(typed: &str, errors: &Errors) -> Field {
    Field::area("reason", "放弃的原因", typed, 2).required().checked(errors)
}

pub(super) fn page(job: &ListedJob, typed: &str, errors: Errors) -> JobPage {
    let mut facts = vec![
        ("任务".to_owned(), kind_name(&job.kind).to_owned()),
        ("案件编号".to_owned(), job.case.to_string()),
        ("产生时间".to_owned(), words::moment(job.created_at)),
        ("已执行".to_owned(), format!("{} 次", job.attempts)),
    ];
    let is_over = matches!(job.phase, Phase::Dead | Phase::Done);
    if !is_over {
        facts.push(("下次时间".to_owned(), words::moment(job.due_at)));
    }
    if !job.error.is_empty() {
        facts.push(("最近的错误".to_owned(), job.error.clone()));
    }
    JobPage {
        job: JobRow::of(job),
        facts,
        can_retry: matches!(job.phase, Phase::Dead | Phase::Retrying),
        fields: match job.phase {
            Phase::Done => Vec::new(),
            Phase::Queued | Phase::Running | Phase::Retrying | Phase::Dead => {
                vec![reason(typed, &errors)]
            }
        },
        errors,
        action: routes::job(&job.id.to_string()),
    }
}
