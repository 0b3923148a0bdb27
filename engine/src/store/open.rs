//! Opens a database and brings its tables up to date.
//!
//! Invariant: no connection is used whose settings could lose an acknowledged write.

use std::{borrow::Cow, str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection as _, Row, SqlSafeStr, SqliteConnection,
    migrate::{MigrateError, Migration, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, SqliteDb, direct::DirectSlot, silence::LONGEST_GREETING};

/// Below this, SQLite can corrupt a database in WAL mode.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// How long a statement waits for SQLite's write lock of another process.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a caller waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// One of them is the committer's.
const READERS: u32 = 9;
/// What a connection to PostgreSQL is told before it serves somebody else: see [`super::Committing`].
const GIVEN_BACK: &str = "ROLLBACK; RESET enable_seqscan; RESET plan_cache_mode";
const POSTGRES_CONNECTIONS: u32 = 20;

/// The tables of the whole product: one text for both databases.
static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It does not answer, or refuses.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    /// The linked SQLite is too old to be safe.
    #[error("SQLite {found} is too old: 3.51.3 or newer is needed")]
    TooOld {
        /// Its version.
        found: String,
    },
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date")]
    Migrate(#[from] MigrateError),
}

impl Db {
    /// Opens the database at `url`: a `postgres://…` URL, or the path of a SQLite file (with or
    /// without `sqlite:` before it), which is created if it is missing.
    ///
    /// # Errors
    /// When it does not answer or is not safe to use.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await
        } else {
            open_sqlite(url.strip_prefix("sqlite:").unwrap_or(url)).await
        }
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When a migration fails, or the database was migrated by a newer program.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        match self {
            Self::Sqlite(db) => MIGRATIONS.run(&db.writer).await?,
            Self::Postgres(pool) => for_postgres(&MIGRATIONS).run(pool).await?,
        }
        Ok(())
    }

    /// Closes every connection; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(db) => {
                db.direct.close();
                db.readers.close().await;
                db.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// `WITHOUT ROWID` (rows lie in the order of the primary key) is the only word of the migrations
/// that PostgreSQL does not know; what only PostgreSQL knows stands in comments that begin so.
fn for_postgres(migrations: &Migrator) -> Migrator {
    const ONLY_HERE: &str = "-- PostgreSQL: ";
    let translated = migrations.iter().map(|migration| {
        let sql = migration.sql.as_str().replace(" WITHOUT ROWID", "").replace(ONLY_HERE, "");
        Migration { sql: AssertSqlSafe(sql).into_sql_str(), ..migration.clone() }
    });
    Migrator { migrations: Cow::Owned(translated.collect()), ..Migrator::DEFAULT }
}

async fn open_sqlite(path: &str) -> Result<Db, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What is deleted, ballots above all, is overwritten where its page is written anyway.
        .pragma("secure_delete", "FAST")
        .statement_cache_capacity(300)
        .disable_statement_logging();
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(BUSY_TIMEOUT)
        .after_connect(|connection, _| Box::pin(assert_settings(connection)))
        .connect_with(options.clone())
        .await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writer).await?;
    if parse_version(&version) < OLDEST_SQLITE {
        return Err(OpenError::TooOld { found: version });
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                assert_settings(connection).await?;
                sqlx::query("PRAGMA query_only = ON").execute(connection).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    let direct = DirectSlot::new(path.into(), BUSY_TIMEOUT)?;
    Ok(Db::Sqlite(SqliteDb { readers, writer, direct }))
}

/// A pragma that SQLite did not take (a file system without shared memory, a read-only file) is an
/// error here, not a lost write later.
async fn assert_settings(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let row = sqlx::query(
        "SELECT j.journal_mode, s.synchronous, f.foreign_keys, b.timeout \
         FROM pragma_journal_mode AS j, pragma_synchronous AS s, pragma_foreign_keys AS f, \
              pragma_busy_timeout AS b",
    )
    .fetch_one(connection)
    .await?;
    let journal: String = row.try_get(0)?;
    let (synchronous, foreign_keys, timeout): (i64, i64, i64) =
        (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    if journal == "wal" && synchronous == 2 && foreign_keys == 1 && timeout > 0 {
        return Ok(());
    }
    Err(sqlx::Error::Configuration(
        format!(
            "SQLite did not take its settings: journal_mode {journal}, synchronous {synchronous}, \
             foreign_keys {foreign_keys}, busy_timeout {timeout}"
        )
        .into(),
    ))
}

fn parse_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

async fn open_postgres(url: &str) -> Result<Db, OpenError> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("zhiping")
        .options([("idle_in_transaction_session_timeout", "10s"), ("synchronous_commit", "on")])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                let greeted = tokio::time::timeout(LONGEST_GREETING, connection.ping()).await;
                Ok(matches!(greeted, Ok(Ok(()))))
            })
        })
        // A command cancelled while it began a transaction would otherwise hand the next user a
        // connection inside it, and that user's commit would vanish. A committer has settings.
        .after_release(|connection, _| {
            Box::pin(async move {
                let rollback = sqlx::raw_sql(GIVEN_BACK).execute(&mut *connection);
                let done = tokio::time::timeout(LONGEST_GREETING, rollback).await;
                done.map_err(|elapsed| sqlx::Error::Io(elapsed.into()))?.map(|_| true)
            })
        })
        .connect_with(options)
        .await?;
    pool.acquire().await?.ping().await?;
    Ok(Db::Postgres(pool))
}
