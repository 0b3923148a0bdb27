//! What a page of attachments sends: names and what the files are, the files that came, and what its
//! buttons ask of the rows.

use std::collections::BTreeMap;

use engine::{
    decision::{FieldFault, FormChange, Offer},
    expression::Value,
};

use super::{Asked, NAME, Room, file_of, has_place, input, most, room, said, submitted, types};
use crate::{
    cases::{
        decode::{self, KnownFiles},
        items::{self, FILE, TYPE},
        outline::Leaf,
        posted::{Posted, RowCommand},
        words,
    },
    pages::{
        Failure,
        casework::removed,
        declaration::{
            desk::Desk,
            entries::{section_of, set},
            section::Read,
        },
        edit::{fill, rows::Rows},
    },
};

/// The rows as they were sent: names and marks, then the files that came and the one that goes.
pub(in crate::pages::declaration) fn read(
    desk: &Desk,
    leaf: &Leaf,
    offer: &Offer,
    (posted, asked): (&Posted, &mut Rows),
    known: &KnownFiles,
) -> Result<Read, Failure> {
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
    for of_type in &all {
        let has_place = |rows: &[Value]| match room(name, of_type, &may_edit) {
            Room::Free => true,
            Room::Replaced | Room::None => has_place(submitted(desk, name), rows, &all, of_type),
        };
        add(&mut rows, of_type, posted, &has_place, &mut faults);
    }
    if let Some(RowCommand::Remove(_, index)) = asked.command
        && index < rows.len()
    {
        let row = rows.remove(index);
        let file = file_of(&row).map(|file| file.name).unwrap_or_default();
        let name = items::text(&row, NAME).unwrap_or(&file).to_owned();
        asked.taken_out = Some(removed::Row::stored(&list, index, row, &name));
    }
    if let Some(row) = &asked.put_back {
        row.add_to_rows(&list, &mut rows);
    }
    let changes = (rows != stored).then(|| FormChange {
        section: name.clone(),
        field: None,
        value: Value::List(rows),
    });
    Ok(Read { changes: changes.into_iter().collect(), faults })
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
