//! What people send becomes values that can be kept: text made uniform, numbers and dates read.
//! Only what cannot be kept is a fault here; whether a form is complete is judged when it is frozen.

mod kinds;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{FieldFault, format, shape};
use crate::{
    definition::{Field, FieldKind, Fields, MOST_ROWS},
    expression::{Value, with_places},
};

/// Takes in fields and gathers what cannot be kept.
#[derive(Debug, Default)]
pub(super) struct Intake {
    pub(super) faults: Vec<FieldFault>,
}

impl Intake {
    pub(super) fn fault(&mut self, path: &str, message: String) {
        self.faults.push(FieldFault { field: path.to_owned(), message });
    }

    /// All of these fields; an unknown one is a fault.
    pub(super) fn fields(
        &mut self,
        path: &str,
        fields: &Fields,
        sent: &BTreeMap<String, Value>,
    ) -> BTreeMap<String, Value> {
        for name in sent.keys().filter(|name| !fields.contains_key(name.as_str())) {
            self.fault(&format!("{path}.{name}"), format!("没有「{name}」这一项"));
        }
        let known = fields.iter().filter_map(|(name, field)| {
            let value = sent.get(name.as_str())?;
            Some((name.to_string(), self.field(&format!("{path}.{name}"), field, value)))
        });
        known.collect()
    }

    /// A list of rows, each with all of these fields.
    pub(super) fn rows(&mut self, path: &str, name: &str, fields: &Fields, sent: &Value) -> Value {
        if sent.is_none() {
            return Value::List(Vec::new());
        }
        let Some(rows) = sent.as_list().filter(|rows| rows.len() <= MOST_ROWS) else {
            self.fault(path, format!("{name}应为清单，最多 {MOST_ROWS} 条"));
            return Value::None;
        };
        let mut taken = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match row.as_map() {
                Some(row) => {
                    let row = self.fields(&path, fields, row);
                    taken.push(shape::fields(fields, Some(&row)));
                }
                None => self.fault(&path, format!("{name}的第 {} 条应为一组内容", index + 1)),
            }
        }
        Value::List(taken)
    }

    /// One field.
    pub(super) fn field(&mut self, path: &str, field: &Field, sent: &Value) -> Value {
        if is_empty(sent) {
            return Value::None;
        }
        if let FieldKind::Rows { fields, .. } = &field.kind {
            return self.rows(path, &field.name, fields, sent);
        }
        match self.kind(&field.kind, sent) {
            Ok(value) => value,
            Err(what) => {
                self.fault(path, format!("{}{what}", field.name));
                Value::None
            }
        }
    }

    fn kind(&self, kind: &FieldKind, sent: &Value) -> Result<Value, String> {
        match kind {
            FieldKind::Text { lines, max, format } => {
                let text = kinds::text(sent, *lines > 1)?;
                let text = match format {
                    Some(format) => format::normalised(*format, &text),
                    None => text,
                };
                kinds::limited(text, *max)
            }
            FieldKind::Integer { .. } => kinds::integer(sent).map(Value::Integer),
            FieldKind::Decimal { scale, is_fixed, .. } => {
                let number = kinds::decimal(sent)?;
                Ok(Value::Decimal(if *is_fixed { with_places(number, *scale) } else { number }))
            }
            FieldKind::Date => kinds::date(sent).map(Value::Date),
            FieldKind::Month => kinds::month(sent).map(Value::Date),
            FieldKind::DateRange { months, open } => kinds::range(sent, *months, open.as_deref()),
            FieldKind::Moment => kinds::moment(sent).map(Value::Moment),
            FieldKind::YesNo | FieldKind::Accepted => kinds::yes_no(sent).map(Value::Bool),
            FieldKind::Choice(_) | FieldKind::Reference(_) => {
                kinds::limited(kinds::text(sent, false)?, 200)
            }
            FieldKind::Choices { .. } => kinds::parts(sent),
            FieldKind::Files(_) => kinds::files(sent),
            FieldKind::Parts => kinds::parts(sent),
            // Taken in row by row, with the place of each fault.
            FieldKind::Rows { .. } => Ok(sent.clone()),
        }
    }
}

/// Reads one text that stands in no form of a definition as a text field of this kind would: made
/// uniform, empty where nothing was sent.
///
/// # Errors
/// What is wrong with it, as a clause that follows the field's name.
pub fn read_text(kind: &FieldKind, sent: &str, today: Date) -> Result<String, String> {
    let sent = Value::Text(sent.to_owned());
    if is_empty(&sent) {
        return Ok(String::new());
    }
    let taken = Intake::default().kind(kind, &sent)?;
    let text = taken.as_text().unwrap_or_default().to_owned();
    let format = if let FieldKind::Text { format, .. } = kind { *format } else { None };
    match format.and_then(|format| format::fault(format, &text, today)) {
        Some(fault) => Err(fault),
        None => Ok(text),
    }
}

fn is_empty(sent: &Value) -> bool {
    sent.is_none() || sent.as_text().is_some_and(|text| text.trim().is_empty())
}
