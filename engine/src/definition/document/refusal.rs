//! What is wrong with a text that is no YAML, in words an author understands: a slip of the keyboard
//! where it was made, or what the parser says in plain words.

use std::sync::Arc;

use super::Text;
use crate::{
    definition::{Diagnostic, Place, Severity},
    expression::nearest::nearest,
};

/// What the parser's refusal of a text means to its author.
pub(super) fn refusal(text: &Arc<Text>, error: &serde_yaml::Error) -> Diagnostic {
    let file: Arc<str> = text.path().into();
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX).max(1);
    let at = error.location().map_or((1, 1), |at| (number(at.line()), number(at.column())));
    let english = error.without_snippet().to_string();
    let (message, remedy) = PLAIN.iter().find(|(part, ..)| english.contains(part)).map_or_else(
        || (format!("YAML 写法有误：{english}"), ""),
        |(_, says, remedy)| ((*says).to_owned(), *remedy),
    );
    let own = slip(text.as_str(), at.0);
    let own = own.or_else(|| english.contains(NOT_APART).then(|| unclosed(text.as_str(), at.0))?);
    let (at, message, remedy) = own.unwrap_or((at, message, remedy));
    let anchor = english.contains(NO_ANCHOR).then(|| nearest_anchor(text.as_str(), at)).flatten();
    let remedy = anchor.unwrap_or_else(|| remedy.to_owned());
    Diagnostic {
        place: Place { file, line: at.0, column: at.1 },
        severity: Severity::Error,
        message,
        remedy: Some(remedy).filter(|text| !text.is_empty()),
    }
}

/// The anchor of a text that an alias without one, which stands at this line and column, may mean.
fn nearest_anchor(text: &str, (line, column): (u32, u32)) -> Option<String> {
    let index = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
    let line: String = text.lines().nth(index(line)?)?.chars().skip(index(column)?).collect();
    let alias = line.strip_prefix('*')?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name =
        |rest: &'_ str| rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())].to_owned();
    let anchors: Vec<String> = text.split('&').skip(1).map(name).collect();
    let near = nearest(&name(alias), anchors.iter().map(String::as_str))?;
    Some(format!("是不是「*{near}」"))
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

/// A bracket of a line before, which the next key of the text finds still open: its line and column, what
/// it is, what to write.
fn unclosed(text: &str, line: u32) -> Option<((u32, u32), String, &'static str)> {
    let last = usize::try_from(line).ok()?;
    let found = text.lines().nth(last.checked_sub(1)?)?;
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let mut open: Vec<(usize, usize, char, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate().take(last - 1) {
        let mut quote = None;
        for (column, character) in line.chars().enumerate() {
            match (quote, character) {
                (Some(mark), character) if mark == character => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(character),
                (None, '{' | '[') => open.push((number, column, character, indentation(line))),
                (None, '}' | ']') => {
                    open.pop();
                }
                (None, _) => {}
            }
        }
    }
    let (number, column, mark, indent) = open.into_iter().next()?;
    if !begins_with_key(found) || indentation(found) > indent {
        return None;
    }
    let place = (u32::try_from(number + 1).ok()?, u32::try_from(column + 1).ok()?);
    let close = if mark == '{' { "在行尾补上「}」" } else { "在行尾补上「]」" };
    Some((place, format!("这里的「{mark}」没有配对：到第 {line} 行还没有结束"), close))
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

/// What the parser says of an alias without an anchor.
const NO_ANCHOR: &str = "unknown anchor";

/// What the parser says where something else than the next item follows.
const NOT_APART: &str = "expected ',' or";

/// What the parser's words mean to an author.
const PLAIN: &[(&str, &str, &str)] = &[
    ("replay limit", "别名（*）展开后内容过多，不予读取", "不要让别名层层引用"),
    ("expansion limit", "别名（*）展开后内容过多，不予读取", "不要让别名层层引用"),
    ("recursion limit", "嵌套超过 32 层，不予读取", "减少嵌套"),
    ("Depth", "嵌套超过 32 层，不予读取", "减少嵌套"),
    ("depth", "嵌套超过 32 层，不予读取", "减少嵌套"),
    (NO_ANCHOR, "别名（*）引用的锚点（&）没有定义", "先定义锚点，或改正名称"),
    (
        "mapping values are not allowed",
        "这里不能再写「键: 值」",
        "值里有「: 」要加引号；或检查缩进",
    ),
    ("illegal placement of ':'", "这里不能再写「键: 值」", "检查上一行的括号和引号是否配对"),
    ("simple key expected", "这一行不是「键: 值」", "键后面写半角的「: 」"),
    (
        NOT_APART,
        "{…} 或 […] 里的各项没有隔开",
        "带逗号、括号的表达式要整个加引号，如 \"join(names, '、')\"；检查有没有漏写的逗号",
    ),
    (
        "invalid trailing content",
        "引号后面还有内容",
        "带逗号、引号的表达式要整个加引号，如 \"join(names, '、')\"；已经在双引号里的，里面写单引号，如 \"level == 'short'\"",
    ),
    ("unclosed quote", "引号没有配对", "补上结尾的引号"),
    ("unclosed bracket", "括号没有配对", "补上结尾的括号"),
    ("misplaced bracket", "括号没有配对", "删去多余的括号，或补上开头的括号"),
    ("unexpected character", "值不能以这个符号开头", "给值加引号"),
    ("did not find expected", "缩进或列表的写法不对", "同一层的内容要对齐，列表每项以「- 」开头"),
    ("tab", "缩进不能用制表符", "改用空格"),
];
