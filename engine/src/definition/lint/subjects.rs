//! Subjects that a case is given where it is started, which are another kind of thing than it is
//! written for: the case would be refused, for nobody is found by them.

use super::{sites::sites, whose::path_of};
use crate::{
    definition::{
        Definition, EffectKind,
        document::{Entry, Node},
        reading::Reader,
        scope::Scope,
    },
    expression::{Expression, Record, Type},
    names::SubjectName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    for site in sites(reader, definition) {
        for effect in &site.step.effects {
            let EffectKind::Start { link, each, workflow, given, .. } = &effect.kind else {
                continue;
            };
            let mut meant = reader.world.meant_by(workflow);
            let Some(started) = meant.find(|it| it.key == *workflow) else { continue };
            let row = each.as_ref().and_then(|each| {
                let Type::List(row) = each.value_type().present() else { return None };
                Some((**row).clone())
            });
            let scope = scope.with("it", row);
            for (subject, value) in given {
                let Some(kind) = started.start.given.get(subject) else { continue };
                let found = mistaken(reader, definition, &scope, (kind, value));
                let node = written(&site.entry.value, link.as_str(), subject);
                if let Some(((message, remedy), node)) = found.zip(node) {
                    let message =
                        format!("发起 {workflow} 的「{subject}」要的是 {kind} 的编号，{message}");
                    reader.report.warn(&node.spot, message, remedy);
                }
            }
        }
    }
}

/// Where it is written what a case is given.
fn written<'n>(step: &'n Node, link: &str, subject: &SubjectName) -> Option<&'n Node> {
    let start = step.get("start")?;
    let starts = start.items().iter().chain([start]);
    let mut starts = starts.flat_map(Node::entries).filter(|Entry { key, .. }| key.text == link);
    starts.find_map(|entry| entry.value.get("given")?.get(subject.as_str()))
}

/// What a value is instead of the id of such a subject, and what to write.
fn mistaken(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    (kind, value): (&String, &Expression),
) -> Option<(String, String)> {
    let kinds = &reader.world.host.subjects;
    let wanted = kinds.get(kind)?;
    let own = || {
        let own = definition.start.given.iter().find(|(_, given)| *given == kind);
        own.map_or_else(|| format!("写{kind}的 id"), |(name, _)| format!("写 {name}.id"))
    };
    let is_kind = |record: &Record| kinds.values().any(|known| **known == *record);
    if let Type::Reference(other) = value.value_type().present() {
        let is_other = kinds.get(&**other).is_some_and(|other| other != wanted);
        return is_other.then(|| (format!("{} 是 {other} 的", value.source()), own()));
    }
    let (parent, field, record) = path_of(scope, value)?;
    if kinds.get(&field).is_some_and(|named| named != wanted) {
        return Some((format!("{parent}.{field} 是 {field} 的"), own()));
    }
    if !is_kind(&record) || !record.fields.contains_key("id") {
        return None;
    }
    let path = format!("{parent}.{field}");
    match field.as_str() {
        "id" if record != *wanted => {
            let other = kinds.iter().find(|(_, known)| **known == record)?.0;
            Some((format!("{path} 是 {other} 的"), own()))
        }
        "name" | "account" => Some((format!("{path} 不是编号"), format!("写 {parent}.id"))),
        _ => None,
    }
}
