//! A form as it is read: names and values in words, files, and what differs from an earlier
//! submission.

use std::collections::BTreeMap;

use engine::{
    decision::{FieldState, FileRef},
    definition::{Field, FieldKind, Fields, Form, Section, TextFormat},
    expression::Value,
    names::SectionName,
};
use serde::Serialize;

use super::words;
use crate::records::id_number::{mask_id_number, mask_mobile};

/// Form data: a map of fields, or a list of rows, per section.
pub type FormData = BTreeMap<SectionName, Value>;

/// A section, or one row of a section of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactGroup {
    /// Its id on the page.
    pub id: String,
    /// What people see.
    pub name: String,
    /// The part that a reviewer marks for the whole: the section.
    pub part: String,
    /// Its fields.
    pub facts: Vec<Fact>,
    /// Whether an earlier submission did not have it.
    pub is_new: bool,
}

/// One field with its value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// Its id on the page.
    pub id: String,
    /// What people see.
    pub name: String,
    /// The part that a reviewer marks: `section.field`.
    pub part: String,
    /// The value in words; 未填 if there is none.
    pub text: String,
    /// Its files, where it is a file field.
    #[serde(skip)]
    pub files: Vec<FileRef>,
    /// What an earlier submission said, where that differs.
    pub was: Option<String>,
}

/// What a reading is made from.
pub struct Source<'a> {
    /// How each field stands now, as the engine says.
    pub states: &'a BTreeMap<String, FieldState>,
    /// Names of things of the host, by kind and id.
    pub names: &'a dyn Fn(&str, &str) -> Option<String>,
    /// Whether the reader sees a section.
    pub sees: &'a dyn Fn(&SectionName) -> bool,
    /// An earlier submission to compare with.
    pub before: Option<&'a FormData>,
    /// Whether numbers of identity cards and mobiles are masked.
    pub is_masked: bool,
}

/// The sections that show, read.
pub fn read(form: &Form, data: &FormData, source: &Source<'_>) -> Vec<FactGroup> {
    let mut groups = Vec::new();
    for (name, section) in &form.sections {
        if !source.shows(name.as_str()) || !(source.sees)(name) {
            continue;
        }
        let before = source.before.map(|before| before.get(name).unwrap_or(&Value::None));
        match (section.rows.is_some(), data.get(name).unwrap_or(&Value::None)) {
            (true, Value::List(rows)) => {
                groups.extend(row_groups(name, section, rows, before, source));
            }
            (true, _) => groups.extend(row_groups(name, section, &[], before, source)),
            (false, fields) => groups.push(FactGroup {
                id: format!("s-{name}"),
                name: section.name.clone(),
                part: name.to_string(),
                facts: facts(&section.fields, name.as_str(), fields, before, source),
                is_new: false,
            }),
        }
    }
    groups
}

/// How many values differ from the earlier submission.
pub fn changes(groups: &[FactGroup]) -> usize {
    let of_group = |group: &FactGroup| {
        let fields = group.facts.iter().filter(|fact| fact.was.is_some()).count();
        if group.is_new { 1 } else { fields }
    };
    groups.iter().map(of_group).sum()
}

/// The id of the first change, the target of a link.
pub fn first_change(groups: &[FactGroup]) -> Option<String> {
    groups.iter().find_map(|group| match group.is_new {
        true => Some(group.id.clone()),
        false => group.facts.iter().find(|fact| fact.was.is_some()).map(|fact| fact.id.clone()),
    })
}

/// All files of a reading, in order, with the field they stand in.
pub fn files(groups: &[FactGroup]) -> impl Iterator<Item = (&Fact, &FileRef)> {
    let facts = groups.iter().flat_map(|group| &group.facts);
    facts.flat_map(|fact| fact.files.iter().map(move |file| (fact, file)))
}

fn row_groups(
    name: &SectionName,
    section: &Section,
    rows: &[Value],
    before: Option<&Value>,
    source: &Source<'_>,
) -> Vec<FactGroup> {
    let old = match before {
        Some(Value::List(rows)) => Some(rows.as_slice()),
        Some(_) => Some(&[][..]),
        None => None,
    };
    let present = rows.iter().enumerate().map(|(index, row)| {
        let before = old.and_then(|old| old.get(index));
        FactGroup {
            id: format!("s-{name}-{index}"),
            name: format!("{} {}", section.name, index + 1),
            part: name.to_string(),
            facts: facts(&section.fields, &format!("{name}[{index}]"), row, before, source),
            is_new: old.is_some() && before.is_none(),
        }
    });
    let mut groups: Vec<_> = present.collect();
    let gone = old.map_or(0, |old| old.len().saturating_sub(rows.len()));
    if groups.is_empty() || gone > 0 {
        groups.push(FactGroup {
            id: format!("s-{name}-rest"),
            name: section.name.clone(),
            part: name.to_string(),
            facts: vec![Fact {
                id: format!("s-{name}-count"),
                name: "项数".to_owned(),
                part: name.to_string(),
                text: format!("{} 项", rows.len()),
                files: Vec::new(),
                was: (gone > 0).then(|| format!("{} 项", rows.len() + gone)),
            }],
            is_new: false,
        });
    }
    groups
}

/// The fields of a section, or of one of its rows, at `path`.
fn facts(
    fields: &Fields,
    path: &str,
    row: &Value,
    before: Option<&Value>,
    source: &Source<'_>,
) -> Vec<Fact> {
    let section = path.split('[').next().unwrap_or(path);
    let fields = fields.iter().map(|(name, field)| (format!("{path}.{name}"), name, field));
    fields
        .filter(|(path, ..)| source.shows(path))
        .map(|(path, name, field)| {
            let now = inner(row, name.as_str());
            let was = before.map(|before| inner(before, name.as_str()));
            Fact {
                id: format!("s-{}", path.replace(['.', '[', ']'], "-")),
                name: field.name.clone(),
                part: format!("{section}.{name}"),
                text: text(field, &path, now, source),
                files: files_of(now),
                was: was.filter(|was| *was != now).map(|was| text(field, &path, was, source)),
            }
        })
        .collect()
}

impl Source<'_> {
    fn shows(&self, path: &str) -> bool {
        self.states.get(path).is_none_or(|state| state.visible)
    }
}

fn inner<'a>(row: &'a Value, name: &str) -> &'a Value {
    if let Value::Map(fields) = row {
        fields.get(name).unwrap_or(&Value::None)
    } else {
        &Value::None
    }
}

fn files_of(value: &Value) -> Vec<FileRef> {
    if let Value::List(files) = value {
        files.iter().filter_map(words::file).collect()
    } else {
        Vec::new()
    }
}

/// The value of the field at `path` in words; 未填 if there is none.
fn text(field: &Field, path: &str, value: &Value, source: &Source<'_>) -> String {
    let text = match (&field.kind, value) {
        (FieldKind::Text { format: Some(TextFormat::IdNumber), .. }, Value::Text(number))
            if source.is_masked =>
        {
            mask_id_number(number)
        }
        (FieldKind::Text { format: Some(TextFormat::Mobile), .. }, Value::Text(number))
            if source.is_masked =>
        {
            mask_mobile(number)
        }
        (FieldKind::Rows { fields, .. }, Value::List(rows)) => {
            let rows = rows.iter().map(|row| row_text(fields, path, row, source));
            rows.collect::<Vec<_>>().join("；")
        }
        (kind @ FieldKind::Choice(_), Value::Text(chosen)) => {
            let options = source.states.get(path).map(|state| state.options.as_slice());
            let named = options.unwrap_or_default().iter().find(|(value, _)| value == chosen);
            named.map_or_else(|| words::value(kind, value, source.names), |(_, name)| name.clone())
        }
        (kind, value) => words::value(kind, value, source.names),
    };
    if text.is_empty() { words::EMPTY.to_owned() } else { text }
}

fn row_text(fields: &Fields, path: &str, row: &Value, source: &Source<'_>) -> String {
    let parts = fields.iter().map(|(name, field)| {
        let text = text(field, &format!("{path}.{name}"), inner(row, name.as_str()), source);
        format!("{}：{text}", field.name)
    });
    parts.collect::<Vec<_>>().join("，")
}

/// What people call a part of a form: `学历教育` or `学历教育，证书编号`.
pub fn part_name(form: &Form, part: &str) -> String {
    let (section, field) = part.split_once('.').map_or((part, None), |(s, f)| (s, Some(f)));
    let Some(section) = form.sections.get(section) else { return part.to_owned() };
    match field.map(|field| section.fields.get(field)) {
        None => section.name.clone(),
        Some(Some(field)) => format!("{}，{}", section.name, field.name),
        Some(None) => part.to_owned(),
    }
}
