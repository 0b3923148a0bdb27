//! The names of inputs lead to fields of a definition: `form.basic.name`, `form.honours[2].title`,
//! `ask.reason`.

use engine::definition::{Field, FieldKind, Fields, Form};

/// The field that an input of this name enters.
#[must_use]
pub fn field<'a>(form: Option<&'a Form>, ask: Option<&'a Fields>, name: &str) -> Option<&'a Field> {
    match name.strip_prefix("ask.") {
        Some(path) => field_at(ask?, path),
        None => form_field(form?, name.strip_prefix("form.")?),
    }
}

/// The kind of thing that an input of this name refers to.
#[must_use]
pub fn reference<'a>(
    form: Option<&'a Form>,
    ask: Option<&'a Fields>,
    name: &str,
) -> Option<&'a str> {
    let field = field(form, ask, name)?;
    if let FieldKind::Reference(kind) = &field.kind { Some(kind) } else { None }
}

/// The field at `section.field` or `section[2].field`.
fn form_field<'a>(form: &'a Form, path: &str) -> Option<&'a Field> {
    let (section, rest) = split(path)?;
    field_at(&form.sections.get(section)?.fields, rest?)
}

/// The field at `field` or, in rows, `field[2].inner`.
fn field_at<'a>(fields: &'a Fields, path: &str) -> Option<&'a Field> {
    let (name, rest) = split(path)?;
    let field = fields.get(name)?;
    match (&field.kind, rest) {
        (_, None) => Some(field),
        (FieldKind::Rows { fields, .. }, Some(rest)) => field_at(fields, rest),
        (_, Some(_)) => None,
    }
}

/// `works[2].title` → `works` and `title`.
fn split(path: &str) -> Option<(&str, Option<&str>)> {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    if rest.is_empty() {
        return Some((name, None));
    }
    let rest = match rest.strip_prefix('[') {
        Some(row) => row.split_once("].")?.1,
        None => rest.strip_prefix('.')?,
    };
    Some((name, Some(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_rows() {
        assert_eq!(split("works[12].title"), Some(("works", Some("title"))));
        assert_eq!(split("basic.files"), Some(("basic", Some("files"))));
        assert_eq!(split("files"), Some(("files", None)));
        assert_eq!(split("works[12]title"), None);
    }
}
