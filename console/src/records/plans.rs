//! Review plans and committees as plain records: tables, search, and what follows from the dates.
//! Whether a plan is open is computed, never stored.

mod committees;
mod plan;

use engine::{
    in_transaction, on_connection, on_reader,
    store::{Connection, Db},
};
use jiff::civil::Date;

pub use committees::{
    CommitteeContent, CommitteeRow, Filing, Group, committee_within, put_committee,
};
pub use plan::{
    AnnualAssessment, Committee, ContinuingEducation, Day, Download, Interview, Plan, Quota, Scope,
    Window,
};

use super::units::like_literal;

/// A plan as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PlanRow {
    /// Its id.
    pub id: String,
    /// 申报年度; set by the plan, not by the calendar.
    pub year: i64,
    /// Its name.
    pub name: String,
    /// An id of `plan_type`.
    pub plan_type: String,
    /// The series it reviews.
    pub series: String,
    /// The level it reviews.
    pub level: String,
    /// The committee; empty where there is none.
    pub committee_name: String,
    /// The first day of declaring.
    pub declare_from: String,
    /// The last day of declaring.
    pub declare_to: String,
}

/// Where a plan stands by its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanPhase {
    /// Before the first day.
    Coming,
    /// From the first to the last day.
    Open,
    /// After the last day.
    Over,
}

impl PlanPhase {
    /// Where a window stands on a day; both its days count.
    #[must_use]
    pub fn of(first: Date, last: Date, today: Date) -> Self {
        if today < first {
            Self::Coming
        } else if today <= last {
            Self::Open
        } else {
            Self::Over
        }
    }
}

impl PlanRow {
    /// The first and the last day of declaring.
    #[must_use]
    pub fn window(&self) -> (Date, Date) {
        let day = |text: &str| text.parse().unwrap_or_default();
        (day(&self.declare_from), day(&self.declare_to))
    }

    /// Where the plan stands on a day.
    #[must_use]
    pub fn phase(&self, today: Date) -> PlanPhase {
        let (first, last) = self.window();
        PlanPhase::of(first, last, today)
    }
}

/// Which plans (R32).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanFilter {
    /// Text in the name; empty is all.
    pub name: String,
    /// 申报年度; `None` is all.
    pub year: Option<i64>,
    /// Levels; empty is all.
    pub levels: Vec<String>,
    /// A `plan_type`; empty is all.
    pub plan_type: String,
    /// Only those that are open on this day.
    pub open_on: Option<Date>,
}

/// The newest published plans: by the first day of declaring, newest first.
pub async fn newest(db: &Db, limit: i64) -> Result<Vec<PlanRow>, sqlx::Error> {
    search(db, &PlanFilter::default(), None, limit).await
}

/// Published plans, newest first, after this one. Drafts of plans are never found (R17).
pub async fn search(
    db: &Db,
    filter: &PlanFilter,
    after: Option<(&str, &str)>,
    limit: i64,
) -> Result<Vec<PlanRow>, sqlx::Error> {
    const SEARCH: &str = "SELECT id, year, name, plan_type, series, level, committee_name, declare_from, \
         declare_to FROM plans WHERE is_published = 1 AND name LIKE $1 ESCAPE '\\' \
         AND ($2 = 0 OR year = $2) AND ($3 = '' OR $3 LIKE '%,' || level || ',%') \
         AND ($4 = '' OR plan_type = $4) \
         AND ($5 = '' OR (declare_from <= $5 AND declare_to >= $5)) \
         AND ($6 = '' OR declare_from < $6 OR (declare_from = $6 AND id < $7)) \
         ORDER BY declare_from DESC, id DESC LIMIT $8";
    let levels = match filter.levels.is_empty() {
        true => String::new(),
        false => format!(",{},", filter.levels.join(",")),
    };
    let (from, id) = after.unwrap_or_default();
    on_reader!(db, reader => {
        sqlx::query_as(SEARCH)
            .bind(format!("%{}%", like_literal(filter.name.trim())))
            .bind(filter.year.unwrap_or(0))
            .bind(&levels)
            .bind(&filter.plan_type)
            .bind(filter.open_on.map(|day| day.to_string()).unwrap_or_default())
            .bind(from)
            .bind(id)
            .bind(limit)
            .fetch_all(reader)
            .await
    })
}

/// The years of published plans, newest first.
pub async fn years(db: &Db) -> Result<Vec<i64>, sqlx::Error> {
    const YEARS: &str = "SELECT DISTINCT year FROM plans WHERE is_published = 1 ORDER BY year DESC";
    on_reader!(db, reader => sqlx::query_scalar(YEARS).fetch_all(reader).await)
}

const CONTENT: &str = "SELECT content FROM plans WHERE id = $1 AND is_published = 1";

/// The published plan of that id.
pub async fn find(db: &Db, id: &str) -> Result<Option<Plan>, sqlx::Error> {
    let content: Option<String> = on_reader!(db, reader => {
        sqlx::query_scalar(CONTENT).bind(id).fetch_optional(reader).await
    })?;
    content.map(|content| read(&content)).transpose()
}

/// The published plan of that id, read in a transaction.
pub async fn find_within(
    connection: &mut Connection<'_>,
    id: &str,
) -> Result<Option<Plan>, sqlx::Error> {
    let content: Option<String> = on_connection!(connection, own => {
        sqlx::query_scalar(CONTENT).bind(id).fetch_optional(own).await
    })?;
    content.map(|content| read(&content)).transpose()
}

fn read(content: &str) -> Result<Plan, sqlx::Error> {
    serde_json::from_str(content).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Adds or replaces a published plan.
pub async fn put(db: &Db, plan: &Plan) -> Result<(), sqlx::Error> {
    const PUT: &str = "INSERT INTO plans (id, year, name, plan_type, series, level, \
                       committee_name, organiser_id, declare_from, declare_to, is_published, \
                       content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11) \
                       ON CONFLICT (id) DO UPDATE SET year = excluded.year, name = excluded.name, \
                       plan_type = excluded.plan_type, series = excluded.series, \
                       level = excluded.level, committee_name = excluded.committee_name, \
                       organiser_id = excluded.organiser_id, \
                       declare_from = excluded.declare_from, declare_to = excluded.declare_to, \
                       is_published = excluded.is_published, content = excluded.content";
    let content = serde_json::to_string(plan);
    let content = content.map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let committee = plan.committee.as_ref();
    in_transaction!(db, connection => {
        sqlx::query(PUT)
            .bind(&plan.id)
            .bind(plan.year)
            .bind(&plan.name)
            .bind(&plan.plan_type)
            .bind(&plan.series)
            .bind(&plan.level)
            .bind(committee.map(|committee| committee.name.as_str()).unwrap_or_default())
            .bind(committee.map(|committee| committee.organiser_unit.as_str()).unwrap_or_default())
            .bind(plan.window.declare.0.0.to_string())
            .bind(plan.window.declare.1.0.to_string())
            .bind(content)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// R40
    #[test]
    fn the_first_and_the_last_day_count() {
        let (first, last) = (date(2026, 7, 1), date(2026, 7, 31));
        let on = |today| PlanPhase::of(first, last, today);
        assert_eq!(on(date(2026, 6, 30)), PlanPhase::Coming);
        assert_eq!(on(date(2026, 7, 1)), PlanPhase::Open);
        assert_eq!(on(date(2026, 7, 31)), PlanPhase::Open);
        assert_eq!(on(date(2026, 8, 1)), PlanPhase::Over);
    }
}
