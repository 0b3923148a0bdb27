//! Checks that are to keep a form from being handed in, and that no action asks.

use crate::definition::{
    Action, CheckPhase, CheckSeverity, Checks, Definition, document::Node, reading::Reader,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let own = &reader.outline.key;
    let mut over = reader.world.outlines.values().filter(|other| other.covers(own));
    // A definition written over this one may hand it in.
    if over.any(|other| other.key != *own && asks(&other.root)) {
        return;
    }
    let is_asked = |phase: CheckPhase| {
        let of_tasks = definition.tasks.values().flat_map(|task| task.actions.values());
        let mut actions = of_tasks.chain([&definition.start.action]);
        actions.any(|action: &Action| match action.checks {
            Some(Checks::All) => true,
            Some(Checks::Gate) => phase == CheckPhase::Gate,
            None => false,
        })
    };
    for entry in reader.outline.root.entries_of("checks") {
        let Some(check) = definition.checks.get(entry.key.text.as_str()) else { continue };
        if check.severity == CheckSeverity::Block && !is_asked(check.phase) {
            let name = &entry.key.text;
            let message = format!("检测「{name}」不符合就不能提交，却没有动作做检测：什么也拦不住");
            let remedy = "给提交的动作写 checks: all";
            return reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Whether some action below a node asks checks.
fn asks(node: &Node) -> bool {
    node.text_of("checks").is_some()
        || node.items().iter().any(asks)
        || node.entries().iter().any(|entry| asks(&entry.value))
}
