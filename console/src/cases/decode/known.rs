//! The names that a form may send: those of its fields, and which parts of the form they lie in.

use engine::definition::{Fields, Form};

use crate::cases::posted::Posted;

/// Names under `root` that no field of the form or ask explains: they are refused, not ignored.
pub fn unknown_names<'a>(
    posted: &'a Posted,
    root: &'a str,
    is_known: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = &'a str> {
    posted.names_under(root).filter(move |name| !is_known(name))
}

/// Whether a name belongs to a field of this form: `form.<section>.<field>…`.
pub fn is_form_name(form: &Form, name: &str) -> bool {
    let Some(rest) = name.strip_prefix("form.") else { return false };
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let Some(section) = form.sections.get(&rest[..end]) else { return false };
    let inner = &rest[end..];
    let inner = match (section.rows.is_some(), inner.strip_prefix('[')) {
        (true, None) => return inner == ".rows",
        (true, Some(row)) => row.split_once("].").map_or("", |(_, inner)| inner),
        (false, Some(_)) => return false,
        (false, None) => inner.strip_prefix('.').unwrap_or_default(),
    };
    is_field_name(&section.fields, inner)
}

/// The parts of the form that a name lies in, as the engine writes them: `section`, and
/// `section.field` outside of lists.
pub fn parts_of(name: &str) -> Vec<&str> {
    let inner = name.strip_prefix("form.").unwrap_or(name);
    let end = inner.find(['.', '[']).unwrap_or(inner.len());
    let mut parts = vec![&inner[..end]];
    if let Some(field) = inner[end..].strip_prefix('.') {
        let length = field.find(['.', '[']).unwrap_or(field.len());
        parts.push(&inner[..end + 1 + length]);
    }
    parts
}

/// Whether `name` begins with one of these fields.
pub fn is_field_name(fields: &Fields, name: &str) -> bool {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    fields.contains_key(&name[..end])
}
