//! One field: which control a kind is entered with, and what stands in it.

use engine::{
    decision::FileRef,
    definition::{Field as Defined, FieldKind, FileKind, FileLimits, TextFormat},
    expression::Value,
};

use super::{
    Sources, id_of, inner,
    rows::{rows, rows_hint},
};
use crate::{
    cases::{posted::Posted, references::Hit, words},
    pages::{Choice, Control, Field, PartGroup, Upload},
    routes,
};

/// Up to so many options are radio buttons; more are a list to choose from.
const RADIOS: usize = 5;

/// Texts that take fewer characters than this say how many.
const SHORT: u32 = 100;

/// The field at a path.
pub(super) fn field(defined: &Defined, path: &str, stored: &Value, sources: &Sources<'_>) -> Field {
    let is_fixed = !defined.is_entered() || !(sources.may_edit)(path);
    let control = match is_fixed {
        true => fixed(defined, path, stored, sources),
        false => control(defined, path, stored, sources),
    };
    let limits = if is_fixed { None } else { limits_of(&defined.kind) };
    // Files say their limits in a sentence, before what is to be in them.
    let between = if matches!(defined.kind, FieldKind::Files(_)) { "" } else { "。" };
    let hint: Vec<String> = limits.into_iter().chain(defined.hint.clone()).collect();
    let hint = (!hint.is_empty()).then(|| hint.join(between));
    Field {
        id: id_of(path),
        name: path.to_owned(),
        label: defined.name.clone(),
        hint,
        error: sources.errors.of(path).map(str::to_owned),
        required: !is_fixed && sources.is_required(path, defined),
        is_marked: false,
        control,
    }
}

/// What a field takes, said before anything is entered.
fn limits_of(kind: &FieldKind) -> Option<String> {
    let between = |min: Option<String>, max: Option<String>| match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} 至 {max}")),
        (Some(min), None) => Some(format!("不小于 {min}")),
        (None, Some(max)) => Some(format!("不大于 {max}")),
        (None, None) => None,
    };
    match kind {
        FieldKind::Files(limits) => Some(limits_text(limits)),
        FieldKind::Rows { limits, .. } => rows_hint(*limits),
        FieldKind::Choices { limits, .. } => rows_hint(*limits).map(|hint| format!("选 {hint}")),
        FieldKind::Integer { min, max } => {
            between(min.map(|min| min.to_string()), max.map(|max| max.to_string()))
        }
        FieldKind::Decimal { min, max, .. } => {
            between(min.map(|min| min.to_string()), max.map(|max| max.to_string()))
        }
        FieldKind::Text { max, format: None, .. } if *max < SHORT => Some(format!("最多 {max} 字")),
        FieldKind::Text { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choice(_)
        | FieldKind::YesNo
        | FieldKind::Accepted
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

fn fixed(defined: &Defined, path: &str, stored: &Value, sources: &Sources<'_>) -> Control {
    if let (FieldKind::Files(_), Value::List(files)) = (&defined.kind, stored) {
        let uploads = files.iter().filter_map(words::file).map(|file| upload(&file, None));
        return Control::ShownFiles { uploads: uploads.collect() };
    }
    let text = match (&defined.kind, stored) {
        (FieldKind::Choice(options), Value::Text(chosen)) => {
            let options = sources.options(path, options);
            let named = options.into_iter().find(|(value, _)| value == chosen);
            named.map_or_else(|| chosen.clone(), |(_, name)| name)
        }
        (FieldKind::Choices { options, .. }, Value::List(chosen)) => {
            words::chosen(&sources.options(path, options), chosen)
        }
        (kind, stored) => words::value(kind, stored, sources.names),
    };
    Control::Shown { value: if text.is_empty() { words::EMPTY.to_owned() } else { text } }
}

fn control(defined: &Defined, path: &str, stored: &Value, sources: &Sources<'_>) -> Control {
    let typed = sources.posted.filter(|posted| posted.has(path));
    let text = || match typed {
        Some(posted) => posted.text(path).unwrap_or_default().to_owned(),
        None => stored_text(&defined.kind, stored),
    };
    match &defined.kind {
        FieldKind::Text { lines, .. } if *lines > 1 => {
            Control::Area { value: text(), rows: (*lines).clamp(2, 12) }
        }
        FieldKind::Text { format, max, .. } => line(text(), *format, *max),
        FieldKind::Integer { .. } => input("text", text(), "w8", "numeric"),
        FieldKind::Decimal { .. } => input("text", text(), "w8", "decimal"),
        FieldKind::Date => input("date", text(), "w14", ""),
        FieldKind::Month => input("month", text(), "w14", ""),
        FieldKind::Moment => input("datetime-local", text(), "w14", ""),
        FieldKind::DateRange { months, open } => {
            range(*months, open.as_deref(), path, stored, typed)
        }
        FieldKind::Choice(options) => choice(sources.options(path, options), &text()),
        FieldKind::Choices { options, .. } => {
            let chosen: Vec<String> = match typed {
                Some(posted) => posted.all(path).map(str::to_owned).collect(),
                None => list_of(stored).iter().map(words::plain).collect(),
            };
            let options = sources.options(path, options).into_iter().map(|(value, label)| {
                let mark = if chosen.contains(&value) { value.as_str() } else { "" };
                Choice::new(&value, &label, mark)
            });
            Control::Boxes { options: options.collect() }
        }
        FieldKind::YesNo => {
            let text = text();
            Control::Radios { options: ["yes", "no"].map(|value| yes_no(value, &text)).into() }
        }
        FieldKind::Accepted => {
            Control::Tick { checked: text() == "yes", text: defined.name.clone() }
        }
        FieldKind::Files(limits) => files(limits, path, stored, typed, sources),
        FieldKind::Rows { fields, limits } => rows(fields, path, *limits, stored, true, sources),
        FieldKind::Parts => Control::Parts { groups: parts(path, stored, typed, sources.parts) },
        FieldKind::Reference(kind) => found(kind, path, text(), sources),
    }
}

/// What is searched for and chosen. What is chosen stays to be chosen, whatever a search finds.
pub(in crate::pages) fn found(
    kind: &str,
    path: &str,
    value: String,
    sources: &Sources<'_>,
) -> Control {
    let query = sources.posted.and_then(|posted| posted.text(&format!("{path}.query")));
    let chosen = sources.references.chosen(path).map(str::to_owned);
    let choice = |hit: &Hit| Choice::new(&hit.id, &hit.name, &value).note(&hit.about);
    let hits = sources.references.found(path);
    Control::Found {
        text: chosen.or_else(|| (sources.names)(kind, &value)).unwrap_or_default(),
        query: query.unwrap_or_default().to_owned(),
        among: if kind == "person" { "您所在或主管的单位的人" } else { "" },
        options: hits.map(|hits| hits.iter().map(choice).collect()),
        value,
    }
}

fn yes_no(value: &str, current: &str) -> Choice {
    Choice::new(value, if value == "yes" { "是" } else { "否" }, current)
}

fn input(
    input: &'static str,
    value: String,
    width: &'static str,
    inputmode: &'static str,
) -> Control {
    Control::Input { input, value, width, autocomplete: "", inputmode }
}

fn line(value: String, format: Option<TextFormat>, max: u32) -> Control {
    match format {
        Some(TextFormat::IdNumber) => input("text", value, "w14", ""),
        Some(TextFormat::Mobile) => input("tel", value, "w14", "tel"),
        Some(TextFormat::Email) => input("email", value, "", "email"),
        Some(TextFormat::CreditCode | TextFormat::IssnIsbn) => input("text", value, "w14", ""),
        None if max <= 20 => input("text", value, "w14", ""),
        None => input("text", value, "", ""),
    }
}

pub(super) fn list_of(value: &Value) -> &[Value] {
    if let Value::List(items) = value { items } else { &[] }
}

/// What an input of this kind holds for a stored value.
fn stored_text(kind: &FieldKind, stored: &Value) -> String {
    match stored {
        Value::Date(date) if matches!(kind, FieldKind::Month) => month_text(*date),
        Value::Date(date) => date.to_string(),
        Value::Moment(moment) => words::machine_moment(*moment),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::None
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Text(_)
        | Value::Span(_)
        | Value::List(_)
        | Value::Map(_) => words::plain(stored),
    }
}

fn month_text(date: jiff::civil::Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

fn range(
    months: bool,
    open: Option<&str>,
    path: &str,
    stored: &Value,
    typed: Option<&Posted>,
) -> Control {
    let end = |part: &str| match (typed, inner(stored, part)) {
        (Some(posted), _) => posted.text(&format!("{path}.{part}")).unwrap_or_default().to_owned(),
        (None, Value::Date(date)) if months => month_text(*date),
        (None, Value::Date(date)) => date.to_string(),
        (None, _) => String::new(),
    };
    let is_open = match typed {
        Some(posted) => posted.text(&format!("{path}.open")) == Some("yes"),
        None => *stored != Value::None && *inner(stored, "to") == Value::None,
    };
    Control::Range {
        input: if months { "month" } else { "date" },
        from: end("from"),
        to: end("to"),
        open: open.map(|word| (word.to_owned(), is_open)),
    }
}

/// One of these options.
pub(in crate::pages) fn choice(options: Vec<(String, String)>, current: &str) -> Control {
    let is_short = options.iter().all(|(_, label)| label.chars().count() <= 24);
    let is_few = (1..=RADIOS).contains(&options.len());
    let options = options.iter().map(|(value, label)| Choice::new(value, label, current)).collect();
    if is_few && is_short { Control::Radios { options } } else { Control::Select { options } }
}

fn files(
    limits: &FileLimits,
    path: &str,
    stored: &Value,
    typed: Option<&Posted>,
    sources: &Sources<'_>,
) -> Control {
    let of_form: Vec<_> = list_of(stored).iter().filter_map(words::file).collect();
    let remove = |id: &str| Some(("remove_file".to_owned(), id.to_owned()));
    let mut uploads: Vec<Upload> = Vec::new();
    match typed {
        None => uploads.extend(of_form.iter().map(|file| upload(file, remove(&file.id)))),
        Some(posted) => {
            let kept = posted.uploads.iter().filter(|(input, _)| input == path);
            let kept = kept.filter_map(|(_, upload)| upload.as_ref().ok()).cloned();
            let named = posted.all(&format!("{path}.kept")).map(str::to_owned).collect::<Vec<_>>();
            let known = |id: &String| {
                let in_form = of_form.iter().find(|file| file.id == *id);
                in_form.or_else(|| sources.files.get(id)).cloned()
            };
            for file in named.iter().filter_map(known).chain(kept) {
                if !uploads.iter().any(|other| other.id == file.id) {
                    uploads.push(upload(&file, remove(&file.id)));
                }
            }
        }
    }
    // What is beyond the limit was not kept, and is told so.
    let max = usize::try_from(limits.max).unwrap_or(usize::MAX);
    uploads.truncate(max);
    Control::Files {
        accept: accept(limits),
        multiple: limits.max > 1,
        most: limits.max_bytes,
        is_full: uploads.len() >= max,
        uploads,
    }
}

/// One file that is there.
pub(crate) fn upload(file: &FileRef, remove: Option<(String, String)>) -> Upload {
    let is_picture = file.media_type.starts_with("image/");
    Upload {
        id: file.id.clone(),
        name: file.name.clone(),
        size: words::bytes(file.size),
        href: Some(routes::file_view(&file.id)),
        thumb: is_picture.then(|| routes::file_thumb(&file.id)),
        error: None,
        remove,
    }
}

pub(crate) fn accept(limits: &FileLimits) -> String {
    let types = limits.kinds.iter().map(|kind| match kind {
        FileKind::Image => "image/jpeg,image/png",
        FileKind::Pdf => "application/pdf",
    });
    types.collect::<Vec<_>>().join(",")
}

/// The limits in words, said before anything is chosen.
pub(crate) fn limits_text(limits: &FileLimits) -> String {
    let kinds = limits.kinds.iter().map(|kind| match kind {
        FileKind::Image => "JPG、PNG",
        FileKind::Pdf => "PDF",
    });
    let kinds = kinds.collect::<Vec<_>>().join(" 或 ");
    let least = match limits.min {
        0 | 1 => String::new(),
        min => format!("，至少 {min} 个"),
    };
    let (size, max) = (words::bytes(limits.max_bytes), limits.max);
    format!("{kinds}，每个不超过 {size}{least}，最多 {max} 个。")
}

fn parts(
    path: &str,
    stored: &Value,
    typed: Option<&Posted>,
    groups: &[PartGroup],
) -> Vec<PartGroup> {
    let chosen: Vec<String> = match (typed, stored) {
        (Some(posted), _) => posted.all(path).map(str::to_owned).collect(),
        (None, Value::List(parts)) => parts.iter().map(words::plain).collect(),
        (None, _) => Vec::new(),
    };
    let mark =
        |option: &Choice| Choice { chosen: chosen.contains(&option.value), ..option.clone() };
    let marked = groups.iter().map(|group| PartGroup {
        whole: mark(&group.whole),
        fields: group.fields.iter().map(mark).collect(),
    });
    marked.collect()
}
