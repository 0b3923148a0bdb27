//! Declarations of a person, derived from the cases of the declaration workflows: what is declared
//! under which plan, and where it stands.

use engine::{
    calendar::Moment,
    definition::State,
    names::{CaseId, LabelName, StateName, WorkflowKey},
    store::cases::{self, CaseFilter, ListedCase},
};

use jiff::civil::Date;

use super::{standing::Standing, words};
use crate::app::App;

/// The workflow that all declaration workflows extend.
pub const WORKFLOW: &str = "declaration";
/// Declarations that were deleted count for nothing (X9).
pub const DELETED: &str = "deleted";
/// More than anybody will ever have.
const MOST: usize = 200;

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The case.
    pub case: CaseId,
    /// Where it stands.
    pub state: StateName,
    /// The public name and look of that.
    pub standing: Standing,
    /// Whether nothing is expected of anybody any more.
    pub is_finished: bool,
    /// The plan.
    pub plan: String,
    /// 申报年度.
    pub year: i64,
    /// The title that is declared.
    pub title: String,
    /// The speciality.
    pub speciality: String,
    /// An id of `declaration_type`.
    pub declaration_type: String,
    /// When it was begun.
    pub started_at: Moment,
}

impl Declaration {
    fn of(app: &App, case: &ListedCase) -> Self {
        let text = |name: &str| case.shown.get(name).map(words::plain).unwrap_or_default();
        Self {
            standing: Standing::of(app, case),
            case: case.id.clone(),
            state: case.state.clone(),
            is_finished: case.is_closed || rests(app, case),
            plan: text("plan"),
            year: text("year").parse().unwrap_or_default(),
            title: text("title"),
            speciality: text("speciality"),
            declaration_type: text("declaration_type"),
            started_at: case.started_at,
        }
    }

    /// Whether it belongs to the past: finished, and of a plan year before this one (R31). What is
    /// finished in its own year still says there that the year is used.
    #[must_use]
    pub fn is_past(&self, today: Date) -> bool {
        self.is_finished && self.year < i64::from(today.year())
    }

    /// What it is called: 2026 年度高级教师（初中数学）.
    #[must_use]
    pub fn name(&self) -> String {
        let Self { year, title, speciality, .. } = self;
        match speciality.is_empty() {
            true => format!("{year} 年度{title}"),
            false => format!("{year} 年度{title}（{speciality}）"),
        }
    }
}

/// Whether a case rests where it stands, although its state is no end: nothing there runs or is
/// anybody's work, as after the certificate, which can only be revoked.
fn rests(app: &App, case: &ListedCase) -> bool {
    let newest = app.runtime.newest(&case.workflow);
    let Some(definition) = newest.as_ref().map(|published| &published.definition) else {
        return false;
    };
    let is_still = |state: &State| state.timers.is_empty() && state.choose.is_empty();
    definition.states.get(&case.state).is_some_and(is_still)
        && definition.tasks_in(&case.state).all(|(_, task)| task.optional)
}

/// The declarations of a person but the deleted ones, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_person(app: &App, person: &str) -> Result<Vec<Declaration>, sqlx::Error> {
    let workflows = app.runtime.family(&WORKFLOW.into());
    if workflows.is_empty() {
        return Ok(Vec::new());
    }
    let filter = CaseFilter {
        workflows,
        labels: [(LabelName::from("person"), person.to_owned())].into(),
        ..CaseFilter::default()
    };
    let page = cases::list(&app.db, &filter, None, MOST).await?;
    let there = page.cases.iter().filter(|case| case.state.as_str() != DELETED);
    Ok(there.map(|case| Declaration::of(app, case)).collect())
}

/// The key of the workflow that a series has where it has more to say than the common one.
#[must_use]
pub fn key_of_series(series: &str) -> WorkflowKey {
    WorkflowKey::from(format!("{WORKFLOW}-{}", series.replace('_', "-")))
}

/// The workflow for a series: its own where there is one, else the one they all extend.
#[must_use]
pub fn workflow_of(app: &App, series: &str) -> WorkflowKey {
    let own = key_of_series(series);
    if app.runtime.newest(&own).is_some() { own } else { WORKFLOW.into() }
}

#[cfg(test)]
mod tests {
    use engine::definition::Tone;
    use jiff::civil::date;

    use super::*;

    /// R31
    #[test]
    fn what_is_finished_is_past_when_its_year_is_over() {
        let of = |year, is_finished| Declaration {
            case: "d-1".into(),
            state: "certified".into(),
            standing: Standing { name: "已发证".to_owned(), tone: Tone::Good },
            is_finished,
            plan: "P".to_owned(),
            year,
            title: String::new(),
            speciality: String::new(),
            declaration_type: String::new(),
            started_at: Moment(0),
        };
        let today = date(2027, 1, 1);
        assert!(of(2026, true).is_past(today));
        assert!(!of(2026, false).is_past(today), "a draft that came too late is still there");
        assert!(!of(2027, true).is_past(today), "it says that the year is used");
        assert!(!of(2028, true).is_past(today), "a plan may be of a later year");
    }
}
