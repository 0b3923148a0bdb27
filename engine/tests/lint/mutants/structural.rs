//! Takes states, tasks, actions, rules, timers and participants out of the shipped and the example
//! workflows, or leads them elsewhere. Where something else names what is gone, or nothing leads to a
//! state any more, that is certainly a fault: it must be refused, where it shows.

use std::collections::BTreeSet;

use engine::definition::{Severity, Sources, compile};

use super::{
    EXAMPLES, SHIPPED, at_each,
    cut::{code, entries, is_of_name, without},
    in_quotes, step, tell,
};

/// A text with one thing taken out or led elsewhere.
struct Change {
    /// What it was, such as `states.draft.tasks.fill`.
    what: String,
    /// Its own name, and that of what it belongs to.
    path: Vec<String>,
    text: String,
}

/// What has a name of its own in a definition and may be taken out of it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    State,
    Task,
    Action,
    Participant,
    /// Rules, timers and what follows their end: nothing but their ways is lost.
    Way,
}

fn kind(path: &[String]) -> Option<Kind> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path[..] {
        ["states", _] => Some(Kind::State),
        ["participants", _] => Some(Kind::Participant),
        [.., "tasks", _] => Some(Kind::Task),
        [.., "actions", _] => Some(Kind::Action),
        ["states", .., "over" | "choose"] | ["states", .., "choose" | "timers", _] => {
            Some(Kind::Way)
        }
        _ => None,
    }
}

/// Whether a line says `what` as whole words.
fn says(line: &str, what: &str) -> bool {
    let code = code(line);
    code.match_indices(what).any(|(at, _)| {
        !code[..at].ends_with(is_of_name) && !code[at + what.len()..].starts_with(is_of_name)
    })
}

/// The key with which a line begins, with its depth.
fn key(line: &str) -> Option<(usize, &str)> {
    let code = code(line);
    let depth = code.len() - code.trim_start().len();
    let (key, rest) = code[depth..].split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(is_of_name);
    (is_key && (rest.is_empty() || rest.starts_with(' '))).then_some((depth, key))
}

/// Everything of interest taken out, one at a time.
fn removals(text: &str) -> Vec<Change> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut found, mut above): (Vec<Change>, Vec<(usize, String)>) = (Vec::new(), Vec::new());
    for (index, line) in lines.iter().enumerate() {
        let Some((depth, name)) = key(line) else { continue };
        above.retain(|(other, _)| *other < depth);
        above.push((depth, name.to_owned()));
        let path: Vec<String> = above.iter().map(|(_, name)| name.clone()).collect();
        let mut add = |path: Vec<String>, text: String| {
            if kind(&path).is_some() {
                found.push(Change { what: path.join("."), path, text });
            }
        };
        add(path.clone(), without(&lines, index));
        for (inner, from, to) in entries(code(line)) {
            let mut rest = lines.clone();
            let shorter = format!("{}{}", &line[..from], &line[to..]);
            rest[index] = &shorter;
            add(path.iter().cloned().chain(inner).collect(), rest.join("\n") + "\n");
        }
    }
    found
}

/// Every way to a state led to another one instead.
fn detours(text: &str) -> Vec<Change> {
    let lines: Vec<&str> = text.lines().collect();
    let states = states(text);
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (at, _) in code(line).match_indices("to: ") {
            let name: String = line[at + 4..].chars().take_while(|c| is_of_name(*c)).collect();
            let Some(other) = states.iter().map(|(_, state)| *state).find(|state| **state != name)
            else {
                continue;
            };
            if !line[..at].ends_with(['{', ' ']) || in_quotes(line, at) || name.is_empty() {
                continue;
            }
            let broken = format!("{}to: {other}{}", &line[..at], &line[at + 4 + name.len()..]);
            let mut rest = lines.clone();
            rest[index] = &broken;
            let what = format!("to: {name} in line {}", index + 1);
            found.push(Change { what, path: Vec::new(), text: rest.join("\n") + "\n" });
        }
    }
    found
}

/// The states of a definition, each with its line.
fn states(text: &str) -> Vec<(usize, &str)> {
    let from = text.lines().enumerate().skip_while(|(_, line)| code(line).trim_end() != "states:");
    let within = from.skip(1).take_while(|(_, line)| key(line).is_none_or(|(depth, _)| depth > 0));
    let keys = within.filter_map(|(index, line)| Some((index + 1, key(line)?)));
    keys.filter(|(_, (depth, _))| *depth == 2).map(|(line, (_, name))| (line, name)).collect()
}

/// Where a change certainly shows: what names the thing that is gone, and what nothing leads to any more.
fn shows_at(sources: &Sources, file: &str, change: &Change) -> BTreeSet<(String, usize)> {
    let texts = || {
        let others = sources.files.iter().filter(|(name, _)| *name != file);
        let others = others.map(|(name, text)| (name.as_str(), text.as_str()));
        others.filter(|(name, _)| name.ends_with(".yaml")).chain([(file, change.text.as_str())])
    };
    let lines = |is_meant: &dyn Fn(&str) -> bool| -> BTreeSet<(String, usize)> {
        let all = texts().flat_map(|(name, text)| {
            text.lines().enumerate().map(move |(index, line)| (name, index + 1, line))
        });
        let meant = all.filter(|(.., line)| is_meant(line));
        meant.map(|(name, line, _)| (name.to_owned(), line)).collect()
    };
    let mut found = BTreeSet::new();
    if let (Some(kind), Some(name)) = (kind(&change.path), change.path.last()) {
        let task = change.path.len().checked_sub(3).map_or("", |at| change.path[at].as_str());
        // What is written once more stays known by that name, as does what another one extends.
        let is_again = !lines(&|line| key(line).is_some_and(|(_, key)| key == name)).is_empty()
            || !lines(&|line| says(line, &format!("{name}: {{"))).is_empty();
        let names: Vec<String> = match kind {
            _ if is_again => Vec::new(),
            Kind::State => vec![format!("to: {name}")],
            Kind::Participant => vec![format!("for: {name}")],
            Kind::Task => ["action", "by", "times", "closed", "all", "given", "answers", "done"]
                .map(|field| format!("{name}.{field}"))
                .into_iter()
                .chain([format!("close: {name}"), format!("void: [{name}]")])
                .collect(),
            Kind::Action => vec![format!("{task}.action == '{name}'")],
            Kind::Way => Vec::new(),
        };
        if !lines(&|line| names.iter().any(|name| says(line, name))).is_empty() {
            // It is told once, wherever it is named first.
            found.extend(lines(&|line| says(line, name)));
        }
    }
    let before = &sources.files[file];
    // What was anchored in what is gone is told where it is used again.
    for anchor in anchors(before).filter(|anchor| !change.text.contains(&format!("&{anchor}"))) {
        found.extend(lines(&|line| says(line, &format!("*{anchor}"))));
    }
    for (line, state) in states(&change.text) {
        let leads = |line: &str| {
            says(line, &format!("to: {state}")) || says(line, "among") && says(line, state)
        };
        let has_lost = lines(&leads).is_empty();
        if has_lost && before.lines().any(leads) {
            found.insert((file.to_owned(), line));
        }
    }
    found
}

/// The names of the anchors of a YAML text.
fn anchors(text: &str) -> impl Iterator<Item = &str> {
    let after = text.lines().map(code).flat_map(|line| line.split(" &").skip(1));
    after.map(|rest| rest.split(|c| !is_of_name(c)).next().unwrap_or_default())
}

/// Tries every `step`-th change that is certainly a fault; how many there were, and those not refused
/// where they show.
fn unrefused(mut sources: Sources, file: &str, text: &str, step: usize) -> (usize, Vec<String>) {
    let changes = removals(text).into_iter().chain(detours(text)).step_by(step);
    let harmful: Vec<_> = changes
        .map(|change| (shows_at(&sources, file, &change), change))
        .filter(|(places, _)| !places.is_empty())
        .collect();
    let (mut count, mut bad) = (0, Vec::new());
    for (places, change) in harmful {
        count += 1;
        sources.files.insert(file.to_owned(), change.text);
        let told = compile(&sources).diagnostics;
        let errors = told.iter().filter(|it| it.severity == Severity::Error);
        let is_refused = errors.map(|it| &it.place).any(|place| {
            let (file, line) = (place.file.to_string(), place.line as usize);
            // Where the name of what is gone still stands.
            let written = sources.files.get(&file).and_then(|text| text.lines().nth(line - 1));
            let gone = change.path.last().zip(written);
            gone.is_some_and(|(name, written)| says(written, name))
                || places.contains(&(file, line))
        });
        if !is_refused {
            let says: Vec<String> = told.iter().map(ToString::to_string).collect();
            let says = says.join("\n      ");
            bad.push(format!("{file}: {} shows at {places:?}\n      {says}", change.what));
        }
    }
    (count, bad)
}

#[test]
fn what_an_example_loses_is_refused_where_it_shows() {
    let attempt = |sources, file: &str, text: &str| unrefused(sources, file, text, step(2));
    let (count, bad) = at_each(EXAMPLES, attempt);
    assert!(count >= 100, "only {count} changes");
    tell(count, "structural mutants", &bad);
}

#[test]
fn what_a_shipped_workflow_loses_is_refused_where_it_shows() {
    let attempt = |sources, file: &str, text: &str| unrefused(sources, file, text, step(6));
    let (count, bad) = at_each(SHIPPED, attempt);
    assert!(count >= 15, "only {count} changes");
    tell(count, "structural mutants", &bad);
}
