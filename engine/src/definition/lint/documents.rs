//! Documents that a step orders where they are never made: their own condition wants another state. And
//! documents that are verified by what is no number of theirs.

use super::{
    known::Known,
    read_through_values,
    sites::{Site, sites},
};
use crate::{
    definition::{Definition, EffectKind, Participant, WhoKind, reading::Reader},
    expression::{Expression, Type, Value},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    verified_by_name(reader, definition);
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

/// Documents that are verified by who they are of, or by what many have alike, although numbers are
/// drawn.
fn verified_by_name(reader: &Reader<'_>, definition: &Definition) {
    let starter = definition.start.by.as_ref().and_then(|by| definition.participants.get(by));
    let mut persons: Vec<&String> = Vec::new();
    for who in starter.into_iter().flat_map(Participant::whos) {
        if let WhoKind::Account(account) = &who.kind {
            persons.extend(account.reads().iter().filter_map(|path| path.first()));
        }
    }
    persons.retain(|root| definition.start.given.contains_key(root.as_str()));
    let Some(number) = definition.numbers.keys().next() else { return };
    for entry in reader.outline.root.entries_of("documents") {
        let document = definition.documents.get(entry.key.text.as_str());
        let verify = document.and_then(|document| document.verify.as_ref());
        let label = verify.and_then(|it| definition.labels.get_key_value(&it.number));
        let node = entry.value.get("verify").and_then(|verify| verify.get("number"));
        let Some(((name, label), node)) = label.zip(node) else { continue };
        let read = read_through_values(definition, label.source());
        let read: Vec<&Vec<String>> =
            read.iter().filter(|path| !definition.values.contains_key(path[0].as_str())).collect();
        let kind = label.value_type().present();
        let is_text = matches!(kind, Type::Text | Type::Reference(_));
        if !is_text && !read.iter().any(|path| path[0] == "numbers") {
            let message = format!("核验凭标签「{name}」，它是{kind}，不是编号：几份分不开");
            let remedy = format!("写编号的标签，如 labels: {{no: numbers.{number}}}，number: no");
            reader.report.doubt(&node.spot, message, remedy);
        } else if let Some(path) =
            read.first().filter(|_| read.iter().all(|it| persons.contains(&&it[0])))
        {
            let message = format!(
                "核验凭标签「{name}」，它写的是 {}，不是取的编号：一个人的几份分不开",
                path.join(".")
            );
            let remedy = format!("写编号的标签，如 labels: {{no: numbers.{number}}}，number: no");
            reader.report.doubt(&node.spot, message, remedy);
        }
    }
}
