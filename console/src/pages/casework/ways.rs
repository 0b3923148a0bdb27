//! The ways in which a viewer may act on a case, as the engine offers them: pages that lead there
//! name no task and no action of any workflow.

use engine::{decision::Offer, definition::Edit, names::CaseId, runtime::TaskId};

use super::button;
use crate::{
    app::App,
    cases::seen::{SeeError, Seen},
    identity::Viewer,
    pages::edit::ActionButton,
    routes,
};

/// A way to act: words and address.
pub(in crate::pages) type Way = (String, String);

/// What the viewer may do with a case.
#[derive(Debug, Default)]
pub(in crate::pages) struct Ways {
    /// The task that the viewer decides.
    pub(in crate::pages) review: Option<Way>,
    /// Everything offered that is neither reviewing nor filling in: 撤回, 解除绑定, 修订.
    pub(in crate::pages) others: Vec<Way>,
}

impl Ways {
    /// The ways of a case for a viewer; none where the viewer does not see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::pages) async fn find(
        app: &App,
        viewer: &Viewer,
        case: &CaseId,
    ) -> Result<Self, SeeError> {
        let Some(seen) = Seen::find(app, viewer, case).await? else { return Ok(Self::default()) };
        let others = other_buttons(&seen).into_iter().map(|(action, button)| {
            (button.name.trim_end_matches('…').to_owned(), button.href.unwrap_or(action))
        });
        Ok(Self { others: others.collect(), review: review(&seen) })
    }

    /// The weightiest of them.
    pub(in crate::pages) fn first(self) -> Option<Way> {
        self.review.or_else(|| self.others.into_iter().next())
    }
}

/// The task that the viewer decides, and where.
pub(in crate::pages) fn review(seen: &Seen) -> Option<Way> {
    let offer = seen.offers.iter().find(|offer| is_review(seen, offer))?;
    let task = seen.definition().tasks.get(&offer.task)?;
    let id = TaskId {
        case: seen.view.case.id.clone(),
        task: offer.task.clone(),
        row: offer.row.clone(),
    };
    Some((task.name.clone(), routes::task(&id.to_string())))
}

/// The address and the button of every action that is neither reviewing nor filling in.
pub(in crate::pages) fn other_buttons(seen: &Seen) -> Vec<(String, ActionButton)> {
    let other = seen.offers.iter().filter(|offer| !is_review(seen, offer) && offer.edit.is_empty());
    let of_offer = |offer: &Offer| {
        let buttons = offer.actions.iter().filter_map(|offered| {
            let button = button(seen, &offer.task, offered)?;
            let case = &seen.view.case.id;
            Some((routes::case_action(case, offer.task.as_str(), &button.value), button))
        });
        buttons.collect::<Vec<_>>()
    };
    other.flat_map(of_offer).collect()
}

/// Whether a task is reviewing: work on something that the viewer does not fill in.
fn is_review(seen: &Seen, offer: &Offer) -> bool {
    let task = seen.definition().tasks.get(&offer.task);
    task.is_some_and(|task| !task.optional && task.edit == Edit::Nothing)
}
