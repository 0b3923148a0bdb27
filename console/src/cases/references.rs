//! Fields that refer to something of the host: what a search for it finds, and what was chosen by its
//! name.
//!
//! Invariant: units and published plans are everybody's to choose; people only those of a unit that the
//! viewer belongs to or works for. What may not be chosen is not kept, so that nobody learns a name by
//! sending an id.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::FieldFault,
    names::{StatusId, UnitId},
};

use super::{
    bindings::{self, Bindings},
    names::Names,
    posted::Posted,
    words,
};
use crate::{
    app::App,
    identity::Viewer,
    records::{
        plans::{self, PlanFilter},
        units,
    },
};

/// How many hits of a search are shown.
const MOST_HITS: usize = 20;

/// Something that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What tells it from others of that name.
    pub about: String,
}

/// What was searched for and what was chosen on one page, by the name of the input.
#[derive(Clone, Debug, Default)]
pub struct References {
    found: BTreeMap<String, Vec<Hit>>,
    chosen: BTreeMap<String, String>,
    /// What was chosen and may not be.
    pub faults: Vec<FieldFault>,
}

impl References {
    /// Looks for what is searched for, and names what was chosen: of the case, or to be chosen by the
    /// viewer. What is neither is taken out of what was posted. `kind_of` says which inputs refer to what.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(
        app: &App,
        viewer: &Viewer,
        posted: &mut Posted,
        names: &Names,
        kind_of: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, sqlx::Error> {
        let mut references = Self::default();
        for (input, text) in posted.searches() {
            if let Some(kind) = kind_of(&input) {
                let name = words::name(&text);
                references.found.insert(input, search(app, viewer, &kind, &name).await?);
            }
        }
        let pairs = posted.pairs.iter().cloned();
        let chosen: BTreeMap<String, String> = pairs.collect();
        for (input, id) in chosen.into_iter().filter(|(_, id)| !id.is_empty()) {
            let Some(kind) = kind_of(&input) else { continue };
            let name = match names.thing(&kind, &id) {
                Some(name) => Some(name),
                None => one(app, viewer, &kind, &id).await?.map(|hit| hit.name),
            };
            if let Some(name) = name {
                references.chosen.insert(input, name);
            } else {
                posted.pairs.retain(|(name, value)| *name != input || value.is_empty());
                let message = "现在选不了这一项，请重新查找并选择".to_owned();
                references.faults.push(FieldFault { field: input, message });
            }
        }
        Ok(references)
    }

    /// What the search of an input found; `None` where it was not searched.
    #[must_use]
    pub fn found(&self, input: &str) -> Option<&[Hit]> {
        self.found.get(input).map(Vec::as_slice)
    }

    /// The name of what was chosen in an input.
    #[must_use]
    pub fn chosen(&self, input: &str) -> Option<&str> {
        self.chosen.get(input).map(String::as_str)
    }

    /// Whether anything was searched for.
    #[must_use]
    pub fn is_search(&self) -> bool {
        !self.found.is_empty()
    }
}

/// What carries this text in its name and may be chosen.
async fn search(
    app: &App,
    viewer: &Viewer,
    kind: &str,
    text: &str,
) -> Result<Vec<Hit>, sqlx::Error> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(MOST_HITS).unwrap_or(i64::MAX);
    let mut hits = Vec::new();
    match kind {
        "unit" => {
            let found = units::search(&app.db, text, limit).await?;
            hits.extend(found.into_iter().map(|hit| Hit {
                about: app.catalogue.division_name(&hit.division).unwrap_or_default().to_owned(),
                id: hit.id,
                name: hit.name,
            }));
        }
        "plan" => {
            let filter = PlanFilter { name: text.to_owned(), ..PlanFilter::default() };
            let found = plans::search(&app.db, &filter, None, limit).await?;
            hits.extend(found.into_iter().map(|plan| Hit {
                about: format!("{} 年", plan.year),
                id: plan.id,
                name: plan.name,
            }));
        }
        "person" => {
            let in_force = StatusId::from(bindings::IN_FORCE);
            for unit in own_units(app, viewer).await? {
                let page = bindings::of_unit(app, &unit, Some(&in_force), text, None).await?;
                hits.extend(page.bindings.into_iter().map(|binding| Hit {
                    id: binding.person,
                    name: binding.person_name,
                    about: binding.unit_name,
                }));
            }
            hits.truncate(MOST_HITS);
        }
        _ => {}
    }
    Ok(hits)
}

/// The thing of that id, if it may be chosen.
async fn one(app: &App, viewer: &Viewer, kind: &str, id: &str) -> Result<Option<Hit>, sqlx::Error> {
    let hit = |name: String| Hit { id: id.to_owned(), name, about: String::new() };
    match kind {
        "unit" => {
            let unit = units::find(&app.db, &UnitId::from(id)).await?;
            let is_open = |unit: &units::Unit| {
                unit.is_active() && unit.roles.iter().any(|role| role == "unit")
            };
            Ok(unit.filter(is_open).map(|unit| hit(unit.name)))
        }
        "plan" => Ok(plans::find(&app.db, id).await?.map(|plan| hit(plan.name))),
        "person" => {
            let own = own_units(app, viewer).await?;
            let bindings = Bindings::of_person(app, id).await?;
            let binding = bindings.in_force().filter(|binding| own.contains(&binding.unit));
            Ok(binding.map(|binding| hit(binding.person_name.clone())))
        }
        _ => Ok(None),
    }
}

/// The units that the viewer belongs to or works for.
///
/// # Errors
/// When the database does not answer.
pub async fn own_units(app: &App, viewer: &Viewer) -> Result<BTreeSet<UnitId>, sqlx::Error> {
    let mut own: BTreeSet<UnitId> = viewer.roles.iter().map(|held| held.unit.clone()).collect();
    if let Some(person) = &viewer.person {
        let bindings = Bindings::of_person(app, person).await?;
        own.extend(bindings.in_force().map(|binding| binding.unit.clone()));
    }
    Ok(own)
}
