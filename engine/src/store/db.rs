//! The two databases behind one type. SQL is one text; where a pool or connection is needed, the
//! macros pick the one of the database at hand.

use sqlx::{PgConnection, PgPool, SqliteConnection, SqlitePool};

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// The embedded database.
    Sqlite(SqliteDb),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// SQLite: any number of readers, one writer.
#[derive(Clone, Debug)]
pub struct SqliteDb {
    /// Read-only connections.
    pub readers: SqlitePool,
    /// The only write connection (a pool of one).
    pub writer: SqlitePool,
}

/// One connection, usually inside a transaction.
#[derive(Debug)]
pub enum Connection<'a> {
    /// To SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// Runs `$body` with `$executor` bound to a connection pool for reading.
#[macro_export]
macro_rules! on_reader {
    ($db:expr, $executor:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(db) => {
                let $executor = &db.readers;
                $body
            }
            $crate::store::Db::Postgres(pool) => {
                let $executor = pool;
                $body
            }
        }
    };
}

/// Runs `$body` inside one write transaction (`BEGIN IMMEDIATE` on SQLite) with `$connection` bound
/// to `&mut` of the database's own connection type; commits when `$body` is `Ok`, rolls back
/// otherwise. `$body` must be of a `Result` whose error is `From<sqlx::Error>`.
#[macro_export]
macro_rules! in_transaction {
    ($db:expr, $connection:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(db) => {
                let mut transaction = db.writer.begin_with("BEGIN IMMEDIATE").await?;
                let outcome = {
                    let $connection = &mut *transaction;
                    $body
                };
                match outcome {
                    Ok(value) => {
                        transaction.commit().await?;
                        Ok(value)
                    }
                    Err(error) => {
                        transaction.rollback().await?;
                        Err(error)
                    }
                }
            }
            $crate::store::Db::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                let outcome = {
                    let $connection = &mut *transaction;
                    $body
                };
                match outcome {
                    Ok(value) => {
                        transaction.commit().await?;
                        Ok(value)
                    }
                    Err(error) => {
                        transaction.rollback().await?;
                        Err(error)
                    }
                }
            }
        }
    };
}

/// Runs `$body` with `$executor` bound to `&mut` of the connection's own type.
#[macro_export]
macro_rules! on_connection {
    ($connection:expr, $executor:ident => $body:expr) => {
        match $connection {
            $crate::store::Connection::Sqlite(own) => {
                let $executor = &mut **own;
                $body
            }
            $crate::store::Connection::Postgres(own) => {
                let $executor = &mut **own;
                $body
            }
        }
    };
}
