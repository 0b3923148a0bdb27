//! Texts that hold `{expression}`: messages, numbers, durations.

use std::borrow::Cow;

use super::{EvaluationFault, Expression, Fault, Names, Type, World};

/// A text that may hold `{expression}`; `{{` and `}}` are braces.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    pieces: Vec<Piece>,
    reads: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Expression(Expression),
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.pieces == other.pieces
    }
}

impl Template {
    /// Parses a text with `{expression}` parts, each of a type that can be shown and is not none.
    ///
    /// # Errors
    /// Every fault found; places count characters from the beginning of the whole text.
    pub fn compile(source: &str, names: &Names<'_>) -> Result<Self, Vec<Fault>> {
        let characters: Vec<char> = source.chars().collect();
        let mut pieces = Vec::new();
        let mut faults = Vec::new();
        for part in parts(&characters).map_err(|fault| vec![fault])? {
            match part {
                Part::Text(text) => pieces.push(Piece::Text(text)),
                Part::Expression { start, text } => match compiled(&text, names) {
                    Ok(expression) => pieces.push(Piece::Expression(expression)),
                    Err(found) => faults.extend(found.into_iter().map(|fault| Fault {
                        start: fault.start + start,
                        end: fault.end + start,
                        ..fault
                    })),
                },
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut reads: Vec<Vec<String>> = Vec::new();
        for piece in &pieces {
            if let Piece::Expression(expression) = piece {
                let new = expression.reads().iter().filter(|path| !reads.contains(path));
                let new: Vec<_> = new.cloned().collect();
                reads.extend(new);
            }
        }
        Ok(Self { source: source.to_owned(), pieces, reads })
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether one of its expressions asks the moment, the calendar, or how the form was before.
    #[must_use]
    pub fn asks_time(&self) -> bool {
        let asks = |piece: &Piece| match piece {
            Piece::Text(_) => false,
            Piece::Expression(expression) => expression.asks_time(),
        };
        self.pieces.iter().any(asks)
    }

    /// The text people read, if it holds no expression.
    #[must_use]
    pub fn plain(&self) -> Option<Cow<'_, str>> {
        match &self.pieces[..] {
            [] => Some(Cow::Borrowed("")),
            [Piece::Text(text)] => Some(Cow::Borrowed(text)),
            [..] => None,
        }
    }

    /// The paths of names its expressions read, each once.
    #[must_use]
    pub fn reads(&self) -> &[Vec<String>] {
        &self.reads
    }

    /// The expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Expression(expression) => Some(expression),
        })
    }

    /// The expressions that stand side by side with nothing between them.
    pub fn side_by_side(&self) -> impl Iterator<Item = (&Expression, &Expression)> {
        self.pieces.windows(2).filter_map(|pieces| match pieces {
            [Piece::Expression(one), Piece::Expression(other)] => Some((one, other)),
            [..] => None,
        })
    }

    /// The paths whose content may stand in it.
    #[must_use]
    pub fn shows(&self) -> Vec<Vec<String>> {
        self.expressions().flat_map(Expression::shows).collect()
    }

    /// The text with its values filled in, as people read them (dates as 2026-11-25, yes/no as 是/否).
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn render(&self, world: &dyn World) -> Result<String, EvaluationFault> {
        let mut rendered = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => rendered.push_str(text),
                Piece::Expression(expression) => {
                    rendered.push_str(&expression.evaluate(world)?.display());
                }
            }
        }
        Ok(rendered)
    }
}

fn compiled(text: &str, names: &Names<'_>) -> Result<Expression, Vec<Fault>> {
    let expression = Expression::compile(text, names, None)?;
    let kind = expression.value_type();
    if kind.is_shown() {
        return Ok(expression);
    }
    let shown = text.trim();
    let (message, remedy) = if kind.is_optional() && kind.present().is_shown() {
        let remedy = if kind.present().is_text() {
            format!("写成 {{{shown} or_else '…'}}")
        } else {
            format!("写成 {{text({shown}) if {shown} is not none else '…'}}")
        };
        (format!("{shown} 可能为空"), Some(remedy))
    } else {
        let remedy = match kind.present() {
            Type::List(_) => format!("写成 {{join(map({shown}, it.name), '、')}}"),
            Type::Record(_) | Type::File => format!("写出其中的字段，例如 {{{shown}.name}}"),
            Type::Map(_) => format!("写出其中的值，例如 {{{shown}['…']}}"),
            Type::Text
            | Type::Integer
            | Type::Decimal
            | Type::Bool
            | Type::Date
            | Type::Moment
            | Type::Span
            | Type::Choice(_)
            | Type::Reference(_)
            | Type::Optional(_)
            | Type::Never => format!("写成 {{{shown} or_else '…'}}"),
        };
        (format!("{kind}不能直接写进文本"), Some(remedy))
    };
    Err(vec![Fault { start: 0, end: text.chars().count(), message, remedy, misspelt: None }])
}

enum Part {
    Text(String),
    /// `start` is the place of its first character.
    Expression {
        start: usize,
        text: String,
    },
}

fn parts(characters: &[char]) -> Result<Vec<Part>, Fault> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(character) = characters.get(at) {
        let is_doubled = characters.get(at + 1) == Some(character);
        match character {
            '{' | '}' if is_doubled => {
                text.push(*character);
                at += 2;
            }
            '{' => {
                let end = end_of_expression(characters, at)?;
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                let inside = characters[at + 1..end].iter().collect();
                parts.push(Part::Expression { start: at + 1, text: inside });
                at = end + 1;
            }
            '}' => {
                let message = "多出的 }".to_owned();
                let remedy = Some("花括号本身写成 }}".to_owned());
                return Err(Fault { start: at, end: at + 1, message, remedy, misspelt: None });
            }
            _ => {
                text.push(*character);
                at += 1;
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

/// The place of the brace that closes the one at `start`; braces in texts and rows are its own.
fn end_of_expression(characters: &[char], start: usize) -> Result<usize, Fault> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in characters.iter().enumerate().skip(start) {
        match (quote, character) {
            (Some(open), character) if open == *character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(*character),
            (None, '{') => depth += 1,
            (None, '}') if depth == 1 => return Ok(at),
            (None, '}') => depth -= 1,
            (None, _) => {}
        }
    }
    let message = "{ 没有对应的 }".to_owned();
    let remedy = Some("补上 }；花括号本身写成 {{".to_owned());
    Err(Fault { start, end: characters.len(), message, remedy, misspelt: None })
}
