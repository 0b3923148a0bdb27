//! 经手事项: every case that has come to the viewer's posts, finished ones too, as their workflows say
//! who may always look, and those in which the viewer's posts may do something at any time. From here
//! everything is reached that may be done but is nobody's task: entering an objection, changing a
//! meeting, revoking a certificate.

use std::collections::BTreeSet;

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{
    decision,
    definition::{Definition, Who, WhoKind},
    expression::Value,
    names::{CaseId, WorkflowKey},
    runtime::Published,
    store::cases::{self, CaseFilter, ListedCase},
};
use serde::{Deserialize, Serialize};

use super::{Choice, Chrome, Crumb, Failure, Page, Pager, Stamp, Tag, Template, Tone, me, render};
use crate::{
    app::App,
    cases::{
        bindings,
        heading::{Heading, Headings, UnitLabel},
        items::LIBRARY,
        names::{self, Names, Wanted},
        standing::Standing,
    },
    identity::{Deed, Relations, Viewer, may},
    routes, template,
};

/// Rows on one page.
const PAGE: usize = 50;

/// The page.
#[derive(Debug, Serialize)]
pub struct CasesPage {
    /// For whom: roles and units.
    pub about: String,
    /// The workflows to choose from.
    pub workflows: Vec<Choice>,
    /// The text searched for.
    pub q: String,
    /// Whether anything is filtered.
    pub is_filtered: bool,
    /// The rows.
    pub rows: Vec<CaseLine>,
    /// The way on.
    pub pager: Pager,
}

/// One case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLine {
    /// Whom or what it is about.
    pub name: String,
    /// Its page.
    pub href: String,
    /// The workflow, and what kind of it.
    pub matter: String,
    /// The unit.
    pub unit: String,
    /// The status.
    pub tag: Tag,
    /// When it last changed.
    pub changed: Stamp,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    workflow: String,
    after: String,
}

impl Asked {
    fn href(&self, after: &str) -> String {
        let parameters = [("q", self.q.as_str()), ("workflow", &self.workflow), ("after", after)];
        routes::with_query(routes::CASES, &parameters)
    }
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
    let published = app.runtime.newest_all();
    let listed: Vec<_> = published.iter().filter(|it| comes_to_posts(&it.definition)).collect();
    let workflows = match asked.workflow.as_str() {
        "" => listed.iter().map(|it| it.definition.key.clone()).filter(is_for_all).collect(),
        workflow => app.runtime.family(&WorkflowKey::from(workflow)),
    };
    let text = asked.q.trim();
    let posts = viewer.roles.iter().map(|held| (held.role.clone(), held.unit.clone()));
    let filter = CaseFilter {
        workflows,
        search: names::search(&app, text).await?,
        posts: Some(posts.collect()),
        ..CaseFilter::default()
    };
    let after = (!asked.after.is_empty()).then(|| CaseId::from(asked.after.as_str()));
    let found = match filter.workflows.is_empty() {
        true => cases::CasePage::default(),
        false => cases::list(&app.db, &filter, after.as_ref(), PAGE).await?,
    };
    let (cases, blind) = seen_of(&app, &viewer, &found.cases).await?;
    let headings = Headings::load(&app, &cases).await?;
    let mut wanted = Wanted::default();
    cases.iter().for_each(|case| wanted.of_values(case.shown.get("unit")));
    let names = wanted.load(&app).await?;
    let line = |case: &ListedCase| {
        let heading = match blind.contains(&case.id) {
            true => Heading::of_unknown(&app.runtime.newest(&case.workflow)?.definition),
            false => headings.of(&app, case)?,
        };
        Some(CaseLine::of(&app, case, heading, &names))
    };
    let choice = |it: &&std::sync::Arc<Published>| {
        Choice::new(it.definition.key.as_str(), &it.definition.name, &asked.workflow)
    };
    let all = std::iter::once(Choice::new("", "全部（业绩和单位绑定另选）", &asked.workflow));
    let last = found.cases.last().filter(|_| found.has_more);
    let page = CasesPage {
        about: me::role_lines(&app, &viewer).await?.join("，"),
        workflows: all.chain(listed.iter().map(choice)).collect(),
        q: asked.q.clone(),
        is_filtered: !text.is_empty() || !asked.workflow.is_empty(),
        rows: cases.iter().filter_map(line).collect(),
        pager: Pager {
            summary: format!("本页 {} 件，新的在前", cases.len()),
            previous: after.is_some().then(|| asked.href("")),
            next: last.map(|case| asked.href(case.id.as_str())),
        },
    };
    Ok(render(&chrome, &page))
}

/// Library items and bindings rest for good where something may be done with them, and have pages of
/// their own: among all others they would hide the rest.
fn is_for_all(workflow: &WorkflowKey) -> bool {
    ![LIBRARY, bindings::WORKFLOW].contains(&workflow.as_str())
}

/// Whether cases of a workflow come to posts: as `readers` say, or with tasks that are nobody's work.
fn comes_to_posts(definition: &Definition) -> bool {
    let is_post = |who: &Who| matches!(who.kind, WhoKind::Role { .. });
    let mut possible = definition.tasks.values().filter(|task| task.optional);
    definition.readers.is_some()
        || possible.any(|task| {
            let participant = definition.participants.get(&task.participant);
            participant.is_some_and(|it| it.whos().any(is_post))
        })
}

/// Whether the name of whoever starts a case may be hidden from a post.
fn may_hide(definition: &Definition) -> bool {
    let is_post = |who: &Who| matches!(who.kind, WhoKind::Role { .. });
    let mut posts = definition.participants.iter().filter(|(_, it)| it.whos().any(is_post));
    posts.any(|(name, _)| definition.hides_starter_from(name))
}

/// Those of the cases that the viewer sees, and of which the viewer may not know whose they are.
async fn seen_of(
    app: &App,
    viewer: &Viewer,
    found: &[ListedCase],
) -> Result<(Vec<ListedCase>, BTreeSet<CaseId>), Failure> {
    let (mut cases, mut blind) = (Vec::with_capacity(found.len()), BTreeSet::new());
    for case in found {
        let Some(is_blind) = seen(app, viewer, case).await? else { continue };
        cases.push(case.clone());
        if is_blind {
            blind.insert(case.id.clone());
        }
    }
    Ok((cases, blind))
}

/// Whether the viewer may not know whose a case is that is found; `None` where the viewer may not see
/// it. Where it has come to a post for good it is seen, else as its page says.
async fn seen(app: &App, viewer: &Viewer, case: &ListedCase) -> Result<Option<bool>, Failure> {
    let Some(published) = app.runtime.newest(&case.workflow) else { return Ok(None) };
    let readers = published.definition.readers.as_ref();
    let readers = readers.filter(|_| !may_hide(&published.definition));
    let posts = readers.and_then(|readers| case.shown.get(readers.as_str()));
    let is_held = |post: &Value| {
        let text = |field: &str| post.get(field).and_then(Value::as_text).unwrap_or_default();
        viewer.holds(text("role"), &text("unit").into())
    };
    if posts.and_then(Value::as_list).is_some_and(|posts| posts.iter().any(is_held)) {
        return Ok(Some(false));
    }
    let view = app.runtime.view(&case.id).await.map_err(Failure::unavailable)?;
    let Some(view) = view else { return Ok(None) };
    let relations = Relations::to_case(app, viewer, &view).await?;
    if !may(Deed::SeeCase, &relations).is_allowed() {
        return Ok(None);
    }
    let definition = &view.definition.definition;
    let (actor, facts) = (viewer.actor(), &view.facts);
    Ok(Some(decision::is_blind(definition, &view.case, &actor, facts, view.at)))
}

impl CaseLine {
    fn of(app: &App, case: &ListedCase, heading: Heading, names: &Names) -> Self {
        let standing = Standing::of(app, case);
        Self {
            name: heading.name().to_owned(),
            href: routes::case(&case.id),
            matter: heading.matter,
            unit: match heading.unit {
                UnitLabel::Name(name) => name,
                UnitLabel::Id(id) => names.thing("unit", &id).unwrap_or_default(),
                UnitLabel::None => String::new(),
            },
            tag: Tag::new(standing.tone.into(), standing.name),
            changed: Stamp::moment(case.changed_at),
        }
    }
}

impl Page for CasesPage {
    const TEMPLATE: Template = template!("cases");

    fn title(&self) -> String {
        "经手事项".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("待办", routes::TASKS)]
    }

    fn samples() -> Vec<Self> {
        let row = CaseLine {
            name: "测试一号".to_owned(),
            href: "/cases/d-1".to_owned(),
            matter: "中小学教师系列职称申报".to_owned(),
            unit: "示例一中".to_owned(),
            tag: Tag::new(Tone::Go, "单位公示中"),
            changed: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
        };
        let page = |rows: Vec<CaseLine>, q: &str| Self {
            about: "示例一中（单位审核人）".to_owned(),
            workflows: vec![Choice::new("", "全部", ""), Choice::new("declaration", "申报", "")],
            q: q.to_owned(),
            is_filtered: !q.is_empty(),
            rows,
            pager: Pager::default(),
        };
        vec![page(vec![row], "测试"), page(Vec::new(), "测试"), page(Vec::new(), "")]
    }
}
