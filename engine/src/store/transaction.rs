//! Connections taken from their pool, and the transactions in which batches of commands are written.

use sqlx::{
    Connection as _, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction,
    pool::PoolConnection,
};

#[cfg(test)]
use super::crash_points;
use super::{
    Connection,
    direct::{Direct, DirectSlot, Turn},
    in_time,
    statement::{Row, Statement, at_once, execute_all},
    write::Writes,
};

/// A connection taken from its pool.
#[derive(Debug)]
pub(crate) enum Held {
    /// With the turn where it writes.
    Sqlite(PoolConnection<Sqlite>, #[expect(dead_code, reason = "it is held")] Option<Turn>),
    Postgres(PoolConnection<Postgres>),
}

/// What a committer keeps: a connection by which it reads and, on SQLite, where it gets the one by
/// which it writes when it is its turn.
#[derive(Debug)]
pub(crate) enum Committing {
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

impl Held {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(own, _) => Connection::Sqlite(own),
            Self::Postgres(own) => Connection::Postgres(own),
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
}

impl Committing {
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
                let direct = slot.take().await?;
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
        let counts = !writes.ballots_gone.is_empty();
        let (mut rows, last) = writes.rows();
        match self {
            Self::Sqlite(direct, _) => {
                rows.push(last);
                if counts {
                    direct.delete_for_good().map_err(CommitError::Statement)?;
                }
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
                direct.committed();
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
