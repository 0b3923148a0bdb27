//! 发布: what a draft changes, whether it is free of faults, how its scenarios go and what runs now;
//! then the deed. What is published is what was seen: a draft that moved on is shown again.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::{
    definition::Definition,
    names::WorkflowKey,
    runtime::{PublishError, Published},
};
use serde::{Deserialize, Serialize};

use super::{
    At, Frame, Problem,
    compare::seen,
    moving::in_words,
    open, problems,
    show::{Running, running},
    simulate::Results,
};
use crate::{
    app::App,
    identity::Viewer,
    pages::{
        Chrome, Count, Crumb, Errors, Failure, Flash, Page, Template, Tone, casework, done, render,
        workflows,
    },
    routes, template,
    workshop::{Examined, Work, difference, examine},
};

/// The longest note.
const MOST_NOTE: usize = 200;

/// The page.
#[derive(Debug, Serialize)]
pub struct PublishPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// Its address.
    pub action: String,
    /// As what the draft was seen.
    pub seen: String,
    /// Files that changed: path, lines added, lines cut.
    pub files: Vec<Counted>,
    /// Where the differences are shown.
    pub compare: String,
    /// What changes, in words: for whom, empty for everybody, and what.
    pub changes: Vec<(String, String)>,
    /// The drafts that are published together with this one.
    pub together: Vec<Together>,
    /// Where it is tried with the open cases.
    pub moving: String,
    /// Definitions that get a new version: name, its number.
    pub affected: Vec<(String, u32)>,
    /// Faults.
    pub problems: Vec<Problem>,
    /// How the scenarios go.
    pub results: Results,
    /// Open cases by version and state.
    pub running: Vec<Running>,
    /// What forbids publishing.
    pub obstacles: Vec<String>,
    /// What was typed as a note.
    pub note: String,
    /// What is wrong with what was sent.
    pub faults: Errors,
}

/// A file that changed: path, lines added, lines cut.
type Counted = (String, usize, usize);

/// A draft that is published together with the one of the page.
#[derive(Clone, Debug, Serialize)]
pub struct Together {
    /// What people call its workflow.
    pub name: String,
    /// Where it is edited.
    pub href: String,
    /// Where its differences are shown.
    pub compare: String,
    /// Files that changed.
    pub files: Vec<Counted>,
    /// What changes, in words: for whom, empty for everybody, and what.
    pub changes: Vec<(String, String)>,
}

/// What is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PublishForm {
    seen: String,
    /// The version in force then.
    over: u32,
    note: String,
}

/// What publishing would do.
///
/// # Errors
/// 404 where there is no such workflow for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    let at_work = AtWork::open(&app, &viewer, &key).await?;
    Ok(render(&chrome, &page(&app, &at_work, String::new(), Errors::none()).await?))
}

/// Publishes the draft as it was seen.
///
/// # Errors
/// 404 as [`show`]; 409 where the draft or what is in force has moved on; 422 where something
/// forbids it.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(key): Path<String>,
    Form(form): Form<PublishForm>,
) -> Result<Response, Failure> {
    let at_work = AtWork::open(&app, &viewer, &key).await?;
    let mut faults = Errors::none();
    let note = form.note.trim().to_owned();
    if form.seen != at_work.seen() {
        let again = "草稿在您查看后又有修改，没有发布。请核对下面的内容后再发布一次".to_owned();
        faults.say(overtaken(&app, &at_work.work, form.over).await?.unwrap_or(again));
        let page = page(&app, &at_work, note, faults).await?;
        return Ok(casework::conflict(render(&chrome, &page)));
    }
    if note.chars().count() > MOST_NOTE {
        faults.add("note", format!("说明最多 {MOST_NOTE} 字，现在 {} 字", note.chars().count()));
    }
    let shown = page(&app, &at_work, note.clone(), faults.clone()).await?;
    if !shown.faults.is_empty() || !shown.obstacles.is_empty() {
        for obstacle in &shown.obstacles {
            faults.say(obstacle.clone());
        }
        return Ok(render(&chrome, &PublishPage { faults, ..shown }));
    }
    let AtWork { work, .. } = &at_work;
    match work.publish(&app, &viewer.account, &note, at_work.together()).await {
        Ok(published) if published.is_empty() => {
            faults.say("没有发布：这些修改没有改变任何流程");
            Ok(render(&chrome, &PublishPage { faults, ..shown }))
        }
        Ok(published) => {
            let say = told(&viewer, &published);
            Ok(done(&routes::workflow(&work.workflow), &Flash::new(Tone::Ok, say)))
        }
        Err(PublishError::Outdated(other)) => {
            let at_work = AtWork::open(&app, &viewer, &key).await?;
            let name = workflows::name(&app, &other);
            let again = format!("别人刚刚发布了「{name}」的新版本，没有发布。请核对后再发布一次");
            faults.say(overtaken(&app, &at_work.work, form.over).await?.unwrap_or(again));
            let page = page(&app, &at_work, note, faults).await?;
            Ok(casework::conflict(render(&chrome, &page)))
        }
        Err(PublishError::Faulty(_)) => Ok(render(&chrome, &shown)),
        Err(PublishError::Store(error)) => Err(error.into()),
    }
}

/// A workflow at work, and what examining it found.
struct AtWork {
    work: Work,
    examined: Option<Examined>,
}

impl AtWork {
    async fn open(app: &App, viewer: &Viewer, key: &str) -> Result<Self, Failure> {
        let work = open(app, viewer, key).await?;
        let examined = examine(&work, true).await.ok();
        Ok(Self { work, examined })
    }

    /// The workflows whose drafts are published with this one.
    fn together(&self) -> &[WorkflowKey] {
        self.examined.as_ref().map_or(&[], |examined| &examined.together)
    }

    /// All drafts that are published.
    fn all(&self) -> impl Iterator<Item = &Work> {
        self.work.with(self.together())
    }

    /// As what they are seen.
    fn seen(&self) -> String {
        seen(&self.work, self.together())
    }

    /// A workflow as the drafts have it, where they have no fault.
    fn drafted(&self, workflow: &WorkflowKey) -> Option<&Definition> {
        let examined = self.examined.as_ref().filter(|it| it.errors().count() == 0)?;
        examined.compiled.definition(workflow.as_str()).map(AsRef::as_ref)
    }

    fn changes(&self, work: &Work) -> Vec<(String, String)> {
        let drafted = self.drafted(&work.workflow);
        drafted.map_or_else(Vec::new, |drafted| in_words(&work.published.definition, drafted))
    }

    fn obstacles(&self) -> Vec<String> {
        let mut obstacles = Vec::new();
        if self.work.changed().is_empty() {
            obstacles.push("没有草稿：草稿与现行文本一样，没有可发布的内容".to_owned());
        }
        for path in self.all().flat_map(Work::outdated) {
            obstacles.push(format!("{path} 在开始修改后，别人发布过新文本；请在编辑页核对"));
        }
        for path in self.all().flat_map(Work::emptied) {
            obstacles.push(format!(
                "{path} 里没有本流程的情景了，改得对不对没有办法知道；请至少保留一个情景"
            ));
        }
        let Some(examined) = &self.examined else {
            obstacles.push("检查没有按时完成，请稍后再试".to_owned());
            return obstacles;
        };
        let errors = examined.errors().count();
        if errors > 0 {
            obstacles.push(format!("还有 {errors} 处错误"));
        }
        let failed = examined.failed().count();
        if failed > 0 {
            obstacles.push(format!("有 {failed} 个情景没有通过"));
        }
        obstacles
    }
}

/// What was published, in words.
fn told(viewer: &Viewer, published: &[Arc<Published>]) -> String {
    let all = published.iter().map(|published| {
        let by = &viewer.account;
        let (name, version) = (&published.definition.name, published.reference.version);
        tracing::info!(%by, workflow = %published.reference.key, version, "published");
        format!("「{name}」第 {version} 版")
    });
    let all = all.collect::<Vec<_>>().join("、");
    format!("已发布{all}。新发起的按新版走，在办的仍按原来的版本走。")
}

/// What became of a draft that is there no more: somebody was quicker, or gave it up.
async fn overtaken(app: &App, work: &Work, over: u32) -> Result<Option<String>, sqlx::Error> {
    if !work.changed().is_empty() {
        return Ok(None);
    }
    let version = work.published.reference.version;
    if version == over {
        return Ok(Some("草稿刚才已被放弃，没有可发布的内容".to_owned()));
    }
    let who = workflows::publisher(app, &work.published.published_by).await?;
    Ok(Some(format!("第 {version} 版刚才已由{who}发布，不用再发布")))
}

/// How much of each file a draft changed.
fn counted(work: &Work) -> Vec<Counted> {
    let in_force = &work.in_force.sources.files;
    let counted = |path: String| {
        let old = in_force.get(&path).map_or("", String::as_str);
        let found = difference(old, work.text(&path).unwrap_or_default());
        (path, found.added, found.cut)
    };
    work.changed().into_iter().map(counted).collect()
}

async fn page(
    app: &App,
    at_work: &AtWork,
    note: String,
    faults: Errors,
) -> Result<PublishPage, Failure> {
    let AtWork { work, examined } = at_work;
    let versions = work.in_force.versions();
    let affected = examined.iter().flat_map(|it| &it.affected).map(|key| {
        let known = examined.as_ref().and_then(|it| it.compiled.definition(key.as_str()));
        let name = known.map_or_else(|| key.to_string(), |definition| definition.name.clone());
        (name, versions.get(key).map_or(1, |version| version + 1))
    });
    let together = at_work.all().skip(1).map(|other| Together {
        name: other.published.definition.name.clone(),
        href: routes::workflow_edit(&other.workflow, ""),
        compare: routes::workflow_compare(&other.workflow, "", ""),
        files: counted(other),
        changes: at_work.changes(other),
    });
    Ok(PublishPage {
        frame: Frame::of(work, At::Publish),
        action: routes::workflow_publish(&work.workflow),
        seen: at_work.seen(),
        files: counted(work),
        compare: routes::workflow_compare(&work.workflow, "", ""),
        changes: at_work.changes(work),
        together: together.collect(),
        moving: routes::workflow_moving(&work.workflow),
        affected: affected.collect(),
        problems: examined.as_ref().map(|it| problems(work, it, "")).unwrap_or_default(),
        results: examined.as_ref().map(|it| Results::of(app, work, it)).unwrap_or_default(),
        running: running(app, work).await?,
        obstacles: at_work.obstacles(),
        note,
        faults,
    })
}

impl Page for PublishPage {
    const TEMPLATE: Template = template!("workflow_publish");

    fn title(&self) -> String {
        format!("发布：{}", self.frame.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        Frame::crumbs()
    }

    fn is_faulty(&self) -> bool {
        !self.faults.is_empty()
    }

    fn samples() -> Vec<Self> {
        let running = Running { version: 6, state: "待单位审核".to_owned(), many: Count(300) };
        let page = |obstacles: Vec<String>, problems, faults| Self {
            frame: Frame::sample(At::Publish),
            action: "/admin/workflows/declaration/publish".to_owned(),
            seen: "5f".to_owned(),
            files: vec![("declaration/base.yaml".to_owned(), 2, 1)],
            compare: "/admin/workflows/declaration/compare".to_owned(),
            changes: vec![("unit".to_owned(), "期限由 5 个工作日改为 7 个工作日".to_owned())],
            together: vec![Together {
                name: "单位绑定".to_owned(),
                href: "/admin/workflows/binding/edit".to_owned(),
                compare: "/admin/workflows/binding/compare".to_owned(),
                files: vec![("binding.yaml".to_owned(), 1, 0)],
                changes: vec![(String::new(), "新增联系「申报」".to_owned())],
            }],
            moving: "/admin/workflows/declaration/moving".to_owned(),
            affected: vec![("职称申报".to_owned(), 7), ("中小学教师职称申报".to_owned(), 4)],
            problems,
            results: Results::sample(),
            running: vec![running.clone()],
            obstacles,
            note: "改为七个工作日".to_owned(),
            faults,
        };
        let mut faults = Errors::none();
        faults.add("note", "说明最多 200 字，现在 201 字");
        vec![
            page(Vec::new(), Vec::new(), Errors::none()),
            page(vec!["还有 1 处错误".to_owned()], Problem::samples_elsewhere(), Errors::none()),
            page(Vec::new(), Vec::new(), faults),
        ]
    }
}
