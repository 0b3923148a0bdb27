//! What a case is called in lists and headings: whom it is about, what matter it is, which unit it
//! lies with. Read from its labels, whatever the workflow.

use std::collections::BTreeMap;

use engine::{definition::Definition, expression::Value};

use super::words;

/// What a case is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// Whom it is about; empty where no label says.
    pub who: String,
    /// The workflow, and what kind of it.
    pub matter: String,
    /// The name of the unit where a label says it, else its id.
    pub unit: UnitLabel,
}

/// What labels say of the unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum UnitLabel {
    /// Nothing.
    #[default]
    None,
    /// Its name.
    Name(String),
    /// Its id.
    Id(String),
}

/// Reads the labels `person_name`, `kind`, `called`, `unit_name` and `unit`, by their texts.
pub fn heading(definition: &Definition, labels: &BTreeMap<String, Value>) -> Heading {
    let text = |label: &str| labels.get(label).map(words::plain).filter(|text| !text.is_empty());
    let any_name = || {
        let names = labels.iter().filter(|(label, _)| label.ends_with("_name"));
        names.map(|(_, value)| words::plain(value)).find(|text| !text.is_empty())
    };
    let kind = text("kind").and_then(|kind| {
        definition.form.sections.get(kind.as_str()).map(|section| section.name.clone())
    });
    Heading {
        who: text("person_name").or_else(any_name).unwrap_or_default(),
        matter: match (kind, text("called")) {
            (Some(kind), Some(called)) => format!("{}：{kind}「{called}」", definition.name),
            (Some(kind), None) => format!("{}：{kind}", definition.name),
            (None, _) => definition.name.clone(),
        },
        unit: match (text("unit_name"), text("unit")) {
            (Some(name), _) => UnitLabel::Name(name),
            (None, Some(id)) => UnitLabel::Id(id),
            (None, None) => UnitLabel::None,
        },
    }
}
