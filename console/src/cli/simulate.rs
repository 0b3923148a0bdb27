//! `zhiping simulate`: runs scenarios, prints the transcripts of those that failed, and says which
//! edges no scenario walked.

use std::{collections::BTreeSet, io::Write, path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use engine::simulate::{self, Outcome};

use super::{Failure, lint::Folder};

#[derive(Args)]
pub(super) struct Simulate {
    /// Folders of workflows, or scenario files in one.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Print the transcripts of scenarios that passed, too.
    #[arg(long)]
    all: bool,
}

impl Simulate {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<ExitCode, Failure> {
        let mut failed = 0;
        for path in &self.paths {
            let folder = Folder::around(path)?;
            if !folder.compiled.is_valid() {
                for diagnostic in &folder.compiled.diagnostics {
                    writeln!(out, "{}", folder.located(diagnostic))?;
                }
                return Ok(ExitCode::FAILURE);
            }
            let asked = folder.asked_scenarios();
            let begun = Instant::now();
            let outcomes = simulate::run(&folder.compiled, &asked);
            let took = begun.elapsed();
            if outcomes.is_empty() {
                writeln!(out, "{} 里没有情景：写在 scenarios/ 里的 .yaml 文件", path.display())?;
                return Ok(ExitCode::FAILURE);
            }
            let mut told = BTreeSet::new();
            for outcome in &outcomes {
                failed += usize::from(!outcome.failures.is_empty());
                self.print(out, &folder, outcome, &mut told)?;
            }
            let are_all = asked.files.len() == folder.sources.files.len();
            let passed = outcomes.iter().filter(|outcome| outcome.failures.is_empty()).count();
            let milliseconds = took.as_millis();
            writeln!(out, "{passed} / {} 个情景通过，用时 {milliseconds} 毫秒", outcomes.len())?;
            summary(out, &folder, &outcomes, are_all)?;
        }
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn print(
        &self,
        out: &mut dyn Write,
        folder: &Folder,
        outcome: &Outcome,
        told: &mut BTreeSet<String>,
    ) -> std::io::Result<()> {
        let is_passed = outcome.failures.is_empty();
        let word = if is_passed { "通过" } else { "未通过" };
        writeln!(out, "{word}  {}（{}）", outcome.scenario, outcome.file)?;
        if !is_passed || self.all {
            for line in simulate::folded(&outcome.transcript) {
                writeln!(out, "    {line}")?;
            }
        }
        for failure in &outcome.failures {
            // What several scenarios share by an anchor is told whole once.
            let (place, says) = (&failure.place, folder.located(failure));
            if told.contains(&says) {
                writeln!(out, "  同上：{}:{}:{}", place.file, place.line, place.column)?;
            } else {
                writeln!(out, "  {says}")?;
                told.insert(says);
            }
        }
        Ok(())
    }
}

/// What no scenario tried: ways, actions, rules and timers. Where `are_all` that there are were asked
/// for, workflows that no scenario touches too.
fn summary(
    out: &mut dyn Write,
    folder: &Folder,
    outcomes: &[Outcome],
    are_all: bool,
) -> std::io::Result<()> {
    let walked = outcomes.iter().flat_map(|outcome| &outcome.walked);
    let touched: BTreeSet<&str> = walked.map(|walked| walked.workflow.as_str()).collect();
    let unwalked = simulate::unwalked(&folder.compiled, outcomes);
    let untried = simulate::untried(&folder.compiled, outcomes);
    for definition in &folder.compiled.definitions {
        if !touched.contains(definition.key.as_str()) {
            if are_all {
                writeln!(out, "  {}：没有情景", definition.key)?;
            }
            continue;
        }
        let ways: Vec<_> = unwalked.iter().filter(|(key, _)| *key == definition.key).collect();
        let movers: Vec<_> = untried.iter().filter(|(key, _)| *key == definition.key).collect();
        let (all_ways, all_movers) = (definition.edges().len(), simulate::movers(definition).len());
        let (walked, tried) = (all_ways - ways.len(), all_movers - movers.len());
        let share = (walked + tried) * 100 / (all_ways + all_movers).max(1);
        writeln!(
            out,
            "  {}：走过 {share}%（{walked} / {all_ways} 条路，{tried} / {all_movers} 个动作、规则和计时）",
            definition.key,
        )?;
        for (_, edge) in ways {
            let from = edge.from.as_ref().map_or("发起", |from| from.as_str());
            let by = match edge.label.as_str() {
                "" => definition.led_by(edge).join("、"),
                label => label.to_owned(),
            };
            writeln!(out, "    没有走过：{from} → {}（{by}）", edge.to)?;
        }
        for (_, mover) in movers {
            writeln!(out, "    没有发生过：{mover}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_scenarios_is_no_success() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("host.yaml"), "subjects: {}\n").unwrap();
        let mut out = Vec::new();
        let simulate = Simulate { paths: vec![folder.path().to_owned()], all: false };
        assert_eq!(simulate.run(&mut out).unwrap(), ExitCode::FAILURE);
        assert!(String::from_utf8(out).unwrap().contains("里没有情景"));
    }
}
