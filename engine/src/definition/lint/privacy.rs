//! What somebody must not know, and what tells it to them: names that are hidden, sections that only
//! some may see, answers that are apart, and letters, labels, documents and words beside a button.

mod elsewhere;
mod fields;
mod given;
mod hidden;
mod said;
mod untold;
mod ways;
mod written;

use given::Given;
use hidden::{Hidden, people, whence};
pub(super) use ways::waits;
use ways::{Following, Way, Ways, closed, is_early, is_of};
use written::says;

use super::{read_through_values, sites::sites};
use crate::{
    definition::{
        Definition, Document, EffectKind, Part, PartKind, Participant, Section, Table, TableRows,
        Who, document::Entry, reading::Reader,
    },
    expression::{Expression, Template},
    names::{ParticipantName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let ways = Ways::of(reader, definition).given(given::given(reader.world, definition));
    letters(reader, definition, &ways);
    early_letters(reader, definition, &ways);
    said::lint(reader, definition, &ways);
    elsewhere::lint(reader, definition, &ways);
    fields::lint(reader, definition, &ways);
    untold::lint(reader, definition, &ways);
    blind_documents(reader, definition, &ways);
    apart_labels(reader, definition, &ways);
    if definition.form.sections.values().all(|section| section.visible_to.is_none()) {
        return;
    }
    labels(reader, definition, &ways);
    documents(reader, definition);
}

/// What a participant must not know.
enum Secret<'d> {
    /// Who somebody is.
    Name(Hidden<'d>),
    /// What stands in a section.
    Section(&'d str, &'d Section),
    /// What others have answered in a task, as long as it is their turn.
    Apart(&'d TaskName),
    /// What the case was given of a section of the one that started it.
    Given(&'d Given<'d>),
}

impl Secret<'_> {
    /// Whether a path tells it.
    fn is_of(&self, path: &[String]) -> bool {
        match self {
            // `person.account` is somebody, and so is whatever else the person is told by.
            Self::Name(hidden) => hidden.is_of(path),
            Self::Section(name, _) => path.len() > 1 && path[0] == "form" && path[1] == *name,
            Self::Apart(task) => match path {
                [root, field, ..] => {
                    let known = ["all", "given", "open", "closed", "times", "done"];
                    root == task.as_str() && !known.contains(&field.as_str())
                }
                _ => false,
            },
            Self::Given(given) => matches!(path, [var] if var == given.var.as_str()),
        }
    }

    /// Whether what is read shows that it was thought of.
    fn is_minded(&self, definition: &Definition, read: &[Vec<String>]) -> bool {
        match self {
            Self::Name(hidden) => hidden.is_minded(definition, read),
            Self::Section(..) | Self::Apart(_) | Self::Given(_) => false,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Name(hidden) => format!("而「{}」对他隐名", hidden.participant),
            Self::Section(name, section) => format!("栏目「{name}」只给 {} 看", who(section)),
            Self::Apart(task) => format!("而「{task}」是背对背的（apart）：别人的答复他还不能知道"),
            Self::Given(given) => given.words.clone(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Name(..) => "去掉它，或写不认得出是谁的内容",
            Self::Section(..) => "去掉它，或让他看得到这个栏目",
            Self::Given(_) => "去掉它，或让他在那边也看得到",
            Self::Apart(_) => "去掉它，或只读 .all、.given、.done",
        }
    }
}

/// What a participant must not know.
fn secrets<'d>(ways: &'d Ways<'_>, to: &ParticipantName) -> Vec<Secret<'d>> {
    let definition = ways.definition();
    let names = definition.participants.iter().filter_map(|(name, participant)| {
        Hidden::of(definition, (name, participant), to).map(Secret::Name)
    });
    let sections = definition.form.sections.iter().filter_map(|(name, section)| {
        let hidden = section.visible_to.as_ref().is_some_and(|it| !it.contains(to));
        hidden.then_some(Secret::Section(name.as_str(), section))
    });
    let apart = definition.tasks.iter().filter(|(_, task)| task.apart && task.participant == *to);
    let apart = apart.map(|(name, _)| Secret::Apart(name));
    names.chain(sections).chain(apart).chain(ways.given_to_hide(to).map(Secret::Given)).collect()
}

/// The ways in which a participant is found, each with its condition.
fn rows(participant: &Participant) -> impl Iterator<Item = (Option<&Expression>, &Who)> {
    let (one, rows) = match participant {
        Participant::One(who) => (Some((None, who)), None),
        Participant::Rows(rows) => {
            (None, Some(rows.values().map(|(when, who)| (when.as_ref(), who))))
        }
    };
    one.into_iter().chain(rows.into_iter().flatten())
}

/// Letters to those who must not know what they say.
fn letters(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    let sent = definition.steps().flat_map(|step| &step.effects).filter_map(|effect| {
        let EffectKind::Notify { who, letter } = &effect.kind else { return None };
        Some((who, letter))
    });
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (to, letter) in sent.chain(elsewhere::reminded(definition)) {
        let Some(text) = definition.letters.get(letter) else { continue };
        let said = says(text);
        let whence = whence(definition, to).map(Secret::Name);
        for secret in secrets(ways, to).into_iter().chain(whence) {
            // What was answered apart is told in letters once the task is closed.
            if matches!(secret, Secret::Apart(_)) || told.contains(&(letter.as_str(), to.as_str()))
            {
                continue;
            }
            if secret.is_minded(definition, &said) {
                continue;
            }
            let is_secret = |path: &[String]| secret.is_of(path);
            let Some(way) = ways.to(&said, Following::Content, &is_secret) else {
                continue;
            };
            told.push((letter.as_str(), to.as_str()));
            let Way { said, .. } = &way;
            let message = format!(
                "流程 {} 把信件「{letter}」发给「{to}」，信里写了 {}，{}",
                definition.key,
                way.words(),
                secret.words()
            );
            // A row of a loop is written by another name than its list.
            let at = text.find(&said.join(".")).or_else(|| text.find(said[0].as_str()));
            let place = super::letters::place(letter.as_str(), text, at);
            reader.report.doubt_at(place, message, "从信里去掉它，或另写一封信");
        }
    }
}

/// Letters that tell those who have still to answer what others have answered.
fn early_letters(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for (task, known) in definition.tasks.iter().filter(|(_, task)| task.apart) {
        let secret = Secret::Apart(task);
        for site in sites(reader, definition) {
            if !is_early(definition, &site, task) {
                continue;
            }
            let written = site.entry.value.get("notify");
            let to = written.and_then(|it| it.entry(known.participant.as_str()));
            let Some(entry) = to else { continue };
            let text = entry.value.text().and_then(|letter| reader.world.letters.get(letter));
            let is_secret =
                |path: &[String]| secret.is_of(path) || path[0] == "asked" && is_of(&site, known);
            let said = text.map(|text| says(text)).unwrap_or_default();
            if let Some(way) = ways.to(&said, Following::While(task), &is_secret) {
                let message = format!(
                    "没有答完就给「{}」的信里写了 {}，{}",
                    known.participant,
                    way.words(),
                    secret.words()
                );
                let remedy = format!("等 {task}.closed 再发，或从信里去掉它");
                reader.report.doubt(&entry.value.spot, message, remedy);
            }
        }
    }
}

/// Documents for those who must not know whose it is: they may not open it, and it names whom. One that
/// says for whom it is not is for all who see the case.
fn blind_documents(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for entry in reader.outline.root.entries_of("documents") {
        let Some(document) = definition.documents.get(entry.key.text.as_str()) else { continue };
        let said = printed(document);
        let asked = document.sheet.iter().filter_map(|part| part.when.as_ref());
        let asked: Vec<_> = asked.flat_map(Expression::reads).chain(&said).cloned().collect();
        let all = || people(definition).filter(|to| !hidden::is_blind(definition, to)).collect();
        let readers: Vec<&ParticipantName> =
            document.readers.as_ref().map_or_else(all, |readers| readers.iter().collect());
        for to in readers {
            let found = secrets(ways, to).into_iter().find_map(|secret| {
                let is_name = matches!(secret, Secret::Name(..) | Secret::Given(_));
                let is_secret = |path: &[String]| secret.is_of(path);
                let way = ways.to(&said, Following::Content, &is_secret);
                let is_told = is_name && !secret.is_minded(definition, &asked);
                Some((way.filter(|_| is_told)?, secret))
            });
            if let Some((way, secret)) = found {
                let (whom, remedy) = match document.readers {
                    Some(_) => ("写了 for 给", "从 for 里去掉他，或不印它"),
                    None => ("没有写 for，看得到案的都看得到：给", "用 for 写明谁可以看，或不印它"),
                };
                let message = format!(
                    "文书「{}」{whom}「{to}」，印了 {}，{}",
                    entry.key.text,
                    way.words(),
                    secret.words()
                );
                reader.report.doubt(&entry.key.spot, message, remedy);
                break;
            }
        }
    }
}

/// Labels are seen by those too who have still to answer.
fn apart_labels(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for entry in reader.outline.root.entries_of("labels") {
        let Some(label) = definition.labels.get(entry.key.text.as_str()) else { continue };
        let apart = definition.tasks.iter().filter(|(_, task)| task.apart);
        for secret in apart.map(|(name, _)| Secret::Apart(name)) {
            let is_secret = |path: &[String]| secret.is_of(path);
            let Secret::Apart(task) = &secret else { continue };
            let read = label.reads_without(&closed(task));
            let way = ways.to(&read, Following::While(task), &is_secret);
            if let Some(way) = way {
                let message = format!(
                    "标签「{}」看得到案的人都看得到，读了 {}，{}",
                    entry.key.text,
                    way.words(),
                    secret.words()
                );
                let remedy = format!("等都答了才写：放进变量，在写了 {task}.closed 的规则里 set");
                reader.report.doubt(&entry.value.spot, message, remedy);
            }
        }
    }
}

/// A section that is hidden from somebody, among what is read.
fn hidden_section<'d>(
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
fn labels(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for Entry { key, value } in reader.outline.root.entries_of("labels") {
        let mut read = read_through_values(definition, value.text().unwrap_or_default());
        let shown = definition.labels.get(key.text.as_str()).map(Expression::shows);
        let is_kept =
            |path: &[String]| hidden_section(definition, &[path.to_vec()], &|_| true).is_some();
        let way = ways.to(&shown.unwrap_or_default(), Following::Content, &is_kept);
        // Of a number it is told where the number is written.
        read.extend(way.filter(|way| way.said[0] != "numbers").map(|way| way.source));
        if let Some((name, section)) = hidden_section(definition, &read, &|_| true) {
            let message = format!(
                "标签「{}」写了栏目「{name}」的内容：栏目只给 {} 看，标签看得到这个案的人都看得到",
                key.text,
                who(section)
            );
            reader.report.warn(&value.spot, message, "换一个不保密的值，或去掉栏目的 visible_to");
        }
    }
}

/// A document is read by those it is for.
fn documents(reader: &Reader<'_>, definition: &Definition) {
    for Entry { key, .. } in reader.outline.root.entries_of("documents") {
        let Some(document) = definition.documents.get(key.text.as_str()) else { continue };
        let read = printed(document);
        let is_hidden = |visible_to: &[ParticipantName]| {
            let readers = document.readers.as_ref();
            readers.is_none_or(|readers| readers.iter().any(|it| !visible_to.contains(it)))
        };
        if let Some((name, section)) = hidden_section(definition, &read, &is_hidden) {
            let message = format!(
                "文书「{}」印了栏目「{name}」的内容：栏目只给 {} 看，文书别人也看得到",
                key.text,
                who(section)
            );
            reader.report.warn(&key.spot, message, "用 for 写明谁可以看，或不印它");
        }
    }
}

/// What is read for a document: its sheet, its foot, and what it is verified by, which is asked with
/// the paper in hand.
fn printed(document: &Document) -> Vec<Vec<String>> {
    let verified = document.verify.iter();
    let verified = verified.flat_map(|it| it.shows.values().chain([&it.invalid]));
    let below = document.foot.iter().chain(verified).flat_map(|text| text.reads().to_vec());
    document.sheet.iter().flat_map(reads_of).chain(below).collect()
}

fn reads_of(part: &Part) -> Vec<Vec<String>> {
    match &part.kind {
        PartKind::Title(text)
        | PartKind::Heading(text)
        | PartKind::Text(text)
        | PartKind::Signed(text) => text.reads().to_vec(),
        PartKind::Table(Table { head, rows, .. }) => {
            let heads = head.iter().flat_map(Template::reads).cloned();
            let cells: Vec<Vec<String>> = match rows {
                TableRows::Fixed(rows) => {
                    rows.iter().flatten().flat_map(Template::reads).cloned().collect()
                }
                TableRows::Each { list, cells } => {
                    let cells = cells.iter().flat_map(Template::reads);
                    list.reads()
                        .iter()
                        .cloned()
                        .chain(cells.flat_map(|it| of_row(list, it)))
                        .collect()
                }
            };
            heads.chain(cells).collect()
        }
        PartKind::Code => Vec::new(),
    }
}

/// What a cell reads: of its row, as fields of the list.
fn of_row(list: &Expression, path: &[String]) -> Vec<Vec<String>> {
    match path {
        [it, field @ ..] if it == "it" => {
            list.shows().into_iter().map(|shown| [&shown[..], field].concat()).collect()
        }
        _ => vec![path.to_vec()],
    }
}
