//! What the author of a workflow is told: where, what is wrong, and what to write instead.

use std::{fmt, sync::Arc};

/// A place in a source file; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path as the author gave it, with `/`.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The definition cannot be used.
    Error,
    /// The definition can be used, but probably does not say what its author means.
    Warning,
}

/// One fault of one source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it is.
    pub place: Place,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one sentence of plain Chinese that names the thing.
    pub message: String,
    /// What to write instead, where that is known.
    pub remedy: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "错误",
            Severity::Warning => "提醒",
        };
        write!(formatter, "{}: {word}: {}", self.place, self.message)?;
        if let Some(remedy) = &self.remedy {
            write!(formatter, "（{remedy}）")?;
        }
        Ok(())
    }
}
