//! Timers whose end is reckoned from the present: each time it is reckoned anew it is later, and where
//! something happens often enough it never comes.

use super::flow::timer_entry;
use crate::{
    definition::{Definition, Timer, TimerEnd, reading::Reader},
    expression::Expression,
};

/// What gives a day or a moment after its first argument.
const LATER: [&str; 6] =
    ["add_days", "add_months", "add_years", "add_working_days", "add_hours", "add_minutes"];

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let of_states = definition.states.values().flat_map(|state| &state.timers);
    let of_tasks = definition.tasks.values().flat_map(|task| &task.timers);
    for (name, timer) in of_states.chain(of_tasks) {
        let Some((key, written)) = receding(definition, timer) else { continue };
        let entry = timer_entry(reader, name.as_str());
        if let Some(node) = entry.and_then(|entry| entry.value.get(key)) {
            let source = written.source().trim();
            let message = format!(
                "计时器「{name}」的 {key} 读的是此刻（{source}）：每次重算都会往后移，案里常有事就总不到期"
            );
            let present = if source.contains("now") { "now" } else { "today" };
            let begun = format!("begun or_else {present}");
            let instead = match source.contains(present) {
                true => source.replacen(present, &begun, 1),
                false => begun,
            };
            let remedy = format!(
                "在 enter 里 set 进变量，如 set: {{begun: {present}}}，这里读变量，如 {key}: {instead}"
            );
            reader.report.warn(&node.spot, message, remedy);
        }
    }
}

/// The key of a timer that tells its end from the present, and what is written there.
fn receding<'d>(
    definition: &Definition,
    timer: &'d Timer,
) -> Option<(&'static str, &'d Expression)> {
    let from = timer.from.as_ref().filter(|from| base(definition, from.source(), 0).is_some());
    if let Some(from) = from {
        return Some(("from", from));
    }
    match &timer.ends {
        // What is due today is so before it is reckoned on another day.
        TimerEnd::At(at) => (base(definition, at.source(), 0) == Some(true)).then_some(("at", at)),
        TimerEnd::Lasts(_) => None,
    }
}

/// Whether a time is reckoned from the present: then whether it is later than that.
fn base(definition: &Definition, source: &str, depth: u32) -> Option<bool> {
    const DEEPEST: u32 = 8;
    let source = source.trim();
    if source == "today" || source == "now" {
        return Some(false);
    }
    if let Some(value) = definition.values.get(source).filter(|_| depth < DEEPEST) {
        return base(definition, value.source(), depth + 1);
    }
    let (name, rest) = source.split_once('(')?;
    let arguments = rest.strip_suffix(')').filter(|_| LATER.contains(&name))?;
    let (first, by) = arguments.split_once(',')?;
    let is_plain = |text: &str| !text.contains(['(', ')']);
    let is_back = by.trim().starts_with('-');
    if !is_plain(first) || !is_plain(by) || is_back {
        return None;
    }
    base(definition, first, depth + 1).map(|_| true)
}
