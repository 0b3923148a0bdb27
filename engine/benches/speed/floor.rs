//! The floor: the rows of one action of approval-3, written by a bare connection in one transaction
//! with nothing decided: on SQLite by rusqlite, on PostgreSQL by pgbench.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use super::report::Line;

/// The tables, shaped as the engine's; `{}` is how rows are laid in the order of the primary key.
const TABLES: &str = "
    CREATE TABLE f_cases (id TEXT PRIMARY KEY, revision BIGINT NOT NULL, core TEXT NOT NULL);
    CREATE TABLE f_history (case_id TEXT, revision BIGINT, events TEXT NOT NULL,
        PRIMARY KEY (case_id, revision));
    CREATE TABLE f_idempotency (account TEXT, idempotency_key TEXT, outcome TEXT NOT NULL,
        PRIMARY KEY (account, idempotency_key));
    CREATE TABLE f_forms (case_id TEXT, section TEXT, content TEXT NOT NULL,
        PRIMARY KEY (case_id, section));
    CREATE TABLE f_tasks (case_id TEXT, task TEXT, audience TEXT NOT NULL, due_at BIGINT NOT NULL,
        PRIMARY KEY (case_id, task));
    CREATE INDEX f_tasks_by_due ON f_tasks (audience, due_at, case_id, task);
    CREATE TABLE f_outbox (id BIGINT PRIMARY KEY, effect TEXT NOT NULL, due_at BIGINT NOT NULL);";

const CASES: u64 = 10_000;
/// Bytes of the case without its form, of the events of one action, of an answer, and of an effect,
/// as the engine writes them in approval-3.
const CORE: usize = 1100;
const EVENTS: usize = 500;
const OUTCOME: usize = 150;
const EFFECT: usize = 150;
const FORM: usize = super::world::FORM_BYTES;

/// SQLite with the settings of the engine.
pub(crate) fn sqlite(folder: &Path, clients: u64, lasts: Duration) -> Line {
    let path = folder.join("floor.db");
    let connect = || {
        let connection = Connection::open(&path).expect("the database opens");
        for (name, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            connection.pragma_update(None, name, value).expect("it takes its settings");
        }
        connection.busy_timeout(Duration::from_secs(30)).expect("it waits");
        connection
    };
    let first = connect();
    first.execute_batch(TABLES).expect("the tables are made");
    first
        .execute_batch(&seeds(
            "WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s \
                                WHERE i < 9999)",
            "s",
            "printf('%032d', i)",
        ))
        .expect("the rows are made");
    let done = AtomicU64::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (connect, done) = (&connect, &done);
            scope.spawn(move || {
                let connection = connect();
                let mut step = client * 1231;
                while began.elapsed() < lasts {
                    step += 7919;
                    one_action(&connection, step, done.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let mut line = Line::new("floor", clients);
    let actions = done.load(Ordering::Relaxed) as f64;
    line.number("actions_per_s", actions / began.elapsed().as_secs_f64());
    line
}

fn seeds(with: &str, from: &str, id: &str) -> String {
    let core = "x".repeat(CORE);
    let form = "x".repeat(FORM);
    format!(
        "{with} INSERT INTO f_cases SELECT {id}, 0, '{core}' FROM {from};
         {with} INSERT INTO f_forms SELECT {id}, 'basic', '{form}' FROM {from};
         {with} INSERT INTO f_tasks SELECT {id}, 'review', 'unit', i FROM {from};"
    )
}

fn one_action(connection: &Connection, step: u64, unique: u64) {
    let run = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| {
        let mut statement = connection.prepare_cached(sql).expect("it is prepared");
        statement.execute(parameters).expect("it is written");
    };
    let case = format!("{:032}", step % CASES);
    let key = format!("{unique:032}");
    let unique = i64::try_from(unique).unwrap_or_default();
    run("BEGIN IMMEDIATE", &[]);
    run("INSERT INTO f_history VALUES (?1, ?2, ?3)", params![case, unique, "x".repeat(EVENTS)]);
    run("INSERT INTO f_idempotency VALUES ('reviewer', ?1, ?2)", params![key, "x".repeat(OUTCOME)]);
    run(
        "UPDATE f_cases SET revision = ?2, core = ?3 WHERE id = ?1",
        params![case, unique, "x".repeat(CORE)],
    );
    // Two of seven actions carry the form.
    if unique % 7 < 2 {
        run("UPDATE f_forms SET content = ?2 WHERE case_id = ?1", params![case, "y".repeat(FORM)]);
    }
    run("DELETE FROM f_tasks WHERE case_id = ?1", params![case]);
    run("INSERT INTO f_tasks VALUES (?1, 'review', 'unit', ?2)", params![case, unique]);
    run("INSERT INTO f_outbox VALUES (?1, ?2, 0)", params![unique, "x".repeat(EFFECT)]);
    run("COMMIT", &[]);
}

/// pgbench with the same rows as sequential statements of one transaction.
pub(crate) fn postgres(url: &str, folder: &Path, clients: u64, lasts: Duration) -> Line {
    let script = folder.join("floor.sql");
    let text = pgbench_script();
    std::fs::write(&script, text).expect("the script is written");
    let seconds = lasts.as_secs().max(1).to_string();
    let output = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol", "prepared", "--time", &seconds])
        .args(["--client", &clients.to_string(), "--jobs", &clients.min(2).to_string()])
        .arg("--file")
        .args([script.as_os_str(), url.as_ref()])
        .output()
        .expect("pgbench, which belongs to PostgreSQL, runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = tps.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let mut line = Line::new("floor", clients);
    line.number("actions_per_s", tps.expect("pgbench says how many"));
    line
}

/// The tables and rows that [`postgres`] works on.
pub(crate) fn postgres_setup() -> String {
    let from = "generate_series(0, 9999) AS s(i)";
    format!("{TABLES}{} CREATE SEQUENCE f_unique;", seeds("", from, "lpad(i::text, 32, '0')"))
}

fn pgbench_script() -> String {
    let (core, events) = ("x".repeat(CORE), "x".repeat(EVENTS));
    let (outcome, effect) = ("x".repeat(OUTCOME), "x".repeat(EFFECT));
    format!(
        "\\set case random(0, 9999)
SELECT nextval('f_unique') AS n \\gset
BEGIN;
INSERT INTO f_history VALUES (lpad(:case::text, 32, '0'), :n, '{events}');
INSERT INTO f_idempotency VALUES ('reviewer', lpad(:n::text, 32, '0'), '{outcome}');
UPDATE f_cases SET revision = :n, core = '{core}' WHERE id = lpad(:case::text, 32, '0');
DELETE FROM f_tasks WHERE case_id = lpad(:case::text, 32, '0');
INSERT INTO f_tasks VALUES (lpad(:case::text, 32, '0'), 'review', 'unit', :n)
  ON CONFLICT (case_id, task) DO UPDATE SET due_at = excluded.due_at;
INSERT INTO f_outbox VALUES (:n, '{effect}', 0);
COMMIT;
"
    )
}
