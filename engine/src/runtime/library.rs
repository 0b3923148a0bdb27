//! The compiled versions of this process: the newest of each workflow, and those that cases run on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::Published;
use crate::{
    definition::{Compiled, Sources, recompile},
    names::WorkflowKey,
};

/// The compiled versions of this process.
#[derive(Debug, Default)]
pub(super) struct Library {
    shelf: RwLock<Shelf>,
    /// What was compiled last: versions published together share their sources.
    last: Mutex<Option<(Sources, Arc<Compiled>)>>,
}

#[derive(Debug, Default)]
struct Shelf {
    newest: BTreeMap<WorkflowKey, Arc<Published>>,
    versions: BTreeMap<(WorkflowKey, u32), Arc<Published>>,
}

impl Library {
    pub(super) fn newest(&self, workflow: &WorkflowKey) -> Option<Arc<Published>> {
        self.read(|shelf| shelf.newest.get(workflow).cloned())
    }

    pub(super) fn newest_all(&self) -> Vec<Arc<Published>> {
        self.read(|shelf| shelf.newest.values().cloned().collect())
    }

    pub(super) fn version(&self, workflow: &WorkflowKey, version: u32) -> Option<Arc<Published>> {
        self.read(|shelf| shelf.versions.get(&(workflow.clone(), version)).cloned())
    }

    /// Every version that was loaded.
    pub(super) fn versions(&self) -> Vec<Arc<Published>> {
        self.read(|shelf| shelf.versions.values().cloned().collect())
    }

    /// The workflow and those that extend it.
    pub(super) fn family(&self, workflow: &WorkflowKey) -> Vec<String> {
        let extending = |shelf: &Shelf| {
            let covered = shelf.newest.values().filter(|p| p.definition.covers(workflow));
            covered.map(|published| published.reference.key.to_string()).collect()
        };
        let mut family: Vec<String> = self.read(extending);
        if !family.iter().any(|key| key == workflow.as_str()) {
            family.push(workflow.to_string());
        }
        family
    }

    pub(super) fn keep(&self, published: &Arc<Published>) {
        let reference = &published.reference;
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let newest = shelf.newest.get(&reference.key);
        if newest.is_none_or(|newest| newest.reference.version <= reference.version) {
            shelf.newest.insert(reference.key.clone(), Arc::clone(published));
        }
        shelf.versions.insert((reference.key.clone(), reference.version), Arc::clone(published));
    }

    /// Compiles stored texts.
    pub(super) fn compile(&self, sources: Sources) -> Arc<Compiled> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, compiled)) = last.as_ref().filter(|(known, _)| *known == sources) {
            return Arc::clone(compiled);
        }
        let compiled = Arc::new(recompile(&sources));
        *last = Some((sources, Arc::clone(&compiled)));
        compiled
    }

    fn read<T>(&self, read: impl FnOnce(&Shelf) -> T) -> T {
        read(&self.shelf.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_would_not_be_published_any_more_still_runs() {
        let host = "roles: [clerk]\n".to_owned();
        let flow = "workflow: old\nname: 旧\nstart: {by: clerk, to: on}\n\
                    participants: {clerk: {role: clerk}}\n\
                    states: {on: {name: 办理}, off: {name: 结束, end: true}}\n";
        let files = [("host.yaml".to_owned(), host), ("old.yaml".to_owned(), flow.to_owned())];
        let sources = Sources { files: files.into() };
        let examined = crate::definition::compile(&sources);
        assert!(examined.definition("old").is_none(), "lint finds no fault: {examined:?}");
        let stored = Library::default().compile(sources);
        assert!(stored.definition("old").is_some(), "{:?}", stored.diagnostics);
    }
}
