//! A form or `ask` of a definition as fields on a page: what shows, what may be entered, what stands
//! there, and after a fault what was typed. Everything comes from the definition, so a workflow
//! published later is usable at once.

pub(super) mod control;

use std::collections::BTreeMap;

use engine::{
    decision::{FieldFault, FieldState},
    definition::{Condition, Field as Defined, FieldKind, Fields, Form, Options, Section},
    expression::Value,
    names::SectionName,
};
use serde::Serialize;

use super::{Choice, Errors, Field, PartGroup};
use crate::cases::{decode::KnownFiles, posted::Posted};

/// Everything fields are shown from.
pub struct Sources<'a> {
    /// How each field stands now, as the engine says.
    pub states: &'a BTreeMap<String, FieldState>,
    /// What was typed, after a fault.
    pub posted: Option<&'a Posted>,
    /// What is wrong.
    pub errors: &'a Errors,
    /// Names of things of the host, by kind and id.
    pub names: &'a dyn Fn(&str, &str) -> Option<String>,
    /// What a search found, by field path.
    pub found: &'a BTreeMap<String, Vec<Choice>>,
    /// The parts a reviewer may mark.
    pub parts: &'a [PartGroup],
    /// Files that are not in the form yet, by id.
    pub files: &'a KnownFiles,
    /// Whether a path may be edited.
    pub may_edit: &'a dyn Fn(&str) -> bool,
}

/// One section on a page where something may be entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionForm {
    /// The id of its heading.
    pub id: String,
    /// What people see.
    pub name: String,
    /// A line of help under the heading.
    pub hint: Option<String>,
    /// What is wrong with it as a whole.
    pub error: Option<String>,
    /// Its fields; a list of rows is one field.
    pub fields: Vec<Field>,
}

/// The sections that show, with their fields.
pub fn sections(
    form: &Form,
    stored: &BTreeMap<SectionName, Value>,
    sources: &Sources<'_>,
) -> Vec<SectionForm> {
    let shown = form.sections.iter().filter(|(name, _)| sources.shows(&format!("form.{name}")));
    shown
        .map(|(name, section)| {
            section_form(name, section, stored.get(name).unwrap_or(&Value::None), sources)
        })
        .collect()
}

fn section_form(
    name: &SectionName,
    section: &Section,
    stored: &Value,
    sources: &Sources<'_>,
) -> SectionForm {
    let path = format!("form.{name}");
    let (fields, error) = match section.rows {
        // The list is one field, and its fault stands there.
        Some(limits) => (vec![control::list(section, &path, limits, stored, sources)], None),
        None => {
            let error = sources.errors.of(&path).map(str::to_owned);
            (fields(&section.fields, &path, stored, sources), error)
        }
    };
    SectionForm {
        id: id_of(&path),
        name: section.name.clone(),
        hint: section.hint.clone(),
        error,
        fields,
    }
}

/// The fields that show, in their order. `row` is the section, row or ask they stand in.
pub fn fields(fields: &Fields, path: &str, row: &Value, sources: &Sources<'_>) -> Vec<Field> {
    let paths = fields.iter().map(|(name, field)| (format!("{path}.{name}"), name, field));
    paths
        .filter(|(path, ..)| sources.shows(path))
        .map(|(path, name, field)| control::field(field, &path, inner(row, name.as_str()), sources))
        .collect()
}

/// The id of the input at a path; the same as [`Field::new`] makes.
pub fn id_of(path: &str) -> String {
    path.replace(['.', '[', ']'], "-")
}

fn inner<'a>(row: &'a Value, name: &str) -> &'a Value {
    if let Value::Map(fields) = row {
        fields.get(name).unwrap_or(&Value::None)
    } else {
        &Value::None
    }
}

impl Sources<'_> {
    /// How the field at a path stands; of a row that is not stored yet, how a new one stands.
    fn state(&self, path: &str) -> Option<&FieldState> {
        let key = path.strip_prefix("form.").unwrap_or(path);
        let ask = path.strip_prefix("ask.");
        let state = self.states.get(key).or_else(|| ask.and_then(|ask| self.states.get(ask)));
        state.or_else(|| self.states.get(&without_rows(key)))
    }

    /// Whether a path shows. One the engine does not speak of shows: better a field too many than
    /// one that cannot be filled; the engine decides in the end.
    fn shows(&self, path: &str) -> bool {
        self.state(path).is_none_or(|state| state.visible)
    }

    fn is_required(&self, path: &str, field: &Defined) -> bool {
        let always = match &field.kind {
            FieldKind::Rows { limits, .. } => limits.min > 0,
            kind => matches!(kind, FieldKind::Accepted),
        };
        let by_rule =
            self.state(path).map_or(field.required == Condition::Always, |it| it.required);
        always || by_rule
    }

    /// The options of a choice, value and name.
    fn options(&self, path: &str, options: &Options) -> Vec<(String, String)> {
        match (options, self.state(path)) {
            (_, Some(state)) if !state.options.is_empty() => state.options.clone(),
            (Options::Fixed(fixed), _) => {
                fixed.iter().map(|(value, name)| (value.clone(), name.clone())).collect()
            }
            (Options::Computed(_), _) => Vec::new(),
        }
    }
}

/// `honours[3].title` → `honours[].title`.
fn without_rows(path: &str) -> String {
    let mut parts = path.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push('[');
        plain.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    plain
}

/// The faults of a rejection or a decoding, for the summary and the fields.
pub fn errors(faults: &[FieldFault]) -> Errors {
    let mut errors = Errors::none();
    for fault in faults {
        errors.add(&fault.field, fault.message.clone());
    }
    errors
}
