//! Takes keys out of the shipped and the example workflows, or changes a number of them: whatever
//! still compiles and is another definition than before has a difference that can be told.

use engine::{
    definition::{Definition, Place, Sources, compile, differences},
    names::{CheckName, StateName, TaskName},
};

use super::{EXAMPLES, SHIPPED, at_each, step};

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
        let depth = line.len() - code.len();
        let below = lines[index + 1..].iter();
        let below = below.take_while(|line| {
            line.trim().is_empty() || line.len() - line.trim_start().len() > depth
        });
        let mut rest = lines.clone();
        rest.drain(index..=index + below.count());
        found.push(Edit { line: index + 1, text: rest.join("\n") + "\n" });
        let mut with = |line: String| {
            let mut text = lines.clone();
            text[index] = &line;
            found.push(Edit { line: index + 1, text: text.join("\n") + "\n" });
        };
        entries(line).into_iter().for_each(&mut with);
        let digit = line.find(|c: char| matches!(c, '1'..='8'));
        if let Some(at) = digit {
            let more = char::from(line.as_bytes()[at] + 1);
            with(format!("{}{more}{}", &line[..at], &line[at + 1..]));
        }
    }
    found
}

/// The line without one entry of its maps in braces, for each of these.
fn entries(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(": ") {
        let is_of_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let key = line[..at].chars().rev().take_while(|c| is_of_key(*c)).count();
        let from = at - key;
        let before = line[..from].trim_end();
        if !before.ends_with(['{', ',']) {
            continue;
        }
        let (mut depth, mut is_quoted) = (0, false);
        let end = line[at..].char_indices().find(|(_, c)| {
            match c {
                '"' => is_quoted = !is_quoted,
                '{' | '[' if !is_quoted => depth += 1,
                '}' | ']' if !is_quoted => depth -= 1,
                _ => {}
            }
            !is_quoted && (depth < 0 || depth == 0 && *c == ',')
        });
        let Some((length, closing)) = end else { continue };
        let after = &line[at + length..];
        found.push(if closing == ',' {
            format!("{}{}", &line[..from], after[1..].trim_start())
        } else {
            format!("{}{after}", before.trim_end_matches(','))
        });
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
