//! Review plans and committees as plain records. Whether a plan is open is computed from its dates.

use engine::{in_transaction, on_reader, store::Db};
use jiff::civil::Date;

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
    /// The committee.
    pub committee_name: String,
    /// The unit that forms the committee.
    pub organiser_id: String,
    /// The first day of declaring.
    pub declare_from: String,
    /// The last day of declaring.
    pub declare_to: String,
    /// Whether it is published; drafts are never shown.
    pub is_published: i64,
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

impl PlanRow {
    /// Where the plan stands on a day.
    #[must_use]
    pub fn phase(&self, today: Date) -> PlanPhase {
        let today = today.to_string();
        if today < self.declare_from {
            PlanPhase::Coming
        } else if today <= self.declare_to {
            PlanPhase::Open
        } else {
            PlanPhase::Over
        }
    }
}

/// A committee as a record.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CommitteeRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit that forms it.
    pub organiser_id: String,
    /// The series it reviews.
    pub series: String,
    /// The level it reviews.
    pub level: String,
}

/// The newest published plans: by the first day of declaring, newest first.
pub async fn newest(db: &Db, limit: i64) -> Result<Vec<PlanRow>, sqlx::Error> {
    const NEWEST: &str = "SELECT id, year, name, plan_type, series, level, committee_name, \
                          organiser_id, declare_from, declare_to, is_published FROM plans \
                          WHERE is_published = 1 ORDER BY declare_from DESC, id LIMIT $1";
    on_reader!(db, reader => sqlx::query_as(NEWEST).bind(limit).fetch_all(reader).await)
}

/// Adds or replaces a plan; `content` is the whole plan as JSON.
pub async fn put(db: &Db, plan: &PlanRow, content: &str) -> Result<(), sqlx::Error> {
    const PUT: &str = "INSERT INTO plans (id, year, name, plan_type, series, level, \
                       committee_name, organiser_id, declare_from, declare_to, is_published, \
                       content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                       ON CONFLICT (id) DO UPDATE SET year = excluded.year, name = excluded.name, \
                       plan_type = excluded.plan_type, series = excluded.series, \
                       level = excluded.level, committee_name = excluded.committee_name, \
                       organiser_id = excluded.organiser_id, \
                       declare_from = excluded.declare_from, declare_to = excluded.declare_to, \
                       is_published = excluded.is_published, content = excluded.content";
    in_transaction!(db, connection => {
        sqlx::query(PUT)
            .bind(&plan.id)
            .bind(plan.year)
            .bind(&plan.name)
            .bind(&plan.plan_type)
            .bind(&plan.series)
            .bind(&plan.level)
            .bind(&plan.committee_name)
            .bind(&plan.organiser_id)
            .bind(&plan.declare_from)
            .bind(&plan.declare_to)
            .bind(plan.is_published)
            .bind(content)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Adds or replaces a committee; `content` is the whole committee as JSON.
pub async fn put_committee(
    db: &Db,
    committee: &CommitteeRow,
    content: &str,
) -> Result<(), sqlx::Error> {
    const PUT: &str = "INSERT INTO committees (id, name, organiser_id, series, level, content) \
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET \
                       name = excluded.name, organiser_id = excluded.organiser_id, \
                       series = excluded.series, level = excluded.level, \
                       content = excluded.content";
    in_transaction!(db, connection => {
        sqlx::query(PUT)
            .bind(&committee.id)
            .bind(&committee.name)
            .bind(&committee.organiser_id)
            .bind(&committee.series)
            .bind(&committee.level)
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

    #[test]
    fn the_first_and_the_last_day_count() {
        let plan = PlanRow {
            id: "P".to_owned(),
            year: 2026,
            name: String::new(),
            plan_type: "review".to_owned(),
            series: String::new(),
            level: String::new(),
            committee_name: String::new(),
            organiser_id: String::new(),
            declare_from: "2026-07-01".to_owned(),
            declare_to: "2026-07-31".to_owned(),
            is_published: 1,
        };
        assert_eq!(plan.phase(date(2026, 6, 30)), PlanPhase::Coming);
        assert_eq!(plan.phase(date(2026, 7, 1)), PlanPhase::Open);
        assert_eq!(plan.phase(date(2026, 7, 31)), PlanPhase::Open);
        assert_eq!(plan.phase(date(2026, 8, 1)), PlanPhase::Over);
    }
}
