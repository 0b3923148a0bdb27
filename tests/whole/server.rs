//! The program itself as a process of its own, on a free port, over a fresh data folder and a fresh
//! database. What people would see of it is all that tests use; only the mailbox is read from disk.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use console::records::settings::{self, Setting};
use engine::{
    calendar::Moment,
    runtime::{Clock as _, SystemClock},
    store::Db,
};
use mail_parser::MessageParser;
use tempfile::TempDir;
use url::Url;

use crate::{plain::Plain, seed};

/// Each test on both databases.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            use crate::server::{Database, Server};

            #[tokio::test]
            async fn on_sqlite() {
                super::$test(Server::demo(Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                super::$test(Server::demo(Database::Postgres).await).await;
            }
        }
    )*};
}

pub(crate) use on_both_databases;

/// Where a test keeps workflows of its own.
const WORKFLOWS: &str = "workflows";
/// How long the program may take to answer first, on a busy machine.
const START: Duration = Duration::from_secs(90);
/// How long the outbox may take to come to rest.
const SETTLE: Duration = Duration::from_secs(120);

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// The running program.
pub(crate) struct Server {
    pub(crate) base: Url,
    folder: TempDir,
    database_url: Option<String>,
    process: Child,
}

/// One message of the mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) subject: String,
}

impl Server {
    /// The demonstration on a fresh database.
    pub(crate) async fn demo(database: Database) -> Self {
        let (folder, database_url) = seed::fresh(database).await;
        let (base, process) = launch(folder.path(), database_url.as_deref(), None);
        let server = Self { base, folder, database_url, process };
        server.wait_until_up().await;
        server
    }

    /// The same with one more workflow.
    pub(crate) async fn with_workflow(name: &str, text: &str) -> Self {
        let (folder, database_url) = seed::fresh(Database::Sqlite).await;
        let workflows = folder.path().join(WORKFLOWS);
        seed::copy(Path::new("../workflows"), &workflows);
        std::fs::write(workflows.join(name), text).expect("written");
        let (base, process) = launch(folder.path(), None, None);
        let server = Self { base, folder, database_url, process };
        server.wait_until_up().await;
        server
    }

    /// Puts another text into the folder of workflows; it is read at the next start.
    pub(crate) fn write_workflow(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(WORKFLOWS).join(name), text).expect("written");
    }

    /// Lets the program make a demonstration in a folder, and ends it.
    pub(crate) async fn import_demo(folder: TempDir, database_url: Option<String>) -> TempDir {
        let (base, process) = launch(folder.path(), database_url.as_deref(), None);
        let mut server = Self { base, folder, database_url, process };
        server.wait_until_up().await;
        server.settle().await;
        server.end();
        std::mem::replace(&mut server.folder, TempDir::new().expect("a folder"))
    }

    fn end(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    pub(crate) fn browser(&self) -> Plain {
        Plain::new(self.base.clone())
    }

    /// A browser in which the demo person of this name is signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Plain {
        let mut browser = self.browser();
        browser.open("/login").await;
        browser.press(&format!("以{name}登录")).await;
        browser
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs another command of the program on the same data; what it says.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let mut command = program(self.folder.path(), self.database_url.as_deref());
        let output = command.args(arguments).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}{why}");
        said
    }

    /// Kills the program at once, as a power cut would, and starts it again on the same data.
    pub(crate) async fn kill_and_start_again(&mut self) {
        self.start_again(None).await;
    }

    /// The same, with mail going to this server.
    pub(crate) async fn start_again_with_mail(&mut self, smtp: &str) {
        self.start_again(Some(smtp)).await;
    }

    async fn start_again(&mut self, smtp: Option<&str>) {
        self.end();
        let (base, process) = launch(self.folder.path(), self.database_url.as_deref(), smtp);
        self.base = base;
        self.process = process;
        self.wait_until_up().await;
    }

    /// Waits until timers that have ended did what they do and every job of the outbox is done. A
    /// job that was given up fails the test.
    pub(crate) async fn settle(&self) {
        const TIMERS: &str = "SELECT COUNT(*) FROM cases WHERE wake_at <= $1";
        const JOBS: &str = "SELECT kind, status, error FROM outbox WHERE status <> 'done'";
        let db = self.open_database().await;
        let ahead = ahead(&db).await;
        let since = Instant::now();
        loop {
            let now = SystemClock.now().0 + ahead;
            let timers: i64 = engine::on_reader!(&db, reader => {
                sqlx::query_scalar(TIMERS).bind(now).fetch_one(reader).await
            })
            .expect("the timers");
            let jobs: Vec<(String, String, String)> = engine::on_reader!(&db, reader => {
                sqlx::query_as(JOBS).fetch_all(reader).await
            })
            .expect("the outbox");
            assert!(jobs.iter().all(|(_, status, _)| status != "dead"), "given up: {jobs:?}");
            if timers == 0 && jobs.is_empty() {
                return db.close().await;
            }
            let (count, some) = (jobs.len(), &jobs[..jobs.len().min(3)]);
            assert!(since.elapsed() < SETTLE, "{timers} timers, {count} jobs wait: {some:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The year of the demonstration's clock.
    pub(crate) async fn year(&self) -> i16 {
        let db = self.open_database().await;
        let now = Moment(SystemClock.now().0 + ahead(&db).await);
        db.close().await;
        now.date().year()
    }

    /// Every message that left so far, oldest first.
    pub(crate) fn mailbox(&self) -> Vec<Letter> {
        let Ok(entries) = std::fs::read_dir(self.data().join("mailbox")) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        paths.sort_by_key(|path| {
            path.metadata().and_then(|about| about.modified()).expect("a time")
        });
        paths.iter().map(|path| read_letter(path)).collect()
    }

    /// Every file that is kept, whatever it is.
    pub(crate) fn kept_files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.data().join("files/objects/content")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries {
                let path = entry.expect("an entry").path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    /// The end of what the program logged.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Lets everybody's session run out.
    pub(crate) async fn end_sessions(&self) {
        let db = self.open_database().await;
        end_sessions(&db).await.expect("the sessions end");
        db.close().await;
    }

    pub(crate) async fn open_database(&self) -> Db {
        let url = self
            .database_url
            .clone()
            .unwrap_or_else(|| self.data().join("zhiping.sqlite").to_string_lossy().into_owned());
        Db::open(&url).await.expect("the database")
    }

    async fn wait_until_up(&self) {
        let since = Instant::now();
        let login = self.base.join("/login").expect("an address");
        loop {
            let answer = reqwest::get(login.clone()).await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(since.elapsed() < START, "the program does not answer\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn end_sessions(db: &Db) -> Result<(), sqlx::Error> {
    engine::in_transaction!(db, connection => {
        let ended = sqlx::query("UPDATE sessions SET seen_at = seen_at - 86400000");
        ended.execute(connection).await.map(|_| ())
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the log of the program:\n{}", self.log());
        }
    }
}

/// How far the clock of the demonstration was moved.
async fn ahead(db: &Db) -> i64 {
    let ahead = settings::get(db, Setting::ClockOffset).await.expect("the settings");
    ahead.and_then(|ahead| ahead.parse().ok()).unwrap_or(0)
}

/// Starts the program on a port that was free a moment ago.
fn launch(folder: &Path, database_url: Option<&str>, smtp: Option<&str>) -> (Url, Child) {
    let port = free_port();
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log");
    let mut command = program(folder, database_url);
    command
        .args(["serve", "--demo"])
        .env("ZHIPING_LISTEN", format!("127.0.0.1:{port}"))
        .stdout(log.try_clone().expect("a log"))
        .stderr(log);
    if let Some(url) = smtp {
        command.env("SMTP_URL", url);
    }
    let process = command.spawn().expect("the program starts");
    (Url::parse(&format!("http://127.0.0.1:{port}/")).expect("an address"), process)
}

/// The program over the data of a test.
fn program(folder: &Path, database_url: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhiping"));
    command.env_remove("SMTP_URL").env_remove("DATABASE_URL").stdin(Stdio::null());
    command.env("ZHIPING_DATA", folder.join("data"));
    let workflows = folder.join(WORKFLOWS);
    if workflows.exists() {
        command.env("ZHIPING_WORKFLOWS", workflows);
    }
    if let Some(url) = database_url {
        command.env("DATABASE_URL", url);
    }
    command
}

pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn read_letter(path: &Path) -> Letter {
    let bytes = std::fs::read(path).expect("a message");
    let message = MessageParser::default().parse(&bytes).expect("a message");
    Letter { subject: message.subject().unwrap_or_default().to_owned() }
}
