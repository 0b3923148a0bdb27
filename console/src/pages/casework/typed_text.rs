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
    let told = posted.pairs.iter().filter_map(|(key, value)| {
        let typed = match key.strip_prefix("ask.") {
            Some(inner) => Input::of_fields(ask?, inner),
            None => Input::of_form(form, key.strip_prefix("form.")?),
        }?;
        let state = key.strip_prefix("form.").and_then(|path| states.get(path));
        typed.in_words(state, value).map(|value| (typed.name, value))
    });
    told.collect()
}

/// What one name of a posted form stands for.
pub(in crate::pages) struct Input<'f> {
    /// What people call it, with the rows it lies in: `采购清单第 2 项，配件第 1 项，名称`.
    pub(in crate::pages) name: String,
    field: &'f Field,
}

impl<'f> Input<'f> {
    /// The input of this name, which stands after `form.`; `None` for what is no field.
    pub(in crate::pages) fn of_form(form: &'f Form, name: &str) -> Option<Self> {
        let (step, inner) = name.split_once('.')?;
        let (section, row) = step_of(step);
        let section = form.sections.get(section)?;
        let mut input = Self::of_fields(&section.fields, inner)?;
        if let Some(row) = row {
            input.name = format!("{}第 {} 项，{}", section.name, row + 1, input.name);
        }
        Some(input)
    }

    /// The input of this name among these fields, such as `note`, `list[0].name` or `period.from`.
    pub(in crate::pages) fn of_fields(fields: &'f Fields, name: &str) -> Option<Self> {
        let (step, inner) = match name.split_once('.') {
            Some((step, inner)) => (step, Some(inner)),
            None => (name, None),
        };
        let (name, row) = step_of(step);
        let field = fields.get(name)?;
        if let (FieldKind::Rows { fields, .. }, Some(row), Some(inner)) = (&field.kind, row, inner)
        {
            let mut input = Self::of_fields(fields, inner)?;
            input.name = format!("{}第 {} 项，{}", field.name, row + 1, input.name);
            return Some(input);
        }
        let end = match (&field.kind, inner) {
            (FieldKind::DateRange { .. }, Some("from")) => "（起）",
            (FieldKind::DateRange { .. }, Some("to")) => "（止）",
            (_, None) if row.is_none() => "",
            _ => return None,
        };
        Some(Self { name: format!("{}{end}", field.name), field })
    }

    /// What was typed as people read it; `None` for what is empty, and for files and how many rows there
    /// are, which nobody types. Codes of what was searched for say nothing: that it was chosen does.
    pub(in crate::pages) fn in_words(
        &self,
        state: Option<&FieldState>,
        value: &str,
    ) -> Option<String> {
        if value.trim().is_empty() {
            return None;
        }
        let computed = state.and_then(|state| state.options.iter().find(|it| it.0 == value));
        let fixed = match &self.field.kind {
            FieldKind::Choice(Options::Fixed(options))
            | FieldKind::Choices { options: Options::Fixed(options), .. } => {
                options.get(value).cloned()
            }
            FieldKind::YesNo | FieldKind::Accepted => {
                Some(if value == "yes" { "是" } else { "否" }.to_owned())
            }
            FieldKind::Reference(_) => Some("已选择".to_owned()),
            FieldKind::Files(_) | FieldKind::Rows { .. } => return None,
            FieldKind::Text { .. }
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Date
            | FieldKind::Month
            | FieldKind::DateRange { .. }
            | FieldKind::Moment
            | FieldKind::Choice(Options::Computed(_))
            | FieldKind::Choices { .. }
            | FieldKind::Parts => None,
        };
        Some(computed.map(|it| it.1.clone()).or(fixed).unwrap_or_else(|| value.to_owned()))
    }
}

/// A step of a name, and its row.
fn step_of(step: &str) -> (&str, Option<usize>) {
    match step.split_once('[') {
        Some((name, row)) => (name, row.trim_end_matches(']').parse().ok()),
        None => (step, None),
    }
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
            ("现有职称第 1 项，级别", "中级"),
            ("附件上传第 1 项，已由单位盖章", "是"),
            ("民族", "汉族"),
            ("意见", "不同意"),
        ];
        assert_eq!(typed, wanted);
    }
}
