//! The texts of letters as their authors write them: a subject; a kind, a haste, a greeting and a closing if
//! they are said; an empty line, and what the letter says.

use std::collections::BTreeMap;

use super::{
    Place, Sources,
    report::{Report, suggestion},
};

/// The word before the subject in the first line of a letter.
pub(crate) const SUBJECT: &str = "主题：";
/// The word before the kind of a letter, in a line of its own below the subject.
pub(crate) const KIND: &str = "类别：";
/// The word before the greeting, likewise.
pub(crate) const GREETING: &str = "称呼：";
/// The word before what stands below the letter, likewise.
pub(crate) const CLOSING: &str = "结尾：";
/// The word before how a letter is mailed, likewise.
pub(crate) const SENDING: &str = "发送：";
/// What stands there: at once, also to those who get a digest a day.
pub(crate) const AT_ONCE: &str = "立即";
/// The words of the lines below the subject.
const HEADS: [&str; 4] = [KIND, SENDING, GREETING, CLOSING];

/// A kind of letter that may or may not be mailed; notices inside the product always come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    /// What became of one's own affairs.
    Result,
    /// A deadline is near or over.
    Deadline,
    /// Work that waits for somebody in a role.
    Work,
}

impl LetterKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Result, Self::Deadline, Self::Work];

    /// As databases and forms write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Deadline => "deadline",
            Self::Work => "work",
        }
    }

    /// As letters write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Result => "结果",
            Self::Deadline => "期限",
            Self::Work => "办理",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The letters, by name.
pub(super) fn letters(sources: &Sources, report: &Report) -> BTreeMap<String, String> {
    let mut letters = BTreeMap::new();
    for (path, text) in &sources.files {
        let Some(name) = path.strip_prefix("letters/").and_then(|p| p.strip_suffix(".txt")) else {
            continue;
        };
        examine(path, name, text, report);
        letters.insert(name.to_owned(), text.clone());
    }
    letters
}

fn examine(path: &str, name: &str, text: &str, report: &Report) {
    let at = |line: usize| Place {
        file: path.into(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: 1,
    };
    let lines: Vec<&str> = text.lines().collect();
    let is_head = |line: &str| HEADS.iter().any(|word| line.starts_with(word));
    let empty = 1 + lines.iter().skip(1).take_while(|line| is_head(line)).count();
    for (index, line) in lines.iter().enumerate().take(empty).skip(1) {
        let kind = line.strip_prefix(KIND).map(str::trim);
        if let Some(word) = kind.filter(|word| LetterKind::of(word).is_none()) {
            let message = format!("信件「{name}」没有叫「{word}」的类别");
            let known = LetterKind::ALL.map(LetterKind::word);
            report.error_at(at(index + 1), message, suggestion(word, known));
        }
        let sending = line.strip_prefix(SENDING).map(str::trim);
        if let Some(word) = sending.filter(|word| *word != AT_ONCE) {
            let message = format!("信件「{name}」的发送不能是「{word}」");
            report.error_at(at(index + 1), message, suggestion(word, [AT_ONCE]));
        }
    }
    let has_subject = lines.first().is_some_and(|line| line.starts_with(SUBJECT));
    if !has_subject || lines.get(empty).is_none_or(|line| !line.trim().is_empty()) {
        let message = format!("信件「{name}」的开头不对");
        report.error_at(at(1), message, "第一行写「主题：…」，空一行，再写正文");
    }
    for (index, line) in lines.iter().enumerate().skip(empty).filter(|(_, line)| is_head(line)) {
        let word = line.split('：').next().unwrap_or_default();
        let message = format!("信件「{name}」的{word}写在正文里，会原样发出去");
        report.warn_at(at(index + 1), message, "移到主题的下一行");
    }
}
