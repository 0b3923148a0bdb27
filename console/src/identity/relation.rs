//! What a viewer is to a person, a case or a unit: found here from roles and cases, judged in
//! [`super::policy`]. What is not handed in yet is its owner's alone.

use std::collections::BTreeSet;

use engine::{
    decision::{self, Case, Event},
    definition::{Definition, Task},
    expression::Value,
    names::{LabelName, UnitId},
    runtime::CaseView,
    store::cases::{self, CaseFilter},
};

use super::Viewer;
use crate::{
    app::App,
    cases::{
        bindings::{Binding, Bindings},
        items::LIBRARY,
        waiting,
    },
    records::people,
};

/// More cases than a person will ever have in one workflow.
const MOST: usize = 200;

/// One relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is the viewer's own.
    Own,
    /// The viewer is a reviewer of the unit, or of the unit of the person or case.
    UnitReviewer,
    /// The case has come to the viewer's office (主管部门, 职称管理部门).
    Office,
    /// The case has come to the committee whose secretary the viewer is.
    Committee,
    /// The viewer is one of several who judge it, while it is before them.
    Expert,
    /// The same, where the workflow hides from them whose it is.
    BlindExpert,
    /// The viewer has an open task in the case, or has answered in it.
    Participant,
    /// A case of the person has come to an office or committee of the viewer.
    Attached,
    /// 系统管理员.
    SystemAdmin,
    /// 安全管理员.
    SecurityAdmin,
    /// 审计监督员.
    Auditor,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 11] = [
        Self::Own,
        Self::UnitReviewer,
        Self::Office,
        Self::Committee,
        Self::Expert,
        Self::BlindExpert,
        Self::Participant,
        Self::Attached,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::Auditor,
    ];
}

/// All relations of a viewer to one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations(BTreeSet<Relation>);

impl FromIterator<Relation> for Relations {
    fn from_iter<I: IntoIterator<Item = Relation>>(relations: I) -> Self {
        Self(relations.into_iter().collect())
    }
}

impl Relations {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Relation> {
        self.0.iter().copied()
    }

    /// The relations that hold to everything.
    #[must_use]
    pub fn to_anything(viewer: &Viewer) -> Self {
        let offices = [
            ("system_admin", Relation::SystemAdmin),
            ("security_admin", Relation::SecurityAdmin),
            ("auditor", Relation::Auditor),
        ];
        let held = offices.into_iter().filter(|(role, _)| viewer.has_role(role));
        held.map(|(_, relation)| relation).collect()
    }

    /// To a unit.
    #[must_use]
    pub fn to_unit(viewer: &Viewer, unit: &UnitId) -> Self {
        let mut relations = Self::to_anything(viewer);
        if viewer.holds("unit_reviewer", unit) {
            relations.0.insert(Relation::UnitReviewer);
        }
        relations
    }

    /// To a person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn to_person(app: &App, viewer: &Viewer, person: &str) -> Result<Self, sqlx::Error> {
        let mut relations = Self::to_anything(viewer);
        if viewer.person.as_deref() == Some(person) {
            relations.0.insert(Relation::Own);
        }
        let bindings = Bindings::of_person(app, person).await?;
        let is_reviewer = |binding: &Binding| viewer.holds("unit_reviewer", &binding.unit);
        if bindings.in_force().is_some_and(is_reviewer) {
            relations.0.insert(Relation::UnitReviewer);
        }
        if is_attached(app, viewer, person).await? {
            relations.0.insert(Relation::Attached);
        }
        Ok(relations)
    }

    /// To a case, as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn to_case(app: &App, viewer: &Viewer, view: &CaseView) -> Result<Self, sqlx::Error> {
        let case = &view.case;
        let definition = &view.definition.definition;
        let is_own = is_own(app, viewer, case).await?;
        if is_draft(definition, case) {
            return Ok(is_own.then_some(Relation::Own).into_iter().collect());
        }
        let mut relations = Self::to_anything(viewer);
        if is_own {
            relations.0.insert(Relation::Own);
        }
        let is_reviewer = unit_of(case).is_some_and(|unit| viewer.holds("unit_reviewer", &unit));
        if is_reviewer {
            relations.0.insert(Relation::UnitReviewer);
        }
        for (role, unit) in decision::readers(definition, case) {
            if viewer.holds(role.as_str(), &unit) {
                relations.0.insert(post(role.as_str()));
            }
        }
        if judges(viewer, view) {
            let is_blind =
                decision::is_blind(definition, case, &viewer.actor(), &view.facts, view.at);
            relations.0.insert(if is_blind { Relation::BlindExpert } else { Relation::Expert });
        } else if takes_part(app, viewer, view).await? {
            relations.0.insert(Relation::Participant);
        }
        let person = case.subjects.get("person").filter(|_| definition.covers(&LIBRARY.into()));
        if let Some(person) = person
            && is_attached(app, viewer, person).await?
        {
            relations.0.insert(Relation::Attached);
        }
        Ok(relations)
    }
}

/// What a holder of this role is to a case that has come to the unit.
fn post(role: &str) -> Relation {
    match role {
        "committee_secretary" => Relation::Committee,
        "unit_reviewer" => Relation::UnitReviewer,
        _ => Relation::Office,
    }
}

/// Whether whoever started a case has to hand its form in and did not yet, or never did.
fn is_draft(definition: &Definition, case: &Case) -> bool {
    let starters = definition.tasks.values().filter(|task| {
        Some(&task.participant) == definition.start.by.as_ref()
            && task.actions.values().any(|action| action.freeze)
    });
    let mut here =
        starters.filter(|task| case.is_closed || task.states.contains(&case.visit.state));
    case.submission == 0 && here.next().is_some()
}

/// Whether the viewer is one of those who judge the case together, while it is before them.
fn judges(viewer: &Viewer, view: &CaseView) -> bool {
    let (definition, case) = (&view.definition.definition, &view.case);
    let actor = viewer.actor();
    let here = definition.tasks.values().filter(|task| task.states.contains(&case.visit.state));
    let mut before = here.filter(|task| definition.is_each(&task.participant));
    before.any(|task| {
        decision::fits(definition, case, &task.participant, &actor, &view.facts, view.at)
    })
}

/// Whether the viewer has something to do, or has done something but to judge with others.
async fn takes_part(app: &App, viewer: &Viewer, view: &CaseView) -> Result<bool, sqlx::Error> {
    let actor = viewer.actor();
    let case = &view.case;
    let is_told = case.copies.contains(&viewer.account)
        || case.handed.iter().any(|handover| handover.to == viewer.account);
    if is_told || !app.runtime.offers(view, &actor).is_empty() {
        return Ok(true);
    }
    if !view.case.acted.contains(&actor.id()) {
        return Ok(false);
    }
    if !waiting::is_judging(app, viewer) {
        return Ok(true);
    }
    let definition = &view.definition.definition;
    let history = app.runtime.history(&view.case.id).await;
    let history = history.map_err(|error| sqlx::Error::Decode(error.into()))?;
    let is_other = |event: &Event| {
        if let Event::Acted { by, task, .. } = event {
            let task = definition.tasks.get(task);
            let is_alone = |task: &Task| !definition.is_each(&task.participant);
            by.id() == actor.id() && task.is_some_and(is_alone)
        } else if let Event::Started { by, .. } | Event::Saved { by, .. } = event {
            by.id() == actor.id()
        } else {
            false
        }
    };
    Ok(history.iter().any(|recorded| is_other(&recorded.event)))
}

/// Whether a case of the person has come to an office or committee of the viewer.
async fn is_attached(app: &App, viewer: &Viewer, person: &str) -> Result<bool, sqlx::Error> {
    for published in app.runtime.newest_all() {
        let definition = &published.definition;
        let Some(readers) = &definition.readers else { continue };
        let filter = CaseFilter {
            workflows: vec![definition.key.clone()],
            labels: [(LabelName::from("person"), person.to_owned())].into(),
            ..CaseFilter::default()
        };
        let found = cases::list(&app.db, &filter, None, MOST).await?;
        let posts = found.cases.iter().filter_map(|case| case.shown.get(readers.as_str()));
        let mut posts = posts.filter_map(Value::as_list).flatten();
        let is_held = |post: &Value| {
            let text = |field: &str| post.get(field).and_then(Value::as_text).unwrap_or_default();
            // A unit sees the people who are bound to it now, whoever has declared there.
            text("role") != "unit_reviewer" && viewer.holds(text("role"), &text("unit").into())
        };
        if posts.any(is_held) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn is_own(app: &App, viewer: &Viewer, case: &Case) -> Result<bool, sqlx::Error> {
    if case.started_by.as_ref() == Some(&viewer.account) {
        return Ok(true);
    }
    let Some(person) = case.subjects.get("person") else { return Ok(false) };
    if viewer.person.is_some() {
        return Ok(viewer.person.as_ref() == Some(person));
    }
    let record = people::find(&app.db, person).await?;
    Ok(record.is_some_and(|record| record.account_id == viewer.account.as_str()))
}

/// The unit that a case lies with: its subject, or the variable that says where it was sent.
#[must_use]
pub fn unit_of(case: &Case) -> Option<UnitId> {
    if let Some(unit) = case.subjects.get("unit") {
        return Some(unit.as_str().into());
    }
    match case.vars.get("unit") {
        Some(Value::Text(unit)) if !unit.is_empty() => Some(unit.as_str().into()),
        _ => None,
    }
}
