//! Letters that remind and write a number, while a case waits that has none.

use indexmap::IndexMap;

use super::{Taken, Untaken, tell, writes};
use crate::{
    definition::{
        Definition, Timer,
        document::Node,
        lint::{sites::written_timer, task_entry},
        reading::Reader,
    },
    names::{StateName, TimerName},
};

pub(super) fn lint<'d>(
    reader: &Reader<'_>,
    definition: &'d Definition,
    taken: &Taken<'d>,
    untaken: &Untaken<'_, 'd>,
) {
    let why = |state: &StateName| match (taken.states.contains(state), untaken.stays(state)) {
        (false, _) => Some("这时还没有取过它"),
        (true, true) => Some("到这里时可能还没有取过它"),
        (true, false) => None,
    };
    let remind = |node: &Node, timers: &IndexMap<TimerName, Timer>, states: &[&StateName]| {
        let Some(why) = states.iter().find_map(|state| why(state)) else { return };
        let written = timers.keys().filter_map(|name| written_timer(node, name));
        for entry in written.flat_map(|timer| timer.entries_of("remind")) {
            if writes(reader, &entry.value, taken.number) {
                tell(reader, &entry.value, taken.number, why);
            }
        }
    };
    for entry in reader.outline.root.entries_of("states") {
        if let Some((name, state)) = definition.states.get_key_value(entry.key.text.as_str()) {
            remind(&entry.value, &state.timers, &[name]);
        }
    }
    for (name, task) in &definition.tasks {
        if let Some(entry) = task_entry(reader, name.as_str()) {
            remind(&entry.value, &task.timers, &task.states.iter().collect::<Vec<_>>());
        }
    }
}
