//! Review experts: the titles they hold for the pool.

use engine::{in_transaction, store::Db};

/// An expert of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpertRow {
    /// The person.
    pub person_id: String,
    /// Where the person works.
    pub unit_id: String,
    /// The series of the title.
    pub series: String,
    /// Its level.
    pub level: String,
    /// The title.
    pub title: String,
    /// The speciality.
    pub speciality: String,
}

/// Adds or replaces an expert.
pub async fn put(db: &Db, expert: &ExpertRow) -> Result<(), sqlx::Error> {
    const PUT: &str = "INSERT INTO experts (person_id, unit_id, series, level, title, speciality) \
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET \
                       unit_id = excluded.unit_id, series = excluded.series, \
                       level = excluded.level, title = excluded.title, \
                       speciality = excluded.speciality";
    in_transaction!(db, connection => {
        sqlx::query(PUT)
            .bind(&expert.person_id)
            .bind(&expert.unit_id)
            .bind(&expert.series)
            .bind(&expert.level)
            .bind(&expert.title)
            .bind(&expert.speciality)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
