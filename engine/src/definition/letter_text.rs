//! The texts of letters as their authors write them: a subject, a kind if one is said, an empty line,
//! and what the letter says.

use std::collections::BTreeMap;

use super::{
    Place, Sources,
    report::{Report, suggestion},
};

/// The word before the subject in the first line of a letter.
pub(crate) const SUBJECT: &str = "主题：";
/// The word before the kind of a letter, in a line of its own below the subject.
pub(crate) const KIND: &str = "类别：";

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
    let kind = lines.get(1).and_then(|line| line.strip_prefix(KIND)).map(str::trim);
    if let Some(word) = kind.filter(|word| LetterKind::of(word).is_none()) {
        let message = format!("信件「{name}」没有叫「{word}」的类别");
        report.error_at(at(2), message, suggestion(word, LetterKind::ALL.map(LetterKind::word)));
    }
    let empty = 1 + usize::from(kind.is_some());
    let has_subject = lines.first().is_some_and(|line| line.starts_with(SUBJECT));
    if !has_subject || lines.get(empty).is_none_or(|line| !line.trim().is_empty()) {
        let message = format!("信件「{name}」的开头不对");
        report.error_at(at(1), message, "第一行写「主题：…」，空一行，再写正文");
    }
    for (index, _) in lines.iter().enumerate().skip(2).filter(|(_, line)| line.starts_with(KIND)) {
        let message = format!("信件「{name}」的类别写在正文里，会原样发出去");
        report.warn_at(at(index + 1), message, "移到主题的下一行");
    }
}
