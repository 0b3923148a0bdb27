//! Two texts line by line: what was added, what was cut, and a few lines around it.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// So long a comparison may take; after that it is coarser.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lines shown around a change.
const AROUND: usize = 3;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// In both.
    Same,
    /// Only in the new text.
    Add,
    /// Only in the old text.
    Cut,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// Its number in the old text.
    pub old: Option<usize>,
    /// Its number in the new text.
    pub new: Option<usize>,
    /// Its text without the line end.
    pub text: String,
}

/// How two texts differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Runs of changed lines with what stands around them.
    pub runs: Vec<Vec<Line>>,
    /// Lines added.
    pub added: usize,
    /// Lines cut.
    pub cut: usize,
}

/// Compares two texts.
#[must_use]
pub fn difference(old: &str, new: &str) -> Difference {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut difference = Difference::default();
    for group in diff.grouped_ops(AROUND) {
        let mut run = Vec::new();
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let tag = match change.tag() {
                ChangeTag::Equal => Change::Same,
                ChangeTag::Insert => Change::Add,
                ChangeTag::Delete => Change::Cut,
            };
            difference.added += usize::from(tag == Change::Add);
            difference.cut += usize::from(tag == Change::Cut);
            run.push(Line {
                change: tag,
                old: change.old_index().map(|index| index + 1),
                new: change.new_index().map(|index| index + 1),
                text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
        }
        difference.runs.push(run);
    }
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_with_a_few_lines_around_them() {
        let old: String = (1..=20).map(|line| format!("第 {line} 行\n")).collect();
        let new = old.replace("第 10 行\n", "改了\n又一行\n");
        let found = difference(&old, &new);
        assert_eq!((found.added, found.cut, found.runs.len()), (2, 1, 1));
        let run: Vec<String> = found.runs[0]
            .iter()
            .map(|line| format!("{:?} {:?} {:?} {}", line.change, line.old, line.new, line.text))
            .collect();
        insta::assert_snapshot!(run.join("\n"), @r"
        Same Some(7) Some(7) 第 7 行
        Same Some(8) Some(8) 第 8 行
        Same Some(9) Some(9) 第 9 行
        Cut Some(10) None 第 10 行
        Add None Some(10) 改了
        Add None Some(11) 又一行
        Same Some(11) Some(12) 第 11 行
        Same Some(12) Some(13) 第 12 行
        Same Some(13) Some(14) 第 13 行
        ");
    }

    #[test]
    fn equal_texts_differ_in_nothing() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), Difference::default());
        assert_eq!(difference("", ""), Difference::default());
    }

    #[test]
    fn a_line_end_that_changed_is_a_change() {
        let found = difference("a\r\n", "a\n");
        assert_eq!((found.added, found.cut), (1, 1));
    }
}
