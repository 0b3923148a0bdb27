//! The application: everything that handlers, jobs and commands share, opened once per process.

pub mod serve;
pub mod sweep;

use std::{
    fmt,
    ops::Deref,
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use engine::{
    definition::Sources,
    runtime::{Clock, PublishError, Runtime, RuntimeError, SystemClock},
    store::{Db, OpenError as DbError},
};
use tokio::sync::Notify;

use crate::{
    clock::MovableClock,
    config::Config,
    documents::Fonts,
    facts::World,
    files::{FileError, FileStore},
    identity::password::{PasswordError, Passwords},
    jobs::post::{Post, PostError},
    records::{
        catalogue::{Catalogue, CatalogueError},
        settings::{self, Setting},
    },
    secrets::{Secrets, SecretsError},
    workflows::{self, Unreadable},
};

/// How long closing waits for what is still at work.
const CLOSING: Duration = Duration::from_secs(5);

/// The application; cheap to clone, and the state of every handler.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application consists of.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// What the data folder was made for.
    pub purpose: Purpose,
    /// The database.
    pub db: Db,
    /// The engine at work.
    pub runtime: Runtime,
    /// The time of workflows; a demonstration may move it.
    pub clock: Arc<MovableClock>,
    /// The time of the machine, for sessions and throttling.
    pub machine_clock: Arc<dyn Clock>,
    /// The installation's keys.
    pub secrets: Secrets,
    /// The pool that hashes passwords.
    pub passwords: Passwords,
    /// The workflow texts, with letters.
    pub sources: Sources,
    /// The catalogue.
    pub catalogue: Catalogue,
    /// Uploaded files.
    pub files: FileStore,
    /// The way mail leaves.
    pub post: Post,
    /// The fonts of documents.
    pub fonts: Fonts,
    /// Says that a batch waits to be done.
    pub batches: Notify,
}

/// What a data folder was made for. A demonstration never becomes an installation, nor the other
/// way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// People's own data.
    Real,
    /// Fictional data, known passwords, a clock that moves.
    Demo,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Demo => "demo",
        }
    }
}

/// The application cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be used.
    #[error("the data folder {path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The data are a demonstration's.
    #[error("these data are a demonstration; start it with --demo, or name another ZHIPING_DATA")]
    IsDemo,
    /// The data are an installation's.
    #[error(
        "these data are not a demonstration; start without --demo, or name another ZHIPING_DATA"
    )]
    IsReal,
    /// The key does not fit the database.
    #[error("the personal data in the database were sealed with another key")]
    OtherKey,
    /// The key.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A statement.
    #[error("the database did not answer")]
    Statement(#[from] sqlx::Error),
    /// The workflow texts.
    #[error(transparent)]
    Workflows(#[from] Unreadable),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The workflows that are shipped or named have faults.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The file store.
    #[error(transparent)]
    Files(#[from] FileError),
    /// The way mail leaves.
    #[error(transparent)]
    Post(#[from] PostError),
    /// Password hashing.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
}

impl App {
    /// Opens everything: makes the folder, the key and the tables where they are missing, and
    /// installs the workflows that are new.
    ///
    /// # Errors
    /// When something cannot be opened, or the data were made for another purpose.
    pub async fn open(config: Config, purpose: Purpose) -> Result<Self, OpenError> {
        Self::open_for(config, Some(purpose)).await
    }

    /// As [`App::open`], whatever the data were made for: for the commands of operators.
    ///
    /// # Errors
    /// When something cannot be opened.
    pub async fn open_as_made(config: Config) -> Result<Self, OpenError> {
        Self::open_for(config, None).await
    }

    async fn open_for(config: Config, purpose: Option<Purpose>) -> Result<Self, OpenError> {
        make_folder(&config)?;
        let secrets = match &config.key {
            Some(key) => Secrets::from_hex(key.expose())?,
            None => Secrets::from_folder(&config.data)?,
        };
        let sources = workflows::load(config.workflows.as_deref())?;
        let catalogue = Catalogue::read(&sources)?;
        let db = Db::open(&config.database_url()).await?;
        db.migrate().await?;
        let purpose = check_purpose(&db, purpose).await?;
        check_key(&db, &secrets).await?;
        let offset = settings::get(&db, Setting::ClockOffset).await?;
        let offset = offset.and_then(|offset| offset.parse().ok()).unwrap_or(0);
        let clock = Arc::new(MovableClock::new(offset));
        let world = Arc::new(World::new(catalogue.calendar.clone(), secrets.clone()));
        let runtime = Runtime::open(db.clone(), world.clone(), clock.clone()).await?;
        let shipped = runtime.install_shipped(&sources).await?;
        for update in &shipped.updates {
            let (workflow, version) = (&update.workflow, update.version);
            tracing::warn!(%workflow, version, "the shipped text differs from the published one");
        }
        let files = FileStore::local(&config.data.join("files"), db.clone(), clock.clone())?;
        let post = match &config.smtp {
            Some(address) => Post::smtp(address.expose(), None)?,
            None => Post::folder(&config.data.join("mailbox"))?,
        };
        let fonts = Fonts::find(config.font.as_deref());
        let app = Self(Arc::new(Parts {
            config,
            purpose,
            db,
            runtime,
            clock,
            machine_clock: Arc::new(SystemClock),
            secrets,
            passwords: Passwords::new()?,
            sources,
            catalogue,
            files,
            post,
            fonts,
            batches: Notify::new(),
        }));
        world.serve(&app);
        Ok(app)
    }

    /// Whether this is a demonstration.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.purpose == Purpose::Demo
    }

    /// Closes the database once the last of what shares the application is gone; what still holds on
    /// to it after a moment is left to the end of the process.
    pub async fn close(self) {
        let db = self.db.clone();
        drop(self);
        if tokio::time::timeout(CLOSING, db.close()).await.is_err() {
            tracing::warn!("a connection to the database was still in use");
        }
    }

    /// A reference that does not keep the application open.
    #[must_use]
    pub fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// A reference to the application that does not keep it open.
#[derive(Clone)]
pub struct WeakApp(Weak<Parts>);

impl WeakApp {
    /// The application, while it is open.
    #[must_use]
    pub fn upgrade(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

impl fmt::Debug for WeakApp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WeakApp")
    }
}

fn make_folder(config: &Config) -> Result<(), OpenError> {
    let path = &config.data;
    std::fs::create_dir_all(path).map_err(|source| OpenError::Folder { path: path.clone(), source })
}

/// What the data are for. New data are marked with their purpose, those of the other are refused.
async fn check_purpose(db: &Db, purpose: Option<Purpose>) -> Result<Purpose, OpenError> {
    let made = settings::get(db, Setting::Purpose).await?;
    let made = made.map(|made| if made == "demo" { Purpose::Demo } else { Purpose::Real });
    match (made, purpose) {
        (None, purpose) => {
            let purpose = purpose.unwrap_or(Purpose::Real);
            settings::set(db, Setting::Purpose, purpose.as_str()).await?;
            Ok(purpose)
        }
        (Some(Purpose::Demo), Some(Purpose::Real)) => Err(OpenError::IsDemo),
        (Some(Purpose::Real), Some(Purpose::Demo)) => Err(OpenError::IsReal),
        (Some(made), _) => Ok(made),
    }
}

/// Another key would make every ID number unreadable, and nobody would notice until it is needed.
async fn check_key(db: &Db, secrets: &Secrets) -> Result<(), OpenError> {
    let fingerprint = secrets.fingerprint();
    match settings::get(db, Setting::Key).await? {
        None => Ok(settings::set(db, Setting::Key, &fingerprint).await?),
        Some(known) if known == fingerprint => Ok(()),
        Some(_) => Err(OpenError::OtherKey),
    }
}

#[cfg(test)]
mod tests;
