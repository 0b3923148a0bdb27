//! Documents that a step orders where they are never made: their own condition wants another state.

use super::{
    known::Known,
    sites::{Site, sites},
};
use crate::{
    definition::{Definition, EffectKind, reading::Reader},
    expression::{Expression, Value},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        // What a step orders is looked at before it leads on.
        let states = site.states(definition);
        let Some(entry) = site.entry.value.entry("document").filter(|_| !states.is_empty()) else {
            continue;
        };
        for (name, when) in ordered(definition, &site) {
            if states.iter().any(|state| may_be_made(definition, when, state)) {
                continue;
            }
            let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
            let message = format!(
                "文书「{name}」在「{}」里不会生成：它的 when 是 {}",
                states.join("」「"),
                when.source()
            );
            let remedy = "改文书的 when，或把 document 写到 when 成立的状态的 enter 里";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// The documents that a step orders, with when they are made.
fn ordered<'d>(
    definition: &'d Definition,
    site: &Site<'d>,
) -> impl Iterator<Item = (&'d str, &'d Expression)> {
    site.step.effects.iter().filter_map(|effect| {
        let EffectKind::Document(name) = &effect.kind else { return None };
        let when = definition.documents.get(name)?.when.as_ref()?;
        Some((name.as_str(), when))
    })
}

/// Whether a document may be made in a state, as far as its condition asks only of that.
fn may_be_made(definition: &Definition, when: &Expression, state: &StateName) -> bool {
    let mut of_case = when.reads().iter().filter(|path| path[0] == "case");
    let case = [("state".to_owned(), Value::from(state.as_str()))];
    let world = Known::new(definition).with("case", Value::Map(case.into()));
    !of_case.all(|path| path[1..] == ["state"]) || world.verdict(when) != Some(false)
}
