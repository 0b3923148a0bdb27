//! Links that nothing ever makes: whoever waits at either end waits for ever. And those to one case that
//! are made once more while they stand, which is refused.

use super::{
    exits::leads_back,
    read_through_values,
    sites::{Site, sites},
};
use crate::{
    definition::{Definition, EffectKind, LinkDirection, Target, reading::Reader},
    expression::Expression,
    names::{LinkName, WorkflowKey},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let all = reader.world.definitions.get().into_iter().flatten();
    let all: Vec<&Definition> = all.map(AsRef::as_ref).collect();
    if reader.world.is_partial || all.is_empty() {
        return;
    }
    for site in sites(reader, definition) {
        made_again(reader, definition, &site, &all);
    }
    for entry in reader.outline.root.entries_of("links") {
        let found = definition.links.get_key_value(entry.key.text.as_str());
        let Some((name, link)) = found.filter(|(_, it)| it.direction == LinkDirection::To) else {
            continue;
        };
        let makes = |other: &&Definition| {
            let is_own = is_of_family(other, definition);
            let is_far = is_at(&all, &link.workflow, other);
            let joins = |of: &LinkName| {
                let far = other.links.get(of).map(|it| &it.workflow);
                is_far && far.is_some_and(|far| is_at(&all, far, definition))
            };
            let mut effects = other.steps().flat_map(|step| &step.effects);
            effects.any(|effect| {
                if let EffectKind::Start { link: of, workflow, .. } = &effect.kind {
                    return is_own && of == name || is_far && is_at(&all, workflow, definition);
                }
                let EffectKind::Join { link: of, .. } = &effect.kind else { return false };
                is_own && of == name || joins(of)
            })
        };
        if !all.iter().any(makes) {
            let message = format!(
                "联系「{name}」没有哪里建立：这边没有动作 join 它，{} 也不发起 {}",
                link.workflow, definition.key
            );
            let remedy = "在动作或规则里写 join，或由那边 start；不用就删去它";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Joining one case on a way that leads back to where it is joined, where nothing ever takes it off.
fn made_again(reader: &Reader<'_>, definition: &Definition, site: &Site<'_>, all: &[&Definition]) {
    let Some(action) = site.of.action() else { return };
    let reads = |when: &Expression, link: &LinkName| {
        let read = read_through_values(definition, when.source());
        read.iter().any(|path| path[0] == link.as_str())
    };
    let is_asked = |link: &LinkName| {
        let required = action.require.iter().map(|it| &it.that);
        action.when.iter().chain(required).any(|when| reads(when, link))
    };
    let leaves = |link: &LinkName| {
        all.iter().any(|other| {
            let mut effects = other.steps().flat_map(|step| &step.effects);
            effects.any(|effect| {
                let EffectKind::Leave { link: of, .. } = &effect.kind else { return false };
                let far = other.links.get(of).map(|it| &it.workflow);
                is_of_family(other, definition) && of == link
                    || far.is_some_and(|far| is_at(all, far, definition))
            })
        })
    };
    let states = site.states(definition);
    let comes_back = match &site.step.target {
        Target::To(to) => states.iter().any(|state| leads_back(definition, to, state)),
        Target::Stay | Target::Among { .. } => false,
    };
    for effect in site.step.effects.iter().filter(|it| it.when.is_none() && comes_back) {
        let EffectKind::Join { link, .. } = &effect.kind else { continue };
        let is_single = definition.links.get(link).is_some_and(|link| !link.many);
        let node = site.entry.value.get("join").and_then(|join| join.entry(link.as_str()));
        if let Some(entry) = node.filter(|_| is_single && !is_asked(link) && !leaves(link)) {
            let message = format!(
                "再到这里时「{link}」还联系着上一个，没有哪里 leave 它：联系不了另一个，办不成"
            );
            let remedy = format!("回来的动作里写 leave: {{{link}: all}}，或那边写");
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// Whether one of two definitions is written over the other, or both are one.
fn is_of_family(one: &Definition, other: &Definition) -> bool {
    one.lineage.contains(&other.key) || other.lineage.contains(&one.key)
}

/// Whether a definition may be what this key means: it, one over it, or one under it.
fn is_at(all: &[&Definition], key: &WorkflowKey, definition: &Definition) -> bool {
    let named = all.iter().find(|it| it.key == *key);
    definition.lineage.contains(key) || named.is_some_and(|it| is_of_family(it, definition))
}
