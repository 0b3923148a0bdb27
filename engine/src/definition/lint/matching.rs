//! Facts that look for cases by something else than what those have written down: by an account where they
//! have the id of a person. None is ever found by it.

use super::whose::path_of;
use crate::{
    definition::{Definition, FactSource, outline::Outline, reading::Reader, scope::Scope},
    expression::Expression,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    for entry in reader.outline.root.entries_of("facts") {
        let fact = definition.facts.get(entry.key.text.as_str());
        let Some(FactSource::Cases { workflow, matching }) = fact.map(|fact| &fact.source) else {
            continue;
        };
        let Some(other) = reader.world.outlines.get(workflow.as_str()) else { continue };
        for (label, wanted) in matching {
            let written = other.root.get("labels").and_then(|it| it.get(label.as_str())?.text());
            let Some(written) = written else { continue };
            let sides = of_path(reader, scope, wanted).zip(of_label(reader, other, written));
            let node = entry.value.get("where").and_then(|it| it.get(label.as_str()));
            if let Some(((wanted_as, written_as), node)) = sides.zip(node)
                && wanted_as != written_as
            {
                let message = format!(
                    "「{workflow}」的 {label} 记的是 {written}（{written_as}），这里找的是 {}（{wanted_as}）：一件也找不到",
                    wanted.source()
                );
                reader.report.doubt(
                    &node.spot,
                    message,
                    format!("这里要 {written_as}，或把 labels 里的改成 {wanted_as}"),
                );
            }
        }
    }
}

/// What a path of this definition is, as far as that can be told: the id of a kind of subject, or an account.
fn of_path(reader: &Reader<'_>, scope: &Scope<'_>, written: &Expression) -> Option<String> {
    let (parent, field, record) = path_of(scope, written)?;
    let kinds = &reader.world.host.subjects;
    let kind = kinds.iter().find(|(_, known)| ***known == *record).map(|(kind, _)| kind.as_str());
    let is_actor = parent == "actor" && field == "principal";
    match field.as_str() {
        "account" => Some("账号".to_owned()),
        _ if is_actor => Some("账号".to_owned()),
        "id" => Some(format!("{} 的编号", kind?)),
        _ => None,
    }
}

/// The same of a label of another definition: of a subject that its cases are given.
fn of_label(reader: &Reader<'_>, other: &Outline, written: &str) -> Option<String> {
    let (subject, field) = written.split(" or_else ").next()?.trim().split_once('.')?;
    let kind = other.root.get("start")?.get("given")?.text_of(subject)?;
    let record = reader.world.host.subjects.get(kind)?;
    record.fields.contains_key(field).then_some(())?;
    match field {
        "account" => Some("账号".to_owned()),
        "id" => Some(format!("{kind} 的编号")),
        _ => None,
    }
}
