//! What one actor may do with one case now. The same tests as `decide`: a button shows exactly when
//! it works.

use crate::{
    calendar::Moment,
    names::{ActionName, RuleName, SectionName, TaskName},
};

/// An open task that the actor may act in.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The task.
    pub task: TaskName,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// When it is due, by its first timer.
    pub due: Option<Moment>,
    /// The parts of the form that may be edited: `section` or `section.field`.
    pub edit: Vec<String>,
    /// The sections the actor sees; `None` is all.
    pub sees: Option<Vec<SectionName>>,
    /// The actions, in the order of the definition.
    pub actions: Vec<OfferedAction>,
}

/// An action that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedAction {
    /// The action.
    pub action: ActionName,
    /// Requirements that do not depend on what is asked or edited and do not hold now: the action
    /// is shown but refused, with these texts.
    pub refused: Vec<(RuleName, String)>,
}
