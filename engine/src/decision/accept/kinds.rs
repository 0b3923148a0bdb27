//! One kind of value after the other: read, made uniform, or refused with a clause that follows the
//! field's name.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{calendar::Moment, expression::Value, width::half_width};

const MOST_FILES: usize = 100;
const MOST_PARTS: usize = 500;

/// Text as it is kept: line ends made uniform, no white space around it.
pub(super) fn text(sent: &Value, many_lines: bool) -> Result<String, String> {
    let written = written(sent).ok_or("应为文本")?;
    let text = written.replace("\r\n", "\n").trim().to_owned();
    let is_allowed = |character: char| many_lines && matches!(character, '\n' | '\t');
    let foreign = text
        .chars()
        .enumerate()
        .find(|(_, character)| !is_allowed(*character) && foreign(*character).is_some());
    match foreign {
        Some((index, character)) => Err(format!(
            "的第 {} 个字符是{}（U+{:04X}），请删去",
            index + 1,
            self::foreign(character).unwrap_or_default(),
            u32::from(character)
        )),
        None => Ok(text),
    }
}

pub(super) fn limited(text: String, max: u32) -> Result<Value, String> {
    let count = text.chars().count();
    if count > max as usize {
        return Err(format!("最多 {max} 字，现在 {count} 字"));
    }
    Ok(Value::Text(text))
}

/// What a character is that no text may hold.
fn foreign(character: char) -> Option<&'static str> {
    match character {
        '\0' => Some("空字符"),
        '\n' | '\r' => Some("换行"),
        '\u{200E}'
        | '\u{200F}'
        | '\u{061C}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => Some("文字方向控制符"),
        '\u{FFF9}'..='\u{FFFB}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => Some("不可见字符"),
        _ if character.is_control() => Some("控制字符"),
        _ => None,
    }
}

fn written(sent: &Value) -> Option<String> {
    match sent {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(_) | Value::Decimal(_) | Value::Date(_) => Some(sent.display()),
        Value::None
        | Value::Bool(_)
        | Value::Moment(_)
        | Value::Span(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
}

/// Digits, signs and points typed full-width count as well.
fn number_text(sent: &Value) -> Option<String> {
    Some(sent.as_text()?.trim().chars().map(half_width).collect())
}

pub(super) fn integer(sent: &Value) -> Result<i64, String> {
    let of_decimal = |number: Decimal| number.to_i64().filter(|_| number.fract().is_zero());
    let whole = sent
        .as_integer()
        .or_else(|| sent.as_decimal().and_then(of_decimal))
        .or_else(|| number_text(sent).and_then(|text| text.parse().ok()));
    whole.ok_or_else(|| "应为整数".to_owned())
}

pub(super) fn decimal(sent: &Value) -> Result<Decimal, String> {
    let number = sent
        .as_decimal()
        .or_else(|| number_text(sent).and_then(|text| Decimal::from_str_exact(&text).ok()));
    number.ok_or_else(|| "应为数字".to_owned())
}

/// `2026-07-01`, `2026/7/1`, `2026.7.1`, `2026年7月1日`; without the day where `first` is given.
fn read_date(text: &str, first: Option<i8>) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty());
    let year: i16 = parts.next()?.trim().parse().ok()?;
    let month = parts.next()?.trim().parse().ok()?;
    let day = match (parts.next(), first) {
        (Some(day), _) => day.trim().parse().ok()?,
        (None, first) => first?,
    };
    let is_whole = parts.next().is_none() && (1900..=2200).contains(&year);
    is_whole.then(|| Date::new(year, month, day).ok()).flatten()
}

pub(super) fn date(sent: &Value) -> Result<Date, String> {
    if let Some(date) = sent.as_date() {
        return Ok(date);
    }
    let text = number_text(sent).ok_or("应为日期，例如 2026-07-01")?;
    read_date(&text, None).ok_or_else(|| format!("“{text}”不是存在的日期，应写成 2026-07-01"))
}

pub(super) fn month(sent: &Value) -> Result<Date, String> {
    let date = match (sent.as_date(), number_text(sent)) {
        (Some(date), _) => Some(date),
        (None, Some(text)) => read_date(&text, Some(1)),
        (None, None) => None,
    };
    date.map(Date::first_of_month).ok_or_else(|| "应为年月，例如 2026-07".to_owned())
}

pub(super) fn moment(sent: &Value) -> Result<Moment, String> {
    let moment =
        sent.as_moment().or_else(|| number_text(sent).and_then(|text| Moment::parse(&text)));
    moment.ok_or_else(|| "应为日期和时刻，例如 2026-07-01 09:00".to_owned())
}

pub(super) fn range(sent: &Value, months: bool, open: Option<&str>) -> Result<Value, String> {
    let fields = sent.as_map().ok_or("应有起止两项")?;
    if let Some(other) = fields.keys().find(|name| !["from", "to"].contains(&name.as_str())) {
        return Err(format!("没有“{other}”这一项"));
    }
    let one = |name: &str| match fields.get(name) {
        None | Some(Value::None) => Ok(Value::None),
        Some(Value::Text(text)) if text.trim().is_empty() => Ok(Value::None),
        Some(Value::Text(text)) if name == "to" && Some(text.trim()) == open => Ok(Value::None),
        Some(value) if months => month(value).map(Value::Date),
        Some(value) => date(value).map(Value::Date),
    };
    let (from, to) = (one("from")?, one("to")?);
    if from.is_none() && to.is_none() {
        return Ok(Value::None);
    }
    Ok(Value::Map(BTreeMap::from([("from".to_owned(), from), ("to".to_owned(), to)])))
}

pub(super) fn yes_no(sent: &Value) -> Result<bool, String> {
    let of_text = |text: &str| match text.trim() {
        "true" | "yes" | "on" | "1" | "是" => Some(true),
        "false" | "no" | "off" | "0" | "否" => Some(false),
        _ => None,
    };
    let yes = sent.as_bool().or_else(|| sent.as_text().and_then(of_text));
    yes.ok_or_else(|| "应为是或否".to_owned())
}

pub(super) fn files(sent: &Value) -> Result<Value, String> {
    let files = sent.as_list().filter(|files| files.len() <= MOST_FILES).ok_or("应为文件清单")?;
    files.iter().map(file).collect::<Result<_, _>>().map(Value::List)
}

fn file(sent: &Value) -> Result<Value, String> {
    let fields = sent.as_map().ok_or("应为文件清单")?;
    let text = |name: &str| {
        let text = fields.get(name).and_then(Value::as_text).filter(|text| text.len() <= 1_000);
        text.map(Value::from).ok_or_else(|| format!("的文件缺少 {name}"))
    };
    let size = fields.get("size").map_or(Err("的文件缺少 size".to_owned()), integer)?;
    let file = BTreeMap::from([
        ("id".to_owned(), text("id")?),
        ("name".to_owned(), text("name")?),
        ("media_type".to_owned(), text("media_type")?),
        ("size".to_owned(), Value::Integer(size)),
        ("sha256".to_owned(), text("sha256")?),
    ]);
    match fields.keys().find(|name| !file.contains_key(*name)) {
        Some(other) => Err(format!("的文件没有“{other}”这一项")),
        None => Ok(Value::Map(file)),
    }
}

pub(super) fn parts(sent: &Value) -> Result<Value, String> {
    let sent = if matches!(sent, Value::Text(_)) {
        std::slice::from_ref(sent)
    } else {
        sent.as_list().ok_or("应为清单")?
    };
    if sent.len() > MOST_PARTS {
        return Err(format!("最多 {MOST_PARTS} 项"));
    }
    let mut parts: Vec<Value> = Vec::new();
    for part in sent {
        let part = Value::Text(text(part, false)?);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(Value::List(parts))
}
