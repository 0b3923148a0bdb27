//! What is said to somebody beside what they do: hints, confirmations, refusals, choices, advice,
//! computed fields, buttons that come and go.

use super::{
    Secret, rows, secrets,
    ways::{Following, Way, Ways},
};
use crate::{
    definition::{
        Action, Definition, FieldKind, Fields, Options, Section,
        document::{Entry, Node},
        reading::Reader,
    },
    expression::{Expression, Template},
    names::ParticipantName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for (name, task) in &definition.tasks {
        let Some(entry) = super::super::task_entry(reader, name.as_str()) else { continue };
        let to = &task.participant;
        let mut said: Vec<Said<'_>> = Vec::new();
        if let Some((when, node)) = task.when.as_ref().zip(entry.value.get("when")) {
            said.push(Said::condition("什么时候有这个任务", node, when));
        }
        for entry in entry.value.entries_of("actions") {
            if let Some(action) = task.actions.get(entry.key.text.as_str()) {
                said.extend(of_action(entry, action));
            }
        }
        tell(reader, ways, to, &secrets(definition, to), &said);
    }
    for state in reader.outline.root.entries_of("states") {
        let Some(known) = definition.states.get(state.key.text.as_str()) else { continue };
        for (to, text) in &known.advice {
            let node = state.value.get("advice").and_then(|advice| advice.get(to.as_str()));
            if let Some(node) = node {
                let said = [Said::text("advice", node, text)];
                tell(reader, ways, to, &secrets(definition, to), &said);
            }
        }
    }
    computed(reader, definition, ways);
}

/// One thing that is said, with where it is written.
struct Said<'d> {
    what: &'static str,
    node: &'d Node,
    /// What may be seen in it.
    shown: Vec<Vec<String>>,
    /// Whatever it depends on.
    read: Vec<Vec<String>>,
}

impl<'d> Said<'d> {
    fn text(what: &'static str, node: &'d Node, text: &Template) -> Self {
        Self { what, node, shown: text.shows(), read: text.reads().to_vec() }
    }

    fn condition(what: &'static str, node: &'d Node, when: &Expression) -> Self {
        Self { what, node, shown: Vec::new(), read: when.reads().to_vec() }
    }
}

fn of_action<'d>(entry: &'d Entry, action: &Action) -> Vec<Said<'d>> {
    let node = |key: &str| entry.value.get(key);
    let mut said = Vec::new();
    let texts = [("hint", &action.hint), ("confirm", &action.confirm)];
    for (key, text) in texts {
        if let Some((text, node)) = text.as_ref().zip(node(key)) {
            said.push(Said::text(if key == "hint" { "hint" } else { "confirm" }, node, text));
        }
    }
    if let Some((when, node)) = action.when.as_ref().zip(node("when")) {
        said.push(Said::condition("什么时候有这个按钮", node, when));
    }
    for requirement in &action.require {
        let written = node("require").and_then(|it| it.get(requirement.name.as_str()));
        if let Some(node) = written.and_then(|it| it.get("say")) {
            said.push(Said::text("say", node, &requirement.say));
        }
    }
    said.extend(choices(&action.ask, node("ask")));
    said
}

fn choices<'d>(fields: &Fields, ask: Option<&'d Node>) -> Vec<Said<'d>> {
    let choice = |(name, field): (&crate::names::FieldName, &crate::definition::Field)| {
        let (FieldKind::Choice(Options::Computed(options))
        | FieldKind::Choices { options: Options::Computed(options), .. }) = &field.kind
        else {
            return None;
        };
        let node = ask?.get(name.as_str())?;
        let node = node.get("choice").unwrap_or(node);
        Some(Said { what: "选项", node, shown: options.shows(), read: options.reads().to_vec() })
    };
    fields.iter().filter_map(choice).collect()
}

fn tell(
    reader: &Reader<'_>,
    ways: &Ways<'_>,
    to: &ParticipantName,
    secrets: &[Secret<'_>],
    said: &[Said<'_>],
) {
    for Said { what, node, shown, read } in said {
        let found = secrets.iter().find_map(|secret| {
            let (following, written) = match secret {
                Secret::Apart(_) => (Following::Now, read),
                Secret::Name(..) | Secret::Section(..) => (Following::Content, shown),
            };
            Some((ways.to(written, following, &|path| secret.is_of(path))?, secret))
        });
        if let Some((way, secret)) = found {
            told(reader, node, to, what, &way, secret);
        }
    }
}

fn told(
    reader: &Reader<'_>,
    node: &Node,
    to: &ParticipantName,
    what: &str,
    way: &Way,
    secret: &Secret<'_>,
) {
    let message = format!("「{to}」从{what}看到 {}，{}", way.words(), secret.words());
    reader.report.doubt(&node.spot, message, secret.remedy());
}

/// Computed fields that show to more people what they are computed from.
fn computed(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for (name, section) in &definition.form.sections {
        for (field_name, field) in &section.fields {
            let Some(value) = &field.computed else { continue };
            let outline = reader.outline.sections.get(name.as_str());
            let fields = outline.and_then(|outline| outline.node.get("fields"));
            let node = fields.and_then(|it| it.get(field_name.as_str())?.get("computed"));
            let Some(node) = node else { continue };
            let said = Said {
                what: "算出来的字段",
                node,
                shown: value.shows(),
                read: value.reads().to_vec(),
            };
            for to in definition.participants.keys() {
                let secrets = secrets(definition, to);
                let sees =
                    |secret: &&Secret<'_>| sees(definition, to, (name.as_str(), section), secret);
                let found = secrets.iter().filter(sees).find_map(|secret| {
                    let is_secret = |path: &[String]| secret.is_of(path);
                    let way = ways.to(&said.shown, Following::Content, &is_secret);
                    Some((way?, secret))
                });
                if let Some((way, secret)) = found {
                    told(reader, node, to, said.what, &way, secret);
                    break;
                }
            }
        }
    }
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
        Secret::Section(..) => Vec::new(),
        Secret::Apart(_) => return false,
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
