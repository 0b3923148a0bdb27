//! A form as it is read: names and values in words, files, and what differs from an earlier
//! submission.

mod pairs;

use std::collections::BTreeMap;

use engine::{
    decision::{FieldState, FileRef},
    definition::{Field, FieldKind, Fields, Form, Section, TextFormat},
    expression::Value,
    names::SectionName,
};
use serde::Serialize;

use pairs::Pairs;

use super::{
    items::{self, CATEGORY, FILE, ITEM, Items, TYPE},
    marks, words,
};
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
    /// The part that a reviewer marks for the whole: the section, or `section[2]` for a row.
    pub part: String,
    /// Whether somebody could mend it, so that marking it leads somewhere.
    pub can_mark: bool,
    /// Where it is the first row of a list: the part and the name of the list.
    pub list: Option<(String, String)>,
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
    /// The part that a reviewer marks: `section.field`; nothing where the row is marked, or where
    /// nobody can enter it.
    pub part: String,
    /// Where it comes from and how it is corrected, where nobody can enter it.
    pub note: String,
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
    /// Library items that rows refer to.
    pub items: &'a Items,
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
        let first = groups.len();
        match (section.rows.is_some(), data.get(name).unwrap_or(&Value::None)) {
            (true, Value::List(rows)) if items::is_import(section) => {
                groups.extend(import_groups(name, section, rows, before, source));
            }
            (true, Value::List(rows)) => {
                groups.extend(row_groups(name, section, rows, before, source));
            }
            (true, _) => groups.extend(row_groups(name, section, &[], before, source)),
            (false, fields) => groups.push(FactGroup {
                id: format!("s-{name}"),
                name: section.name.clone(),
                part: name.to_string(),
                can_mark: marks::has_mendable(section),
                list: None,
                facts: facts(&section.fields, name.as_str(), fields, before, source),
                is_new: false,
            }),
        }
        if let Some(group) = groups.get_mut(first).filter(|group| group.part != name.as_str()) {
            group.list = Some((name.to_string(), section.name.clone()));
        }
    }
    groups
}

/// How many values differ from the earlier submission; a file in the place of another is one change,
/// whatever else is said of it.
pub fn changes(groups: &[FactGroup]) -> usize {
    let of_group = |group: &FactGroup| {
        let mut changed = group.facts.iter().filter(|fact| fact.was.is_some());
        let is_replaced = changed.clone().any(|fact| !fact.files.is_empty());
        if group.is_new || is_replaced && group.part.ends_with(']') {
            1
        } else {
            changed.by_ref().count()
        }
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

/// All files of a reading, in order, with what they are: the field, or the row they stand in.
pub fn files(groups: &[FactGroup]) -> impl Iterator<Item = (&str, &FileRef)> {
    let facts = groups.iter().flat_map(|group| group.facts.iter().map(move |fact| (group, fact)));
    facts.flat_map(|(group, fact)| {
        let what = match group.part.ends_with(']') {
            true => group.name.split_once('：').map_or(group.name.as_str(), |(_, row)| row),
            false => fact.name.as_str(),
        };
        fact.files.iter().map(move |file| (what, file))
    })
}

fn row_groups(
    name: &SectionName,
    section: &Section,
    rows: &[Value],
    before: Option<&Value>,
    source: &Source<'_>,
) -> Vec<FactGroup> {
    let old = before.map(|before| before.as_list().unwrap_or_default());
    let pairs = Pairs::of(section, old.unwrap_or_default(), rows);
    let present = rows.iter().enumerate().map(|(index, row)| {
        let before = pairs.before(index);
        let path = format!("{name}[{index}]");
        let mut facts = facts(&section.fields, &path, row, before, source);
        let attached = attached(section, &path, row, source);
        if let Some((_, called)) = &attached {
            let files = facts.iter_mut().flat_map(|fact| &mut fact.files);
            files.for_each(|file| file.name.clone_from(called));
        }
        FactGroup {
            id: format!("s-{name}-{index}"),
            name: match attached {
                Some((kind, _)) => format!("{}：{kind}", section.name),
                None => format!("{} {}", section.name, index + 1),
            },
            part: path,
            can_mark: marks::has_mendable(section),
            list: None,
            facts,
            is_new: old.is_some() && before.is_none(),
        }
    });
    let mut groups: Vec<_> = present.collect();
    let gone = pairs.gone();
    if groups.is_empty() || gone > 0 {
        groups.push(rest(name, section, rows.len(), removed(old, gone)));
    }
    groups
}

/// How many rows there were, where some are gone.
fn removed(old: Option<&[Value]>, gone: usize) -> Option<String> {
    let before = old.map(<[Value]>::len).filter(|_| gone > 0);
    before.map(|before| format!("{before} 项，其中 {gone} 项已移除"))
}

/// What a row with a file of a type and a name of its own is: the type in words, and that name.
fn attached(
    section: &Section,
    path: &str,
    row: &Value,
    source: &Source<'_>,
) -> Option<(String, String)> {
    let kind = section.fields.get(TYPE).filter(|_| section.fields.contains_key(FILE))?;
    let called = items::text(row, "name")?.to_owned();
    Some((text(kind, &format!("{path}.{TYPE}"), inner(row, TYPE), source), called))
}

/// Rows that refer to library items: each with what it says itself and what the item says. A row is
/// new where the earlier submission did not refer to that item; order is no difference.
fn import_groups(
    name: &SectionName,
    section: &Section,
    rows: &[Value],
    before: Option<&Value>,
    source: &Source<'_>,
) -> Vec<FactGroup> {
    let old = before.map(|before| before.as_list().unwrap_or_default());
    let groups = rows.iter().enumerate().map(|(index, row)| {
        let path = format!("{name}[{index}]");
        let same = |old: &&Value| inner(old, ITEM) == inner(row, ITEM);
        let before = old.and_then(|old| old.iter().find(same));
        let own = section.fields.iter().filter(|(field, defined)| {
            !matches!(field.as_str(), ITEM | CATEGORY) && defined.computed.is_none()
        });
        let own = own.map(|(field, defined)| (field.clone(), defined.clone())).collect();
        let mut facts = facts(&own, &path, row, before, source);
        let item = items::text(row, ITEM).and_then(|id| source.items.get(id));
        let place = match section.fields.get_key_value(CATEGORY) {
            Some((field, defined)) => {
                let path = format!("{path}.{field}");
                text(defined, &path, inner(row, CATEGORY), source)
            }
            None => section.name.clone(),
        };
        let title = item.map_or("找不到这一项业绩", |item| item.title.as_str());
        facts.extend(item.into_iter().flat_map(|item| item_facts(name, index, item)));
        FactGroup {
            id: format!("s-{name}-{index}"),
            name: format!("{place}：{title}"),
            part: path,
            can_mark: marks::has_mendable(section),
            list: None,
            facts,
            is_new: old.is_some() && before.is_none(),
        }
    });
    let mut groups: Vec<_> = groups.collect();
    let is_there = |old: &&Value| rows.iter().any(|row| inner(row, ITEM) == inner(old, ITEM));
    let gone = old.map_or(0, |old| old.iter().filter(|old| !is_there(old)).count());
    if groups.is_empty() || gone > 0 {
        groups.push(rest(name, section, rows.len(), removed(old, gone)));
    }
    groups
}

/// What an item says; it is marked by its section, not field by field.
fn item_facts<'a>(
    name: &'a SectionName,
    index: usize,
    item: &'a items::Item,
) -> impl Iterator<Item = Fact> + 'a {
    let fact = move |number: usize, name_of: &str, text: String, files: Vec<FileRef>| Fact {
        id: format!("s-{name}-{index}-i{number}"),
        name: name_of.to_owned(),
        part: String::new(),
        note: String::new(),
        text,
        files,
        was: None,
    };
    let said = item.facts.iter().zip(0..);
    let said = said.map(move |((name, text), number)| fact(number, name, text.clone(), Vec::new()));
    let files =
        (!item.files.is_empty()).then(|| fact(100, "证明材料", String::new(), item.files.clone()));
    let standing = (!item.is_usable)
        .then(|| fact(101, "业绩库中的状态", item.standing.name.clone(), Vec::new()));
    said.chain(files).chain(standing)
}

/// How many rows there are, where that is all that can be said or some are gone.
fn rest(name: &SectionName, section: &Section, now: usize, was: Option<String>) -> FactGroup {
    FactGroup {
        id: format!("s-{name}-rest"),
        name: section.name.clone(),
        part: name.to_string(),
        can_mark: marks::has_mendable(section),
        list: None,
        facts: vec![Fact {
            id: format!("s-{name}-count"),
            name: "项数".to_owned(),
            part: name.to_string(),
            note: String::new(),
            text: format!("{now} 项"),
            files: Vec::new(),
            was,
        }],
        is_new: false,
    }
}

/// The fields of a section, or of one of its rows, at `path`.
fn facts(
    fields: &Fields,
    path: &str,
    row: &Value,
    before: Option<&Value>,
    source: &Source<'_>,
) -> Vec<Fact> {
    let is_row = path.ends_with(']');
    let fields = fields.iter().map(|(name, field)| (format!("{path}.{name}"), name, field));
    fields
        .filter(|(path, ..)| source.shows(path))
        .map(|(path, name, field)| {
            let now = inner(row, name.as_str());
            let was = before.map(|before| inner(before, name.as_str()));
            let is_fixed = !field.is_entered();
            Fact {
                id: format!("s-{}", path.replace(['.', '[', ']'], "-")),
                name: field.name.clone(),
                part: if is_row || is_fixed { String::new() } else { path.clone() },
                note: field.hint.clone().filter(|_| is_fixed).unwrap_or_default(),
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
        (FieldKind::Choices { .. }, Value::List(chosen)) => {
            let options = source.states.get(path).map(|state| state.options.as_slice());
            words::chosen(options.unwrap_or_default(), chosen)
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
