//! Rows of sessions. What a session may do is decided in [`crate::identity`].

use engine::{calendar::Moment, in_transaction, names::AccountId, on_reader, store::Db};

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// Whose it is.
    pub account_id: String,
    /// When it began, in Unix milliseconds.
    pub created_at: i64,
    /// When it was last used, to a minute.
    pub seen_at: i64,
    /// When it was ended by signing out.
    pub ended_at: Option<i64>,
}

/// The session with a token of this hash, run out or not.
pub async fn find(db: &Db, token_hash: &str) -> Result<Option<SessionRow>, sqlx::Error> {
    const FIND: &str = "SELECT account_id, created_at, seen_at, ended_at FROM sessions \
                        WHERE token_hash = $1";
    on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(token_hash).fetch_optional(reader).await
    })
}

/// Begins a session and ends the one it replaces, if any.
pub async fn begin(
    db: &Db,
    token_hash: &str,
    account: &AccountId,
    replaces: Option<&str>,
    now: Moment,
) -> Result<(), sqlx::Error> {
    const BEGIN: &str = "INSERT INTO sessions (token_hash, account_id, created_at, seen_at) \
                         VALUES ($1, $2, $3, $3)";
    in_transaction!(db, connection => async {
        if let Some(replaced) = replaces {
            sqlx::query(END).bind(now.0).bind(replaced).execute(&mut *connection).await?;
        }
        sqlx::query(BEGIN)
            .bind(token_hash)
            .bind(account.as_str())
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        Ok::<_, sqlx::Error>(())
    }.await)
}

/// Marks a session as used now.
pub async fn touch(db: &Db, token_hash: &str, now: Moment) -> Result<(), sqlx::Error> {
    const TOUCH: &str =
        "UPDATE sessions SET seen_at = $1 WHERE token_hash = $2 AND ended_at IS NULL";
    in_transaction!(db, connection => {
        sqlx::query(TOUCH).bind(now.0).bind(token_hash).execute(&mut *connection).await.map(|_| ())
    })
}

const END: &str = "UPDATE sessions SET ended_at = COALESCE(ended_at, $1) WHERE token_hash = $2";

/// Ends a session.
pub async fn end(db: &Db, token_hash: &str, now: Moment) -> Result<(), sqlx::Error> {
    in_transaction!(db, connection => {
        sqlx::query(END).bind(now.0).bind(token_hash).execute(&mut *connection).await.map(|_| ())
    })
}

/// Ends every session of an account, as when its password changes.
pub async fn end_all(db: &Db, account: &AccountId, now: Moment) -> Result<(), sqlx::Error> {
    const END_ALL: &str =
        "UPDATE sessions SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL";
    in_transaction!(db, connection => {
        sqlx::query(END_ALL)
            .bind(now.0)
            .bind(account.as_str())
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Forgets sessions that were not used since `before`.
pub async fn forget(db: &Db, before: Moment) -> Result<u64, sqlx::Error> {
    const FORGET: &str = "DELETE FROM sessions WHERE seen_at < $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(before.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected())
    })
}
