//! What unit tests share: the same test on both databases, and an application over each.

use engine::store::Db;
use tempfile::TempDir;

use crate::{
    app::{App, Purpose},
    config::Config,
};

/// An application in a folder of its own.
pub(crate) struct Opened {
    pub(crate) app: App,
    _folder: TempDir,
}

impl Opened {
    pub(crate) async fn close(self) {
        self.app.close().await;
    }
}

/// The addresses of fresh databases: SQLite, and PostgreSQL where a test cluster is named. With
/// `CI=true` a missing cluster fails.
pub(crate) async fn databases() -> Vec<Option<String>> {
    let mut addresses = vec![None];
    match std::env::var("ZHIPING_TEST_POSTGRES") {
        Ok(base) => addresses.push(Some(fresh_postgres(&base).await)),
        Err(_) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("ZHIPING_TEST_POSTGRES names the test cluster; `make test` starts one")
        }
        Err(_) => eprintln!("PostgreSQL is left out: ZHIPING_TEST_POSTGRES names no cluster"),
    }
    addresses
}

/// An application over each database.
pub(crate) async fn applications(purpose: Purpose) -> Vec<Opened> {
    let mut opened = Vec::new();
    for address in databases().await {
        let folder = tempfile::tempdir().expect("a folder");
        let app = open(folder.path(), address.as_deref(), purpose).await.expect("an application");
        opened.push(Opened { app, _folder: folder });
    }
    opened
}

/// Opens an application in a folder.
pub(crate) async fn open(
    folder: &std::path::Path,
    database: Option<&str>,
    purpose: Purpose,
) -> Result<App, crate::app::OpenError> {
    open_set(folder, database, &[], purpose).await
}

/// Opens an application in a folder, with other workflows than those of the program.
pub(crate) async fn open_with(
    folder: &std::path::Path,
    database: Option<&str>,
    workflows: Option<&std::path::Path>,
    purpose: Purpose,
) -> Result<App, crate::app::OpenError> {
    let workflows = workflows.map(|texts| texts.to_string_lossy().into_owned());
    let more = workflows.as_deref().map(|texts| ("ZHIPING_WORKFLOWS", texts));
    open_set(folder, database, more.as_slice(), purpose).await
}

/// Opens an application in a folder, with these variables.
pub(crate) async fn open_set(
    folder: &std::path::Path,
    database: Option<&str>,
    more: &[(&str, &str)],
    purpose: Purpose,
) -> Result<App, crate::app::OpenError> {
    let variable = |name: &str| match name {
        "ZHIPING_DATA" => Some(folder.to_string_lossy().into_owned()),
        "DATABASE_URL" => database.map(str::to_owned),
        _ => more.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()),
    };
    let config = Config::read(variable, None).expect("a configuration");
    App::open(config, purpose).await
}

async fn fresh_postgres(base: &str) -> String {
    let name = format!("zhiping_{}", uuid::Uuid::new_v4().simple());
    let db = Db::open(base).await.expect("the test cluster");
    if let Db::Postgres(pool) = &db {
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(pool).await.expect("a database");
    }
    db.close().await;
    let mut url = url::Url::parse(base).expect("an address");
    url.set_path(&name);
    url.into()
}
