//! One misspelt name is one fault, however often it is used: it is told where it is declared, or where
//! it is used first, with the other places.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Diagnostic, Place, Severity,
    document::{Key, Kind, Node},
    mention::{paths, template_paths},
    report::Misspelt,
};

/// Folds what is told of each misspelt name of these documents.
pub(super) fn fold<'n>(
    found: &mut Vec<Diagnostic>,
    misspelt: &[Misspelt],
    documents: impl Iterator<Item = &'n Node> + Clone,
) {
    let mut names: BTreeMap<(&str, &str), BTreeSet<&Place>> = BTreeMap::new();
    for Misspelt { written, meant, place } in misspelt {
        names.entry((written, meant)).or_default().insert(place);
    }
    for ((written, meant), mut places) in names {
        let told = |place: &Place| {
            let at = |found: &&Diagnostic| found.place == *place;
            found.iter().any(|it| at(&it) && it.severity == Severity::Error)
        };
        places.retain(|place| told(place));
        let Some(first) = places.iter().next().filter(|_| places.len() > 1) else { continue };
        let is_echo =
            |it: &Diagnostic| it.severity == Severity::Error && places.contains(&it.place);
        match only_declared(meant, documents.clone()) {
            Some(declared) => {
                let place = declared.spot.place();
                let message = format!(
                    "「{meant}」只写在这里，别处写的都是「{written}」（{}）",
                    places_of(&place, places.iter().copied())
                );
                found.retain(|it| !is_echo(it) && it.place != place);
                let remedy = Some(format!("是不是「{written}」"));
                found.push(Diagnostic { place, severity: Severity::Error, message, remedy });
            }
            None => {
                let others = places_of(first, places.iter().copied().skip(1));
                found.retain(|it| !is_echo(it) || it.place == **first);
                for it in found.iter_mut().filter(|it| is_echo(it)) {
                    it.message = format!("{}，{others}也是", it.message);
                }
            }
        }
    }
}

/// Whether the next fault in order says of the same place what the one before says: a part that
/// several places share is told once.
pub(super) fn is_repeated(next: &Diagnostic, kept: &Diagnostic) -> bool {
    let is_same_remedy = next.remedy.is_some() && next.remedy == kept.remedy;
    let is_same = next.message == kept.message || is_same_remedy;
    next.place == kept.place && next.severity == kept.severity && is_same
}

/// Where a name is declared, if it stands nowhere else.
fn only_declared<'n>(name: &str, documents: impl Iterator<Item = &'n Node>) -> Option<&'n Key> {
    let mut found = Found { keys: Vec::new(), others: 0 };
    documents.for_each(|node| count(node, name, &mut found));
    if found.others == 0 && found.keys.len() == 1 { found.keys.pop() } else { None }
}

struct Found<'n> {
    keys: Vec<&'n Key>,
    others: usize,
}

fn count<'n>(node: &'n Node, name: &str, found: &mut Found<'n>) {
    match &node.kind {
        Kind::Null => {}
        Kind::Scalar(scalar) => {
            let named = paths(&scalar.text).into_iter().chain(template_paths(&scalar.text));
            let is_named = named.flatten().any(|word| word == name);
            let is_quoted = [format!("'{name}'"), format!("\"{name}\"")];
            let is_quoted = is_quoted.iter().any(|quoted| scalar.text.contains(quoted));
            found.others += usize::from(is_named || is_quoted);
        }
        Kind::List(items) => items.iter().for_each(|item| count(item, name, found)),
        Kind::Map(entries) => {
            for entry in entries {
                found.keys.extend((entry.key.text == name).then_some(&entry.key));
                count(&entry.value, name, found);
            }
        }
    }
}

/// Places as they are told beside another: those of its file by their lines.
fn places_of<'p>(beside: &Place, places: impl Iterator<Item = &'p Place>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for place in places {
        let line = if place.file == beside.file {
            format!("第 {} 行", place.line)
        } else {
            format!("{} 第 {} 行", place.file, place.line)
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("、")
}
