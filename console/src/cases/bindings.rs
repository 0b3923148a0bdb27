//! Bindings of people to units, derived from the cases of the workflow `binding`: the one in force,
//! the one that waits, and earlier ones.

use engine::{
    calendar::Moment,
    names::{CaseId, LabelName, StatusId, UnitId},
    store::{
        cases::{self, CaseFilter, ListedCase},
        queue::{PAGE, Search},
    },
};

use super::standing::Standing;
use crate::app::App;

/// The workflow whose cases are bindings.
pub const WORKFLOW: &str = "binding";
/// The public status of a binding that is in force; its states are the workflow's own.
pub const IN_FORCE: &str = "approved";
/// The public status of one that waits for the unit.
pub const WAITING: &str = "pending";
/// The public status of one that its unit has refused.
pub const REFUSED: &str = "rejected";
/// More than anybody will ever have.
const MOST: usize = 100;

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The case.
    pub case: CaseId,
    /// Its public status.
    pub status: StatusId,
    /// The name and look of that.
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
            status: case.status.clone(),
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
        self.0.iter().find(|binding| binding.status.as_str() == IN_FORCE)
    }

    /// The one that waits for its unit.
    #[must_use]
    pub fn waiting(&self) -> Option<&Binding> {
        self.0.iter().find(|binding| binding.status.as_str() == WAITING)
    }

    /// The newest, where its unit refused it and there is no other.
    #[must_use]
    pub fn refused(&self) -> Option<&Binding> {
        let is_other = self.in_force().or_else(|| self.waiting()).is_some();
        self.0.first().filter(|newest| !is_other && newest.status.as_str() == REFUSED)
    }

    /// All that are neither.
    pub fn earlier(&self) -> impl Iterator<Item = &Binding> {
        let is_now = |binding: &&Binding| [IN_FORCE, WAITING].contains(&binding.status.as_str());
        self.0.iter().filter(move |binding| !is_now(binding))
    }
}

/// The bindings to a unit, newest first: with this status (any for `None`), with this text in the
/// person's name, older than this one.
///
/// # Errors
/// When the database does not answer.
pub async fn of_unit(
    app: &App,
    unit: &UnitId,
    status: Option<&StatusId>,
    name: &str,
    older_than: Option<&CaseId>,
) -> Result<BindingPage, sqlx::Error> {
    let mut filter = unit_filter(app, unit, status);
    if !name.trim().is_empty() {
        filter.search = Some(named(name));
    }
    list(app, &filter, older_than).await
}

/// The bindings in force to whatever unit with this text in the person's name, newest first, older
/// than this one.
///
/// # Errors
/// When the database does not answer.
pub async fn of_name(
    app: &App,
    name: &str,
    older_than: Option<&CaseId>,
) -> Result<BindingPage, sqlx::Error> {
    let filter = CaseFilter {
        workflows: app.runtime.family(&WORKFLOW.into()),
        statuses: [StatusId::from(IN_FORCE)].into(),
        search: Some(named(name)),
        ..CaseFilter::default()
    };
    list(app, &filter, older_than).await
}

fn named(name: &str) -> Search {
    Search { label: Some("person_name".into()), text: name.to_owned(), ..Search::default() }
}

async fn list(
    app: &App,
    filter: &CaseFilter,
    older_than: Option<&CaseId>,
) -> Result<BindingPage, sqlx::Error> {
    let page = cases::list(&app.db, filter, older_than, PAGE).await?;
    Ok(BindingPage {
        bindings: page.cases.iter().map(|case| Binding::of(app, case)).collect(),
        has_more: page.has_more,
    })
}

/// How many bindings to a unit have a status.
///
/// # Errors
/// When the database does not answer.
pub async fn count(app: &App, unit: &UnitId, status: &StatusId) -> Result<u64, sqlx::Error> {
    cases::count(&app.db, &unit_filter(app, unit, Some(status))).await
}

fn unit_filter(app: &App, unit: &UnitId, status: Option<&StatusId>) -> CaseFilter {
    CaseFilter {
        workflows: app.runtime.family(&WORKFLOW.into()),
        labels: [(LabelName::from("unit"), unit.to_string())].into(),
        statuses: status.into_iter().cloned().collect(),
        ..CaseFilter::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::Purpose, demo, testing, workflows};

    #[tokio::test]
    async fn a_state_may_be_renamed_as_long_as_its_public_status_stays() {
        let folder = tempfile::tempdir().unwrap();
        let texts = folder.path().join("workflows");
        for (path, text) in workflows::shipped().files {
            let text = match path.as_str() {
                "binding.yaml" => text
                    .replace("  approved:\n", "  in_force:\n    status: approved\n")
                    .replace("to: approved\n", "to: in_force\n")
                    .replace("in: [approved]", "in: [in_force]")
                    .replace("earlier, it.state == 'approved'", "earlier, it.state == 'in_force'")
                    .replace(
                        "of: earlier, where: \"it.state == 'approved'\"",
                        "of: earlier, where: \"it.state == 'in_force'\"",
                    ),
                _ => text.replace(
                    "(bindings, it.state == 'approved'",
                    "(bindings, it.state == 'in_force'",
                ),
            };
            let path = texts.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let opened = testing::open_with(folder.path(), None, Some(&texts), Purpose::Demo);
        let app = opened.await.unwrap();
        demo::import(&app).await.unwrap();
        let bindings = Bindings::of_person(&app, "A01").await.unwrap();
        let binding = bindings.in_force().unwrap();
        assert_eq!(binding.standing.name, "已绑定");
        let (unit, status) = (&binding.unit, StatusId::from(IN_FORCE));
        assert!(count(&app, unit, &status).await.unwrap() > 0);
        let found = of_unit(&app, unit, Some(&status), "", None).await.unwrap();
        assert!(found.bindings.iter().any(|it| it.case == binding.case));
        app.close().await;
    }
}
