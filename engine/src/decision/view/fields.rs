//! How the fields of a form or `ask` stand on the screen now: shown, required, with which options.

use std::collections::BTreeMap;

use crate::{
    calendar::Moment,
    decision::{
        Actor, Case, Facts, Undecided, examine,
        knowledge::{Asked, Knowledge},
        offer::unborn,
        shape, start,
    },
    definition::{Definition, Field, FieldKind, Fields},
    expression::Value,
    names::{ActionName, SubjectName, TaskName},
};

/// How a field stands on the screen now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    /// Whether it (or the section) is shown.
    pub visible: bool,
    /// Whether it must be filled when the form is submitted.
    pub required: bool,
    /// The options of a choice, value and name, in their order.
    pub options: Vec<(String, String)>,
}

/// The state of each section (`section`) and field (`section.field`, `section[0].field`,
/// `section.rows[0].field`); fields of rows that do not exist yet are under `section[].field`.
#[must_use]
pub fn form_state(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let mut states = BTreeMap::new();
    for (name, section) in &definition.form.sections {
        let visible = knowledge.allows(section.when.as_ref()).unwrap_or(false);
        states.insert(name.to_string(), FieldState { visible, ..FieldState::default() });
        let content = shape::section(section, case.form.get(name));
        let path = name.as_str();
        if section.rows.is_some() {
            rows(&knowledge, path, &section.fields, &content, &mut states);
        } else {
            row(&knowledge, path, &section.fields, &content, &mut states);
        }
    }
    states
}

/// The same for the `ask` of an action of an open task, by field name.
#[must_use]
pub fn ask_state(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    (task, action): (&TaskName, &ActionName),
    asked: &BTreeMap<String, Value>,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let mut states = BTreeMap::new();
    if let Some(action) = definition.action(task, action) {
        let known = Asked { fields: &action.ask, values: asked };
        let knowledge = Knowledge::new(definition, case, facts, now)
            .with_actor(Some(actor))
            .with_asked(Some(known));
        let content = shape::fields(&action.ask, Some(asked));
        row(&knowledge, "", &action.ask, &content, &mut states);
    }
    states
}

/// The same for what the start asks, by field name, before there is a case.
#[must_use]
pub fn start_state(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    asked: &BTreeMap<String, Value>,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let mut states = BTreeMap::new();
    if let Ok(begun) = start::begin(definition, &unborn(actor, given), facts, now) {
        let fields = &definition.start.action.ask;
        let knowledge = Knowledge::new(definition, &begun.case, facts, now)
            .with_actor(Some(actor))
            .with_asked(Some(Asked { fields, values: asked }));
        row(&knowledge, "", fields, &shape::fields(fields, Some(asked)), &mut states);
    }
    states
}

fn rows(
    knowledge: &Knowledge<'_>,
    path: &str,
    fields: &Fields,
    content: &Value,
    states: &mut BTreeMap<String, FieldState>,
) {
    for (index, content) in content.as_list().unwrap_or_default().iter().enumerate() {
        row(knowledge, &format!("{path}[{index}]"), fields, content, states);
    }
    row(knowledge, &format!("{path}[]"), fields, &shape::fields(fields, None), states);
}

fn row(
    knowledge: &Knowledge<'_>,
    path: &str,
    fields: &Fields,
    content: &Value,
    states: &mut BTreeMap<String, FieldState>,
) {
    for (name, field) in fields {
        let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        let value = shape::field(field, content.get(name.as_str()));
        let state = state(knowledge, field, content, value).unwrap_or_default();
        states.insert(path.clone(), state);
        if let FieldKind::Rows { fields, .. } = &field.kind {
            rows(knowledge, &path, fields, value, states);
        }
    }
}

fn state(
    knowledge: &Knowledge<'_>,
    field: &Field,
    row: &Value,
    value: &Value,
) -> Result<FieldState, Undecided> {
    let visible = examine::is_visible(knowledge, field, row, value)?;
    let accepted = field.kind == FieldKind::Accepted;
    let required = accepted || examine::is_required(knowledge, field, row, value)?;
    let options =
        if let FieldKind::Choice(options) | FieldKind::Choices { options, .. } = &field.kind {
            examine::options(knowledge, options, row, value)?
        } else {
            Vec::new()
        };
    Ok(FieldState { visible, required, options })
}
