//! The shipped scenarios run against the shipped workflows, and walk every way through them.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{fs, path::Path, sync::LazyLock};

use engine::{
    definition::{Compiled, Sources, compile},
    simulate::{self, Outcome},
};

/// The shipped workflows, and how their scenarios went.
static RUN: LazyLock<(Compiled, Vec<Outcome>)> = LazyLock::new(|| {
    let sources = shipped();
    let compiled = compile(&sources);
    let outcomes = simulate::run(&compiled, &sources);
    (compiled, outcomes)
});

fn shipped() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
    let mut sources = Sources::default();
    read(&root, &root, &mut sources);
    sources
}

fn read(root: &Path, folder: &Path, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "txt") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            sources.files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_shipped_scenario_passes() {
    let (_, outcomes) = &*RUN;
    assert!(!outcomes.is_empty());
    let failed: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.failures.is_empty())
        .map(|outcome| {
            let failures: Vec<String> = outcome.failures.iter().map(ToString::to_string).collect();
            let transcript = outcome.transcript.join("\n");
            format!("{}\n{transcript}\n{}", outcome.scenario, failures.join("\n"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn the_scenarios_walk_every_way_through_the_shipped_workflows() {
    let (compiled, outcomes) = &*RUN;
    let unwalked = simulate::unwalked(compiled, outcomes);
    let unwalked: Vec<String> = unwalked
        .iter()
        .map(|(key, edge)| {
            let from = edge.from.as_ref().map_or("", |from| from.as_str());
            format!("{key}: {from} → {} ({})", edge.to, edge.label)
        })
        .collect();
    assert!(unwalked.is_empty(), "{}", unwalked.join("\n"));
}
