//! What a case is called in lists and headings: whom it is about, what matter it is and which of many,
//! which unit it lies with. Read from its labels, else from who started it and what was filled in.

mod listed;

use std::collections::BTreeMap;

use engine::{
    definition::{Definition, FieldKind, Participant, Section, WhoKind},
    expression::Value,
    names::SectionName,
};

pub use listed::Headings;

use super::{reading::FormData, words};

/// What a case is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// Whom it is about; empty where nothing says.
    pub who: String,
    /// The workflow, what kind of it, and which.
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

/// What a case is told by where its labels say too little.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Who started it.
    pub starter: Option<String>,
    /// The first text that was filled in.
    pub text: Option<String>,
}

impl Heading {
    /// Of a case of which the viewer may not know whose it is.
    #[must_use]
    pub fn of_unknown(definition: &Definition) -> Self {
        Self { matter: definition.name.clone(), ..Self::default() }
    }

    /// What it is called in one word.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.who.is_empty() { &self.matter } else { &self.who }
    }
}

/// Reads the labels `person_name`, `kind`, `called`, `unit_name` and `unit`, by their texts. A case
/// without the name of a person is known by whoever started it for themselves, and one of many by
/// another name among its labels, else by what was filled in. Beside a person's name a name counts that
/// is its own: that of a plan or a unit that it is about, many cases have.
#[must_use]
pub fn heading(
    definition: &Definition,
    labels: &BTreeMap<String, Value>,
    marks: &Marks,
) -> Heading {
    let text = |label: &str| labels.get(label).map(words::plain).filter(|text| !text.is_empty());
    let names = labels.keys().filter(|label| label.ends_with("_name"));
    let mut names = names.filter(|label| *label != "person_name");
    let own = names.clone().find(|label| is_of_its_own(definition, label));
    let own = own.and_then(|label| text(label));
    let name = names.find_map(|label| text(label));
    let starter = marks.starter.clone().filter(|_| is_for_oneself(definition));
    let (who, other) = match (text("person_name"), starter, name) {
        (Some(person), _, _) => (person, own),
        (None, Some(starter), name) => (starter, name),
        (None, None, name) => (name.unwrap_or_default(), None),
    };
    let kind = text("kind").and_then(|kind| {
        definition.form.sections.get(kind.as_str()).map(|section| section.name.clone())
    });
    let filled = || told_by_text(definition).then(|| marks.text.clone()).flatten();
    let matter = match &kind {
        Some(kind) => format!("{}：{kind}", definition.name),
        None => definition.name.clone(),
    };
    Heading {
        who,
        matter: match text("called").or(other).or_else(filled) {
            Some(called) => format!("{matter}「{called}」"),
            None => matter,
        },
        unit: match (text("unit_name"), text("unit")) {
            (Some(name), _) => UnitLabel::Name(name),
            (None, Some(id)) => UnitLabel::Id(id),
            (None, None) => UnitLabel::None,
        },
    }
}

/// Whether a case is called by the name of a person.
#[must_use]
pub fn is_of_a_person(definition: &Definition) -> bool {
    definition.labels.contains_key("person_name") || is_for_oneself(definition)
}

/// Whether people start it for themselves, so that it is about whoever started it.
fn is_for_oneself(definition: &Definition) -> bool {
    let starter = definition.start.by.as_ref().and_then(|by| definition.participants.get(by));
    match starter {
        Some(Participant::One(who)) => matches!(who.kind, WhoKind::Account(_)),
        Some(Participant::Rows(_)) | None => false,
    }
}

/// Whether a name among the labels is no name of what the case is about.
fn is_of_its_own(definition: &Definition, label: &str) -> bool {
    let is_about = |path: &Vec<String>| {
        path.first().is_some_and(|first| definition.start.given.contains_key(first.as_str()))
    };
    let named = definition.labels.get(label).filter(|_| label != "unit_name");
    named.is_some_and(|named| !named.reads().iter().any(is_about))
}

/// Whether no label tells a case from others of its workflow, but for whose it is.
fn told_by_text(definition: &Definition) -> bool {
    let tells =
        |label: &str| label == "called" || label.ends_with("_name") && label != "person_name";
    !definition.labels.keys().any(|label| tells(label.as_str()))
}

/// The section whose first text tells a case from others: everybody sees it, and people fill it in.
#[must_use]
pub fn telling_section(definition: &Definition) -> Option<(&SectionName, &Section)> {
    if !told_by_text(definition) {
        return None;
    }
    let is_seen = |name: &SectionName, section: &Section| {
        let whos = definition.participants.values().flat_map(Participant::whos);
        let mut sees = whos.filter_map(|who| who.sees.as_ref());
        section.visible_to.is_none() && sees.all(|sees| sees.contains(name))
    };
    let has_text = |section: &Section| section.fields.values().any(is_text);
    let mut sections = definition.form.sections.iter();
    sections.find(|(name, section)| {
        section.rows.is_none() && is_seen(name, section) && has_text(section)
    })
}

fn is_text(field: &engine::definition::Field) -> bool {
    let FieldKind::Text { .. } = field.kind else { return false };
    field.is_entered()
}

/// The first text of a section that is filled in, or its beginning.
#[must_use]
pub fn first_text(section: &Section, content: &Value) -> Option<String> {
    let mut texts = section.fields.iter().filter(|(_, field)| is_text(field));
    let text = texts.find_map(|(name, _)| {
        let text = content.get(name.as_str())?.as_text()?.split_whitespace().collect::<Vec<_>>();
        Some(text.join(" ")).filter(|text| !text.is_empty())
    })?;
    Some(words::cut(&text))
}

/// The first text of a form that tells a case from others.
#[must_use]
pub fn text_of(definition: &Definition, form: &FormData) -> Option<String> {
    let (name, section) = telling_section(definition)?;
    first_text(section, form.get(name)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    fn labels(labels: &[(&str, &str)]) -> BTreeMap<String, Value> {
        let value = |text: &str| Value::Text(text.to_owned());
        labels.iter().map(|(label, text)| ((*label).to_owned(), value(text))).collect()
    }

    fn marks() -> Marks {
        Marks { starter: Some("测试五号".to_owned()), text: Some("春游".to_owned()) }
    }

    #[test]
    fn a_case_without_the_name_of_a_person_is_known_by_who_started_it_and_what_was_filled_in() {
        let mut definition = (*samples::definition("binding")).clone();
        definition.labels.clear();
        let told = |definition: &Definition, texts: &[(&str, &str)]| {
            let heading = heading(definition, &labels(texts), &marks());
            (heading.who, heading.matter)
        };
        let pair = |who: &str, matter: &str| (who.to_owned(), matter.to_owned());
        assert_eq!(told(&definition, &[]), pair("测试五号", "单位绑定「春游」"));
        let thing = [("thing_name", "投影仪")];
        assert_eq!(told(&definition, &thing), pair("测试五号", "单位绑定「投影仪」"));
        let person = [("person_name", "测试一号")];
        assert_eq!(told(&definition, &person), pair("测试一号", "单位绑定「春游」"));
        // What it is about has its name in many cases; what is its own tells it from others.
        let mut loan = (*samples::definition("binding")).clone();
        let own = samples::definition("library-item").labels["called"].clone();
        loan.labels.insert("thing_name".into(), own);
        let named = [("person_name", "测试一号"), ("thing_name", "投影仪"), ("unit_name", "三中")];
        assert_eq!(told(&loan, &named), pair("测试一号", "单位绑定「投影仪」"));
        // What has a name of its own among its labels is called as before.
        let declaration = samples::definition("declaration");
        let known = [("person_name", "测试一号"), ("plan_name", "2026 年计划")];
        let wanted = pair("测试一号", &declaration.name);
        assert_eq!(told(&declaration, &known), wanted);
        let meeting = samples::definition("committee-meeting");
        assert_eq!(told(&meeting, &known[1..]), pair("2026 年计划", &meeting.name));
    }
}
