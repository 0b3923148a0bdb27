//! Whoever had a form of a case and may not see the case any more reads again what he typed, and nothing
//! else of the case.
//!
//! Invariant: to everybody who was not shown the form the case is not there.

use std::collections::BTreeMap;

use engine::{
    definition::Fields,
    names::{ActionName, CaseId, TaskName},
};

use super::typed_text::typed_text;
use crate::{
    app::App,
    cases::{posted::Posted, ticket},
    identity::Viewer,
    pages::Failure,
    routes,
};

/// What is said to him.
const SAY: &str = "该事项已被他人处理，或者已不在您的办理范围内，没有提交。";

/// The answer to a form of a case that the viewer may not see. `asks` is what the form asked beside the
/// form of the case.
pub(in crate::pages) async fn gone(
    app: &App,
    viewer: &Viewer,
    case: &CaseId,
    asks: Option<(&TaskName, &ActionName)>,
    posted: &Posted,
) -> Failure {
    if !ticket::is_shown(app, viewer, case.as_str(), posted) {
        return Failure::NotFound;
    }
    let view = match app.runtime.view(case).await {
        Ok(Some(view)) => view,
        Ok(None) => return Failure::NotFound,
        Err(error) => return Failure::unavailable(error),
    };
    let definition = &view.definition.definition;
    let action = asks.and_then(|(task, action)| definition.action(task, action));
    let ask: Option<&Fields> = action.map(|action| &action.ask);
    let mut typed = typed_text((&definition.form, &BTreeMap::new()), ask, posted);
    let opinion = ["phrase", "opinion"].into_iter().filter_map(|name| posted.text(name));
    let opinion = opinion.map(str::trim).filter(|text| !text.is_empty());
    typed.extend(opinion.map(|text| ("意见".to_owned(), text.to_owned())));
    Failure::conflict(SAY.to_owned(), routes::TASKS.to_owned()).keeping(typed)
}
