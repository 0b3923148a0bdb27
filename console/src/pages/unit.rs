//! Unit administration: what waits for the unit, who belongs to it, and its bindings.

mod sample;

use axum::{
    extract::{Query, State},
    response::Response,
};
use engine::{
    decision::{Audience, HeldRole},
    names::{CaseId, StatusId, UnitId},
};
use serde::{Deserialize, Serialize};

use super::{
    Chrome, Count, Failure, Pager, Stamp, Tag,
    casework::ways::Ways,
    home::Queue,
    identity_facts::{masked, named},
    my_unit, render,
};
use crate::{
    app::App,
    cases::{
        bindings::{self, Binding},
        waiting,
    },
    identity::{Deed, Relations, Viewer, may},
    records::units::{self, Unit},
    routes,
};

/// The overview of one unit.
#[derive(Debug, Serialize)]
pub struct UnitPage {
    /// The unit's name.
    pub unit: String,
    /// Its data.
    pub facts: Vec<(String, String)>,
    /// What waits.
    pub queues: Vec<Queue>,
    /// How many people are bound.
    pub people: Count,
    /// Other units the viewer administers: name and address.
    pub others: Vec<(String, String)>,
    /// The address of its people.
    pub people_href: String,
    /// The address of its bindings.
    pub bindings_href: String,
}

/// The people or binding requests of a unit.
#[derive(Debug, Serialize)]
pub struct UnitListPage {
    /// Which of the two.
    pub what: UnitList,
    /// The unit's name.
    pub unit: String,
    /// The unit's overview.
    pub unit_href: String,
    /// What was searched for.
    pub query: String,
    /// The unit, for the search form.
    pub unit_id: String,
    /// The public status that is shown, for the search form; empty is any.
    pub status: String,
    /// The same list without a search.
    pub clear: String,
    /// Filters: name, address, whether current.
    pub views: Vec<View>,
    /// One page of rows.
    pub rows: Vec<UnitRow>,
    /// The way on.
    pub pager: Pager,
}

/// Which list of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitList {
    /// People bound to it.
    People,
    /// Bindings of any status.
    Bindings,
}

/// One filter of a list, as a tab.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// How many; empty where it is not counted.
    pub count: Option<Count>,
    /// Whether it is shown.
    pub is_current: bool,
}

/// One binding, with its person.
#[derive(Clone, Debug, Serialize)]
pub struct UnitRow {
    /// The person's name.
    pub name: String,
    /// 身份证号码, masked.
    pub id_number: String,
    /// 手机号码, masked.
    pub mobile: String,
    /// The status of the binding.
    pub tag: Tag,
    /// Since when.
    pub since: Stamp,
    /// The case.
    pub href: String,
    /// What can be done: words and address.
    pub action: Option<(String, String)>,
}

/// Which unit, and which part of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// The unit; empty is the viewer's first.
    unit: String,
    /// A part of a name.
    q: String,
    /// Only with this public status; empty is any.
    status: String,
    /// The last case of the page before.
    after: String,
}

/// The overview of a unit.
///
/// # Errors
/// When the viewer administers no such unit, or the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failure> {
    let unit = administered(&app, &viewer, &query.unit).await?;
    let audience = |held: &HeldRole| {
        let (role, unit) = (held.role.clone(), Some(held.unit.clone()));
        Audience::Role { role, unit }.to_string()
    };
    let held = viewer.roles.iter().filter(|held| held.unit == unit.id);
    let waiting = waiting::counted(&app, held.map(audience).collect()).await?;
    let mut others = Vec::new();
    for other in viewer.units_as("unit_reviewer").filter(|other| **other != unit.id) {
        if let Some(other) = units::find(&app.db, other).await? {
            others.push((other.name, of(routes::UNIT, &other.id)));
        }
    }
    let page = UnitPage {
        facts: facts(&app, &unit).await?,
        queues: waiting.into_iter().map(Queue::from).collect(),
        people: Count(bindings::count(&app, &unit.id, &bindings::IN_FORCE.into()).await?),
        others,
        people_href: of(routes::UNIT_PEOPLE, &unit.id),
        bindings_href: of(routes::UNIT_BINDINGS, &unit.id),
        unit: unit.name,
    };
    Ok(render(&chrome, &page))
}

/// The people bound to a unit.
///
/// # Errors
/// As [`show`].
pub async fn people(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failure> {
    let query = ListQuery { status: bindings::IN_FORCE.to_owned(), ..query };
    list(&app, &viewer, &chrome, UnitList::People, query).await
}

/// The bindings to a unit.
///
/// # Errors
/// As [`show`].
pub async fn bindings(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failure> {
    list(&app, &viewer, &chrome, UnitList::Bindings, query).await
}

async fn list(
    app: &App,
    viewer: &Viewer,
    chrome: &Chrome,
    what: UnitList,
    query: ListQuery,
) -> Result<Response, Failure> {
    let unit = administered(app, viewer, &query.unit).await?;
    let status =
        Some(StatusId::from(query.status.as_str())).filter(|status| !status.as_str().is_empty());
    let after = Some(CaseId::from(query.after.as_str())).filter(|id| !id.as_str().is_empty());
    let found = bindings::of_unit(app, &unit.id, status.as_ref(), &query.q, after.as_ref()).await?;
    let mut rows = Vec::new();
    for binding in &found.bindings {
        rows.push(UnitRow::of(app, viewer, binding).await?);
    }
    let place = match what {
        UnitList::People => routes::UNIT_PEOPLE,
        UnitList::Bindings => routes::UNIT_BINDINGS,
    };
    let shown_status = if what == UnitList::Bindings { query.status.as_str() } else { "" };
    let address = |after: &str| {
        let parameters = [
            ("unit", unit.id.as_str()),
            ("q", query.q.as_str()),
            ("status", shown_status),
            ("after", after),
        ];
        routes::with_query(place, &parameters)
    };
    let last = found.bindings.last().filter(|_| found.has_more);
    let pager = Pager {
        summary: String::new(),
        previous: after.map(|_| address("")),
        next: last.map(|last| address(last.case.as_str())),
    };
    let views = if what == UnitList::Bindings {
        views(app, &unit.id, shown_status).await?
    } else {
        Vec::new()
    };
    let page = UnitListPage {
        what,
        unit_href: of(routes::UNIT, &unit.id),
        unit_id: unit.id.to_string(),
        unit: unit.name,
        query: query.q,
        status: shown_status.to_owned(),
        clear: routes::with_query(place, &[("unit", unit.id.as_str()), ("status", shown_status)]),
        views,
        rows,
        pager,
    };
    Ok(render(chrome, &page))
}

/// The tabs over the bindings: all, and those that wait or are in force with their numbers.
async fn views(app: &App, unit: &UnitId, shown: &str) -> Result<Vec<View>, Failure> {
    let view = |name: &str, status: &str, count| View {
        name: name.to_owned(),
        href: routes::with_query(
            routes::UNIT_BINDINGS,
            &[("unit", unit.as_str()), ("status", status)],
        ),
        count,
        is_current: status == shown,
    };
    let mut views = vec![view("全部", "", None)];
    for status in [bindings::WAITING, bindings::IN_FORCE] {
        let name = app.catalogue.code("binding_status", status).unwrap_or(status);
        let count = bindings::count(app, unit, &status.into()).await?;
        views.push(view(name, status, Some(Count(count))));
    }
    Ok(views)
}

/// The unit that was asked for, or the viewer's first; outside the viewer's scope there is none.
async fn administered(app: &App, viewer: &Viewer, asked: &str) -> Result<Unit, Failure> {
    let id = match asked {
        "" => viewer.units_as("unit_reviewer").next().ok_or(Failure::NotFound)?.clone(),
        asked => UnitId::from(asked),
    };
    if !may(Deed::SeeUnit, &Relations::to_unit(viewer, &id)).is_allowed() {
        return Err(Failure::NotFound);
    }
    units::find(&app.db, &id).await?.ok_or(Failure::NotFound)
}

async fn facts(app: &App, unit: &Unit) -> Result<Vec<(String, String)>, Failure> {
    let code = |group: &str, id: &str| app.catalogue.code(group, id).unwrap_or(id).to_owned();
    let division = app.catalogue.division_name(&unit.division).unwrap_or(&unit.division);
    let mut facts = named([
        ("单位名称", unit.name.clone()),
        ("信用代码", unit.credit_code.clone()),
        ("单位性质", code("unit_kind", &unit.kind)),
        ("所在地", division.to_owned()),
        ("状态", code("unit_status", &unit.status)),
    ]);
    for (name, office) in [("主管部门", &unit.parent), ("职称管理", &unit.title_admin)] {
        let Some(office) = office else { continue };
        if let Some(office) = units::find(&app.db, office).await? {
            facts.push((name.to_owned(), office.name));
        }
    }
    Ok(facts)
}

fn of(path: &str, unit: &UnitId) -> String {
    routes::with_query(path, &[("unit", unit.as_str())])
}

impl UnitRow {
    async fn of(app: &App, viewer: &Viewer, binding: &Binding) -> Result<Self, Failure> {
        let private = masked(app, &binding.person).await?;
        let ways = Ways::find(app, viewer, &binding.case).await?;
        Ok(Self {
            name: binding.person_name.clone(),
            id_number: private.id_number,
            mobile: private.mobile,
            tag: my_unit::tag(binding),
            since: Stamp::moment(binding.started_at),
            href: routes::case(&binding.case),
            action: ways.first(),
        })
    }
}
