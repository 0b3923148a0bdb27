//! Library items that a form refers to: lists of rows with a field `item`, whose options the
//! workflow computes. A row keeps the id of the item's case, which never changes once approved, so
//! the row is pinned to that version (R19, R127).

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::FileRef,
    definition::{Definition, Field, FieldKind, Form, Options, Section},
    expression::Value,
    names::{CaseId, SectionName},
    store::{Db, cases},
};

use super::{standing::Standing, words};
use crate::app::App;

/// The workflow whose cases are library items.
pub const LIBRARY: &str = "library-item";
/// The field that refers to an item.
pub const ITEM: &str = "item";
/// The field that says which part of the list a row belongs to.
pub const CATEGORY: &str = "category";
/// The field of a row that says what its file is.
pub const TYPE: &str = "type";
/// The field of a row that holds its file.
pub const FILE: &str = "file";
/// So many fields tell items apart that have no title.
const TELLING: usize = 3;

/// The public status of an item that may be used; its states are the workflow's own.
const USABLE: &str = "approved";

/// One item, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its kind, a section of the catalogue.
    pub kind: String,
    /// The name of the kind.
    pub kind_name: String,
    /// What tells it apart.
    pub title: String,
    /// The other fields that are short enough for one line.
    pub about: String,
    /// Its fields but the files: names and values, empty ones left out.
    pub facts: Vec<(String, String)>,
    /// Its files.
    pub files: Vec<FileRef>,
    /// Where it stands in the library now.
    pub standing: Standing,
    /// Whether it may be used.
    pub is_usable: bool,
}

/// Items by the id of their case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items(BTreeMap<String, Item>);

/// Whether a section is a list of references to library items.
pub fn is_import(section: &Section) -> bool {
    let item = section.fields.get(ITEM).map(|field| &field.kind);
    section.rows.is_some() && matches!(item, Some(FieldKind::Choice(Options::Computed(_))))
}

/// The rows of a section; none where there are none.
pub fn rows<'a>(form: &'a BTreeMap<SectionName, Value>, section: &str) -> &'a [Value] {
    match form.get(section) {
        Some(Value::List(rows)) => rows,
        Some(_) | None => &[],
    }
}

/// A text of a row.
pub fn text<'a>(row: &'a Value, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Value::as_text)
}

/// The items that a form refers to.
pub fn referred(form: &Form, content: &BTreeMap<SectionName, Value>) -> BTreeSet<CaseId> {
    let lists = form.sections.iter().filter(|(_, section)| is_import(section));
    let rows = lists.flat_map(|(name, _)| rows(content, name.as_str()));
    rows.filter_map(|row| text(row, ITEM)).map(CaseId::from).collect()
}

impl Items {
    /// The item of that id.
    pub fn get(&self, id: &str) -> Option<&Item> {
        self.0.get(id)
    }

    /// Reads items.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(app: &App, ids: &BTreeSet<CaseId>) -> Result<Self, sqlx::Error> {
        let Some(published) = app.runtime.newest(&LIBRARY.into()).filter(|_| !ids.is_empty())
        else {
            return Ok(Self::default());
        };
        let ids: Vec<CaseId> = ids.iter().cloned().collect();
        let library = &published.definition;
        let mut listed = cases::by_ids(&app.db, &ids).await?;
        listed.retain(|case| case.workflow.as_str() == LIBRARY);
        let mut by_kind: BTreeMap<String, Vec<CaseId>> = BTreeMap::new();
        let mut standings = BTreeMap::new();
        for case in &listed {
            let kind = case.shown.get("kind").map(words::plain).unwrap_or_default();
            by_kind.entry(kind).or_default().push(case.id.clone());
            let is_usable = case.status.as_str() == USABLE;
            standings.insert(case.id.clone(), (Standing::of(app, case), is_usable));
        }
        let mut items = BTreeMap::new();
        for (kind, ids) in by_kind {
            let contents = contents(&app.db, library, &kind, &ids).await?;
            for (id, content) in contents {
                let Some((standing, is_usable)) = standings.remove(&id) else { continue };
                let Some(section) = library.form.sections.get(kind.as_str()) else { continue };
                let item = Item::of(&kind, section, &content, standing, is_usable);
                items.insert(id.to_string(), item);
            }
        }
        Ok(Self(items))
    }
}

async fn contents(
    db: &Db,
    library: &Definition,
    kind: &str,
    ids: &[CaseId],
) -> Result<BTreeMap<CaseId, Value>, sqlx::Error> {
    match library.form.sections.contains_key(kind) {
        true => cases::sections(db, ids, &SectionName::from(kind)).await,
        false => Ok(BTreeMap::new()),
    }
}

impl Item {
    fn of(
        kind: &str,
        section: &Section,
        content: &Value,
        standing: Standing,
        is_usable: bool,
    ) -> Self {
        let value = |name: &str| content.get(name).unwrap_or(Value::NONE);
        let said = |(name, field): (&str, &Field)| {
            let text = words::value(&field.kind, value(name), &|_, _| None);
            (!text.is_empty()).then(|| (field.name.clone(), text))
        };
        let telling: Vec<(&str, &Field)> = telling(section).collect();
        let told = |fields: &[(&str, &Field)]| {
            let texts = fields.iter().filter_map(|field| said(*field)).map(|(_, text)| text);
            texts.collect::<Vec<_>>().join("，")
        };
        // A bare number says nothing without the name of what it counts.
        let named = |field: &(&str, &Field)| {
            let is_number =
                matches!(field.1.kind, FieldKind::Integer { .. } | FieldKind::Decimal { .. });
            let (name, text) = said(*field)?;
            Some(if is_number { format!("{name} {text}") } else { text })
        };
        let others: Vec<_> = fields(section)
            .filter(|(name, field)| {
                let tells = is_short(field) && !matches!(field.kind, FieldKind::YesNo);
                tells && !telling.iter().any(|(it, _)| it == name)
            })
            .take(TELLING)
            .collect();
        let is_file = |field: &Field| matches!(field.kind, FieldKind::Files(_));
        let files = fields(section).filter(|(_, field)| is_file(field));
        let files = files.flat_map(|(name, _)| value(name).as_list().unwrap_or_default());
        Self {
            kind: kind.to_owned(),
            kind_name: section.name.clone(),
            title: told(&telling),
            about: others.iter().filter_map(named).collect::<Vec<_>>().join("，"),
            facts: fields(section).filter(|(_, it)| !is_file(it)).filter_map(said).collect(),
            files: files.filter_map(words::file).collect(),
            standing,
            is_usable,
        }
    }
}

fn fields(section: &Section) -> impl Iterator<Item = (&str, &Field)> {
    section.fields.iter().map(|(name, field)| (name.as_str(), field))
}

/// The field by which people tell items apart: a title where there is one, else the first.
pub fn name_field(section: &Section) -> Option<(&str, &Field)> {
    let title = section.fields.get_key_value("title");
    let found = title.or_else(|| section.fields.first());
    found.map(|(name, field)| (name.as_str(), field))
}

/// A title says enough; without one it takes a few fields.
fn telling(section: &Section) -> impl Iterator<Item = (&str, &Field)> {
    let title = section.fields.get_key_value("title");
    let title = title.map(|(name, field)| (name.as_str(), field));
    let others = fields(section).filter(|(_, field)| is_short(field));
    let others = others.take(if title.is_some() { 0 } else { TELLING });
    title.into_iter().chain(others)
}

/// Whether a field is short enough for a column.
pub fn is_short(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Text { lines, .. } => *lines <= 1,
        FieldKind::Choice(Options::Fixed(_))
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::YesNo => true,
        FieldKind::Choice(Options::Computed(_))
        | FieldKind::Choices { .. }
        | FieldKind::Moment
        | FieldKind::Accepted
        | FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Parts
        | FieldKind::Reference(_) => false,
    }
}
