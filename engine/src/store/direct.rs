//! The connection by which the committer writes to SQLite: it is called on the committer's own
//! thread, where every statement of sqlx would be a hop to the thread of its connection and back.
//!
//! Invariant: whoever writes has the turn, by this connection or by that of the writers' pool, so that
//! this process never waits for itself at SQLite's write lock.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    ToSql, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};
use sqlx::error::{DatabaseError, ErrorKind};
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

use super::{
    checkpoint::Checkpointer,
    open::BUSY_TIMEOUT,
    statement::{Argument, Rows, Statement},
};

/// Statements kept prepared: one for each kind of row, and the readings of batches of all sizes.
const PREPARED: usize = 64;
/// How much of the database is kept in memory: where it is negative SQLite counts kibibytes.
const CACHE: i64 = -16 * 1024;
/// After so many commits it is tried again to empty the log.
const RETRY: u32 = 100;
/// So long readers are waited for when the log is to be emptied; whoever acts waits with it.
const SHORTLY: Duration = Duration::from_millis(100);
/// SQLite's code for a constraint of this kind that was broken.
const NOT_UNIQUE: [i32; 3] = [
    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    rusqlite::ffi::SQLITE_CONSTRAINT_ROWID,
];

/// The turn to write: in the order of asking. Dropped, it is the next one's.
#[derive(Debug)]
pub struct Turn(
    #[expect(dead_code, reason = "what counts is that it is held")] OwnedMutexGuard<()>,
);

/// Where the connection lies while nobody writes, and whose turn it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct DirectSlot {
    slot: Arc<Mutex<Slot>>,
    turns: Arc<Turns<()>>,
}

#[derive(Debug, Default)]
struct Slot {
    /// The database; none once it is closed, and where nobody commits.
    file: Option<File>,
    connection: Option<rusqlite::Connection>,
    /// None where no thread could be had for it.
    checkpointer: Option<Checkpointer>,
    /// After how many commits the log is to be emptied, which may still hold ballots that are counted,
    /// beside who cast them: so it may after an end that was not awaited, too. None where it does not.
    forgets_after: Option<u32>,
}

#[derive(Clone, Debug)]
struct File {
    path: PathBuf,
    patience: Duration,
}

/// The connection, taken from its slot. Dropped, it rolls back what was not committed and goes back.
#[derive(Debug)]
pub(crate) struct Direct {
    slot: DirectSlot,
    connection: Option<rusqlite::Connection>,
    /// Given on when the connection is back.
    _turn: Turn,
}

impl DirectSlot {
    /// For the database at `path`, whose write lock is waited for with `patience`.
    pub(super) fn new(path: PathBuf, patience: Duration) -> Result<Self, sqlx::Error> {
        let file = File { path, patience };
        let connection = Some(file.open()?);
        let checkpointer = Checkpointer::start(file.open()?);
        let slot = Slot { file: Some(file), connection, checkpointer, forgets_after: Some(0) };
        Ok(Self { slot: Arc::new(Mutex::new(slot)), turns: Arc::default() })
    }

    /// Waits for the turn to write, as long as for SQLite's lock.
    pub(super) async fn turn(&self) -> Result<Turn, sqlx::Error> {
        let turns = || Arc::clone(&self.turns);
        if let Ok(turn) = turns().try_lock_owned() {
            return Ok(Turn(turn));
        }
        let turn = tokio::time::timeout(BUSY_TIMEOUT, turns().lock_owned()).await;
        turn.map(Turn).map_err(|_| sqlx::Error::PoolTimedOut)
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the connection when it is its turn, or opens one where the last could not be brought back.
    pub(super) async fn take(&self) -> Result<Direct, sqlx::Error> {
        let turn = self.turn().await?;
        let mut slot = self.slot();
        let Some(file) = &slot.file else {
            return Err(sqlx::Error::PoolClosed);
        };
        let file = file.clone();
        let connection = match slot.connection.take() {
            Some(connection) => connection,
            None => file.open()?,
        };
        Ok(Direct { slot: self.clone(), connection: Some(connection), _turn: turn })
    }

    /// Closes it for good.
    pub(super) fn close(&self) {
        let closed = std::mem::take(&mut *self.slot());
        if let Some(checkpointer) = closed.checkpointer {
            checkpointer.stop();
        }
    }
}

impl File {
    /// A connection that loses no answered write.
    fn open(&self) -> Result<rusqlite::Connection, sqlx::Error> {
        let connection = self.connect().map_err(told)?;
        let setting =
            |name| connection.pragma_query_value(None, name, |row| row.get::<_, Value>(0));
        let journal = setting("journal_mode").map_err(told)?;
        let synchronous = setting("synchronous").map_err(told)?;
        if journal == Value::from("wal".to_owned()) && synchronous == Value::from(2) {
            return Ok(connection);
        }
        let found = format!("journal_mode {journal:?}, synchronous {synchronous:?}");
        Err(sqlx::Error::Configuration(format!("SQLite did not take its settings: {found}").into()))
    }

    fn connect(&self) -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.path)?;
        connection.busy_timeout(self.patience)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", "FAST")?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(connection)
    }
}

impl Direct {
    fn connection(&self) -> Result<&rusqlite::Connection, sqlx::Error> {
        self.connection.as_ref().ok_or(sqlx::Error::PoolClosed)
    }

    /// Carries out a statement that has no values.
    pub(super) fn run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(told)?;
        statement.execute([]).map(|_| ()).map_err(told)
    }

    /// From here to [`Direct::committed`] what is deleted is overwritten, also where that costs a
    /// page more.
    pub(super) fn delete_for_good(&self) -> Result<(), sqlx::Error> {
        self.slot.slot().forgets_after = Some(0);
        self.connection()?.pragma_update(None, "secure_delete", true).map_err(told)
    }

    /// After a commit: the log is brought into the file beside the next ones. One that may hold counted
    /// ballots is emptied at once. Where a reader keeps it from that it is tried again some commits
    /// later, so that a long reader holds up few; what was committed stands.
    pub(super) fn committed(&self) {
        let rows = self.connection.as_ref().map_or(0, rusqlite::Connection::total_changes);
        let mut slot = self.slot.slot();
        if let Some(checkpointer) = &mut slot.checkpointer {
            checkpointer.written(rows);
        }
        let Some(after) = slot.forgets_after else { return };
        drop(slot);
        let next = match after.checked_sub(1) {
            Some(fewer) => Some(fewer),
            None => self.forget().err().map(|error| {
                tracing::debug!(%error, "the log still remembers");
                RETRY
            }),
        };
        self.slot.slot().forgets_after = next;
    }

    fn forget(&self) -> Result<(), sqlx::Error> {
        let connection = self.connection()?;
        connection.pragma_update(None, "secure_delete", "FAST").map_err(told)?;
        let patience = self.slot.slot().file.as_ref().map(|file| file.patience);
        connection.busy_timeout(SHORTLY).map_err(told)?;
        let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        connection.busy_timeout(patience.unwrap_or(SHORTLY)).map_err(told)?;
        match emptied.map_err(told)? {
            0_i64 => Ok(()),
            _ => Err(sqlx::Error::Protocol("the log is being read".to_owned())),
        }
    }

    /// Makes a setting, which may answer with a row.
    #[cfg(test)]
    pub(super) fn set(&self, text: &str) -> Result<(), sqlx::Error> {
        self.connection()?.execute_batch(text).map_err(told)
    }

    /// Every row that a statement selects.
    pub(super) fn fetch<T>(
        &self,
        select: &Statement,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, sqlx::Error> {
        let mut statement = self.connection()?.prepare_cached(select.sql()).map_err(told)?;
        let rows = statement.query_map(params_from_iter(select.arguments()), |row| read(row));
        rows.map_err(told)?.collect::<rusqlite::Result<_>>().map_err(told)
    }

    /// Writes rows of one table, one after the other.
    pub(super) fn write(&self, rows: &Rows) -> Result<(), sqlx::Error> {
        let mut statement = self.connection()?.prepare_cached(&rows.of_one()).map_err(told)?;
        for row in rows.each() {
            statement.execute(params_from_iter(row)).map_err(told)?;
        }
        Ok(())
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // Fails where SQLite has rolled back by itself, as on a full disk. What can neither commit
        // nor roll back is rolled back by being closed.
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        let mut slot = self.slot.slot();
        if connection.is_autocommit() && slot.file.is_some() {
            slot.connection = Some(connection);
        }
    }
}

impl ToSql for Argument {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Texts(_) | Self::Integers(_) => {
                unreachable!("SQLite is given rows, not columns")
            }
        }))
    }
}

/// An error of this connection as one of the databases that the rest of the engine knows.
fn told(error: rusqlite::Error) -> sqlx::Error {
    sqlx::Error::Database(Box::new(DirectError(error)))
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct DirectError(rusqlite::Error);

impl DirectError {
    fn extended_code(&self) -> Option<i32> {
        self.0.sqlite_error().map(|error| error.extended_code)
    }
}

impl DatabaseError for DirectError {
    fn message(&self) -> &str {
        "SQLite refused a statement of a commit"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.extended_code().map(|code| code.to_string().into())
    }

    fn kind(&self) -> ErrorKind {
        if self.extended_code().is_some_and(|code| NOT_UNIQUE.contains(&code)) {
            ErrorKind::UniqueViolation
        } else {
            ErrorKind::Other
        }
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }
}
