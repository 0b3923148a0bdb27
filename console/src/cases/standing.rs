//! Where a listed case stands, in the words and the look that its workflow gives.

use engine::{
    definition::Tone,
    names::{StateName, StatusId, WorkflowKey},
    store::cases::ListedCase,
};

use crate::app::App;

/// The public status of a case and its look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The name people see.
    pub name: String,
    /// The look.
    pub tone: Tone,
}

impl Standing {
    /// Of a listed case. Lists take the words of the newest version: a case on an older one says the
    /// same unless its status was renamed.
    #[must_use]
    pub fn of(app: &App, case: &ListedCase) -> Self {
        Self::in_state(app, &case.workflow, &case.state, &case.status)
    }

    /// Of a state with a status.
    #[must_use]
    pub fn in_state(
        app: &App,
        workflow: &WorkflowKey,
        state: &StateName,
        status: &StatusId,
    ) -> Self {
        let newest = app.runtime.newest(workflow);
        let definition = newest.as_ref().map(|published| &published.definition);
        let name = definition.and_then(|definition| definition.status_names.get(status));
        let tone = definition.and_then(|definition| definition.states.get(state));
        Self {
            name: name.map_or_else(|| status.to_string(), Clone::clone),
            tone: tone.map_or(Tone::Plain, |state| state.tone),
        }
    }
}
