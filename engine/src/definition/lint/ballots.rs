//! Conditions that count secret ballots before they are counted: until a secret task is closed its
//! answers are not there, and a condition that reads them judges no ballots at all.

use super::read_through_values;
use crate::{
    definition::{
        Definition,
        document::{Entry, Node},
        reading::Reader,
    },
    expression::Expression,
    names::TaskName,
};

/// What a secret task tells before it is closed.
const KNOWN: [&str; 5] = ["all", "open", "closed", "times", "done"];

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let states = reader.outline.root.entries_of("states");
    for state in states {
        let Some(known) = definition.states.get(state.key.text.as_str()) else { continue };
        for rule in state.value.entries_of("choose") {
            let when = known.choose.get(rule.key.text.as_str()).and_then(|rule| rule.when.as_ref());
            let counts = |read: &str| !KNOWN.contains(&read);
            if let Some(task) = when.and_then(|when| early(definition, when, &counts)) {
                let message = format!(
                    "无记名的「{task}」开票前什么都不计，规则「{}」会按没有票来判",
                    rule.key.text
                );
                let remedy = format!("写成 {task}.closed and …");
                reader.report.warn(&rule.key.spot, message, remedy);
            }
        }
    }
    let in_states = states.iter().flat_map(|state| state.value.entries_of("tasks"));
    for task in in_states.chain(reader.outline.root.entries_of("tasks")) {
        conditions(reader, definition, task);
    }
}

/// What asks how many have voted gets 0 until the ballots are counted.
fn conditions(reader: &Reader<'_>, definition: &Definition, task: &Entry) {
    let mut asked: Vec<&Node> = task.value.get("when").into_iter().collect();
    for action in task.value.entries_of("actions") {
        asked.extend(action.value.get("when"));
        let require = action.value.entries_of("require").iter();
        asked.extend(require.filter_map(|requirement| requirement.value.get("that")));
    }
    for node in asked {
        let read = read_through_values(definition, node.text().unwrap_or_default());
        if let Some(task) = early_read(definition, &read, &|read| read == "given") {
            let message = format!("无记名的「{task}」开票前 {task}.given 总是 0");
            let remedy = format!("投了几人写 count({task}.done)；等开票写 {task}.closed and …");
            reader.report.warn(&node.spot, message, remedy);
        }
    }
}

fn early(
    definition: &Definition,
    when: &Expression,
    counts: &dyn Fn(&str) -> bool,
) -> Option<String> {
    early_read(definition, &read_through_values(definition, when.source()), counts)
}

/// The secret task whose ballots these paths count without asking whether it is closed.
fn early_read(
    definition: &Definition,
    paths: &[Vec<String>],
    counts: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let is_secret = |root: &str| definition.task(&TaskName::from(root)).is_some_and(|it| it.secret);
    let ballots = paths.iter().filter(|path| path.len() > 1 && is_secret(&path[0]));
    let counted = ballots.clone().find(|path| counts(&path[1]))?;
    let is_closed = ballots.clone().any(|path| path[0] == counted[0] && path[1] == "closed");
    (!is_closed).then(|| counted[0].clone())
}
