//! How a form stands with what was typed and is not kept.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{self, Actor, Case, Command, Facts, FieldState, FormChange},
    definition::Definition,
    names::TaskName,
};

use super::Seen;

impl Seen {
    /// Lets the form show what hangs on these changes, though they are not saved; it stays as it is
    /// where they cannot be.
    pub fn show_with(&mut self, by: Actor, task: &TaskName, changes: Vec<FormChange>) {
        self.states = self.states_with(by, task, changes);
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

/// How the fields of a case stand once these changes were saved in this task; as they stand now, where
/// nothing changes or the engine refuses it.
pub fn states_with(
    (definition, case, facts, at): (&Definition, &Case, &Facts, Moment),
    by: Actor,
    task: &TaskName,
    changes: Vec<FormChange>,
) -> BTreeMap<String, FieldState> {
    let save = (!changes.is_empty()).then(|| Command::Save { by, task: task.clone(), changes });
    let saved = save.map(|save| decision::decide(definition, Some(case), &save, facts, at));
    match saved {
        Some(Ok(saved)) => decision::form_state(definition, &saved.case, facts, at),
        Some(Err(_)) | None => decision::form_state(definition, case, facts, at),
    }
}
