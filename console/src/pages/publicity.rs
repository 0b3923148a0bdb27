//! 公示: what workflows publish of the cases that are in a state, for anybody. Which states and which
//! labels the workflow says; nothing else of a case is read here.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{
    definition::Publicity,
    names::{CaseId, LabelName, StateName, StatusId, WorkflowKey},
    store::cases::{self, CaseFilter},
};
use serde::{Deserialize, Serialize};

use super::{Chrome, Failure, Page, Pager, Stamp, Template, render};
use crate::{app::App, cases::words, routes, template};

/// Rows on one page.
const PAGE: usize = 50;
/// The label by which the plan of a case is known.
const PLAN: &str = "plan_name";

/// The page.
#[derive(Debug, Serialize)]
pub struct PublicityPage {
    /// The lists to choose from: name, address, whether it is shown.
    pub lists: Vec<(String, String, bool)>,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// Whether any of the rows is of a plan.
    pub has_plans: bool,
    /// The rows: cells, the plan, since when.
    pub rows: Vec<PublicRow>,
    /// The way on.
    pub pager: Pager,
}

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct PublicRow {
    /// What is shown.
    pub cells: Vec<String>,
    /// Under which plan.
    pub plan: String,
    /// Since when it is public.
    pub since: Stamp,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    list: String,
    after: String,
}

/// States of several workflows under one heading.
#[derive(Default)]
struct List {
    workflows: Vec<WorkflowKey>,
    states: Vec<StateName>,
    statuses: Vec<StatusId>,
    shows: Vec<(LabelName, String)>,
}

impl List {
    fn filter(&self) -> CaseFilter {
        CaseFilter {
            workflows: self.workflows.clone(),
            states: self.states.clone(),
            statuses: self.statuses.clone(),
            ..CaseFilter::default()
        }
    }
}

/// Every list of the published workflows, by its heading.
fn lists(app: &App) -> BTreeMap<String, List> {
    let mut lists: BTreeMap<String, List> = BTreeMap::new();
    for published in app.runtime.newest_all() {
        for (name, state) in &published.definition.states {
            let Some(Publicity { name: heading, shows }) = &state.public else { continue };
            let list = lists.entry(heading.clone()).or_default();
            let key = &published.definition.key;
            if !list.workflows.contains(key) {
                list.workflows.push(key.clone());
            }
            if !list.states.contains(name) {
                list.states.push(name.clone());
            }
            let statuses = state.status.iter().map(|(_, status)| status.clone());
            let new = statuses.filter(|status| !list.statuses.contains(status));
            let new: Vec<StatusId> = new.collect();
            list.statuses.extend(new);
            if list.shows.is_empty() {
                list.shows = shows.iter().map(|(l, name)| (l.clone(), name.clone())).collect();
            }
        }
    }
    lists
}

/// The page.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    chrome: Chrome,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let all = lists(&app);
    let mut chosen = all.get_key_value(&asked.list);
    // Where none is asked for, the first that is not empty.
    for one in all.iter().filter(|_| asked.list.is_empty()) {
        if chosen.is_none() && cases::count(&app.db, &one.1.filter()).await? > 0 {
            chosen = Some(one);
        }
    }
    let Some((heading, list)) = chosen.or_else(|| all.iter().next()) else {
        return Ok(render(&chrome, &PublicityPage::empty()));
    };
    let filter = list.filter();
    let after = (!asked.after.is_empty()).then(|| CaseId::from(asked.after.as_str()));
    let found = cases::list(&app.db, &filter, after.as_ref(), PAGE).await?;
    let row = |case: &cases::ListedCase| {
        let text = |label: &str| case.shown.get(label).map(words::plain).unwrap_or_default();
        PublicRow {
            cells: list.shows.iter().map(|(label, _)| text(label.as_str())).collect(),
            plan: text(PLAN),
            since: Stamp::moment(case.changed_at),
        }
    };
    let href = |list: &str, after: &str| {
        routes::with_query(routes::PUBLICITY, &[("list", list), ("after", after)])
    };
    let last = found.cases.last().filter(|_| found.has_more);
    let rows: Vec<PublicRow> = found.cases.iter().map(row).collect();
    let page = PublicityPage {
        has_plans: rows.iter().any(|row| !row.plan.is_empty()),
        lists: all.keys().map(|name| (name.clone(), href(name, ""), name == heading)).collect(),
        columns: list.shows.iter().map(|(_, name)| name.clone()).collect(),
        rows,
        pager: Pager {
            summary: String::new(),
            previous: after.is_some().then(|| href(heading, "")),
            next: last.map(|case| href(heading, case.id.as_str())),
        },
    };
    Ok(render(&chrome, &page))
}

impl PublicityPage {
    fn empty() -> Self {
        Self {
            lists: Vec::new(),
            columns: Vec::new(),
            has_plans: false,
            rows: Vec::new(),
            pager: Pager::default(),
        }
    }
}

impl Page for PublicityPage {
    const TEMPLATE: Template = template!("publicity");

    fn title(&self) -> String {
        "公示".to_owned()
    }

    fn samples() -> Vec<Self> {
        let row = PublicRow {
            cells: ["测试一号", "示例一中", "高级教师"].map(str::to_owned).to_vec(),
            plan: "2026年度示例评审计划".to_owned(),
            since: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
        };
        let lists = [("单位公示", false), ("评审结果公示", true)];
        let lists =
            lists.map(|(name, is_shown)| (name.to_owned(), routes::PUBLICITY.to_owned(), is_shown));
        let page = |rows: Vec<PublicRow>| Self {
            lists: lists.to_vec(),
            columns: ["姓名", "工作单位", "通过资格"].map(str::to_owned).to_vec(),
            has_plans: !rows.is_empty(),
            rows,
            pager: Pager::default(),
        };
        vec![page(vec![row]), page(Vec::new()), Self::empty()]
    }
}
