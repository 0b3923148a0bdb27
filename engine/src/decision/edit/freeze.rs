//! Freezing the form: what is hidden is emptied, the rest must be right, and it becomes a numbered
//! submission whose content is known by its hash.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{MOST_TURNS, rows};
use crate::{
    decision::{
        Event, RejectionKind, Undecided,
        progress::{Progress, endless, reject},
    },
    expression::Value,
};

impl Progress<'_> {
    /// Examines the form and freezes it.
    pub(in crate::decision) fn freeze(&mut self) -> Result<(), Undecided> {
        // What corrections and computed fields read may have changed since the last save.
        self.write(Vec::new())?;
        self.empty_hidden()?;
        let faults = self.knowledge().examined_form()?;
        if !faults.is_empty() {
            return Err(reject(RejectionKind::Fields(faults)));
        }
        self.freeze_content();
        Ok(())
    }

    /// Emptying one field may hide or compute another.
    pub(in crate::decision) fn empty_hidden(&mut self) -> Result<(), Undecided> {
        for _ in 0..MOST_TURNS {
            let visible = self.knowledge().visible_form()?;
            let changes = self.differences(&visible);
            if changes.is_empty() {
                return Ok(());
            }
            self.write(changes)?;
        }
        Err(endless("显示条件"))
    }

    /// Gives the form as it stands the next submission number.
    pub(in crate::decision) fn freeze_content(&mut self) {
        let mut changed = BTreeMap::new();
        for (section, content) in &self.case.form {
            let last = self.case.frozen.get(section).and_then(|entries| entries.last());
            match (hash(content), last) {
                (Some(hash), Some((_, last))) if hash == *last => {}
                (Some(hash), _) => {
                    changed.insert(section.clone(), hash);
                }
                (None, Some((_, last))) if !last.is_empty() => {
                    changed.insert(section.clone(), String::new());
                }
                (None, _) => {}
            }
        }
        let submission = self.case.submission + 1;
        let rows = rows::submitted(self.definition, &self.case, changed.keys());
        self.record(Event::Frozen { submission, changed, rows });
    }
}

/// SHA-256 of a section's content, empty fields left out; `None` where nothing is filled in.
fn hash(content: &Value) -> Option<String> {
    let filled = if let Value::Map(fields) = content {
        let filled = fields.iter().filter(|(_, value)| !value.is_blank());
        Value::Map(filled.map(|(name, value)| (name.clone(), value.clone())).collect())
    } else {
        content.clone()
    };
    let json = serde_json::to_vec(&filled).ok().filter(|_| !filled.is_blank())?;
    Some(hex::encode(Sha256::digest(json)))
}
