//! The walls of the house, checked on the sources themselves: which part may know which, where SQL
//! and the clock may stand, and how long a file may grow.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A source file: its path from the top of the repository, and its text without comments.
struct Source {
    path: String,
    raw: String,
    code: String,
}

impl Source {
    /// Whether it belongs to the module at `module`, such as `engine/src/decision`.
    fn is_in(&self, module: &str) -> bool {
        self.path == format!("{module}.rs") || self.path.starts_with(&format!("{module}/"))
    }

    /// The paths it names: every `use`, flattened, and every path that begins with `crate::`.
    fn named_paths(&self) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for statement in self.code.split(';') {
            let Some(at) = statement.rfind("use ") else { continue };
            let before = statement[..at].chars().next_back();
            if before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_') {
                flatten("", &statement[at + 4..], &mut paths);
            }
        }
        for (at, _) in self.code.match_indices("crate::") {
            let path =
                self.code[at..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c));
            paths.insert(path.collect());
        }
        paths
    }

    fn names_any(&self, wanted: &[&str]) -> Vec<String> {
        let paths = self.named_paths();
        let named = wanted.iter().filter(|wanted| {
            let inside = format!("{wanted}::");
            paths.iter().any(|path| path == *wanted || path.starts_with(&inside))
                || (!wanted.starts_with("crate") && has_word(&self.code, &inside))
        });
        named.map(|name| format!("{} names {name}", self.path)).collect()
    }
}

/// The leaves of a tree of names as `use` writes it.
fn flatten(prefix: &str, tree: &str, paths: &mut BTreeSet<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        paths.insert(format!("{prefix}{name}"));
        return;
    };
    let prefix = format!("{prefix}{}", tree[..open].trim());
    let inner = tree[open + 1..].trim_end().strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                flatten(&prefix, &inner[start..at], paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inner[start..].trim().is_empty() {
        flatten(&prefix, &inner[start..], paths);
    }
}

fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':')
    })
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![top().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let folders = ["engine/src", "engine/tests", "console/src", "tests"];
    let folders = folders.into_iter().filter(|folder| top().join(folder).exists());
    folders
        .flat_map(|folder| files(folder, "rs"))
        .map(|path| {
            let raw = fs::read_to_string(&path).expect("a source file");
            let code: Vec<&str> =
                raw.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
            let path = path.strip_prefix(top()).expect("inside").to_string_lossy().into_owned();
            Source { path, code: code.join("\n"), raw }
        })
        .collect()
}

fn assert_none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

const PURE: [&str; 6] = [
    "engine/src/expression",
    "engine/src/calendar",
    "engine/src/definition",
    "engine/src/decision",
    "engine/src/letter",
    "engine/src/simulate",
];

#[test]
fn the_pure_half_of_the_engine_knows_no_io_clock_or_chance() {
    let banned = [
        "sqlx",
        "tokio",
        "apalis",
        "apalis_core",
        "rand",
        "uuid",
        "std::time",
        "std::fs",
        "std::env",
        "std::net",
        "std::thread",
        "std::process",
        "std::collections::HashMap",
        "std::collections::HashSet",
        "jiff::Zoned",
        "crate::store",
        "crate::runtime",
    ];
    let pure = sources();
    let pure = pure.iter().filter(|source| PURE.iter().any(|module| source.is_in(module)));
    let mut faults = Vec::new();
    for source in pure {
        faults.extend(source.names_any(&banned));
        for now in ["Timestamp::now", "SystemTime::now", "Instant::now", "async fn", ".await"] {
            if source.code.contains(now) {
                faults.push(format!("{} says {now}", source.path));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn knowledge_flows_in_one_direction() {
    let rules: [(&str, &[&str]); 10] = [
        ("engine/src/names", &["crate"]),
        ("engine/src/calendar", &["crate::expression", "crate::definition", "crate::decision"]),
        ("engine/src/expression", &["crate::definition", "crate::decision", "crate::simulate"]),
        ("engine/src/definition", &["crate::decision", "crate::simulate"]),
        ("engine/src/decision", &["crate::letter", "crate::simulate"]),
        ("engine/src/letter", &["crate::simulate"]),
        ("engine/src/store", &["crate::simulate"]),
        ("console/src/pages", &["crate::api", "crate::jobs"]),
        ("console/src/jobs", &["crate::api", "crate::pages"]),
        ("console/src/api", &["crate::jobs", "crate::pages"]),
    ];
    let mut faults = Vec::new();
    for source in sources() {
        for (module, banned) in rules {
            if source.is_in(module) {
                faults.extend(source.names_any(banned));
            }
        }
        let is_record = source.is_in("console/src/records") || source.is_in("console/src/cases");
        if is_record {
            faults.extend(source.names_any(&["crate::pages", "crate::api", "crate::jobs"]));
        }
    }
    assert_none(faults);
}

#[test]
fn sql_stands_in_the_store_in_records_and_beside_the_reads_of_a_page() {
    let allowed = ["engine/src/store", "console/src/records", "console/src/pages"];
    let faults = sources().into_iter().filter(|source| {
        let is_test = ["/tests.rs", "/testing.rs"].iter().any(|end| source.path.ends_with(end))
            || source.path.contains("/tests/");
        let is_program = source.path.contains("/src/") && !is_test;
        let before_tests = source.code.split("#[cfg(test)]").next().unwrap_or_default();
        let has_sql = ["query(", "query_as(", "query_scalar(", "raw_sql(", "QueryBuilder"]
            .iter()
            .any(|call| before_tests.contains(&format!("sqlx::{call}")));
        is_program && has_sql && !allowed.iter().any(|module| source.is_in(module))
    });
    assert_none(faults.map(|source| format!("{} holds SQL", source.path)).collect());
}

#[test]
fn only_the_clock_reads_the_time() {
    let clocks = ["engine/src/runtime/host.rs", "console/src/clock.rs"];
    let mut faults = Vec::new();
    for source in sources() {
        let is_test = ["/tests.rs", "/testing.rs"].iter().any(|end| source.path.ends_with(end))
            || source.path.contains("/tests/");
        let is_program = source.path.contains("/src/") && !is_test;
        let before_tests = source.code.split("#[cfg(test)]").next().unwrap_or_default();
        for now in ["Timestamp::now", "SystemTime::now", "Zoned::now"] {
            if is_program && before_tests.contains(now) && !clocks.contains(&source.path.as_str()) {
                faults.push(format!("{} reads the time by {now}", source.path));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn every_file_says_what_it_holds_and_holds_one_idea() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.raw.lines().count();
        if lines >= 400 {
            faults
                .push(format!("{} has {lines} lines; is there a second idea in it?", source.path));
        }
        if !source.raw.starts_with("//! ") {
            faults.push(format!("{} does not open with what it holds", source.path));
        }
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let drawers = ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "common.rs", "prelude.rs"];
        if drawers.contains(&name) {
            faults.push(format!("{} is a drawer for anything", source.path));
        }
        for word in ["TODO", "FIXME", "#[ignore"] {
            let is_this_file = source.path == "tests/boundaries.rs";
            if !is_this_file && source.raw.contains(word) {
                faults.push(format!("{} says {word}", source.path));
            }
        }
    }
    assert_none(faults);
}

#[test]
fn every_table_is_explained_and_portable() {
    let mut faults = Vec::new();
    for path in files("migrations", "sql") {
        let text = fs::read_to_string(&path).expect("a migration");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lines: Vec<&str> = text.lines().collect();
        for (at, _) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("CREATE TABLE")) {
            if at == 0 || !lines[at - 1].starts_with("--") {
                faults.push(format!("{name}:{}: no comment says what it keeps", at + 1));
            }
            let columns = lines[at + 1..].iter().take_while(|line| !line.starts_with(')'));
            for column in columns.map(|line| line.trim().trim_end_matches(',')) {
                let mut words = column.split_whitespace();
                let (first, second) = (words.next(), words.next());
                let is_column = first.is_some_and(|word| {
                    word.chars().all(|c| c.is_lowercase() || "_0123456789".contains(c))
                });
                if is_column && !matches!(second, Some("TEXT" | "BIGINT")) {
                    faults.push(format!("{name}: {column} is neither TEXT nor BIGINT"));
                }
            }
        }
    }
    assert_none(faults);
}

#[test]
fn a_use_is_read_to_its_leaves() {
    let mut paths = BTreeSet::new();
    flatten("", "crate::{jobs::post, records::{files as rows, notices}, routes}", &mut paths);
    let expected =
        ["crate::jobs::post", "crate::records::files", "crate::records::notices", "crate::routes"];
    assert_eq!(paths.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
