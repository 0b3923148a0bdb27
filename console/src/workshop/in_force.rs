//! The texts in force: those of the newest version of each workflow, and under them what the program
//! ships. Versions are published one by one, so each brings only the files that it is made of.

use std::{collections::BTreeMap, sync::Arc};

use engine::{
    definition::Sources,
    names::WorkflowKey,
    runtime::{Published, RuntimeError},
};

use super::{are_about, hash};
use crate::{app::App, records::publications};

/// Everything in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The texts.
    pub sources: Sources,
    /// The newest versions.
    pub newest: Vec<Arc<Published>>,
}

impl InForce {
    /// Reads what is in force.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(app: &App) -> Result<Self, RuntimeError> {
        let mut newest = app.runtime.newest_all();
        newest.sort_by_key(|published| published.published_at);
        let mut sources = app.sources.clone();
        for published in &newest {
            let reference = &published.reference;
            let own = app.runtime.sources(&reference.key, reference.version).await?;
            for (path, text) in own.files {
                if brings(published, &path, &text) {
                    sources.files.insert(path, text);
                }
            }
        }
        Ok(Self { sources, newest })
    }

    /// The number of each newest version.
    #[must_use]
    pub fn versions(&self) -> BTreeMap<WorkflowKey, u32> {
        let version = |it: &Arc<Published>| (it.reference.key.clone(), it.reference.version);
        self.newest.iter().map(version).collect()
    }
}

/// The files of a workflow whose shipped text differs from the published one, unless it was shipped so
/// already when that was published; none where the program does not ship this workflow.
///
/// # Errors
/// When the database does not answer.
pub async fn shipped_changes(app: &App, published: &Published) -> Result<Vec<String>, sqlx::Error> {
    let made_of = published.definition.sources.iter();
    let shipped = made_of.filter_map(|(path, known)| {
        let hash = hash(app.sources.files.get(path)?);
        (hash != *known).then(|| (path.clone(), hash))
    });
    let mut differing: Vec<(String, String)> = shipped.collect();
    if differing.is_empty() {
        return Ok(Vec::new());
    }
    let reference = &published.reference;
    let publications = publications::of_workflow(&app.db, &reference.key).await?;
    if let Some(last) = publications.into_iter().find(|it| it.version == reference.version) {
        differing.retain(|(path, hash)| last.shipped.get(path) != Some(hash));
    }
    Ok(differing.into_iter().map(|(path, _)| path).collect())
}

/// Whether a version brings this file of its snapshot: one it is made of, or scenarios about it.
fn brings(published: &Published, path: &str, text: &str) -> bool {
    let definition = &published.definition;
    definition.sources.contains_key(path)
        || (path.starts_with("scenarios/") && are_about(text, definition.key.as_str()))
}
