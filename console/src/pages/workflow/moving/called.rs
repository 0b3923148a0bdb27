//! What the cases that are behind are called, for an administrator who need not be able to read them.

use std::collections::BTreeMap;

use engine::{
    names::CaseId,
    store::cases::{self, ListedCase},
};

use crate::{
    app::App,
    cases::{
        heading::{Heading, Headings},
        words,
    },
};

/// What cases are called, by their ids.
pub(super) type Called = BTreeMap<CaseId, String>;

/// Names cases: which of their workflow, of whom, on which version and since when.
pub(super) async fn called(app: &App, ids: &[CaseId]) -> Result<Called, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Called::new());
    }
    let listed = cases::by_ids(&app.db, ids).await?;
    let headings = Headings::load(app, &listed).await?;
    let name = |case: &ListedCase| {
        let published = app.runtime.newest(&case.workflow);
        let heading = match published.filter(|it| it.definition.may_be_blind()) {
            Some(blind) => Heading::of_unknown(&blind.definition),
            None => headings.of(app, case).unwrap_or_default(),
        };
        (case.id.clone(), line(case, &heading))
    };
    Ok(listed.iter().map(name).collect())
}

fn line(case: &ListedCase, heading: &Heading) -> String {
    let name = format!("{}　{}", heading.who, heading.matter);
    let day = words::short_day(case.started_at);
    format!("{}（第 {} 版，{day} 发起）", name.trim(), case.version)
}
