//! The types of attachments as the workflow lists them, what is printed for one, where it stands on
//! the page, and where another file has a place.

use engine::{definition::FileKind, expression::Value, names::SectionName};

use super::{super::entries::section_of, Desk, TYPES};
use crate::{
    cases::{
        items::{self, FILE, TYPE},
        outline::Leaf,
    },
    routes,
};

/// A type as the workflow lists it.
pub(super) struct Asked<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) kinds: Vec<FileKind>,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) is_asked: bool,
    /// The document of the case that is printed, signed and sent back as this file.
    pub(super) blank: Option<&'a str>,
}

/// The types of a declaration.
pub(super) fn types(desk: &Desk) -> Vec<Asked<'_>> {
    let number = |row: &Value, name: &str| {
        let number = row.get(name).and_then(Value::as_integer);
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    };
    let kind = |value: &Value| match value.as_text() {
        Some("image") => Some(FileKind::Image),
        Some("pdf") => Some(FileKind::Pdf),
        Some(_) | None => None,
    };
    let asked = |row| {
        let kinds = Value::get(row, "kinds").and_then(Value::as_list).unwrap_or_default();
        Some(Asked {
            id: items::text(row, "id")?,
            name: items::text(row, "name")?,
            kinds: kinds.iter().filter_map(kind).collect(),
            min: number(row, "min"),
            max: number(row, "max").max(1),
            is_asked: row.get("asked") == Some(&Value::Bool(true)),
            blank: items::text(row, "blank"),
        })
    };
    desk.rows(TYPES).iter().filter_map(asked).collect()
}

/// The document that is printed and signed: its name and where it is.
pub(super) fn blank(desk: &Desk, document: &str) -> Option<(String, String)> {
    let name = desk.seen.definition().documents.get(document)?.name.clone();
    Some((name, routes::case_document(&desk.seen.view.case.id, document)))
}

/// The id of the heading of a type on a page, where the page has it.
pub(in crate::pages::declaration) fn heading_of(
    desk: &Desk,
    leaf: &Leaf,
    id: &str,
) -> Option<String> {
    let (_, section) = section_of(desk, leaf)?;
    let is_there = section.fields.contains_key(FILE) && types(desk).iter().any(|it| it.id == id);
    is_there.then(|| heading(id))
}

/// The id of the heading of a type.
pub(super) fn heading(id: &str) -> String {
    format!("a-{id}")
}

/// How many files of a type there may be.
pub(super) fn most(asked: &Asked<'_>) -> usize {
    usize::try_from(asked.max).unwrap_or(usize::MAX)
}

/// How many files there were when it was handed over the last time.
pub(super) fn submitted(desk: &Desk, name: &SectionName) -> usize {
    desk.seen.view.case.frozen_rows.get(name).map_or(0, Vec::len)
}

/// Whether another file of a type may take the place of one that came back and was taken out: those
/// that a declaration needs come first, so that no place is left for nothing.
pub(super) fn has_place(
    submitted: usize,
    rows: &[Value],
    all: &[Asked<'_>],
    asked: &Asked<'_>,
) -> bool {
    let lacks = |asked: &Asked<'_>| {
        let there = rows.iter().filter(|row| items::text(row, TYPE) == Some(asked.id)).count();
        let needed =
            if asked.is_asked { usize::try_from(asked.min).unwrap_or_default() } else { 0 };
        needed.saturating_sub(there)
    };
    let free = submitted.saturating_sub(rows.len());
    free > 0 && (lacks(asked) > 0 || free > all.iter().map(lacks).sum())
}

#[cfg(test)]
#[test]
fn the_place_of_a_returned_attachment_is_kept_for_what_a_declaration_needs() {
    let asked = |id: &'static str, min: u32| Asked {
        id,
        name: id,
        kinds: vec![FileKind::Image],
        min,
        max: 5,
        is_asked: min > 0,
        blank: None,
    };
    let all = [asked("commitment", 1), asked("id_card_front", 1), asked("other", 0)];
    let row = |id: &str| Value::Map([(TYPE.to_owned(), Value::Text(id.to_owned()))].into());
    let may = |submitted: usize, rows: &[Value]| {
        all.iter().map(|asked| has_place(submitted, rows, &all, asked)).collect::<Vec<_>>()
    };
    // 承诺书 was taken out: its place is not for something else.
    assert_eq!(may(2, &[row("id_card_front")]), [true, false, false]);
    assert_eq!(may(2, &[row("id_card_front"), row("commitment")]), [false; 3]);
    // Of two places one is free for anything.
    assert_eq!(may(3, &[row("id_card_front")]), [true; 3]);
}
