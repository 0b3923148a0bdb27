//! `zhiping checks` by documents: the examples of the catalogue, and documents at the edges of each
//! check, each a base with a few changes and the exact sets of what fails.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde::Deserialize;
use serde_json::{Map, Value};

const EXAMPLES: &str = include_str!("startcheck/examples.json");
const BASES: &str = include_str!("startcheck/bases.json");
const EDGES: &str = include_str!("startcheck/edges.yaml");
const FAULTY: &str = include_str!("startcheck/faulty.yaml");
const CATALOGUE: &str = include_str!("../../workflows/catalog/checks.yaml");

/// How a document differs from its base, and what is expected of it.
#[derive(Debug, Deserialize)]
struct Edge {
    of: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    set: Map<String, Value>,
    #[serde(default)]
    append: Map<String, Value>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(flatten)]
    expect: Expect,
    #[serde(default)]
    at: String,
    #[serde(default)]
    because: String,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Expect {
    #[serde(default)]
    block: BTreeSet<String>,
    #[serde(default)]
    warn: BTreeSet<String>,
    #[serde(default)]
    fix: Map<String, Value>,
}

#[derive(Deserialize)]
struct Examples {
    bases: Map<String, Value>,
    cases: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    id: String,
    base: String,
    patch: Vec<Operation>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
}

fn bases() -> Map<String, Value> {
    let examples: Examples = serde_json::from_str(EXAMPLES).expect("as the data say");
    let more: Map<String, Value> = serde_json::from_str(BASES).expect("as the data say");
    examples.bases.into_iter().chain(more).collect()
}

/// The JSON pointer of a path; one without a leading slash lies below the application.
fn pointer(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/application/{path}") }
}

fn set(document: &mut Value, path: &str, value: Value) {
    let (parent, key) = path.rsplit_once('/').expect("as the data say");
    match document.pointer_mut(parent).expect("as the data say") {
        Value::Array(items) => items[key.parse::<usize>().expect("as the data say")] = value,
        Value::Object(fields) => {
            fields.insert(key.to_owned(), value);
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            panic!("{parent} is {other}")
        }
    }
}

fn remove(document: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('/').expect("as the data say");
    match document.pointer_mut(parent).expect("as the data say") {
        Value::Array(items) => {
            items.remove(key.parse().expect("as the data say"));
        }
        Value::Object(fields) => {
            fields.remove(key).expect("as the data say");
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            panic!("{parent} is {other}")
        }
    }
}

fn patched(base: &Value, patch: &[Operation]) -> Value {
    let mut document = base.clone();
    for Operation { op, path, value } in patch {
        match op.as_str() {
            "remove" => remove(&mut document, path),
            "replace" => set(&mut document, path, value.clone()),
            other => panic!("no example has {other}"),
        }
    }
    document
}

fn edged(bases: &Map<String, Value>, edge: &Edge) -> Value {
    let mut document = bases[&edge.of].clone();
    for (path, value) in &edge.set {
        set(&mut document, &pointer(path), value.clone());
    }
    for (path, more) in &edge.append {
        let list = document
            .pointer_mut(&pointer(path))
            .expect("as the data say")
            .as_array_mut()
            .expect("as the data say");
        list.extend(more.as_array().expect("as the data say").iter().cloned());
    }
    for path in &edge.remove {
        remove(&mut document, &pointer(path));
    }
    document
}

/// The program with a file to check.
fn checks(file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhiping"));
    command.arg("checks").arg(file).env_remove("DATABASE_URL").output().expect("the program starts")
}

fn checked(folder: &Path, content: &Value) -> Output {
    let file = folder.join("documents.json");
    fs::write(&file, content.to_string()).expect("as the data say");
    checks(&file)
}

fn lines(output: &Output) -> Vec<Expect> {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let text = String::from_utf8(output.stdout.clone()).expect("as the data say");
    text.lines().map(|line| serde_json::from_str(line).expect("as the data say")).collect()
}

#[test]
fn the_examples_of_the_catalogue_are_exact() {
    let Examples { bases, cases } = serde_json::from_str(EXAMPLES).expect("as the data say");
    let documents = cases.iter().map(|case| patched(&bases[&case.base], &case.patch)).collect();
    let folder = tempfile::tempdir().expect("as the data say");
    let found = lines(&checked(folder.path(), &documents));
    assert_eq!(found.len(), cases.len());
    for (case, found) in cases.iter().zip(found) {
        assert_eq!(found, case.expect, "{}", case.id);
    }
}

#[test]
fn a_file_of_one_document_gives_one_line() {
    let folder = tempfile::tempdir().expect("as the data say");
    assert_eq!(lines(&checked(folder.path(), &bases()["H"])), [Expect::default()]);
}

/// R40, R54, R58, R111, R113, R116, R117, R119, R120, R121, R122, R123, R124
#[test]
fn every_check_is_right_at_its_edges() {
    let bases = bases();
    let edges: Vec<Edge> = serde_yaml::from_str(EDGES).expect("as the data say");
    assert!(edges.len() >= 150);
    let documents = edges.iter().map(|edge| edged(&bases, edge)).collect();
    let folder = tempfile::tempdir().expect("as the data say");
    let found = lines(&checked(folder.path(), &documents));
    let wrong: Vec<String> = edges
        .iter()
        .zip(&found)
        .filter(|(edge, found)| edge.expect != **found)
        .map(|(edge, found)| format!("{}, {}: {found:?}", edge.of, edge.why))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(found.len(), edges.len());
}

#[test]
fn every_check_of_the_catalogue_fails_somewhere() {
    #[derive(Deserialize)]
    struct Catalogue {
        checks: Vec<Known>,
    }
    #[derive(Deserialize)]
    struct Known {
        id: String,
    }
    let catalogue: Catalogue = serde_yaml::from_str(CATALOGUE).expect("as the data say");
    let edges: Vec<Edge> = serde_yaml::from_str(EDGES).expect("as the data say");
    let failing: BTreeSet<String> = edges
        .into_iter()
        .flat_map(|edge| {
            let Expect { block, warn, fix } = edge.expect;
            block.into_iter().chain(warn).chain(fix.into_iter().map(|(id, _)| id))
        })
        .collect();
    let known: BTreeSet<String> = catalogue.checks.into_iter().map(|check| check.id).collect();
    assert_eq!(known.len(), 46);
    assert_eq!(failing, known);
}

#[test]
fn a_document_that_cannot_be_read_is_named_with_its_place() {
    let bases = bases();
    let faulty: Vec<Edge> = serde_yaml::from_str(FAULTY).expect("as the data say");
    let folder = tempfile::tempdir().expect("as the data say");
    let documents = faulty.iter().map(|edge| edged(&bases, edge)).collect();
    let output = checked(folder.path(), &documents);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).expect("as the data say");
    let file = folder.path().join("documents.json");
    for (index, (edge, line)) in faulty.iter().zip(said.lines()).enumerate() {
        let place = format!("{}: /{index}{}: ", file.display(), edge.at);
        assert!(line.starts_with(&place), "{line} is not at {place}");
        assert!(line.contains(&edge.because), "{line} does not say {}", edge.because);
    }
    assert_eq!(said.lines().count(), faulty.len());
}

#[test]
fn a_file_that_is_no_json_or_is_missing_is_named() {
    let folder = tempfile::tempdir().expect("as the data say");
    let file = folder.path().join("documents.json");
    fs::write(&file, "{").expect("as the data say");
    for file in [file, folder.path().join("nowhere.json")] {
        let output = checks(&file);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).expect("as the data say");
        assert!(said.starts_with(&format!("{}: /: ", file.display())), "{said}");
    }
}
