//! `GET /library` and `/library/{kind}`.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::{
    decision::{self, FieldState},
    definition::{Definition, Edit, Field, Section, Tone},
    expression::Value,
    names::{CaseId, LabelName, SectionName, StateName, StatusId, SubjectName},
    runtime::StartView,
    store::cases::{self, CaseFilter, ListedCase},
};
use serde::Deserialize;

use super::{ItemLine, KindTab, LibraryPage};
use crate::{
    app::App,
    cases::{
        items::{is_short, name_field},
        uses, words,
    },
    identity::Viewer,
    pages::{Choice, Chrome, Failure, Pager, Tag, casework, render},
    routes,
};

/// Items on one page.
const PAGE: usize = 50;
/// A search looks through so many items of a kind; nobody has more.
const SEARCHED: usize = 500;
/// Columns between the first one and the files.
const COLUMNS: usize = 3;
/// Items in these states are no part of the library any more.
const GONE: [&str; 2] = ["deleted", "superseded"];

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    status: String,
    after: String,
}

/// The library begins with its first kind.
///
/// # Errors
/// 403 for those who are no applicants.
pub async fn first(State(app): State<App>, viewer: Viewer) -> Result<Response, Failure> {
    let shelf = Shelf::of(&app, &viewer).await?;
    let (kind, _) = shelf.kinds.first().ok_or(Failure::NotFound)?;
    Ok(casework::see_other(&routes::library(kind)))
}

/// The items of one kind.
///
/// # Errors
/// 404 where the viewer has no such kind.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let shelf = Shelf::of(&app, &viewer).await?;
    if !shelf.has(&kind) {
        return Err(Failure::NotFound);
    }
    Ok(render(&chrome, &shelf.page(&app, &kind, &asked).await?))
}

/// What one person may keep in the library.
pub(super) struct Shelf {
    person: String,
    pub(super) view: StartView,
    /// Kinds by id and name, in the order of the catalogue.
    pub(super) kinds: Vec<(String, String)>,
}

impl Shelf {
    pub(super) async fn of(app: &App, viewer: &Viewer) -> Result<Self, Failure> {
        let Some(person) = viewer.person.clone() else {
            return Err(Failure::Forbidden(
                "业绩库是申报人自己的材料。您的账号没有个人信息，请用申报人的账号登录。".to_owned(),
            ));
        };
        let given = subjects(&person);
        let actor = viewer.actor();
        let view = app.runtime.start_view(&casework::LIBRARY.into(), &actor, &given).await;
        let view = view.map_err(Failure::unavailable)?.ok_or(Failure::NotFound)?;
        let nothing = BTreeMap::new();
        let definition = &view.definition.definition;
        let states =
            decision::start_state(definition, &actor, &given, &nothing, &view.facts, view.at);
        let kinds = states.get("kind").map(|state: &FieldState| state.options.clone());
        Ok(Self { person, kinds: kinds.unwrap_or_default(), view })
    }

    pub(super) fn has(&self, kind: &str) -> bool {
        self.kinds.iter().any(|(id, _)| id == kind) && self.section(kind).is_some()
    }

    pub(super) fn definition(&self) -> &Definition {
        &self.view.definition.definition
    }

    pub(super) fn section(&self, kind: &str) -> Option<&Section> {
        self.definition().form.sections.get(kind)
    }

    fn filter(&self, app: &App) -> CaseFilter {
        let states = self.definition().states.keys();
        let there = states.filter(|state| !GONE.contains(&state.as_str()));
        CaseFilter {
            workflows: app.runtime.family(&casework::LIBRARY.into()),
            labels: [(LabelName::from("person"), self.person.clone())].into(),
            states: there.cloned().collect::<Vec<StateName>>(),
            ..CaseFilter::default()
        }
    }

    async fn tabs(&self, app: &App, current: &str) -> Result<Vec<KindTab>, Failure> {
        let rows = cases::counts_by_label(&app.db, &self.filter(app), &"kind".into()).await?;
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for (kind, _, count) in &rows {
            *counts.entry(kind).or_default() += count;
        }
        let tab = |(id, name): &(String, String)| KindTab {
            name: name.clone(),
            href: routes::library(id),
            count: counts.get(id.as_str()).copied().unwrap_or_default().to_string(),
            is_current: id == current,
        };
        Ok(self.kinds.iter().map(tab).collect())
    }

    async fn page(&self, app: &App, kind: &str, asked: &Asked) -> Result<LibraryPage, Failure> {
        let section = self.section(kind).ok_or(Failure::NotFound)?;
        let mut filter = self.filter(app);
        filter.labels.insert("kind".into(), kind.to_owned());
        if !asked.status.is_empty() {
            filter.statuses = vec![StatusId::from(asked.status.as_str())];
        }
        let after = (!asked.after.is_empty()).then(|| CaseId::from(asked.after.as_str()));
        let text = asked.q.trim();
        let limit = if text.is_empty() { PAGE } else { SEARCHED };
        let listed = cases::list(&app.db, &filter, after.as_ref(), limit).await?;
        let ids: Vec<CaseId> = listed.cases.iter().map(|case| case.id.clone()).collect();
        let contents = cases::sections(&app.db, &ids, &SectionName::from(kind)).await?;
        let uses = uses::of_person(app, &self.person).await?;
        let items = listed.cases.iter().map(|case| ItemLine {
            uses: uses.get(&case.id).map_or(0, Vec::len),
            ..self.line(section, case, contents.get(&case.id).unwrap_or(&Value::None))
        });
        let items = items.filter(|item| text.is_empty() || item.has(text)).collect();
        let next = listed.cases.last().filter(|_| listed.has_more && text.is_empty());
        let here = routes::library(kind);
        Ok(LibraryPage {
            kind: section.name.clone(),
            hint: section.hint.clone().unwrap_or_default(),
            new_href: routes::library_new(kind),
            kinds: self.tabs(app, kind).await?,
            q: asked.q.clone(),
            statuses: self.statuses(&asked.status),
            is_filtered: !text.is_empty() || !asked.status.is_empty(),
            first_column: name_field(section).map(|(_, it)| it.name.clone()).unwrap_or_default(),
            columns: columns(section).map(|(_, field)| field.name.clone()).collect(),
            items,
            pager: Pager {
                summary: String::new(),
                previous: after.map(|_| here.clone()),
                next: next.map(|last| {
                    let query = [("status", asked.status.as_str()), ("after", last.id.as_str())];
                    routes::with_query(&here, &query)
                }),
            },
            here,
        })
    }

    fn statuses(&self, current: &str) -> Vec<Choice> {
        let mut choices = vec![Choice::new("", "全部", current)];
        let used =
            self.definition().states.iter().filter(|(name, _)| !GONE.contains(&name.as_str()));
        for (_, id) in used.flat_map(|(_, state)| &state.status) {
            let is_there = choices.iter().any(|choice| choice.value == id.as_str());
            if let Some(name) = self.definition().status_names.get(id).filter(|_| !is_there) {
                choices.push(Choice::new(id.as_str(), name, current));
            }
        }
        choices
    }

    fn line(&self, section: &Section, case: &ListedCase, content: &Value) -> ItemLine {
        let definition = self.definition();
        let text = |(name, field): (&str, &Field)| {
            let value = if let Value::Map(fields) = content { fields.get(name) } else { None };
            words::value(&field.kind, value.unwrap_or(&Value::None), &|_, _| None)
        };
        let state = definition.states.get(&case.state);
        let is_open = definition
            .tasks
            .values()
            .any(|task| task.states.contains(&case.state) && task.edit != Edit::Nothing);
        let look = state.map(|state| state.tone).unwrap_or_default();
        let status = definition.status_names.get(&case.status).cloned();
        let name = name_field(section).map(text).filter(|name| !name.is_empty());
        let edit = routes::library_item(&case.id);
        let version = match case.shown.get("version") {
            Some(Value::Integer(version)) if *version > 1 => Some(format!("第 {version} 版")),
            Some(_) | None => None,
        };
        let href = if is_open { edit.clone() } else { routes::case(&case.id) };
        ItemLine {
            name: name.unwrap_or_else(|| "未填名称".to_owned()),
            cells: columns(section).map(|column| (column.1.name.clone(), text(column))).collect(),
            files: count_files(content),
            uses: 0,
            tag: Tag::new(casework::tone(look), status.unwrap_or_else(|| case.status.to_string())),
            version,
            next: match (is_open, look) {
                (true, Tone::Bad | Tone::Warn) => ("修改".to_owned(), edit),
                (true, Tone::Plain | Tone::Good | Tone::Going) => ("继续填写".to_owned(), edit),
                (false, _) => ("查看".to_owned(), href.clone()),
            },
            href,
        }
    }
}

impl ItemLine {
    fn has(&self, text: &str) -> bool {
        self.name.contains(text) || self.cells.iter().any(|(_, value)| value.contains(text))
    }
}

/// The viewer's person is the only subject of a library item.
pub(super) fn subjects(person: &str) -> BTreeMap<SubjectName, String> {
    [(SubjectName::from("person"), person.to_owned())].into()
}

/// A few more fields that are short enough for a column.
fn columns(section: &Section) -> impl Iterator<Item = (&str, &Field)> {
    let first = name_field(section).map(|(name, _)| name.to_owned());
    let fields = section.fields.iter().map(|(name, field)| (name.as_str(), field));
    fields
        .filter(move |(name, field)| first.as_deref() != Some(name) && is_short(field))
        .take(COLUMNS)
}

fn count_files(content: &Value) -> usize {
    let Value::Map(fields) = content else { return 0 };
    let lists = fields
        .values()
        .filter_map(|value| if let Value::List(items) = value { Some(items) } else { None });
    lists
        .flatten()
        .filter(|item| words::file(item).is_some_and(|file| !file.sha256.is_empty()))
        .count()
}
