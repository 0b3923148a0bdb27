//! Whether a form, or what was asked, is complete and right: every fault with its path, all at once.

mod kinds;

use super::{FieldFault, Undecided, knowledge::Knowledge, shape};
use crate::{
    definition::{Condition, Field, FieldKind, Fields, Options, Requirement, RowLimits, Section},
    expression::Value,
    names::SectionName,
};

/// Gathers the faults of fields.
#[derive(Debug)]
pub(super) struct Examination<'a> {
    knowledge: &'a Knowledge<'a>,
    pub(super) faults: Vec<FieldFault>,
}

impl Knowledge<'_> {
    /// Every fault of the form as it stands.
    pub(super) fn examined_form(&self) -> Result<Vec<FieldFault>, Undecided> {
        let mut examination = Examination::new(self);
        examination.form()?;
        Ok(examination.faults)
    }
}

impl<'a> Examination<'a> {
    pub(super) fn new(knowledge: &'a Knowledge<'a>) -> Self {
        Self { knowledge, faults: Vec::new() }
    }

    fn fault(&mut self, path: &str, message: String) {
        self.faults.push(FieldFault { field: path.to_owned(), message });
    }

    /// Every visible section.
    pub(super) fn form(&mut self) -> Result<(), Undecided> {
        let knowledge = self.knowledge;
        for (name, section) in &knowledge.definition.form.sections {
            if knowledge.allows(section.when.as_ref())? {
                self.section(name, section)?;
            }
        }
        Ok(())
    }

    fn section(&mut self, name: &SectionName, section: &Section) -> Result<(), Undecided> {
        let path = format!("form.{name}");
        let content = shape::section(section, self.knowledge.case.form.get(name));
        match section.rows {
            Some(limits) => self.rows(&path, &section.name, &section.fields, limits, &content)?,
            None => self.fields(&path, &section.fields, &content)?,
        }
        self.requirements(&path, &section.require, &content, &content)
    }

    fn rows(
        &mut self,
        path: &str,
        name: &str,
        fields: &Fields,
        limits: RowLimits,
        content: &Value,
    ) -> Result<(), Undecided> {
        let rows = content.as_list().unwrap_or_default();
        if let Some(message) = kinds::row_count(name, rows.len(), limits) {
            self.fault(path, message);
        }
        rows.iter()
            .enumerate()
            .try_for_each(|(index, row)| self.fields(&format!("{path}[{index}]"), fields, row))
    }

    /// The fields of one row, or of a section or `ask` that is one row.
    pub(super) fn fields(
        &mut self,
        path: &str,
        fields: &Fields,
        row: &Value,
    ) -> Result<(), Undecided> {
        fields.iter().try_for_each(|(name, field)| {
            self.field(&format!("{path}.{name}"), name.as_str(), field, row)
        })
    }

    fn field(
        &mut self,
        path: &str,
        name: &str,
        field: &Field,
        row: &Value,
    ) -> Result<(), Undecided> {
        let knowledge = self.knowledge;
        let value = shape::field(field, row.get(name));
        if !is_visible(knowledge, field, row, value)? {
            return Ok(());
        }
        let is_blank = value.is_blank() || *value == Value::Bool(false) && is_accepted(field);
        if is_blank {
            // A list that must have rows is counted though it has none, as a section of rows is.
            if has_least(&field.kind) {
                return self.kind(path, field, row, value);
            }
            if is_accepted(field) || is_required(knowledge, field, row, value)? {
                self.fault(path, format!("{}{}", kinds::verb(&field.kind), field.name));
            }
            return Ok(());
        }
        self.kind(path, field, row, value)?;
        self.requirements(path, &field.require, row, value)
    }

    fn kind(
        &mut self,
        path: &str,
        field: &Field,
        row: &Value,
        value: &Value,
    ) -> Result<(), Undecided> {
        let knowledge = self.knowledge;
        let message = match &field.kind {
            FieldKind::Rows { fields, limits } => {
                return self.rows(path, &field.name, fields, *limits, value);
            }
            FieldKind::Choice(choice) => {
                let options = options(knowledge, choice, row, value)?;
                let is_option =
                    options.iter().any(|(option, _)| Some(option.as_str()) == value.as_text());
                (!is_option).then(|| "不在可选的范围内，请重新选择".to_owned())
            }
            FieldKind::Choices { options: choice, limits } => {
                let options = options(knowledge, choice, row, value)?;
                let chosen = value.as_list().unwrap_or_default();
                let is_option = |one: &Value| {
                    options.iter().any(|(option, _)| Some(option.as_str()) == one.as_text())
                };
                if chosen.iter().all(is_option) {
                    kinds::choice_count(chosen.len(), *limits)
                } else {
                    Some("有不在可选范围内的，请重新选择".to_owned())
                }
            }
            FieldKind::Parts => kinds::unknown_part(knowledge.definition, knowledge.case, value),
            kind @ (FieldKind::Text { .. }
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Date
            | FieldKind::Month
            | FieldKind::DateRange { .. }
            | FieldKind::Moment
            | FieldKind::YesNo
            | FieldKind::Accepted
            | FieldKind::Files(_)
            | FieldKind::Reference(_)) => kinds::fault(kind, value, knowledge.moment.date()),
        };
        if let Some(message) = message {
            self.fault(path, format!("{}{message}", field.name));
        }
        Ok(())
    }

    fn requirements(
        &mut self,
        path: &str,
        require: &[Requirement],
        row: &Value,
        it: &Value,
    ) -> Result<(), Undecided> {
        let bindings = [("it", it), ("row", row)];
        for requirement in require {
            let is_asked = self.knowledge.allows_with(requirement.when.as_ref(), &bindings)?;
            if is_asked && !self.knowledge.holds_with(&requirement.that, &bindings)? {
                let say = self.knowledge.render_with(&requirement.say, &bindings)?;
                self.fault(path, say);
            }
        }
        Ok(())
    }
}

fn is_accepted(field: &Field) -> bool {
    field.kind == FieldKind::Accepted
}

fn has_least(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Rows { limits, .. } if limits.min > 0)
}

/// Whether a field is shown.
pub(super) fn is_visible(
    knowledge: &Knowledge<'_>,
    field: &Field,
    row: &Value,
    value: &Value,
) -> Result<bool, Undecided> {
    knowledge.allows_with(field.when.as_ref(), &[("it", value), ("row", row)])
}

/// Whether a field must be filled.
pub(super) fn is_required(
    knowledge: &Knowledge<'_>,
    field: &Field,
    row: &Value,
    value: &Value,
) -> Result<bool, Undecided> {
    match &field.required {
        Condition::Never => Ok(false),
        Condition::Always => Ok(true),
        Condition::When(when) => knowledge.holds_with(when, &[("it", value), ("row", row)]),
    }
}

/// The options of a choice: value and name.
pub(super) fn options(
    knowledge: &Knowledge<'_>,
    options: &Options,
    row: &Value,
    value: &Value,
) -> Result<Vec<(String, String)>, Undecided> {
    match options {
        Options::Fixed(fixed) => {
            Ok(fixed.iter().map(|(value, name)| (value.clone(), name.clone())).collect())
        }
        Options::Computed(expression) => {
            let list = knowledge.evaluate_with(expression, &[("it", value), ("row", row)])?;
            Ok(list.as_list().unwrap_or_default().iter().filter_map(option).collect())
        }
    }
}

/// A text, or a row with `value` (or `id`) and `name`.
fn option(row: &Value) -> Option<(String, String)> {
    if let Some(text) = row.as_text() {
        return Some((text.to_owned(), text.to_owned()));
    }
    let value = row.get("value").or_else(|| row.get("id")).filter(|value| !value.is_none())?;
    let name = row.get("name").filter(|name| !name.is_none()).unwrap_or(value);
    Some((value.display(), name.display()))
}
