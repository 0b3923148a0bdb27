//! Attachments of a declaration by type (R59, R122–R125), a value of the workflow; each file keeps its
//! name, and what it is: a copy, sealed, signed.

mod asked;
mod read;
mod sample;

use std::collections::BTreeMap;

pub(super) use asked::heading_of;
use asked::{Asked, blank, has_place, heading, most, submitted, types};
use engine::{
    decision::FileRef,
    definition::{FieldKind, Fields, FileLimits, Section},
    expression::Value,
    names::SectionName,
};
pub(super) use read::read;
use serde::Serialize;

use super::{desk::Desk, entries::section_of};
use crate::{
    cases::{
        items::{self, FILE, TYPE},
        outline::Leaf,
        words,
    },
    pages::{
        Choice, Control, Field, Upload,
        form::{self, Sources, control},
    },
};

/// The field with the name of the file.
const NAME: &str = "name";
/// The value of a workflow that lists the types: rows `{id, name, kinds, min, max, asked, blank}`.
const TYPES: &str = "attachment_types";
/// A file has this many bytes at most where its field says nothing.
const MOST_BYTES: u64 = 5 << 20;

/// One type with its files.
#[derive(Clone, Debug, Serialize)]
pub struct TypeGroup {
    /// The id of its heading.
    pub id: String,
    /// The id of the place to which what is wrong with its files leads.
    pub place: String,
    /// Its name.
    pub name: String,
    /// Whether a declaration needs it.
    pub is_asked: bool,
    /// How many files there are.
    pub count: usize,
    /// What it takes, in words.
    pub hint: String,
    /// What is printed and signed for it: its name and where it is.
    pub blank: Option<(String, String)>,
    /// The files.
    pub rows: Vec<AttachmentRow>,
    /// The input for another file; `None` where there is no room.
    pub input: Option<FileInput>,
    /// What is wrong with what was sent.
    pub error: Option<String>,
}

/// One attached file.
#[derive(Clone, Debug, Serialize)]
pub struct AttachmentRow {
    /// Its id in the page.
    pub id: String,
    /// Its path in the form.
    pub path: String,
    /// The file.
    pub upload: Upload,
    /// Its name and what it is.
    pub fields: Vec<Field>,
    /// Whether it can be taken out.
    pub can_remove: bool,
    /// Whether it came back to be mended, alone of its list.
    pub is_marked: bool,
}

/// An input for files.
#[derive(Clone, Debug, Serialize)]
pub struct FileInput {
    /// Its name.
    pub name: String,
    /// Accepted media types.
    pub accept: String,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// The most bytes of one.
    pub most: u64,
}

fn input(id: &str) -> String {
    format!("add.{id}")
}

/// What each input for files takes.
pub(super) fn limits(desk: &Desk) -> BTreeMap<String, FileLimits> {
    let of_field =
        desk.seen.definition().form.sections.values().find_map(|section| {
            match section.fields.get(FILE).map(|field| &field.kind) {
                Some(FieldKind::Files(limits)) if section.fields.contains_key(TYPE) => {
                    Some(limits.max_bytes)
                }
                Some(_) | None => None,
            }
        });
    let max_bytes = of_field.unwrap_or(MOST_BYTES);
    let of_type = |asked: Asked<'_>| {
        let limits = FileLimits { kinds: asked.kinds, min: asked.min, max: asked.max, max_bytes };
        (input(asked.id), limits)
    };
    types(desk).into_iter().map(of_type).collect()
}

/// The types of a page with their files; a file of a type that is not listed any more stands last.
pub(super) fn groups(desk: &Desk, leaf: &Leaf, sources: &Sources<'_>) -> Vec<TypeGroup> {
    let Some((name, section)) = section_of(desk, leaf) else { return Vec::new() };
    let rows = items::rows(&desk.seen.view.case.form, name.as_str());
    let may_edit = sources.may_edit;
    let all = types(desk);
    let limits = limits(desk);
    let of_type = |id: &str, of: &str| {
        let own = rows.iter().enumerate().filter(|(_, row)| items::text(row, TYPE) == Some(id));
        own.zip(1..)
            .map(|((index, row), number)| {
                let of = if number == 1 { of.to_owned() } else { format!("{of} {number}") };
                attachment((name, section), (index, &of), row, sources)
            })
            .collect()
    };
    let group = |asked: Asked<'_>| {
        let rows: Vec<AttachmentRow> = of_type(asked.id, asked.name);
        let most = most(&asked);
        let limits = limits.get(&input(asked.id));
        let has_place = match room(name, &asked, &may_edit) {
            Room::Free => true,
            Room::Replaced => has_place(
                submitted(desk, name),
                items::rows(&desk.seen.view.case.form, name.as_str()),
                &all,
                &asked,
            ),
            Room::None => false,
        };
        let has_room = has_place && rows.len() < most;
        let input = limits.filter(|_| has_room).map(|limits| FileInput {
            name: input(asked.id),
            accept: control::accept(limits),
            multiple: rows.len() + 1 < most,
            most: limits.max_bytes,
        });
        TypeGroup {
            id: heading(asked.id),
            place: form::id_of(&self::input(asked.id)),
            name: asked.name.to_owned(),
            is_asked: asked.is_asked && asked.min > 0,
            count: rows.len(),
            hint: limits.map(control::limits_text).unwrap_or_default(),
            blank: asked.blank.and_then(|document| blank(desk, document)),
            error: sources.errors.of(&self::input(asked.id)).map(str::to_owned),
            rows,
            input,
        }
    };
    let mut groups: Vec<TypeGroup> = types(desk).into_iter().map(group).collect();
    groups.extend(strange(desk, (name, section), rows, sources));
    groups
}

/// Where another file of a type may stand.
enum Room {
    /// As many as the type takes: all is open, or a file of this type came back.
    Free,
    /// In the place of one that came back and was taken out.
    Replaced,
    /// Nowhere.
    None,
}

fn room(name: &SectionName, asked: &Asked<'_>, may_edit: &dyn Fn(&str) -> bool) -> Room {
    let list = format!("form.{name}");
    if may_edit(&list) || may_edit(&format!("{list}[+{}]", asked.id)) {
        Room::Free
    } else if may_edit(&format!("{list}[+]")) {
        Room::Replaced
    } else {
        Room::None
    }
}

/// Files of types that are not listed, which can only be taken out.
fn strange(
    desk: &Desk,
    (name, section): (&SectionName, &Section),
    rows: &[Value],
    sources: &Sources<'_>,
) -> Option<TypeGroup> {
    let types = types(desk);
    let listed = |id: &str| types.iter().any(|own| own.id == id);
    let strange =
        rows.iter().enumerate().filter(|(_, row)| !items::text(row, TYPE).is_some_and(listed));
    let strange = strange.map(|(index, row)| {
        attachment((name, section), (index, &format!("第 {} 个", index + 1)), row, sources)
    });
    let strange: Vec<_> = strange.collect();
    (!strange.is_empty()).then(|| TypeGroup {
        id: "a-strange".to_owned(),
        place: "a-strange-place".to_owned(),
        name: "本次申报不需要的附件".to_owned(),
        is_asked: false,
        count: strange.len(),
        hint: "可以移除".to_owned(),
        blank: None,
        rows: strange,
        input: None,
        error: None,
    })
}

fn attachment(
    (name, section): (&SectionName, &Section),
    (index, of): (usize, &str),
    row: &Value,
    sources: &Sources<'_>,
) -> AttachmentRow {
    let path = format!("form.{name}[{index}]");
    let can_remove = (sources.may_edit)(&path);
    let mut fields = form::fields(&said(section), &path, row, sources);
    for field in &mut fields {
        tick(field);
        // The same question stands at every file.
        field.label = format!("{}（{of}）", field.label);
    }
    let file = file_of(row);
    AttachmentRow {
        id: form::id_of(&path),
        upload: file.map_or_else(missing, |file| Upload {
            name: items::text(row, NAME).unwrap_or(&file.name).to_owned(),
            ..control::upload(&file, None)
        }),
        fields,
        can_remove,
        is_marked: can_remove && !(sources.may_edit)(&format!("form.{name}")),
        path,
    }
}

fn missing() -> Upload {
    Upload {
        id: String::new(),
        name: "文件不在了".to_owned(),
        size: String::new(),
        href: None,
        thumb: None,
        error: Some("请移除后重新上传".to_owned()),
        remove: None,
    }
}

fn file_of(row: &Value) -> Option<FileRef> {
    row.get(FILE).and_then(Value::as_list)?.iter().find_map(words::file)
}

/// Yes or no is one box here: a dozen files with three questions each must stay readable.
fn tick(field: &mut Field) {
    if let Control::Radios { options } = &field.control
        && options.iter().any(|option| option.value == "yes")
    {
        let is_yes = |option: &Choice| option.value == "yes" && option.chosen;
        let checked = options.iter().any(is_yes);
        field.control = Control::Tick { checked, text: field.label.clone() };
    }
}

/// What is said of a file.
fn said(section: &Section) -> Fields {
    let own = section.fields.iter().filter(|(name, field)| {
        !matches!(name.as_str(), TYPE | FILE) && field.computed.is_none() && !field.read_only
    });
    own.map(|(name, field)| (name.clone(), field.clone())).collect()
}
