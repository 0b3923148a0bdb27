//! How values, days and sizes are written for people: plain Chinese, half-width digits, a space
//! between Chinese and digits, all times in Asia/Shanghai.

use engine::{
    calendar::Moment,
    decision::FileRef,
    definition::{FieldKind, Options},
    expression::Value,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};

/// What an empty field says where it is only read.
pub const EMPTY: &str = "未填";

/// A day, such as `2026 年 11 月 23 日`.
pub fn day(date: Date) -> String {
    format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day())
}

/// A month, such as `2026 年 11 月`.
pub fn month(date: Date) -> String {
    format!("{} 年 {} 月", date.year(), date.month())
}

/// A moment, such as `2026 年 11 月 23 日 17:00`.
pub fn moment(moment: Moment) -> String {
    let time = local(moment);
    format!("{} {:02}:{:02}", day(time.date()), time.hour(), time.minute())
}

/// A moment in a narrow column, such as `11-23 17:00`.
pub fn short_moment(moment: Moment) -> String {
    let time = local(moment);
    format!("{}-{:02} {:02}:{:02}", time.month(), time.day(), time.hour(), time.minute())
}

/// A day in a narrow box, such as `11-23`.
pub fn short_day(moment: Moment) -> String {
    let time = local(moment);
    format!("{}-{:02}", time.month(), time.day())
}

/// The time of day, such as `17:00`.
pub fn clock(moment: Moment) -> String {
    let time = local(moment);
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// A moment for the `datetime` attribute and for `datetime-local` inputs.
pub fn machine_moment(moment: Moment) -> String {
    let time = local(moment);
    format!("{}T{:02}:{:02}", time.date(), time.hour(), time.minute())
}

/// The wall clock in Shanghai, which has had no summer time since 1991.
pub fn local(moment: Moment) -> DateTime {
    let timestamp = Timestamp::from_millisecond(moment.0).unwrap_or_default();
    Offset::constant(8).to_datetime(timestamp)
}

/// The moment of a wall clock in Shanghai.
pub fn from_local(time: DateTime) -> Option<Moment> {
    let timestamp = Offset::constant(8).to_timestamp(time).ok()?;
    Some(Moment(timestamp.as_millisecond()))
}

/// A size of a file, such as `1.2 MB`.
pub fn bytes(size: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    match size {
        0..KB => format!("{size} B"),
        KB..MB => format!("{} KB", size.div_ceil(KB)),
        _ => {
            let tenths = (size * 10 + MB / 2) / MB;
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                rest => format!("{}.{rest} MB", tenths / 10),
            }
        }
    }
}

/// A number of rows for a heading, exact up to 10,000.
pub fn count(count: u64) -> String {
    if count > 10_000 { "10,000+".to_owned() } else { count.to_string() }
}

/// A value as people read it in a field of this kind. `names` knows the things of the host.
pub fn value(
    kind: &FieldKind,
    value: &Value,
    names: &dyn Fn(&str, &str) -> Option<String>,
) -> String {
    match (kind, value) {
        (_, Value::None) => String::new(),
        (FieldKind::Month, Value::Date(date)) => month(*date),
        (FieldKind::DateRange { months, open }, Value::Map(range)) => {
            let write = |end: Option<&Value>| match end {
                Some(Value::Date(date)) if *months => Some(month(*date)),
                Some(Value::Date(date)) => Some(day(*date)),
                Some(_) | None => None,
            };
            match (write(range.get("from")), write(range.get("to")), open) {
                (Some(from), Some(to), _) => format!("{from}至 {to}"),
                (Some(from), None, Some(open)) => format!("{from}{open}"),
                (Some(from), None, None) => format!("{from}起"),
                (None, Some(to), _) => format!("至 {to}"),
                (None, None, _) => String::new(),
            }
        }
        (FieldKind::Choice(Options::Fixed(options)), Value::Text(text)) => {
            options.get(text).unwrap_or(text).clone()
        }
        (FieldKind::Choices { options: Options::Fixed(options), .. }, Value::List(several)) => {
            let options: Vec<_> = options.clone().into_iter().collect();
            chosen(&options, several)
        }
        (FieldKind::Reference(kind), Value::Text(id)) => {
            names(kind, id).unwrap_or_else(|| id.clone())
        }
        (FieldKind::Rows { fields, .. }, Value::List(rows)) => {
            let row = |row: &Value| {
                let told = fields.iter().filter_map(|(name, field)| {
                    let text = self::value(&field.kind, row.get(name.as_str())?, names);
                    (!text.is_empty()).then(|| format!("{}：{text}", field.name))
                });
                told.collect::<Vec<_>>().join("，")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("；")
        }
        (FieldKind::Accepted, Value::Bool(true)) => "已确认".to_owned(),
        (FieldKind::Accepted, Value::Bool(false)) => String::new(),
        (FieldKind::Files(_), Value::List(files)) => {
            files.iter().filter_map(file).map(|file| file.name).collect::<Vec<_>>().join("、")
        }
        (_, value) => plain(value),
    }
}

/// The names of chosen options.
pub fn chosen(options: &[(String, String)], chosen: &[Value]) -> String {
    let name = |one: &Value| {
        let value = plain(one);
        let named = options.iter().find(|(option, _)| *option == value);
        named.map_or(value, |(_, name)| name.clone())
    };
    chosen.iter().map(name).collect::<Vec<_>>().join("、")
}

/// A value of a type that nothing more is known of.
pub fn plain(value: &Value) -> String {
    match value {
        Value::None => String::new(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => day(*date),
        Value::Moment(at) => moment(*at),
        Value::Span(span) => format!("{span:?}"),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Map(fields) => {
            let named = fields.get("name").or_else(|| fields.get("id"));
            named.map_or_else(|| fields.values().map(plain).collect::<Vec<_>>().join("，"), plain)
        }
    }
}

/// A file as form data hold it.
pub fn file(value: &Value) -> Option<FileRef> {
    let Value::Map(fields) = value else { return None };
    let text = |key: &str| match fields.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    let size = match fields.get("size") {
        Some(Value::Integer(size)) => u64::try_from(*size).unwrap_or_default(),
        Some(_) | None => 0,
    };
    Some(FileRef {
        id: text("id")?,
        name: text("name").unwrap_or_default(),
        media_type: text("media_type").unwrap_or_default(),
        size,
        sha256: text("sha256").unwrap_or_default(),
    })
}

/// The value that form data keep of a file.
pub fn file_value(file: &FileRef) -> Value {
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    Value::Map(
        [
            ("id", Value::Text(file.id.clone())),
            ("name", Value::Text(file.name.clone())),
            ("media_type", Value::Text(file.media_type.clone())),
            ("size", Value::Integer(size)),
            ("sha256", Value::Text(file.sha256.clone())),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into(),
    )
}

/// The most characters of a text that tells one thing from others.
const LONGEST: usize = 24;

/// A text, or its beginning.
#[must_use]
pub fn cut(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map(|(at, _)| format!("{}…", &text[..at]));
    cut.unwrap_or_else(|| text.to_owned())
}

/// What somebody wrote, to stand in a sentence that has an end of its own.
pub fn clause(text: &str) -> &str {
    text.trim_end().trim_end_matches(['。', '；'])
}

/// A name as it is written by itself: people put spaces into Chinese names, as to align them.
#[must_use]
pub fn name(text: &str) -> String {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
    let mut name = String::with_capacity(text.len());
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        name.push_str(word);
        let beside = [word.chars().next_back(), words.peek().and_then(|next| next.chars().next())];
        if words.peek().is_some() && !beside.into_iter().flatten().any(is_han) {
            name.push(' ');
        }
    }
    name
}

/// Notes, one after another in a sentence.
pub fn clauses(notes: &[String]) -> String {
    notes.iter().map(|note| clause(note)).collect::<Vec<_>>().join("；")
}

/// What was done, in words that are right whatever the button says: 同意, 有安全隐患, 已归还.
#[must_use]
pub fn done(action: &str) -> String {
    format!("「{action}」已办理")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_in_words_that_are_right() {
        assert_eq!(done("有安全隐患"), "「有安全隐患」已办理");
    }

    #[test]
    fn spaces_in_chinese_names_say_nothing() {
        let names = [" 测试 五号 ", "示例审核 05号", "Ann  Lee", "阿依 ·  古丽"].map(name);
        assert_eq!(names, ["测试五号", "示例审核05号", "Ann Lee", "阿依·古丽"]);
    }

    #[test]
    fn what_somebody_ended_with_a_full_stop_is_not_ended_twice() {
        let notes = ["理由：证书看不清。".to_owned(), "编号 1".to_owned()];
        assert_eq!(clauses(&notes), "理由：证书看不清；编号 1");
    }

    #[test]
    fn sizes_are_rounded_to_what_people_compare() {
        assert_eq!(bytes(12), "12 B");
        assert_eq!(bytes(1500), "2 KB");
        assert_eq!(bytes(5 * 1024 * 1024), "5 MB");
        assert_eq!(bytes(1_258_291), "1.2 MB");
    }

    #[test]
    fn moments_are_those_of_shanghai() {
        let at = from_local(jiff::civil::datetime(2026, 7, 1, 0, 5, 0, 0)).expect("in range");
        assert_eq!(moment(at), "2026 年 7 月 1 日 00:05");
        assert_eq!(machine_moment(at), "2026-07-01T00:05");
        assert_eq!(short_moment(at), "7-01 00:05");
    }

    #[test]
    fn an_open_range_says_its_word() {
        let kind = FieldKind::DateRange { months: true, open: Some("至今".to_owned()) };
        let from = Value::Date(jiff::civil::date(2003, 9, 1));
        let range = Value::Map([("from".to_owned(), from), ("to".to_owned(), Value::None)].into());
        assert_eq!(value(&kind, &range, &|_, _| None), "2003 年 9 月至今");
    }

    #[test]
    fn a_file_survives_being_a_value() {
        let kept = FileRef {
            id: "F1".to_owned(),
            name: "证书.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            size: 12,
            sha256: "00".to_owned(),
        };
        assert_eq!(file(&file_value(&kept)), Some(kept));
    }
}
