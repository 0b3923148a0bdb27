//! How the fields of a form or `ask` stand on the screen now: shown, required, with which options.

use std::collections::BTreeMap;

use crate::{
    calendar::Moment,
    decision::{
        Actor, Case, Facts, FieldFault, Undecided,
        accept::Intake,
        examine::{self, Examination},
        knowledge::{Asked, Knowledge},
        offer::unborn,
        shape, start,
    },
    definition::{Definition, Field, FieldKind, Fields},
    expression::Value,
    names::SubjectName,
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

/// The same for what an action of the case asks, once or of many, by field name.
#[must_use]
pub fn asked_state(
    (definition, case, facts): (&Definition, &Case, &Facts),
    actor: &Actor,
    fields: &Fields,
    asked: &BTreeMap<String, Value>,
    now: Moment,
) -> BTreeMap<String, FieldState> {
    let mut states = BTreeMap::new();
    let knowledge = Knowledge::new(definition, case, facts, now)
        .with_actor(Some(actor))
        .with_asked(Some(Asked { fields, values: asked }));
    row(&knowledge, "", fields, &shape::fields(fields, Some(asked)), &mut states);
    states
}

/// What was answered to these fields as it is kept, and what is wrong with it in this case. What cannot
/// be judged is told by the command that does what was asked about.
#[must_use]
pub fn examined(
    (definition, case, facts): (&Definition, &Case, &Facts),
    actor: &Actor,
    fields: &Fields,
    asked: &BTreeMap<String, Value>,
    now: Moment,
) -> (BTreeMap<String, Value>, Vec<FieldFault>) {
    let knowledge = Knowledge::new(definition, case, facts, now).with_actor(Some(actor));
    examined_by(knowledge, fields, asked)
}

/// What is wrong with the answers to what the start asks, before there is a case.
#[must_use]
pub fn start_faults(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    asked: &BTreeMap<String, Value>,
    facts: &Facts,
    now: Moment,
) -> Vec<FieldFault> {
    let faults =
        |knowledge: Knowledge<'_>| examined_by(knowledge, &definition.start.action.ask, asked).1;
    before_start((definition, facts), actor, given, now, faults).unwrap_or_default()
}

/// What is known of a case that is to be started; nothing where it cannot be.
fn before_start<T>(
    (definition, facts): (&Definition, &Facts),
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    now: Moment,
    read: impl FnOnce(Knowledge<'_>) -> T,
) -> Option<T> {
    let begun = start::begin(definition, &unborn(actor, given), facts, now).ok()?;
    Some(read(Knowledge::new(definition, &begun.case, facts, now).with_actor(Some(actor))))
}

fn examined_by(
    knowledge: Knowledge<'_>,
    fields: &Fields,
    asked: &BTreeMap<String, Value>,
) -> (BTreeMap<String, Value>, Vec<FieldFault>) {
    let mut intake = Intake::default();
    let taken = intake.fields("ask", fields, asked);
    let knowledge = knowledge.with_asked(Some(Asked { fields, values: &taken }));
    let mut examination = Examination::new(&knowledge);
    let _ = examination.fields("ask", fields, &shape::fields(fields, Some(&taken)));
    let faults = intake.faults.into_iter().chain(examination.faults).collect();
    (taken, faults)
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
    let fields = &definition.start.action.ask;
    let states = |knowledge: Knowledge<'_>| {
        let knowledge = knowledge.with_asked(Some(Asked { fields, values: asked }));
        let mut states = BTreeMap::new();
        row(&knowledge, "", fields, &shape::fields(fields, Some(asked)), &mut states);
        states
    };
    before_start((definition, facts), actor, given, now, states).unwrap_or_default()
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
