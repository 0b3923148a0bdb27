//! How much there is of what: library items by kind and status.

use engine::{
    definition::Definition,
    names::{LabelName, StateName},
    store::cases::{self, CaseFilter},
};

use crate::app::App;

/// The workflow whose cases are library items.
const WORKFLOW: &str = "library-item";
/// Items in these states are no part of the library any more.
const GONE: [&str; 2] = ["deleted", "superseded"];

/// How many items of one kind stand where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibrarySum {
    /// The kind, a section of the catalogue.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The public name of where they stand.
    pub status: String,
    /// How many.
    pub count: u64,
}

/// The library of a person, by kind in the order of the catalogue.
///
/// # Errors
/// When the database does not answer.
pub async fn library(app: &App, person: &str) -> Result<Vec<LibrarySum>, sqlx::Error> {
    let Some(published) = app.runtime.newest(&WORKFLOW.into()) else { return Ok(Vec::new()) };
    let definition = &published.definition;
    let filter = CaseFilter {
        workflows: app.runtime.family(&WORKFLOW.into()),
        labels: [(LabelName::from("person"), person.to_owned())].into(),
        states: standing_states(definition),
        ..CaseFilter::default()
    };
    let rows = cases::counts_by_label(&app.db, &filter, &"kind".into()).await?;
    let mut sums: Vec<_> = rows
        .into_iter()
        .map(|(kind, status, count)| {
            let place = definition.form.sections.get_index_of(kind.as_str());
            let section = definition.form.sections.get(kind.as_str());
            let name = section.map_or_else(|| kind.clone(), |section| section.name.clone());
            let status_name = definition.status_names.get(status.as_str());
            let status = status_name.cloned().unwrap_or(status);
            let count = u64::try_from(count).unwrap_or_default();
            (place, LibrarySum { kind, name, status, count })
        })
        .collect();
    sums.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    Ok(sums.into_iter().map(|(_, sum)| sum).collect())
}

fn standing_states(definition: &Definition) -> Vec<StateName> {
    let states = definition.states.keys();
    states.filter(|state| !GONE.contains(&state.as_str())).cloned().collect()
}
