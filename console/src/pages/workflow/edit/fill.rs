//! From a workflow at work to the page of its editor.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::{
    definition::Severity,
    names::{AccountId, WorkflowKey},
};
use serde::Deserialize;

use super::{Conflict, EditorPage, FileLink, Mark};
use crate::{
    app::App,
    cases::diagram::{Map, map},
    identity::{Kept, Viewer},
    pages::{
        Chrome, Errors, Failure, Stamp, render,
        workflow::{At, Frame, open, part_word, problems, together, tone},
        workflows,
    },
    records::{accounts, drafts::DraftText},
    routes,
    workshop::{self, Examined, Part, Work, as_kept, difference, examine, hash},
};

/// Lines below the text, for typing on.
const SPARE: usize = 8;

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileQuery {
    file: String,
}

impl FileQuery {
    pub(super) fn file(&self) -> &str {
        &self.file
    }
}

/// What stands in the box, where it is not what is saved.
pub(super) struct Typed {
    pub(super) text: String,
    pub(super) faults: Errors,
    pub(super) is_conflict: bool,
}

/// The editor.
///
/// # Errors
/// 404 where there is no such workflow or file for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    (Path(key), Query(query)): (Path<String>, Query<FileQuery>),
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let path = file_of(&work, &query.file)?;
    // What was typed before the session ran out comes back, but is not saved yet.
    let kept = kept.and_then(|pairs| pairs.into_iter().find(|(name, _)| name == "text"));
    let typed = kept.map(|(_, text)| Typed {
        text: as_kept(&text, work.text(&path).unwrap_or_default()),
        faults: Errors::none(),
        is_conflict: false,
    });
    let page = editor(&app, &work, path, typed).await?;
    Ok(render(&chrome, &page))
}

/// The file that was asked for; the definition itself where none was.
pub(super) fn file_of(work: &Work, asked: &str) -> Result<String, Failure> {
    let files = work.files();
    let own = work.own_file().filter(|_| asked.is_empty());
    let wanted = own.as_deref().unwrap_or(asked);
    let known = files.into_iter().find(|file| file.path == wanted);
    known.map(|file| file.path).ok_or(Failure::NotFound)
}

/// The page of one file.
pub(super) async fn editor(
    app: &App,
    work: &Work,
    path: String,
    typed: Option<Typed>,
) -> Result<EditorPage, Failure> {
    let examined = examine(work, false).await.ok();
    let kept = work.text(&path).unwrap_or_default();
    let conflict = match &typed {
        Some(typed) if typed.is_conflict => Some(conflict(app, work, &path, &typed.text).await?),
        Some(_) | None => None,
    };
    let made_on = hash(kept);
    let text = typed.as_ref().map_or(kept, |typed| &typed.text).to_owned();
    let faults = typed.map_or_else(Errors::none, |typed| typed.faults);
    let problems = examined.as_ref().map(|found| problems(work, found, &path)).unwrap_or_default();
    let (diagram, diagram_say) = diagram(work, examined.as_ref(), &path);
    let count = |severity| problems.iter().filter(|it| it.tone == tone(severity)).count();
    let lines = marks(&text, examined.as_ref(), &path);
    Ok(EditorPage {
        frame: Frame::of(work, At::Edit),
        files: files(work, examined.as_ref(), &path),
        is_read_only: workshop::part(&path) == Part::Host,
        action: routes::workflow_edit(&work.workflow, &path),
        made_on,
        height: lines.len() + SPARE,
        lines,
        text,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        problems,
        faults,
        diagram,
        diagram_say,
        saved: match work.drafted(&path) {
            Some(drafted) => saved(app, drafted).await?,
            None => String::new(),
        },
        notes: notes(app, work, examined.as_ref()),
        conflict,
        is_outdated: work.outdated().contains(&path),
        compare: routes::workflow_compare(&work.workflow, "", ""),
        path,
    })
}

/// Who saved last, and when.
async fn saved(app: &App, drafted: &DraftText) -> Result<String, sqlx::Error> {
    let account = AccountId::from(drafted.saved_by.as_str());
    let name = accounts::name(&app.db, &account).await?.unwrap_or_default();
    let at = Stamp::moment(engine::calendar::Moment(drafted.saved_at));
    Ok(format!("{name} {} 保存", at.text))
}

/// What somebody else has saved or published, beside what stands in the box.
async fn conflict(app: &App, work: &Work, path: &str, mine: &str) -> Result<Conflict, Failure> {
    let theirs = work.text(path).unwrap_or_default();
    let say = match work.drafted(path) {
        Some(drafted) => format!("{}过这个文件", saved(app, drafted).await?),
        None => {
            let who = workflows::publisher(app, &work.published.published_by).await?;
            let at = Stamp::moment(work.published.published_at);
            format!("{who} {} 发布了第 {} 版", at.text, work.published.reference.version)
        }
    };
    Ok(Conflict { say, difference: difference(theirs, mine), theirs: theirs.to_owned() })
}

fn files(work: &Work, examined: Option<&Examined>, path: &str) -> Vec<FileLink> {
    let mut errors: BTreeMap<&str, usize> = BTreeMap::new();
    for found in examined.iter().flat_map(|examined| examined.errors()) {
        *errors.entry(found.place.file.as_ref()).or_default() += 1;
    }
    let link = |file: workshop::File| FileLink {
        part: part_word(file.part),
        href: routes::workflow_edit(&work.workflow, &file.path),
        is_current: file.path == path,
        is_changed: file.is_changed,
        errors: errors.get(file.path.as_str()).copied().unwrap_or_default(),
        path: file.path,
    };
    work.files().into_iter().map(link).collect()
}

/// The numbers of the lines, with the gravest fault of each.
fn marks(text: &str, examined: Option<&Examined>, path: &str) -> Vec<Mark> {
    let mut found: BTreeMap<usize, (Severity, &str)> = BTreeMap::new();
    let diagnostics = examined.iter().flat_map(|examined| examined.diagnostics());
    for diagnostic in diagnostics.filter(|found| found.place.file.as_ref() == path) {
        let line = usize::try_from(diagnostic.place.line).unwrap_or_default();
        let said = (diagnostic.severity, diagnostic.message.as_str());
        let known = found.entry(line).or_insert(said);
        if said.0 < known.0 {
            *known = said;
        }
    }
    let lines = text.split('\n').count();
    let mark = |number| Mark {
        number,
        problem: found.get(&number).map(|(severity, say)| (tone(*severity), (*say).to_owned())),
    };
    (1..=lines).map(mark).collect()
}

/// The diagram of the draft; while it has faults, that of the version in force.
fn diagram(work: &Work, examined: Option<&Examined>, path: &str) -> (Option<Map>, String) {
    let compiled = examined.and_then(|it| it.compiled.definition(work.workflow.as_str()));
    let say = match compiled {
        Some(_) => String::new(),
        None => format!("定义有错，这是现行第 {} 版的流程图。", work.published.reference.version),
    };
    let definition = compiled.unwrap_or(&work.published.definition);
    let drawn = map(definition, |place| {
        let line = format!("#L{}", place.line);
        if place.file.as_ref() == path {
            return Some(line);
        }
        Some(format!("{}{line}", routes::workflow_edit(&work.workflow, &place.file)))
    });
    (Some(drawn), say)
}

/// What to know before going on.
fn notes(app: &App, work: &Work, examined: Option<&Examined>) -> Vec<String> {
    let mut notes = Vec::new();
    if examined.is_none() {
        notes.push("检查没有按时完成，问题列表可能不全；请稍后刷新本页。".to_owned());
    }
    notes.extend(Some(together(app, examined)).filter(|say| !say.is_empty()));
    let name = |key: &WorkflowKey| workflows::name(app, key);
    if let Some(base) = work.published.definition.lineage.get(1) {
        notes.push(format!("本流程继承「{}」，没有写的部分都来自它。", name(base)));
    }
    let extending: Vec<String> = work
        .in_force
        .newest
        .iter()
        .map(|published| &published.definition)
        .filter(|it| it.key != work.workflow && it.covers(&work.workflow))
        .map(|definition| format!("「{}」", definition.name))
        .collect();
    if !extending.is_empty() {
        let all = extending.join("");
        notes.push(format!("{all}继承本流程，检查时一起检查，发布时一起出新版本。"));
    }
    notes
}
