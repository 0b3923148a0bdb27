//! The shape of the language: which keys stand where and what may be written under them. Both the
//! examination of a text and the schemas that editors use are made from these tables.

mod batch;
mod flow;
mod form;
mod printing;
mod root;
mod scenario;

pub(super) use flow::{ACTION_EFFECTS, STEP_EFFECTS, TIMER};
pub(super) use form::{CATALOGUE_FORM, CATALOGUE_SECTION};
pub(super) use printing::PARTS;
pub(super) use root::{DEFINITION, HOST, LIST_ROW, TABLE_ROW};
pub(crate) use scenario::{ASIDES, CLAIMS, SCENARIO};

/// What may stand in one place.
#[derive(Debug)]
pub(crate) enum Shape {
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
    /// A whole number from 1 on.
    Count,
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
    /// A list of maps with just one of these keys each; a list in it is a part of it.
    Steps(&'static Keys),
    /// A map with the first keys, or named rows of the second.
    RowsOr(&'static Keys, &'static Keys),
}

/// What a value looks like in YAML; the choices of one place differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Scalar,
    List,
    Map,
}

impl Shape {
    pub(super) fn form(&self) -> Form {
        match self {
            Self::List(_) | Self::Steps(_) => Form::List,
            Self::Map(_)
            | Self::Ids(_)
            | Self::Texts(_)
            | Self::Effects(_)
            | Self::Keys(_)
            | Self::RowsOr(..) => Form::Map,
            Self::Text
            | Self::Name
            | Self::Expression
            | Self::Template
            | Self::Whole
            | Self::Count
            | Self::Number
            | Self::YesNo
            | Self::Word(_)
            | Self::Any
            | Self::OneOf(_) => Form::Scalar,
        }
    }
}

/// The keys of one kind of map.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Its name in a schema.
    pub(super) id: &'static str,
    /// What a diagnostic calls it.
    pub(super) what: &'static str,
    pub(super) keys: &'static [&'static [Key]],
    /// Pairs of keys that exclude each other.
    pub(super) exclusive: &'static [(&'static str, &'static str)],
    /// Which keys go with which `type`; empty where there is none.
    pub(super) kinds: &'static [Kind],
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

/// What one `type` asks for.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The keys that only some types have, and this one.
    pub(super) keys: &'static [&'static str],
    /// Those of them that it cannot be without.
    pub(super) needs: &'static [&'static str],
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
    Keys { id, what, keys, exclusive: &[], kinds: &[], is_open: false }
}
