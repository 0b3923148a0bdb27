//! `make bench`: what the engine does per second, against the floor of the same machine in the same
//! run. One JSON line per measurement, then a table of medians; see BENCHMARKS.md.

mod approval;
mod floor;
mod report;
mod world;

use std::time::Duration;

use report::Line;

/// Where the server to measure on is; without it only SQLite is measured.
const POSTGRES: &str = "ZHIPING_BENCH_POSTGRES";
const CLIENTS: [u64; 3] = [1, 8, 64];

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[tokio::main]
async fn main() {
    let rounds = setting("BENCH_ROUNDS", 3);
    let lasts = Duration::from_secs(setting("BENCH_SECONDS", 5));
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..rounds {
        for clients in CLIENTS {
            sqlite(clients, lasts, &mut lines).await;
            if let Ok(url) = std::env::var(POSTGRES) {
                postgres(&url, clients, lasts, &mut lines).await;
            }
        }
    }
    report::print(&report::table(&lines));
}

fn note(line: Line, lines: &mut Vec<Line>) {
    line.print();
    lines.push(line);
}

async fn sqlite(clients: u64, lasts: Duration, lines: &mut Vec<Line>) {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let floor = tokio::task::block_in_place(|| floor::sqlite(folder.path(), clients, lasts));
    note(floor.on("sqlite"), lines);
    let path = folder.path().join("engine.db");
    let (runtime, _) = world::open(&path.to_string_lossy()).await;
    note(approval::measure(&runtime, clients, lasts).await.on("sqlite"), lines);
    close(runtime).await;
}

async fn postgres(url: &str, clients: u64, lasts: Duration, lines: &mut Vec<Line>) {
    let folder = tempfile::tempdir().expect("a folder for the script");
    let own = fresh_database(url).await;
    let (runtime, _) = world::open(&own).await;
    sql(runtime.store(), &floor::postgres_setup()).await;
    let floor =
        tokio::task::block_in_place(|| floor::postgres(&own, folder.path(), clients, lasts));
    note(floor.on("postgresql"), lines);
    note(approval::measure(&runtime, clients, lasts).await.on("postgresql"), lines);
    close(runtime).await;
}

/// The committers give their connections back when the runtime is gone.
async fn close(runtime: engine::runtime::Runtime) {
    let store = runtime.store().clone();
    drop(runtime);
    store.close().await;
}

/// A new, empty database on the server.
async fn fresh_database(url: &str) -> String {
    let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
    let server = engine::store::Db::open(url).await.expect("the server answers");
    sql(&server, &format!("CREATE DATABASE {name}")).await;
    server.close().await;
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

async fn sql(store: &engine::store::Db, text: &str) {
    let engine::store::Db::Postgres(pool) = store else {
        panic!("{POSTGRES} must be a PostgreSQL URL");
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned())).execute(pool).await.expect("it runs");
}
