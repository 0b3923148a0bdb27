//! Lists of which `middle` takes the ends away although they are in no order: it is not the highest and
//! the lowest that go.

use crate::definition::{Assigned, Definition, document::Node, mention::paths, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    below(reader, definition, &reader.outline.root);
}

fn below(reader: &Reader<'_>, definition: &Definition, node: &Node) {
    for (list, count) in node.text().map(middles).unwrap_or_default() {
        if is_in_no_order(definition, list, 0) {
            let message =
                format!("middle 去掉排在两头的，「{list}」没有排过序：去掉的不是最高和最低的");
            let remedy = format!("写成 middle(sort({list}), {count})");
            reader.report.warn(&node.spot, message, remedy);
        }
    }
    node.items().iter().for_each(|item| below(reader, definition, item));
    node.entries().iter().for_each(|entry| below(reader, definition, &entry.value));
}

/// The arguments of every `middle` in a text.
fn middles(text: &str) -> Vec<(&str, &str)> {
    let begins = |at: &usize| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.')
    };
    let starts = text.match_indices("middle(").map(|(at, _)| at).filter(begins);
    starts.filter_map(|at| arguments(&text[at + "middle(".len()..])).collect()
}

/// Two arguments, up to the parenthesis that closes them.
fn arguments(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    let mut comma = None;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                let comma: usize = comma?;
                return Some((text[..comma].trim(), text[comma + 1..at].trim()));
            }
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => comma = Some(at),
            _ => {}
        }
    }
    None
}

/// Whether a list comes as people have answered, and nothing on the way puts it in order.
fn is_in_no_order(definition: &Definition, source: &str, depth: u32) -> bool {
    const DEEPEST: u32 = 8;
    if depth > DEEPEST || ["sort(", "rank(", "range("].iter().any(|it| source.contains(it)) {
        return false;
    }
    let mut is_unsorted = false;
    for path in paths(source) {
        let Some(root) = path.first().map(String::as_str) else { continue };
        if definition.facts.contains_key(root) || definition.start.given.contains_key(root) {
            return false;
        }
        let of_value = definition
            .values
            .get(root)
            .map(|it| is_in_no_order(definition, it.source(), depth + 1));
        // The columns of secret answers are sorted, each for itself.
        let of_task = definition.tasks.get(root).map(|task| !task.secret);
        let of_var =
            definition.vars.contains_key(root).then(|| is_gathered(definition, root, depth));
        match of_value.or(of_task).or(of_var) {
            Some(false) => return false,
            Some(true) => is_unsorted = true,
            None => {}
        }
    }
    is_unsorted
}

/// Whether a variable is a list to which one after another is added.
fn is_gathered(definition: &Definition, var: &str, depth: u32) -> bool {
    let sets = definition.steps().flat_map(|step| &step.set);
    let mut sets = sets
        .filter(|set| matches!(&set.to, Assigned::Var(it) if it.as_str() == var))
        .map(|set| set.value.source())
        .filter(|source| paths(source).iter().any(|path| path.len() == 1 && path[0] == var));
    depth == 0 && sets.any(|source| !source.contains("sort("))
}
