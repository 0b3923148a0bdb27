//! One published version: its texts as they were, with the numbers of their lines.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::decision::DefinitionRef;
use serde::{Deserialize, Serialize};

use super::{At, Frame, open, part_word};
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Crumb, Failure, Page, Stamp, Template, render, workflows},
    routes, template,
    workshop::{self, Part},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct VersionPage {
    /// What all pages of the workflow show.
    pub frame: Frame,
    /// The number of the version.
    pub version: u32,
    /// Who published it, and when.
    pub who: String,
    /// When.
    pub at: Stamp,
    /// Its files: path, what it is, where it is shown, whether it is shown here.
    pub files: Vec<(String, &'static str, String, bool)>,
    /// The file that is shown.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The numbers of its lines.
    pub lines: usize,
}

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileQuery {
    file: String,
}

/// One version.
///
/// # Errors
/// 404 where there is no such workflow, version or file for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path((key, version)): Path<(String, u32)>,
    Query(query): Query<FileQuery>,
) -> Result<Response, Failure> {
    let work = open(&app, &viewer, &key).await?;
    let key = &work.workflow;
    let infos = app.runtime.versions(key).await?;
    let info = infos.into_iter().find(|it| it.version == version).ok_or(Failure::NotFound)?;
    let texts = app.runtime.sources(key, version).await?.files;
    let reference = DefinitionRef { key: key.clone(), version, hash: info.hash };
    // A version that this program does not understand any more can still be read.
    let made_of = app.runtime.definition(&reference).await.ok();
    let is_own = |path: &String| match &made_of {
        Some(published) => published.definition.sources.contains_key(path),
        None => true,
    };
    let mut paths: Vec<&String> =
        texts.keys().filter(|path| is_own(path) && workshop::part(path) != Part::Host).collect();
    paths.sort_by_key(|path| workshop::part(path));
    let own = work.own_file().filter(|own| paths.contains(&own));
    let wanted = if query.file.is_empty() { own } else { Some(query.file) };
    let path = match wanted {
        Some(path) => paths.iter().find(|known| ***known == path).copied(),
        None => paths.first().copied(),
    };
    let path = path.ok_or(Failure::NotFound)?;
    let text = texts.get(path).cloned().unwrap_or_default();
    let file = |known: &&String| {
        let href = routes::workflow_version(key, version, known);
        ((*known).clone(), part_word(workshop::part(known)), href, *known == path)
    };
    let page = VersionPage {
        frame: Frame::of(&work, At::Version),
        version,
        who: workflows::publisher(&app, &info.published_by).await?,
        at: Stamp::moment(info.published_at),
        files: paths.iter().map(file).collect(),
        path: path.clone(),
        lines: text.split('\n').count(),
        text,
    };
    Ok(render(&chrome, &page))
}

impl Page for VersionPage {
    const TEMPLATE: Template = template!("workflow_version");

    fn title(&self) -> String {
        format!("{}，第 {} 版", self.frame.name, self.version)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        let mut crumbs = Frame::crumbs();
        let href = routes::workflow(&self.frame.key.as_str().into());
        crumbs.push(Crumb::new(self.frame.name.clone(), href));
        crumbs
    }

    fn samples() -> Vec<Self> {
        let path = "declaration/base.yaml".to_owned();
        vec![Self {
            frame: Frame::sample(At::Version),
            version: 5,
            who: "示例管理员".to_owned(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            files: vec![(path.clone(), "定义", "/admin/workflows/x/versions/5".to_owned(), true)],
            path,
            text: "workflow: declaration\n".to_owned(),
            lines: 2,
        }]
    }
}
