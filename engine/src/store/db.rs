//! The two databases behind one type. SQL is one text; where a pool or connection is needed, the
//! macros pick the one of the database at hand.

use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction, pool::PoolConnection,
};

#[cfg(test)]
use super::crash_points;
use super::{
    direct::{Direct, DirectSlot},
    in_time,
    statement::{Row, Statement, at_once, execute_all},
    write::Writes,
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
    /// A pool of one: whoever has its connection is the one who writes.
    pub writer: SqlitePool,
    /// By which whoever has the writer commits commands.
    pub(super) direct: DirectSlot,
}

impl SqliteDb {
    /// A database without the engine's tables: nothing can be committed to cases.
    #[must_use]
    pub fn bare(readers: SqlitePool, writer: SqlitePool) -> Self {
        Self { readers, writer, direct: DirectSlot::default() }
    }

    /// A setting of the connection that commits.
    #[cfg(test)]
    pub(crate) fn set_directly(&self, text: &str) -> Result<(), sqlx::Error> {
        self.direct.take()?.set(text)
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

/// A connection taken from its pool.
#[derive(Debug)]
pub(crate) enum Held {
    Sqlite(PoolConnection<Sqlite>, DirectSlot),
    Postgres(PoolConnection<Postgres>),
}

/// How a batch of commands is kept apart from what others write meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// What is read is locked until the commit.
    Locked,
    /// PostgreSQL reads without a transaction and writes with one statement, which its guards refuse
    /// where another was quicker. Nothing may be decided that needs a lock.
    Guarded,
    /// Nothing is written, so that nothing need be locked.
    Reading,
}

/// A write transaction.
#[derive(Debug)]
pub(crate) enum WriteTransaction<'a> {
    /// What is written is written directly. The connection reads what was committed before: nobody
    /// else commits meanwhile.
    Sqlite(Direct, &'a mut SqliteConnection),
    Postgres(Transaction<'a, Postgres>),
    /// [`Isolation::Guarded`].
    Guarded(&'a mut PgConnection),
}

impl Db {
    /// A connection for reading.
    pub(crate) async fn reader(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(db) => Held::Sqlite(db.readers.acquire().await?, db.direct.clone()),
            Self::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for writing: on SQLite the only one.
    pub(crate) async fn writer(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(db) => Held::Sqlite(db.writer.acquire().await?, db.direct.clone()),
            Self::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        })
    }
}

impl Held {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(own, _) => Connection::Sqlite(own),
            Self::Postgres(own) => Connection::Postgres(own),
        }
    }

    /// For a connection that commits: what it reads and writes, it finds by keys. A plan made while
    /// the tables were small would go on reading them whole; one plan serves all values.
    pub(crate) async fn prefer_keys(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(..) => Ok(()),
            Self::Postgres(_) => {
                let settings = ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"];
                for setting in settings {
                    let mut set = Statement::new("SET ");
                    set.push(setting);
                    set.execute(&mut self.connection()).await?;
                }
                Ok(())
            }
        }
    }

    /// From here on everything is read as it stands now, until [`Held::end_snapshot`].
    pub(crate) async fn begin_snapshot(&mut self) -> Result<(), sqlx::Error> {
        let begin = match self {
            Self::Sqlite(..) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Statement::new(begin).execute(&mut self.connection()).await.map(|_| ())
    }

    /// Ends what [`Held::begin_snapshot`] began.
    pub(crate) async fn end_snapshot(&mut self) -> Result<(), sqlx::Error> {
        let rollback = Statement::new("ROLLBACK");
        rollback.execute(&mut self.connection()).await.map(|_| ())
    }

    /// Begins a write transaction, locks what `lock` selects, and reads. SQLite needs no locks.
    pub(crate) async fn begin<T: Row>(
        &mut self,
        isolation: Isolation,
        lock: Option<Statement>,
        read: Option<Statement>,
        of_sqlite: fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<(WriteTransaction<'_>, Vec<T>), sqlx::Error> {
        match self {
            Self::Sqlite(own, slot) => {
                let direct = slot.take()?;
                #[cfg(test)]
                crash_points::pass().await;
                direct.run("BEGIN IMMEDIATE")?;
                let rows = read.map_or(Ok(Vec::new()), |read| direct.fetch(&read, of_sqlite))?;
                #[cfg(test)]
                crash_points::pass().await;
                Ok((WriteTransaction::Sqlite(direct, own), rows))
            }
            Self::Postgres(own) => {
                if isolation == Isolation::Guarded {
                    let rows = fetch_some(read, &mut Connection::Postgres(own)).await?;
                    return Ok((WriteTransaction::Guarded(own), rows));
                }
                let mut transaction = in_time(own.begin()).await?;
                let mut connection = Connection::Postgres(&mut transaction);
                if let Some(lock) = lock {
                    lock.execute(&mut connection).await?;
                }
                let rows = fetch_some(read, &mut connection).await?;
                Ok((WriteTransaction::Postgres(transaction), rows))
            }
        }
    }
}

async fn fetch_some<T: Row>(
    read: Option<Statement>,
    connection: &mut Connection<'_>,
) -> Result<Vec<T>, sqlx::Error> {
    match read {
        Some(read) => read.fetch(connection).await,
        None => Ok(Vec::new()),
    }
}

impl WriteTransaction<'_> {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(_, own) => Connection::Sqlite(own),
            Self::Postgres(own) => Connection::Postgres(own),
            Self::Guarded(own) => Connection::Postgres(own),
        }
    }

    /// Whether what is read may be locked.
    pub(crate) fn isolation(&self) -> Isolation {
        match self {
            Self::Sqlite(..) | Self::Postgres(_) => Isolation::Locked,
            Self::Guarded(_) => Isolation::Guarded,
        }
    }

    /// Writes and commits, in as few round trips as the database allows. After an error nothing is
    /// left open.
    pub(crate) async fn commit_with(self, writes: Writes) -> Result<(), CommitError> {
        let (mut rows, last) = writes.rows();
        match self {
            Self::Sqlite(direct, _) => {
                rows.push(last);
                for rows in rows.iter().filter(|rows| !rows.is_empty()) {
                    #[cfg(test)]
                    crash_points::pass().await;
                    direct.write(rows).map_err(CommitError::Statement)?;
                }
                #[cfg(test)]
                crash_points::pass().await;
                direct.run("COMMIT").map_err(CommitError::InDoubt)?;
                #[cfg(test)]
                crash_points::pass().await;
                Ok(())
            }
            Self::Postgres(mut own) => {
                let statements = at_once(rows).into_iter().chain(last.into_values());
                let done =
                    execute_all(statements.collect(), &mut Connection::Postgres(&mut own)).await;
                if let Err(error) = done {
                    // The error that broke the transaction says more than one of its rolling back.
                    let _ = in_time(own.rollback()).await;
                    return Err(CommitError::Statement(error));
                }
                #[cfg(test)]
                crash_points::pass().await;
                in_time(own.commit()).await.map_err(CommitError::InDoubt)?;
                #[cfg(test)]
                crash_points::pass().await;
                Ok(())
            }
            Self::Guarded(own) => {
                rows.push(last);
                let Some(all) = at_once(rows) else { return Ok(()) };
                let done = all.execute(&mut Connection::Postgres(own)).await;
                done.map(|_| ()).map_err(|error| {
                    if error.as_database_error().is_some() {
                        CommitError::Statement(error)
                    } else {
                        CommitError::InDoubt(error)
                    }
                })
            }
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            // It does so as it is dropped.
            Self::Sqlite(..) | Self::Guarded(_) => Ok(()),
            Self::Postgres(own) => in_time(own.rollback()).await,
        }
    }
}

/// Why a transaction was not committed for certain.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// A statement before the commit failed.
    Statement(sqlx::Error),
    /// The commit itself may or may not have taken place.
    InDoubt(sqlx::Error),
}
