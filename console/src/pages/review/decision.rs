//! What a reviewer typed and marked beside a task.

use crate::{cases::posted::Posted, pages::Errors};

/// What was decided so far, as typed.
pub(super) struct Decision {
    pub(super) opinion: String,
    pub(super) marked: Vec<String>,
    pub(super) errors: Errors,
    pub(super) conflict: Option<String>,
}

impl Decision {
    pub(super) fn none() -> Self {
        Self { opinion: String::new(), marked: Vec::new(), errors: Errors::none(), conflict: None }
    }

    /// The marks and the opinion, with the phrase that was chosen.
    pub(super) fn typed(posted: &Posted) -> Self {
        let written = posted.text("opinion").unwrap_or_default().trim();
        let phrase = posted.text("phrase").unwrap_or_default().trim();
        let opinion = match (written, phrase) {
            ("", phrase) => phrase.to_owned(),
            (written, "") => written.to_owned(),
            (written, phrase) if written.contains(phrase) => written.to_owned(),
            (written, phrase) => format!("{phrase}。{written}"),
        };
        let marked = posted.all("parts").map(str::to_owned).collect();
        Self { opinion, marked, ..Self::none() }
    }

    /// What is said of a conflict, and of what was typed if anything was.
    pub(super) fn told(&self, conflict: &str) -> String {
        if self.opinion.is_empty() {
            conflict.to_owned()
        } else {
            format!("{conflict}您填写的意见还在下面。")
        }
    }
}
