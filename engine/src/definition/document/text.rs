//! A source file and the places in it.

use std::{fmt, sync::Arc};

use crate::definition::Place;

/// The text of one file.
pub(crate) struct Text {
    path: Arc<str>,
    text: String,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)
    }
}

impl Text {
    pub(crate) fn new(path: &str, text: &str) -> Arc<Self> {
        let breaks = text.match_indices('\n').map(|(index, _)| index + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Arc::new(Self { path: path.into(), text: text.to_owned(), lines })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The line of a byte, from 0.
    fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte) - 1
    }

    /// The place of a byte.
    pub(super) fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let line = self.line_of(byte);
        let before = self.text.get(self.lines[line]..byte).unwrap_or_default();
        Place {
            file: self.path.clone(),
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX),
        }
    }
}

/// A stretch of a file, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    text: Arc<Text>,
    start: usize,
    end: usize,
}

impl Spot {
    pub(super) fn new(text: &Arc<Text>, start: usize, length: usize) -> Self {
        Self { text: text.clone(), start, end: start + length }
    }

    /// The file it is in.
    pub(crate) fn source(&self) -> &Arc<Text> {
        &self.text
    }

    /// Where it begins.
    pub(crate) fn place(&self) -> Place {
        self.text.place(self.start)
    }

    /// Whether both begin at the same place of the same text.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        self.start == other.start && self.text.path == other.text.path
    }

    /// The one of two that stands later; of two files, the other's.
    pub(crate) fn later(&self, other: &Self) -> Self {
        let is_later = self.text.path == other.text.path && self.start > other.start;
        if is_later { self.clone() } else { other.clone() }
    }

    /// Whether it is the content of a block (`|` or `>`), which the span leaves out.
    pub(super) fn is_block(&self) -> bool {
        let line = self.text.line_of(self.start);
        let Some(above) = line.checked_sub(1) else { return false };
        let (header, line) = (self.text.lines[above], self.text.lines[line]);
        let indentation = self.text.as_str().get(line..self.start).unwrap_or_default();
        let header = self.text.as_str().get(header..line).unwrap_or_default();
        let header = header.split(" #").next().unwrap_or_default().trim_end();
        let mark = header.rsplit([' ', '\t']).next().unwrap_or_default();
        indentation.trim().is_empty()
            && mark.starts_with(['|', '>'])
            && mark[1..].chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'))
    }

    /// Whether it is text whatever it looks like: in quotes or in a block.
    pub(super) fn is_quoted(&self) -> bool {
        self.slice().starts_with(['"', '\'']) || self.is_block()
    }

    /// The characters it covers.
    pub(super) fn slice(&self) -> &str {
        self.text.as_str().get(self.start..self.end).unwrap_or_default()
    }

    /// The characters from its beginning to the bracket that closes the last one it opens, on its line:
    /// the whole of an expression that YAML has cut at a comma.
    pub(crate) fn to_closing_bracket(&self) -> Option<&str> {
        let rest = self.text.as_str().get(self.start..)?.lines().next()?;
        let (mut depth, mut quote) = (0_u32, None);
        for (at, character) in rest.char_indices() {
            match (quote, character) {
                (Some(open), character) if open == character => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(character),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') if depth <= 1 => {
                    let end = at + usize::from(depth == 1);
                    return rest.get(..end).filter(|whole| !whole.contains('"'));
                }
                (None, ')' | ']' | '}') => depth -= 1,
                (None, _) => {}
            }
        }
        None
    }

    /// Where character `offset` of `content` stands, when this spot is the scalar whose value is
    /// `content`: quotes, escapes, folded lines and the indentation of blocks lie between.
    pub(crate) fn place_within(&self, content: &str, offset: usize) -> Place {
        let source = self.text.as_str();
        let is_block = self.is_block();
        let is_double = !is_block && self.slice().starts_with('"');
        let is_single = !is_block && self.slice().starts_with('\'');
        let mut at = self.start + usize::from(is_double || is_single);
        let mut content = content.chars();
        for _ in 0..offset {
            let Some(expected) = content.next() else { break };
            if expected.is_whitespace() {
                continue;
            }
            at += blank_prefix(&source[at..]);
            let rest = &source[at..];
            at += if is_double && rest.starts_with('\\') {
                escape_length(rest)
            } else if is_single && rest.starts_with("''") {
                2
            } else {
                rest.chars().next().map_or(0, char::len_utf8)
            };
        }
        if content.next().is_some_and(|next| !next.is_whitespace()) {
            at += blank_prefix(&source[at..]);
        }
        self.text.place(at)
    }
}

/// How many bytes of white space (and of line ends escaped in double quotes) `rest` begins with.
fn blank_prefix(rest: &str) -> usize {
    let blank = rest.len() - rest.trim_start().len();
    if rest[blank..].starts_with("\\\n") {
        return blank + 2 + blank_prefix(&rest[blank + 2..]);
    }
    blank
}

/// How many bytes an escape of double-quoted text takes.
fn escape_length(rest: &str) -> usize {
    let digits = match rest.chars().nth(1) {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(other) => return 1 + other.len_utf8(),
        None => return 1,
    };
    (2 + digits).min(rest.len())
}
