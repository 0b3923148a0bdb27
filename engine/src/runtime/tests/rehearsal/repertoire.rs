//! The workflows and scenarios to play.

use std::path::Path;

use crate::{
    definition::{Compiled, Sources, compile},
    simulate::rehearsal::{Scenario, scenarios},
};

/// A folder of workflows with its scenarios.
pub(in crate::runtime::tests) struct Repertoire {
    pub(in crate::runtime::tests) sources: Sources,
    pub(in crate::runtime::tests) compiled: Compiled,
}

impl Repertoire {
    pub(in crate::runtime::tests) fn of(folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows").join(folder);
        let mut sources = Sources::default();
        read(&root, &root, &mut sources);
        let compiled = compile(&sources);
        Self { sources, compiled }
    }

    pub(in crate::runtime::tests) fn scenarios(&self) -> Vec<(String, Scenario)> {
        scenarios(&self.compiled, &self.sources)
    }

    /// What is installed: that the scenarios pass is tested elsewhere.
    pub(super) fn workflows(&self) -> Sources {
        let files = self.sources.files.iter().filter(|(path, _)| !path.starts_with("scenarios/"));
        Sources { files: files.map(|(path, text)| (path.clone(), text.clone())).collect() }
    }
}

fn read(root: &Path, folder: &Path, sources: &mut Sources) {
    for entry in std::fs::read_dir(folder).expect("the folder is read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("workflows/examples") {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "txt") {
            let name = path.strip_prefix(root).expect("below it").to_string_lossy().into_owned();
            sources.files.insert(name, std::fs::read_to_string(&path).expect("a text"));
        }
    }
}
