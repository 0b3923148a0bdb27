//! What else somebody may begin, whatever the workflow.

use super::subjects;
use crate::{app::App, cases::bindings, identity::Viewer, pages::casework, routes};

/// Workflows that have pages of their own to begin them.
const ELSEWHERE: [&str; 3] = [bindings::WORKFLOW, casework::LIBRARY, "unit-registration"];

/// What else the viewer may begin, by name and page: whatever is published and about nothing but
/// himself and what can be chosen.
pub(in crate::pages) fn others(app: &App, viewer: &Viewer) -> Vec<(String, String)> {
    let published = app.runtime.newest_all();
    let definitions = published.iter().map(|published| &published.definition);
    let begun = definitions.filter(|definition| {
        !ELSEWHERE.contains(&definition.key.as_str())
            && subjects::are_choosable(definition)
            && (viewer.person.is_some() || subjects::own(definition).next().is_none())
            && subjects::may_be_begun(viewer, definition)
    });
    begun.map(|begun| (begun.name.clone(), routes::start(&begun.key))).collect()
}
