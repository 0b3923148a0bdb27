//! What a document of a case says, who may read it, and what anybody may verify of it. Facts must
//! hold what [`super::needs_to_show`] asks.

use super::{Actor, Case, Facts, Undecided, knowledge::Knowledge};
use crate::{
    calendar::Moment,
    definition::{Definition, PartKind, Table, TableRows},
    expression::{Template, Value},
    names::DocumentName,
};

/// A document with its values filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// What people call it.
    pub name: String,
    /// What stands on it, from above.
    pub parts: Vec<PrintedPart>,
    /// What stands at the foot of every page.
    pub foot: String,
}

/// A part of a [`Printed`] document.
#[derive(Clone, Debug, PartialEq)]
pub enum PrintedPart {
    /// The title.
    Title(String),
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A line at the right.
    Signed(String),
    /// A table.
    Table(PrintedTable),
    /// The code by which it is verified.
    Code,
}

/// A table with its values filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct PrintedTable {
    /// How wide its columns are, beside each other.
    pub columns: Vec<u32>,
    /// The heads of its columns; may be empty.
    pub head: Vec<String>,
    /// Where a photograph stands beside it: the file, if there is one.
    pub photo: Option<Value>,
    /// Whether its rows are labels and values, not rows of a list.
    pub is_labelled: bool,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// What anybody may know who has the number and the code of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What the document is called.
    pub document: String,
    /// Why it is not in force; `None` where it is.
    pub invalid: Option<String>,
    /// What is shown: name and text.
    pub shows: Vec<(String, String)>,
}

/// A document of the case as it stands; `None` where its definition has no such document.
///
/// # Errors
/// When a fact is missing or something cannot be evaluated.
pub fn printed(
    definition: &Definition,
    case: &Case,
    document: &DocumentName,
    facts: &Facts,
    now: Moment,
) -> Result<Option<Printed>, Undecided> {
    let Some(defined) = definition.documents.get(document) else { return Ok(None) };
    let knowledge = Knowledge::new(definition, case, facts, now);
    let mut parts = Vec::new();
    for part in &defined.sheet {
        if !knowledge.allows(part.when.as_ref())? {
            continue;
        }
        parts.push(match &part.kind {
            PartKind::Title(text) => PrintedPart::Title(knowledge.render(text)?),
            PartKind::Heading(text) => PrintedPart::Heading(knowledge.render(text)?),
            PartKind::Text(text) => PrintedPart::Text(knowledge.render(text)?),
            PartKind::Signed(text) => PrintedPart::Signed(knowledge.render(text)?),
            PartKind::Table(table) => PrintedPart::Table(filled(&knowledge, table)?),
            PartKind::Code => PrintedPart::Code,
        });
    }
    let foot = defined.foot.as_ref().map(|foot| knowledge.render(foot)).transpose()?;
    Ok(Some(Printed { name: defined.name.clone(), parts, foot: foot.unwrap_or_default() }))
}

fn filled(knowledge: &Knowledge<'_>, table: &Table) -> Result<PrintedTable, Undecided> {
    let texts = |cells: &[Template]| -> Result<Vec<String>, Undecided> {
        cells.iter().map(|cell| knowledge.render(cell)).collect()
    };
    let (is_labelled, rows) = match &table.rows {
        TableRows::Fixed(rows) => {
            (true, rows.iter().map(|row| texts(row)).collect::<Result<_, _>>()?)
        }
        TableRows::Each { list, cells } => {
            let list = knowledge.evaluate(list)?;
            let mut rows = Vec::new();
            for (n, row) in (1..).zip(list.as_list().unwrap_or_default()) {
                let bound = [("it", row), ("n", &Value::Integer(n))];
                let cells = cells.iter().map(|cell| knowledge.render_with(cell, &bound));
                rows.push(cells.collect::<Result<_, _>>()?);
            }
            (false, rows)
        }
    };
    let photo = match &table.photo {
        None => None,
        Some(photo) => {
            let files = knowledge.evaluate(photo)?;
            Some(files.as_list().and_then(|files| files.first().cloned()).unwrap_or_default())
        }
    };
    let head = texts(&table.head)?;
    Ok(PrintedTable { columns: table.columns.clone(), head, photo, is_labelled, rows })
}

/// Whether the actor, who sees the case, may read a document of it now.
#[must_use]
pub fn may_read(
    definition: &Definition,
    case: &Case,
    document: &DocumentName,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> bool {
    let Some(defined) = definition.documents.get(document) else { return false };
    let knowledge = Knowledge::new(definition, case, facts, now);
    if !knowledge.allows(defined.when.as_ref()).unwrap_or(false) {
        return false;
    }
    let fits = |readers: &Vec<_>| {
        readers.iter().any(|reader| knowledge.stands_as(reader, actor).unwrap_or(false))
    };
    defined.readers.as_ref().is_none_or(fits)
}

/// What anybody may know of a document that can be verified; `None` where it cannot be.
///
/// # Errors
/// As [`printed`].
pub fn verified(
    definition: &Definition,
    case: &Case,
    document: &DocumentName,
    facts: &Facts,
    now: Moment,
) -> Result<Option<Verified>, Undecided> {
    let Some(defined) = definition.documents.get(document) else { return Ok(None) };
    let Some(verify) = &defined.verify else { return Ok(None) };
    let knowledge = Knowledge::new(definition, case, facts, now);
    let is_valid = knowledge.holds(&verify.valid)?;
    let invalid = if is_valid { None } else { Some(knowledge.render(&verify.invalid)?) };
    let shows = verify.shows.iter().map(|(name, text)| Ok((name.clone(), knowledge.render(text)?)));
    let shows = shows.collect::<Result<_, Undecided>>()?;
    Ok(Some(Verified { document: defined.name.clone(), invalid, shows }))
}
