//! Rows of forms that came after their session had run out.

use engine::{calendar::Moment, in_transaction, names::AccountId, on_reader, store::Db};

/// A form that was kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeptPostRow {
    /// A random id.
    pub id: String,
    /// Who sent it.
    pub account_id: String,
    /// Where it was sent.
    pub path: String,
    /// Its fields, sealed.
    pub fields_sealed: String,
    /// When it came, in Unix milliseconds.
    pub created_at: i64,
}

/// Keeps a form.
pub async fn insert(db: &Db, kept: &KeptPostRow) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO kept_posts (id, account_id, path, fields_sealed, \
                          created_at) VALUES ($1, $2, $3, $4, $5)";
    in_transaction!(db, connection => {
        sqlx::query(INSERT)
            .bind(&kept.id)
            .bind(&kept.account_id)
            .bind(&kept.path)
            .bind(&kept.fields_sealed)
            .bind(kept.created_at)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// The form of that id, if this account sent it after `since`.
pub async fn find(
    db: &Db,
    id: &str,
    account: &AccountId,
    since: Moment,
) -> Result<Option<KeptPostRow>, sqlx::Error> {
    const FIND: &str = "SELECT id, account_id, path, fields_sealed, created_at FROM kept_posts \
                        WHERE id = $1 AND account_id = $2 AND created_at >= $3";
    on_reader!(db, reader => {
        sqlx::query_as(FIND)
            .bind(id)
            .bind(account.as_str())
            .bind(since.0)
            .fetch_optional(reader)
            .await
    })
}

/// Forgets what was kept before a moment.
pub async fn forget(db: &Db, before: Moment) -> Result<u64, sqlx::Error> {
    const FORGET: &str = "DELETE FROM kept_posts WHERE created_at < $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(before.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected())
    })
}
