//! What can be said of a draft before it is published: every fault with its place, the definitions
//! it would change, and how their scenarios go. It runs beside the requests, one at a time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use engine::{
    definition::{Compiled, Definition, Diagnostic, Severity, Sources, compile},
    names::WorkflowKey,
    simulate::{self, Outcome},
};
use tokio::sync::Semaphore;

use super::{Work, are_about, own};

/// So long a person waits for an examination.
const PATIENCE: Duration = Duration::from_secs(28);
/// Examinations at the same time.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// An examination that did not end in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the examination did not end in time")]
pub struct Busy;

/// What an examination found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Everything compiled.
    pub compiled: Arc<Compiled>,
    /// Why the draft is none of its workflow, where it is none.
    pub stray: Option<Diagnostic>,
    /// The definitions that the draft would give a new version.
    pub affected: Vec<WorkflowKey>,
    /// How the scenarios about them went; empty where there are faults.
    pub outcomes: Vec<Outcome>,
}

/// Examines a draft over what is in force; its scenarios only if asked.
///
/// # Errors
/// When it takes too long.
pub async fn examine(work: &Work, with_scenarios: bool) -> Result<Examined, Busy> {
    let (sources, changed) = (work.sources(), work.changed());
    let (workflow, versions) = (work.workflow.clone(), work.in_force.newest.clone());
    let stray = own::stray(work);
    let running = async move {
        let turn = Arc::clone(&TURNS).acquire_owned().await.map_err(|_| Busy)?;
        let examined = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let compiled = compiled(&sources);
            let is_new = |definition: &&Arc<Definition>| {
                let is_made_of = definition.sources.keys().any(|path| changed.contains(path))
                    && versions.iter().all(|it| it.reference.hash != definition.hash);
                is_made_of || (definition.key == workflow && !changed.is_empty())
            };
            let affected = compiled.definitions.iter().filter(is_new);
            let affected: Vec<WorkflowKey> = affected.map(|it| it.key.clone()).collect();
            let outcomes = if with_scenarios && compiled.is_valid() && stray.is_none() {
                let mut about: BTreeSet<&str> = affected.iter().map(WorkflowKey::as_str).collect();
                about.insert(workflow.as_str());
                went(&sources, &compiled, &about)
            } else {
                Vec::new()
            };
            Examined { compiled, stray, affected, outcomes }
        });
        examined.await.map_err(|_| Busy)
    };
    tokio::time::timeout(PATIENCE, running).await.map_err(|_| Busy)?
}

/// What was examined last, since pages of one draft follow one another: what is looked at before it is
/// published is published next.
static LAST: Mutex<Option<Last>> = Mutex::new(None);

struct Last {
    sources: Sources,
    compiled: Arc<Compiled>,
    /// How the scenarios about some workflows went.
    outcomes: BTreeMap<BTreeSet<String>, Vec<Outcome>>,
}

fn compiled(sources: &Sources) -> Arc<Compiled> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(last) = last.as_ref().filter(|last| last.sources == *sources) {
        return Arc::clone(&last.compiled);
    }
    let compiled = Arc::new(compile(sources));
    let outcomes = BTreeMap::new();
    *last = Some(Last { sources: sources.clone(), compiled: Arc::clone(&compiled), outcomes });
    compiled
}

/// How the scenarios about these workflows go: the same texts always lead to the same end.
fn went(sources: &Sources, compiled: &Compiled, about: &BTreeSet<&str>) -> Vec<Outcome> {
    let key: BTreeSet<String> = about.iter().map(|&workflow| workflow.to_owned()).collect();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last.as_ref().filter(|last| last.sources == *sources);
    if let Some(outcomes) = known.and_then(|last| last.outcomes.get(&key)) {
        return outcomes.clone();
    }
    let is_meant = |workflow: &str| about.contains(workflow);
    let outcomes = simulate::run_about(compiled, &only_about(sources, about), &is_meant);
    if let Some(last) = last.as_mut().filter(|last| last.sources == *sources) {
        last.outcomes.insert(key, outcomes.clone());
    }
    outcomes
}

/// The sources without the scenarios that are about none of these workflows.
fn only_about(sources: &Sources, about: &BTreeSet<&str>) -> Sources {
    let is_needed = |path: &str, text: &str| {
        !path.starts_with("scenarios/") || about.iter().any(|name| are_about(text, name))
    };
    let files = sources.files.iter().filter(|(path, text)| is_needed(path, text));
    Sources { files: files.map(|(path, text)| (path.clone(), text.clone())).collect() }
}

impl Examined {
    /// Whether anything forbids publishing.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        self.compiled.is_valid() && self.stray.is_none() && self.failed().next().is_none()
    }

    /// Everything that was found.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.stray.iter().chain(&self.compiled.diagnostics)
    }

    /// Errors among what was found.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Error)
    }

    /// Warnings among what was found.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics().filter(move |found| found.severity == severity)
    }

    /// The scenarios that did not go as they should.
    pub fn failed(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.failures.is_empty())
    }
}
