//! The two databases behind one type. SQL is one text; where a pool or connection is needed, the
//! macros pick the one of the database at hand.

use sqlx::{PgConnection, PgPool, SqliteConnection, SqlitePool};

use super::{
    Committing, Held,
    direct::{DirectSlot, Turn},
    in_time,
};

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// The embedded database.
    Sqlite(SqliteDb),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// SQLite: any number of readers, one writer at a time.
#[derive(Clone, Debug)]
pub struct SqliteDb {
    /// Read-only connections.
    pub readers: SqlitePool,
    /// A pool of one, for whoever has the turn to write.
    pub writer: SqlitePool,
    /// Whose turn it is to write, and by what commands are committed.
    pub(super) direct: DirectSlot,
}

impl SqliteDb {
    /// A database without the engine's tables: nothing can be committed to cases.
    #[must_use]
    pub fn bare(readers: SqlitePool, writer: SqlitePool) -> Self {
        Self { readers, writer, direct: DirectSlot::default() }
    }

    /// The turn to write: this process never waits for itself at SQLite's lock.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn turn(&self) -> Result<Turn, sqlx::Error> {
        self.direct.turn().await
    }

    /// A setting of the connection that commits.
    #[cfg(test)]
    pub(crate) async fn set_directly(&self, text: &str) -> Result<(), sqlx::Error> {
        self.direct.take().await?.set(text)
    }
}

/// One connection, usually inside a transaction.
#[derive(Debug)]
pub enum Connection<'a> {
    /// To SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'a mut PgConnection),
}

impl<'a> From<&'a mut SqliteConnection> for Connection<'a> {
    fn from(own: &'a mut SqliteConnection) -> Self {
        Self::Sqlite(own)
    }
}

impl<'a> From<&'a mut PgConnection> for Connection<'a> {
    fn from(own: &'a mut PgConnection) -> Self {
        Self::Postgres(own)
    }
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
                let _turn = db.turn().await?;
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
                let mut transaction = $crate::store::in_time(pool.begin()).await?;
                let outcome = {
                    let $connection = &mut *transaction;
                    $body
                };
                match outcome {
                    Ok(value) => {
                        $crate::store::in_time(transaction.commit()).await?;
                        Ok(value)
                    }
                    Err(error) => {
                        $crate::store::in_time(transaction.rollback()).await?;
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

impl Connection<'_> {
    /// What locks the rows of a SELECT until the end of the transaction. SQLite's writer has the
    /// whole database to itself.
    pub(crate) fn for_update(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR UPDATE",
        }
    }

    /// What locks the rows of a SELECT and leaves out those that others have locked.
    pub(crate) fn skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Lets one transaction at a time look at a hold and take it.
    pub(crate) async fn lock_hold(
        &mut self,
        scope: &str,
        hold: &str,
        held: &str,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(own) => {
                let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                    .bind(format!("{scope}\n{hold}\n{held}"));
                in_time(lock.execute(&mut **own)).await.map(|_| ())
            }
        }
    }
}

impl Db {
    /// A connection for reading.
    pub(crate) async fn reader(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(db) => Held::Sqlite(db.readers.acquire().await?, None),
            Self::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for writing: on SQLite the only one, with the turn.
    pub(crate) async fn writer(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(db) => {
                let turn = db.turn().await?;
                Held::Sqlite(db.writer.acquire().await?, Some(turn))
            }
            Self::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// What a committer keeps.
    pub(crate) async fn committing(&self) -> Result<Committing, sqlx::Error> {
        let mut kept = match self {
            Self::Sqlite(db) => Committing::Sqlite(db.readers.acquire().await?, db.direct.clone()),
            Self::Postgres(pool) => Committing::Postgres(pool.acquire().await?),
        };
        kept.prefer_keys().await?;
        Ok(kept)
    }
}
