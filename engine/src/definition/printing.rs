//! What a definition prints: documents with their text and tables, what anybody may verify of them,
//! and what is public of the cases in a state.

use indexmap::IndexMap;

use crate::{
    expression::{Expression, Template},
    names::{LabelName, ParticipantName},
};

/// A document that the effect `document` orders.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What people call it.
    pub name: String,
    /// When it is made and may be read; `None` is always.
    pub when: Option<Expression>,
    /// What the button in lists of cases says where it may be read; `None` is no button.
    pub button: Option<String>,
    /// Who may read it; `None` is everybody who sees the case.
    pub readers: Option<Vec<ParticipantName>>,
    /// What stands on it, from above.
    pub sheet: Vec<Part>,
    /// What stands at the foot of every page, such as its number; `None` is nothing.
    pub foot: Option<Template>,
    /// How anybody who holds it may verify it.
    pub verify: Option<Verification>,
}

/// A part of a document, printed only while `when` holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// When; `None` is always.
    pub when: Option<Expression>,
    /// What.
    pub kind: PartKind,
}

/// The kinds of [`Part`].
#[derive(Clone, Debug, PartialEq)]
pub enum PartKind {
    /// The title.
    Title(Template),
    /// A heading.
    Heading(Template),
    /// A paragraph.
    Text(Template),
    /// A line at the right, for who signs and when.
    Signed(Template),
    /// A table.
    Table(Table),
    /// The code, as a picture and in words, by which the document is verified.
    Code,
}

/// A table of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// How wide its columns are, beside each other.
    pub columns: Vec<u32>,
    /// The heads of its columns; may be empty.
    pub head: Vec<Template>,
    /// A list of files whose first stands beside the table as a photograph.
    pub photo: Option<Expression>,
    /// Its rows.
    pub rows: TableRows,
}

/// The rows of a [`Table`].
#[derive(Clone, Debug, PartialEq)]
pub enum TableRows {
    /// These: label, value, label, value.
    Fixed(Vec<Vec<Template>>),
    /// One for each row (`it`) of a list; `n` counts them from 1.
    Each {
        /// The list.
        list: Expression,
        /// Its cells.
        cells: Vec<Template>,
    },
}

/// What anybody may know who holds a document and reads out its number and code.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// The label that holds the number of the document.
    pub number: LabelName,
    /// Whether it is in force.
    pub valid: Expression,
    /// What is said where it is no longer.
    pub invalid: Template,
    /// What is shown: name → text.
    pub shows: IndexMap<String, Template>,
}

/// What is public of every case in a state: a row of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Publicity {
    /// The heading of the list.
    pub name: String,
    /// The labels that are shown, with what they are called.
    pub shows: IndexMap<LabelName, String>,
}

/// A series of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// What people call the number.
    pub name: String,
    /// Its text, which holds `{n}`.
    pub text: Template,
}
