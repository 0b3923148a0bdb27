//! For what somebody may begin a case, as far as his roles say it before anything is chosen: who certainly
//! may not is shown no page, and only the units for which he may are offered.

use std::collections::BTreeSet;

use engine::{
    definition::{Definition, Who, WhoKind},
    expression::{Expression, Value},
    names::{SubjectName, UnitId},
};

use crate::{
    app::App,
    cases::references::{self, Hit},
    identity::Viewer,
};

/// For what the viewer may begin a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Starting {
    /// For nothing at all.
    Nowhere,
    /// Only where this subject is one of these units.
    Among(SubjectName, Vec<Hit>),
    /// That hangs on what is chosen.
    Anywhere,
}

impl Starting {
    /// For what the viewer may begin a case of this definition.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in super::super) async fn of(
        app: &App,
        viewer: &Viewer,
        definition: &Definition,
    ) -> Result<Self, sqlx::Error> {
        let (subject, ids) = match said(viewer, definition) {
            Said::Nothing => return Ok(Self::Nowhere),
            Said::Any => return Ok(Self::Anywhere),
            Said::Units(subject, ids) => (subject, ids),
        };
        let mut units = Vec::new();
        for id in ids {
            units.extend(references::one(app, viewer, "unit", id.as_str()).await?);
        }
        Ok(if units.is_empty() { Self::Nowhere } else { Self::Among(subject, units) })
    }

    /// The units of which one is chosen as this subject; `None` where any may be.
    pub(in super::super) fn units(&self, subject: &SubjectName) -> Option<&[Hit]> {
        match self {
            Self::Among(restricted, units) if restricted == subject => Some(units),
            Self::Among(..) | Self::Nowhere | Self::Anywhere => None,
        }
    }

    /// Whether this may be chosen as the subject.
    pub(in super::super) fn allows(&self, subject: &SubjectName, id: &str) -> bool {
        self.units(subject).is_none_or(|units| units.iter().any(|unit| unit.id == id))
    }
}

/// Whether somebody may begin a case at all, for all that is known of him.
pub(in super::super) fn may_be_begun(viewer: &Viewer, definition: &Definition) -> bool {
    said(viewer, definition) != Said::Nothing
}

/// What the definition says of the viewer.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Units(SubjectName, BTreeSet<UnitId>),
    Any,
}

impl Said {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, said) | (said, Self::Nothing) => said,
            (Self::Units(one, mut units), Self::Units(other, more)) if one == other => {
                units.extend(more);
                Self::Units(one, units)
            }
            (Self::Units(..) | Self::Any, Self::Units(..) | Self::Any) => Self::Any,
        }
    }
}

fn said(viewer: &Viewer, definition: &Definition) -> Said {
    let by = definition.start.by.as_ref().and_then(|by| definition.participants.get(by));
    let whos = by.into_iter().flat_map(|by| by.whos());
    whos.map(|who| said_of(viewer, definition, who)).fold(Said::Nothing, Said::or)
}

fn said_of(viewer: &Viewer, definition: &Definition, who: &Who) -> Said {
    let any_if = |may_be: bool| if may_be { Said::Any } else { Said::Nothing };
    match &who.kind {
        WhoKind::Account(account) => match account.constant() {
            Some(account) => any_if(account.as_text() == Some(viewer.account.as_str())),
            None => any_if(viewer.person.is_some() || !super::is_of_a_person(definition, account)),
        },
        WhoKind::Role { role, unit } => {
            let constant = role.constant();
            let Some(role) = constant.as_ref().and_then(Value::as_text) else { return Said::Any };
            match unit {
                Some(unit) if viewer.has_role(role) => in_unit(viewer, definition, role, unit),
                Some(_) | None => any_if(viewer.has_role(role)),
            }
        }
        WhoKind::Each { .. } => Said::Any,
        WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => Said::Nothing,
    }
}

/// What holding a role in a unit says, where the unit is one that is given, or is written down.
fn in_unit(viewer: &Viewer, definition: &Definition, role: &str, unit: &Expression) -> Said {
    if let Some(unit) = unit.constant() {
        let held = unit.as_text().is_some_and(|unit| viewer.holds(role, &unit.into()));
        return if held { Said::Any } else { Said::Nothing };
    }
    let given = unit.source().trim().strip_suffix(".id").map(SubjectName::from);
    let given = given
        .filter(|subject| definition.start.given.get(subject).is_some_and(|kind| kind == "unit"));
    match given {
        Some(subject) => Said::Units(subject, viewer.units_as(role).cloned().collect()),
        None => Said::Any,
    }
}
