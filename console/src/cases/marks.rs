//! Parts of a form that reviewers mark when a case comes back: what may be marked at all, what people
//! call it, and whether it was touched since. They are told by the page on which they are filled in.

use engine::{
    decision::{Event, Recorded},
    definition::{Definition, Field, FieldKind, Form, Section},
    expression::Value,
    names::{FieldName, SectionName},
};

use super::{items, reading::FormData};

/// One page of a form with what was marked on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedPage {
    /// Its name.
    pub name: String,
    /// The parts that were marked.
    pub marks: Vec<Mark>,
}

/// One marked part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What people call it on its page; empty where it is the page as a whole.
    pub name: String,
    /// Whether it differs from the submission that was marked.
    pub is_touched: bool,
}

/// The name of an option of a field of the form, by the path of the field.
pub type OptionName<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

impl MarkedPage {
    /// Its parts that were touched, or those that were not.
    fn parts(&self, is_touched: bool) -> Vec<&str> {
        let own = self.marks.iter().filter(|mark| mark.is_touched == is_touched);
        own.map(|mark| mark.name.as_str()).collect()
    }

    /// What of it was touched and what was not, and whether all of it was.
    #[must_use]
    pub fn told(&self) -> (String, bool) {
        let (touched, untouched) = (self.parts(true), self.parts(false));
        let told = match (touched.as_slice(), untouched.as_slice()) {
            (touched, []) => format!("{}：改过", on_page(&self.name, touched)),
            ([], untouched) => format!("{}：没有改", on_page(&self.name, untouched)),
            (touched, untouched) => {
                let touched = on_page(&self.name, touched);
                format!("{touched}：改过；{}：没有改", untouched.join("，"))
            }
        };
        (told, untouched.is_empty())
    }
}

/// Names of parts after the name of their page; a part without a name is the page as a whole.
fn on_page(page: &str, parts: &[&str]) -> String {
    match parts {
        parts if parts.contains(&"") => page.to_owned(),
        [first, ..] if first.starts_with('第') => format!("{page}{}", parts.join("，")),
        parts => format!("{page}，{}", parts.join("，")),
    }
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

/// How each of these parts stands now against the submission in which it was marked, by page.
#[must_use]
pub fn marks(
    form: &Form,
    parts: &[String],
    (before, now): (&FormData, &FormData),
    option: OptionName<'_>,
) -> Vec<MarkedPage> {
    let row = |list: &str, place: usize| items::rows(before, list).get(..=place);
    let mut pages: Vec<MarkedPage> = Vec::new();
    for part in parts {
        let Some((page, name)) = place(form, part, &row, option) else { continue };
        let mark = Mark { name, is_touched: is_touched(form, part, before, now) };
        match pages.iter_mut().find(|own| own.name == page) {
            Some(own) => own.marks.push(mark),
            None => pages.push(MarkedPage { name: page, marks: vec![mark] }),
        }
    }
    pages
}

/// What people call these parts, each page once.
#[must_use]
pub fn names<'r>(
    form: &Form,
    parts: &[String],
    rows: &dyn Fn(&str, usize) -> Option<&'r [Value]>,
    option: OptionName<'_>,
) -> Vec<String> {
    let mut pages: Vec<(String, Vec<String>)> = Vec::new();
    for part in parts {
        let place = place(form, part, rows, option);
        let (page, name) = place.unwrap_or_else(|| (part.clone(), String::new()));
        match pages.iter_mut().find(|(own, _)| *own == page) {
            Some((_, names)) => names.push(name),
            None => pages.push((page, vec![name])),
        }
    }
    let named = |(page, names): (String, Vec<String>)| {
        on_page(&page, &names.iter().map(String::as_str).collect::<Vec<_>>())
    };
    pages.into_iter().map(named).collect()
}

/// The page on which a part is filled in, and what people call it there. `rows` are those of a list up
/// to a place, as they stood; a list that is filled in on several pages says the page by its category.
fn place<'r>(
    form: &Form,
    part: &str,
    rows: &dyn Fn(&str, usize) -> Option<&'r [Value]>,
    option: OptionName<'_>,
) -> Option<(String, String)> {
    let (name, section) = section_of(form, part)?;
    let page = section.page.as_deref().unwrap_or(&section.name);
    // Several sections may share a page.
    let own = if page == section.name { "" } else { &section.name };
    if let Some(row) = row_of(part) {
        let rows = rows(name.as_str(), row);
        let category = rows.and_then(|rows| items::text(rows.last()?, items::CATEGORY));
        let path = format!("{name}[].{}", items::CATEGORY);
        if let Some((category, named)) = category.and_then(|it| Some((it, option(&path, it)?))) {
            let is_there = |row: &&Value| items::text(row, items::CATEGORY) == Some(category);
            let number = rows.unwrap_or_default().iter().filter(is_there).count();
            return Some((named, format!("第 {number} 项")));
        }
        if let Some(named) = rows.and_then(|rows| kind_of_row(&name, rows, option)) {
            return Some((page.to_owned(), format!("{own}{named}")));
        }
        return Some((page.to_owned(), format!("{own}第 {} 项", row + 1)));
    }
    let named = match part.split_once('.') {
        Some((_, field)) => section.fields.get(field)?.name.as_str(),
        None => own,
    };
    Some((page.to_owned(), named.to_owned()))
}

/// What people call the last of these rows where each is of some type, as attachments are: where it
/// stands among all of them says nothing to those who see them by type.
fn kind_of_row(list: &SectionName, rows: &[Value], option: OptionName<'_>) -> Option<String> {
    let kind = items::text(rows.last()?, items::TYPE)?;
    let named = option(&format!("{list}[].{}", items::TYPE), kind)?;
    let number = rows.iter().filter(|row| items::text(row, items::TYPE) == Some(kind)).count();
    Some(if number > 1 { format!("{named}第 {number} 份") } else { named })
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

/// The names of those that were not touched, each page once.
#[must_use]
pub fn untouched(pages: &[MarkedPage]) -> Vec<String> {
    let named = |page: &MarkedPage| {
        let parts = page.parts(false);
        (!parts.is_empty()).then(|| on_page(&page.name, &parts))
    };
    pages.iter().filter_map(named).collect()
}

/// The section of a part.
fn section_of<'f>(form: &'f Form, part: &str) -> Option<(SectionName, &'f Section)> {
    let name = SectionName::from(part.split(['.', '[']).next().unwrap_or_default());
    Some((name.clone(), form.sections.get(&name)?))
}

fn is_touched(form: &Form, part: &str, before: &FormData, now: &FormData) -> bool {
    let Some((name, section)) = section_of(form, part) else { return false };
    if let Some(row) = row_of(part) {
        // The row as it was submitted; wherever it stands now, it is the same. What was added to its
        // slot answers it too.
        let (before, now) = (items::rows(before, name.as_str()), items::rows(now, name.as_str()));
        let Some(submitted) = before.get(row) else { return true };
        let slot = section.slot.as_ref().and_then(|slot| items::text(submitted, slot.as_str()));
        let in_slot = |rows: &[Value]| {
            let own = |row: &&Value| {
                section.slot.as_ref().is_some_and(|it| items::text(row, it.as_str()) == slot)
            };
            rows.iter().filter(own).count()
        };
        return !now.contains(submitted) || in_slot(now) > in_slot(before);
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
    fn a_mark_that_was_left_alone_is_told_by_its_page_from_one_that_was_touched() {
        let definition = samples::definition("declaration");
        let form = &definition.form;
        let option = |_: &str, _: &str| None;
        let marked = |parts: &[&str], before: &FormData, now: &FormData| {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            marks(form, &parts, (before, now), &option)
        };
        let parts = [
            "person.admin_post",
            "person.nation",
            "current_titles",
            "education[0]",
            "education[1]",
            "gone",
        ];
        let before = data("无", &["a", "b"]);
        let pages = marked(&parts, &before, &data("教研组长", &["b", "c"]));
        let told: Vec<_> = pages.iter().map(MarkedPage::told).collect();
        let wanted = [
            ("基本信息，行政职务：改过；民族，现有职称：没有改".to_owned(), false),
            ("学历教育第 1 项：改过；第 2 项：没有改".to_owned(), false),
        ];
        assert_eq!(told, wanted);
        assert_eq!(untouched(&pages), ["基本信息，民族，现有职称", "学历教育第 2 项"]);
        let pages = marked(&["person", "education"], &before, &data("无", &["a"]));
        assert_eq!(untouched(&pages), ["基本信息，个人信息"]);
        assert_eq!(pages[1].told(), ("学历教育：改过".to_owned(), true));
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
