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
    /// Of a listed case.
    #[must_use]
    pub fn of(app: &App, case: &ListedCase) -> Self {
        Self::in_state(app, &case.workflow, &case.state, &case.status)
    }

    /// Of a state with a status, in the words of the newest version that has it: a case on an older
    /// one may stand in a state that has another name by now.
    #[must_use]
    pub fn in_state(
        app: &App,
        workflow: &WorkflowKey,
        state: &StateName,
        status: &StatusId,
    ) -> Self {
        let versions = app.runtime.in_use(workflow);
        let mut definitions = versions.iter().map(|published| &published.definition);
        let name = definitions.clone().find_map(|known| known.status_names.get(status));
        let tone = definitions.find_map(|known| known.states.get(state));
        Self {
            name: name.map_or_else(|| status.to_string(), Clone::clone),
            tone: tone.map_or(Tone::Plain, |state| state.tone),
        }
    }
}
