//! 试运行: the scenarios of the draft, or of what is in force where nothing is at work. What failed
//! stands first, with what happened.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use engine::{names::WorkflowKey, simulate::Outcome};
use serde::Serialize;

use super::{At, Frame, Problem, files, open, problems, together};
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Crumb, Failure, Page, Template, render, workflows},
    routes, template,
    workshop::{Examined, Work, examine},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct SimulatePage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// With whose drafts it was examined; empty where it was examined alone.
    pub together: String,
    /// Faults of the texts; with errors among them nothing runs.
    pub problems: Vec<Problem>,
    /// Whether the examination ended in time.
    pub is_late: bool,
    /// What ran.
    pub results: Results,
}

/// How scenarios went.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// Those that did not go as they should.
    pub failed: Vec<Run>,
    /// The others.
    pub passed: Vec<Run>,
    /// Ways that no scenario walked: workflow, from, to.
    pub unwalked: Vec<(String, String, String)>,
    /// Actions, rules and timers that no scenario tried.
    pub untried: Vec<String>,
}

/// One scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// What its author calls it.
    pub name: String,
    /// The file.
    pub file: String,
    /// Where the file is edited; empty where it is not of this workflow.
    pub href: String,
    /// What went wrong: words, where that is shown.
    pub failures: Vec<(String, String)>,
    /// What happened, line by line.
    pub transcript: Vec<String>,
}

/// Runs the scenarios.
///
/// # Errors
/// 404 where there is no such workflow for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let examined = examine(&work, true).await.ok();
    let page = SimulatePage {
        frame: Frame::of(&work, At::Simulate),
        together: together(&app, examined.as_ref()),
        problems: examined.as_ref().map(|it| problems(&work, it, "")).unwrap_or_default(),
        is_late: examined.is_none(),
        results: examined.map(|it| Results::of(&app, &work, &it)).unwrap_or_default(),
    };
    Ok(render(&chrome, &page))
}

impl Results {
    pub(super) fn of(app: &App, work: &Work, examined: &Examined) -> Self {
        let files = files(work, &examined.together);
        let (failed, passed) =
            examined.outcomes.iter().partition::<Vec<_>, _>(|outcome| !outcome.failures.is_empty());
        let runs = |outcomes: Vec<&Outcome>| -> Vec<Run> {
            outcomes.into_iter().map(|outcome| Run::of(&files, outcome)).collect()
        };
        let (unwalked, untried) = if examined.outcomes.is_empty() {
            (Vec::new(), Vec::new())
        } else {
            (unwalked(app, work, examined), untried(work, examined))
        };
        Self { failed: runs(failed), passed: runs(passed), unwalked, untried }
    }
}

/// The ways of this workflow that no scenario walked.
fn unwalked(app: &App, work: &Work, examined: &Examined) -> Vec<(String, String, String)> {
    let all = engine::simulate::unwalked(&examined.compiled, &examined.outcomes);
    let own = all.into_iter().filter(|(key, _)| *key == work.workflow);
    let name = |key: &WorkflowKey| workflows::name(app, key);
    let state = |state: &engine::names::StateName| {
        let definition = examined.compiled.definition(work.workflow.as_str());
        let known = definition.and_then(|definition| definition.states.get(state));
        known.map_or_else(|| state.to_string(), |known| known.name.clone())
    };
    own.map(|(key, edge)| {
        let from = edge.from.as_ref().map_or_else(|| "发起".to_owned(), &state);
        (name(&key), from, state(&edge.to))
    })
    .collect()
}

/// The actions, rules and timers of this workflow that no scenario tried.
fn untried(work: &Work, examined: &Examined) -> Vec<String> {
    let all = engine::simulate::untried(&examined.compiled, &examined.outcomes);
    let own = all.into_iter().filter(|(key, _)| *key == work.workflow);
    own.map(|(_, mover)| mover.to_string()).collect()
}

impl Run {
    fn of(files: &BTreeMap<String, &WorkflowKey>, outcome: &Outcome) -> Self {
        let workflow = files.get(&outcome.file);
        let href = |line: u32| match workflow {
            Some(key) => format!("{}#L{line}", routes::workflow_edit(key, &outcome.file)),
            None => String::new(),
        };
        let failures = outcome.failures.iter().map(|failure| {
            let place = &failure.place;
            (format!("第 {} 行：{}", place.line, failure.message), href(place.line))
        });
        Self {
            name: if outcome.scenario.is_empty() {
                "情景文件读不懂".to_owned()
            } else {
                outcome.scenario.clone()
            },
            href: href(1),
            file: outcome.file.clone(),
            failures: failures.collect(),
            transcript: outcome.transcript.clone(),
        }
    }
}

impl Results {
    pub(super) fn sample() -> Self {
        let run = |failures: Vec<(String, String)>| Run {
            name: "单位同意后进入公示".to_owned(),
            file: "scenarios/declaration.yaml".to_owned(),
            href: "/admin/workflows/declaration/edit?file=scenarios%2Fdeclaration.yaml".to_owned(),
            failures,
            transcript: vec!["2026-07-01 09:00　A01 发起".to_owned(), "✗ <状态>".to_owned()],
        };
        let failure =
            ("第 12 行：应在 unit_publicity，实际在 unit_pending".to_owned(), String::new());
        Self {
            failed: vec![run(vec![failure])],
            passed: vec![run(Vec::new())],
            unwalked: vec![("职称申报".to_owned(), "待单位审核".to_owned(), "不予通过".to_owned())],
            untried: vec!["规则 late（状态 pending）".to_owned()],
        }
    }
}

impl Page for SimulatePage {
    const TEMPLATE: Template = template!("workflow_simulate");

    fn title(&self) -> String {
        format!("试运行：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn samples() -> Vec<Self> {
        let page = |problems, is_late, results| Self {
            frame: Frame::sample(At::Simulate),
            together: "和「单位绑定」的草稿一起检查：这份草稿单独用还不合现行的流程。".to_owned(),
            problems,
            is_late,
            results,
        };
        vec![
            page(Vec::new(), false, Results::sample()),
            page(Problem::samples_elsewhere(), false, Results::default()),
            page(Vec::new(), true, Results::default()),
        ]
    }
}
