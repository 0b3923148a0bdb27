//! Breaks the shipped and the example workflows in hundreds of ways, one word at a time: each must be
//! refused, on the line where it is broken.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod cut;
mod differs;
mod once;
mod structural;

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use engine::definition::{Severity, Sources, compile};

use cut::code;

/// One way of breaking a line.
pub(super) struct Mutant {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) what: &'static str,
    pub(super) text: String,
}

/// Keys whose misspelling must be told; with what they are misspelt as.
const KEYS: &[(&str, &str)] = &[
    ("actions: ", "action: "),
    ("participants:", "participant:"),
    ("given: ", "givne: "),
    ("for: ", "fro: "),
    ("to: ", "ot: "),
    ("ask: ", "asks: "),
    ("set: ", "sets: "),
    ("when: ", "wehn: "),
    ("choose:", "chose:"),
    ("timers: ", "timmers: "),
    ("lasts: ", "last: "),
    ("over: ", "ovr: "),
    ("notify: ", "notfy: "),
    ("fields:", "field:"),
    ("required: ", "requird: "),
    ("require: ", "requires: "),
    ("type: ", "tpye: "),
    ("choice: ", "choise: "),
    ("end: ", "ends: "),
    ("freeze: ", "frozen: "),
    ("among: ", "amng: "),
    ("in: [", "inn: ["),
    ("of: [", "off: ["),
    ("account: ", "acount: "),
    ("role: ", "rol: "),
    ("each: ", "eech: "),
    ("host: ", "hosts: "),
    ("say: ", "says: "),
    ("that: ", "taht: "),
    ("is: ", "iz: "),
];

/// Words after which a name stands that must exist.
const NAMED: &[&str] = &[
    "to: ",
    "for: ",
    "role: ",
    "host: ",
    "table: ",
    "document: ",
    "number: ",
    "workflow: ",
    "extends: ",
    "statuses: ",
    "by: ",
    "type: ",
    "close: ",
    "into: ",
    "operation: ",
];

/// What is broken inside expressions.
const EXPRESSIONS: &[(&str, &str, &str)] = &[
    ("count(", "coutn(", "a misspelt function"),
    ("filter(", "fitler(", "a misspelt function"),
    ("any(", "anyy(", "a misspelt function"),
    ("map(", "mapp(", "a misspelt function"),
    ("person.id", "person.idd", "a misspelt field"),
    ("unit.id", "unit.ident", "a misspelt field"),
    (".action == '", ".action == 'x", "an action that does not exist"),
    (".state == '", ".state == 'x", "a state that does not exist"),
    (".closed", ".closd", "a misspelt field of a task"),
    (".answers", ".anwsers", "a misspelt field of a task"),
    (" and ", " && ", "a foreign operator"),
    (" == ", " = ", "an assignment for a comparison"),
    (" or_else ''", "", "a value that may be missing"),
    (" or_else 0.00", "", "a value that may be missing"),
    (" working days", " workdays", "a length of time that is none"),
    (" days rolled", " days roled", "a length of time that is none"),
    (" hours", " hous", "a length of time that is none"),
    ("case.submission", "case.submision", "a misspelt field"),
    ("it.account", "it.acount", "a misspelt field"),
    ("ask.", "asked.", "an unknown name"),
    ("form.", "from.", "an unknown name"),
];

pub(super) fn mutants(file: &str, text: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = text.lines().collect();
    let mut mutants = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut add = |what: &'static str, at: usize, old: &str, new: &str| {
            let broken = format!("{}{new}{}", &line[..at], &line[at + old.len()..]);
            let mut text = lines.clone();
            text[index] = &broken;
            let text = text.join("\n") + "\n";
            mutants.push(Mutant { file: file.to_owned(), line: index + 1, what, text });
        };
        let code = code(line);
        for (old, new) in KEYS {
            // A key begins a line or stands after `{` or `, `; elsewhere it is part of another word.
            for (at, _) in code.match_indices(old) {
                if code[..at].ends_with(['{', ' ']) && !in_quotes(code, at) {
                    add("a misspelt key", at, old, new);
                }
            }
        }
        for word in NAMED {
            for (at, _) in code.match_indices(word) {
                let from = at + word.len();
                let name: String = code[from..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || matches!(c, '_' | '/' | '-'))
                    .collect();
                let after = code[from + name.len()..].chars().next();
                let is_whole = after.is_none_or(|c| matches!(c, ',' | '}' | ' '));
                let is_word = code[..at].ends_with(['{', ' ']) && !in_quotes(code, at);
                if !name.is_empty() && is_whole && is_word && name != "list" && name != "all" {
                    add("a name that does not exist", from, &name, &format!("{name}zz"));
                }
            }
        }
        for (old, new, what) in EXPRESSIONS {
            // A word that ends there, not the beginning of a name.
            let is_ended = |(at, _): &(usize, &str)| {
                let next = code[at + old.len()..].chars().next();
                !old.ends_with(char::is_alphanumeric)
                    || next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            };
            if let Some((at, _)) = code.match_indices(old).find(is_ended) {
                add(what, at, old, new);
            }
        }
    }
    mutants
}

/// What is no fault: a label may be missing, a list may leave out what is missing, a thing that is
/// named like a key may be renamed where it is declared.
fn is_harmless(mutant: &Mutant) -> bool {
    let line = mutant.text.lines().nth(mutant.line - 1).unwrap_or_default().trim();
    let is_declared = [
        "action: {type",
        "hous: ",
        "ot: {type",
        "ot: {name",
        "ovr: {name",
        "ovr: {when",
        "chose: {name",
        "tpye: {name",
        "tpye: \"form.",
    ];
    let is_missing = mutant.what == "a value that may be missing";
    let is_told_later =
        line.starts_with("labels:") || line.contains("distinct(") || line.contains("sort(");
    is_declared.iter().any(|word| line.contains(word)) || is_missing && is_told_later
}

fn in_quotes(line: &str, at: usize) -> bool {
    line[..at].matches('"').count() % 2 == 1
}

/// The texts of a folder of workflows, with or without their scenarios.
pub(super) fn folder(root: &Path, with_scenarios: bool) -> Sources {
    let mut sources = Sources::default();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if with_scenarios || !name.starts_with("scenarios") {
                sources.files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    sources
}

/// The definition with only what it needs: its host, letters and catalogue, what it names, and what
/// starts it or asks of its cases.
fn alone(all: &Sources, file: &str) -> Sources {
    let key = |text: &str| {
        let named = text.lines().find_map(|line| line.strip_prefix("workflow: "));
        named.unwrap_or_default().trim().to_owned()
    };
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let names = |text: &str, key: &str| text.split(|c| !is_of_key(c)).any(|word| word == key);
    let own = format!("workflow: {}", key(&all.files[file]));
    let asks = |text: &str| {
        text.match_indices(&own).any(|(at, _)| !text[at + own.len()..].starts_with(is_of_key))
    };
    let asking = definitions(all).filter(|(_, text)| asks(text)).map(|(name, _)| name.as_str());
    let mut needed: BTreeSet<&str> = asking.chain([file]).collect();
    loop {
        let is_named = |text: &str| needed.iter().any(|it| names(&all.files[*it], &key(text)));
        let more = definitions(all)
            .filter(|(name, text)| !needed.contains(name.as_str()) && is_named(text));
        let more: Vec<&str> = more.map(|(name, _)| name.as_str()).collect();
        if more.is_empty() {
            break;
        }
        needed.extend(more);
    }
    let others: BTreeSet<&str> = definitions(all).map(|(name, _)| name.as_str()).collect();
    let is_needed = |name: &str| !others.contains(name) || needed.contains(name);
    let files = all.files.iter().filter(|(name, _)| is_needed(name));
    Sources { files: files.map(|(name, text)| (name.clone(), text.clone())).collect() }
}

/// The definitions of a folder, by path.
fn definitions(all: &Sources) -> impl Iterator<Item = (&String, &String)> {
    let other = ["catalog/", "letters/", "demo/", "examples/", "host.yaml"];
    all.files.iter().filter(move |(file, _)| {
        file.ends_with(".yaml") && !other.iter().any(|start| file.starts_with(start))
    })
}

/// Breaks every `step`-th word of a definition; how many mutants there were, and those that nobody
/// would notice.
fn survivors(mut sources: Sources, file: &str, text: &str, step: usize) -> (usize, Vec<String>) {
    let (mut count, mut survivors) = (0, Vec::new());
    for mutant in mutants(file, text).into_iter().step_by(step) {
        if is_harmless(&mutant) {
            continue;
        }
        sources.files.insert(mutant.file.clone(), mutant.text.clone());
        let compiled = compile(&sources);
        let mut errors =
            compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let line = mutant.text.lines().nth(mutant.line - 1).unwrap_or_default();
        // A guard that is not needed may be left out: what is asked is required, a comparison allows
        // nothing as well.
        if mutant.what == "a value that may be missing" && errors.clone().next().is_none() {
            continue;
        }
        count += 1;
        // A value that may be missing is told where it is used, by its name.
        let value = line.split(':').next().unwrap_or_default().trim();
        let is_missing = mutant.what == "a value that may be missing";
        let used_by = if is_missing { used_by(&mutant.text, value) } else { Vec::new() };
        let is_told = errors.any(|found| {
            let is_here = found.place.line as usize == mutant.line;
            let used_at = mutant.text.lines().nth(found.place.line as usize - 1);
            let is_user = used_by.iter().any(|user| used_at.is_some_and(|it| it.contains(user)));
            let is_named = is_missing && (found.message.contains(value) || is_user);
            *found.place.file == *mutant.file && (is_here || is_named)
        });
        if !is_told {
            let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
            survivors.push(format!(
                "{}:{} ({}): {}\n      {}",
                mutant.file,
                mutant.line,
                mutant.what,
                line.trim(),
                says.join("\n      ")
            ));
        }
    }
    (count, survivors)
}

/// A value and the values made of it, by name.
fn used_by(text: &str, value: &str) -> Vec<String> {
    let mut names = vec![value.to_owned()];
    for line in text.lines() {
        let Some((name, made_of)) = line.trim().split_once(':') else { continue };
        if names.iter().any(|known| made_of.contains(known.as_str())) {
            names.push(name.to_owned());
        }
    }
    names
}

/// All mutants take minutes in a development build; a few are enough to notice.
pub(super) fn step(usual: usize) -> usize {
    if std::env::var_os("ZHIPING_ALL_MUTANTS").is_some() { 1 } else { usual }
}

fn tell(count: usize, what: &str, bad: &[String]) {
    eprintln!("{count} {what}, {} not as they should be", bad.len());
    assert!(bad.is_empty(), "of {count} {what} not as they should be:\n{}", bad.join("\n"));
}

/// What is broken, from the folder of the engine.
pub(super) const EXAMPLES: &str = "../workflows/examples";
pub(super) const SHIPPED: &str = "../workflows";

/// What an attempt at each definition of a folder counts and finds: each stands alone with what it needs.
pub(super) fn at_each(
    root: &str,
    attempt: impl Fn(Sources, &str, &str) -> (usize, Vec<String>) + Sync,
) -> (usize, Vec<String>) {
    let all = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root), false);
    let mut files: Vec<_> = definitions(&all).collect();
    // The longest first, so that no processor is left with it at the end.
    files.sort_by_key(|(_, text)| Reverse(text.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut count, mut found) = (0, Vec::new());
        while let Some((file, text)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (tried, own) = attempt(alone(&all, file), file, text);
            count += tried;
            found.extend(own);
        }
        (count, found)
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let (counts, found): (Vec<usize>, Vec<Vec<String>>) = thread::scope(|scope| {
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).unzip()
    });
    (counts.into_iter().sum(), found.into_iter().flatten().collect())
}

#[test]
fn every_broken_word_is_refused_on_its_line() {
    let attempt = |sources, file: &str, text: &str| survivors(sources, file, text, step(5));
    let (count, survived) = at_each(EXAMPLES, attempt);
    assert!(count >= 300, "only {count} mutants");
    tell(count, "mutants", &survived);
}

#[test]
fn every_broken_word_of_the_shipped_workflows_is_refused_on_its_line() {
    let attempt = |sources, file: &str, text: &str| survivors(sources, file, text, step(60));
    let (count, survived) = at_each(SHIPPED, attempt);
    assert!(count >= 30, "only {count} mutants");
    tell(count, "mutants", &survived);
}
