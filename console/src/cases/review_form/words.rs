//! The values of a submission as the form prints them.

use std::collections::BTreeMap;

use engine::{
    decision::FileRef,
    definition::{Definition, Field, FieldKind, Fields, Options},
    expression::Value,
    names::{FieldName, SectionName},
};

use crate::cases::words;

/// A submission with the definition that explains it.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub(super) definition: &'a Definition,
    pub(super) form: &'a BTreeMap<SectionName, Value>,
}

/// One row of a section of rows.
pub(super) type Row = BTreeMap<String, Value>;

impl<'a> Data<'a> {
    /// One value of a section in words; empty where there is none.
    pub(super) fn text(&self, section: &str, field: &str) -> String {
        let Some(Value::Map(fields)) = self.form.get(section) else { return String::new() };
        let about = self.field(section, field);
        about.zip(fields.get(field)).map(|(about, value)| write(about, value)).unwrap_or_default()
    }

    /// The first file of a field.
    pub(super) fn file(&self, section: &str, field: &str) -> Option<FileRef> {
        let Some(Value::Map(fields)) = self.form.get(section) else { return None };
        fields.get(field).and_then(Value::as_list)?.iter().find_map(words::file)
    }

    /// Whether the definition asks for it.
    pub(super) fn has(&self, section: &str, field: &str) -> bool {
        self.field(section, field).is_some()
    }

    /// The name of a section and what it says, a line for each field that is filled in. What the id of
    /// a computed choice is called, `named` knows.
    pub(super) fn said(
        &self,
        section: &str,
        named: &dyn Fn(&str) -> Option<String>,
    ) -> Option<(&'a str, String)> {
        let about = self.definition.form.sections.get(section)?;
        let Some(Value::Map(values)) = self.form.get(section) else { return None };
        let line = |(name, field): (&FieldName, &Field)| {
            let text = match (&field.kind, values.get(name.as_str())?) {
                (FieldKind::Choice(Options::Computed(_)), Value::Text(id)) => {
                    named(id).unwrap_or_else(|| id.clone())
                }
                (FieldKind::Rows { fields, .. }, Value::List(rows)) => in_rows(fields, rows),
                (_, value) => write(field, value),
            };
            (!text.is_empty()).then(|| format!("{}：{text}", field.name))
        };
        let lines: Vec<String> = about.fields.iter().filter_map(line).collect();
        Some((about.name.as_str(), lines.join("\n")))
    }

    /// The rows of a section.
    pub(super) fn rows(&self, section: &str) -> impl Iterator<Item = &'a Row> + use<'a> {
        let rows = match self.form.get(section) {
            Some(Value::List(rows)) => rows.as_slice(),
            Some(_) | None => &[],
        };
        rows.iter().filter_map(|row| if let Value::Map(fields) = row { Some(fields) } else { None })
    }

    fn field(&self, section: &str, field: &str) -> Option<&'a Field> {
        self.definition.form.sections.get(section)?.fields.get(field)
    }
}

/// The values of a row in words.
pub(super) fn of_map(data: &Data<'_>, section: &str, row: &Row) -> BTreeMap<String, String> {
    let word = |(name, value): (&String, &Value)| {
        Some((name.clone(), write(data.field(section, name)?, value)))
    };
    row.iter().filter_map(word).collect()
}

/// The rows of a field, each with all that it says.
fn in_rows(fields: &Fields, rows: &[Value]) -> String {
    let row = |row: &Value| {
        let texts = fields.iter().map(|(name, field)| {
            row.get(name.as_str()).map(|value| write(field, value)).unwrap_or_default()
        });
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("，")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("；")
}

/// A value of a field in words.
pub(super) fn write(field: &Field, value: &Value) -> String {
    words::value(&field.kind, value, &|_, _| None)
}

/// When something was or began, so that texts compare as time does.
pub(super) fn sortable(value: &Value) -> String {
    match value {
        Value::Date(date) => date.to_string(),
        Value::Map(range) => range.get("from").map(sortable).unwrap_or_default(),
        Value::Integer(year) => year.to_string(),
        Value::Text(text) => text.clone(),
        Value::None
        | Value::Bool(_)
        | Value::Decimal(_)
        | Value::Moment(_)
        | Value::Span(_)
        | Value::List(_) => String::new(),
    }
}

/// The lists of the form with their columns.
pub(super) mod columns {
    use crate::documents::review_form::Register;

    /// A list: its title, and its columns with their widths.
    pub(in crate::cases::review_form) struct List {
        title: &'static str,
        columns: &'static [(&'static str, f32)],
    }

    impl List {
        pub(in crate::cases::review_form) fn register(&self, rows: Vec<Vec<String>>) -> Register {
            let columns = self.columns.iter().map(|(name, wide)| ((*name).to_owned(), *wide));
            Register { title: self.title.to_owned(), columns: columns.collect(), rows }
        }
    }

    const DEEDS: &[(&str, f32)] =
        &[("起止年月", 28.0), ("内容", 58.0), ("本人作用", 28.0), ("完成情况及效果", 56.0)];

    pub(in crate::cases::review_form) const STUDY: List = List {
        title: "学习（培训）经历",
        columns: &[
            ("起止年月", 30.0),
            ("学校（机构）", 46.0),
            ("专业", 36.0),
            ("学历（学位）", 28.0),
            ("学习形式", 30.0),
        ],
    };
    pub(in crate::cases::review_form) const TRAINING: List = List {
        title: "继续教育",
        columns: &[("年度", 18.0), ("内容", 90.0), ("组织单位", 44.0), ("学时", 18.0)],
    };
    pub(in crate::cases::review_form) const WORK: List = List {
        title: "工作经历",
        columns: &[
            ("起止年月", 30.0),
            ("单位", 50.0),
            ("从事何专业技术工作", 44.0),
            ("职务", 24.0),
            ("证明人", 22.0),
        ],
    };
    pub(in crate::cases::review_form) const BEFORE: List =
        List { title: "任现职前主要专业技术工作业绩登记", columns: DEEDS };
    pub(in crate::cases::review_form) const AFTER: List =
        List { title: "任现职后主要专业技术工作业绩登记", columns: DEEDS };
    pub(in crate::cases::review_form) const PAPERS: List = List {
        title: "著作、论文及重要技术报告登记",
        columns: &[
            ("日期", 24.0),
            ("名称", 70.0),
            ("出版、登载或交流情况", 48.0),
            ("合（独）著、排名", 28.0),
        ],
    };
    pub(in crate::cases::review_form) const YEARS: List = List {
        title: "年度考核情况",
        columns: &[("年度", 24.0), ("考核单位", 86.0), ("考核等次", 30.0), ("考核结果", 30.0)],
    };
}
