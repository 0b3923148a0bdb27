//! A form beside what was typed and is not kept: how it stands with that, and whether it is still the
//! one that was read.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{
        self, Actor, Case, Command, Event, Facts, FieldState, FormChange, RejectionKind, Undecided,
    },
    definition::Definition,
    names::TaskName,
};

use super::Seen;
use crate::cases::refused::without_refused;

impl Seen {
    /// Lets the form show what hangs on these changes, though they are not saved; it stays as it is
    /// where they cannot be.
    pub fn show_with(&mut self, by: Actor, task: &TaskName, changes: Vec<FormChange>) {
        self.states = self.states_with(by, task, changes);
    }

    /// The revision on which a form that was read at `read` is saved: the present one, unless the form
    /// has changed since or is filled in no more. A reminder or a comment takes nothing from what is typed.
    pub fn revision_to_save(&self, read: Option<u64>) -> Option<u64> {
        self.revision_without(read, |event| {
            !matches!(
                event,
                Event::Saved { .. }
                    | Event::Corrected { .. }
                    | Event::Frozen { .. }
                    | Event::Entered { .. }
                    | Event::Migrated { .. }
                    | Event::Undone { .. }
            )
        })
    }

    /// The revision on which whoever read `read` decides: the present one, where since then people were
    /// only reminded.
    pub fn revision_to_act(&self, read: Option<u64>) -> Option<u64> {
        self.revision_without(read, |event| {
            matches!(event, Event::Reminded { .. } | Event::Notified { .. })
        })
    }

    fn revision_without(
        &self,
        read: Option<u64>,
        is_beside: impl Fn(&Event) -> bool,
    ) -> Option<u64> {
        let read = read?;
        let mut since = self.history.iter().filter(|recorded| recorded.revision > read);
        let is_same = since.all(|recorded| is_beside(&recorded.event));
        Some(if is_same { self.view.case.revision.max(read) } else { read })
    }

    /// [`states_with`] of this case.
    pub fn states_with(
        &self,
        by: Actor,
        task: &TaskName,
        changes: Vec<FormChange>,
    ) -> BTreeMap<String, FieldState> {
        let (case, facts, at) = (&self.view.case, &self.view.facts, self.view.at);
        states_with((self.definition(), case, facts, at), by, task, changes)
    }
}

/// How the fields of a case stand once these changes were saved in this task, without those that the
/// engine refuses; as they stand now, where nothing changes or all of it is refused.
pub fn states_with(
    (definition, case, facts, at): (&Definition, &Case, &Facts, Moment),
    by: Actor,
    task: &TaskName,
    changes: Vec<FormChange>,
) -> BTreeMap<String, FieldState> {
    let save = |changes: Vec<FormChange>| {
        let save = Command::Save { by: by.clone(), task: task.clone(), changes };
        decision::decide(definition, Some(case), &save, facts, at)
    };
    let mut saved = save(changes.clone());
    if let Err(Undecided::Rejected(rejection)) = &saved
        && let RejectionKind::Fields(faults) = &rejection.kind
    {
        saved = save(without_refused(changes, faults, &case.form));
    }
    match saved {
        Ok(saved) => decision::form_state(definition, &saved.case, facts, at),
        Err(_) => decision::form_state(definition, case, facts, at),
    }
}
