//! What somebody typed into a form that cannot be shown again, under the names they saw there, so
//! that a conflict loses no words.

use engine::definition::{Fields, Form};

use crate::cases::posted::Posted;

/// The typed texts of a form and of what an action asks, by name, without those left empty.
pub(in crate::pages) fn typed_text(
    form: &Form,
    ask: Option<&Fields>,
    posted: &Posted,
) -> Vec<(String, String)> {
    let named = posted.pairs.iter().filter_map(|(key, value)| {
        let name = name(form, ask, key)?;
        (!value.trim().is_empty()).then(|| (name, value.clone()))
    });
    named.collect()
}

fn name(form: &Form, ask: Option<&Fields>, key: &str) -> Option<String> {
    if let Some(field) = key.strip_prefix("ask.") {
        return Some(ask?.get(field)?.name.clone());
    }
    let (section, field) = key.strip_prefix("form.")?.split_once('.')?;
    let (section, row) = match section.split_once('[') {
        Some((section, row)) => (section, row.trim_end_matches(']').parse::<usize>().ok()),
        None => (section, None),
    };
    let field = form.sections.get(section)?.fields.get(field)?;
    Some(match row {
        Some(row) => format!("{}（第 {} 行）", field.name, row + 1),
        None => field.name.clone(),
    })
}
