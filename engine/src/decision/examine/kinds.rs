//! What is wrong with one filled value, by the kind of its field.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    decision::{Case, edit::rows::row_of, format},
    definition::{Definition, FieldKind, FileKind, FileLimits, RowLimits},
    expression::Value,
    names::{FieldName, SectionName},
};

/// How a person is asked to fill an empty field.
pub(super) fn verb(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Choice(_)
        | FieldKind::Choices { .. }
        | FieldKind::YesNo
        | FieldKind::Reference(_) => "请选择",
        FieldKind::Parts => "请标出",
        FieldKind::Accepted => "请勾选",
        FieldKind::Files(_) => "请上传",
        FieldKind::Text { .. }
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Rows { .. } => "请填写",
    }
}

/// What is wrong, as a clause that follows the field's name.
pub(super) fn fault(kind: &FieldKind, value: &Value, today: Date) -> Option<String> {
    match kind {
        FieldKind::Text { format, .. } => format::fault((*format)?, value.as_text()?, today),
        FieldKind::Integer { min, max } => {
            between(value.as_decimal()?, min.map(Decimal::from), max.map(Decimal::from))
        }
        FieldKind::Decimal { min, max, scale, .. } => {
            let number = value.as_decimal()?;
            if number.normalize().scale() > *scale {
                return Some(format!("最多 {scale} 位小数"));
            }
            between(number, *min, *max)
        }
        FieldKind::DateRange { open, .. } => range(value, open.as_deref()),
        FieldKind::Files(limits) => files(value.as_list()?, limits),
        FieldKind::Date
        | FieldKind::Month
        | FieldKind::Moment
        | FieldKind::Choice(_)
        | FieldKind::Choices { .. }
        | FieldKind::YesNo
        | FieldKind::Accepted
        | FieldKind::Rows { .. }
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

fn between(number: Decimal, min: Option<Decimal>, max: Option<Decimal>) -> Option<String> {
    let is_low = min.is_some_and(|min| number < min);
    let is_high = max.is_some_and(|max| number > max);
    match (min, max) {
        _ if !is_low && !is_high => None,
        (Some(min), Some(max)) => Some(format!("应在 {min} 到 {max} 之间")),
        (Some(min), None) => Some(format!("不能小于 {min}")),
        (None, Some(max)) => Some(format!("不能大于 {max}")),
        (None, None) => None,
    }
}

fn range(value: &Value, open: Option<&str>) -> Option<String> {
    let end = |name| value.get(name).and_then(Value::as_date);
    match (end("from"), end("to")) {
        (Some(from), Some(to)) if to < from => Some("的终止早于起始".to_owned()),
        (None, _) => Some("缺少起始".to_owned()),
        (Some(_), None) if open.is_none() => Some("缺少终止".to_owned()),
        (Some(_), _) => None,
    }
}

fn files(files: &[Value], limits: &FileLimits) -> Option<String> {
    let count = files.len();
    if count < limits.min as usize {
        return Some(format!("至少 {} 个文件，现在 {count} 个", limits.min));
    }
    if count > limits.max as usize {
        return Some(format!("最多 {} 个文件，现在 {count} 个", limits.max));
    }
    files.iter().find_map(|file| {
        let name = file.get("name").map(Value::display).unwrap_or_default();
        let size = file.get("size").and_then(Value::as_integer).unwrap_or_default();
        if u64::try_from(size).is_ok_and(|size| size > limits.max_bytes) {
            let megabytes = limits.max_bytes / (1024 * 1024);
            return Some(format!("的“{name}”超过 {megabytes} MB"));
        }
        let media_type = file.get("media_type").and_then(Value::as_text).unwrap_or_default();
        let is_taken = limits.kinds.iter().any(|kind| is_of_kind(*kind, media_type));
        (!is_taken).then(|| format!("的“{name}”不是可以上传的文件类型"))
    })
}

fn is_of_kind(kind: FileKind, media_type: &str) -> bool {
    match kind {
        FileKind::Image => ["image/jpeg", "image/png"].contains(&media_type),
        FileKind::Pdf => media_type == "application/pdf",
    }
}

/// Whether a list has too few or too many rows.
pub(super) fn row_count(name: &str, count: usize, limits: RowLimits) -> Option<String> {
    if count < limits.min as usize {
        return Some(format!("{name}至少 {} 条，现在 {count} 条", limits.min));
    }
    let max = limits.max.filter(|max| count > *max as usize)?;
    Some(format!("{name}最多 {max} 条，现在 {count} 条"))
}

/// Whether too few or too many options are chosen.
pub(super) fn choice_count(count: usize, limits: RowLimits) -> Option<String> {
    if count < limits.min as usize {
        return Some(format!("至少选 {} 项，现在 {count} 项", limits.min));
    }
    let max = limits.max.filter(|max| count > *max as usize)?;
    Some(format!("最多选 {max} 项，现在 {count} 项"))
}

/// A part that is no section, no field of one and no row, or that nobody could mend.
pub(super) fn unknown_part(definition: &Definition, case: &Case, value: &Value) -> Option<String> {
    let mut parts = value.as_list()?.iter().filter_map(Value::as_text);
    parts.find_map(|part| match fixed(definition, part) {
        Some(name) => Some(format!("里的“{name}”谁也不能修改，请不要标出")),
        None if is_part(definition, part) && !is_beyond(case, part) => None,
        None => Some(format!("没有“{part}”这一部分")),
    })
}

/// The name of a field that is computed or only read.
fn fixed<'d>(definition: &'d Definition, part: &str) -> Option<&'d str> {
    let (section, field) = part.split_once('.')?;
    let field = definition.field(&SectionName::from(section), &FieldName::from(field))?;
    (!field.is_entered()).then_some(field.name.as_str())
}

/// Whether a part is a row that was neither handed in nor stands there now.
fn is_beyond(case: &Case, part: &str) -> bool {
    let Some((section, place)) = row_of(part) else { return false };
    let section = SectionName::from(section);
    let submitted = case.frozen_rows.get(&section).map_or(0, Vec::len);
    let standing = case.form.get(&section).and_then(Value::as_list).map_or(0, <[Value]>::len);
    place >= submitted.max(standing)
}

pub(in crate::decision) fn is_part(definition: &Definition, part: &str) -> bool {
    if let Some((section, _)) = row_of(part) {
        let section = definition.section(&SectionName::from(section));
        return section.is_some_and(|section| section.rows.is_some());
    }
    match part.split_once('.') {
        None => definition.section(&SectionName::from(part)).is_some(),
        Some((section, field)) => {
            definition.field(&SectionName::from(section), &FieldName::from(field)).is_some()
        }
    }
}
