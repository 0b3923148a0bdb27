//! The corpus of histories that earlier versions recorded holds every kind of event that the shipped
//! scenarios and the examples bring about. Where one is missing, `ZHIPING_UPDATE=1` records cases of
//! this version that have it; a history that is there is never written again.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::rehearsal::repertoire::Repertoire;
use crate::{
    decision::{Case, Recorded},
    simulate::rehearsal::Rehearsal,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories")
}

/// What a history says, as it lies in a database: one row a revision.
fn rows(history: &[Recorded]) -> Vec<Value> {
    let mut rows: BTreeMap<u64, (i64, Vec<Value>)> = BTreeMap::new();
    for recorded in history {
        let event = serde_json::to_value(&recorded.event).expect("an event is written");
        rows.entry(recorded.revision).or_insert((recorded.at.0, Vec::new())).1.push(event);
    }
    let row = |(revision, (at, events)): (u64, (i64, Vec<Value>))| json!({"revision": revision, "at": at, "events": events});
    rows.into_iter().map(row).collect()
}

/// Which workflow a history is of, and the kinds of its events.
fn kinds(rows: &[Value]) -> (String, BTreeSet<String>) {
    let events = rows.iter().filter_map(|row| row["events"].as_array()).flatten();
    // What says nothing more is a word, anything else a map with one.
    let kind = |event: &Value| {
        let named = event.as_object().and_then(|event| event.keys().next());
        named.map(String::as_str).or_else(|| event.as_str()).expect("a kind").to_owned()
    };
    let workflow = &rows[0]["events"][0]["started"]["definition"]["key"];
    (workflow.as_str().expect("it began").to_owned(), events.map(kind).collect())
}

/// Every workflow and every kind of event that the corpus holds.
fn held() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut workflows, mut all) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(folder()).expect("the corpus is there") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        let mut kept: Value = serde_json::from_str(&text).expect("a history");
        let Value::Array(rows) = kept["history"].take() else { panic!("rows of history") };
        let (workflow, kinds) = kinds(&rows);
        workflows.insert(workflow);
        all.extend(kinds);
    }
    (workflows, all)
}

/// Writes a case as it is stored: its form lies beside it.
fn record(case: &Case, rows: &[Value]) {
    let mut stored = case.clone();
    stored.form.clear();
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    let case_text = serde_json::to_string(&stored).expect("a case is written");
    let text = format!("{{\"history\":[\n{}\n],\n\"case\":{case_text}}}\n", rows.join(",\n"));
    let name = |number: u32| {
        folder().join(format!("{}-{}-{number}.json", case.definition.key, case.visit.state))
    };
    let free = (1..).map(name).find(|path| !path.exists()).expect("a name");
    std::fs::write(free, text).expect("the history is written");
}

#[test]
fn every_kind_of_event_of_the_scenarios_is_in_the_corpus() {
    let (mut workflows, mut held) = held();
    let is_recorded = std::env::var("ZHIPING_UPDATE").is_ok();
    let mut missing = Vec::new();
    for folder in ["", "examples"] {
        let repertoire = Repertoire::of(folder);
        for (name, scenario) in repertoire.scenarios() {
            let mut rehearsal =
                Rehearsal::begin(&repertoire.compiled, &repertoire.sources, &scenario);
            while rehearsal.step().is_some() {}
            for kept in rehearsal.cases() {
                let rows = rows(&kept.history);
                let (workflow, kinds) = kinds(&rows);
                let new: Vec<&String> = kinds.difference(&held).collect();
                let is_new = folder.is_empty() && !workflows.contains(&workflow);
                if new.is_empty() && !is_new {
                    continue;
                }
                missing.push(format!("{name}: {workflow} {new:?}"));
                if is_recorded {
                    record(&kept.case, &rows);
                }
                workflows.insert(workflow);
                held.extend(kinds);
            }
        }
    }
    assert!(missing.is_empty() || is_recorded, "ZHIPING_UPDATE=1 records:\n{}", missing.join("\n"));
}
