//! Letters: a text of the definition, written with the values of a case. A misspelt name is an error,
//! not an empty place, and a text that never ends runs out of fuel.
//!
//! Invariant: no I/O, no clock; the letters that a scenario reads are written as those that are sent.

mod values;

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

pub use values::{About, asked_at, values};

pub use crate::definition::LetterKind;
use crate::{
    definition::{
        LETTER_AT_ONCE as AT_ONCE, LETTER_CLOSING as CLOSING, LETTER_GREETING as GREETING,
        LETTER_KIND as KIND, LETTER_SENDING as SENDING, LETTER_SUBJECT as SUBJECT,
    },
    expression::Value,
};

/// How much one letter may compute.
const FUEL: u64 = 50_000;

/// A letter as one person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// What kind the letter says that it is.
    pub kind: Option<LetterKind>,
    /// Whether it is mailed at once, also to those who get a digest a day.
    pub is_urgent: bool,
    /// Whom it greets; empty where it greets nobody. A notice inside the product goes without.
    pub greeting: String,
    /// Paragraphs, parted by empty lines.
    pub body: String,
    /// What stands below it, such as where to go on; a notice inside the product goes without.
    pub closing: String,
}

impl Letter {
    /// The whole text, as it is mailed.
    #[must_use]
    pub fn text(&self) -> String {
        let parts = [&self.greeting, &self.body, &self.closing].map(String::as_str);
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

/// A letter that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterFault {
    /// The text does not begin with `主题：…`, other lines that say what they are, and an empty line.
    #[error("a letter begins with a line 主题：…, lines with other words, and an empty line")]
    Shape,
    /// The text does not fit the values.
    #[error("the letter cannot be rendered: {0}")]
    Render(#[from] minijinja::Error),
    /// A value put a line break or another control into the subject.
    #[error("the subject would hold a line break or another control character")]
    Subject,
}

impl LetterFault {
    /// What is wrong, for the author of the letter.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Shape => "第一行写「主题：…」，空一行，再写正文".to_owned(),
            Self::Subject => "主题里的值有换行：主题只能是一行".to_owned(),
            Self::Render(error) if error.kind() == ErrorKind::UndefinedError => {
                "有一个名称没有值：这里没有问它，或还没有取编号；在信里先判断 is defined".to_owned()
            }
            Self::Render(error) if error.kind() == ErrorKind::OutOfFuel => {
                "信里的循环太多".to_owned()
            }
            Self::Render(error) => {
                let line = error.line().map_or_else(String::new, |line| format!("第 {line} 行"));
                if error.kind() == ErrorKind::InvalidOperation {
                    format!("正文{line}：| date 前面的不是日期，可能没有值；先判断 {{% if 名称 %}}")
                } else {
                    format!(
                        "正文{line}的写法不对：检查 {{{{ }}}} 和 {{% %}} 是否配对、名称和过滤器有没有写错"
                    )
                }
            }
        }
    }
}

/// Writes a letter with these values.
///
/// # Errors
/// When the text does not fit the values.
pub fn write(text: &str, values: &BTreeMap<String, Value>) -> Result<Letter, LetterFault> {
    let parts = parts(text)?;
    let environment = environment();
    let values: BTreeMap<&str, minijinja::Value> =
        values.iter().map(|(name, value)| (name.as_str(), values::written(value))).collect();
    let rendered = |text: &str| -> Result<String, LetterFault> {
        Ok(environment.render_str(text, &values)?.trim().to_owned())
    };
    let subject = environment.render_str(parts.subject, &values)?;
    if subject.chars().any(char::is_control) {
        return Err(LetterFault::Subject);
    }
    Ok(Letter {
        subject: subject.trim().to_owned(),
        kind: parts.kind,
        is_urgent: parts.is_urgent,
        greeting: rendered(parts.greeting)?,
        body: rendered(parts.body)?,
        closing: rendered(parts.closing)?,
    })
}

/// The parts of a letter's text.
#[derive(Default)]
struct Parts<'t> {
    subject: &'t str,
    kind: Option<LetterKind>,
    is_urgent: bool,
    greeting: &'t str,
    body: &'t str,
    closing: &'t str,
}

/// Reads the lines above the empty line, each with its word, and what is below it.
fn parts(text: &str) -> Result<Parts<'_>, LetterFault> {
    let (first, mut rest) = text.split_once('\n').ok_or(LetterFault::Shape)?;
    let subject = first.trim_end().strip_prefix(SUBJECT).ok_or(LetterFault::Shape)?;
    let mut parts = Parts { subject, ..Parts::default() };
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim_end();
        rest = after;
        if line.is_empty() {
            parts.body = rest;
            return Ok(parts);
        } else if let Some(word) = line.strip_prefix(KIND) {
            parts.kind = Some(LetterKind::of(word.trim()).ok_or(LetterFault::Shape)?);
        } else if let Some(word) = line.strip_prefix(SENDING) {
            if word.trim() != AT_ONCE {
                return Err(LetterFault::Shape);
            }
            parts.is_urgent = true;
        } else if let Some(greeting) = line.strip_prefix(GREETING) {
            parts.greeting = greeting;
        } else if let Some(closing) = line.strip_prefix(CLOSING) {
            parts.closing = closing;
        } else {
            return Err(LetterFault::Shape);
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("date", date);
    environment.add_test("defined", minijinja::tests::is_defined);
    environment
}

/// A day in words, from a date as values write it: `2026-11-25` is `2026 年 11 月 25 日`. A moment,
/// `2026-11-25 09:00`, keeps its time.
fn date(text: &str) -> Result<String, minijinja::Error> {
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let date: jiff::civil::Date = day.parse().map_err(|error| {
        minijinja::Error::new(ErrorKind::InvalidOperation, "not a date").with_source(error)
    })?;
    let said = format!("{} 年 {} 月 {} 日 {time}", date.year(), date.month(), date.day());
    Ok(said.trim_end().to_owned())
}

#[cfg(test)]
mod tests;
