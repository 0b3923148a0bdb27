//! What somebody typed into a form that cannot be shown again, under the names they saw there, so
//! that a conflict loses no words.

use std::collections::BTreeMap;

use engine::{
    decision::FieldState,
    definition::{Field, FieldKind, Fields, Form, Options},
};

use crate::cases::posted::Posted;

/// How each field of the case stands, with the options it has.
pub(in crate::pages) type States = BTreeMap<String, FieldState>;

/// The typed texts of a form and of what an action asks, by name, without those left empty; what was
/// chosen is told in words.
pub(in crate::pages) fn typed_text(
    (form, states): (&Form, &States),
    ask: Option<&Fields>,
    posted: &Posted,
) -> Vec<(String, String)> {
    let named = posted.pairs.iter().filter_map(|(key, value)| {
        let (name, field, path) = named(form, ask, key)?;
        (!value.trim().is_empty()).then(|| (name, in_words(field, states.get(path), value)))
    });
    named.collect()
}

/// The name of a field as people see it, the field, and its path in the form.
fn named<'f>(
    form: &'f Form,
    ask: Option<&'f Fields>,
    key: &'f str,
) -> Option<(String, &'f Field, &'f str)> {
    if let Some(field) = key.strip_prefix("ask.") {
        let field = ask?.get(field)?;
        return Some((field.name.clone(), field, key));
    }
    let path = key.strip_prefix("form.")?;
    let (section, field) = path.split_once('.')?;
    let (section, row) = match section.split_once('[') {
        Some((section, row)) => (section, row.trim_end_matches(']').parse::<usize>().ok()),
        None => (section, None),
    };
    let field = form.sections.get(section)?.fields.get(field)?;
    let name = match row {
        Some(row) => format!("{}（第 {} 行）", field.name, row + 1),
        None => field.name.clone(),
    };
    Some((name, field, path))
}

fn in_words(field: &Field, state: Option<&FieldState>, value: &str) -> String {
    let options = state.map(|state| state.options.as_slice()).unwrap_or_default();
    let computed = options.iter().find(|(option, _)| option == value).map(|(_, name)| name.clone());
    let fixed = if let FieldKind::Choice(Options::Fixed(options))
    | FieldKind::Choices { options: Options::Fixed(options), .. } = &field.kind
    {
        options.get(value).cloned()
    } else if matches!(field.kind, FieldKind::YesNo | FieldKind::Accepted) {
        let word = if value == "yes" { "是" } else { "否" };
        Some(word.to_owned())
    } else {
        None
    };
    computed.or(fixed).unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    #[test]
    fn what_was_chosen_is_told_in_words() {
        let definition = samples::definition("declaration");
        let pairs = [
            ("form.current_titles[0].level", "middle"),
            ("form.attachments[0].unit_seal", "yes"),
            ("form.person.nation", "汉族"),
            ("form.person.email", " "),
            ("ask.vote", "disagree"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let posted = Posted { pairs, uploads: Vec::new() };
        let level = FieldState {
            options: vec![("middle".to_owned(), "中级".to_owned())],
            ..FieldState::default()
        };
        let states = [("current_titles[0].level".to_owned(), level)].into();
        let ask = &definition.tasks["ballot"].actions["cast"].ask;
        let typed = typed_text((&definition.form, &states), Some(ask), &posted);
        let typed: Vec<_> =
            typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wanted = [
            ("级别（第 1 行）", "中级"),
            ("已由单位盖章（第 1 行）", "是"),
            ("民族", "汉族"),
            ("意见", "不同意"),
        ];
        assert_eq!(typed, wanted);
    }
}
