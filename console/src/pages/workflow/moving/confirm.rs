//! Before cases are moved: which, and where to. What is listed is what is moved, and nothing else.

use std::collections::BTreeSet;

use axum::response::Response;
use engine::names::CaseId;
use serde::Serialize;

use super::{CASE, MOST_MOVED, VERSION, Wanted, called::called};
use crate::{
    app::App,
    identity::Viewer,
    pages::{
        Chrome, Count, Crumb, Failure, Flash, Page, Template, Tone, done, render,
        workflow::{At, Frame},
    },
    routes, template,
    workshop::{
        Work,
        moving::{self, Judged, OfState},
    },
};

/// The page.
#[derive(Debug, Serialize)]
pub struct ConfirmPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Where the form goes, and back.
    pub action: String,
    /// How many are moved.
    pub count: Count,
    /// How many more were chosen; they come after these.
    pub left: usize,
    /// Those of each state.
    pub states: Vec<Chosen>,
    /// What the form says beside.
    pub sent: Vec<(String, String)>,
}

/// The cases of one state that are moved.
#[derive(Debug, Serialize)]
pub struct Chosen {
    /// The name of the state.
    pub name: String,
    /// Where they go; empty where they stay in it.
    pub to: String,
    /// Each by what it is called, with what changes for it.
    pub cases: Vec<(String, String)>,
}

/// The cases that fit, of the states that were chosen.
fn fitting<'j>(judged: &'j Judged, wanted: &Wanted) -> Vec<(&'j OfState, &'j CaseId)> {
    let chosen = judged.states.iter().filter(|state| wanted.chooses(&state.state));
    chosen.flat_map(|state| state.fitting.iter().map(move |case| (state, case))).collect()
}

/// Asks whether what was chosen is moved.
pub(super) async fn ask(
    app: &App,
    chrome: &Chrome,
    work: &Work,
    wanted: &Wanted,
) -> Result<Response, Failure> {
    let new = &work.published.definition;
    let judged = moving::judge(app, new, &wanted.mapping).await?;
    let fitting = fitting(&judged, wanted);
    if fitting.is_empty() {
        let flash = Flash::new(Tone::Warn, "没有换：没有选中可以换的案。");
        return Ok(done(&routes::workflow_moving(&work.workflow), &flash));
    }
    let (now, left) = fitting.split_at(fitting.len().min(MOST_MOVED));
    let ids: Vec<CaseId> = now.iter().map(|(_, case)| (*case).clone()).collect();
    let called = called(app, &ids).await?;
    let mut states: Vec<Chosen> = Vec::new();
    for (state, case) in now {
        if states.last().is_none_or(|last| last.name != state.name) {
            let to = wanted.mapping.states.get(&state.state).and_then(|to| new.states.get(to));
            let to = to.map_or_else(String::new, |to| to.name.clone());
            states.push(Chosen { name: state.name.clone(), to, cases: Vec::new() });
        }
        let told = state.told.iter().find(|told| told.case == **case);
        let words = told.map_or_else(String::new, |told| told.words.clone());
        if let (Some(last), Some(name)) = (states.last_mut(), called.get(*case)) {
            last.cases.push((name.clone(), words));
        }
    }
    let version = (VERSION.to_owned(), work.published.reference.version.to_string());
    let cases = ids.iter().map(|case| (CASE.to_owned(), case.to_string()));
    let page = ConfirmPage {
        frame: Frame::of(work, At::Moving),
        action: routes::workflow_moving(&work.workflow),
        count: Count(now.len() as u64),
        left: left.len(),
        states,
        sent: wanted.pairs().into_iter().chain([version]).chain(cases).collect(),
    };
    Ok(render(chrome, &page))
}

/// Moves the cases that were listed, as far as they still fit.
pub(super) async fn carry_out(
    app: &App,
    viewer: &Viewer,
    work: &Work,
    wanted: &Wanted,
) -> Result<Response, Failure> {
    let here = routes::workflow_moving(&work.workflow);
    if wanted.version != Some(work.published.reference.version) {
        let say = "别人刚刚发布了新版本，没有换。请再试算一遍。".to_owned();
        return Err(Failure::conflict(say, here));
    }
    let judged = moving::judge(app, &work.published.definition, &wanted.mapping).await?;
    let fitting = fitting(&judged, wanted);
    let now: Vec<&CaseId> =
        fitting.iter().map(|(_, case)| *case).filter(|case| wanted.cases.contains(*case)).collect();
    moving::record(app, &viewer.account, &work.workflow, &wanted.mapping, now.len()).await?;
    let mut refused: Vec<(CaseId, String)> = Vec::new();
    for case in &now {
        if let Err(why) = app.runtime.migrate(case, &wanted.mapping, &viewer.account).await {
            refused.push(((*case).clone(), why.to_string()));
        }
    }
    let moved: BTreeSet<&CaseId> = now.iter().copied().collect();
    let others = wanted.cases.iter().filter(|case| !moved.contains(case)).count();
    let mut says = vec![format!("已换到新版 {} 件", now.len() - refused.len())];
    if !refused.is_empty() {
        let ids: Vec<CaseId> = refused.iter().map(|(case, _)| case.clone()).collect();
        let called = called(app, &ids).await?;
        let each = refused.iter().map(|(case, why)| match called.get(case) {
            Some(name) => format!("{name}：{why}"),
            None => why.clone(),
        });
        let each = each.collect::<Vec<_>>().join("；");
        says.push(format!("{} 件没有换（{each}）", refused.len()));
    }
    if others > 0 {
        says.push(format!("{others} 件没有换，它们在您查看后有变化"));
    }
    let tone = if refused.is_empty() && others == 0 { Tone::Ok } else { Tone::Warn };
    Ok(done(&here, &Flash::new(tone, format!("{}。", says.join("；")))))
}

impl Page for ConfirmPage {
    const TEMPLATE: Template = template!("workflow_moving_confirm");

    fn title(&self) -> String {
        format!("确认换版：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn samples() -> Vec<Self> {
        let page = |left, to: &str, words: &str| Self {
            frame: Frame::sample(At::Moving),
            action: "/admin/workflows/declaration/moving".to_owned(),
            count: Count(1),
            left,
            states: vec![Chosen {
                name: "待审核（pending）".to_owned(),
                to: to.to_owned(),
                cases: vec![("测试一号　绑定（第 5 版，11-29 发起）".to_owned(), words.to_owned())],
            }],
            sent: vec![("state".to_owned(), "pending".to_owned())],
        };
        vec![page(0, "", ""), page(3, "待核对", "→ 待核对（checking）")]
    }
}
