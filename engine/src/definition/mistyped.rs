//! Variables whose initial value is not of the type that everything wants which uses them: told where
//! they are written, and not at each use.

use std::collections::BTreeMap;

use super::{
    Diagnostic,
    document::{Entry, Kind},
    outline::Outline,
    reading::Reader,
    report::Report,
};
use crate::expression::{Type, Value};

/// Reads the definition again with such a variable of another type: where that mends something and
/// breaks nothing, the variable is what is wrong.
pub(super) fn lint(reader: &Reader<'_>, texts: &BTreeMap<String, String>) {
    if !reader.report.has_errors() {
        return;
    }
    let mut told: Option<Vec<Diagnostic>> = None;
    for entry in reader.outline.root.entries_of("vars") {
        let name = entry.key.text.as_str();
        let is_told = || reader.report.errors().iter().any(|error| mentions(error, name));
        if !is_empty_text(reader.outline, entry) || !is_told() {
            continue;
        }
        let before = told.get_or_insert_with(|| errors(reader, reader.outline, texts));
        for (kind, initial) in
            [(Type::Integer, "0"), (Type::Decimal, "0.00"), (Type::Bool, "false")]
        {
            let mut outline = reader.outline.clone();
            outline.vars.insert(name.to_owned(), Some((kind.clone(), Value::zero_of(&kind))));
            let after = errors(reader, &outline, texts);
            let mended: Vec<Diagnostic> =
                before.iter().filter(|it| !after.contains(it)).cloned().collect();
            if mended.is_empty() || after.iter().any(|it| !before.contains(it)) {
                continue;
            }
            before.retain(|it| !mended.contains(it));
            reader.report.retract(&mended);
            let message = format!("变量「{name}」写成了文本，用它的地方都要{kind}");
            let remedy = format!("写成 {name}: {initial}");
            reader.report.error(&entry.value.spot, message, remedy);
            break;
        }
    }
}

/// Whether a variable is written as an empty text, without its type: what is meant is seen only where it
/// is used.
fn is_empty_text(outline: &Outline, entry: &Entry) -> bool {
    let known = outline.vars.get(&entry.key.text).and_then(Option::as_ref);
    let is_plain = matches!(entry.value.kind, Kind::Scalar(_));
    is_plain && known.is_some_and(|(kind, initial)| *kind == Type::Text && initial.is_blank())
}

/// Whether a fault is told of an expression that names the variable.
fn mentions(error: &Diagnostic, name: &str) -> bool {
    let texts = std::iter::once(&error.message).chain(&error.remedy);
    let is_in_word = |c: char| !c.is_alphanumeric() && c != '_';
    texts.flat_map(|text| text.split(is_in_word)).any(|word| word == name)
}

/// The faults that are found reading with this outline.
fn errors(
    reader: &Reader<'_>,
    outline: &Outline,
    texts: &BTreeMap<String, String>,
) -> Vec<Diagnostic> {
    let report = Report::default();
    Reader::new(reader.world, outline, &report).definition(texts);
    report.errors()
}
