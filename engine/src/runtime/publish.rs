//! Published versions of definitions: immutable, kept with their texts byte for byte, compiled once
//! per process. Running cases keep their version.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{Engine, RuntimeError};
use crate::{
    calendar::Moment,
    decision::DefinitionRef,
    definition::{Compiled, Definition, Diagnostic, Sources, compile},
    in_transaction,
    names::{AccountId, DefinitionHash, WorkflowKey},
    store::{self, Connection, DefinitionRow, PublicationRow},
};

/// Who publishes what the program ships.
const SHIPPED_BY: &str = "shipped";

/// One published version.
#[derive(Clone, Debug)]
pub struct Published {
    /// The compiled definition.
    pub definition: Arc<Definition>,
    /// Its key, version and hash, as cases keep them.
    pub reference: DefinitionRef,
    /// When it was published.
    pub published_at: Moment,
    /// Who published it.
    pub published_by: String,
}

/// What installing the shipped definitions did.
#[derive(Clone, Debug, Default)]
pub struct Shipped {
    /// Workflows that were new.
    pub installed: Vec<Arc<Published>>,
    /// Workflows whose shipped text differs from the published one.
    pub updates: Vec<AvailableUpdate>,
}

/// A shipped definition that differs from the newest published version.
#[derive(Clone, Debug)]
pub struct AvailableUpdate {
    /// The workflow.
    pub workflow: WorkflowKey,
    /// The version in force.
    pub version: u32,
    /// What is shipped.
    pub shipped: Arc<Definition>,
}

/// A version as lists show it; its definition need not be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its number.
    pub version: u32,
    /// The hash of its sources.
    pub hash: DefinitionHash,
    /// When it was published.
    pub published_at: Moment,
    /// Who published it.
    pub published_by: String,
}

/// What a person publishes: changed files over what was in force when they were examined.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// All texts, with those that changed.
    pub sources: &'a Sources,
    /// The workflows that were changed: they get a new version even where only their scenarios did.
    pub workflows: &'a BTreeSet<WorkflowKey>,
    /// The paths of those that changed: of the others, those made of one of them get a new version.
    pub changed: &'a BTreeSet<String>,
    /// The versions that were in force when this was examined.
    pub over: &'a BTreeMap<WorkflowKey, u32>,
    /// Who publishes.
    pub by: &'a AccountId,
    /// Why, in the words of whoever publishes.
    pub note: &'a str,
    /// What the program ships meanwhile: where it ships another text, its hash is kept with the version.
    pub shipped: &'a Sources,
}

/// What is kept of a publication beside the versions.
#[derive(Clone, Copy, Debug)]
struct About<'a> {
    by: &'a str,
    note: &'a str,
    shipped: &'a Sources,
}

/// Definitions that were not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The sources have faults: all of them, warnings too.
    #[error("{} faults, the first: {}", .0.len(), first(.0))]
    Faulty(Vec<Diagnostic>),
    /// Somebody else has published since this was examined.
    #[error("another version of {0} was published meanwhile")]
    Outdated(WorkflowKey),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] RuntimeError),
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.first().map(ToString::to_string).unwrap_or_default()
}

impl Engine {
    /// Reads and compiles what was published since the last time, and at first what open cases
    /// run on.
    pub(super) async fn refresh_library(&self) -> Result<(), RuntimeError> {
        let mut held = self.store.reader().await?;
        let newest = store::newest_definitions(&mut held.connection()).await?;
        for row in newest {
            let key = WorkflowKey::from(row.workflow.as_str());
            if self.library.version(&key, version_of(&row)).is_none() {
                self.load_version(&mut held.connection(), &row).await?;
            }
        }
        Ok(())
    }

    /// Compiles the versions that open cases run on; one that does not compile any more is logged
    /// and stays unusable, the others work.
    pub(super) async fn load_versions_in_use(&self) -> Result<(), RuntimeError> {
        let mut held = self.store.reader().await?;
        for (workflow, version) in store::definitions_in_use(&mut held.connection()).await? {
            let version = u32::try_from(version).unwrap_or_default();
            let loaded = self.version(&WorkflowKey::from(workflow.as_str()), version).await;
            if let Err(error @ RuntimeError::Definition { .. }) = loaded {
                tracing::error!(%error, workflow, version, "cases on this version cannot move");
            } else {
                loaded?;
            }
        }
        Ok(())
    }

    /// One version, from this process or compiled from the stored texts.
    pub(super) async fn version(
        &self,
        workflow: &WorkflowKey,
        version: u32,
    ) -> Result<Arc<Published>, RuntimeError> {
        if let Some(published) = self.library.version(workflow, version) {
            return Ok(published);
        }
        let mut held = self.store.reader().await?;
        let mut connection = held.connection();
        let row = store::definition_version(&mut connection, workflow.as_str(), version).await?;
        self.load_version(&mut connection, &row.ok_or(sqlx::Error::RowNotFound)?).await
    }

    async fn load_version(
        &self,
        connection: &mut Connection<'_>,
        row: &DefinitionRow,
    ) -> Result<Arc<Published>, RuntimeError> {
        let files = store::definition_sources(connection, &row.workflow, row.version).await?;
        let compiled = self.library.compile(Sources { files });
        let Some(definition) = compiled.definition(&row.workflow) else {
            return Err(RuntimeError::Definition {
                workflow: WorkflowKey::from(row.workflow.as_str()),
                version: version_of(row),
                hash: DefinitionHash::from(row.hash.as_str()),
                first: first(&compiled.diagnostics),
            });
        };
        let published = Arc::new(published(row, Arc::clone(definition)));
        self.library.keep(&published);
        Ok(published)
    }

    /// Publishes those of `compiled` that `choose` picks, given the newest version.
    async fn publish_where(
        &self,
        sources: &Sources,
        compiled: &Compiled,
        about: About<'_>,
        choose: impl Fn(&Definition, Option<&Published>) -> bool,
    ) -> Result<Vec<Arc<Published>>, RuntimeError> {
        let hashes = hashes(sources);
        let texts: Vec<(&str, &str, &str)> = std::iter::zip(&sources.files, &hashes)
            .map(|((path, text), (_, hash))| (path.as_str(), hash.as_str(), text.as_str()))
            .collect();
        let shipped = self::hashes(about.shipped);
        let (mut new, mut audit) = (Vec::new(), Vec::new());
        for definition in &compiled.definitions {
            let newest = self.library.newest(&definition.key);
            if !choose(definition, newest.as_deref()) {
                continue;
            }
            let row = DefinitionRow {
                workflow: definition.key.to_string(),
                version: newest.map_or(1, |newest| i64::from(newest.reference.version) + 1),
                hash: definition.hash.to_string(),
                published_at: self.clock.now().0,
                published_by: about.by.to_owned(),
            };
            audit.push(audited(&row, about.note, &differing(definition, &shipped)));
            new.push((Arc::new(published(&row, Arc::clone(definition))), row));
        }
        let rows: Vec<&DefinitionRow> = new.iter().map(|(_, row)| row).collect();
        in_transaction!(&self.store, connection => {
            let mut connection = Connection::from(connection);
            store::insert_definitions(&mut connection, &rows, &texts, &audit).await
        })?;
        let new: Vec<Arc<Published>> = new.into_iter().map(|(published, _)| published).collect();
        new.iter().for_each(|published| self.library.keep(published));
        Ok(new)
    }

    pub(super) async fn publish(
        &self,
        sources: &Sources,
        by: &str,
    ) -> Result<Vec<Arc<Published>>, PublishError> {
        let compiled = valid(sources)?;
        self.refresh_library().await?;
        let differs = |definition: &Definition, newest: Option<&Published>| {
            newest.is_none_or(|newest| newest.reference.hash != definition.hash)
        };
        let about = About { by, note: "", shipped: sources };
        Ok(self.publish_where(sources, &compiled, about, differs).await?)
    }

    /// Publishes what changed, unless somebody else was quicker.
    pub(super) async fn publish_over(
        &self,
        publication: Publication<'_>,
    ) -> Result<Vec<Arc<Published>>, PublishError> {
        let compiled = valid(publication.sources)?;
        self.refresh_library().await?;
        for (workflow, version) in publication.over {
            let newest = self.library.newest(workflow).map(|newest| newest.reference.version);
            if newest != Some(*version) {
                return Err(PublishError::Outdated(workflow.clone()));
            }
        }
        let chosen = |definition: &Definition, newest: Option<&Published>| {
            let is_changed = definition.sources.keys().any(|it| publication.changed.contains(it))
                && newest.is_none_or(|newest| newest.reference.hash != definition.hash);
            is_changed || publication.workflows.contains(&definition.key)
        };
        let Publication { note, shipped, .. } = publication;
        let about = About { by: publication.by.as_str(), note, shipped };
        let published = self.publish_where(publication.sources, &compiled, about, chosen).await;
        match published {
            // Another process took the number between the reading above and this.
            Err(RuntimeError::Database(error)) if is_taken(&error) => {
                let first = publication.workflows.first();
                Err(first.map_or(RuntimeError::Database(error).into(), |first| {
                    PublishError::Outdated(first.clone())
                }))
            }
            published => Ok(published?),
        }
    }

    /// Every version of a workflow, newest first.
    pub(super) async fn versions(
        &self,
        workflow: &WorkflowKey,
    ) -> Result<Vec<VersionInfo>, RuntimeError> {
        let mut held = self.store.reader().await?;
        let rows = store::definition_versions(&mut held.connection(), workflow.as_str()).await?;
        let info = |row: DefinitionRow| VersionInfo {
            version: version_of(&row),
            hash: DefinitionHash::from(row.hash.as_str()),
            published_at: Moment(row.published_at),
            published_by: row.published_by,
        };
        Ok(rows.into_iter().map(info).collect())
    }

    /// The texts of a version, byte for byte.
    pub(super) async fn sources(
        &self,
        workflow: &WorkflowKey,
        version: u32,
    ) -> Result<Sources, RuntimeError> {
        let mut held = self.store.reader().await?;
        let (workflow, version) = (workflow.as_str(), i64::from(version));
        let files = store::definition_sources(&mut held.connection(), workflow, version).await?;
        Ok(Sources { files })
    }

    /// Whether the newest version of every workflow was published with exactly these texts: then
    /// there is nothing to examine again at every start.
    async fn is_installed(&self, sources: &Sources) -> Result<bool, RuntimeError> {
        let hashes: Vec<(String, String)> =
            hashes(sources).into_iter().map(|(path, hash)| (path.to_owned(), hash)).collect();
        let newest = self.library.newest_all();
        let mut held = self.store.reader().await?;
        for published in &newest {
            let reference = &published.reference;
            let (workflow, version) = (reference.key.as_str(), i64::from(reference.version));
            let connection = &mut held.connection();
            if store::definition_hashes(connection, workflow, version).await? != hashes {
                return Ok(false);
            }
        }
        Ok(!newest.is_empty())
    }

    pub(super) async fn install_shipped(&self, sources: &Sources) -> Result<Shipped, PublishError> {
        self.refresh_library().await?;
        if self.is_installed(sources).await? {
            return Ok(Shipped::default());
        }
        let compiled = valid(sources)?;
        let is_new = |_: &Definition, newest: Option<&Published>| newest.is_none();
        let about = About { by: SHIPPED_BY, note: "", shipped: sources };
        let installed = self.publish_where(sources, &compiled, about, is_new).await?;
        let updates = compiled.definitions.iter().filter_map(|shipped| {
            let newest = self.library.newest(&shipped.key)?;
            (newest.reference.hash != shipped.hash).then(|| AvailableUpdate {
                workflow: shipped.key.clone(),
                version: newest.reference.version,
                shipped: Arc::clone(shipped),
            })
        });
        Ok(Shipped { installed, updates: updates.collect() })
    }
}

/// The SHA-256 of each text in hex, by path.
fn hashes(sources: &Sources) -> BTreeMap<&str, String> {
    let files = sources.files.iter();
    files.map(|(path, text)| (path.as_str(), hex::encode(Sha256::digest(text)))).collect()
}

fn valid(sources: &Sources) -> Result<Compiled, PublishError> {
    let compiled = compile(sources);
    if compiled.is_valid() { Ok(compiled) } else { Err(PublishError::Faulty(compiled.diagnostics)) }
}

fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// The hashes of the shipped texts that are others than those a definition is made of, by path.
fn differing<'a>(
    definition: &Definition,
    shipped: &'a BTreeMap<&str, String>,
) -> BTreeMap<&'a str, &'a str> {
    let differs = |(path, hash): &(&&str, &String)| {
        definition.sources.get(**path).is_some_and(|own| own != *hash)
    };
    let differing = shipped.iter().filter(differs);
    differing.map(|(path, hash)| (*path, hash.as_str())).collect()
}

/// What the audit keeps of a new version.
fn audited(row: &DefinitionRow, note: &str, shipped: &BTreeMap<&str, &str>) -> PublicationRow {
    let (version, hash) = (row.version, &row.hash);
    let detail = serde_json::json!({
        "version": version, "hash": hash, "note": note, "shipped": shipped,
    });
    let id = uuid::Uuid::now_v7().to_string();
    (id, format!("workflow:{}", row.workflow), detail.to_string())
}

fn published(row: &DefinitionRow, definition: Arc<Definition>) -> Published {
    Published {
        reference: DefinitionRef {
            key: definition.key.clone(),
            version: version_of(row),
            hash: DefinitionHash::from(row.hash.as_str()),
        },
        definition,
        published_at: Moment(row.published_at),
        published_by: row.published_by.clone(),
    }
}

fn version_of(row: &DefinitionRow) -> u32 {
    u32::try_from(row.version).unwrap_or_default()
}
