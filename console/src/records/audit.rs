//! What was done to the installation or looked up in it, beside the histories of cases: append-only.

use engine::{calendar::Moment, in_transaction, names::AccountId, store::Db};

/// One entry.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// When.
    pub at: Moment,
    /// Who.
    pub account: &'a AccountId,
    /// What, such as `reveal_id_number`.
    pub action: &'a str,
    /// To what, such as `people/<id>`.
    pub object: &'a str,
    /// The particulars as JSON, without personal data.
    pub detail: &'a str,
}

/// Writes an entry; its id grows with time.
pub async fn write(db: &Db, entry: Entry<'_>) -> Result<(), sqlx::Error> {
    const WRITE: &str = "INSERT INTO audit (id, at, account, action, object, detail) \
                         VALUES ($1, $2, $3, $4, $5, $6)";
    let id = uuid::Uuid::now_v7().to_string();
    in_transaction!(db, connection => {
        sqlx::query(WRITE)
            .bind(&id)
            .bind(entry.at.0)
            .bind(entry.account.as_str())
            .bind(entry.action)
            .bind(entry.object)
            .bind(entry.detail)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
