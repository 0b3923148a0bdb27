//! Bindings of people to units, derived from the cases of the workflow `binding`: the one in force,
//! the one that waits, and earlier ones.

use engine::{
    calendar::Moment,
    names::{CaseId, LabelName, StateName, UnitId},
    store::{
        cases::{self, CaseFilter, ListedCase},
        queue::{PAGE, Search},
    },
};

use super::standing::Standing;
use crate::app::App;

/// The workflow whose cases are bindings.
pub const WORKFLOW: &str = "binding";
/// The state in which a binding is in force.
pub const IN_FORCE: &str = "approved";
/// The state in which it waits for the unit.
pub const WAITING: &str = "pending";
/// The state in which its unit has refused it.
pub const REFUSED: &str = "rejected";
/// More than anybody will ever have.
const MOST: usize = 100;

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The case.
    pub case: CaseId,
    /// Where it stands.
    pub state: StateName,
    /// The public name and look of that.
    pub standing: Standing,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The person.
    pub person: String,
    /// The person's name.
    pub person_name: String,
    /// When it was asked for.
    pub started_at: Moment,
}

/// The bindings of one person, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings(pub Vec<Binding>);

/// One page of the bindings to a unit, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BindingPage {
    /// The bindings.
    pub bindings: Vec<Binding>,
    /// Whether there are older ones.
    pub has_more: bool,
}

impl Binding {
    fn of(app: &App, case: &ListedCase) -> Self {
        let text = |name: &str| {
            case.shown.get(name).and_then(|value| value.as_text()).unwrap_or_default().to_owned()
        };
        Self {
            standing: Standing::of(app, case),
            case: case.id.clone(),
            state: case.state.clone(),
            unit: text("unit").into(),
            unit_name: text("unit_name"),
            person: text("person"),
            person_name: text("person_name"),
            started_at: case.started_at,
        }
    }
}

impl Bindings {
    /// All bindings of a person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_person(app: &App, person: &str) -> Result<Self, sqlx::Error> {
        let filter = CaseFilter {
            workflows: app.runtime.family(&WORKFLOW.into()),
            labels: [(LabelName::from("person"), person.to_owned())].into(),
            ..CaseFilter::default()
        };
        let page = cases::list(&app.db, &filter, None, MOST).await?;
        Ok(Self(page.cases.iter().map(|case| Binding::of(app, case)).collect()))
    }

    /// The one in force.
    #[must_use]
    pub fn in_force(&self) -> Option<&Binding> {
        self.0.iter().find(|binding| binding.state.as_str() == IN_FORCE)
    }

    /// The one that waits for its unit.
    #[must_use]
    pub fn waiting(&self) -> Option<&Binding> {
        self.0.iter().find(|binding| binding.state.as_str() == WAITING)
    }

    /// The newest, where its unit refused it and there is no other.
    #[must_use]
    pub fn refused(&self) -> Option<&Binding> {
        let is_other = self.in_force().or_else(|| self.waiting()).is_some();
        self.0.first().filter(|newest| !is_other && newest.state.as_str() == REFUSED)
    }

    /// All that are neither.
    pub fn earlier(&self) -> impl Iterator<Item = &Binding> {
        let is_now = |binding: &&Binding| [IN_FORCE, WAITING].contains(&binding.state.as_str());
        self.0.iter().filter(move |binding| !is_now(binding))
    }
}

/// The bindings to a unit, newest first: in this state (any for `None`), with this text in the
/// person's name, older than this one.
///
/// # Errors
/// When the database does not answer.
pub async fn of_unit(
    app: &App,
    unit: &UnitId,
    state: Option<&StateName>,
    name: &str,
    older_than: Option<&CaseId>,
) -> Result<BindingPage, sqlx::Error> {
    let mut filter = unit_filter(app, unit, state);
    if !name.trim().is_empty() {
        filter.search = Some(Search { label: Some("person_name".into()), text: name.to_owned() });
    }
    let page = cases::list(&app.db, &filter, older_than, PAGE).await?;
    Ok(BindingPage {
        bindings: page.cases.iter().map(|case| Binding::of(app, case)).collect(),
        has_more: page.has_more,
    })
}

/// How many bindings to a unit are in a state.
///
/// # Errors
/// When the database does not answer.
pub async fn count(app: &App, unit: &UnitId, state: &StateName) -> Result<u64, sqlx::Error> {
    cases::count(&app.db, &unit_filter(app, unit, Some(state))).await
}

fn unit_filter(app: &App, unit: &UnitId, state: Option<&StateName>) -> CaseFilter {
    CaseFilter {
        workflows: app.runtime.family(&WORKFLOW.into()),
        labels: [(LabelName::from("unit"), unit.to_string())].into(),
        states: state.into_iter().cloned().collect(),
        ..CaseFilter::default()
    }
}
