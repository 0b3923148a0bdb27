//! A page of the form that lists library items: each row with what it says of the item (最高学历,
//! 考核结果), in the order of the person. The item itself is only read (R50–R58, R62–R67, R127).

mod read;

use std::collections::BTreeMap;

use engine::{
    definition::{Field as Defined, FieldKind, Fields, Section},
    expression::Value,
    names::SectionName,
};
pub(super) use read::{read, set};
use serde::Serialize;

use super::desk::Desk;
use crate::{
    cases::{
        items::{self, CATEGORY, ITEM, Item},
        outline::Leaf,
    },
    pages::{
        Errors, Field, Upload,
        form::{self, Sources, control},
    },
    routes,
};

/// The title of an item that is not in the library.
const UNKNOWN: &str = "找不到这一项业绩";

/// The list.
#[derive(Clone, Debug, Serialize)]
pub struct EntryList {
    /// How many there are, and how many there should be.
    pub count: usize,
    /// Such as 要求 1 至 5 项.
    pub limits: String,
    /// The rows.
    pub rows: Vec<Entry>,
    /// Where items are chosen; `None` where the list cannot be changed.
    pub import: Option<String>,
    /// Where items are entered: the name of the kind and its address.
    pub library: Vec<(String, String)>,
}

/// One row.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its id in the page.
    pub id: String,
    /// Its path in the form, such as `form.education[2]`.
    pub path: String,
    /// From 1.
    pub number: usize,
    /// What the item is.
    pub title: String,
    /// More about it, in one line.
    pub about: String,
    /// What is wrong with it now.
    pub warning: String,
    /// Whether it can move up and down.
    pub moves: (bool, bool),
    /// Whether it can be taken out.
    pub can_remove: bool,
    /// Whether it came back to be mended, alone of its list.
    pub is_marked: bool,
    /// Whether marks may be set.
    pub can_mark: bool,
    /// Marks of which one row has each: name, value, words, whether it is this one.
    pub marks: Vec<(String, usize, String, bool)>,
    /// What is said of the item here.
    pub fields: Vec<Field>,
    /// What the item says.
    pub facts: Vec<(String, String)>,
    /// Its files.
    pub files: Vec<Upload>,
}

impl EntryList {
    pub(super) fn sample() -> Self {
        let entry = |number: usize, warning: &str| Entry {
            id: format!("form-education-{number}-"),
            path: format!("form.education[{}]", number - 1),
            number,
            title: "示例师范学院，本科".to_owned(),
            about: "数学与应用数学，学士".to_owned(),
            warning: warning.to_owned(),
            moves: (number > 1, number < 2),
            can_remove: true,
            is_marked: number == 2,
            can_mark: true,
            marks: vec![(
                "form.education.one.highest".to_owned(),
                number - 1,
                "最高学历".to_owned(),
                number == 1,
            )],
            fields: Vec::new(),
            facts: vec![("证书编号".to_owned(), "999901200705000001".to_owned())],
            files: Vec::new(),
        };
        Self {
            count: 2,
            limits: "要求 1 至 5 项".to_owned(),
            rows: vec![entry(1, ""), entry(2, "业绩库里已作废")],
            import: Some("/declarations/d-1/s/education/import".to_owned()),
            library: vec![("教育经历".to_owned(), "/library/education".to_owned())],
        }
    }
}

/// The list of a page.
pub(super) fn list(desk: &Desk, leaf: &Leaf, sources: &Sources<'_>) -> EntryList {
    let Some((name, section)) = section_of(desk, leaf) else {
        return EntryList {
            count: 0,
            limits: String::new(),
            rows: Vec::new(),
            import: None,
            library: Vec::new(),
        };
    };
    let rows = items::rows(&desk.seen.view.case.form, name.as_str());
    let own: Vec<usize> = (0..rows.len()).filter(|row| is_of(leaf, &rows[*row])).collect();
    let may_change = (sources.may_edit)(&format!("form.{name}"));
    let may_add = (sources.may_edit)(&format!("form.{name}[+]"));
    let entry = |(place, row): (usize, &usize)| {
        let moves = (may_change && place > 0, may_change && place + 1 < own.len());
        Entry::of(desk, (name, section), (place, *row), &rows[*row], moves, sources)
    };
    let case = &desk.seen.view.case.id;
    EntryList {
        count: own.len(),
        limits: limits(leaf),
        rows: own.iter().enumerate().map(entry).collect(),
        import: may_add.then(|| routes::declaration_import(case, &leaf.key)),
        library: library(desk, leaf, name),
    }
}

fn limits(leaf: &Leaf) -> String {
    match &leaf.category {
        Some(category) if category.min > 0 => {
            format!("要求 {} 至 {} 项", category.min, category.max)
        }
        // A check asks for what the plan itself does not count.
        Some(category) => match leaf.problems.first() {
            Some((_, say)) => format!("最多 {} 项；{say}", category.max),
            None => format!("选填，最多 {} 项", category.max),
        },
        None => String::new(),
    }
}

/// Where items of a page are entered.
pub(super) fn library(desk: &Desk, leaf: &Leaf, section: &SectionName) -> Vec<(String, String)> {
    let kinds = match &leaf.category {
        Some(category) => category.kinds.clone(),
        None => vec![section.to_string()],
    };
    let named = kinds.into_iter().filter_map(|kind| {
        let name = desk.kinds.get(&kind)?.clone();
        Some((name, routes::library(&kind)))
    });
    named.collect()
}

/// The section of a list and its name.
pub(super) fn section_of<'a>(
    desk: &'a Desk,
    leaf: &'a Leaf,
) -> Option<(&'a SectionName, &'a Section)> {
    let name = leaf.sections.first()?;
    Some((name, desk.seen.definition().form.sections.get(name)?))
}

/// Whether a row of the list stands on this page.
pub(super) fn is_of(leaf: &Leaf, row: &Value) -> bool {
    let category = leaf.category.as_ref().map(|category| category.id.as_str());
    category.is_none_or(|category| items::text(row, CATEGORY) == Some(category))
}

/// What is said of an item: neither which one it is nor what is computed.
fn notes(section: &Section) -> impl Iterator<Item = (&engine::names::FieldName, &Defined)> {
    section
        .fields
        .iter()
        .filter(|(name, field)| !matches!(name.as_str(), ITEM | CATEGORY) && field.is_entered())
}

/// A yes or no over the rows of a list marks one of them.
fn is_mark(field: &Defined) -> bool {
    matches!(field.kind, FieldKind::YesNo)
}

impl Entry {
    fn of(
        desk: &Desk,
        (name, section): (&SectionName, &Section),
        (place, row): (usize, usize),
        content: &Value,
        moves: (bool, bool),
        sources: &Sources<'_>,
    ) -> Self {
        let path = format!("form.{name}[{row}]");
        let may_edit = sources.may_edit;
        let item = items::text(content, ITEM).and_then(|id| desk.seen.items.get(id));
        let marks = notes(section).filter(|(_, field)| is_mark(field)).map(|(field, defined)| {
            let one = format!("form.{name}.one.{field}");
            let is_chosen = match sources.posted.filter(|posted| posted.has(&one)) {
                Some(posted) => posted.text(&one) == Some(row.to_string().as_str()),
                None => content.get(field.as_str()) == Some(&Value::Bool(true)),
            };
            (one, row, defined.name.clone(), is_chosen)
        });
        let said: Fields = notes(section)
            .filter(|(_, field)| !is_mark(field))
            .map(|(field, defined)| (field.clone(), defined.clone()))
            .collect();
        let files = item.map(|item| item.files.as_slice()).unwrap_or_default();
        let mut fields = form::fields(&said, &path, content, sources);
        for field in &mut fields {
            // The same question stands at every row.
            field.label = format!("{}（第 {} 项）", field.label, place + 1);
        }
        Self {
            id: form::id_of(&path),
            number: place + 1,
            title: item.map_or(UNKNOWN, |item| item.title.as_str()).to_owned(),
            about: item.map(|item| item.about.clone()).unwrap_or_default(),
            warning: warning(item),
            moves,
            can_remove: may_edit(&path),
            is_marked: may_edit(&path) && !may_edit(&format!("form.{name}")),
            can_mark: section.fields.keys().any(|field| may_edit(&format!("form.{name}.{field}"))),
            marks: marks.collect(),
            fields,
            facts: item.map(|item| item.facts.clone()).unwrap_or_default(),
            files: files.iter().map(|file| control::upload(file, None)).collect(),
            path,
        }
    }
}

fn warning(item: Option<&Item>) -> String {
    match item {
        None => "业绩库里没有这一项，请移除".to_owned(),
        Some(item) if item.is_usable => String::new(),
        Some(item) => {
            format!(
                "业绩库里这一项现在是「{}」，不能用于申报，请移除后重新引用",
                item.standing.name
            )
        }
    }
}

/// Errors of a page that has none of its own.
pub(super) fn said(say: &str) -> Errors {
    let mut errors = Errors::none();
    errors.say(say);
    errors
}

/// Of a list of one, that one has the mark that one row has: a single education is the highest.
pub(super) fn mark_the_only(section: &Section, rows: &mut [Value]) {
    let [row] = rows else { return };
    for (field, _) in notes(section).filter(|(_, field)| is_mark(field)) {
        set(row, field.as_str(), Some(Value::Bool(true)));
    }
}

/// A row that refers to an item.
pub(super) fn row(item: &str, leaf: &Leaf) -> Value {
    let mut fields = BTreeMap::from([(ITEM.to_owned(), Value::Text(item.to_owned()))]);
    if let Some(category) = &leaf.category {
        fields.insert(CATEGORY.to_owned(), Value::Text(category.id.clone()));
    }
    Value::Map(fields)
}

#[cfg(test)]
#[test]
fn a_single_education_is_the_highest() {
    let definition = crate::cases::samples::definition("declaration");
    let section = &definition.form.sections["education"];
    let row = || Value::Map([(ITEM.to_owned(), Value::Text("a".to_owned()))].into());
    let mut one = [row()];
    mark_the_only(section, &mut one);
    assert_eq!(one[0].get("highest"), Some(&Value::Bool(true)));
    let mut two = [row(), row()];
    mark_the_only(section, &mut two);
    assert_eq!(two, [row(), row()]);
}
