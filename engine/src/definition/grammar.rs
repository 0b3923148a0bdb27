//! The shape of the language: which keys stand where and what may be written under them. Both the
//! examination of a text and `schema.json` are made from these tables.

mod flow;
mod form;
mod printing;
mod root;

pub(super) use flow::{ACTION_EFFECTS, STEP_EFFECTS};
pub(super) use form::{CATALOGUE_SECTION, FIELD};
pub(super) use printing::PARTS;
pub(super) use root::{DEFINITION, HOST, LIST_ROW, TABLE_ROW};

/// What may stand in one place.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// A name of something.
    Name,
    /// An expression.
    Expression,
    /// A text with `{expression}`.
    Template,
    /// A whole number, not negative.
    Whole,
    /// A number.
    Number,
    /// `true` or `false`.
    YesNo,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Anything; its reader examines it.
    Any,
    /// A list of such values.
    List(&'static Shape),
    /// One of these, told apart by being text, list or map.
    OneOf(&'static [Shape]),
    /// A map from names to such values.
    Map(&'static Shape),
    /// A map from names, which may be grouped with dots, to such values.
    Ids(&'static Shape),
    /// A map from any texts to such values.
    Texts(&'static Shape),
    /// A map from names to such values that may also hold `when`.
    Effects(&'static Shape),
    /// A map with these keys.
    Keys(&'static Keys),
    /// A map with the first keys, or named rows of the second.
    RowsOr(&'static Keys, &'static Keys),
}

/// The keys of one kind of map.
#[derive(Debug)]
pub(super) struct Keys {
    /// Its name in `schema.json`.
    pub(super) id: &'static str,
    /// What a diagnostic calls it.
    pub(super) what: &'static str,
    pub(super) keys: &'static [&'static [Key]],
    /// Pairs of keys that exclude each other.
    pub(super) exclusive: &'static [(&'static str, &'static str)],
    /// Whether other keys are data.
    pub(super) is_open: bool,
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) is_required: bool,
    /// What an editor shows.
    pub(super) note: &'static str,
}

impl Keys {
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|part| part.iter())
    }

    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, shape: Shape, note: &'static str) -> Key {
    Key { name, shape, is_required: false, note }
}

const fn required(name: &'static str, shape: Shape, note: &'static str) -> Key {
    Key { name, shape, is_required: true, note }
}

const fn keys(id: &'static str, what: &'static str, keys: &'static [&'static [Key]]) -> Keys {
    Keys { id, what, keys, exclusive: &[], is_open: false }
}
