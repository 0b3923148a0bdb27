//! The library items that a submission names, as they were approved.

use std::collections::BTreeMap;

use engine::{definition::FieldKind, expression::Value, names::CaseId, runtime::RuntimeError};

use super::words::{Data, Row, sortable, write};
use crate::{app::App, records::people::Person};

/// The sections that name library items.
const SECTIONS: [&str; 5] =
    ["work_experience", "education", "continuing_education", "annual_assessment", "achievements"];

/// One item, with the row that names it.
pub(super) struct Item {
    /// What kind of item: a section of the library.
    pub(super) kind: String,
    /// What people call that.
    kind_name: String,
    /// What the row says beside the item, such as 考核结果.
    row: Row,
    /// Its fields in order: id, name, words.
    fields: Vec<(String, String, String)>,
    /// When it was or began.
    since: String,
}

/// All items by the section that names them, in the order of the submission.
pub(super) struct Items {
    by_section: BTreeMap<&'static str, Vec<Item>>,
}

impl Items {
    pub(super) async fn load(
        app: &App,
        data: &Data<'_>,
        person: &Person,
    ) -> Result<Self, RuntimeError> {
        let mut by_section = BTreeMap::new();
        for section in SECTIONS {
            let mut items = Vec::new();
            for row in data.rows(section) {
                if let Some(Value::Text(id)) = row.get("item") {
                    items.extend(Item::load(app, id, row, person).await?);
                }
            }
            by_section.insert(section, items);
        }
        Ok(Self { by_section })
    }

    pub(super) fn of(&self, section: &str) -> impl Iterator<Item = &Item> {
        self.by_section.get(section).into_iter().flatten()
    }

    /// 学历（学位） in one line: what is marked as the highest, else the last.
    pub(super) fn highest_education(&self, _: &Data<'_>) -> String {
        let is_highest = |item: &&Item| item.row.get("highest") == Some(&Value::Bool(true));
        let found = self.of("education").find(is_highest).or_else(|| self.of("education").last());
        let Some(item) = found else { return String::new() };
        let parts = ["education", "degree", "school", "major", "period", "mode"];
        let parts = parts.map(|field| item.text(field));
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
    }
}

impl Item {
    async fn load(
        app: &App,
        id: &str,
        row: &Row,
        person: &Person,
    ) -> Result<Option<Self>, RuntimeError> {
        let Some(view) = app.runtime.view(&CaseId::from(id)).await? else { return Ok(None) };
        if view.case.subjects.get("person").map(String::as_str) != Some(person.id.as_str()) {
            return Ok(None);
        }
        let definition = &view.definition.definition;
        let filled = definition.form.sections.iter().find_map(|(name, section)| {
            let Some(Value::Map(values)) = view.case.form.get(name) else { return None };
            Some((name, section, values))
        });
        let Some((name, section, values)) = filled else { return Ok(None) };
        let printed =
            section.fields.iter().filter(|(_, field)| !matches!(field.kind, FieldKind::Files(_)));
        let fields = printed.filter_map(|(id, field)| {
            let words = write(field, values.get(id.as_str())?);
            Some((id.to_string(), field.name.clone(), words))
        });
        let time = ["period", "date", "year", "school_year", "discharge", "granted"];
        let since = time.iter().find_map(|field| values.get(*field)).map(sortable);
        Ok(Some(Self {
            kind: name.to_string(),
            kind_name: section.name.clone(),
            row: row.clone(),
            fields: fields.collect(),
            since: since.unwrap_or_default(),
        }))
    }

    pub(super) fn since(&self) -> String {
        self.since.clone()
    }

    fn text(&self, field: &str) -> String {
        let found = self.fields.iter().find(|(id, ..)| id == field);
        found.map(|(.., words)| words.clone()).unwrap_or_default()
    }

    fn first(&self, fields: &[&str]) -> String {
        fields
            .iter()
            .map(|field| self.text(field))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    fn when(&self) -> String {
        self.first(&["period", "date", "year", "school_year", "discharge", "granted"])
    }

    pub(super) fn study(&self) -> Vec<String> {
        let degree = self.text("degree");
        let degree =
            if degree.is_empty() || degree == "无" { degree } else { format!("（{degree}）") };
        let education = format!("{}{}", self.text("education"), degree.trim_start_matches('无'));
        vec![self.when(), self.text("school"), self.text("major"), education, self.text("mode")]
    }

    pub(super) fn training(&self) -> Vec<String> {
        let topic = format!("{}：{}", self.text("kind"), self.text("topic"));
        vec![self.text("year"), topic, self.text("organiser"), self.text("hours")]
    }

    pub(super) fn work(&self) -> Vec<String> {
        let fields = ["employer", "speciality_work", "post", "witness"];
        std::iter::once(self.when()).chain(fields.map(|field| self.text(field))).collect()
    }

    pub(super) fn year(&self) -> Vec<String> {
        let result = match self.row.get("result") {
            Some(Value::Text(result)) => result.clone(),
            Some(_) | None => String::new(),
        };
        vec![self.text("year"), self.text("employer"), self.text("grade"), result]
    }

    pub(super) fn paper(&self) -> Vec<String> {
        let title = format!("《{}》（{}）", self.text("title"), self.text("kind"));
        let fields = ["journal", "issue", "issn", "cn", "index"].map(|field| self.text(field));
        let parts: Vec<String> =
            fields.into_iter().filter(|part| !part.is_empty() && part != "无").collect();
        let rank = match self.text("rank").as_str() {
            "" => String::new(),
            rank => format!("第 {rank} 作者"),
        };
        vec![self.when(), title, parts.join("，"), rank]
    }

    /// What was done, the part in it, and everything else that the item says.
    pub(super) fn deed(&self) -> Vec<String> {
        const TIMES: [&str; 6] = ["period", "date", "year", "school_year", "discharge", "granted"];
        const NAMES: [&str; 7] =
            ["title", "work", "class_name", "school", "institution", "whom", "subject"];
        let name = self.first(&NAMES);
        let content = match name.is_empty() {
            true => self.kind_name.clone(),
            false => format!("{}：{name}", self.kind_name),
        };
        let rank = self.text("rank");
        let rank = if rank.is_empty() { rank } else { format!("排名第 {rank}") };
        let part = [self.text("role"), rank];
        let part: Vec<String> = part.into_iter().filter(|it| !it.is_empty()).collect();
        let named = NAMES.iter().find(|field| !self.text(field).is_empty());
        let rest = self.fields.iter().filter(|(id, _, words)| {
            !words.is_empty()
                && !TIMES.contains(&id.as_str())
                && named != Some(&id.as_str())
                && !["role", "rank"].contains(&id.as_str())
        });
        let rest: Vec<String> = rest.map(|(_, name, words)| format!("{name}：{words}")).collect();
        vec![self.when(), content, part.join("，"), rest.join("；")]
    }
}
