//! `zhiping diff`: says in words what changes from one folder of workflows to another, and for whom.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::Args;
use engine::definition::{Severity, differences};

use super::{Failure, lint::Folder};

#[derive(Args)]
pub(super) struct Diff {
    /// The folder of workflows as it was, or a file in one.
    old: PathBuf,
    /// The folder as it is to be, or a file in one.
    new: PathBuf,
}

impl Diff {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<ExitCode, Failure> {
        let (old, new) = (Folder::around(&self.old)?, Folder::around(&self.new)?);
        for folder in [&old, &new] {
            let errors = folder.compiled.diagnostics.iter();
            let errors: Vec<_> = errors.filter(|found| found.severity == Severity::Error).collect();
            for error in &errors {
                writeln!(out, "{}", folder.located(error))?;
            }
            if !errors.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
        let mut count = 0;
        for definition in &new.compiled.definitions {
            let key = definition.key.as_str();
            if !new.is_asked_definition(key) {
                continue;
            }
            let Some(before) = old.compiled.definition(key) else {
                count += 1;
                writeln!(out, "新增流程 {key}「{}」", definition.name)?;
                continue;
            };
            let changes = differences(before, definition);
            if changes.is_empty() {
                continue;
            }
            writeln!(out, "{key}「{}」", definition.name)?;
            for change in &changes {
                count += 1;
                match &change.who {
                    Some(who) => writeln!(out, "  对 {who}：{}", change.what)?,
                    None => writeln!(out, "  {}", change.what)?,
                }
            }
        }
        for definition in &old.compiled.definitions {
            let is_gone = new.compiled.definition(definition.key.as_str()).is_none();
            if is_gone && new.is_asked_definition(definition.key.as_str()) {
                count += 1;
                writeln!(out, "去掉流程 {}「{}」", definition.key, definition.name)?;
            }
        }
        writeln!(out, "{count} 处变化")?;
        Ok(ExitCode::SUCCESS)
    }
}
