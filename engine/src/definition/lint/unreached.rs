//! Rules and rows that never count, for those before them always do as far as is known of what they
//! compare.

use super::{certain::known, choosing::At, domains::Domains};
use crate::{
    definition::{
        Definition, Rule,
        reading::{Choice, Reader},
    },
    expression::{Expression, Trying, always, coverage},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    for choice in reader.choices.borrow().iter() {
        let at = At::of(reader, definition, domains, choice);
        if choice.rows.is_empty() || may_wait(definition, &at) {
            continue;
        }
        let trying = at.trying(domains);
        let first = choice.conditions.iter().position(|it| is_certain(it, true, choice, trying));
        let why = |conditions: &[Expression]| {
            let known = conditions.iter().rev().find_map(|it| known(definition, it, domains));
            known.map(|known| format!("，{known}")).unwrap_or_default()
        };
        if let Some(first) = first {
            let next = choice.rows.get(first + 1).filter(|_| !is_left_at_once(definition, &at));
            if let Some((spot, row)) = next {
                let before = &choice.rows[first].1;
                let why = why(&choice.conditions[first..=first]);
                let message = format!("{row}永远轮不到：{before}总是成立{why}");
                reader.report.doubt(spot, message, "改它前面的条件，或删去它");
            }
            continue;
        }
        for index in idle(choice, trying) {
            let (spot, row) = &choice.rows[index];
            let why = why(&choice.conditions[..=index]);
            let message = format!("{row}永远轮不到：前面的已经包括了它{why}");
            reader.report.doubt(spot, message, "改它的条件，或删去它");
        }
    }
}

/// Whether a rule that holds may not act, for there is no place left.
fn may_wait(definition: &Definition, at: &At<'_>) -> bool {
    let leads_to_hold = |rule: &Rule| {
        let mut holds = definition.holds.values().flat_map(|hold| &hold.states);
        holds.any(|state| rule.step.target.states().contains(state))
    };
    at.rules.is_some_and(|rules| rules.values().any(leads_to_hold))
}

/// Whether it is told already that a state is left before anything in it happens.
fn is_left_at_once(definition: &Definition, at: &At<'_>) -> bool {
    at.state.is_some_and(|name| {
        let timers = definition.states.get(name).map(|state| &state.timers);
        definition.tasks_in(name).next().is_some() || timers.is_some_and(|it| !it.is_empty())
    })
}

/// Whether a condition always holds, or never, and not only because of what it says itself.
fn is_certain(condition: &Expression, holds: bool, choice: &Choice, trying: Trying<'_>) -> bool {
    always(condition, &choice.names, Trying::NOTHING).is_none()
        && always(condition, &choice.names, trying) == Some(holds)
}

/// The rows that those before them leave nothing, where that is not to be seen from their conditions.
fn idle(choice: &Choice, trying: Trying<'_>) -> Vec<usize> {
    let conditions: Vec<&Expression> = choice.conditions.iter().collect();
    let found = coverage(&conditions, &choice.names, trying).map(|it| it.idle).unwrap_or_default();
    if found.is_empty() {
        return found;
    }
    let told = coverage(&conditions, &choice.names, Trying::NOTHING);
    let told = told.map(|it| it.idle).unwrap_or_default();
    let is_new = |index: &usize| {
        let condition = &choice.conditions[*index];
        !told.contains(index) && always(condition, &choice.names, trying) != Some(false)
    };
    found.into_iter().filter(is_new).collect()
}
