//! `zhiping lint`: examines workflows and names every fault with its place, cause and remedy.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use engine::{
    definition::{Compiled, Diagnostic, Severity, Sources, compile},
    simulate,
};

use super::Failure;
use crate::workflows;

/// The file that makes a folder a folder of workflows.
const ROOT: &str = "host.yaml";

#[derive(Args)]
pub(super) struct Lint {
    /// Folders of workflows, or files in one.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

impl Lint {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<ExitCode, Failure> {
        let mut errors = 0;
        let mut warnings = 0;
        for path in &self.paths {
            let folder = Folder::around(path)?;
            let of_scenarios = simulate::faults(&folder.compiled, &folder.sources);
            for diagnostic in folder.compiled.diagnostics.iter().chain(&of_scenarios) {
                if !folder.is_asked(diagnostic) {
                    continue;
                }
                match diagnostic.severity {
                    Severity::Error => errors += 1,
                    Severity::Warning => warnings += 1,
                }
                writeln!(out, "{}", folder.located(diagnostic))?;
            }
        }
        writeln!(out, "{errors} 处错误，{warnings} 处提醒")?;
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The folder of workflows around a path that was named.
pub(super) struct Folder {
    root: PathBuf,
    /// The file that was named, where it was not the folder.
    only: Option<String>,
    pub(super) sources: Sources,
    pub(super) compiled: Compiled,
}

/// A path that does not lie in a folder of workflows.
#[derive(Debug, thiserror::Error)]
#[error("{path} 不在流程的文件夹里：它和它上面的文件夹都没有 {ROOT}")]
struct NoFolder {
    path: PathBuf,
}

/// A path that leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("没有 {path} 这个文件或文件夹")]
struct NoPath {
    path: PathBuf,
}

impl Folder {
    pub(super) fn around(path: &Path) -> Result<Self, Failure> {
        if !path.exists() {
            return Err(NoPath { path: path.to_owned() }.into());
        }
        let absolute = path
            .canonicalize()
            .map_err(|source| workflows::Unreadable { path: path.to_owned(), source })?;
        let is_root = |folder: &&Path| folder.join(ROOT).is_file();
        let root = absolute.ancestors().find(is_root);
        let root = root.ok_or_else(|| NoFolder { path: path.to_owned() })?.to_owned();
        let below = absolute.strip_prefix(&root).unwrap_or(&absolute);
        let below = below.to_string_lossy().replace('\\', "/");
        let sources = workflows::load(Some(&root))?;
        let compiled = compile(&sources);
        let only = Some(below).filter(|below| !below.is_empty());
        Ok(Self { root, only, sources, compiled })
    }

    /// Every error of the folder, with a path that opens from here.
    pub(super) fn errors(&self) -> Vec<String> {
        let errors = self.compiled.diagnostics.iter();
        let errors = errors.filter(|found| found.severity == Severity::Error);
        errors.map(|error| self.located(error)).collect()
    }

    /// Whether what is said about a file was asked for.
    pub(super) fn is_asked_file(&self, file: &str) -> bool {
        self.only.as_deref().is_none_or(|only| {
            file.strip_prefix(only).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether a definition is asked for: all where the folder was named, else what the file is.
    pub(super) fn is_asked_definition(&self, key: &str) -> bool {
        let Some(definition) = self.compiled.definition(key) else { return self.only.is_none() };
        self.only.is_none() || definition.sources.keys().any(|file| self.is_asked_file(file))
    }

    /// The sources, with only those scenarios that were asked for.
    pub(super) fn asked_scenarios(&self) -> Sources {
        let files = self.sources.files.iter();
        let asked =
            files.filter(|(path, _)| !path.starts_with("scenarios/") || self.is_asked_file(path));
        Sources { files: asked.map(|(path, text)| (path.clone(), text.clone())).collect() }
    }

    fn is_asked(&self, diagnostic: &Diagnostic) -> bool {
        self.is_asked_file(&diagnostic.place.file)
    }

    /// The diagnostic with a path that opens from here.
    pub(super) fn located(&self, diagnostic: &Diagnostic) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        let root = self.root.strip_prefix(here).unwrap_or(&self.root);
        root.join(diagnostic.to_string()).to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workflows_folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows")
    }

    #[test]
    fn a_file_asks_for_its_own_faults() {
        let folder = Folder::around(&workflows_folder().join("binding.yaml")).unwrap();
        assert!(folder.is_asked_file("binding.yaml"));
        assert!(!folder.is_asked_file("library.yaml"));
        let path = workflows_folder().join("scenarios/binding.yaml");
        let asked = Folder::around(&path).unwrap().asked_scenarios();
        let mut scenarios = asked.files.keys().filter(|path| path.starts_with("scenarios/"));
        assert!(scenarios.by_ref().eq(["scenarios/binding.yaml"]), "the others are not run");
        let folder = Folder::around(&workflows_folder().join("catalog")).unwrap();
        assert!(folder.is_asked_file("catalog/codes.yaml"));
        assert!(!folder.is_asked_file("catalogue.yaml"));
        let folder = Folder::around(&workflows_folder()).unwrap();
        assert!(folder.is_asked_file("library.yaml"));
    }

    #[test]
    fn a_path_outside_of_workflows_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Folder::around(folder.path()).err().unwrap();
        assert!(error.to_string().contains("host.yaml"));
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = Folder::around(Path::new("nowhere/at-all")).err().unwrap();
        assert_eq!(error.to_string(), "没有 nowhere/at-all 这个文件或文件夹");
    }

    #[test]
    fn faults_are_counted_and_fail() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(ROOT), "subjects: {}\n").unwrap();
        let mut out = Vec::new();
        let lint = Lint { paths: vec![folder.path().to_owned()] };
        assert_eq!(lint.run(&mut out).unwrap(), ExitCode::SUCCESS);
        assert!(String::from_utf8(out).unwrap().contains("0 处错误"));
    }

    #[test]
    fn faults_of_scenarios_are_told_with_the_others_and_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(ROOT), "subjects: {}\n").unwrap();
        std::fs::create_dir(folder.path().join("scenarios")).unwrap();
        let text = "- {scenario: 一, workflow: x, given: &world {rolls: {}}, steps: []}\n\
                    - {scenario: 二, workflow: x, given: *world, steps: [{acts: {}}]}\n";
        std::fs::write(folder.path().join("scenarios/x.yaml"), text).unwrap();
        let mut out = Vec::new();
        let lint = Lint { paths: vec![folder.path().to_owned()] };
        assert_eq!(lint.run(&mut out).unwrap(), ExitCode::FAILURE);
        let told = String::from_utf8(out).unwrap();
        assert!(
            told.contains("scenarios/x.yaml:1:45: 错误: given（情景.given）没有「rolls」"),
            "{told}"
        );
        assert!(told.contains("scenarios/x.yaml:2:"), "{told}");
        assert_eq!(told.matches("「rolls」").count(), 1, "{told}");
        // Neither has the workflow that it names.
        assert!(told.contains("4 处错误"), "{told}");
    }
}
