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
    /// The workflows whose drafts were examined together with this one: without them it does not fit.
    pub together: Vec<WorkflowKey>,
    /// Everything compiled.
    pub compiled: Arc<Compiled>,
    /// Why a draft is none of its workflow, where it is none.
    pub strays: Vec<Diagnostic>,
    /// The definitions that the draft would give a new version.
    pub affected: Vec<WorkflowKey>,
    /// How the scenarios about them went; empty where there are faults.
    pub outcomes: Vec<Outcome>,
}

/// Examines a draft over what is in force, where it does not fit so together with the drafts beside it
/// that it needs; its scenarios only if asked.
///
/// # Errors
/// When it takes too long.
pub async fn examine(work: &Work, with_scenarios: bool) -> Result<Examined, Busy> {
    let work = work.clone();
    let running = async move {
        let turn = Arc::clone(&TURNS).acquire_owned().await.map_err(|_| Busy)?;
        let examined = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            fitting(&work, with_scenarios)
        });
        examined.await.map_err(|_| Busy)
    };
    tokio::time::timeout(PATIENCE, running).await.map_err(|_| Busy)?
}

/// The draft alone where it fits or others do not better it, else with those that it needs.
fn fitting(work: &Work, with_scenarios: bool) -> Examined {
    let alone = examined(work, Vec::new(), with_scenarios);
    if work.beside.is_empty() || alone.is_publishable() {
        return alone;
    }
    let all: Vec<WorkflowKey> = work.beside.iter().map(|it| it.workflow.clone()).collect();
    let mut together = examined(work, all.clone(), with_scenarios);
    for other in all.iter().rev() {
        if together.together.len() == 1 {
            break;
        }
        let others = together.together.iter().filter(|it| *it != other).cloned().collect();
        let without = examined(work, others, with_scenarios);
        if without.faults() <= together.faults() {
            together = without;
        }
    }
    if together.faults() < alone.faults() { together } else { alone }
}

fn examined(work: &Work, together: Vec<WorkflowKey>, with_scenarios: bool) -> Examined {
    let sources = work.sources(&together);
    let changed: BTreeSet<String> = work.with(&together).flat_map(Work::changed).collect();
    let strays: Vec<Diagnostic> = work.with(&together).filter_map(own::stray).collect();
    let compiled = compiled(&sources);
    let is_at_work = |key: &WorkflowKey| key == &work.workflow || together.contains(key);
    let is_new = |definition: &&Arc<Definition>| {
        let is_made_of = definition.sources.keys().any(|path| changed.contains(path))
            && work.in_force.newest.iter().all(|it| it.reference.hash != definition.hash);
        is_made_of || (is_at_work(&definition.key) && !changed.is_empty())
    };
    let affected = compiled.definitions.iter().filter(is_new);
    let affected: Vec<WorkflowKey> = affected.map(|it| it.key.clone()).collect();
    let outcomes = if with_scenarios && compiled.is_valid() && strays.is_empty() {
        let mut about: BTreeSet<&str> = affected.iter().map(WorkflowKey::as_str).collect();
        about.insert(work.workflow.as_str());
        went(&sources, &compiled, &about)
    } else {
        Vec::new()
    };
    Examined { together, compiled, strays, affected, outcomes }
}

/// What was examined last, the newest last, since pages of one draft follow one another: what is looked
/// at before it is published is published next.
static LAST: Mutex<Vec<Last>> = Mutex::new(Vec::new());
/// So many are kept: a draft alone and together with another, twice.
const MOST_KEPT: usize = 4;

struct Last {
    sources: Sources,
    compiled: Arc<Compiled>,
    /// How the scenarios about some workflows went.
    outcomes: BTreeMap<BTreeSet<String>, Vec<Outcome>>,
}

fn compiled(sources: &Sources) -> Arc<Compiled> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = last.iter().position(|last| last.sources == *sources) {
        let known = last.remove(place);
        let compiled = Arc::clone(&known.compiled);
        last.push(known);
        return compiled;
    }
    let compiled = Arc::new(compile(sources));
    let outcomes = BTreeMap::new();
    if last.len() == MOST_KEPT {
        last.remove(0);
    }
    last.push(Last { sources: sources.clone(), compiled: Arc::clone(&compiled), outcomes });
    compiled
}

/// How the scenarios about these workflows go: the same texts always lead to the same end.
fn went(sources: &Sources, compiled: &Compiled, about: &BTreeSet<&str>) -> Vec<Outcome> {
    let key: BTreeSet<String> = about.iter().map(|&workflow| workflow.to_owned()).collect();
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last.iter_mut().find(|last| last.sources == *sources);
    if let Some(outcomes) = known.as_ref().and_then(|last| last.outcomes.get(&key)) {
        return outcomes.clone();
    }
    let is_meant = |workflow: &str| about.contains(workflow);
    let outcomes = simulate::run_about(compiled, &only_about(sources, about), &is_meant);
    if let Some(last) = known {
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
        self.compiled.is_valid() && self.strays.is_empty() && self.failed().next().is_none()
    }

    /// How far it is from being published: errors, and scenarios that failed.
    fn faults(&self) -> (usize, usize) {
        (self.errors().count(), self.failed().count())
    }

    /// Everything that was found.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.strays.iter().chain(&self.compiled.diagnostics)
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
