//! Jobs and timers: how many jobs a second the workers carry out, how soon an idle worker begins one,
//! and what people notice of many timers that are due at once.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use engine::{
    runtime::{Outcome, Runtime, workers},
    store::Db,
};
use tokio::sync::oneshot;

use super::{
    report::{Line, quantile},
    world::{self, BenchHost, act, new_case, reviewer, submit},
};

/// Jobs that wait when the workers begin.
const JOBS: u64 = 20_000;
/// Actions after each of which an idle worker has a job.
const WAKES: usize = 40;
/// Cases whose timers are due at once.
const TIMERS: i64 = 100_000;

/// Workers at work until they are stopped.
struct Workers {
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

impl Workers {
    fn start(runtime: &Runtime) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let run = workers(runtime.clone(), async {
            // Whoever drops the other end stops them too.
            let _ = stopped.await;
        });
        let ended = tokio::spawn(async { run.await.expect("the workers end when they are told") });
        Self { stop, ended }
    }

    async fn stop(self) {
        // They may have ended already.
        let _ = self.stop.send(());
        self.ended.await.expect("the workers end");
    }
}

/// Jobs a second, from the first to the last of [`JOBS`] that wait.
pub(crate) async fn throughput(runtime: &Runtime, host: &BenchHost) -> Line {
    let first = submitted(runtime, "throughput").await;
    let numbers = numbers(runtime.store(), i64::try_from(JOBS).unwrap_or_default());
    let insert = format!(
        "INSERT INTO outbox (id, case_id, revision, kind, effect, created_at, due_at, attempts, \
         token, status, error) SELECT i, case_id, revision, kind, effect, created_at, due_at, 0, \
         0, 'waiting', '' FROM outbox, {numbers} WHERE case_id = '{}'",
        first.case
    );
    world::sql(runtime.store(), &insert).await;
    let waiting = JOBS + 1;
    let before = host.performed.load(Ordering::Relaxed);
    let began = Instant::now();
    let running = Workers::start(runtime);
    while host.performed.load(Ordering::Relaxed) < before + waiting {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    running.stop().await;
    let mut line = Line::new("jobs", 1);
    line.number("jobs_per_s", waiting as f64 / seconds);
    line
}

/// The time from the answer to an action to the start of its job: by the word of the same process,
/// and by looking, where the workers are another process's.
pub(crate) async fn latency(url: &str, runtime: &Runtime, host: &Arc<BenchHost>) -> Vec<Line> {
    let running = Workers::start(runtime);
    let own = wakes("wake in one process", runtime, host).await;
    running.stop().await;
    let (other, other_host) = world::open(url).await;
    let running = Workers::start(&other);
    let polled = wakes("wake across processes", runtime, &other_host).await;
    running.stop().await;
    world::close(other).await;
    vec![own, polled]
}

async fn wakes(name: &str, runtime: &Runtime, host: &BenchHost) -> Line {
    let mut times = Vec::new();
    for wake in 0..WAKES {
        let before = host.performed.load(Ordering::Relaxed);
        submitted(runtime, &format!("{name}-{wake}")).await;
        let answered = Instant::now();
        while host.performed.load(Ordering::Relaxed) == before {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        times.push(answered.elapsed().as_secs_f64() * 1000.0);
        // Out of step with the looking.
        tokio::time::sleep(Duration::from_millis(37)).await;
    }
    let mut line = Line::new(name, 1);
    line.number("p50_ms", quantile(&mut times, 0.5));
    line.number("most_ms", quantile(&mut times, 1.0));
    line
}

/// One client acts while [`TIMERS`] cases are woken, as after a long stop; against the same client
/// while nothing is due.
pub(crate) async fn due_timers(runtime: &Runtime) -> Vec<Line> {
    let model = submitted(runtime, "timers").await;
    let mut quiet = Vec::new();
    for person in 0..30 {
        timed_case(runtime, &format!("quiet-{person}"), &mut quiet).await;
    }
    copy(runtime.store(), &model).await;
    let running = Workers::start(runtime);
    let began = Instant::now();
    let mut busy = Vec::new();
    let mut person = 0;
    while waiting(runtime.store()).await {
        timed_case(runtime, &format!("busy-{person}"), &mut busy).await;
        person += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    running.stop().await;
    let mut before = Line::new("one client, no timer due", 1);
    before.number("p50_ms", quantile(&mut quiet, 0.5));
    before.number("p99_ms", quantile(&mut quiet, 0.99));
    let mut during = Line::new("one client, 100,000 timers due", 1);
    during.number("p50_ms", quantile(&mut busy, 0.5));
    during.number("p99_ms", quantile(&mut busy, 0.99));
    during.number("timers_per_s", TIMERS as f64 / seconds);
    vec![before, during]
}

/// Copies of a case, their timers due long ago.
async fn copy(db: &Db, model: &Outcome) {
    let numbers = numbers(db, TIMERS);
    let id = match db {
        Db::Sqlite(_) => "printf('%032d', i)",
        Db::Postgres(_) => "lpad(i::text, 32, '0')",
    };
    let own = &model.case;
    let case = format!(
        "INSERT INTO cases (id, workflow, version, revision, state, status, is_closed, \
         started_by, started_at, changed_at, wake_at, core, shown, kept, head) \
         SELECT {id}, workflow, version, revision, state, status, is_closed, started_by, \
         started_at, changed_at, 1, replace(core, '{own}', {id}), replace(shown, '{own}', {id}), \
         kept, '' FROM cases, {numbers} WHERE id = '{own}'"
    );
    let forms = format!(
        "INSERT INTO forms (case_id, section, content) SELECT {id}, section, content FROM forms, \
         {numbers} WHERE case_id = '{own}'"
    );
    world::sql(db, &case).await;
    world::sql(db, &forms).await;
    let due = ends_of(db, own.as_str()).await;
    world::sql(
        db,
        &format!("UPDATE cases SET core = replace(core, '{due}', '1') WHERE wake_at = 1"),
    )
    .await;
}

/// The moment at which the timer of a case ends, as its text.
async fn ends_of(db: &Db, case: &str) -> i64 {
    let query = "SELECT wake_at FROM cases WHERE id = $1";
    let moment: (i64,) = match db {
        Db::Sqlite(db) => {
            sqlx::query_as(query).bind(case).fetch_one(&db.readers).await.expect("it answers")
        }
        Db::Postgres(pool) => {
            sqlx::query_as(query).bind(case).fetch_one(pool).await.expect("it answers")
        }
    };
    moment.0
}

/// Whether a timer is due.
async fn waiting(db: &Db) -> bool {
    let query = "SELECT 1 FROM cases WHERE wake_at = 1 LIMIT 1";
    match db {
        Db::Sqlite(db) => {
            sqlx::query(query).fetch_optional(&db.readers).await.expect("it answers").is_some()
        }
        Db::Postgres(pool) => {
            sqlx::query(query).fetch_optional(pool).await.expect("it answers").is_some()
        }
    }
}

/// Rows of numbers `i` from 1 to `to`.
fn numbers(db: &Db, to: i64) -> String {
    match db {
        Db::Sqlite(_) => format!(
            "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {to}) \
             SELECT i FROM s) AS n"
        ),
        Db::Postgres(_) => format!("generate_series(1, {to}::bigint) AS n(i)"),
    }
}

async fn submitted(runtime: &Runtime, person: &str) -> Outcome {
    let begun = runtime.start(new_case(person)).await.expect("it is begun");
    runtime.act(submit(&begun, person, 1)).await.expect("it is submitted")
}

/// Three actions, timed.
async fn timed_case(runtime: &Runtime, person: &str, times: &mut Vec<f64>) {
    let mut began = Instant::now();
    let mut lap = || {
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        began = Instant::now();
    };
    let begun = runtime.start(new_case(person)).await.expect("it is begun");
    lap();
    let submitted = runtime.act(submit(&begun, person, 1)).await.expect("it is submitted");
    lap();
    let pass = act(&submitted, "unit_review.pass", reviewer());
    runtime.act(pass).await.expect("it is passed");
    lap();
}
