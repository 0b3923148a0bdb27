//! One workflow, for administrators: what is in force, its draft, and what comes of it. Every page
//! of a workflow has the same tabs.

pub mod begin;
pub mod compare;
pub mod edit;
pub mod moving;
pub mod publish;
pub mod show;
pub mod simulate;
pub mod version;

use std::collections::BTreeMap;

use engine::{definition::Severity, names::WorkflowKey};
use serde::Serialize;

use super::{Crumb, Failure, Tone, workflows};
use crate::{
    app::App,
    identity::{Deed, Relations, Viewer, may},
    routes,
    workshop::{Examined, Part, Work},
};

/// What every page of a workflow shows.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// What people call the workflow.
    pub name: String,
    /// Its key.
    pub key: String,
    /// The number of its version in force.
    pub version: u32,
    /// Whether there is a draft.
    pub has_draft: bool,
    /// The tabs.
    pub tabs: Vec<Tab>,
}

/// One tab.
#[derive(Clone, Debug, Serialize)]
pub struct Tab {
    /// Its words.
    pub name: &'static str,
    /// Where it leads.
    pub href: String,
    /// What waits there; empty where nothing is counted.
    pub count: String,
    /// Whether this is the page.
    pub is_current: bool,
}

/// The tabs by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// 概况.
    Show,
    /// 编辑.
    Edit,
    /// 对比.
    Compare,
    /// 试运行.
    Simulate,
    /// 发布.
    Publish,
    /// 换版.
    Moving,
    /// None of them.
    Version,
}

/// One thing that is wrong, or probably so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `bad` or `warn`.
    pub tone: Tone,
    /// Where: `第 24 行，第 23 列`, with the file where it is another.
    pub place: String,
    /// The exact place, as `file:line:column`.
    pub exact: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    pub remedy: String,
    /// Where the line is shown.
    pub href: String,
}

/// Whether the viewer administers workflows; to others the pages are not there.
pub(super) fn is_allowed(viewer: &Viewer) -> Result<(), Failure> {
    let access = may(Deed::ManageWorkflows, &Relations::to_anything(viewer));
    if access.is_allowed() { Ok(()) } else { Err(Failure::NotFound) }
}

/// The workflow with its draft, for somebody who may see it.
async fn open(app: &App, viewer: &Viewer, key: &str) -> Result<Work, Failure> {
    is_allowed(viewer)?;
    Work::open(app, &WorkflowKey::from(key)).await?.ok_or(Failure::NotFound)
}

impl Frame {
    fn of(work: &Work, at: At) -> Self {
        let (key, changed) = (&work.workflow, work.changed().len());
        let tab =
            |name, href, here| Tab { name, href, count: String::new(), is_current: at == here };
        let mut compare = tab("对比", routes::workflow_compare(key, "", ""), At::Compare);
        if changed > 0 {
            compare.count = changed.to_string();
        }
        Self {
            name: work.published.definition.name.clone(),
            key: key.to_string(),
            version: work.published.reference.version,
            has_draft: changed > 0,
            tabs: vec![
                tab("概况", routes::workflow(key), At::Show),
                tab("编辑", routes::workflow_edit(key, ""), At::Edit),
                compare,
                tab("试运行", routes::workflow_simulate(key), At::Simulate),
                tab("发布", routes::workflow_publish(key), At::Publish),
                tab("换版", routes::workflow_moving(key), At::Moving),
            ],
        }
    }

    fn crumbs() -> Vec<Crumb> {
        vec![Crumb::new("流程", routes::WORKFLOWS)]
    }

    /// For tests.
    fn sample(at: At) -> Self {
        let href = "/admin/workflows/declaration".to_owned();
        let tab = |name, here| Tab {
            name,
            href: href.clone(),
            count: if here == At::Compare { "2".to_owned() } else { String::new() },
            is_current: at == here,
        };
        Self {
            name: "职称申报".to_owned(),
            key: "declaration".to_owned(),
            version: 6,
            has_draft: true,
            tabs: vec![
                tab("概况", At::Show),
                tab("编辑", At::Edit),
                tab("对比", At::Compare),
                tab("试运行", At::Simulate),
                tab("发布", At::Publish),
                tab("换版", At::Moving),
            ],
        }
    }
}

/// What was found, those of `path` first.
fn problems(work: &Work, examined: &Examined, path: &str) -> Vec<Problem> {
    let mut found: Vec<_> = examined.diagnostics().collect();
    found.sort_by_key(|it| (it.severity, it.place.file.as_ref() != path));
    let files = files(work, &examined.together);
    let problem = |diagnostic: &&engine::definition::Diagnostic| {
        let place = &diagnostic.place;
        let (file, line) = (place.file.as_ref(), place.line);
        let is_here = file == path;
        let anchor = format!("#L{line}");
        let href = match files.get(file) {
            _ if is_here => anchor,
            Some(workflow) => format!("{}{anchor}", routes::workflow_edit(workflow, file)),
            None => String::new(),
        };
        let at = format!("第 {line} 行，第 {} 列", place.column);
        Problem {
            tone: tone(diagnostic.severity),
            place: if is_here { at } else { format!("{file}，{at}") },
            exact: place.to_string(),
            message: diagnostic.message.clone(),
            remedy: diagnostic.remedy.clone().unwrap_or_default(),
            href,
        }
    };
    found.iter().map(problem).collect()
}

/// The files of a draft and of these beside it, each with the workflow where it is edited.
fn files<'a>(work: &'a Work, together: &'a [WorkflowKey]) -> BTreeMap<String, &'a WorkflowKey> {
    let mut files = BTreeMap::new();
    for work in work.with(together) {
        for file in work.files() {
            files.entry(file.path).or_insert(&work.workflow);
        }
    }
    files
}

/// With whose drafts a draft was examined; empty where it was examined alone.
fn together(app: &App, examined: Option<&Examined>) -> String {
    let others = examined.iter().flat_map(|examined| &examined.together);
    let others: String = others.map(|key| format!("「{}」", workflows::name(app, key))).collect();
    if others.is_empty() {
        return others;
    }
    format!("和{others}的草稿一起检查：这份草稿单独用还不合现行的流程。发布时一起发布。")
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warn,
    }
}

/// The word for a file.
fn part_word(part: Part) -> &'static str {
    match part {
        Part::Definition => "定义",
        Part::Table => "目录表",
        Part::Letter => "信件",
        Part::Scenarios => "情景",
        Part::Host => "程序提供的（只读）",
    }
}

impl Problem {
    /// As on a page that does not show the lines.
    fn samples_elsewhere() -> Vec<Self> {
        let elsewhere = |problem: Self| match problem.href.is_empty() {
            true => problem,
            false => Self { href: format!("/admin/workflows/x/edit{}", problem.href), ..problem },
        };
        Self::samples().into_iter().map(elsewhere).collect()
    }

    fn samples() -> Vec<Self> {
        vec![
            Self {
                tone: Tone::Bad,
                place: "第 2 行，第 23 列".to_owned(),
                exact: "declaration/base.yaml:2:23".to_owned(),
                message: "找不到状态「unitt」".to_owned(),
                remedy: "是不是想写 unit_pending".to_owned(),
                href: "#L2".to_owned(),
            },
            Self {
                tone: Tone::Warn,
                place: "catalog/codes.yaml，第 9 行，第 1 列".to_owned(),
                exact: "catalog/codes.yaml:9:1".to_owned(),
                message: "「amend」没有去向".to_owned(),
                remedy: String::new(),
                href: String::new(),
            },
        ]
    }
}
