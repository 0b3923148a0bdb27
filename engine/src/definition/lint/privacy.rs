//! Sections that only some may see, and what tells others of them: letters, labels, documents.

use super::read_through_values;
use crate::{
    definition::{
        Definition, EffectKind, Part, PartKind, Section, Table, TableRows, WhoKind,
        document::Entry, mention::paths, reading::Reader,
    },
    expression::Template,
    names::ParticipantName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    names(reader, definition);
    if definition.form.sections.values().all(|section| section.visible_to.is_none()) {
        return;
    }
    labels(reader, definition);
    letters(reader, definition);
    documents(reader, definition);
}

/// Letters to those from whom the name of a participant is hidden.
fn names(reader: &Reader<'_>, definition: &Definition) {
    let sent = definition.steps().flat_map(|step| &step.effects);
    let mut told: Vec<(&str, &str)> = Vec::new();
    for effect in sent {
        let EffectKind::Notify { who: to, letter } = &effect.kind else { continue };
        let Some(text) = definition.letters.get(letter) else { continue };
        for (hidden, participant) in &definition.participants {
            let from = participant.whos().filter(|who| who.unnamed_to.contains(to));
            let accounts = from.filter_map(|who| {
                let WhoKind::Account(account) = &who.kind else { return None };
                paths(account.source()).into_iter().next()
            });
            // `person.account` is somebody, and so is whatever else the person is told by.
            let roots: Vec<String> = accounts.filter_map(|path| path.into_iter().next()).collect();
            let tells = |path: &[String]| {
                let is_of = |path: &[String]| match path {
                    [root, field, ..] => roots.contains(root) && field != "id",
                    _ => false,
                };
                let label = path.first().and_then(|root| definition.labels.get(root.as_str()));
                is_of(path)
                    || label.is_some_and(|label| paths(label.source()).iter().any(|it| is_of(it)))
            };
            let Some(path) = paths(text).into_iter().find(|path| tells(path)) else { continue };
            if told.contains(&(letter.as_str(), to.as_str())) {
                continue;
            }
            told.push((letter.as_str(), to.as_str()));
            let said = path.join(".");
            let message = format!(
                "流程 {} 把信件「{letter}」发给「{to}」，信里写了 {said}，而「{hidden}」对他隐名",
                definition.key
            );
            let place = super::letters::place(letter.as_str(), text, text.find(&said));
            reader.report.warn_at(place, message, "从信里去掉它，或另写一封信");
        }
    }
}

/// A section that is hidden from somebody, among what is read.
fn hidden<'d>(
    definition: &'d Definition,
    read: &[Vec<String>],
    from: &dyn Fn(&[ParticipantName]) -> bool,
) -> Option<(&'d str, &'d Section)> {
    read.iter().find_map(|path| match &path[..] {
        [form, section, ..] if form == "form" => {
            let (name, section) = definition.form.sections.get_key_value(section.as_str())?;
            let visible_to = section.visible_to.as_ref()?;
            from(visible_to).then_some((name.as_str(), section))
        }
        _ => None,
    })
}

fn who(section: &Section) -> String {
    let visible_to = section.visible_to.iter().flatten();
    visible_to.map(ParticipantName::as_str).collect::<Vec<_>>().join("、")
}

/// Labels are seen by everybody who sees the case, and by other cases.
fn labels(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, value } in reader.outline.root.entries_of("labels") {
        let read = read_through_values(definition, value.text().unwrap_or_default());
        if let Some((name, section)) = hidden(definition, &read, &|_| true) {
            let message = format!(
                "标签「{}」写了栏目「{name}」的内容：栏目只给 {} 看，标签看得到这个案的人都看得到",
                key.text,
                who(section)
            );
            reader.report.warn(&value.spot, message, "换一个不保密的值，或去掉栏目的 visible_to");
        }
    }
}

fn letters(reader: &Reader<'_>, definition: &Definition) {
    let sent = definition.steps().flat_map(|step| &step.effects);
    let mut told: Vec<(&str, &str)> = Vec::new();
    for effect in sent {
        let EffectKind::Notify { who: to, letter } = &effect.kind else { continue };
        let Some(text) = definition.letters.get(letter) else { continue };
        let is_hidden = |visible_to: &[ParticipantName]| !visible_to.contains(to);
        let Some((name, section)) = hidden(definition, &paths(text), &is_hidden) else { continue };
        if told.contains(&(letter.as_str(), to.as_str())) {
            continue;
        }
        told.push((letter.as_str(), to.as_str()));
        let message = format!(
            "流程 {} 把信件「{letter}」发给「{to}」，信里写了栏目「{name}」的内容，它只给 {} 看",
            definition.key,
            who(section)
        );
        let words = format!("form.{name}");
        let place = super::letters::place(letter.as_str(), text, text.find(&words));
        reader.report.warn_at(place, message, "从信里去掉它，或另写一封信");
    }
}

/// A document is read by those it is for.
fn documents(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, .. } in reader.outline.root.entries_of("documents") {
        let Some(document) = definition.documents.get(key.text.as_str()) else { continue };
        let read: Vec<Vec<String>> =
            document.sheet.iter().flat_map(reads_of).flatten().cloned().collect();
        let is_hidden = |visible_to: &[ParticipantName]| {
            let readers = document.readers.as_ref();
            readers.is_none_or(|readers| readers.iter().any(|it| !visible_to.contains(it)))
        };
        if let Some((name, section)) = hidden(definition, &read, &is_hidden) {
            let message = format!(
                "文书「{}」印了栏目「{name}」的内容：栏目只给 {} 看，文书别人也看得到",
                key.text,
                who(section)
            );
            reader.report.warn(&key.spot, message, "用 for 写明谁可以看，或不印它");
        }
    }
}

fn reads_of(part: &Part) -> Vec<&[Vec<String>]> {
    match &part.kind {
        PartKind::Title(text)
        | PartKind::Heading(text)
        | PartKind::Text(text)
        | PartKind::Signed(text) => vec![text.reads()],
        PartKind::Table(Table { head, rows, .. }) => {
            let heads = head.iter().map(Template::reads);
            let cells: Vec<&[Vec<String>]> = match rows {
                TableRows::Fixed(rows) => rows.iter().flatten().map(Template::reads).collect(),
                TableRows::Each { list, cells } => {
                    std::iter::once(list.reads()).chain(cells.iter().map(Template::reads)).collect()
                }
            };
            heads.chain(cells).collect()
        }
        PartKind::Code => Vec::new(),
    }
}
