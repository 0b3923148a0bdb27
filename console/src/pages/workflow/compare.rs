//! 对比: two texts of a workflow line by line, whichever: in force, the draft, what the program
//! ships, a version. A draft is given up here, beside what would be lost.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use engine::names::WorkflowKey;
use serde::{Deserialize, Serialize};

use super::{At, Frame, open};
use crate::{
    app::App,
    identity::Viewer,
    pages::{Choice, Chrome, Crumb, Failure, Field, Flash, Page, Template, Tone, done, render},
    routes, template,
    workshop::{self, Change, Difference, Line, Part, Work, difference},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct ComparePage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Which texts.
    pub fields: Vec<Field>,
    /// Where the form goes.
    pub action: String,
    /// The two in words.
    pub say: String,
    /// Files that differ.
    pub files: Vec<FileDifference>,
    /// Whether the draft can be given up, and as what it was seen.
    pub seen: Option<String>,
    /// Where it is asked whether it is given up.
    pub drop: String,
    /// Whether that is asked here.
    pub is_asking: bool,
}

/// How one file differs.
#[derive(Clone, Debug, Serialize)]
pub struct FileDifference {
    /// Its path.
    pub path: String,
    /// How.
    pub difference: Difference,
}

/// Which texts: `now`, `draft`, `shipped` or the number of a version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sides {
    from: String,
    to: String,
    /// Whether it is asked if the draft is given up.
    drop: String,
}

/// The comparison.
///
/// # Errors
/// 404 where there is no such workflow or version for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
    Query(sides): Query<Sides>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let has_draft = !work.changed().is_empty();
    let from = or(&sides.from, "now");
    let to = or(&sides.to, if has_draft { "draft" } else { "now" });
    let (old, new) = (texts(&app, &work, from).await?, texts(&app, &work, to).await?);
    let mut files = Vec::new();
    for path in paths(&work, [(from, &old), (to, &new)]) {
        let side = |texts: &BTreeMap<String, String>| texts.get(&path).cloned().unwrap_or_default();
        let difference = difference(&side(&old), &side(&new));
        if !difference.runs.is_empty() {
            files.push(FileDifference { path, difference });
        }
    }
    let page = ComparePage {
        fields: fields(&app, &work, from, to).await?,
        action: format!("{}/compare", routes::workflow(&work.workflow)),
        say: format!("从{}到{}", word(&work, from), word(&work, to)),
        files,
        seen: (has_draft && to == "draft").then(|| seen(&work, &[])),
        drop: format!("{}&drop=yes", routes::workflow_compare(&work.workflow, "now", "draft")),
        is_asking: sides.drop == "yes",
        frame: Frame::of(&work, At::Compare),
    };
    Ok(render(&chrome, &page))
}

fn or<'a>(asked: &'a str, otherwise: &'a str) -> &'a str {
    if asked.is_empty() { otherwise } else { asked }
}

/// The texts of one side.
async fn texts(app: &App, work: &Work, side: &str) -> Result<BTreeMap<String, String>, Failure> {
    match side {
        "now" => Ok(work.in_force.sources.files.clone()),
        "draft" => Ok(work.sources(&[]).files),
        "shipped" => Ok(app.sources.files.clone()),
        version => {
            let version = version.parse().map_err(|_| Failure::NotFound)?;
            let files = app.runtime.sources(&work.workflow, version).await?.files;
            if files.is_empty() { Err(Failure::NotFound) } else { Ok(files) }
        }
    }
}

/// The files that are looked at: those of the workflow. A snapshot of a version holds every file
/// there was; of those that the workflow is not made of now, only its own kind counts.
fn paths(work: &Work, sides: [(&str, &BTreeMap<String, String>); 2]) -> BTreeSet<String> {
    let own = work.files().into_iter().filter(|file| file.part != Part::Host);
    let mut paths: BTreeSet<String> = own.map(|file| file.path).collect();
    // A side that does not know a file has nothing to say about it, unless the draft made it.
    let drafted: BTreeSet<&String> = work.draft.iter().map(|text| &text.path).collect();
    paths.retain(|path| {
        drafted.contains(path) || sides.iter().all(|(_, texts)| texts.contains_key(path))
    });
    paths
}

fn word(work: &Work, side: &str) -> String {
    match side {
        "now" => format!("现行第 {} 版", work.published.reference.version),
        "draft" => "草稿".to_owned(),
        "shipped" => "程序带有的文本".to_owned(),
        version => format!("第 {version} 版"),
    }
}

async fn fields(app: &App, work: &Work, from: &str, to: &str) -> Result<Vec<Field>, Failure> {
    let mut sides = vec!["now".to_owned(), "draft".to_owned(), "shipped".to_owned()];
    let newest = work.published.reference.version;
    let versions = app.runtime.versions(&work.workflow).await?;
    let earlier = versions.into_iter().filter(|info| info.version != newest);
    sides.extend(earlier.map(|info| info.version.to_string()));
    let options = |chosen: &str| {
        sides.iter().map(|side| Choice::new(side, &word(work, side), chosen)).collect()
    };
    Ok(vec![Field::select("from", "从", options(from)), Field::select("to", "到", options(to))])
}

/// By what a draft, and these beside it, are known as a whole.
pub(super) fn seen(work: &Work, together: &[WorkflowKey]) -> String {
    let all = work.with(together).flat_map(|work| {
        let hashes = work.draft.iter().map(|text| text.hash.as_str());
        std::iter::once(work.workflow.as_str()).chain(hashes)
    });
    workshop::hash(&all.collect::<Vec<_>>().join("\n"))
}

/// As what the draft was seen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ForgetForm {
    seen: String,
}

/// Gives the draft up.
///
/// # Errors
/// 404 as [`show`]; 409 where the draft has changed since it was seen.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    Path(key): Path<String>,
    Form(form): Form<ForgetForm>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let href = routes::workflow_compare(&work.workflow, "", "");
    if form.seen != seen(&work, &[]) {
        let say = "草稿在您查看后又有修改，没有放弃。请再看一遍。".to_owned();
        return Err(Failure::Conflict { say, href, typed: Vec::new() });
    }
    work.forget(&app).await?;
    let say = "已放弃草稿，现行版本没有变。";
    Ok(done(&routes::workflow(&work.workflow), &Flash::new(Tone::Ok, say)))
}

impl Page for ComparePage {
    const TEMPLATE: Template = template!("workflow_compare");

    fn title(&self) -> String {
        format!("对比：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn samples() -> Vec<Self> {
        let line = |change, old, new, text: &str| Line { change, old, new, text: text.to_owned() };
        let runs = vec![
            vec![
                line(Change::Same, Some(1), Some(1), "workflow: declaration"),
                line(Change::Cut, Some(2), None, "name: <甲>"),
                line(Change::Add, None, Some(2), "name: 乙"),
            ],
            vec![line(Change::Add, None, Some(90), "  lapsed: {end: true}")],
        ];
        let file = FileDifference {
            path: "declaration/base.yaml".to_owned(),
            difference: Difference { runs, added: 2, cut: 1 },
        };
        let options = |chosen| {
            vec![Choice::new("now", "现行第 6 版", chosen), Choice::new("draft", "草稿", chosen)]
        };
        let page = |files, seen, is_asking| Self {
            frame: Frame::sample(At::Compare),
            fields: vec![
                Field::select("from", "从", options("now")),
                Field::select("to", "到", options("draft")),
            ],
            action: "/admin/workflows/declaration/compare".to_owned(),
            say: "从现行第 6 版到草稿".to_owned(),
            files,
            seen,
            drop: "/admin/workflows/declaration/compare?drop=yes".to_owned(),
            is_asking,
        };
        let seen = || Some("5f".to_owned());
        vec![
            page(vec![file.clone()], seen(), false),
            page(vec![file], seen(), true),
            page(Vec::new(), None, false),
        ]
    }
}
