//! The shipped scenarios run against the shipped workflows, and walk every way through them.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[expect(dead_code, reason = "its main is for people")]
#[path = "../examples/embed.rs"]
mod embed;

use std::{fs, path::Path, sync::LazyLock};

use engine::{
    definition::{Compiled, Sources, compile},
    simulate::{self, Outcome},
};

/// The shipped workflows, and how their scenarios went.
static RUN: LazyLock<(Compiled, Vec<Outcome>)> = LazyLock::new(|| ran("../workflows"));

/// The example workflows, a world of their own, and how their scenarios went.
static EXAMPLES: LazyLock<(Compiled, Vec<Outcome>)> =
    LazyLock::new(|| ran("../workflows/examples"));

fn ran(folder: &str) -> (Compiled, Vec<Outcome>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sources = Sources::default();
    read(&root, &root, &mut sources);
    let compiled = compile(&sources);
    let outcomes = simulate::run(&compiled, &sources);
    (compiled, outcomes)
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
    all_pass(&RUN.1);
}

#[test]
fn every_example_scenario_passes() {
    let (compiled, outcomes) = &*EXAMPLES;
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(says, Vec::<String>::new(), "\n{}\n", says.join("\n"));
    assert!(compiled.definitions.len() >= 12);
    all_pass(outcomes);
}

fn all_pass(outcomes: &[Outcome]) {
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
    walked_all(&RUN);
}

#[test]
fn the_scenarios_walk_every_way_through_the_examples() {
    walked_all(&EXAMPLES);
}

fn walked_all((compiled, outcomes): &(Compiled, Vec<Outcome>)) {
    let mut left: Vec<String> = simulate::unwalked(compiled, outcomes)
        .iter()
        .map(|(key, edge)| {
            let from = edge.from.as_ref().map_or("", |from| from.as_str());
            format!("{key}: {from} → {} ({})", edge.to, edge.label)
        })
        .collect();
    let untried = simulate::untried(compiled, outcomes);
    left.extend(untried.iter().map(|(key, mover)| format!("{key}: {mover}")));
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[tokio::test]
async fn the_engine_is_embedded_in_a_short_program() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("embed.db");
    let state = embed::run(&database.to_string_lossy()).await.unwrap();
    assert_eq!(state, "approved");
    let program = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/embed.rs"));
    assert!(program.unwrap().lines().count() <= 100);
}
