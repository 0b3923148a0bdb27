//! Reads misspelt keys and words of the language as what they mean, so that nothing is told but that
//! they are misspelt: without its `tasks` a state would seem a dead end, and all behind it out of reach.

use std::collections::BTreeSet;

use super::{
    document::{Entry, Kind, Node, Scalar},
    grammar::{DEFINITION, Keys, Shape},
    report::{Report, suggested_key},
    shape::{is_rest, is_rows, meant_yes_no, misfit, shape_of},
};
use crate::expression::nearest::nearest;

/// A document that holds a definition, in the spelling of the language.
pub(super) fn respelt(root: Node, report: &Report) -> Node {
    let keys = root.entries().iter().map(|entry| entry.key.text.as_str());
    let names_it = |key: &str| nearest(key, ["workflow"]).is_some() || key == "workflow";
    if !keys.clone().any(|key| names_it(key) || key == "extends" || key == "states") {
        return root;
    }
    let named = root.entries().iter().find(|entry| names_it(&entry.key.text));
    let path = named.and_then(|entry| entry.value.text()).unwrap_or_default().to_owned();
    keys_of(root, &DEFINITION, &path, report)
}

fn keys_of(node: Node, keys: &'static Keys, path: &str, report: &Report) -> Node {
    let Node { kind: Kind::Map(entries), spot } = node else { return node };
    let written: BTreeSet<String> = entries.iter().map(|entry| entry.key.text.clone()).collect();
    let entries = entries.into_iter().map(|Entry { mut key, value }| {
        let is_known = keys.key(&key.text).is_some() || key.text == AFTER || is_rest(&key.text);
        let known = keys.all().map(|key| key.name).chain([AFTER]);
        let missing = known.filter(|key| !written.contains(*key));
        if !is_known && let Some(meant) = nearest(&key.text, missing) {
            let message = format!("{}（{path}）没有「{}」这个键", keys.what, key.text);
            report.error(&key.spot, message, suggested_key(&key.text, [meant]));
            meant.clone_into(&mut key.text);
        }
        let value = match keys.key(&key.text) {
            Some(known) => within(value, &known.shape, &format!("{path}.{}", key.text), report),
            None => value,
        };
        Entry { key, value }
    });
    Node { kind: Kind::Map(entries.collect()), spot }
}

/// What an addition to a base goes after, beside its other keys.
const AFTER: &str = "after";

fn within(node: Node, shape: &'static Shape, path: &str, report: &Report) -> Node {
    match shape {
        Shape::Keys(keys) => keys_of(node, keys, path, report),
        Shape::RowsOr(one, _) if !is_rows(&node) => keys_of(node, one, path, report),
        Shape::RowsOr(_, row) => each(node, path, |node, path| keys_of(node, row, path, report)),
        Shape::Map(value) | Shape::Ids(value) | Shape::Texts(value) | Shape::Effects(value) => {
            each(node, path, |node, path| within(node, value, path, report))
        }
        Shape::List(item) => match node.kind {
            Kind::List(items) => {
                let items = items.into_iter().enumerate().map(|(index, node)| {
                    within(node, item, &format!("{path}[{}]", index + 1), report)
                });
                Node { kind: Kind::List(items.collect()), spot: node.spot }
            }
            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => node,
        },
        Shape::OneOf(shapes) => match shape_of(&node, shapes) {
            Some(shape) => within(node, shape, path, report),
            None => node,
        },
        Shape::Word(words) => word(node, shape, path, report, |text| {
            let is_known = words.contains(&text);
            if is_known { None } else { nearest(text, words.iter().copied()) }
        }),
        Shape::YesNo => word(node, shape, path, report, |text| {
            meant_yes_no(text).filter(|_| !["true", "false"].contains(&text))
        }),
        Shape::Text
        | Shape::Name
        | Shape::Expression
        | Shape::Template
        | Shape::Whole
        | Shape::Count
        | Shape::Steps(_)
        | Shape::Number
        | Shape::Any => node,
    }
}

fn each(node: Node, path: &str, inner: impl Fn(Node, &str) -> Node) -> Node {
    let Node { kind: Kind::Map(entries), spot } = node else { return node };
    let entries = entries.into_iter().map(|Entry { key, value }| {
        let value = inner(value, &format!("{path}.{}", key.text));
        Entry { key, value }
    });
    Node { kind: Kind::Map(entries.collect()), spot }
}

/// One of a few words.
fn word(
    node: Node,
    shape: &Shape,
    path: &str,
    report: &Report,
    meant: impl Fn(&str) -> Option<&'static str>,
) -> Node {
    let Kind::Scalar(Scalar { text, quoted: false }) = &node.kind else { return node };
    let Some(meant) = meant(text) else { return node };
    misfit(&node, shape, path, report);
    let kind = Kind::Scalar(Scalar { text: meant.to_owned(), quoted: false });
    Node { kind, spot: node.spot }
}
