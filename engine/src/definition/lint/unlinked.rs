//! Links that nothing ever makes: whoever waits at either end waits for ever.

use crate::{
    definition::{Definition, EffectKind, LinkDirection, reading::Reader},
    names::{LinkName, WorkflowKey},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let all = reader.world.definitions.get().into_iter().flatten();
    let all: Vec<&Definition> = all.map(AsRef::as_ref).collect();
    if reader.world.is_partial || all.is_empty() {
        return;
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

/// Whether one of two definitions is written over the other, or both are one.
fn is_of_family(one: &Definition, other: &Definition) -> bool {
    one.lineage.contains(&other.key) || other.lineage.contains(&one.key)
}

/// Whether a definition may be what this key means: it, one over it, or one under it.
fn is_at(all: &[&Definition], key: &WorkflowKey, definition: &Definition) -> bool {
    let named = all.iter().find(|it| it.key == *key);
    definition.lineage.contains(key) || named.is_some_and(|it| is_of_family(it, definition))
}
