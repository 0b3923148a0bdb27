//! YAML text as a tree that remembers where everything stands: each key and value keeps its file
//! and its exact characters, so that a fault deep inside an expression is told with its column.

mod parse;
mod refusal;
mod text;

pub(crate) use parse::parse;
pub(crate) use text::{Spot, Text};

/// One value of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) spot: Spot,
    pub(crate) kind: Kind,
}

/// The shapes of a value.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// A plain or quoted text; numbers and yes/no are not yet told apart, so decimals stay exact.
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A text as the author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Whether it stood in quotes or in a block, and so is text whatever it looks like.
    pub(crate) quoted: bool,
}

/// One entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
}

/// The key of an entry, or a name that stands in a list.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) spot: Spot,
}

impl Node {
    /// Nothing, where something was expected.
    pub(crate) fn empty(spot: &Spot) -> Self {
        Self { spot: spot.clone(), kind: Kind::Null }
    }

    /// What a diagnostic calls the shape.
    pub(crate) fn shape(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "空",
            Kind::Scalar(_) => "一段文字",
            Kind::List(_) => "列表",
            Kind::Map(_) => "一组键值",
        }
    }

    /// Its entries, where it is a map.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Null | Kind::Scalar(_) | Kind::List(_) => &[],
        }
    }

    /// Its items, where it is a list.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => &[],
        }
    }

    /// The entry under `key`, where it is a map with that key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.text == key)
    }

    /// The value under `key`, where it is a map with that key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries of the map under `key`.
    pub(crate) fn entries_of(&self, key: &str) -> &[Entry] {
        self.get(key).map(Self::entries).unwrap_or_default()
    }

    /// The items of the list under `key`.
    pub(crate) fn items_of(&self, key: &str) -> &[Self] {
        self.get(key).map(Self::items).unwrap_or_default()
    }

    /// The text under `key`.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    /// Whether `key` is `true`.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.text_of(key) == Some("true")
    }

    /// Its text, where it is a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(&scalar.text),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }
}
