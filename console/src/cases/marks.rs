//! Parts of a form that reviewers mark when a case comes back: what may be marked at all, what people
//! call it, and whether it was touched since.

use engine::{
    decision::{Event, Recorded},
    definition::{Definition, Field, FieldKind, Form, Section},
    expression::Value,
    names::{FieldName, SectionName},
};

use super::{items, reading::FormData};

/// One marked part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What people call it.
    pub name: String,
    /// Whether it differs from the submission that was marked.
    pub is_touched: bool,
}

/// Whether anything in a section can be entered; what comes from an account or is computed is mended
/// elsewhere.
#[must_use]
pub fn has_mendable(section: &Section) -> bool {
    section.fields.values().any(Field::is_entered)
}

/// The parts that were marked after the last submission: what its author is mending.
#[must_use]
pub fn pending(definition: &Definition, history: &[Recorded]) -> Vec<String> {
    let since = history.iter().rev().take_while(|recorded| !is_submission(recorded));
    since.filter_map(|recorded| marked(definition, &recorded.event)).next().unwrap_or_default()
}

/// The parts that were marked before the last submission and after the one before: what was mended.
#[must_use]
pub fn answered(definition: &Definition, history: &[Recorded]) -> Vec<String> {
    let last = history.iter().rposition(is_submission).unwrap_or_default();
    pending(definition, &history[..last])
}

fn is_submission(recorded: &Recorded) -> bool {
    matches!(recorded.event, Event::Frozen { .. })
}

/// The parts that an action marks.
fn marked(definition: &Definition, event: &Event) -> Option<Vec<String>> {
    let Event::Acted { task, action, asked, .. } = event else { return None };
    let ask = &definition.tasks.get(task)?.actions.get(action)?.ask;
    let (field, _) = ask.iter().find(|(_, field)| field.kind == FieldKind::Parts)?;
    let parts = asked.get(field.as_str())?.as_list()?;
    Some(parts.iter().filter_map(Value::as_text).map(str::to_owned).collect())
}

/// How each of these parts stands now against the submission in which it was marked.
#[must_use]
pub fn marks(form: &Form, parts: &[String], before: &FormData, now: &FormData) -> Vec<Mark> {
    let known = parts.iter().filter(|part| section_of(form, part).is_some());
    known
        .map(|part| Mark {
            name: part_name(form, part),
            is_touched: is_touched(form, part, before, now),
        })
        .collect()
}

/// The box that confirms that what was marked is handed over as it was.
pub const UNTOUCHED: &str = "untouched";

/// What is said of a form that is handed over again with marks left alone.
#[must_use]
pub fn say(untouched: &[String]) -> String {
    let names = untouched.join("」「");
    format!(
        "审核人标出的「{names}」没有改动：请先修改；确实不用改的，勾选「我核对过，这些内容不用修改」后再提交"
    )
}

/// The names of those that were not touched.
#[must_use]
pub fn untouched(marks: &[Mark]) -> Vec<String> {
    marks.iter().filter(|mark| !mark.is_touched).map(|mark| mark.name.clone()).collect()
}

/// The section of a part.
fn section_of<'f>(form: &'f Form, part: &str) -> Option<(SectionName, &'f Section)> {
    let name = SectionName::from(part.split(['.', '[']).next().unwrap_or_default());
    Some((name.clone(), form.sections.get(&name)?))
}

fn is_touched(form: &Form, part: &str, before: &FormData, now: &FormData) -> bool {
    let Some((name, section)) = section_of(form, part) else { return false };
    if let Some(row) = row_of(part) {
        // The row as it was submitted; wherever it stands now, it is the same.
        let submitted = items::rows(before, name.as_str()).get(row);
        return submitted.is_none_or(|row| !items::rows(now, name.as_str()).contains(row));
    }
    let field = part.split_once('.').map(|(_, field)| FieldName::from(field));
    let content = |data: &'_ FormData| data.get(&name).cloned().unwrap_or(Value::None);
    let (before, now) = (content(before), content(now));
    let value = |content: &Value, field: &FieldName| {
        content.get(field.as_str()).cloned().unwrap_or(Value::None)
    };
    match field {
        Some(field) => value(&before, &field) != value(&now, &field),
        None if section.rows.is_some() => {
            before.as_list().unwrap_or_default() != now.as_list().unwrap_or_default()
        }
        None => section.fields.keys().any(|field| value(&before, field) != value(&now, field)),
    }
}

/// The place of the row that a part is, from 0.
fn row_of(part: &str) -> Option<usize> {
    let (_, place) = part.strip_suffix(']')?.split_once('[')?;
    place.parse().ok()
}

/// What people call a part of a form: `学历教育`, `学历教育，证书编号` or `学历教育第 2 项`.
#[must_use]
pub fn part_name(form: &Form, part: &str) -> String {
    if let Some((list, place)) = part.strip_suffix(']').and_then(|part| part.split_once('[')) {
        let place = place.parse::<usize>().map_or(0, |place| place + 1);
        return format!("{}第 {place} 项", part_name(form, list));
    }
    let (section, field) = part.split_once('.').map_or((part, None), |(s, f)| (s, Some(f)));
    let Some(section) = form.sections.get(section) else { return part.to_owned() };
    match field.map(|field| section.fields.get(field)) {
        None => section.name.clone(),
        Some(Some(field)) => format!("{}，{}", section.name, field.name),
        Some(None) => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cases::samples;

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    fn map(fields: &[(&str, &str)]) -> Value {
        Value::Map(fields.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect())
    }

    fn data(post: &str, rows: &[&str]) -> FormData {
        let rows = rows.iter().map(|item| map(&[("item", item)])).collect();
        BTreeMap::from([
            (SectionName::from("person"), map(&[("admin_post", post), ("nation", "汉族")])),
            (SectionName::from("education"), Value::List(rows)),
        ])
    }

    #[test]
    fn a_mark_that_was_left_alone_is_told_from_one_that_was_touched() {
        let definition = samples::definition("declaration");
        let form = &definition.form;
        let parts = ["person.admin_post", "person.nation", "education[0]", "education[1]", "gone"];
        let parts = parts.map(str::to_owned);
        let before = data("无", &["a", "b"]);
        let marked = marks(form, &parts, &before, &data("教研组长", &["b", "c"]));
        let said: Vec<_> =
            marked.iter().map(|mark| (mark.name.as_str(), mark.is_touched)).collect();
        let wanted = [
            ("个人信息，行政职务", true),
            ("个人信息，民族", false),
            ("学历教育第 1 项", true),
            ("学历教育第 2 项", false),
        ];
        assert_eq!(said, wanted);
        assert_eq!(untouched(&marked), ["个人信息，民族", "学历教育第 2 项"]);
        let whole = ["person".to_owned(), "education".to_owned()];
        let marked = marks(form, &whole, &before, &data("无", &["a"]));
        assert_eq!(untouched(&marked), ["个人信息"]);
    }

    /// R116
    #[test]
    fn only_what_somebody_can_enter_may_be_marked() {
        let definition = samples::definition("declaration");
        let fixed = |section: &str| {
            let fields = &definition.form.sections[section].fields;
            let fixed = fields.iter().filter(|(_, field)| !field.is_entered());
            fixed.map(|(name, field)| (name.to_string(), field.hint.clone())).collect::<Vec<_>>()
        };
        let person: Vec<String> = fixed("person").into_iter().map(|(name, _)| name).collect();
        assert_eq!(person, ["name", "id_number", "gender", "birth_date", "unit", "mobile"]);
        for (name, hint) in fixed("choice").into_iter().chain(fixed("person")) {
            assert!(hint.is_some(), "nobody is told how {name} is corrected");
        }
        assert!(definition.form.sections["choice"].fields["stage"].is_entered());
        assert!(has_mendable(&definition.form.sections["attachments"]));
        let meeting = samples::definition("committee-meeting");
        assert!(!has_mendable(&meeting.form.sections["meeting"]));
    }
}
