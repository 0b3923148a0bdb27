//! Review committees as plain records.

use engine::{in_transaction, store::Db};

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
