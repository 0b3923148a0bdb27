//! Review experts: the titles they hold for the pool.

use engine::{
    in_transaction, on_connection,
    store::{Connection, Db},
};

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

/// An expert as lists of people name one.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PoolRow {
    /// The person.
    pub person_id: String,
    /// The person's account.
    pub account_id: String,
    /// The person's name.
    pub name: String,
    /// Where the person works.
    pub unit_id: String,
    /// The level of the title.
    pub level: String,
    /// The speciality.
    pub speciality: String,
}

/// Every expert of a series who may act, by person.
pub async fn pool(
    connection: &mut Connection<'_>,
    series: &str,
) -> Result<Vec<PoolRow>, sqlx::Error> {
    const POOL: &str = "SELECT e.person_id, p.account_id, p.name, e.unit_id, e.level, e.speciality \
                        FROM experts e JOIN people p ON p.id = e.person_id \
                        WHERE e.series = $1 ORDER BY e.person_id";
    on_connection!(connection, own => {
        sqlx::query_as(POOL).bind(series).fetch_all(own).await
    })
}
