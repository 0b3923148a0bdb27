//! Review committees as plain records.

use engine::{
    in_transaction, on_connection,
    store::{Connection, Db},
};
use serde::Deserialize;

use super::Day;

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

/// A committee as its text says it, as far as reviewing asks.
#[derive(Clone, Debug, Deserialize)]
pub struct CommitteeContent {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The series it reviews.
    pub series: String,
    /// How many members sit.
    pub size: i64,
    /// 主任委员, a person.
    pub chair: String,
    /// 副主任委员, persons.
    #[serde(default)]
    pub vice_chairs: Vec<String>,
    /// 核准备案.
    #[serde(default)]
    pub filing: Option<Filing>,
    /// Speciality groups.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// The period in which a committee may review, both days included.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Filing {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// 专业评议组.
#[derive(Clone, Debug, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The person who leads it.
    pub leader: String,
    /// Its persons.
    pub members: Vec<String>,
    /// Whose declarations it takes.
    pub specialities: Vec<String>,
}

/// The committee of that id, read in a transaction.
pub async fn committee_within(
    connection: &mut Connection<'_>,
    id: &str,
) -> Result<Option<CommitteeContent>, sqlx::Error> {
    const CONTENT: &str = "SELECT content FROM committees WHERE id = $1";
    let content: Option<String> = on_connection!(connection, own => {
        sqlx::query_scalar(CONTENT).bind(id).fetch_optional(own).await
    })?;
    let read = |content: String| serde_json::from_str(&content);
    content.map(read).transpose().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
