//! Freezing the form: what is hidden is emptied, the rest must be right, and it becomes a numbered
//! submission whose content is known by its hash, and by that of what was entered in it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{MOST_TURNS, rows};
use crate::{
    decision::{
        Event, RejectionKind, Undecided,
        progress::{Progress, endless, reject},
    },
    definition::{Field, FieldKind, Fields, Section},
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
            match (frozen(self.definition.section(section), content), last) {
                (Some(hash), Some((_, last))) if whole(&hash) == whole(last) => {}
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

/// Stands between the hash of a section and that of what was entered in it.
const ENTERED: char = '/';

/// The hash of a section's content; where some of that is computed, with that of the rest. `None` where
/// nothing is filled in.
pub(in crate::decision) fn frozen(section: Option<&Section>, content: &Value) -> Option<String> {
    let whole = hash(content)?;
    let Some(section) = section.filter(|section| has_computed(&section.fields)) else {
        return Some(whole);
    };
    let entered = hash(&entered(&section.fields, content)).unwrap_or_default();
    Some(format!("{whole}{ENTERED}{entered}"))
}

fn has_computed(fields: &Fields) -> bool {
    fields.iter().any(|(_, field)| {
        let FieldKind::Rows { fields, .. } = &field.kind else { return field.computed.is_some() };
        has_computed(fields)
    })
}

/// A section or its rows without what is computed.
pub(super) fn entered(fields: &Fields, content: &Value) -> Value {
    if let Value::List(rows) = content {
        return Value::List(rows.iter().map(|row| entered(fields, row)).collect());
    }
    let Value::Map(all) = content else { return content.clone() };
    let left = all.iter().filter_map(|(name, value)| match fields.get(name.as_str()) {
        Some(field) if field.computed.is_some() => None,
        Some(Field { kind: FieldKind::Rows { fields, .. }, .. }) => {
            Some((name.clone(), entered(fields, value)))
        }
        Some(_) | None => Some((name.clone(), value.clone())),
    });
    Value::Map(left.collect())
}

fn whole(frozen: &str) -> &str {
    frozen.split_once(ENTERED).map_or(frozen, |(whole, _)| whole)
}

/// Whether something else was entered in a section: as far as that is known, for what was frozen by
/// earlier versions is known only as a whole.
pub(in crate::decision) fn is_entered_anew(then: Option<&str>, now: Option<&str>) -> bool {
    let entered = |frozen: Option<&str>| match frozen {
        Some(frozen) => frozen.split_once(ENTERED).map(|(_, entered)| entered.to_owned()),
        None => Some(String::new()),
    };
    match (entered(then), entered(now)) {
        (Some(then), Some(now)) => then != now,
        (None, _) | (_, None) => then.map(whole) != now.map(whole),
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
