//! Rules by which two cases of a flow chase each other: each sets what it shows because of what the
//! other shows, which does the same because of this, and neither comes to an end.

use regex::Regex;

use super::{
    known::Known,
    sites::{SiteOf, sites},
};
use crate::{
    definition::{Assigned, Definition, FactSource, Rule, Target, reading::Reader, scope::Scope},
    expression::Type,
    names::VarName,
};

/// What the other case shows; no expression has this name.
const THEIRS: &str = "theirs_";
/// So often each of them acts before they are taken to go on for ever.
const MOST_TURNS: u32 = 32;

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    for site in sites(reader, definition) {
        let SiteOf::Rule(name, rule) = site.of else { continue };
        // Another rule may lead on.
        let is_alone = definition.states.get(name).is_some_and(|state| state.choose.len() == 1);
        if !is_alone || rule.step.target != Target::Stay {
            continue;
        }
        if let Some(var) = chased(definition, scope, rule) {
            let message = format!(
                "规则「{}」看着别的案的 {var} 改自己的，别的案也一样：两个案一直互相追，停不下来",
                site.entry.key.text
            );
            let remedy = "条件里分出先后，如 it.started < case.started";
            reader.report.doubt(&site.entry.key.spot, message, remedy);
        }
    }
}

/// The variable for which two cases chase each other by a rule that asks whether there is another case
/// of the flow with some of it: tried with two that have only just begun.
fn chased<'d>(definition: &Definition, scope: &Scope<'_>, rule: &'d Rule) -> Option<&'d VarName> {
    let [set] = &rule.step.set[..] else { return None };
    let Assigned::Var(var) = &set.to else { return None };
    let sets = definition.steps().flat_map(|step| &step.set).filter(|it| it.to == set.to);
    if sets.count() > 1 {
        return None;
    }
    let asked = r"^(?:any\((\w+), *(.+)\)|count\((\w+), *(.+)\) *> *0)$";
    let asked = Regex::new(asked).ok()?.captures(rule.when.as_ref()?.source().trim())?;
    let fact = asked.get(1).or(asked.get(3))?.as_str();
    let FactSource::Cases { workflow, .. } = &definition.facts.get(fact)?.source else {
        return None;
    };
    let label = definition.labels.iter().find(|(_, it)| it.source().trim() == var.as_str());
    let shown = match definition.shows.contains(var) {
        true => var.as_str(),
        false => label?.0.as_str(),
    };
    let condition = asked.get(2).or(asked.get(4))?.as_str();
    let theirs = Regex::new(&format!(r"\bit\.{shown}\b")).ok()?.replace_all(condition, THEIRS);
    let both = scope.with(THEIRS, scope.kind(var.as_str()));
    let when = both.plain(&theirs, &Type::Bool)?;
    let initial = &definition.vars.get(var)?.initial;
    let (mut ours, mut theirs) = (initial.clone(), initial.clone());
    for _ in 0..MOST_TURNS {
        let known = Known::new(definition).with(var.as_str(), ours).with(THEIRS, theirs.clone());
        if known.verdict(&when) != Some(true) {
            return None;
        }
        // Then it is the turn of the other one.
        ours = std::mem::replace(&mut theirs, known.value(&set.value)?);
    }
    definition.lineage.contains(workflow).then_some(var)
}
