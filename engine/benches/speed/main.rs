//! `make bench`: what the engine does per second, against the floor of the same machine in the same
//! run. One JSON line per measurement, then a table of medians; see BENCHMARKS.md.

mod age;
mod approval;
mod definitions;
mod floor;
mod jobs;
mod queue;
mod report;
mod world;

use std::time::Duration;

use report::Line;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the server to measure on is; without it only SQLite is measured.
const POSTGRES: &str = "ZHIPING_BENCH_POSTGRES";
/// Which measurements are made, parted by commas; without it all are.
const ONLY: &str = "BENCH_ONLY";
const CLIENTS: [u64; 3] = [1, 8, 64];

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn is_wanted(measurement: &str) -> bool {
    let only = std::env::var(ONLY).unwrap_or_default();
    only.is_empty() || only.split(',').any(|wanted| wanted.trim() == measurement)
}

/// One of the databases to measure on.
#[derive(Clone, Copy)]
enum On<'a> {
    Sqlite,
    Postgres(&'a str),
}

#[tokio::main]
async fn main() {
    let rounds = setting("BENCH_ROUNDS", 3);
    let lasts = Duration::from_secs(setting("BENCH_SECONDS", 5));
    let server = std::env::var(POSTGRES).ok();
    let mut databases = vec![On::Sqlite];
    databases.extend(server.as_deref().map(On::Postgres));
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..rounds {
        if is_wanted("approval") {
            for clients in CLIENTS {
                for on in &databases {
                    on.approval(clients, lasts, &mut lines).await;
                }
            }
        }
        if is_wanted("definitions") {
            tokio::task::block_in_place(|| {
                On::Sqlite.note(definitions::compiling(), &mut lines);
                On::Sqlite.note(definitions::deciding(), &mut lines);
                On::Sqlite.note(definitions::scenarios(), &mut lines);
            });
        }
        for on in &databases {
            on.others(&mut lines).await;
        }
    }
    report::print(&report::table(&lines));
}

impl On<'_> {
    fn note(self, line: Line, lines: &mut Vec<Line>) {
        let line = line.on(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgresql",
        });
        line.print();
        lines.push(line);
    }

    /// The address of a new, empty database.
    async fn fresh(self, folder: &std::path::Path) -> String {
        match self {
            Self::Sqlite => {
                let name = format!("{}.db", uuid::Uuid::new_v4().simple());
                folder.join(name).to_string_lossy().into_owned()
            }
            Self::Postgres(server) => world::fresh_database(server).await,
        }
    }

    /// approval-3 and its floor, each in a database of its own.
    async fn approval(self, clients: u64, lasts: Duration, lines: &mut Vec<Line>) {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let bare = self.fresh(folder.path()).await;
        let store = world::tables(&bare).await;
        if let Self::Postgres(_) = self {
            world::sql(&store, floor::POSTGRES_SETUP).await;
        }
        store.close().await;
        let floor = tokio::task::block_in_place(|| match self {
            Self::Sqlite => floor::sqlite(bare.as_ref(), clients, lasts),
            Self::Postgres(_) => floor::postgres(&bare, folder.path(), clients, lasts),
        });
        self.note(floor, lines);
        let (runtime, _) = world::open(&self.fresh(folder.path()).await).await;
        self.note(approval::measure(&runtime, clients, lasts).await, lines);
        world::close(runtime).await;
    }

    async fn others(self, lines: &mut Vec<Line>) {
        let folder = tempfile::tempdir().expect("a folder for the database");
        if is_wanted("definitions") {
            let url = self.fresh(folder.path()).await;
            self.note(definitions::cold_start(&url).await, lines);
        }
        if is_wanted("queue") {
            let store = world::tables(&self.fresh(folder.path()).await).await;
            queue::measure(&store, &mut |line| self.note(line, lines)).await;
            store.close().await;
        }
        if is_wanted("age") {
            let (runtime, _) = world::open(&self.fresh(folder.path()).await).await;
            self.note(age::history(&runtime).await, lines);
            self.note(age::autosave(&runtime).await, lines);
            world::close(runtime).await;
        }
        if is_wanted("jobs") {
            let url = self.fresh(folder.path()).await;
            let (runtime, host) = world::open(&url).await;
            self.note(jobs::throughput(&runtime, &host).await, lines);
            for line in jobs::latency(&url, &runtime, &host).await {
                self.note(line, lines);
            }
            for line in jobs::due_timers(&runtime).await {
                self.note(line, lines);
            }
            let mut memory = Line::new("memory after 100,000 cases", 1);
            memory.number("resident_mb", definitions::resident_bytes() as f64 / 1024.0 / 1024.0);
            self.note(memory, lines);
            world::close(runtime).await;
        }
    }
}
