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

use super::{Entry, Key, Kind, Node, Scalar, Spot, Text};
use crate::definition::{Diagnostic, Place, Severity};

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

fn refusal(text: &Arc<Text>, error: &serde_yaml::Error) -> Diagnostic {
    let file: Arc<str> = text.path().into();
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX).max(1);
    let at = error.location().map_or((1, 1), |at| (number(at.line()), number(at.column())));
    let english = error.without_snippet().to_string();
    let (message, remedy) = PLAIN.iter().find(|(part, ..)| english.contains(part)).map_or_else(
        || (format!("YAML 写法有误：{english}"), ""),
        |(_, says, remedy)| ((*says).to_owned(), *remedy),
    );
    let (at, message, remedy) = slip(text.as_str(), at.0).unwrap_or((at, message, remedy));
    Diagnostic {
        place: Place { file, line: at.0, column: at.1 },
        severity: Severity::Error,
        message,
        remedy: Some(remedy.to_owned()).filter(|text| !text.is_empty()),
    }
}

/// A slip of the keyboard on the line of an error or the two before it, which the parser stumbles over
/// only later: line and column, what it is, what to write.
fn slip(text: &str, line: u32) -> Option<((u32, u32), String, &'static str)> {
    let last = usize::try_from(line).unwrap_or(usize::MAX);
    let lines: Vec<&str> = text.lines().take(last).collect();
    for (index, line) in lines.iter().enumerate().rev().take(3) {
        if let Some((column, says, remedy)) = strange_blank(line).or_else(|| swallowed(line)) {
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            return Some(((number(index + 1), number(column)), says.to_owned(), remedy));
        }
        let code = line.split(" #").next().filter(|code| !code.trim_start().starts_with('#'));
        let mut colons = code.unwrap_or_default().match_indices([':', '：', '，']);
        let found = colons.find_map(|(at, mark)| {
            let (before, after) = (&line[..at], &line[at + mark.len()..]);
            let (says, remedy) = match mark {
                "：" if ends_with_key(before) => {
                    ("键后面的「：」是全角的", "写成半角的「: 」，后面空一格")
                }
                "，" if begins_with_key(after) => {
                    ("「，」是全角的，隔不开两项", "写成半角的「, 」")
                }
                ":" if ends_with_key(before) && after.starts_with(|c: char| !c.is_whitespace()) => {
                    ("键的「:」后面没有空格", "在「:」后面空一格")
                }
                _ => return None,
            };
            Some((before.chars().count() + 1, says, remedy))
        });
        if let Some((column, says, remedy)) = found {
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            return Some(((number(index + 1), number(column)), says.to_owned(), remedy));
        }
    }
    None
}

/// A blank of another keyboard in the indentation of a line.
fn strange_blank(line: &str) -> Option<(usize, &'static str, &'static str)> {
    let blanks = line.chars().take_while(|c| c.is_whitespace());
    let (at, found) = blanks.enumerate().find(|(_, c)| !matches!(c, ' ' | '\t' | '\r'))?;
    let says = match found {
        '\u{3000}' => "缩进里有全角空格（U+3000）",
        '\u{a0}' => "缩进里有不换行空格（U+00A0）",
        _ => "缩进里有不认识的空格",
    };
    Some((at + 1, says, "缩进只用半角空格"))
}

/// ` #` in braces or brackets that are still open: the rest of the line is a comment.
fn swallowed(line: &str) -> Option<(usize, &'static str, &'static str)> {
    let mut quote = None;
    let mut open = 0_i32;
    let mut before = ' ';
    for (at, character) in line.chars().enumerate() {
        match (quote, character) {
            (Some(mark), character) if mark == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '{' | '[') => open += 1,
            (None, '}' | ']') => open -= 1,
            (None, '#') if before == ' ' => {
                let rest = line.chars().skip(at);
                let closes = rest.filter(|c| matches!(c, '}' | ']')).count();
                let says = "「 #」后面到行尾都是注释，括号没有配对";
                return (open > 0 && closes > 0).then_some((
                    at + 1,
                    says,
                    "值里要写 # 就给值加引号",
                ));
            }
            (None, _) => {}
        }
        before = character;
    }
    None
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Whether a text ends with a key where one may stand: at the beginning of a line, after `{` or `,`.
fn ends_with_key(text: &str) -> bool {
    let start = text.trim_end_matches(is_of_key);
    let (key, rest) = (&text[start.len()..], start.trim_end());
    let is_place = rest.is_empty() || rest == "-" || rest.ends_with(['{', ',', '，']);
    !key.is_empty() && is_place && rest.matches(['"', '\'']).count() % 2 == 0
}

fn begins_with_key(text: &str) -> bool {
    let text = text.trim_start();
    let rest = text.trim_start_matches(is_of_key);
    rest.len() < text.len() && rest.starts_with([':', '：'])
}

/// What the parser's words mean to an author.
const PLAIN: &[(&str, &str, &str)] = &[
    ("replay limit", "别名（*）展开后内容过多，不予读取", "不要让别名层层引用"),
    ("expansion limit", "别名（*）展开后内容过多，不予读取", "不要让别名层层引用"),
    ("recursion limit", "嵌套超过 32 层，不予读取", "减少嵌套"),
    ("Depth", "嵌套超过 32 层，不予读取", "减少嵌套"),
    ("depth", "嵌套超过 32 层，不予读取", "减少嵌套"),
    ("unknown anchor", "别名（*）引用的锚点（&）没有定义", "先定义锚点，或改正名称"),
    (
        "mapping values are not allowed",
        "这里不能再写「键: 值」",
        "值里有「: 」要加引号；或检查缩进",
    ),
    ("illegal placement of ':'", "这里不能再写「键: 值」", "检查上一行的括号和引号是否配对"),
    ("simple key expected", "这一行不是「键: 值」", "键后面写半角的「: 」"),
    (
        "expected ',' or",
        "{…} 或 […] 里的各项没有隔开",
        "带逗号、括号的表达式要整个加引号，如 \"join(names, '、')\"；检查有没有漏写的逗号",
    ),
    (
        "invalid trailing content",
        "引号后面还有内容",
        "带逗号、引号的表达式要整个加引号，如 \"join(names, '、')\"",
    ),
    ("unclosed quote", "引号没有配对", "补上结尾的引号"),
    ("unclosed bracket", "括号没有配对", "补上结尾的括号"),
    ("misplaced bracket", "括号没有配对", "删去多余的括号，或补上开头的括号"),
    ("unexpected character", "值不能以这个符号开头", "给值加引号"),
    ("did not find expected", "缩进或列表的写法不对", "同一层的内容要对齐，列表每项以「- 」开头"),
    ("tab", "缩进不能用制表符", "改用空格"),
];

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
        let text =
            "a: 1.50\nb: '1.50'\nc: \"x\"\nd: |\n  1\ne: >-\n  \"2\"\nf: 0755\ng: yes\nh: 1e999\n";
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
