//! A form or `ask` of a definition as fields on a page: what shows, what may be entered, what stands
//! there, and after a fault what was typed. Everything comes from the definition, so a workflow
//! published later is usable at once.

pub(super) mod control;
mod rows;

use std::collections::BTreeMap;

use engine::{
    decision::{FieldFault, FieldState},
    definition::{Condition, Field as Defined, FieldKind, Fields, Form, Options, Section},
    expression::Value,
    names::SectionName,
};
use serde::Serialize;

use super::{Errors, Field, PartGroup};
use crate::cases::{decode::KnownFiles, posted::Posted, references::References};

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
    /// What was searched for, and the names of what was chosen.
    pub references: &'a References,
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

impl SectionForm {
    /// The name of the section in the form.
    pub fn part(&self) -> &str {
        self.id.strip_prefix("form-").unwrap_or(&self.id)
    }
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
        Some(limits) => (vec![rows::list(section, &path, limits, stored, sources)], None),
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

/// Whether anything hangs on what is typed in these sections: what shows, what must be filled, what
/// may be chosen, what is computed. Then the page is asked anew whenever something changes.
pub fn is_live(form: &Form) -> bool {
    form.sections.values().any(|section| section.when.is_some() || are_live(&section.fields))
}

/// The same of fields.
pub fn are_live(fields: &Fields) -> bool {
    fields.values().any(|field| {
        let by_rule = field.when.is_some()
            || field.computed.is_some()
            || field.correct.is_some()
            || matches!(field.required, Condition::When(_));
        let by_kind = match &field.kind {
            FieldKind::Choice(options) | FieldKind::Choices { options, .. } => {
                matches!(options, Options::Computed(_))
            }
            FieldKind::Rows { fields, .. } => are_live(fields),
            FieldKind::Text { .. }
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Date
            | FieldKind::Month
            | FieldKind::DateRange { .. }
            | FieldKind::Moment
            | FieldKind::YesNo
            | FieldKind::Accepted
            | FieldKind::Files(_)
            | FieldKind::Parts
            | FieldKind::Reference(_) => false,
        };
        by_rule || by_kind
    })
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
        let has_least = matches!(&field.kind, FieldKind::Rows { limits, .. } if limits.min > 0);
        let always = has_least || matches!(field.kind, FieldKind::Accepted);
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

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use engine::definition::Definition;

    use super::*;
    use crate::{cases::samples, pages::Control};

    fn sources<'a>(
        posted: Option<&'a Posted>,
        errors: &'a Errors,
        files: &'a KnownFiles,
        may_edit: &'a dyn Fn(&str) -> bool,
    ) -> Sources<'a> {
        static NONE: BTreeMap<String, FieldState> = BTreeMap::new();
        static NOTHING: LazyLock<References> = LazyLock::new(References::default);
        Sources {
            states: &NONE,
            posted,
            errors,
            names: &|_, _| None,
            references: &NOTHING,
            parts: &[],
            files,
            may_edit,
        }
    }

    fn shown(
        definition: &Definition,
        section: &str,
        stored: Value,
        sources: &Sources<'_>,
    ) -> Vec<Field> {
        let fields_of = &definition.form.sections[section].fields;
        fields(fields_of, &format!("form.{section}"), &stored, sources)
    }

    fn kind(field: &Field) -> String {
        let json = serde_json::to_value(&field.control).expect("a control is plain data");
        json["kind"].as_str().unwrap_or_default().to_owned()
    }

    /// R23
    #[test]
    fn every_field_of_a_shipped_form_has_its_control() {
        let library = samples::definition("library-item");
        let (errors, files) = (Errors::none(), KnownFiles::new());
        let sources = sources(None, &errors, &files, &|_| true);
        let controls = |section: &str| {
            let fields = shown(&library, section, Value::None, &sources);
            fields
                .iter()
                .map(|field| format!("{} {}", field.label, kind(field)))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            controls("work_experience"),
            [
                "起止年月 range",
                "工作单位 input",
                "岗位（职务） input",
                "从事专业技术工作 input",
                "是否专业技术岗位 radios",
                "证明人 input",
                "证明材料 files",
            ]
        );
        let assessment = shown(&library, "annual_assessment", Value::None, &sources);
        assert!(assessment[0].required && assessment[0].id == "form-annual_assessment-year");
        let limits = assessment[3].hint.as_deref().unwrap_or_default();
        assert!(limits.contains("JPG、PNG 或 PDF，每个不超过 5 MB，最多 5 个"), "{limits}");
    }

    /// R20, R21
    #[test]
    fn the_kinds_of_achievements_are_those_of_the_catalogue() {
        let library = samples::definition("library-item");
        let sections = &library.form.sections;
        let names: Vec<&str> = sections.values().map(|section| section.name.as_str()).collect();
        for name in
            ["工作经历", "教育经历", "继续教育", "年度考核", "获得荣誉", "取得业绩", "发表论文"]
        {
            assert!(names.iter().any(|known| known.contains(name)), "no {name} in {names:?}");
        }
        // One kind is written at a time, and none of them must be.
        let required =
            sections.values().filter(|section| section.rows.is_some_and(|limits| limits.min > 0));
        assert_eq!(required.count(), 0);
    }

    #[test]
    fn what_was_typed_stays_beside_its_fault() {
        let library = samples::definition("library-item");
        let pairs =
            [("form.annual_assessment.year", "二〇二四"), ("form.annual_assessment.grade", "")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let posted = Posted { pairs, uploads: Vec::new() };
        let mut errors = Errors::none();
        errors.add("form.annual_assessment.year", "请填写整数，例如 12");
        let files = KnownFiles::new();
        let sources = sources(Some(&posted), &errors, &files, &|_| true);
        let stored = [
            ("year".to_owned(), Value::Integer(2023)),
            ("employer".to_owned(), Value::Text("第九十九中学".to_owned())),
        ];
        let fields = shown(&library, "annual_assessment", Value::Map(stored.into()), &sources);
        let value = |field: &Field| {
            let Control::Input { value, .. } = &field.control else { panic!("no input") };
            value.clone()
        };
        assert_eq!(value(&fields[0]), "二〇二四");
        assert_eq!(fields[0].error.as_deref(), Some("请填写整数，例如 12"));
        assert_eq!(value(&fields[2]), "第九十九中学", "what was not sent is as it was stored");
    }

    #[test]
    fn what_is_not_unlocked_is_only_read() {
        let library = samples::definition("library-item");
        let (errors, files) = (Errors::none(), KnownFiles::new());
        let may_edit = |path: &str| path == "form.paper.title";
        let sources = sources(None, &errors, &files, &may_edit);
        let stored = [("kind".to_owned(), Value::Text("期刊论文".to_owned()))];
        let fields = shown(&library, "paper", Value::Map(stored.into()), &sources);
        let editable = fields.iter().filter(|field| kind(field) != "shown").count();
        assert_eq!(editable, 1);
        let read = fields.iter().find(|field| field.name == "form.paper.kind");
        let read = read.map(|field| &field.control);
        assert!(matches!(read, Some(Control::Shown { value }) if value == "期刊论文"), "{read:?}");
        assert!(fields.iter().filter(|field| kind(field) == "shown").all(|field| !field.required));
    }

    #[test]
    fn a_new_row_stands_as_its_kind_does() {
        assert_eq!(without_rows("works[12].title"), "works[].title");
        assert_eq!(without_rows("basic.name"), "basic.name");
    }
}
