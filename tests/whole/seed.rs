//! A fresh demonstration for each test. Importing one takes seconds, so the first test that needs it
//! makes one of each kind and every test gets a copy.

use std::{path::Path, time::Duration};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;

use crate::server::{Database, Server};

/// A demonstration to copy: its folder, which stays for the whole run, and its database.
struct Seed {
    folder: TempDir,
    database: Option<String>,
}

static SQLITE: OnceCell<Seed> = OnceCell::const_new();
static POSTGRES: OnceCell<Seed> = OnceCell::const_new();

/// A folder and a database of a test's own, with the demonstration in them.
pub(crate) async fn fresh(database: Database) -> (TempDir, Option<String>) {
    let seed = match database {
        Database::Sqlite => SQLITE.get_or_init(sqlite).await,
        Database::Postgres => POSTGRES.get_or_init(postgres).await,
    };
    let folder = TempDir::new().expect("a folder");
    copy(&seed.folder.path().join("data"), &folder.path().join("data"));
    let url = match &seed.database {
        Some(seed) => Some(copy_database(seed).await),
        None => None,
    };
    (folder, url)
}

async fn sqlite() -> Seed {
    let folder = Server::import_demo(folder(), None).await;
    Seed { folder, database: None }
}

async fn postgres() -> Seed {
    let name = new_name();
    execute(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let folder = Server::import_demo(folder(), Some(url_of(&name))).await;
    Seed { folder, database: Some(name) }
}

/// A folder inside the target folder: what a static holds is never cleaned away.
fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

fn new_name() -> String {
    format!("whole_{}", uuid::Uuid::new_v4().simple())
}

/// Copies a database. PostgreSQL does so only while nobody is connected to the first, and a killed
/// program's connections last a moment longer than the program.
async fn copy_database(seed: &str) -> String {
    let name = new_name();
    for _ in 0..100 {
        if execute(&format!("CREATE DATABASE {name} TEMPLATE {seed}")).await.is_ok() {
            return url_of(&name);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the database {seed} is still in use");
}

async fn execute(statement: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&cluster()).await?;
    sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

fn url_of(name: &str) -> String {
    let mut url = Url::parse(&cluster()).expect("an address");
    url.set_path(name);
    url.to_string()
}

/// The test cluster. Without one the tests fail, so that a machine without PostgreSQL is never
/// taken for a pass.
fn cluster() -> String {
    std::env::var("ZHIPING_TEST_POSTGRES")
        .expect("ZHIPING_TEST_POSTGRES names the test cluster; `make test` starts one")
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
