//! 发布: what a draft changes, whether it is free of faults, how its scenarios go and what runs now;
//! then the deed. What is published is what was seen: a draft that moved on is shown again.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use engine::runtime::PublishError;
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
    workshop::{Work, difference, examine},
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
    pub files: Vec<(String, usize, usize)>,
    /// Where the differences are shown.
    pub compare: String,
    /// What changes, in words: for whom, empty for everybody, and what.
    pub changes: Vec<(String, String)>,
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

/// What is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PublishForm {
    seen: String,
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
    let work = open(&app, &viewer, &key).await?;
    let page = page(&app, &work, String::new(), Errors::none()).await?;
    Ok(render(&chrome, &page))
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
    let work = open(&app, &viewer, &key).await?;
    let mut faults = Errors::none();
    let note = form.note.trim().to_owned();
    if form.seen != seen(&work) {
        faults.say("草稿在您查看后又有修改，没有发布。请核对下面的内容后再发布一次");
        let page = page(&app, &work, note, faults).await?;
        return Ok(casework::conflict(render(&chrome, &page)));
    }
    if note.chars().count() > MOST_NOTE {
        faults.add("note", format!("说明最多 {MOST_NOTE} 字，现在 {} 字", note.chars().count()));
    }
    let shown = page(&app, &work, note.clone(), faults.clone()).await?;
    if !shown.faults.is_empty() || !shown.obstacles.is_empty() {
        for obstacle in &shown.obstacles {
            faults.say(obstacle.clone());
        }
        return Ok(render(&chrome, &PublishPage { faults, ..shown }));
    }
    match work.publish(&app, &viewer.account, &note).await {
        Ok(published) if published.is_empty() => {
            faults.say("没有发布：这些修改没有改变任何流程");
            Ok(render(&chrome, &PublishPage { faults, ..shown }))
        }
        Ok(published) => {
            let all = published.iter().map(|published| {
                let by = &viewer.account;
                let (name, version) = (&published.definition.name, published.reference.version);
                tracing::info!(%by, workflow = %published.reference.key, version, "published");
                format!("「{name}」第 {version} 版")
            });
            let all = all.collect::<Vec<_>>().join("、");
            let say = format!("已发布{all}。新发起的按新版走，在办的仍按原来的版本走。");
            Ok(done(&routes::workflow(&work.workflow), &Flash::new(Tone::Ok, say)))
        }
        Err(PublishError::Outdated(other)) => {
            let work = open(&app, &viewer, &key).await?;
            let name = workflows::name(&app, &other);
            faults.say(format!("别人刚刚发布了「{name}」的新版本，没有发布。请核对后再发布一次"));
            let page = page(&app, &work, note, faults).await?;
            Ok(casework::conflict(render(&chrome, &page)))
        }
        Err(PublishError::Faulty(_)) => Ok(render(&chrome, &shown)),
        Err(PublishError::Store(error)) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    work: &Work,
    note: String,
    faults: Errors,
) -> Result<PublishPage, Failure> {
    let examined = examine(work, true).await.ok();
    let in_force = &work.in_force.sources.files;
    let counted = |path: String| {
        let old = in_force.get(&path).map_or("", String::as_str);
        let found = difference(old, work.text(&path).unwrap_or_default());
        (path, found.added, found.cut)
    };
    let versions = work.in_force.versions();
    let affected = examined.iter().flat_map(|it| &it.affected).map(|key| {
        let known = examined.as_ref().and_then(|it| it.compiled.definition(key.as_str()));
        let name = known.map_or_else(|| key.to_string(), |definition| definition.name.clone());
        (name, versions.get(key).map_or(1, |version| version + 1))
    });
    let drafted = examined.as_ref().filter(|it| it.errors().count() == 0);
    let drafted = drafted.and_then(|it| it.compiled.definition(work.workflow.as_str()));
    let changes = drafted.map(|drafted| in_words(&work.published.definition, drafted));
    let mut obstacles = Vec::new();
    let changed = work.changed();
    if changed.is_empty() {
        obstacles.push("没有草稿：草稿与现行文本一样，没有可发布的内容".to_owned());
    }
    for path in work.outdated() {
        obstacles.push(format!("{path} 在开始修改后，别人发布过新文本；请在编辑页核对"));
    }
    for path in work.emptied() {
        obstacles.push(format!(
            "{path} 里没有本流程的情景了，改得对不对没有办法知道；请至少保留一个情景"
        ));
    }
    match &examined {
        None => obstacles.push("检查没有按时完成，请稍后再试".to_owned()),
        Some(examined) => {
            let errors = examined.errors().count();
            if errors > 0 {
                obstacles.push(format!("还有 {errors} 处错误"));
            }
            let failed = examined.failed().count();
            if failed > 0 {
                obstacles.push(format!("有 {failed} 个情景没有通过"));
            }
        }
    }
    Ok(PublishPage {
        frame: Frame::of(work, At::Publish),
        action: routes::workflow_publish(&work.workflow),
        seen: seen(work),
        files: changed.into_iter().map(counted).collect(),
        compare: routes::workflow_compare(&work.workflow, "", ""),
        changes: changes.unwrap_or_default(),
        moving: routes::workflow_moving(&work.workflow),
        affected: affected.collect(),
        problems: examined.as_ref().map(|it| problems(work, it, "")).unwrap_or_default(),
        results: examined.as_ref().map(|it| Results::of(app, work, it)).unwrap_or_default(),
        running: running(app, work).await?,
        obstacles,
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
