//! What else somebody may begin, whatever the workflow.

use engine::{
    definition::{self, WhoKind},
    expression::Value,
};

use super::subjects;
use crate::{app::App, cases::bindings, identity::Viewer, pages::casework, routes};

/// Workflows that have pages of their own to begin them.
const ELSEWHERE: [&str; 3] = [bindings::WORKFLOW, casework::LIBRARY, "unit-registration"];

/// What else the viewer may begin, by name and page: whatever is published and about nothing but
/// himself and what can be chosen.
pub(in crate::pages) fn others(app: &App, viewer: &Viewer) -> Vec<(String, String)> {
    let is_starter = |who: &definition::Who| match &who.kind {
        WhoKind::Account(_) => viewer.person.is_some(),
        WhoKind::Role { role, .. } => {
            let role = role.constant();
            role.as_ref().and_then(Value::as_text).is_some_and(|role| viewer.has_role(role))
        }
        WhoKind::Each { .. } | WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => false,
    };
    let published = app.runtime.newest_all();
    let definitions = published.iter().map(|published| &published.definition);
    let begun = definitions.filter(|definition| {
        let starter = definition.start.by.as_ref();
        let starter = starter.and_then(|by| definition.participants.get(by));
        !ELSEWHERE.contains(&definition.key.as_str())
            && subjects::are_choosable(definition)
            && (viewer.person.is_some() || subjects::own(definition).next().is_none())
            && starter.is_some_and(|starter| starter.whos().any(is_starter))
    });
    begun.map(|begun| (begun.name.clone(), routes::start(&begun.key))).collect()
}
