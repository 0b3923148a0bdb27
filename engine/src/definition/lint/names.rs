//! The names that expressions can say: one namespace without doubles, and none that means something
//! else already. A function is told by its parentheses, so that `round` may also name a thing.

use std::collections::BTreeMap;

use crate::{
    definition::{
        document::{Entry, Key},
        reading::Reader,
    },
    expression::RESERVED_NAMES,
};

/// Names that a definition gives to expressions itself.
const OWN: &[&str] = &["actor", "ask", "case", "form", "it", "numbers", "row"];

pub(super) fn lint(reader: &Reader<'_>) {
    let mut known: BTreeMap<&str, (&'static str, &Key)> = BTreeMap::new();
    for (kind, key) in names(reader) {
        let name = key.text.as_str();
        let report = reader.report;
        if OWN.contains(&name) || RESERVED_NAMES.contains(&name) {
            let message = format!("{kind}不能叫「{name}」：表达式里它另有意思");
            report.error(&key.spot, message, "换一个名称");
        }
        if let Some((other_kind, other)) = known.get(name) {
            let place = other.spot.place();
            let ending = match kind {
                "计时器" => "timer",
                "任务" => "task",
                "变量" | "值" => "value",
                _ => "of",
            };
            let message = format!("{kind}「{name}」和{other_kind}同名：规则里不知指哪一个");
            let remedy = if kind == "任务" && *other_kind == kind {
                // An alias stands where its anchor does.
                let other = (key.spot.place() != place).then(|| format!("另一个在 {place}；"));
                let other = other.unwrap_or_default();
                format!(
                    "{other}几个状态里是同一个任务的，写在顶层 tasks 里，用 in 列出这些状态；不是的，换一个名称，如 {name}_task"
                )
            } else {
                format!("另一个在 {place}；换一个名称，如 {name}_{ending}")
            };
            report.error(&key.spot, message, remedy);
            // The ways of one of two tasks are those of the other.
            reader.has_lost_targets.set(true);
        } else {
            known.insert(name, (kind, key));
        }
    }
}

/// Every name of the namespace with what it names, in the order of the text.
fn names<'r>(reader: &'r Reader<'_>) -> Vec<(&'static str, &'r Key)> {
    let root = &reader.outline.root;
    let mut names: Vec<(&'static str, &Key)> = Vec::new();
    let mut add = |kind: &'static str, entries: &'r [Entry]| {
        names.extend(entries.iter().map(|entry| (kind, &entry.key)));
    };
    if let Some(start) = root.get("start") {
        add("对象", start.entries_of("given"));
    }
    add("事实", root.entries_of("facts"));
    add("变量", root.entries_of("vars"));
    add("值", root.entries_of("values"));
    add("联系", root.entries_of("links"));
    for state in root.entries_of("states") {
        add("计时器", state.value.entries_of("timers"));
        add("任务", state.value.entries_of("tasks"));
        for task in state.value.entries_of("tasks") {
            add("计时器", task.value.entries_of("timers"));
        }
    }
    add("任务", root.entries_of("tasks"));
    for task in root.entries_of("tasks") {
        add("计时器", task.value.entries_of("timers"));
    }
    names
}
