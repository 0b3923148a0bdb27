//! Takes keys out of the shipped and the example workflows, or changes a number of them: whatever
//! still compiles and is another definition than before has a difference that can be told.

use engine::{
    definition::{Definition, Place, Sources, compile, differences},
    names::{CheckName, StateName, TaskName},
};

use super::{
    EXAMPLES, SHIPPED, at_each,
    cut::{self, entries, without},
    step,
};

/// The text with one thing of it changed, and the line.
struct Edit {
    line: usize,
    text: String,
}

fn edits(text: &str) -> Vec<Edit> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        found.push(Edit { line: index + 1, text: without(&lines, index) });
        let mut with = |line: String| {
            let mut text = lines.clone();
            text[index] = &line;
            found.push(Edit { line: index + 1, text: text.join("\n") + "\n" });
        };
        for (_, from, to) in entries(cut::code(line)) {
            with(format!("{}{}", &line[..from], &line[to..]));
        }
        let digit = line.find(|c: char| matches!(c, '1'..='8'));
        if let Some(at) = digit {
            let more = char::from(line.as_bytes()[at] + 1);
            with(format!("{}{more}{}", &line[..at], &line[at + 1..]));
        }
    }
    found
}

/// The definition as it acts, wherever it stands.
fn acting(definition: &Definition) -> Definition {
    let mut acting = definition.clone();
    acting.hash = "".into();
    acting.sources.clear();
    for state in acting.states.values_mut() {
        state.place = Place { file: "".into(), line: 1, column: 1 };
    }
    acting
}

/// In which order states, tasks and what is checked are shown.
fn order(definition: &Definition) -> (Vec<&StateName>, Vec<&TaskName>, Vec<&CheckName>) {
    let (states, tasks) = (definition.states.keys(), definition.tasks.keys());
    (states.collect(), tasks.collect(), definition.checks.keys().collect())
}

/// Changes every `step`-th thing; how many other definitions there were, and those told badly.
fn untold(mut sources: Sources, file: &str, text: &str, step: usize) -> (usize, Vec<String>) {
    let before = compile(&sources);
    let (mut count, mut bad) = (0, Vec::new());
    for edit in edits(text).into_iter().step_by(step) {
        sources.files.insert(file.to_owned(), edit.text);
        let after = compile(&sources);
        if !after.is_valid() {
            continue;
        }
        for old in &before.definitions {
            let Some(new) = after.definition(old.key.as_str()) else { continue };
            let told = differences(old, new);
            let is_other = acting(old) != acting(new) || order(old) != order(new);
            count += usize::from(is_other);
            let is_twice_the_same = told.iter().any(|change| {
                let parts = change.what.rsplit_once('：').and_then(|(_, it)| it.split_once(" → "));
                parts.is_some_and(|(before, after)| before == after)
            });
            if is_other == told.is_empty() || is_twice_the_same {
                let line = text.lines().nth(edit.line - 1).unwrap_or_default().trim();
                let says: Vec<&str> = told.iter().map(|change| change.what.as_str()).collect();
                bad.push(format!("{file}:{} {line}\n      {}", edit.line, says.join("\n      ")));
            }
        }
    }
    (count, bad)
}

#[test]
fn whatever_changes_of_an_example_is_told_as_a_difference() {
    let attempt = |sources, file: &str, text: &str| untold(sources, file, text, step(7));
    let (count, bad) = at_each(EXAMPLES, attempt);
    assert!(count >= 100, "only {count} changes");
    assert!(bad.is_empty(), "of {count} told badly:\n{}", bad.join("\n"));
}

#[test]
fn whatever_changes_of_a_shipped_workflow_is_told_as_a_difference() {
    let attempt = |sources, file: &str, text: &str| untold(sources, file, text, step(200));
    let (count, bad) = at_each(SHIPPED, attempt);
    assert!(count >= 5, "only {count} changes");
    assert!(bad.is_empty(), "of {count} told badly:\n{}", bad.join("\n"));
}
