//! `zhiping diff`: says in words what changes from one folder of workflows to another, and for whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use engine::{
    calendar::{Calendar, CalendarYear},
    definition::{Change, differences},
};

use super::{Failure, lint::Folder};

#[derive(Args)]
pub(super) struct Diff {
    /// The folder of workflows as it was, or a file in one.
    old: PathBuf,
    /// The folder as it is to be, or a file in one.
    new: PathBuf,
}

/// Where the working-day calendar is.
const CALENDAR: &str = "catalog/calendar.yaml";

/// The files that differ and of which no definition speaks: the host, the calendar, and letters and
/// tables that none of them uses.
fn others<'f>(old: &'f Folder, new: &'f Folder) -> BTreeSet<&'f String> {
    let is_other = |path: &&String| {
        let is_kept = ["letters/", "catalog/"].iter().any(|folder| path.starts_with(folder));
        let definitions = old.compiled.definitions.iter().chain(&new.compiled.definitions);
        let is_told = || definitions.clone().any(|it| it.sources.contains_key(*path));
        (is_kept && !is_told() || *path == "host.yaml")
            && new.is_asked_file(path)
            && old.sources.files.get(*path) != new.sources.files.get(*path)
    };
    old.sources.files.keys().chain(new.sources.files.keys()).filter(is_other).collect()
}

/// The days whose holidays change; `None` where there is no calendar on one side.
fn calendar(old: &Folder, new: &Folder) -> Option<Vec<String>> {
    let read = |folder: &Folder| {
        let text = folder.sources.files.get(CALENDAR)?;
        let calendar: Calendar = serde_yaml::from_str(text).ok()?;
        Some(calendar.years().clone())
    };
    let is_asked = new.is_asked_file(CALENDAR);
    let (before, after) = (read(old)?, read(new).filter(|_| is_asked)?);
    let days = |years: &BTreeMap<i16, CalendarYear>| {
        let days = years.values().flat_map(|year| {
            let off = year.offdays.iter().map(|day| (day.to_string(), "休息"));
            off.chain(year.workdays.iter().map(|day| (day.to_string(), "上班")))
        });
        days.collect::<BTreeMap<String, &str>>()
    };
    let noticed = after.keys().filter(|year| !before.contains_key(*year));
    let withdrawn = before.keys().filter(|year| !after.contains_key(*year));
    let years = noticed.map(|year| format!("另有 {year} 年的"));
    let years = years.chain(withdrawn.map(|year| format!("不再有 {year} 年的")));
    let (before, after) = (days(&before), days(&after));
    let gone = before.iter().filter(|(day, _)| !after.contains_key(*day));
    let gone = gone.map(|(day, is)| format!("{day} 不再写作{is}"));
    let came = after.iter().filter(|(day, is)| before.get(*day) != Some(*is));
    let came = came.map(|(day, is)| format!("{day} 改为{is}"));
    Some(years.chain(gone).chain(came).collect())
}

/// The changes, one on a line, with whom each concerns.
pub(super) fn tell(out: &mut dyn Write, changes: &[Change]) -> std::io::Result<()> {
    for change in changes {
        match &change.who {
            Some(who) => writeln!(out, "  对 {who}：{}", change.what)?,
            None => writeln!(out, "  {}", change.what)?,
        }
    }
    Ok(())
}

impl Diff {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<ExitCode, Failure> {
        let (old, new) = (Folder::around(&self.old)?, Folder::around(&self.new)?);
        for folder in [&old, &new] {
            let errors = folder.errors();
            for error in &errors {
                writeln!(out, "{error}")?;
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
            count += changes.len();
            tell(out, &changes)?;
        }
        for definition in &old.compiled.definitions {
            let is_gone = new.compiled.definition(definition.key.as_str()).is_none();
            if is_gone && new.is_asked_definition(definition.key.as_str()) {
                count += 1;
                writeln!(out, "去掉流程 {}「{}」", definition.key, definition.name)?;
            }
        }
        let calendars = calendar(&old, &new);
        for day in calendars.iter().flatten() {
            count += 1;
            writeln!(out, "工作日历：{day}")?;
        }
        for path in others(&old, &new) {
            if path == CALENDAR && calendars.is_some() {
                continue;
            }
            count += 1;
            match (old.sources.files.get(path), new.sources.files.get(path)) {
                (None, _) => writeln!(out, "新增文件 {path}")?,
                (_, None) => writeln!(out, "去掉文件 {path}")?,
                (Some(_), Some(_)) => writeln!(out, "{path} 的内容有变化")?,
            }
        }
        writeln!(out, "{count} 处变化")?;
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_that_changed_is_told_though_no_workflow_names_it() {
        let [old, new] = ["2026-10-01", "2026-10-02"].map(|day| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join("catalog")).unwrap();
            std::fs::write(folder.path().join("host.yaml"), "subjects: {}\n").unwrap();
            let text = format!("years: {{2026: {{offdays: [{day}]}}}}");
            std::fs::write(folder.path().join("catalog/calendar.yaml"), text).unwrap();
            folder
        });
        let mut out = Vec::new();
        let diff = Diff { old: old.path().to_owned(), new: new.path().to_owned() };
        assert_eq!(diff.run(&mut out).unwrap(), ExitCode::SUCCESS);
        let told = String::from_utf8(out).unwrap();
        assert_eq!(
            told,
            "工作日历：2026-10-01 不再写作休息\n工作日历：2026-10-02 改为休息\n2 处变化\n"
        );
    }
}
