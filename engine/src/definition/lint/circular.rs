//! Lists of people that hang on what those people answer: with each answer the list changes, and with
//! the list the answers that count.

use std::collections::BTreeSet;

use super::sites::written_who;
use crate::{
    definition::{Definition, WhoKind, reading::Reader},
    expression::Expression,
};

/// What of a task of several people hangs on who is on its list.
const OF_LIST: [&str; 6] = ["done", "answers", "given", "all", "open", "closed"];

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for (name, participant) in &definition.participants {
        let tasks = definition.tasks.iter().filter(|(_, task)| task.participant == *name);
        let tasks: BTreeSet<&str> = tasks.map(|(task, _)| task.as_str()).collect();
        for (row, who) in participant.whos().enumerate() {
            let WhoKind::Each { filter: Some(filter), .. } = &who.kind else { continue };
            let Some(task) = own_list(definition, filter, &tasks) else { continue };
            let written = written_who(reader, name.as_str(), row);
            if let Some(node) = written.and_then(|entry| entry.value.get("where")) {
                let message =
                    format!("名单看的是自己的任务「{task}」：有人一答名单就变，永远定不下来");
                let remedy = "办的人和收信的人分成两个参与者：办的那个不写这个 where";
                reader.report.error(&node.spot, message, remedy);
            }
        }
    }
}

/// One of these tasks, where an expression reads of it what hangs on its list, itself or by values.
fn own_list<'t>(
    definition: &Definition,
    expression: &Expression,
    tasks: &BTreeSet<&'t str>,
) -> Option<&'t str> {
    let (mut next, mut seen) = (vec![expression], BTreeSet::new());
    while let Some(expression) = next.pop() {
        for path in expression.reads() {
            let [root, rest @ ..] = &path[..] else { continue };
            let field = rest.first().map_or("", String::as_str);
            if let Some(task) = tasks.get(root.as_str()).filter(|_| OF_LIST.contains(&field)) {
                return Some(task);
            }
            let value = definition.values.get(root.as_str());
            next.extend(value.filter(|_| seen.insert(root.as_str())));
        }
    }
    None
}
