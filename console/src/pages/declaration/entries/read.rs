//! What a page of library items sends: what is said of each item, and what its buttons ask of the rows.

use engine::{
    decision::FormChange,
    definition::{Fields, Section},
    expression::Value,
    names::SectionName,
};

use super::{UNKNOWN, is_mark, is_of, notes, section_of};
use crate::{
    cases::{
        decode::{self, KnownFiles},
        items::{self, ITEM},
        outline::Leaf,
        posted::{Posted, RowCommand},
    },
    pages::{
        Failure,
        casework::removed,
        declaration::{desk::Desk, section::Read},
        edit::{fill, rows::Rows},
    },
};

/// The rows as they were sent: what is said of each item, then what the button asks. Which items
/// they are cannot be sent here.
pub(in crate::pages::declaration) fn read(
    desk: &Desk,
    leaf: &Leaf,
    (posted, asked): (&Posted, &mut Rows),
    known: &KnownFiles,
) -> Result<Read, Failure> {
    let (name, section) = section_of(desk, leaf).ok_or(Failure::NotFound)?;
    refuse_unknown(posted, name, section)?;
    let stored = items::rows(&desk.seen.view.case.form, name.as_str());
    let mut rows = stored.to_vec();
    let mut faults = Vec::new();
    for (field, defined) in notes(section) {
        let one = format!("form.{name}.one.{field}");
        let edit = desk.seen.editing().map(|offer| offer.edit.as_slice()).unwrap_or_default();
        if is_mark(defined) && !fill::may_edit(edit, &format!("form.{name}.{field}")) {
            continue;
        }
        if is_mark(defined) && posted.has(&one) {
            let chosen = posted.text(&one).and_then(|row| row.parse::<usize>().ok());
            for (index, row) in rows.iter_mut().enumerate() {
                set(row, field.as_str(), (chosen == Some(index)).then_some(Value::Bool(true)));
            }
            continue;
        }
        let only: Fields = [(field.clone(), defined.clone())].into_iter().collect();
        for (index, row) in rows.iter_mut().enumerate() {
            let path = format!("form.{name}[{index}]");
            if !fill::may_edit(edit, &format!("{path}.{field}")) {
                continue;
            }
            let mut decoded = decode::fields(&only, &path, posted, known);
            faults.append(&mut decoded.faults);
            for (field, value) in decoded.values {
                set(row, &field, (!value.is_none()).then_some(value));
            }
        }
    }
    let list = format!("form.{name}");
    if let Some(command) = &asked.command
        && let Some((index, row)) = change(&mut rows, leaf, command)
    {
        let item = items::text(&row, ITEM).and_then(|id| desk.seen.items.get(id));
        let title = item.map_or(UNKNOWN, |item| item.title.as_str());
        asked.taken_out = Some(removed::Row::stored(&list, index, row, title));
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

fn refuse_unknown(posted: &Posted, name: &SectionName, section: &Section) -> Result<(), Failure> {
    let list = format!("form.{name}");
    let is_ours = |sent: &str| {
        let Some(rest) = sent.strip_prefix(&list) else { return false };
        let field = match rest.strip_prefix(".one.") {
            Some(field) => field,
            None => rest.rsplit_once("].").map_or("", |(_, field)| field),
        };
        let field = field.split('.').next().unwrap_or_default();
        notes(section).any(|(own, _)| own.as_str() == field)
    };
    match decode::unknown_names(posted, "form", is_ours).next() {
        None => Ok(()),
        Some(_) => Err(Failure::Unprocessable(
            "引用来的业绩不能在申报里修改，只能移除后重新引用，没有保存任何内容。".to_owned(),
        )),
    }
}

pub(in crate::pages::declaration) fn set(row: &mut Value, field: &str, value: Option<Value>) {
    if let Value::Map(fields) = row {
        match value {
            Some(value) => fields.insert(field.to_owned(), value),
            None => fields.remove(field),
        };
    }
}

/// Moves a row past its neighbour on the same page, or takes it out: its place, and what it was.
fn change(rows: &mut Vec<Value>, leaf: &Leaf, command: &RowCommand) -> Option<(usize, Value)> {
    let own: Vec<usize> = (0..rows.len()).filter(|row| is_of(leaf, &rows[*row])).collect();
    let place = |row: &usize| own.iter().position(|own| own == row);
    match command {
        RowCommand::Add(_) => {}
        RowCommand::Remove(_, row) => {
            return place(row).map(|_| (*row, rows.remove(*row)));
        }
        RowCommand::Up(_, row) => {
            let above = place(row).and_then(|place| place.checked_sub(1));
            if let Some(above) = above.and_then(|place| own.get(place)) {
                rows.swap(*row, *above);
            }
        }
        RowCommand::Down(_, row) => {
            if let Some(below) = place(row).and_then(|place| own.get(place + 1)) {
                rows.swap(*row, *below);
            }
        }
    }
    None
}
