//! SQL as a test writes it.

use crate::store::Db;

/// Runs statements as the writer.
pub(super) async fn sql(db: &Db, text: &str) {
    let text = sqlx::AssertSqlSafe(text.to_owned());
    match db {
        Db::Sqlite(db) => sqlx::raw_sql(text).execute(&db.writer).await.map(|_| ()),
        Db::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(|_| ()),
    }
    .expect("it runs");
}
