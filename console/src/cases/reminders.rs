//! What start-checks remind of: they stand against nothing, and whoever fills in the form or decides
//! about it is told.

use engine::{
    decision,
    definition::{Action, Check, CheckPhase, CheckSeverity, Checks},
};

use super::seen::Seen;

/// What the start-checks of an action remind of.
#[must_use]
pub fn of_action(seen: &Seen, action: &Action) -> Vec<String> {
    match action.checks {
        None => Vec::new(),
        Some(Checks::All) => those(seen, |_| true),
        Some(Checks::Gate) => those(seen, |check| check.phase == CheckPhase::Gate),
    }
}

/// What they remind of, as far as the viewer sees all that they read.
#[must_use]
pub fn of_what_is_seen(seen: &Seen) -> Vec<String> {
    if seen.is_blind {
        return Vec::new();
    }
    let definition = seen.definition();
    those(seen, |check| match decision::check_reads(definition, check) {
        Some(sections) => sections.iter().all(|section| seen.sees.contains(section)),
        None => definition.form.sections.keys().all(|section| seen.sees.contains(section)),
    })
}

fn those(seen: &Seen, is_meant: impl Fn(&Check) -> bool) -> Vec<String> {
    let checks = &seen.definition().checks;
    // What cannot be checked stands against the action, and is told there.
    let outcomes = seen.view.checks().unwrap_or_default();
    let warned = outcomes.into_iter().filter(|outcome| {
        outcome.severity == CheckSeverity::Warn && checks.get(&outcome.check).is_some_and(&is_meant)
    });
    let mut says: Vec<String> = Vec::new();
    for say in warned.flat_map(|outcome| outcome.failures) {
        if !says.contains(&say) {
            says.push(say);
        }
    }
    says
}
