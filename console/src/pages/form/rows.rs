//! A list of rows on a page: its buttons, its rows, and those that are folded because nothing of them
//! may be changed now.

use engine::{
    definition::{Fields, MOST_ROWS, RowLimits, Section},
    expression::Value,
};

use super::{Sources, control::list_of, fields, id_of};
use crate::pages::{Control, Field, Row, RowRun};

/// A section of rows as one field.
pub(super) fn list(
    section: &Section,
    path: &str,
    limits: RowLimits,
    stored: &Value,
    sources: &Sources<'_>,
) -> Field {
    let may_edit = (sources.may_edit)(path);
    Field {
        id: format!("{}-rows", id_of(path)),
        name: path.to_owned(),
        label: section.name.clone(),
        hint: rows_hint(limits),
        error: sources.errors.of(path).map(str::to_owned),
        required: limits.min > 0,
        is_marked: false,
        control: rows(&section.fields, path, limits, stored, may_edit, sources),
    }
}

/// How many rows there may be, in words.
pub(super) fn rows_hint(limits: RowLimits) -> Option<String> {
    match (limits.min, limits.max) {
        (0, None) => None,
        (0, Some(max)) => Some(format!("最多 {max} 项")),
        (min, None) => Some(format!("至少 {min} 项")),
        (min, Some(max)) if min == max => Some(format!("{min} 项")),
        (min, Some(max)) => Some(format!("{min} 至 {max} 项")),
    }
}

/// The rows of a list, each with its fields.
pub(super) fn rows(
    row_fields: &Fields,
    path: &str,
    limits: RowLimits,
    stored: &Value,
    may_edit: bool,
    sources: &Sources<'_>,
) -> Control {
    let stored = list_of(stored);
    let count = match sources.posted {
        Some(posted) if posted.has(path) => posted.rows(path),
        Some(_) | None => stored.len(),
    };
    let rows = (0..count).map(|index| {
        let path = format!("{path}[{index}]");
        Row {
            id: id_of(&path),
            number: index + 1,
            has_above: index > 0,
            has_below: index + 1 < count,
            is_marked: !may_edit && (sources.may_edit)(&path),
            fields: fields(row_fields, &path, stored.get(index).unwrap_or(&Value::None), sources),
            path,
        }
    });
    let rows: Vec<Row> = rows.collect();
    let most = limits.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(MOST_ROWS);
    let room = count < most.min(MOST_ROWS);
    Control::Rows {
        path: path.to_owned(),
        count,
        runs: runs(rows),
        has_room: may_edit && room,
        is_fixed: !may_edit,
    }
}

/// Rows in their order; those of which nothing may be changed are folded together.
fn runs(rows: Vec<Row>) -> Vec<RowRun> {
    let is_closed = |row: &Row| {
        let mut controls = row.fields.iter().map(|field| &field.control);
        controls.all(|it| matches!(it, Control::Shown { .. } | Control::ShownFiles { .. }))
    };
    let mut runs: Vec<RowRun> = Vec::new();
    for row in rows {
        let closed = is_closed(&row);
        match runs.last_mut().filter(|run| run.folded.is_some() == closed) {
            Some(run) => run.rows.push(row),
            None => runs.push(RowRun { folded: closed.then(String::new), rows: vec![row] }),
        }
    }
    for RowRun { folded, rows } in &mut runs {
        let (Some(say), Some(first), Some(last)) = (folded, rows.first(), rows.last()) else {
            continue;
        };
        *say = match first.number == last.number {
            true => format!("第 {} 项现在不能修改，点开查看", first.number),
            false => {
                format!("第 {} 至 {} 项现在不能修改，点开查看", first.number, last.number)
            }
        };
    }
    runs
}
