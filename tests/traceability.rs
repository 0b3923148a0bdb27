//! Which test covers which requirement of the product's manual (`requirements.txt`): tests name the
//! numbers in a comment line of their own, and the table in `TRACEABILITY.md` is made from that.
//! `make traceability` writes it anew; a table that is not current fails here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// One requirement.
struct Requirement {
    number: u32,
    name: String,
}

/// The numbers of a comment line that holds nothing else: `/// R40, R111` or, in scenarios, `# R40`.
fn numbers(line: &str) -> Option<BTreeSet<u32>> {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix('#'))?;
    let number = |word: &str| word.trim().strip_prefix('R')?.parse().ok();
    let found: Option<BTreeSet<u32>> = text.split(',').map(number).collect();
    found.filter(|found| !found.is_empty())
}

/// What a line names: a function of Rust, or a scenario.
fn named(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(scenario) = line.strip_prefix("- scenario:") {
        return Some(scenario.trim());
    }
    let after = line.split_once("fn ")?.1;
    Some(after.split(['(', '<']).next().unwrap_or(after))
}

/// Requirement → the tests of a text that cover it.
fn covered(text: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut wanted = BTreeSet::new();
    for line in text.lines() {
        if let Some(numbers) = numbers(line) {
            wanted.extend(numbers);
        } else if let Some(name) = named(line).filter(|_| !wanted.is_empty()) {
            found.extend(wanted.iter().map(|number| (*number, name.to_owned())));
            wanted.clear();
        }
    }
    found
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let folders = ["engine/src", "engine/tests", "console/src", "tests", "workflows/scenarios"];
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| top().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == "rs" || own == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn requirements() -> Vec<Requirement> {
    let text = include_str!("requirements.txt");
    let requirement = |line: &str| {
        let (number, name) = line.split_once(' ')?;
        let number = number.strip_prefix('R')?.parse().ok()?;
        Some(Requirement { number, name: name.to_owned() })
    };
    text.lines().map(|line| requirement(line).expect("a number and a name")).collect()
}

fn table() -> String {
    let mut tests: BTreeMap<u32, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for path in files() {
        let text = fs::read_to_string(&path).expect("a file");
        let path = path.strip_prefix(top()).expect("inside").to_string_lossy().into_owned();
        if path == "tests/traceability.rs" {
            continue;
        }
        for (number, name) in covered(&text) {
            tests.entry(number).or_default().entry(path.clone()).or_default().insert(name);
        }
    }
    let requirements = requirements();
    let known: BTreeSet<u32> = requirements.iter().map(|it| it.number).collect();
    let unknown: Vec<&u32> = tests.keys().filter(|number| !known.contains(number)).collect();
    assert!(unknown.is_empty(), "tests name requirements that there are not: {unknown:?}");
    let open = requirements.iter().filter(|it| !tests.contains_key(&it.number)).count();
    let mut text = format!(
        "# Traceability\n\nWhich tests cover which requirement of the manual. Made by `make traceability` from the\n\
         comments of the tests; do not edit. {} of {} are covered; the others are open.\n\n\
         | requirement | tests |\n| --- | --- |\n",
        requirements.len() - open,
        requirements.len(),
    );
    for Requirement { number, name } in &requirements {
        let lines = tests.get(number).map_or_else(
            || "open".to_owned(),
            |files| {
                let file = |(path, names): (&String, &BTreeSet<String>)| {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    format!("`{path}`: {}", names.join(", "))
                };
                files.iter().map(file).collect::<Vec<_>>().join("<br>")
            },
        );
        text.push_str(&format!("| R{number} {name} | {lines} |\n"));
    }
    text
}

#[test]
fn the_table_of_requirements_is_current() {
    let path = top().join("TRACEABILITY.md");
    let table = table();
    if std::env::var_os("ZHIPING_UPDATE").is_some() {
        fs::write(&path, &table).expect("the table is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == table, "TRACEABILITY.md is not current; run `make traceability`");
}

#[test]
fn a_comment_covers_the_test_that_follows_it() {
    let text = "/// R40, R111\n#[test]\nfn one() {}\nfn two() {}\n/// R7\n\nasync fn three(x: X) {}\n\
                # R9\n- scenario: 四\n/// About R40 and more.\nfn five() {}\n";
    let found = covered(text);
    let expected = [(40, "one"), (111, "one"), (7, "three"), (9, "四")];
    assert_eq!(found, expected.map(|(number, name)| (number, name.to_owned())));
}
