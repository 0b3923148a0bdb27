//! YAML text → [`Node`]s, by way of serde. Syntax errors and refused bombs become diagnostics.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_yaml::{
    Spanned,
    options::{DuplicateKeyPolicy, NonFiniteFloatPolicy},
};

use super::{Entry, Key, Kind, Node, Scalar, Spot, Text, refusal::refusal};
use crate::definition::{Diagnostic, Severity};

/// How deep maps and lists may nest.
const DEPTH: usize = 32;

/// How many values a file may hold, aliases expanded.
const NODES: usize = 100_000;

/// The documents of one file, and what is wrong with its YAML.
pub(crate) fn parse(text: &Arc<Text>) -> (Vec<Node>, Vec<Diagnostic>) {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: DEPTH,
            flow_nesting_limit: DEPTH,
            max_nodes: NODES,
        },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: NODES },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    };
    match serde_yaml::from_multiple_with_options::<Spanned<Raw>>(text.as_str(), options) {
        Ok(documents) => {
            let mut diagnostics = Vec::new();
            let nodes =
                documents.into_iter().map(|raw| node(text, raw, &mut diagnostics)).collect();
            (nodes, diagnostics)
        }
        Err(error) => (Vec::new(), vec![refusal(text, &error)]),
    }
}

/// A value as serde sees it.
enum Raw {
    Null,
    /// A number or yes/no: its text is taken from the source.
    Plain,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = items.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn node(text: &Arc<Text>, raw: Spanned<Raw>, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let spot = spot(text, &raw.defined);
    let kind = match raw.value {
        Raw::Null => Kind::Null,
        Raw::Plain => Kind::Scalar(Scalar { text: spot.slice().trim().to_owned(), quoted: false }),
        Raw::Text(content) => Kind::Scalar(Scalar { text: content, quoted: spot.is_quoted() }),
        Raw::List(items) => {
            Kind::List(items.into_iter().map(|item| node(text, item, diagnostics)).collect())
        }
        Raw::Map(items) => Kind::Map(entries(text, items, diagnostics)),
    };
    Node { spot, kind }
}

fn entries(
    text: &Arc<Text>,
    items: Vec<(Spanned<Raw>, Spanned<Raw>)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (key, value) in items {
        let value = node(text, value, diagnostics);
        let key = node(text, key, diagnostics);
        let Some(name) = key.text() else {
            diagnostics.push(Diagnostic {
                place: key.spot.place(),
                severity: Severity::Error,
                message: format!("这里的键是{}，键只能是一段文字", key.shape()),
                remedy: Some("给键加引号，或改用列表".to_owned()),
            });
            continue;
        };
        if let Some(first) = entries.iter().find(|entry| entry.key.text == name) {
            diagnostics.push(Diagnostic {
                place: key.spot.place(),
                severity: Severity::Error,
                message: format!("键「{name}」写了两次"),
                remedy: Some(format!(
                    "第一次在第 {} 行，删去其中一个",
                    first.key.spot.place().line
                )),
            });
            continue;
        }
        entries.push(Entry { key: Key { text: name.to_owned(), spot: key.spot }, value });
    }
    entries
}

fn spot(text: &Arc<Text>, location: &serde_yaml::Location) -> Spot {
    let number = |value: Option<u64>| value.and_then(|value| usize::try_from(value).ok());
    let span = location.span();
    let start = number(span.byte_offset()).unwrap_or_default();
    let length = number(span.byte_len()).unwrap_or_default();
    Spot::new(text, start, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, bool)> {
        let (nodes, faults) = parse(&Text::new("x.yaml", text));
        assert!(faults.is_empty(), "{faults:?}");
        let value = |entry: &Entry| match &entry.value.kind {
            Kind::Scalar(scalar) => Some((scalar.text.clone(), scalar.quoted)),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        };
        nodes[0].entries().iter().filter_map(value).collect()
    }

    #[test]
    fn plain_scalars_keep_their_text_and_quoted_ones_are_text() {
        let text = "a: 1.50 # exact\nb: '1.50'\nc: \"x\"\nd: |\n  1\ne: >- # folded\n  \"2\"\nf: 0755\ng: yes\nh: 1e999\n";
        let plain = |text: &str| (text.to_owned(), false);
        let quoted = |text: &str| (text.to_owned(), true);
        assert_eq!(
            values(text),
            [
                plain("1.50"),
                quoted("1.50"),
                quoted("x"),
                quoted("1\n"),
                quoted("\"2\""),
                plain("0755"),
                plain("yes"),
                plain("1e999"),
            ]
        );
    }

    #[test]
    fn aliases_stand_where_they_were_defined() {
        let (nodes, _) = parse(&Text::new("x.yaml", "a: &a {b: 1}\nc: *a\n"));
        let place = nodes[0].get("c").and_then(|node| node.get("b")).map(|node| node.spot.place());
        assert_eq!(place.map(|place| place.to_string()).as_deref(), Some("x.yaml:1:11"));
    }

    #[test]
    fn places_within_a_scalar_lie_behind_quotes_escapes_folds_and_indentation() {
        let place = |text: &str, offset: usize| {
            let (nodes, _) = parse(&Text::new("x.yaml", text));
            let node = nodes[0].get("a").unwrap();
            let place = node.spot.place_within(node.text().unwrap(), offset);
            (place.line, place.column)
        };
        assert_eq!(place("a: b c\n", 2), (1, 6));
        assert_eq!(place("a: 'it''s c'\n", 5), (1, 11));
        assert_eq!(place("a: \"\\u4e2d\\\" c\"\n", 3), (1, 14));
        assert_eq!(place("a: |\n  b\n  c d\n", 4), (3, 5));
        assert_eq!(place("a: b\n  c\n", 2), (2, 3));
        assert_eq!(place("a: >-\n  b\n  汉 d\n", 4), (3, 5));
    }
}
