//! Rules that go nowhere and leave their own condition as it is: once it holds they act for ever.

use std::collections::BTreeSet;

use super::read_through_values;
use crate::definition::{
    Assigned, Definition, EffectKind, Rule, Target, WhoKind, document::Entry, reading::Reader,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, value } in reader.outline.root.entries_of("states") {
        let Some(state) = definition.states.get(key.text.as_str()) else { continue };
        for rule in value.entries_of("choose") {
            let Some(known) = state.choose.get(rule.key.text.as_str()) else { continue };
            // A target that was not understood leads somewhere, and so may what is set.
            let is_lost = rule.value.get("to").is_some() && known.step.target == Target::Stay
                || rule.value.entries_of("set").len() > known.step.set.len();
            if value.text_of("end") != Some("true") && !is_lost && !may_change(definition, known) {
                let message = format!(
                    "规则「{}」不去别的状态，也不改变它自己的条件：一旦成立就永远停不下来",
                    rule.key.text
                );
                let remedy = "加上 to: 状态，或设一个条件里读的变量";
                reader.report.error(&rule.key.spot, message, remedy);
            }
        }
    }
}

/// Whether a rule may make its condition fail, or leads away.
fn may_change(definition: &Definition, rule: &Rule) -> bool {
    let tells = |kind: &EffectKind| {
        matches!(
            kind,
            EffectKind::Notify { .. } | EffectKind::Document(_) | EffectKind::Call { .. }
        )
    };
    let step = &rule.step;
    if step.target != Target::Stay
        || !step.void.is_empty()
        || step.effects.iter().any(|effect| !tells(&effect.kind))
    {
        return true;
    }
    let mut set = BTreeSet::new();
    for assignment in &step.set {
        match &assignment.to {
            Assigned::Var(var) => set.insert(var.as_str()),
            Assigned::Form(..) => return true,
        };
    }
    // What `otherwise` sets may let another rule act.
    let Some(when) = &rule.when else { return !set.is_empty() };
    let read = read_through_values(definition, when.source());
    let roots: BTreeSet<&str> =
        read.iter().filter_map(|path| path.first()).map(String::as_str).collect();
    // The list of a task, and the arguments of a fact, may hang on what is set.
    let hangs = |root: &&str| {
        definition.facts.contains_key(*root)
            || definition.tasks.get(*root).is_some_and(|task| {
                let participant = definition.participants.get(&task.participant);
                let mut whos = participant.into_iter().flat_map(|participant| participant.whos());
                task.when.is_some() || whos.any(|who| matches!(who.kind, WhoKind::Each { .. }))
            })
    };
    !roots.is_disjoint(&set) || !set.is_empty() && roots.iter().any(hangs)
}
