//! Rows that count failed sign-ins. How many are too many is decided in [`crate::identity`].

use engine::{calendar::Moment, in_transaction, on_reader, store::Db};

/// The failures of one account name or source.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttemptRow {
    /// How many, since `since`.
    pub failures: i64,
    /// When the window began.
    pub since: i64,
    /// Until when it is blocked.
    pub blocked_until: i64,
}

/// The failures of a subject.
pub async fn find(db: &Db, subject_hash: &str) -> Result<Option<AttemptRow>, sqlx::Error> {
    const FIND: &str = "SELECT failures, since, blocked_until FROM sign_in_attempts \
                        WHERE subject_hash = $1";
    on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(subject_hash).fetch_optional(reader).await
    })
}

/// Counts one more failure, in a new window if the last began before `window`; returns the row.
pub async fn count(
    db: &Db,
    subject_hash: &str,
    window: Moment,
    now: Moment,
) -> Result<AttemptRow, sqlx::Error> {
    const COUNT: &str = "INSERT INTO sign_in_attempts (subject_hash, failures, since, \
                         blocked_until) VALUES ($1, 1, $2, 0) ON CONFLICT (subject_hash) \
                         DO UPDATE SET \
                         failures = CASE WHEN sign_in_attempts.since < $3 THEN 1 \
                         ELSE sign_in_attempts.failures + 1 END, \
                         since = CASE WHEN sign_in_attempts.since < $3 THEN $2 \
                         ELSE sign_in_attempts.since END \
                         RETURNING failures, since, blocked_until";
    in_transaction!(db, connection => {
        sqlx::query_as(COUNT)
            .bind(subject_hash)
            .bind(now.0)
            .bind(window.0)
            .fetch_one(&mut *connection)
            .await
    })
}

/// Blocks a subject until a moment.
pub async fn block(db: &Db, subject_hash: &str, until: Moment) -> Result<(), sqlx::Error> {
    const BLOCK: &str = "UPDATE sign_in_attempts SET blocked_until = $1 WHERE subject_hash = $2";
    in_transaction!(db, connection => {
        sqlx::query(BLOCK)
            .bind(until.0)
            .bind(subject_hash)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}

/// Forgets the failures of a subject, as when it signs in.
pub async fn clear(db: &Db, subject_hash: &str) -> Result<(), sqlx::Error> {
    const CLEAR: &str = "DELETE FROM sign_in_attempts WHERE subject_hash = $1";
    in_transaction!(db, connection => {
        sqlx::query(CLEAR).bind(subject_hash).execute(&mut *connection).await.map(|_| ())
    })
}

/// Forgets windows that began before a moment and block nobody.
pub async fn forget(db: &Db, before: Moment) -> Result<u64, sqlx::Error> {
    const FORGET: &str = "DELETE FROM sign_in_attempts WHERE since < $1 AND blocked_until < $1";
    in_transaction!(db, connection => {
        sqlx::query(FORGET)
            .bind(before.0)
            .execute(&mut *connection)
            .await
            .map(|done| done.rows_affected())
    })
}
