//! Fields that refer to something of the host: what a search for it finds, and what was chosen by its
//! name.
//!
//! Invariant: units and published plans are everybody's to choose; people only those of a unit that the
//! viewer belongs to or works for, or that stands under an office he reviews for. What may not be chosen
//! is not kept, so that nobody learns a name by sending an id.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    decision::FieldFault,
    names::{StatusId, UnitId},
};

use super::{
    bindings::{self, Binding, Bindings},
    names::Names,
    posted::Posted,
    words,
};
use crate::{
    app::App,
    identity::Viewer,
    records::{
        chain::OfficeKind,
        plans::{self, PlanFilter},
        units::{self, Chain},
    },
};

/// How many hits of a search are shown.
const MOST_HITS: usize = 20;
/// So many pages of people of that name are looked through for those of an office's units.
const MOST_PAGES: usize = 4;

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

/// What things of a kind are called; `None` where they cannot be searched for.
#[must_use]
pub fn kind_name(kind: &str) -> Option<&'static str> {
    match kind {
        "unit" => Some("单位"),
        "person" => Some("人员"),
        "plan" => Some("评审计划"),
        _ => None,
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
            hits.extend(people(app, viewer, text).await?);
        }
        _ => {}
    }
    Ok(hits)
}

/// The thing of that id, if it may be chosen.
///
/// # Errors
/// When the database does not answer.
pub async fn one(
    app: &App,
    viewer: &Viewer,
    kind: &str,
    id: &str,
) -> Result<Option<Hit>, sqlx::Error> {
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
            let reach = Reach::of(app, viewer).await?;
            let bindings = Bindings::of_person(app, id).await?;
            let Some(binding) = bindings.in_force() else { return Ok(None) };
            let may_be = reach.holds(app, &binding.unit).await?;
            Ok(may_be.then(|| hit(binding.person_name.clone())))
        }
        _ => Ok(None),
    }
}

/// The people with this text in their names who may be chosen: those of the viewer's own units first.
async fn people(app: &App, viewer: &Viewer, text: &str) -> Result<Vec<Hit>, sqlx::Error> {
    let in_force = StatusId::from(bindings::IN_FORCE);
    let hit = |binding: Binding| Hit {
        id: binding.person,
        name: binding.person_name,
        about: binding.unit_name,
    };
    let reach = Reach::of(app, viewer).await?;
    let mut hits = Vec::new();
    for unit in &reach.own {
        let page = bindings::of_unit(app, unit, Some(&in_force), text, None).await?;
        hits.extend(page.bindings.into_iter().map(hit));
    }
    let mut older_than = None;
    let pages = if reach.offices.is_empty() { 0 } else { MOST_PAGES };
    for _ in 0..pages {
        let page = bindings::of_name(app, text, older_than.as_ref()).await?;
        older_than = page.bindings.last().map(|binding| binding.case.clone());
        for binding in page.bindings {
            if !reach.own.contains(&binding.unit) && reach.holds(app, &binding.unit).await? {
                hits.push(hit(binding));
            }
        }
        if !page.has_more || hits.len() >= MOST_HITS {
            break;
        }
    }
    hits.truncate(MOST_HITS);
    Ok(hits)
}

/// The units whose people a viewer may choose: his own, and those under the offices he reviews for.
struct Reach {
    own: BTreeSet<UnitId>,
    offices: Vec<(Chain, UnitId)>,
}

impl Reach {
    async fn of(app: &App, viewer: &Viewer) -> Result<Self, sqlx::Error> {
        let mut offices = Vec::new();
        for (along, kind) in
            [(Chain::Parent, OfficeKind::Department), (Chain::TitleAdmin, OfficeKind::TitleAdmin)]
        {
            let units = viewer.units_as(kind.reviewer());
            offices.extend(units.map(|unit| (along, unit.clone())));
        }
        Ok(Self { own: own_units(app, viewer).await?, offices })
    }

    async fn holds(&self, app: &App, unit: &UnitId) -> Result<bool, sqlx::Error> {
        if self.own.contains(unit) {
            return Ok(true);
        }
        for (along, office) in &self.offices {
            if units::chain(&app.db, unit, *along).await?.contains(office) {
                return Ok(true);
            }
        }
        Ok(false)
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
