//! Where administrators change workflows: the texts in force, a draft over them, what examining both
//! tells, and publishing. What one draft changes belongs to one workflow, but may lie in several
//! files: the definition, its bases, catalogue tables, letters and scenarios.
//!
//! Invariant: texts are kept byte for byte; nothing published is ever changed.

pub mod begun;
mod beside;
mod compare;
mod examine;
mod in_force;
mod line_ends;
pub mod moving;
mod own;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    definition::Sources,
    names::{AccountId, WorkflowKey},
    runtime::{Clock as _, Publication, PublishError, Published, RuntimeError},
};
use sha2::{Digest, Sha256};

pub use compare::{Change, Difference, Line, difference};
pub use examine::{Busy, Examined, examine};
pub use in_force::{InForce, shipped_changes};
pub use line_ends::as_kept;

use crate::{
    app::App,
    records::drafts::{self, DraftText, Saved, Saving},
};

/// A text may be this large; the largest that is shipped has not a tenth of it.
pub const MOST_TEXT: usize = 512 << 10;
/// What the program offers to workflows is no text of theirs.
const HOST: &str = "host.yaml";

/// One workflow at work.
#[derive(Clone, Debug)]
pub struct Work {
    /// Its key.
    pub workflow: WorkflowKey,
    /// Its version in force.
    pub published: Arc<Published>,
    /// Everything in force.
    pub in_force: Arc<InForce>,
    /// What was changed over it.
    pub draft: Vec<DraftText>,
    /// The drafts of workflows that this draft names, or that name it.
    pub beside: Vec<Self>,
}

/// What a file is to a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The definition, or one that it extends.
    Definition,
    /// A table.
    Table,
    /// A letter.
    Letter,
    /// Scenarios.
    Scenarios,
    /// What the program offers: only read.
    Host,
}

/// One file of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: String,
    /// What it is.
    pub part: Part,
    /// Whether the draft differs from what is in force.
    pub is_changed: bool,
}

/// Why a text was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Larger than a text may be.
    #[error("a text of {0} bytes")]
    TooLarge(usize),
    /// Some character that no text of ours holds.
    #[error("the text holds the control character {0:?}")]
    Control(char),
    /// Not a file of this workflow, or one that is only read.
    #[error("no file of this workflow")]
    NoFile,
    /// Somebody else has saved meanwhile.
    #[error("somebody else has saved meanwhile")]
    Stale,
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The hash by which a text is known.
#[must_use]
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

impl Work {
    /// Opens a workflow; `None` where there is none of this key.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(app: &App, workflow: &WorkflowKey) -> Result<Option<Self>, RuntimeError> {
        let Some(published) = app.runtime.newest(workflow) else { return Ok(None) };
        let in_force = Arc::new(InForce::load(app).await?);
        let draft = drafts::of_workflow(&app.db, workflow).await?;
        let workflow = workflow.clone();
        let mut work = Self { workflow, published, in_force, draft, beside: Vec::new() };
        work.beside = beside::beside(app, &work).await?;
        Ok(Some(work))
    }

    /// This one and those of the drafts beside it, in this order.
    pub fn with<'a>(&'a self, together: &'a [WorkflowKey]) -> impl Iterator<Item = &'a Self> {
        let beside = self.beside.iter().filter(|it| together.contains(&it.workflow));
        std::iter::once(self).chain(beside)
    }

    /// Its files: the definition first.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        let made_of = self.published.definition.sources.keys().cloned();
        let scenarios = self.in_force.sources.files.iter().filter(|(path, text)| {
            path.starts_with("scenarios/") && are_about(text, self.workflow.as_str())
        });
        let scenarios = scenarios.map(|(path, _)| path.clone());
        let drafted = self.draft.iter().map(|text| text.path.clone());
        let paths: BTreeSet<String> = made_of.chain(scenarios).chain(drafted).collect();
        let changed = self.changed();
        let own = self.own_file();
        let mut files: Vec<File> = paths
            .into_iter()
            .map(|path| File { part: part(&path), is_changed: changed.contains(&path), path })
            .collect();
        files.sort_by_key(|file| (file.part, own.as_ref() != Some(&file.path), file.path.clone()));
        files
    }

    /// The file in which the definition itself stands.
    #[must_use]
    pub fn own_file(&self) -> Option<String> {
        let begins =
            |text: &String| own::key_of(text).is_some_and(|(_, key)| key == self.workflow.as_str());
        let made_of = self.published.definition.sources.keys();
        let mut definitions = made_of.filter(|path| part(path) == Part::Definition);
        definitions.find(|path| self.in_force.sources.files.get(*path).is_some_and(begins)).cloned()
    }

    /// A text as the draft has it, or as it is in force.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        let drafted = self.drafted(path).map(|text| text.text.as_str());
        drafted.or_else(|| self.in_force.sources.files.get(path).map(String::as_str))
    }

    /// What the draft has of a file.
    #[must_use]
    pub fn drafted(&self, path: &str) -> Option<&DraftText> {
        self.draft.iter().find(|text| text.path == path)
    }

    /// The paths where the draft differs from what is in force.
    #[must_use]
    pub fn changed(&self) -> BTreeSet<String> {
        let differs = |text: &&DraftText| {
            self.in_force.sources.files.get(&text.path).is_none_or(|known| *known != text.text)
        };
        self.draft.iter().filter(differs).map(|text| text.path.clone()).collect()
    }

    /// The changed files of which somebody has published another text since the work on them began.
    #[must_use]
    pub fn outdated(&self) -> Vec<String> {
        let moved = |text: &&DraftText| self.base(&text.path) != text.base;
        let changed = self.changed();
        let drafted = self.draft.iter().filter(|text| changed.contains(&text.path));
        drafted.filter(moved).map(|text| text.path.clone()).collect()
    }

    /// The files of scenarios in which the draft leaves none about this workflow: nothing would try it
    /// any more, and the file would not be known as its own.
    #[must_use]
    pub fn emptied(&self) -> Vec<String> {
        let is_about = |text: &str| are_about(text, self.workflow.as_str());
        let is_emptied = |text: &&DraftText| {
            let known = self.in_force.sources.files.get(&text.path);
            part(&text.path) == Part::Scenarios
                && known.is_some_and(|known| is_about(known))
                && !is_about(&text.text)
        };
        self.draft.iter().filter(is_emptied).map(|text| text.path.clone()).collect()
    }

    /// All texts, with those of the draft and of these beside it.
    #[must_use]
    pub fn sources(&self, together: &[WorkflowKey]) -> Sources {
        let mut sources = self.in_force.sources.clone();
        for text in self.with(together).flat_map(|work| &work.draft) {
            sources.files.insert(text.path.clone(), text.text.clone());
        }
        sources
    }

    /// The hash of a text in force; empty where there is none.
    fn base(&self, path: &str) -> String {
        self.in_force.sources.files.get(path).map_or_else(String::new, |text| hash(text))
    }

    /// Keeps a text of the draft. `made_on` is the hash of the text it was made on; with `over`, the
    /// published text as it now stands is known to whoever saves.
    ///
    /// # Errors
    /// As [`SaveError`] says.
    pub async fn save(
        &self,
        app: &App,
        by: &AccountId,
        (path, text): (&str, &str),
        made_on: &str,
        over: Over,
    ) -> Result<String, SaveError> {
        let is_file = self.files().iter().any(|file| file.path == path && file.part != Part::Host);
        if !is_file && !is_new_file(path) {
            return Err(SaveError::NoFile);
        }
        if text.len() > MOST_TEXT {
            return Err(SaveError::TooLarge(text.len()));
        }
        let is_odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if let Some(odd) = text.chars().find(is_odd) {
            return Err(SaveError::Control(odd));
        }
        let base = match (self.drafted(path), over) {
            (Some(known), Over::AsBegun) => known.base.clone(),
            (None, _) | (_, Over::Newest) => self.base(path),
        };
        // Nothing is at work yet: then it must have been made on what is in force.
        if self.drafted(path).is_none() && made_on != base {
            return Err(SaveError::Stale);
        }
        let hash = hash(text);
        let (workflow, at) = (&self.workflow, app.clock.now());
        let saving = Saving { workflow, path, text, hash: &hash, made_on, base: &base, by, at };
        match drafts::save(&app.db, saving).await? {
            Saved::Kept => Ok(hash),
            Saved::Stale => Err(SaveError::Stale),
        }
    }

    /// Gives the draft up, as it was seen.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget(&self, app: &App) -> Result<(), sqlx::Error> {
        let seen: Vec<(String, String)> =
            self.draft.iter().map(|text| (text.path.clone(), text.hash.clone())).collect();
        drafts::forget(&app.db, &self.workflow, &seen).await
    }

    /// Publishes the draft and these beside it, all or none, and forgets them then.
    ///
    /// # Errors
    /// As [`PublishError`] says; what was published stays so even if a draft cannot be forgotten.
    pub async fn publish(
        &self,
        app: &App,
        by: &AccountId,
        note: &str,
        together: &[WorkflowKey],
    ) -> Result<Vec<Arc<Published>>, PublishError> {
        let sources = self.sources(together);
        let changed: BTreeSet<String> = self.with(together).flat_map(Self::changed).collect();
        let workflows: BTreeSet<WorkflowKey> =
            self.with(together).map(|work| work.workflow.clone()).collect();
        let over: BTreeMap<WorkflowKey, u32> = self.in_force.versions();
        let publication = Publication {
            sources: &sources,
            workflows: &workflows,
            changed: &changed,
            over: &over,
            by,
            note,
            shipped: &app.sources,
        };
        let published = app.runtime.publish_over(publication).await?;
        // Where nothing came of it the draft is not done with.
        if published.is_empty() {
            return Ok(published);
        }
        for work in self.with(together) {
            if let Err(error) = work.forget(app).await {
                tracing::warn!(%error, workflow = %work.workflow, "a published draft is still there");
            }
        }
        Ok(published)
    }
}

/// On which published text a saving stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The one that the work began from.
    AsBegun,
    /// The newest one, which whoever saves has seen.
    Newest,
}

/// What a file is, by where it lies.
#[must_use]
pub fn part(path: &str) -> Part {
    match path.split_once('/').map(|(folder, _)| folder) {
        Some("catalog") => Part::Table,
        Some("letters") => Part::Letter,
        Some("scenarios") => Part::Scenarios,
        Some(_) => Part::Definition,
        None if path == HOST => Part::Host,
        None => Part::Definition,
    }
}

/// Whether scenarios name a workflow; told by the words alone, since a draft may be broken.
fn are_about(scenarios: &str, workflow: &str) -> bool {
    scenarios.split("workflow:").skip(1).any(|after| {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | '#' | '"' | '\'');
        after.trim_start_matches([' ', '"', '\'']).split(ends).next() == Some(workflow)
    })
}

/// A letter or a file of scenarios that is not there yet.
#[must_use]
pub fn is_new_file(path: &str) -> bool {
    let name = path
        .strip_prefix("letters/")
        .and_then(|name| name.strip_suffix(".txt"))
        .or_else(|| path.strip_prefix("scenarios/").and_then(|name| name.strip_suffix(".yaml")));
    name.is_some_and(is_plain_name)
}

/// Whether a file or a workflow that is begun here may be called so.
fn is_plain_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=60).contains(&name.len()) && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_are_about_the_workflows_they_name() {
        let text = "- scenario: 一\n  workflow: binding\n  steps:\n  - start: {workflow: library-item, as: x}\n";
        for (name, expected) in [("binding", true), ("library-item", true), ("library", false)] {
            assert_eq!(are_about(text, name), expected, "{name}");
        }
    }

    #[test]
    fn only_letters_and_scenarios_may_be_added() {
        assert!(is_new_file("letters/item-returned.txt") && is_new_file("scenarios/a1.yaml"));
        for path in ["host.yaml", "letters/../x.txt", "letters/.txt", "letters/a.yaml", "x/a.txt"] {
            assert!(!is_new_file(path), "{path}");
        }
    }
}
