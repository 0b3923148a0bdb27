//! Fields of the form that show to more people what they are made of: computed, filled in beforehand, or
//! set by a step.

use super::{
    super::sites::sites,
    Secret,
    hidden::people,
    rows,
    said::told,
    secrets,
    ways::{Following, Way, Ways, closed},
};
use crate::{
    definition::{Assigned, Definition, Edit, Field, Section, document::Node, reading::Reader},
    expression::Expression,
    names::{ParticipantName, SectionName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for (name, section) in &definition.form.sections {
        for (field_name, field) in &section.fields {
            let outline = reader.outline.sections.get(name.as_str());
            let fields = outline.and_then(|outline| outline.node.get("fields"));
            let Some(node) = fields.and_then(|it| it.get(field_name.as_str())) else { continue };
            for (what, key, value) in made(field) {
                let node = node.get(key).unwrap_or(node);
                let made = Made { what, node, value, is_lasting: true };
                tell(reader, definition, ways, (name, section), &made);
            }
        }
    }
    for site in sites(reader, definition) {
        for set in &site.step.set {
            let Assigned::Form(name, field) = &set.to else { continue };
            let Some(section) = definition.form.sections.get(name) else { continue };
            let written =
                site.entry.value.get("set").and_then(|it| it.get(&format!("form.{name}.{field}")));
            if let Some(node) = written {
                let made = Made { what: "表单", node, value: &set.value, is_lasting: false };
                tell(reader, definition, ways, (name, section), &made);
            }
        }
    }
}

/// What a field is made of, and where that is written.
struct Made<'d> {
    what: &'static str,
    node: &'d Node,
    value: &'d Expression,
    /// Whether it is so whenever the form is filled in, not only when a step is taken.
    is_lasting: bool,
}

/// What a field is made of.
fn made(field: &Field) -> impl Iterator<Item = (&'static str, &'static str, &Expression)> {
    let computed = field.computed.iter().map(|value| ("算出来的字段", "computed", value));
    let prefill = field.prefill.iter().map(|value| ("先填上的字段", "prefill", value));
    computed.chain(prefill)
}

/// Tells the first who sees the field and must not know what it shows.
fn tell(
    reader: &Reader<'_>,
    definition: &Definition,
    ways: &Ways<'_>,
    (name, section): (&SectionName, &Section),
    made: &Made<'_>,
) {
    for to in people(definition) {
        let secrets = secrets(ways, to);
        let sees = |secret: &&Secret<'_>| sees(definition, to, (name.as_str(), section), secret);
        let found = secrets
            .iter()
            .filter(sees)
            .find_map(|secret| Some((shown(definition, ways, secret, made)?, secret)));
        if let Some((way, secret)) = found {
            told(reader, made.node, to, made.what, &way, secret);
            return;
        }
    }
}

/// The way by which a value shows what is secret; of answers apart, where the form may be filled in
/// before all have answered.
fn shown(
    definition: &Definition,
    ways: &Ways<'_>,
    secret: &Secret<'_>,
    made: &Made<'_>,
) -> Option<Way> {
    let is_secret = |path: &[String]| secret.is_of(path);
    match secret {
        Secret::Apart(task) if made.is_lasting && is_filled_in(definition, task) => {
            ways.to(&made.value.reads_without(&closed(task)), Following::While(task), &is_secret)
        }
        Secret::Apart(_) => None,
        Secret::Name(..) | Secret::Section(..) | Secret::Given(_) => {
            ways.to(&made.value.shows(), Following::Content, &is_secret)
        }
    }
}

/// Whether whoever answers a task may fill in the form meanwhile.
fn is_filled_in(definition: &Definition, task: &TaskName) -> bool {
    definition.tasks.get(task).is_some_and(|task| task.edit != Edit::Nothing)
}

/// Whether a participant sees a section while something is secret to him: of rows with the condition
/// under which a name is hidden, those are meant.
fn sees(
    definition: &Definition,
    to: &ParticipantName,
    (name, section): (&str, &Section),
    secret: &Secret<'_>,
) -> bool {
    let when: Vec<&str> = match secret {
        Secret::Name(hidden) => hidden.when.iter().flatten().map(|when| when.source()).collect(),
        Secret::Section(..) | Secret::Apart(_) | Secret::Given(_) => Vec::new(),
    };
    let all: Vec<_> = definition.participants.get(to).into_iter().flat_map(rows).collect();
    let is_meant = |row: &Option<&Expression>| row.is_some_and(|row| when.contains(&row.source()));
    let has_meant = all.iter().any(|(row, _)| is_meant(row));
    let mut whos = all.iter().filter(|(row, _)| !has_meant || is_meant(row));
    section.visible_to.as_ref().is_none_or(|it| it.contains(to))
        && whos.any(|(_, who)| {
            who.sees.as_ref().is_none_or(|sees| sees.iter().any(|section| section.as_str() == name))
        })
}
