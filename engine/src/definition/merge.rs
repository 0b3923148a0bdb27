//! `extends`: a definition is its base with changes, merged as RFC 7396. Each part keeps the place
//! where it was written, so that a fault is told in the file that has it.

use super::{
    document::{Entry, Kind, Node},
    report::Report,
};
use crate::expression::nearest::nearest;

/// `child` over `base`: maps merge by key, `null` removes, all else replaces.
pub(super) fn merge(base: &Node, child: &Node, report: &Report) -> Node {
    overlay(base, child, "", report)
}

fn overlay(base: &Node, child: &Node, under: &str, report: &Report) -> Node {
    let (Kind::Map(old), Kind::Map(new)) = (&base.kind, &child.kind) else {
        return child.clone();
    };
    let mut entries = old.clone();
    let mut added = Vec::new();
    for entry in new {
        let position = entries.iter().position(|known| known.key.text == entry.key.text);
        match (position, &entry.value.kind) {
            (Some(position), Kind::Null) => {
                entries.remove(position);
            }
            (Some(position), Kind::Scalar(_) | Kind::List(_) | Kind::Map(_)) => {
                let value =
                    overlay(&entries[position].value, &entry.value, &entry.key.text, report);
                entries[position] = Entry { key: entry.key.clone(), value };
            }
            (None, Kind::Null) => report.error(
                &entry.key.spot,
                format!("基础流程里没有「{}」，不能用 null 去掉", entry.key.text),
                super::report::suggestion(
                    &entry.key.text,
                    old.iter().map(|known| known.key.text.as_str()),
                ),
            ),
            (None, Kind::Scalar(_) | Kind::List(_) | Kind::Map(_)) => {
                match meant(old, entry, under) {
                    Some(what) => {
                        let known = old.iter().map(|known| known.key.text.as_str());
                        report.unknown(&entry.key.spot, what, &entry.key.text, known);
                    }
                    None => added.push(entry),
                }
            }
        }
    }
    add(&mut entries, added, under == "choose", report);
    Node { spot: child.spot.clone(), kind: Kind::Map(entries) }
}

/// What an addition is called that only changes a part of the base which has a similar name: it could
/// not stand by itself.
fn meant(old: &[Entry], entry: &Entry, under: &str) -> Option<&'static str> {
    let names = old.iter().map(|known| known.key.text.as_str());
    let near = nearest(&entry.key.text, names)?;
    let known = old.iter().find(|known| known.key.text == near)?;
    let has = |key: &str| entry.value.get(key).is_some();
    // Where it is to stand is said of what is new.
    if has("after") || entry.value.entries().is_empty() {
        return None;
    }
    match under {
        "states" => {
            let parts = ["tasks", "timers", "choose"].into_iter().filter(|part| has(part));
            let mut inner = parts.flat_map(|part| {
                let known = known.value.get(part);
                entry.value.entries_of(part).iter().map(move |it| (known, it))
            });
            let is_known = |(known, it): (Option<&Node>, &Entry)| {
                known.is_some_and(|known| known.get(&it.key.text).is_some())
            };
            let is_any = inner.clone().next().is_some();
            (is_any && inner.all(is_known)).then_some("状态")
        }
        "timers" => (!has("lasts") && !has("at")).then_some("计时器"),
        "tasks" => (!has("for") && !has("actions")).then_some("任务"),
        _ => None,
    }
}

/// Additions stand where they say (`after`), rules of a `choose` before the base's, others last.
fn add(entries: &mut Vec<Entry>, added: Vec<&Entry>, is_choose: bool, report: &Report) {
    let mut rules = 0;
    for entry in added {
        let (entry, after) = without_after(entry);
        let position = match after {
            Some(after) => {
                let name = after.text().unwrap_or_default();
                let position = entries.iter().position(|known| known.key.text == name);
                if position.is_none() {
                    let known = entries.iter().map(|known| known.key.text.as_str());
                    report.unknown(&after.spot, "前一项", name, known);
                }
                position.map_or(entries.len(), |position| position + 1)
            }
            None if is_choose && entry.key.text != OTHERWISE => {
                rules += 1;
                rules - 1
            }
            None => entries.len(),
        };
        entries.insert(position, entry);
    }
    if is_choose && let Some(at) = entries.iter().position(|entry| entry.key.text == OTHERWISE) {
        let otherwise = entries.remove(at);
        entries.push(otherwise);
    }
}

/// The rule that acts when no other does.
pub(super) const OTHERWISE: &str = "otherwise";

/// An added entry without its `after`, which only says where it goes.
fn without_after(entry: &Entry) -> (Entry, Option<Node>) {
    let mut entry = entry.clone();
    let Kind::Map(inner) = &mut entry.value.kind else { return (entry, None) };
    let after = inner
        .iter()
        .position(|known| known.key.text == "after")
        .map(|position| inner.remove(position).value);
    (entry, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::document::{Text, parse};

    fn merged(base: &str, child: &str) -> (String, Vec<String>) {
        let node = |path, text| parse(&Text::new(path, text)).0.remove(0);
        let report = Report::default();
        let node = merge(&node("base.yaml", base), &node("child.yaml", child), &report);
        let says = report.into_diagnostics().iter().map(ToString::to_string).collect();
        (written(&node), says)
    }

    fn written(node: &Node) -> String {
        match &node.kind {
            Kind::Null => "~".to_owned(),
            Kind::Scalar(scalar) => scalar.text.clone(),
            Kind::List(items) => {
                format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", "))
            }
            Kind::Map(entries) => {
                let entry =
                    |entry: &Entry| format!("{}: {}", entry.key.text, written(&entry.value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn maps_merge_by_key_null_removes_and_lists_replace() {
        let (text, says) =
            merged("{a: {x: 1, y: 2}, b: [1, 2], c: 3}", "{a: {y: 5, z: 6}, b: [9], c: null}");
        assert_eq!(text, "{a: {x: 1, y: 5, z: 6}, b: [9]}");
        assert!(says.is_empty());
    }

    #[test]
    fn added_rules_stand_first_and_otherwise_last() {
        let (text, _) = merged(
            "{choose: {a: {to: x}, otherwise: {to: y}}}",
            "{choose: {b: {to: z}, c: {after: a, to: w}, d: {to: v}}}",
        );
        assert_eq!(
            text,
            "{choose: {b: {to: z}, d: {to: v}, a: {to: x}, c: {to: w}, otherwise: {to: y}}}"
        );
    }

    #[test]
    fn other_additions_stand_last_or_after_a_name() {
        let (text, says) = merged(
            "{tasks: {a: {}, b: {}}}",
            "{tasks: {c: {after: a}, d: {}, e: {after: nobody}}}",
        );
        assert_eq!(text, "{tasks: {a: {}, c: {}, b: {}, d: {}, e: {}}}");
        insta::assert_snapshot!(says.join("\n"), @"child.yaml:1:43: 错误: 没有叫「nobody」的前一项（可以写：a、c、b、d）");
    }

    #[test]
    fn what_is_not_there_cannot_be_removed() {
        let (_, says) = merged("{tasks: {review: {}}}", "{tasks: {reviwe: null}}");
        insta::assert_snapshot!(says.join("\n"), @"child.yaml:1:10: 错误: 基础流程里没有「reviwe」，不能用 null 去掉（是不是「review」）");
    }
}
