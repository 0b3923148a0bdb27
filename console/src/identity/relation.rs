//! What a viewer is to a person, a case or a unit: found here from roles and cases, judged in
//! [`super::policy`].

use std::collections::BTreeSet;

use engine::{decision::Case, expression::Value, names::UnitId, runtime::CaseView};

use super::Viewer;
use crate::{
    app::App,
    cases::bindings::{Binding, Bindings},
    records::people,
};

/// One relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It is the viewer's own.
    Own,
    /// The viewer is a reviewer of the unit, or of the unit of the person or case.
    UnitReviewer,
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
    pub const ALL: [Self; 7] = [
        Self::Own,
        Self::UnitReviewer,
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
        Ok(relations)
    }

    /// To a case, as it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn to_case(app: &App, viewer: &Viewer, view: &CaseView) -> Result<Self, sqlx::Error> {
        let mut relations = Self::to_anything(viewer);
        let case = &view.case;
        if is_own(app, viewer, case).await? {
            relations.0.insert(Relation::Own);
        }
        let is_reviewer = unit_of(case).is_some_and(|unit| viewer.holds("unit_reviewer", &unit));
        if is_reviewer {
            relations.0.insert(Relation::UnitReviewer);
        }
        let actor = viewer.actor();
        let is_told = case.copies.contains(&viewer.account)
            || case.handed.iter().any(|handover| handover.to == viewer.account);
        if is_told
            || case.acted.contains(&actor.id())
            || !app.runtime.offers(view, &actor).is_empty()
        {
            relations.0.insert(Relation::Participant);
        }
        Ok(relations)
    }
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
