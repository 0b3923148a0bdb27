//! 经手事项: every case that has come to the viewer's posts, finished ones too, as their workflows say
//! who may always look. From here everything is reached that may be done but is nobody's task:
//! entering an objection, changing a meeting, revoking a certificate.

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{
    names::{CaseId, WorkflowKey},
    runtime::Published,
    store::{
        cases::{self, CaseFilter, ListedCase},
        queue::Search,
    },
};
use serde::{Deserialize, Serialize};

use super::{Choice, Chrome, Crumb, Failure, Page, Pager, Stamp, Tag, Template, Tone, me, render};
use crate::{
    app::App,
    cases::{
        heading::{UnitLabel, heading},
        standing::Standing,
    },
    identity::Viewer,
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
    let listed: Vec<_> = published.iter().filter(|it| it.definition.readers.is_some()).collect();
    let workflows = match asked.workflow.as_str() {
        "" => listed.iter().map(|it| it.definition.key.clone()).collect(),
        workflow => app.runtime.family(&WorkflowKey::from(workflow)),
    };
    let text = asked.q.trim();
    let posts = viewer.roles.iter().map(|held| (held.role.clone(), held.unit.clone()));
    let filter = CaseFilter {
        workflows,
        search: (!text.is_empty()).then(|| Search { label: None, text: text.to_owned() }),
        posts: Some(posts.collect()),
        ..CaseFilter::default()
    };
    let after = (!asked.after.is_empty()).then(|| CaseId::from(asked.after.as_str()));
    let found = match filter.workflows.is_empty() {
        true => cases::CasePage::default(),
        false => cases::list(&app.db, &filter, after.as_ref(), PAGE).await?,
    };
    let choice = |it: &&std::sync::Arc<Published>| {
        Choice::new(it.definition.key.as_str(), &it.definition.name, &asked.workflow)
    };
    let all = std::iter::once(Choice::new("", "全部", &asked.workflow));
    let last = found.cases.last().filter(|_| found.has_more);
    let page = CasesPage {
        about: me::role_lines(&app, &viewer).await?.join("，"),
        workflows: all.chain(listed.iter().map(choice)).collect(),
        q: asked.q.clone(),
        is_filtered: !text.is_empty() || !asked.workflow.is_empty(),
        rows: found.cases.iter().filter_map(|case| CaseLine::of(&app, case)).collect(),
        pager: Pager {
            summary: format!("本页 {} 件，新的在前", found.cases.len()),
            previous: after.is_some().then(|| asked.href("")),
            next: last.map(|case| asked.href(case.id.as_str())),
        },
    };
    Ok(render(&chrome, &page))
}

impl CaseLine {
    fn of(app: &App, case: &ListedCase) -> Option<Self> {
        let published = app.runtime.newest(&case.workflow)?;
        let heading = heading(&published.definition, &case.shown);
        let standing = Standing::of(app, case);
        Some(Self {
            name: if heading.who.is_empty() { heading.matter.clone() } else { heading.who },
            href: routes::case(&case.id),
            matter: heading.matter,
            unit: match heading.unit {
                UnitLabel::Name(name) => name,
                UnitLabel::None | UnitLabel::Id(_) => String::new(),
            },
            tag: Tag::new(standing.tone.into(), standing.name),
            changed: Stamp::moment(case.changed_at),
        })
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
