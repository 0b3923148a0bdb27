//! A posted form becomes typed values: what a field kind cannot read is a fault at that field, and
//! everything else is kept. Whether a value is complete or allowed is the engine's to say.

mod known;

use std::{collections::BTreeMap, num::IntErrorKind, str::FromStr};

use engine::{
    decision::{FieldFault, FileRef, FormChange},
    definition::{Field, FieldKind, Fields, Form, Options},
    expression::Value,
    names::SectionName,
    width::half_width,
};
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

pub use known::{is_field_name, is_form_name, parts_of, unknown_names};

use super::{posted::Posted, words};

/// Files that the person may attach, by id: those in the form already and those they uploaded.
pub type KnownFiles = BTreeMap<String, FileRef>;

/// What was read, and what could not be.
#[derive(Debug, Default, PartialEq)]
pub struct Decoded<T> {
    /// The values of the fields that the page held.
    pub values: T,
    /// Fields that could not be read; their typed text stays on the page.
    pub faults: Vec<FieldFault>,
}

/// What could not be read, and then what else is wrong: that something is missing is not said of what
/// could not be read.
pub fn with_others(unread: Vec<FieldFault>, others: Vec<FieldFault>) -> Vec<FieldFault> {
    let is_unread = |other: &FieldFault| {
        let rest = |unread: &FieldFault| {
            unread
                .field
                .strip_prefix(&other.field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        unread.iter().any(rest)
    };
    let others: Vec<FieldFault> = others.into_iter().filter(|other| !is_unread(other)).collect();
    unread.into_iter().chain(others).collect()
}

/// Reads one set of fields, such as an `ask`, under `path`.
pub fn fields(
    fields: &Fields,
    path: &str,
    posted: &Posted,
    known: &KnownFiles,
) -> Decoded<BTreeMap<String, Value>> {
    fields_over(fields, path, posted, known, &BTreeMap::new())
}

/// Reads one set of fields over what is stored of them.
fn fields_over(
    fields: &Fields,
    path: &str,
    posted: &Posted,
    known: &KnownFiles,
    stored: &BTreeMap<String, Value>,
) -> Decoded<BTreeMap<String, Value>> {
    let mut decoded: Decoded<BTreeMap<String, Value>> = Decoded::default();
    for (name, field) in fields {
        let path = format!("{path}.{name}");
        if !field.is_entered() || !posted.has(&path) {
            continue;
        }
        let before = stored.get(name.as_str());
        if let Some(value) = read(field, &path, posted, known, before, &mut decoded.faults) {
            decoded.values.insert(name.to_string(), value);
        }
    }
    decoded
}

/// Reads the parts of a form that the page held, and leaves only what differs from `current`.
pub fn form(
    form: &Form,
    current: &BTreeMap<SectionName, Value>,
    posted: &Posted,
    known: &KnownFiles,
) -> Decoded<Vec<FormChange>> {
    let mut decoded: Decoded<Vec<FormChange>> = Decoded::default();
    for (section_name, section) in &form.sections {
        let path = format!("form.{section_name}");
        if !posted.has(&path) {
            continue;
        }
        let stored = current.get(section_name);
        if section.rows.is_some() {
            let rows = rows(&section.fields, &path, posted, known, stored, &mut decoded.faults);
            if stored != Some(&rows) && !(is_empty(&rows) && stored.is_none()) {
                let section = section_name.clone();
                decoded.values.push(FormChange { section, field: None, value: rows });
            }
            continue;
        }
        let none = BTreeMap::new();
        let before = stored.and_then(Value::as_map).unwrap_or(&none);
        let read = fields_over(&section.fields, &path, posted, known, before);
        decoded.faults.extend(read.faults);
        for (field, value) in read.values {
            if *before.get(&field).unwrap_or(&Value::None) != value {
                let section = section_name.clone();
                decoded.values.push(FormChange {
                    section,
                    field: Some(field.as_str().into()),
                    value,
                });
            }
        }
    }
    decoded
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::List(rows) if rows.is_empty())
}

/// The rows of a list. A field that could not be read keeps what was stored in that row, so that a
/// slip of the hand in one field never empties it.
fn rows(
    row_fields: &Fields,
    path: &str,
    posted: &Posted,
    known: &KnownFiles,
    stored: Option<&Value>,
    faults: &mut Vec<FieldFault>,
) -> Value {
    let stored = match stored {
        Some(Value::List(rows)) => rows.as_slice(),
        Some(_) | None => &[],
    };
    // The script sends single fields of single rows.
    let count = if posted.has(&format!("{path}.rows")) { posted.rows(path) } else { stored.len() };
    let rows = (0..count).map(|index| {
        let mut row = match stored.get(index) {
            Some(Value::Map(fields)) => fields.clone(),
            Some(_) | None => BTreeMap::new(),
        };
        let read = fields_over(row_fields, &format!("{path}[{index}]"), posted, known, &row);
        faults.extend(read.faults);
        row.extend(read.values);
        row.retain(|_, value| *value != Value::None);
        Value::Map(row)
    });
    Value::List(rows.collect())
}

fn read(
    field: &Field,
    path: &str,
    posted: &Posted,
    known: &KnownFiles,
    stored: Option<&Value>,
    faults: &mut Vec<FieldFault>,
) -> Option<Value> {
    if let FieldKind::Rows { fields, .. } = &field.kind {
        return Some(rows(fields, path, posted, known, stored, faults));
    }
    if let FieldKind::Files(limits) = &field.kind {
        let max = usize::try_from(limits.max).unwrap_or(usize::MAX);
        return Some(files(&field.name, max, path, posted, known, faults));
    }
    match single(field, path, posted) {
        Ok(value) => Some(value),
        Err(message) => {
            faults.push(FieldFault { field: path.to_owned(), message });
            None
        }
    }
}

fn single(field: &Field, path: &str, posted: &Posted) -> Result<Value, String> {
    let text = posted.text(path).unwrap_or_default();
    let text = tidy(text, &field.name)?;
    let is_gathered = matches!(
        field.kind,
        FieldKind::DateRange { .. } | FieldKind::Parts | FieldKind::Choices { .. }
    );
    if text.is_empty() && !is_gathered {
        let is_box = matches!(field.kind, FieldKind::Accepted);
        return Ok(if is_box { Value::Bool(false) } else { Value::None });
    }
    match &field.kind {
        FieldKind::Text { lines, .. } if *lines > 1 => Ok(Value::Text(text)),
        FieldKind::Text { .. } => Ok(Value::Text(text.replace('\n', " "))),
        FieldKind::Reference(_) => Ok(Value::Text(text)),
        FieldKind::Integer { .. } => integer(&text),
        FieldKind::Decimal { scale, .. } => decimal(&text, *scale),
        FieldKind::Date => date(&text).map(Value::Date),
        FieldKind::Month => month(&text).map(Value::Date),
        FieldKind::DateRange { months, .. } => range(*months, path, posted),
        FieldKind::Moment => moment(&text),
        FieldKind::Choice(options) => choice(options, text),
        FieldKind::Choices { options, .. } => {
            let chosen = posted.all(path).filter(|text| !text.is_empty());
            let chosen = chosen.map(|text| choice(options, text.to_owned()));
            chosen.collect::<Result<_, _>>().map(Value::List)
        }
        FieldKind::YesNo => match text.as_str() {
            "yes" => Ok(Value::Bool(true)),
            "no" => Ok(Value::Bool(false)),
            _ => Err("请选择「是」或「否」".to_owned()),
        },
        FieldKind::Accepted => Ok(Value::Bool(text == "yes")),
        FieldKind::Parts => {
            let parts = posted.all(path).map(|part| Value::Text(part.to_owned()));
            Ok(Value::List(parts.collect()))
        }
        FieldKind::Files(_) | FieldKind::Rows { .. } => Ok(Value::None),
    }
}

/// Takes away what nobody sees (spaces at the ends, CR) and refuses what would hide or turn text.
fn tidy(text: &str, field: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let hidden = text.chars().find(|letter| match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => true,
        letter => letter.is_control(),
    });
    if let Some(letter) = hidden {
        let code = u32::from(letter);
        return Err(format!("「{field}」里有看不见的控制字符（U+{code:04X}），请删去后重新填写"));
    }
    Ok(text.trim().to_owned())
}

/// Full-width digits and signs, as Chinese input methods make them, are the same digits.
fn narrow(text: &str) -> String {
    let half = text.chars().map(half_width);
    half.filter(|letter| !letter.is_whitespace() && *letter != ',').collect()
}

fn integer(text: &str) -> Result<Value, String> {
    match i64::from_str(&narrow(text)).map_err(|error| *error.kind()) {
        Ok(number) => Ok(Value::Integer(number)),
        Err(IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) => {
            Err("这个数太大了".to_owned())
        }
        Err(_) => Err("请填写整数，例如 12".to_owned()),
    }
}

fn decimal(text: &str, scale: u32) -> Result<Value, String> {
    let number = Decimal::from_str_exact(&narrow(text)).map_err(|_| "请填写数字，例如 12.5")?;
    if number.normalize().scale() > scale {
        return Err(match scale {
            0 => "请填写整数，不要小数".to_owned(),
            scale => format!("小数最多 {scale} 位"),
        });
    }
    Ok(Value::Decimal(number))
}

/// The numbers in `2026-01-31`, `2026/1/31`, `2026.1.31` or `2026 年 1 月 31 日`: old browsers show
/// a date input as plain text.
fn numbers(text: &str) -> Vec<i32> {
    narrow(text)
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(-1))
        .collect()
}

fn civil(year: i32, month: i32, day: i32) -> Option<Date> {
    let (year, month, day) = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let date = Date::new(year.ok()?, month.ok()?, day.ok()?).ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

fn date(text: &str) -> Result<Date, String> {
    match numbers(text)[..] {
        [year, month, day] => {
            civil(year, month, day).ok_or_else(|| format!("没有「{text}」这一天，请检查年月日"))
        }
        _ => Err("请按 2026-01-31 的样子填写日期".to_owned()),
    }
}

fn month(text: &str) -> Result<Date, String> {
    match numbers(text)[..] {
        [year, month] | [year, month, 1] => {
            civil(year, month, 1).ok_or_else(|| format!("没有「{text}」这个月，请检查年月"))
        }
        _ => Err("请按 2026-01 的样子填写年月".to_owned()),
    }
}

fn range(months: bool, path: &str, posted: &Posted) -> Result<Value, String> {
    let end = |part: &str| {
        let text = posted.text(&format!("{path}.{part}")).unwrap_or_default().trim();
        match (text.is_empty(), months) {
            (true, _) => Ok(Value::None),
            (false, true) => month(text).map(Value::Date),
            (false, false) => date(text).map(Value::Date),
        }
    };
    let is_open = posted.text(&format!("{path}.open")) == Some("yes");
    let (from, to) = (end("from")?, if is_open { Value::None } else { end("to")? });
    match (&from, &to) {
        (Value::None, Value::None) => return Ok(Value::None),
        (Value::Date(from), Value::Date(to)) if to < from => {
            return Err("结束时间早于开始时间，请检查".to_owned());
        }
        _ => {}
    }
    Ok(Value::Map([("from".to_owned(), from), ("to".to_owned(), to)].into()))
}

fn moment(text: &str) -> Result<Value, String> {
    let time = match numbers(text)[..] {
        [year, month, day, hour, minute] | [year, month, day, hour, minute, 0] => {
            let (hour, minute) = (i8::try_from(hour).ok(), i8::try_from(minute).ok());
            let time = hour.zip(minute);
            let time =
                time.and_then(|(hour, minute)| jiff::civil::Time::new(hour, minute, 0, 0).ok());
            civil(year, month, day).zip(time)
        }
        _ => return Err("请按 2026-01-31 09:00 的样子填写日期和时间".to_owned()),
    };
    let moment = time.and_then(|(date, time)| words::from_local(DateTime::from_parts(date, time)));
    moment.map(Value::Moment).ok_or_else(|| format!("没有「{text}」这个时间，请检查"))
}

fn choice(options: &Options, text: String) -> Result<Value, String> {
    match options {
        Options::Fixed(options) if !options.contains_key(&text) => {
            Err("请从列出的选项中选择".to_owned())
        }
        Options::Fixed(_) | Options::Computed(_) => Ok(Value::Text(text)),
    }
}

/// Files that stay, then files that were just uploaded. A file the person may not attach is
/// treated as absent: whether it exists is not told.
fn files(
    name: &str,
    max: usize,
    path: &str,
    posted: &Posted,
    known: &KnownFiles,
    faults: &mut Vec<FieldFault>,
) -> Value {
    let keep = format!("{path}.kept");
    let removed = posted.text("remove_file");
    let kept = posted.all(&keep).filter(|id| Some(*id) != removed);
    let mut files: Vec<FileRef> = Vec::new();
    let mut add = |file: &FileRef| {
        if !files.iter().any(|other| other.id == file.id) {
            files.push(file.clone());
        }
    };
    kept.filter_map(|id| known.get(id)).for_each(&mut add);
    for (_, upload) in posted.uploads.iter().filter(|(input, _)| input == path) {
        match upload {
            Ok(file) => add(file),
            Err(message) => {
                faults.push(FieldFault { field: path.to_owned(), message: message.clone() });
            }
        }
    }
    if files.len() > max {
        let more = files.len() - max;
        let message = format!("「{name}」最多 {max} 个文件，多出的 {more} 个没有保存");
        faults.push(FieldFault { field: path.to_owned(), message });
        files.truncate(max);
    }
    match files.is_empty() {
        true => Value::None,
        false => Value::List(files.iter().map(words::file_value).collect()),
    }
}

#[cfg(test)]
mod tests;
