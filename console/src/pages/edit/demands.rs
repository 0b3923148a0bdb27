//! What stands against an action on the page of the form, before anything is asked about it: what is
//! missing or wrong, and what a start-check only reminds of.

use engine::{
    decision::{self, Act, Command, Offer, Undecided},
    definition::Action,
    names::ActionName,
    runtime::Refusal,
};

use crate::{
    app::App,
    cases::{
        perform::{NotDone, explain},
        posted::Posted,
        reminders,
        seen::Seen,
    },
    identity::Viewer,
};

/// What names the reminders that stood on the page.
const WARNED: &str = "warned";

/// Why the action would be refused now, as far as it can be told before what it asks is answered.
pub(super) async fn refused(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    (offer, action): (&Offer, &ActionName),
) -> Option<NotDone> {
    let (definition, view) = (seen.definition(), &seen.view);
    let defined = seen.action(&offer.task, action)?;
    if !defined.ask.is_empty() {
        let faults = decision::form_faults(definition, &view.case, &view.facts, view.at);
        let is_faulty = defined.freeze && !faults.is_empty();
        return is_faulty.then(|| NotDone::Faults(faults, Vec::new()));
    }
    let act = Command::Act(Act {
        by: viewer.actor(),
        task: offer.task.clone(),
        action: action.clone(),
        row: offer.row.clone(),
        asked: Default::default(),
        changes: Vec::new(),
    });
    let decided = decision::decide(definition, Some(&view.case), &act, &view.facts, view.at);
    let Err(Undecided::Rejected(rejection)) = decided else { return None };
    let not_done = explain(app, definition, Refusal::Rejected(rejection)).await;
    matches!(not_done, NotDone::Faults(..)).then_some(not_done)
}

/// What the start-checks of the task's actions remind of.
pub(super) fn reminders(seen: &Seen, offer: &Offer) -> Vec<String> {
    let actions = offer.actions.iter().filter_map(|it| seen.action(&offer.task, &it.action));
    let mut says: Vec<String> = Vec::new();
    for say in actions.flat_map(|action| reminders::of_action(seen, action)) {
        if !says.contains(&say) {
            says.push(say);
        }
    }
    says
}

/// Whether everything that the checks of the action remind of stood on the page that was sent.
pub(super) fn is_warned(seen: &Seen, action: &Action, posted: &Posted) -> bool {
    let says = reminders::of_action(seen, action);
    says.iter().all(|say| posted.all(WARNED).any(|shown| shown == say))
}

/// What is said where a reminder is new.
pub(super) fn look_first(action: &str) -> String {
    format!("内容已保存，还没有{action}：请先看看下面的提醒。不用改的，再按一次「{action}」")
}
