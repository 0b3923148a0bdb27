//! Values and facts that a `set` reads before it sets the variables they hang on: what they say is of
//! the empty variable.

use super::{
    behind,
    exits::leads_back,
    never_set::set_by_others,
    sites::{Site, SiteOf, sites},
    texts::started_with,
};
use crate::{
    definition::{Assigned, Assignment, Definition, EffectKind, reading::Reader},
    expression::Value,
    names::VarName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut elsewhere = started_with(reader);
    elsewhere.extend(set_by_others(reader, definition));
    let sites = sites(reader, definition);
    for site in &sites {
        let written = site.entry.value.entries_of("set");
        if written.len() != site.step.set.len() {
            continue;
        }
        for (index, (reading, entry)) in site.step.set.iter().zip(written).enumerate() {
            let (before, after) = site.step.set.split_at(index);
            let found = late(definition, reading, before, after.get(1..).unwrap_or_default());
            let is_empty = |var: &&VarName| {
                !elsewhere.iter().any(|it| it == var.as_str())
                    && is_empty_before(definition, &sites, site, var)
            };
            let Some(var) = found.into_iter().find(is_empty) else { continue };
            let source = reading.value.source().trim();
            let message =
                format!("「{source}」要用「{var}」来算，而「{var}」在后面才设：这里用的还是空的");
            let key = &entry.key.text;
            let remedy = format!("把 {var} 写在前面：set: {{{var}: …, {key}: …}}");
            reader.report.doubt(&entry.value.spot, message, remedy);
        }
    }
}

/// The variables behind the values and facts that one assignment reads, which only later ones set.
fn late<'d>(
    definition: &'d Definition,
    reading: &Assignment,
    before: &'d [Assignment],
    after: &'d [Assignment],
) -> Vec<&'d VarName> {
    // Whoever reads the variable itself knows what it is.
    let own: Vec<&str> = reading.value.reads().iter().map(|path| path[0].as_str()).collect();
    let behind = behind(definition, &reading.value);
    let is_set = |var: &VarName, sets: &[Assignment]| {
        sets.iter().any(|set| set.to == Assigned::Var(var.clone()))
    };
    let sets = after.iter().filter_map(|set| match &set.to {
        Assigned::Var(var) => Some((var, set)),
        Assigned::Form(..) => None,
    });
    let late = sets.filter(|(var, set)| {
        let initial = definition.vars.get(*var).map(|var| &var.initial);
        let name = var.as_str();
        behind.contains(name)
            && !own.contains(&name)
            && reading.to != Assigned::Var((*var).clone())
            && !is_set(var, before)
            && !set.value.reads().iter().any(|path| path[0] == name)
            && set.value.constant().as_ref() != initial
    });
    late.map(|(var, _)| var).collect()
}

/// Whether a variable certainly is still as empty as at first when a step is taken.
fn is_empty_before(
    definition: &Definition,
    sites: &[Site<'_>],
    site: &Site<'_>,
    var: &VarName,
) -> bool {
    let known = definition.vars.get(var);
    if !known.is_some_and(|var| var.initial == Value::zero_of(&var.value_type)) {
        return false;
    }
    if matches!(site.of, SiteOf::Start(_)) {
        return true;
    }
    let sets = |other: &&Site<'_>| {
        other.step.set.iter().any(|set| set.to == Assigned::Var(var.clone()))
            || other.step.effects.iter().any(|effect| fills(&effect.kind, var))
    };
    let is_only = sites.iter().filter(sets).all(|other| std::ptr::eq(other.step, site.step));
    let targets = site.step.target.states();
    let comes_again = targets.is_empty()
        || site
            .states(definition)
            .into_iter()
            .any(|state| targets.iter().any(|to| to == state || leads_back(definition, to, state)));
    is_only && !comes_again
}

/// Whether an effect puts people into a variable.
fn fills(kind: &EffectKind, var: &VarName) -> bool {
    let is_noted =
        |noted: &Option<(VarName, Vec<_>)>| noted.as_ref().is_some_and(|it| it.0 == *var);
    matches!(kind, EffectKind::Draw(draw) if draw.into == *var || is_noted(&draw.noted))
        || matches!(kind, EffectKind::Replace(replace) if replace.list == *var)
}
