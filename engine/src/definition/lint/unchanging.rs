//! Rules that go nowhere and leave their own condition as it is: once it holds they act for ever.

use std::collections::BTreeSet;

use super::read_through_values;
use crate::{
    definition::{
        Assigned, Definition, EffectKind, Rule, Target, document::Entry, reading::Reader,
    },
    expression::Expression,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, value } in reader.outline.root.entries_of("states") {
        let Some(state) = definition.states.get(key.text.as_str()) else { continue };
        let rules: Vec<&Rule> = state.choose.values().collect();
        for rule in value.entries_of("choose") {
            let Some(known) = state.choose.get(rule.key.text.as_str()) else { continue };
            // A target that was not understood leads somewhere, and so may what is set.
            let is_lost = rule.value.get("to").is_some() && known.step.target == Target::Stay
                || rule.value.entries_of("set").len() > known.step.set.len();
            if value.text_of("end") != Some("true")
                && !is_lost
                && !may_change(definition, &rules, known)
            {
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
fn may_change(definition: &Definition, rules: &[&Rule], rule: &Rule) -> bool {
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
    let roots = roots_of(definition, when.source());
    let roots: BTreeSet<&str> = roots.iter().map(String::as_str).collect();
    // A rule before it may lead away when what is set says so.
    let mut before = rules.iter().take_while(|other| !std::ptr::eq(**other, rule));
    let is_led_away = before.any(|other| {
        let read = other.when.iter().flat_map(|when| roots_of(definition, when.source()));
        other.step.target != Target::Stay && read.into_iter().any(|root| set.contains(&*root))
    });
    let hangs = |root: &&str| hangs_on(definition, root, &set);
    is_led_away || !roots.is_disjoint(&set) || roots.iter().any(hangs)
}

/// The first names of what an expression reads, through values too.
fn roots_of(definition: &Definition, source: &str) -> Vec<String> {
    let read = read_through_values(definition, source);
    read.into_iter().filter_map(|path| path.into_iter().next()).collect()
}

/// Whether the list of a task, or the arguments of a fact, hang on what is set.
fn hangs_on(definition: &Definition, root: &str, set: &BTreeSet<&str>) -> bool {
    let is_set = |read: &Expression| {
        let roots = roots_of(definition, read.source());
        roots.iter().any(|root| set.contains(root.as_str()) || is_asked(definition, root, set))
    };
    is_asked(definition, root, set)
        || definition.tasks.get(root).is_some_and(|task| {
            let participant = definition.participants.get(&task.participant);
            let mut people = participant.into_iter().flat_map(|it| it.expressions());
            people.any(is_set) || task.when.as_ref().is_some_and(is_set)
        })
}

/// Whether a fact is asked about what is set. One that is asked about another fact may be.
fn is_asked(definition: &Definition, root: &str, set: &BTreeSet<&str>) -> bool {
    let is_set = |read: &Expression| {
        let roots = roots_of(definition, read.source());
        roots
            .iter()
            .any(|root| set.contains(root.as_str()) || definition.facts.contains_key(root.as_str()))
    };
    definition.facts.get(root).is_some_and(|fact| fact.source.arguments().any(is_set))
}
