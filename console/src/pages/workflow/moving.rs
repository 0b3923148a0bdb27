//! 换版: what the newest version, or the draft of the next one, means for the cases that run on older
//! ones, tried on copies; and moving the chosen of them to the newest version, each by itself.

mod called;
pub mod confirm;

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::{
    decision::Mapping,
    definition::{Definition, differences},
    names::{CaseId, StateName},
};
use serde::Serialize;

use super::{At, Frame, open};
use called::called;

use crate::{
    app::App,
    cases::seen::Seen,
    identity::Viewer,
    pages::{Chrome, Count, Crumb, Failure, Page, Template, render},
    routes, template,
    workshop::{
        Work, examine,
        moving::{self, Judged, OfState},
    },
};

/// So many cases are tried on a page; of more the command line tells.
const MOST_TRIED: usize = 2000;
/// So many are moved at once; pressed again, the next are.
const MOST_MOVED: usize = 500;
/// Of so many cases of a state it is said what changes.
const MOST_TOLD: usize = 20;
/// The name of a chosen state, of a case that was listed, and of the version that it was listed for, in
/// the form.
const CHOSEN: &str = "state";
const CASE: &str = "case";
const VERSION: &str = "version";
/// Before the name of a state that goes elsewhere, in the form.
const STATE: &str = "to.";
/// Before the name of a variable that another takes over.
const VAR: &str = "var.";

/// The page.
#[derive(Debug, Serialize)]
pub struct MovingPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Its address.
    pub action: String,
    /// What is tried: 第 3 版, or 草稿.
    pub tried: String,
    /// Whether cases can be moved there: it is published.
    pub can_move: bool,
    /// Why nothing can be said; empty where something is.
    pub obstacle: String,
    /// What changes since each version that cases run on: the version, for whom and what.
    pub changes: Vec<(u32, Vec<(String, String)>)>,
    /// The cases that are behind, by state.
    pub states: Vec<StateLine>,
    /// Variables that the version does not have, each with what takes its value over.
    pub vars: Vec<VarLine>,
}

/// The cases of one state.
#[derive(Debug, Serialize)]
pub struct StateLine {
    /// Its key.
    pub key: String,
    /// Its name and key.
    pub name: String,
    /// How many cases are in it.
    pub count: Count,
    /// How many can be moved.
    pub fitting: Count,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// Whether it is not there any more.
    pub is_gone: bool,
    /// Where its cases may go: key, name, whether it is chosen.
    pub targets: Vec<(String, String, bool)>,
    /// What changes for the first of them: what it is called, its address and words.
    pub told: Vec<(String, String, String)>,
    /// How many more there are to tell of.
    pub more: usize,
}

/// A variable that is there no more.
#[derive(Debug, Serialize)]
pub struct VarLine {
    /// Its name.
    pub name: String,
    /// Those that may take its value over: name, whether it is chosen.
    pub heirs: Vec<(String, bool)>,
}

/// What was sent.
#[derive(Debug, Default)]
struct Wanted {
    mapping: Mapping,
    /// The states that are chosen; none are before somebody chooses.
    states: BTreeSet<StateName>,
    /// The cases that were listed when it was asked whether they are moved.
    cases: BTreeSet<CaseId>,
    /// The version that they were listed for.
    version: Option<u32>,
}

impl Wanted {
    fn of(pairs: &[(String, String)]) -> Self {
        let mut wanted = Self::default();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(state) = name.strip_prefix(STATE) {
                wanted.mapping.states.insert(state.into(), value.as_str().into());
            } else if let Some(var) = name.strip_prefix(VAR) {
                wanted.mapping.vars.insert(var.into(), value.as_str().into());
            } else if name == CHOSEN {
                wanted.states.insert(value.as_str().into());
            } else if name == CASE {
                wanted.cases.insert(value.as_str().into());
            } else if name == VERSION {
                wanted.version = value.parse().ok();
            }
        }
        wanted
    }

    /// What a form sends for the same choice.
    fn pairs(&self) -> Vec<(String, String)> {
        let states = self.states.iter().map(|state| (CHOSEN.to_owned(), state.to_string()));
        let to = self.mapping.states.iter();
        let to = to.map(|(state, to)| (format!("{STATE}{state}"), to.to_string()));
        let vars = self.mapping.vars.iter();
        let vars = vars.map(|(var, heir)| (format!("{VAR}{var}"), heir.to_string()));
        states.chain(to).chain(vars).collect()
    }

    fn chooses(&self, state: &StateName) -> bool {
        self.states.contains(state)
    }
}

/// What the pressed button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pressed {
    /// To try again with what was chosen.
    Try,
    /// To choose all states.
    All,
    /// To see what would be moved.
    Ask,
    /// To move that.
    Confirm,
}

impl Pressed {
    fn of(pairs: &[(String, String)]) -> Self {
        let pressed = pairs.iter().find(|(name, _)| name == "do").map(|(_, value)| value.as_str());
        match pressed {
            Some("move") => Self::Ask,
            Some("confirm") => Self::Confirm,
            Some("all") => Self::All,
            Some(_) | None => Self::Try,
        }
    }
}

/// What would become of the cases that are behind.
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
    Ok(render(&chrome, &page(&app, &viewer, &work, &Wanted::default()).await?))
}

/// Tries again with what was chosen, asks whether it is moved, or moves it.
///
/// # Errors
/// 404 as [`show`]; 409 where what would be moved to is not published.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let mut wanted = Wanted::of(&pairs);
    let pressed = Pressed::of(&pairs);
    if matches!(pressed, Pressed::Ask | Pressed::Confirm) && !work.changed().is_empty() {
        let say = "还有没发布的草稿。请先发布，或者放弃草稿，再换版。".to_owned();
        return Err(Failure::conflict(say, routes::workflow_moving(&work.workflow)));
    }
    let is_too_much = app.runtime.behind(&work.workflow).await?.len() > MOST_TRIED;
    match pressed {
        Pressed::Ask if !is_too_much => confirm::ask(&app, &chrome, &work, &wanted).await,
        Pressed::Confirm if !is_too_much => confirm::carry_out(&app, &viewer, &work, &wanted).await,
        Pressed::All => {
            let versions = app.runtime.in_use(&work.workflow);
            let states = versions.iter().flat_map(|it| it.definition.states.keys().cloned());
            wanted.states = states.collect();
            Ok(render(&chrome, &page(&app, &viewer, &work, &wanted).await?))
        }
        Pressed::Try | Pressed::Ask | Pressed::Confirm => {
            Ok(render(&chrome, &page(&app, &viewer, &work, &wanted).await?))
        }
    }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    work: &Work,
    wanted: &Wanted,
) -> Result<MovingPage, Failure> {
    let newest = work.published.reference.version;
    let mut page = MovingPage {
        frame: Frame::of(work, At::Moving),
        action: routes::workflow_moving(&work.workflow),
        tried: format!("第 {newest} 版"),
        can_move: work.changed().is_empty(),
        obstacle: String::new(),
        changes: Vec::new(),
        states: Vec::new(),
        vars: Vec::new(),
    };
    let mut new = std::sync::Arc::clone(&work.published.definition);
    if !page.can_move {
        "草稿".clone_into(&mut page.tried);
        let drafted = examine(work, false).await.ok().filter(|it| it.errors().count() == 0);
        let drafted =
            drafted.and_then(|it| it.compiled.definition(work.workflow.as_str()).cloned());
        match drafted {
            Some(drafted) => new = drafted,
            None => "草稿还有错误，改好以后才能试算".clone_into(&mut page.obstacle),
        }
    }
    let behind = app.runtime.behind(&work.workflow).await?.len();
    if behind > MOST_TRIED {
        page.obstacle = format!(
            "有 {behind} 件在办的案在旧版本上，太多，不在网页上试算。请在服务器上用 \
             zhiping impact {key} 查看，用 zhiping migrate {key} 换版",
            key = work.workflow
        );
    }
    if page.obstacle.is_empty() {
        let judged = moving::judge(app, &new, &wanted.mapping).await?;
        for version in &judged.versions {
            let old = app.runtime.version(&work.workflow, *version).await?;
            page.changes.push((*version, in_words(&old.definition, &new)));
        }
        for state in &judged.states {
            let told = told(app, viewer, state).await?;
            page.states.push(state_line(state, told, &new, wanted));
        }
        page.vars = vars(&judged, &new, wanted);
    }
    Ok(page)
}

/// What changes from one version to another: for whom, empty for everybody, and what.
pub(super) fn in_words(old: &Definition, new: &Definition) -> Vec<(String, String)> {
    let changes = differences(old, new).into_iter();
    let who = |who: Option<engine::names::ParticipantName>| who.map(|who| who.to_string());
    changes.map(|change| (who(change.who).unwrap_or_default(), change.what)).collect()
}

fn state_line(
    state: &OfState,
    told: Vec<(String, String, String)>,
    new: &Definition,
    wanted: &Wanted,
) -> StateLine {
    let target = wanted.mapping.states.get(&state.state);
    let open = new.states.iter().filter(|(_, known)| !known.is_end);
    let others = open.filter(|(name, _)| **name != state.state);
    StateLine {
        key: state.state.to_string(),
        name: state.name.clone(),
        count: Count(state.count as u64),
        fitting: Count(state.fitting.len() as u64),
        is_chosen: wanted.chooses(&state.state) && !state.fitting.is_empty(),
        is_gone: state.is_gone,
        targets: others
            .map(|(name, known)| (name.to_string(), known.name.clone(), target == Some(name)))
            .collect(),
        told,
        more: state.told.len().saturating_sub(MOST_TOLD),
    }
}

/// What changes for the first cases of a state: each by what it is called, with its address where the
/// viewer may read it.
async fn told(
    app: &App,
    viewer: &Viewer,
    state: &OfState,
) -> Result<Vec<(String, String, String)>, Failure> {
    let first: Vec<_> = state.told.iter().take(MOST_TOLD).collect();
    let ids: Vec<CaseId> = first.iter().map(|told| told.case.clone()).collect();
    let called = called(app, &ids).await?;
    let mut lines = Vec::new();
    for told in first {
        let Some(name) = called.get(&told.case) else { continue };
        let href = match Seen::find(app, viewer, &told.case).await? {
            Some(_) => routes::case(&told.case),
            None => String::new(),
        };
        lines.push((name.clone(), href, told.words.clone()));
    }
    Ok(lines)
}

fn vars(judged: &Judged, new: &Definition, wanted: &Wanted) -> Vec<VarLine> {
    let gone = judged.unused.iter().chain(wanted.mapping.vars.keys());
    let gone: std::collections::BTreeSet<_> = gone.collect();
    let lines = gone.into_iter().map(|var| {
        let heir = wanted.mapping.vars.get(var);
        VarLine {
            name: var.to_string(),
            heirs: new.vars.keys().map(|name| (name.to_string(), heir == Some(name))).collect(),
        }
    });
    lines.collect()
}

impl Page for MovingPage {
    const TEMPLATE: Template = template!("workflow_moving");

    fn title(&self) -> String {
        format!("换版：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn samples() -> Vec<Self> {
        let page = |obstacle: &str, can_move| Self {
            frame: Frame::sample(At::Moving),
            action: "/admin/workflows/declaration/moving".to_owned(),
            tried: "第 6 版".to_owned(),
            can_move,
            obstacle: obstacle.to_owned(),
            changes: vec![(
                5,
                vec![("unit".to_owned(), "期限由 5 个工作日改为 7 个工作日".to_owned())],
            )],
            states: vec![StateLine {
                key: "pending".to_owned(),
                name: "待审核（pending）".to_owned(),
                count: Count(21),
                fitting: Count(20),
                is_chosen: true,
                is_gone: true,
                targets: vec![("checking".to_owned(), "待核对".to_owned(), true)],
                told: ["", "/cases/019f"]
                    .map(|href| {
                        let called = "测试一号　绑定（第 5 版，11-29 发起）".to_owned();
                        (called, href.to_owned(), "→ 待核对（checking）".to_owned())
                    })
                    .into(),
                more: 1,
            }],
            vars: vec![VarLine {
                name: "round".to_owned(),
                heirs: vec![("turn".to_owned(), true), ("open".to_owned(), false)],
            }],
        };
        vec![page("", true), page("", false), page("草稿还有错误，改好以后才能试算", false)]
    }
}
