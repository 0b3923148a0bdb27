//! The floor: the rows of approval-3, written into the engine's own tables by a bare connection, one
//! transaction an action, with nothing read and nothing decided: on SQLite by rusqlite, on
//! PostgreSQL by pgbench.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::report::Line;

/// Bytes that the engine writes in approval-3: a case without its form and with its index of rows,
/// the events of an action without and with a form, the answer to a command, an effect, and a form.
const CORE: usize = 1100;
const SHOWN: usize = 480;
const EVENTS: usize = 250;
const EVENTS_WITH_FORM: usize = 2600;
const OUTCOME: usize = 150;
const EFFECT: usize = 150;
const FORM: usize = super::world::FORM_BYTES + 60;
/// The moments of the rows: they need only be large numbers.
const NOW: i64 = 1_800_000_000_000;
const NEVER: i64 = i64::MAX;

/// One statement of an action with its values, as both databases understand it: `?` is a value.
struct Statement {
    sql: &'static str,
    values: Vec<Part>,
}

/// A value: `Case`, `Person`, `Key` and `Job` differ from run to run.
#[derive(Clone)]
enum Part {
    Case,
    Person,
    Key,
    Job,
    Text(String),
    Number(i64),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Part {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Part {
    /// A text of this many bytes.
    fn from(bytes: usize) -> Self {
        Self::Text("x".repeat(bytes))
    }
}

macro_rules! statement {
    ($sql:expr, $($value:expr),+ $(,)?) => {
        Statement { sql: $sql, values: vec![$(Part::from($value)),+] }
    };
}

/// The task that each step closes and whose it is; the last step opens none.
const TASKS: [(&str, &str); 6] = [
    ("fill", ""),
    ("unit_review", "role:unit_reviewer:U1"),
    ("department_review", "role:department_reviewer:D1"),
    ("fill", ""),
    ("unit_review", "role:unit_reviewer:U1"),
    ("department_review", "role:department_reviewer:D1"),
];

/// The seven actions of a case: the start, then submit, pass, return, submit, pass, pass.
fn actions() -> Vec<Vec<Statement>> {
    (0..=6).map(action).collect()
}

fn action(step: usize) -> Vec<Statement> {
    let is_submitted = matches!(step, 1 | 4);
    let number = i64::try_from(step).unwrap_or_default();
    let account =
        if is_submitted || step == 0 { Part::Person } else { Part::Text("reviewer".to_owned()) };
    let events = if is_submitted { EVENTS_WITH_FORM } else { EVENTS };
    let wake = if matches!(step, 0 | 3 | 6) { NEVER } else { NOW + 432_000_000 };
    let mut all = vec![
        statement!(
            "INSERT INTO history (case_id, revision, at, batch, events, hash) \
             VALUES (?, ?, ?, ?, ?, ?)",
            Part::Case,
            number + 1,
            NOW,
            Part::Key,
            events,
            64_usize,
        ),
        statement!(
            "INSERT INTO idempotency (account, idempotency_key, payload, outcome, at) \
             VALUES (?, ?, ?, ?, ?)",
            account,
            Part::Key,
            64_usize,
            OUTCOME,
            NOW,
        ),
    ];
    all.extend(if step == 0 { started() } else { moved(step, number, wake) });
    if is_submitted {
        all.extend(with_form(number));
    }
    match TASKS.get(step) {
        Some((task, audience)) => all.push(statement!(
            "INSERT INTO tasks (case_id, task, row_key, audience, workflow, state, status, \
             opened_at, due_at, claimed_by, claimed_until) \
             VALUES (?, ?, '', ?, 'approval', 'pending', 'pending', ?, ?, '', 0)",
            Part::Case,
            *task,
            whose(audience),
            NOW,
            if audience.is_empty() { NEVER } else { NOW + 432_000_000 },
        )),
        None => all.push(statement!(
            "DELETE FROM holds WHERE scope = 'approval' AND hold = 'one_open' AND held = ? \
             AND case_id = ?",
            Part::Person,
            Part::Case,
        )),
    }
    all
}

fn whose(audience: &str) -> Part {
    if audience.is_empty() { Part::Person } else { Part::from(audience) }
}

fn started() -> Vec<Statement> {
    vec![
        statement!(
            "INSERT INTO cases (id, workflow, version, revision, state, status, is_closed, \
             started_by, started_at, changed_at, wake_at, core, shown, kept, head) \
             VALUES (?, 'approval', 1, 1, 'draft', 'draft', 0, ?, ?, ?, ?, ?, ?, '', ?)",
            Part::Case,
            Part::Person,
            NOW,
            NOW,
            NEVER,
            CORE,
            SHOWN,
            64_usize,
        ),
        statement!(
            "INSERT INTO labels (case_id, label, workflow, value) \
             VALUES (?, 'person', 'approval', ?), (?, 'unit', 'approval', 'U1')",
            Part::Case,
            Part::Person,
            Part::Case,
        ),
        statement!(
            "INSERT INTO holds (scope, hold, held, case_id, take, is_exclusive) \
             VALUES ('approval', 'one_open', ?, ?, 1, 1)",
            Part::Person,
            Part::Case,
        ),
    ]
}

fn moved(step: usize, number: i64, wake: i64) -> Vec<Statement> {
    let (task, audience) = TASKS.get(step - 1).copied().unwrap_or_default();
    vec![
        statement!(
            "UPDATE cases SET revision = ?, state = 'pending', status = 'pending', \
             is_closed = ?, changed_at = ?, wake_at = ?, core = ?, shown = ?, head = ? \
             WHERE id = ?",
            number + 1,
            i64::from(step == 6),
            NOW,
            wake,
            CORE,
            SHOWN,
            64_usize,
            Part::Case,
        ),
        statement!(
            "DELETE FROM tasks WHERE case_id = ? AND task = ? AND row_key = '' AND audience = ?",
            Part::Case,
            task,
            whose(audience),
        ),
        statement!(
            "INSERT INTO outbox (id, case_id, revision, kind, effect, created_at, due_at, \
             attempts, token, status, error) VALUES (?, ?, ?, 'notify', ?, ?, ?, 0, 0, 'waiting', '')",
            Part::Job,
            Part::Case,
            number + 1,
            EFFECT,
            NOW,
            NOW,
        ),
    ]
}

fn with_form(number: i64) -> Vec<Statement> {
    vec![
        statement!(
            "INSERT INTO forms (case_id, section, content) VALUES (?, 'basic', ?) \
             ON CONFLICT (case_id, section) DO UPDATE SET content = excluded.content",
            Part::Case,
            FORM,
        ),
        statement!(
            "INSERT INTO submissions (case_id, section, submission, content) \
             VALUES (?, 'basic', ?, ?)",
            Part::Case,
            number,
            FORM,
        ),
    ]
}

/// SQLite with the settings of the engine, in a file with its tables.
pub(crate) fn sqlite(path: &Path, clients: u64, lasts: Duration) -> Line {
    let actions = actions();
    let (done, jobs) = (AtomicU64::new(0), AtomicU64::new(1));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            let (actions, done, jobs) = (&actions, &done, &jobs);
            scope.spawn(move || {
                let connection = connect(path);
                while began.elapsed() < lasts {
                    let case = uuid::Uuid::now_v7().simple().to_string();
                    for action in actions {
                        one_action(
                            &connection,
                            action,
                            &case,
                            jobs.fetch_add(1, Ordering::Relaxed),
                        );
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let mut line = Line::new("floor", clients);
    let actions = done.load(Ordering::Relaxed) as f64;
    line.number("actions_per_s", actions / began.elapsed().as_secs_f64());
    line
}

fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database opens");
    for (name, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
        connection.pragma_update(None, name, value).expect("it takes its settings");
    }
    connection.busy_timeout(Duration::from_secs(30)).expect("it waits");
    connection
}

fn one_action(connection: &Connection, action: &[Statement], case: &str, job: u64) {
    let key = uuid::Uuid::now_v7().simple().to_string();
    let value = |part: &Part| match part {
        Part::Case => Value::Text(case.to_owned()),
        Part::Person => Value::Text(format!("account-{case}")),
        Part::Key => Value::Text(key.clone()),
        Part::Job => Value::Integer(i64::try_from(job).unwrap_or_default()),
        Part::Text(text) => Value::Text(text.clone()),
        Part::Number(number) => Value::Integer(*number),
    };
    let run = |sql: &str, values: &[Part]| {
        let mut statement = connection.prepare_cached(sql).expect("it is prepared");
        statement.execute(params_from_iter(values.iter().map(value))).expect("it is written");
    };
    run("BEGIN IMMEDIATE", &[]);
    for statement in action {
        run(statement.sql, &statement.values);
    }
    run("COMMIT", &[]);
}

/// pgbench with the same rows as sequential statements of one transaction an action.
pub(crate) fn postgres(url: &str, folder: &Path, clients: u64, lasts: Duration) -> Line {
    let script = folder.join("floor.sql");
    std::fs::write(&script, pgbench_script()).expect("the script is written");
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
    let cases = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let cases: Option<f64> = cases.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let mut line = Line::new("floor", clients);
    let cases = cases.expect("pgbench says how many");
    line.number("actions_per_s", cases * actions().len() as f64);
    line
}

/// What [`postgres`] counts its cases with.
pub(crate) const POSTGRES_SETUP: &str = "CREATE SEQUENCE floor_cases";

fn pgbench_script() -> String {
    let mut script = String::from("SELECT nextval('floor_cases') AS n \\gset\n");
    for (step, action) in actions().iter().enumerate() {
        script.push_str("BEGIN;\n");
        for statement in action {
            let mut values = statement.values.iter().map(|part| match part {
                Part::Case => "lpad(:n::text, 32, '0')".to_owned(),
                Part::Person => "'account-' || lpad(:n::text, 32, '0')".to_owned(),
                Part::Key => format!("lpad(:n::text, 30, '0') || '{step:02}'"),
                Part::Job => format!(":n::bigint * 10 + {step}"),
                // A colon would begin a variable of pgbench.
                Part::Text(text) => format!("'{}'", text.replace(':', "' || chr(58) || '")),
                Part::Number(number) => number.to_string(),
            });
            for (index, text) in statement.sql.split('?').enumerate() {
                if index > 0 {
                    script.push_str(&values.next().unwrap_or_default());
                }
                script.push_str(text);
            }
            script.push_str(";\n");
        }
        script.push_str("COMMIT;\n");
    }
    script
}
