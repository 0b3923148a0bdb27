//! Compares a document with the grammar: unknown keys, wrong shapes, missing keys, keys that exclude
//! each other. What it lets pass the readers may rely on.

use super::{
    document::{Entry, Key, Kind, Node, Scalar},
    grammar::{Form, Keys, Shape},
    outline::type_name,
    report::{Report, suggested_key, suggestion},
};
use crate::expression::nearest::nearest;

/// Examines `node`, which stands under `path`.
pub(super) fn examine(node: &Node, shape: &'static Shape, path: &str, report: &Report) {
    let ok = match shape {
        Shape::Any => true,
        Shape::Text | Shape::Name | Shape::Expression | Shape::Template => scalar(node).is_some(),
        Shape::Whole => plain(node).is_some_and(|text| text.parse::<u32>().is_ok()),
        Shape::Count => {
            plain(node).is_some_and(|text| text.parse::<u32>().is_ok_and(|count| count > 0))
        }
        Shape::Number => {
            plain(node).is_some_and(|text| text.parse::<rust_decimal::Decimal>().is_ok())
        }
        Shape::YesNo => yes_no(node).is_some(),
        Shape::Word(words) => scalar(node).is_some_and(|text| words.contains(&text)),
        Shape::List(item) => return list(node, shape, item, path, report),
        Shape::OneOf(shapes) => return one_of(node, shape, shapes, path, report),
        Shape::Map(value) => return map(node, shape, value, Names::Identifiers, path, report),
        Shape::Ids(value) => return map(node, shape, value, Names::Dotted, path, report),
        Shape::Texts(value) => return map(node, shape, value, Names::Texts, path, report),
        Shape::Effects(value) => return map(node, shape, value, Names::Effects, path, report),
        Shape::Keys(keys) => return examine_keys(node, keys, path, report),
        Shape::Steps(keys) => return steps(node, shape, keys, path, report),
        Shape::RowsOr(one, row) => return rows_or(node, one, row, path, report),
    };
    if !ok {
        misfit(node, shape, path, report);
    }
}

/// `true` or `false`.
pub(super) fn yes_no(node: &Node) -> Option<bool> {
    match plain(node)? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// What is meant by a misspelt `true` or `false`, or by another word for it.
pub(super) fn meant_yes_no(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "on" | "是" => Some("true"),
        "no" | "n" | "off" | "否" => Some("false"),
        _ => nearest(text, ["true", "false"]),
    }
}

/// Whether `text` may name something that expressions speak of.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether a key is the rest of a value that YAML cut at a comma, as in `{set: {x: f(a, b)}}`: that is
/// told where the value stands.
pub(super) fn is_rest(key: &str) -> bool {
    let count = |mark: char| key.matches(mark).count();
    count(')') > count('(') || count(']') > count('[')
}

fn scalar(node: &Node) -> Option<&str> {
    node.text()
}

fn plain(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Scalar(Scalar { text, quoted: false }) => Some(text),
        Kind::Scalar(Scalar { quoted: true, .. }) | Kind::Null | Kind::List(_) | Kind::Map(_) => {
            None
        }
    }
}

/// Tells that a value is not of the shape.
pub(super) fn misfit(node: &Node, shape: &Shape, path: &str, report: &Report) {
    let written = match &node.kind {
        Kind::Scalar(scalar) => format!("「{}」", scalar.text),
        Kind::Null | Kind::List(_) | Kind::Map(_) => node.shape().to_owned(),
    };
    let remedy = match (shape, &node.kind) {
        (Shape::OneOf([Shape::List(Shape::Name), ..]), Kind::Scalar(scalar)) => {
            format!("写成 [{}]", scalar.text)
        }
        (Shape::Word(words), Kind::Scalar(scalar)) => meant_word(&scalar.text, words),
        (Shape::Expression | Shape::Template, Kind::List(_) | Kind::Map(_)) => quoted(node, shape),
        (Shape::Texts(Shape::OneOf([.., Shape::Keys(keys)])), Kind::Scalar(scalar))
            if scalar.text == "none" && ["printed", "verified"].contains(&keys.id) =>
        {
            "没有的一样一样写，如 {名称: none}".to_owned()
        }
        (Shape::YesNo, Kind::Scalar(scalar)) if scalar.quoted => "去掉引号".to_owned(),
        (Shape::YesNo, Kind::Scalar(scalar)) => match meant_yes_no(&scalar.text) {
            Some(near) => format!("是不是「{near}」"),
            None => String::new(),
        },
        (Shape::Whole | Shape::Count | Shape::Number, Kind::Scalar(scalar)) if scalar.quoted => {
            "去掉引号".to_owned()
        }
        _ => String::new(),
    };
    report.error(&node.spot, format!("{path} 应当是{}，这里是{written}", expected(shape)), remedy);
}

/// How an expression or a text is written that YAML takes for a list or a map.
fn quoted(node: &Node, shape: &Shape) -> String {
    let words = node.items().iter().map(Node::text).collect::<Option<Vec<_>>>();
    match (&words.unwrap_or_default()[..], node.entries(), shape) {
        ([], [only], Shape::Template) if matches!(only.value.kind, Kind::Null) => {
            format!("加引号，写成 \"{{{}}}\"", only.key.text)
        }
        ([word], [], _) => format!("是文本写成 \"['{word}']\"；是一个清单的名称就写 {word}"),
        ([_, ..], [], _) => {
            let words = node.items().iter().filter_map(Node::text);
            let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
            format!("加引号，写成 \"[{}]\"", words.join(", "))
        }
        _ => "表达式里的列表和行要加引号，如 \"[]\"".to_owned(),
    }
}

/// The word that was probably meant; all there are stand in the message.
fn meant_word(text: &str, words: &[&str]) -> String {
    const ELSEWHERE: [(&str, &str); 12] = [
        ("number", "整数写 integer，小数、金额写 decimal"),
        ("int", "写 integer"),
        ("float", "写 decimal"),
        ("money", "写 decimal，加 scale: 2"),
        ("string", "写 text"),
        ("str", "写 text"),
        ("bool", "写 yes_no"),
        ("boolean", "写 yes_no"),
        ("datetime", "写 moment"),
        ("time", "写 moment"),
        ("file", "写 files"),
        ("select", "写 choice，加 choice: [选项]"),
    ];
    let elsewhere = ELSEWHERE.iter().find(|(word, _)| *word == text && words.contains(&"integer"));
    if let Some((_, meant)) = elsewhere {
        return (*meant).to_owned();
    }
    let near = suggestion(text, words.iter().copied());
    if near.starts_with("可以写") { String::new() } else { near }
}

/// What a shape is called.
fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Text => "一段文字".to_owned(),
        Shape::Name => "一个名称".to_owned(),
        Shape::Expression => "一个表达式".to_owned(),
        Shape::Template => "一段文字（可以含 {表达式}）".to_owned(),
        Shape::Whole => "一个不小于 0 的整数".to_owned(),
        Shape::Count => "一个不小于 1 的整数".to_owned(),
        Shape::Number => "一个数".to_owned(),
        Shape::YesNo => " true 或 false".to_owned(),
        Shape::Word(words) => format!(" {} 之一", words.join("、")),
        Shape::Any => "任何内容".to_owned(),
        Shape::List(item) => format!("列表，每项是{}", expected(item)),
        Shape::Steps(keys) => format!("列表，每项是{}", keys.what),
        Shape::OneOf(shapes) => shapes.iter().map(expected).collect::<Vec<_>>().join("，或"),
        Shape::Map(value) | Shape::Ids(value) | Shape::Effects(value) | Shape::Texts(value) => {
            format!("一组「名称: 内容」，内容是{}", expected(value))
        }
        Shape::Keys(keys) | Shape::RowsOr(keys, _) => format!("一组键值（{}）", keys.what),
    }
}

fn list(node: &Node, shape: &Shape, item: &'static Shape, path: &str, report: &Report) {
    match &node.kind {
        Kind::List(items) => {
            for (index, node) in items.iter().enumerate() {
                examine(node, item, &format!("{path}[{}]", index + 1), report);
            }
        }
        Kind::Null => {}
        Kind::Scalar(scalar) => report.error(
            &node.spot,
            format!("{path} 应当是{}，这里是「{}」", expected(shape), scalar.text),
            format!("写成 [{}]", scalar.text),
        ),
        Kind::Map(_) => misfit(node, shape, path, report),
    }
}

fn one_of(node: &Node, shape: &Shape, shapes: &'static [Shape], path: &str, report: &Report) {
    match shape_of(node, shapes) {
        Some(shape) => examine(node, shape, path, report),
        None => misfit(node, shape, path, report),
    }
}

/// Which of several shapes a value has: they differ by being text, list or map.
pub(super) fn shape_of(node: &Node, shapes: &'static [Shape]) -> Option<&'static Shape> {
    let fits = |shape: &&Shape| match shape.form() {
        Form::List => matches!(node.kind, Kind::List(_)),
        Form::Map => matches!(node.kind, Kind::Map(_)),
        Form::Scalar => matches!(node.kind, Kind::Scalar(_)),
    };
    shapes.iter().find(fits)
}

/// Which keys a map may have.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Identifiers,
    Dotted,
    Texts,
    Effects,
}

fn map(
    node: &Node,
    shape: &Shape,
    value: &'static Shape,
    names: Names,
    path: &str,
    report: &Report,
) {
    if !matches!(node.kind, Kind::Map(_) | Kind::Null) {
        return misfit(node, shape, path, report);
    }
    for Entry { key, value: node } in node.entries() {
        if is_rest(&key.text) {
            continue;
        }
        let path = format!("{path}.{}", key.text);
        if names == Names::Effects && key.text == "when" {
            examine(node, &Shape::Expression, &path, report);
            continue;
        }
        let is_right = match names {
            Names::Texts => true,
            Names::Dotted => key.text.split('.').all(is_identifier),
            Names::Identifiers | Names::Effects => is_identifier(&key.text),
        };
        if !is_right {
            report.error(
                &key.spot,
                format!("名称「{}」不合写法", key.text),
                "名称用小写字母开头，只含小写字母、数字和 _",
            );
        }
        examine(node, value, &path, report);
    }
}

fn rows_or(node: &Node, one: &'static Keys, row: &'static Keys, path: &str, report: &Report) {
    if is_rows(node) {
        for Entry { key, value } in node.entries() {
            examine_keys(value, row, &format!("{path}.{}", key.text), report);
        }
    } else {
        examine_keys(node, one, path, report);
    }
}

/// Whether a participant is written as named rows.
pub(super) fn is_rows(node: &Node) -> bool {
    let entries = node.entries();
    !entries.is_empty() && entries.iter().all(|entry| matches!(entry.value.kind, Kind::Map(_)))
}

/// Examines a map that has these keys.
pub(crate) fn examine_keys(node: &Node, keys: &'static Keys, path: &str, report: &Report) {
    if !matches!(node.kind, Kind::Map(_) | Kind::Null) {
        report.error(
            &node.spot,
            format!("{path} 应当是一组键值（{}），这里是{}", keys.what, node.shape()),
            "",
        );
        return;
    }
    for Entry { key, value } in node.entries() {
        match keys.key(&key.text) {
            Some(known) => {
                examine(value, &known.shape, &format!("{path}.{}", key.text), report);
                if matches!(known.shape, Shape::Text) && ["name", "hint"].contains(&known.name) {
                    tell_braces(key, value, report);
                }
            }
            None if keys.is_open && suggestion(&key.text, names(keys)).starts_with("可以写") => {
            }
            None if is_rest(&key.text) => {}
            None if key.text.len() == 3 && key.text.chars().all(|c| c.is_ascii_digit()) => {
                let message = format!("「{}」不是键：{{…}} 里逗号隔开各项", key.text);
                report.error(
                    &key.spot,
                    message,
                    "数里不写逗号，如 1000；带逗号的表达式要整个加引号",
                );
            }
            None => report.error(
                &key.spot,
                format!("{}（{path}）没有「{}」这个键", keys.what, key.text),
                suggested_key(&key.text, names(keys)),
            ),
        }
    }
    for key in keys.all().filter(|key| key.is_required && node.get(key.name).is_none()) {
        report.error(
            &node.spot,
            format!("{}（{path}）缺少「{}」", keys.what, key.name),
            format!("加上 {}: {}", key.name, key.note),
        );
    }
    exclusive(node, keys, path, report);
    kinds(node, keys, path, report);
}

/// Braces of a text that is shown as it is written.
fn tell_braces(key: &Key, node: &Node, report: &Report) {
    let text = node.text().unwrap_or_default();
    let inside = text.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
    if inside.is_some_and(|(inside, _)| !inside.trim().is_empty()) {
        let message = format!("这里的 {} 里不算表达式：{{…}} 照原样显示", key.text);
        report.warn(
            &node.spot,
            message,
            "去掉括号；随案变化的话写在动作的 hint、confirm 或状态、任务的 advice 里",
        );
    }
}

fn names(keys: &'static Keys) -> impl Iterator<Item = &'static str> {
    keys.all().map(|key| key.name)
}

/// Which keys go with the `type` of the map, and which it cannot be without.
fn kinds(node: &Node, keys: &'static Keys, path: &str, report: &Report) {
    let name = type_name(node);
    let Some(kind) = keys.kinds.iter().find(|kind| kind.name == name) else { return };
    let of_some = |key: &str| keys.kinds.iter().any(|kind| kind.keys.contains(&key));
    for Entry { key, .. } in node.entries() {
        if of_some(&key.text) && !kind.keys.contains(&key.text.as_str()) {
            let remedy = match kind.keys {
                [] => "去掉它，或改 type".to_owned(),
                allowed => format!("{name} 可以写：{}", allowed.join("、")),
            };
            let message = format!("「{}」不用于 {name} {}（{path}）", key.text, keys.what);
            report.error(&key.spot, message, remedy);
        }
    }
    for missing in kind.needs.iter().filter(|key| node.get(key).is_none()) {
        let note = keys.key(missing).map_or("", |key| key.note);
        let message = format!("{name} {}（{path}）缺少「{missing}」", keys.what);
        report.error(&node.spot, message, format!("加上 {missing}: {note}"));
    }
}

/// A list of maps with one key each.
fn steps(node: &Node, shape: &Shape, keys: &'static Keys, path: &str, report: &Report) {
    if !matches!(node.kind, Kind::List(_) | Kind::Null) {
        return misfit(node, shape, path, report);
    }
    for (index, node) in node.items().iter().enumerate() {
        let path = format!("{path}[{}]", index + 1);
        match &node.kind {
            Kind::List(_) => steps(node, shape, keys, &path, report),
            Kind::Map(entries) if entries.len() > 1 => {
                let message = format!("{}（{path}）只能有一个键", keys.what);
                report.error(&node.spot, message, "每步另起一行，以「- 」开头");
            }
            Kind::Null | Kind::Scalar(_) | Kind::Map(_) => examine_keys(node, keys, &path, report),
        }
    }
}

fn exclusive(node: &Node, keys: &Keys, path: &str, report: &Report) {
    let entry = |name: &str| node.entries().iter().find(|entry| entry.key.text == name);
    for (left, right) in keys.exclusive {
        let (Some(one), Some(other)) = (entry(left), entry(right)) else { continue };
        let (first, second) = (one.key.spot.place(), other.key.spot.place());
        let elsewhere = if first.file == second.file {
            String::new()
        } else {
            format!("（「{left}」在 {first}，「{right}」在 {second}）")
        };
        report.error(
            &one.key.spot.later(&other.key.spot),
            format!("{}（{path}）不能同时写「{left}」和「{right}」{elsewhere}", keys.what),
            format!("只留一个；继承来的用 {left}: null 或 {right}: null 去掉"),
        );
    }
}
