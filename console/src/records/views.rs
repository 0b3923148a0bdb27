//! Views of the queue that people have kept: a name, and the query of the list.

use engine::{calendar::Moment, in_transaction, names::AccountId, on_reader, store::Db};

/// More would be no help to anybody.
pub const MOST: i64 = 12;

/// The kept views of an account, oldest first: name and query.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(
    db: &Db,
    account: &AccountId,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    const VIEWS: &str = "SELECT name, query FROM queue_views WHERE account = $1 \
                         ORDER BY created_at, name LIMIT $2";
    on_reader!(db, reader => {
        sqlx::query_as(VIEWS).bind(account.as_str()).bind(MOST).fetch_all(reader).await
    })
}

/// Keeps a view; one of the same name is replaced.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(
    db: &Db,
    account: &AccountId,
    (name, query): (&str, &str),
    now: Moment,
) -> Result<(), sqlx::Error> {
    const KEEP: &str = "INSERT INTO queue_views (account, name, query, created_at) \
                        VALUES ($1, $2, $3, $4) ON CONFLICT (account, name) \
                        DO UPDATE SET query = $3";
    in_transaction!(db, connection => {
        sqlx::query(KEEP)
            .bind(account.as_str())
            .bind(name)
            .bind(query)
            .bind(now.0)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Forgets a view.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(db: &Db, account: &AccountId, name: &str) -> Result<(), sqlx::Error> {
    const FORGET: &str = "DELETE FROM queue_views WHERE account = $1 AND name = $2";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(account.as_str())
            .bind(name)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
