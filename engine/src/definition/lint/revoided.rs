//! Some answers that are made void by a step which enters the state anew: then all of them are.

use super::sites::sites;
use crate::{
    definition::{Definition, Target, reading::Reader},
    names::TaskName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        let Target::To(to) = &site.step.target else { continue };
        let states = site.states(definition);
        if states.is_empty() || states.iter().any(|state| *state != to) {
            continue;
        }
        let ends = |task: &&TaskName| {
            let known = definition.tasks.get(*task);
            known.is_some_and(|known| !known.keep && known.states.contains(to))
        };
        let some = site.step.void.iter().filter(|void| void.filter.is_some());
        let ended: Vec<&str> =
            some.flat_map(|void| &void.tasks).filter(ends).map(TaskName::as_str).collect();
        if let Some(node) = site.entry.value.get("void").filter(|_| !ended.is_empty()) {
            let message = format!(
                "去「{to}」是重新进入它，「{}」的答复全部作废：void 的 where 不起作用",
                ended.join("」「")
            );
            reader.report.doubt(&node.spot, message, "不写 to，案留在这里，只作废这几份");
        }
    }
}
