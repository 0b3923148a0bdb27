//! Timers that lead back to their own state while their end stays where it was: they end at once again,
//! for ever.

use std::collections::BTreeSet;

use super::flow::timer_entry;
use crate::{
    definition::{
        Assigned, Definition, FactSource, State, Step, Target, Timer, TimerEnd, mention::paths,
        reading::Reader,
    },
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for (name, state) in &definition.states {
        for (timer_name, timer) in &state.timers {
            if !is_endless(definition, (name, state), timer) {
                continue;
            }
            let Some(entry) = timer_entry(reader, timer_name.as_str()) else { continue };
            let message = format!(
                "计时器「{timer_name}」到期又回到「{name}」，到期的时刻却没有变：立刻又到期，永远停不下来"
            );
            let behind = definition.behind(timer);
            let var = behind.iter().find(|name| definition.vars.contains_key(**name));
            let remedy = match var {
                Some(var) => format!("在 over 里把 {var} 推后，如 set: {{{var}: …}}，或去别的状态"),
                None => "去别的状态，或换一个会变的时刻".to_owned(),
            };
            reader.report.error(&entry.key.spot, message, remedy);
        }
    }
}

/// Whether a timer comes back to its state, and nothing on the way moves its end.
fn is_endless(definition: &Definition, (name, state): (&StateName, &State), timer: &Timer) -> bool {
    let Some(over) = timer.over.as_ref().filter(|over| over.choose.is_empty()) else {
        return false;
    };
    let behind = definition.behind(timer);
    if over.step.target != Target::To(name.clone()) || !is_fixed(definition, timer) {
        return false;
    }
    let set = set_by([&over.step, &state.enter]);
    // What a fact is asked may hang on what is set; a task begins anew in the state.
    let moves = |name: &&str| {
        let fact = definition.facts.get(*name).map(|fact| &fact.source);
        let is_asked = fact.is_some_and(|source| !matches!(source, FactSource::Table(_)));
        set.contains(name) || definition.tasks.contains_key(*name) || is_asked && !set.is_empty()
    };
    !behind.iter().any(moves) && state.choose.is_empty()
}

/// Whether a timer ends at a moment that hangs neither on when it began nor on what time it is. What
/// stands in for a value that is missing does not count.
fn is_fixed(definition: &Definition, timer: &Timer) -> bool {
    let begins = match &timer.ends {
        TimerEnd::At(at) => at,
        TimerEnd::Lasts(lengths) => {
            let asks = lengths.iter().any(|length| length.lasts.asks_time());
            let Some(from) = timer.from.as_ref().filter(|_| !asks) else { return false };
            from
        }
    };
    let certain = begins.source().split(" or_else ").next().unwrap_or_default();
    let asks_time = |root: &String| {
        let value = definition.values.get(root.as_str());
        root == "today" || root == "now" || value.is_some_and(|value| value.asks_time())
    };
    !paths(certain).iter().filter_map(|path| path.first()).any(asks_time)
}

/// What steps put something into: variables, or the form.
fn set_by(steps: [&Step; 2]) -> BTreeSet<&str> {
    let set = steps.into_iter().flat_map(|step| &step.set).map(|set| match &set.to {
        Assigned::Var(var) => var.as_str(),
        Assigned::Form(..) => "form",
    });
    set.collect()
}
