//! All that is wrong with what was sent: for the summary at the top of a page, and for each field.

use serde::Serialize;

use super::{Control, Field};

/// One thing to mend: where, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The id of the field it is about; empty where it is about the whole form.
    pub id: String,
    /// The page it stands on, where that is another one.
    pub page: String,
    /// The name of the field.
    #[serde(skip)]
    pub name: String,
    /// What people call the field, where the message does not say so.
    pub of: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// All that is wrong with a submission, for the summary at the top and for each field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Errors(Vec<Fault>);

impl Errors {
    /// Nothing is wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Something is wrong with a field.
    pub fn add(&mut self, name: &str, message: impl Into<String>) {
        let id = name.replace(['.', '[', ']'], "-");
        self.0.push(Fault {
            id,
            page: String::new(),
            name: name.to_owned(),
            of: String::new(),
            message: message.into(),
        });
    }

    /// Something is wrong with the whole.
    pub fn say(&mut self, message: impl Into<String>) {
        let message = message.into();
        self.0.push(Fault {
            id: String::new(),
            page: String::new(),
            name: String::new(),
            of: String::new(),
            message,
        });
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the faults of another.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All of them with what is wrong besides, where anything of these is; nothing twice.
    #[must_use]
    pub fn with(&self, more: Self) -> Self {
        let mut all = self.clone();
        let is_new = |fault: &Fault| !fault.name.is_empty() && self.of(&fault.name).is_none();
        all.0.extend(more.0.into_iter().filter(|fault| !self.is_empty() && is_new(fault)));
        all
    }

    /// Names the fields that a summary speaks of; of a list also the row.
    #[must_use]
    pub fn named<'f>(mut self, fields: impl Iterator<Item = &'f Field>) -> Self {
        for field in fields {
            self.name("", field);
        }
        self
    }

    fn name(&mut self, row: &str, field: &Field) {
        for fault in self.0.iter_mut().filter(|fault| fault.id == field.id) {
            let label = Some(&field.label).filter(|label| !fault.message.contains(*label));
            let of = [row].into_iter().chain(label.map(String::as_str));
            fault.of = of.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，");
        }
        let Control::Rows { runs, .. } = &field.control else { return };
        for inner in runs.iter().flat_map(|run| &run.rows) {
            let place = format!("{}第 {} 项", field.label, inner.number);
            let place = [row, &place].into_iter().filter(|part| !part.is_empty());
            let place = place.collect::<Vec<_>>().join("，");
            inner.fields.iter().for_each(|field| self.name(&place, field));
        }
    }

    /// Says which of them stand on another page, by the name of the field: its address.
    #[must_use]
    pub fn on_pages(mut self, page_of: impl Fn(&str) -> String) -> Self {
        for fault in self.0.iter_mut().filter(|fault| !fault.id.is_empty()) {
            fault.page = page_of(&fault.name);
        }
        self
    }

    /// All of them in one sentence.
    #[must_use]
    pub fn join(&self) -> String {
        self.0.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("；")
    }

    /// The first fault of a field.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.name == name).map(|fault| fault.message.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{Row, RowRun};

    #[test]
    fn the_summary_counts_everything_and_names_its_fields() {
        let mut errors = Errors::none();
        errors.add("form.person.work_years", "请填写整数，例如 12");
        let mut more = Errors::none();
        more.add("form.person.work_years", "工作年限与参加工作时间不符");
        more.add("form.person.nation", "请填写民族");
        assert!(Errors::none().with(more.clone()).is_empty(), "nothing was sent");
        let field = Field::text("form.person.work_years", "工作年限", "");
        let all = errors.with(more).named([field].iter());
        let said: Vec<_> =
            all.0.iter().map(|fault| (fault.of.as_str(), fault.message.as_str())).collect();
        assert_eq!(said, [("工作年限", "请填写整数，例如 12"), ("", "请填写民族")]);
    }

    #[test]
    fn a_fault_in_a_row_says_which_row_it_is() {
        let mut errors = Errors::none();
        errors.add("form.classes[1].pupils", "学生人数应在 1 到 80 之间");
        errors.add("form.classes[1].phone", "应为 11 位");
        let row = |index: usize| {
            let path = format!("form.classes[{index}]");
            let field = |name: &str, label: &str| Field::text(&format!("{path}.{name}"), label, "");
            Row {
                id: String::new(),
                number: index + 1,
                has_above: false,
                has_below: false,
                is_marked: false,
                fields: vec![field("pupils", "学生人数"), field("phone", "手机")],
                path,
            }
        };
        let rows = Control::Rows {
            path: "form.classes".to_owned(),
            count: 2,
            runs: vec![RowRun { folded: None, rows: vec![row(0), row(1)] }],
            has_room: true,
            is_fixed: false,
        };
        let list = Field::new("form.classes", "参加班级", rows);
        let of: Vec<String> =
            errors.named([&list].into_iter()).0.into_iter().map(|fault| fault.of).collect();
        assert_eq!(of, ["参加班级第 2 项", "参加班级第 2 项，手机"]);
    }

    #[test]
    fn a_field_finds_its_fault_and_the_summary_finds_the_field() {
        let mut errors = Errors::none();
        errors.add("form.work[0].employer", "请填写工作单位");
        let field = Field::text("form.work[0].employer", "工作单位", "").checked(&errors);
        assert_eq!(field.error.as_deref(), Some("请填写工作单位"));
        assert_eq!(field.id, errors.0[0].id);
        assert!(!field.id.contains(['.', '[']));
    }
}
