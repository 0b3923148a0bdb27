//! Attachments of a declaration by type (R59, R122–R125), a value of the workflow; each file keeps its
//! name, and what it is: a copy, sealed, signed.

mod asked;
mod sample;

use std::collections::BTreeMap;

pub(super) use asked::heading_of;
use asked::{Asked, blank, has_place, heading, most, submitted, types};
use engine::{
    decision::{FieldFault, FileRef, FormChange, Offer},
    definition::{FieldKind, Fields, FileLimits, Section},
    expression::Value,
    names::SectionName,
};
use serde::Serialize;

use super::{
    desk::Desk,
    entries::{section_of, set},
};
use crate::{
    cases::{
        decode::{self, KnownFiles},
        items::{self, FILE, TYPE},
        outline::Leaf,
        posted::{Posted, RowCommand},
        words,
    },
    pages::{
        Choice, Control, Failure, Field, Upload,
        edit::fill,
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

/// The rows as they were sent: names and marks, then the files that came and the one that goes.
pub(super) fn read(
    desk: &Desk,
    leaf: &Leaf,
    offer: &Offer,
    posted: &Posted,
    known: &KnownFiles,
) -> Result<(Vec<FormChange>, Vec<FieldFault>), Failure> {
    let (name, section) = section_of(desk, leaf).ok_or(Failure::NotFound)?;
    let stored = items::rows(&desk.seen.view.case.form, name.as_str());
    let list = format!("form.{name}");
    let is_ours = |sent: &str| {
        let field = sent.strip_prefix(&list).and_then(|rest| rest.rsplit_once("]."));
        field.is_some_and(|(_, field)| said(section).contains_key(field))
    };
    if decode::unknown_names(posted, "form", is_ours).next().is_some() {
        let say = "这里只能修改附件的名称和说明，没有保存任何内容。";
        return Err(Failure::Unprocessable(say.to_owned()));
    }
    let said = said(section);
    let mut rows = stored.to_vec();
    let mut faults = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        let mut decoded = decode::fields(&said, &format!("{list}[{index}]"), posted, known);
        faults.append(&mut decoded.faults);
        for (field, value) in decoded.values {
            if !fill::may_edit(&offer.edit, &format!("{list}[{index}].{field}")) {
                continue;
            }
            let value = match (field.as_str(), value, file_of(row)) {
                (NAME, Value::Text(typed), Some(file)) => Value::Text(renamed(&typed, &file.name)),
                (_, value, _) => value,
            };
            set(row, &field, (!value.is_none()).then_some(value));
        }
    }
    let all = types(desk);
    let may_edit = |path: &str| fill::may_edit(&offer.edit, path);
    for asked in &all {
        let has_place = |rows: &[Value]| match room(name, asked, &may_edit) {
            Room::Free => true,
            Room::Replaced | Room::None => has_place(submitted(desk, name), rows, &all, asked),
        };
        add(&mut rows, asked, posted, &has_place, &mut faults);
    }
    if let Some(RowCommand::Remove(_, row)) = posted.row_command()
        && row < rows.len()
    {
        rows.remove(row);
    }
    let changes = (rows != stored).then(|| FormChange {
        section: name.clone(),
        field: None,
        value: Value::List(rows),
    });
    Ok((changes.into_iter().collect(), faults))
}

/// The files that came for one type.
fn add(
    rows: &mut Vec<Value>,
    asked: &Asked<'_>,
    posted: &Posted,
    has_place: &dyn Fn(&[Value]) -> bool,
    faults: &mut Vec<FieldFault>,
) {
    let field = input(asked.id);
    let most = most(asked);
    let fault = |message: String| FieldFault { field: field.clone(), message };
    for (_, upload) in posted.uploads.iter().filter(|(input, _)| *input == field) {
        let there = rows.iter().filter(|row| items::text(row, TYPE) == Some(asked.id)).count();
        match upload {
            Err(message) => faults.push(fault(message.clone())),
            Ok(file) if there >= most => {
                let (name, file) = (asked.name, &file.name);
                faults.push(fault(format!("「{name}」最多 {most} 个文件，「{file}」没有保存")));
            }
            Ok(file) if !has_place(rows) => {
                let (name, file) = (asked.name, &file.name);
                faults.push(fault(format!(
                    "「{name}」这次没有退回，只能修改退回的附件；「{file}」没有保存"
                )));
            }
            Ok(file) => rows.push(Value::Map(BTreeMap::from([
                (TYPE.to_owned(), Value::Text(asked.id.to_owned())),
                (FILE.to_owned(), Value::List(vec![words::file_value(file)])),
                (NAME.to_owned(), Value::Text(file.name.clone())),
            ]))),
        }
    }
}

/// The typed name with the extension that the file came with (R125).
fn renamed(typed: &str, original: &str) -> String {
    let Some((_, extension)) = original.rsplit_once('.') else { return typed.to_owned() };
    let ending = format!(".{}", extension.to_lowercase());
    let is_there = typed.to_lowercase().ends_with(&ending);
    if is_there { typed.to_owned() } else { format!("{typed}.{extension}") }
}

#[cfg(test)]
#[test]
fn a_new_name_keeps_the_extension() {
    assert_eq!(renamed("身份证正面.jpg", "IMG_0001.JPG"), "身份证正面.jpg");
    assert_eq!(renamed("承诺书.v2", "a.pdf"), "承诺书.v2.pdf");
}
