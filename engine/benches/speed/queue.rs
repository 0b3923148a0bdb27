//! queue-list: the queue of one reviewer among many open tasks: its first page, a page far down, the
//! next task, and the count. Tasks are written by SQL: only reading them is measured.

use std::time::Instant;

use engine::store::{
    Db,
    queue::{self, PAGE, QueueCursor, QueueFilter, QueueOrder, QueuePlace},
};

use super::{
    report::{Line, quantile},
    world,
};

/// Open tasks in all.
pub(crate) const SIZES: [i64; 3] = [10_000, 100_000, 1_000_000];
/// Reviewers that the tasks are spread over.
pub(crate) const REVIEWERS: [i64; 2] = [1, 10_000];
/// Times that each thing is read.
const READS: usize = 200;
/// Rows written in one statement.
const ROWS: i64 = 100_000;

/// Measures every number of tasks and reviewers.
pub(crate) async fn measure(db: &Db, note: &mut impl FnMut(Line)) {
    for reviewers in REVIEWERS {
        world::sql(db, "DELETE FROM tasks").await;
        let mut filled = 0;
        for size in SIZES {
            fill(db, filled, size, reviewers).await;
            filled = size;
            note(read(db, size, reviewers).await);
        }
    }
}

/// Tasks from number `from` to number `to`, due in an order that is not that of their cases.
async fn fill(db: &Db, from: i64, to: i64, reviewers: i64) {
    for begin in (from..to).step_by(usize::try_from(ROWS).unwrap_or(1)) {
        let end = (begin + ROWS).min(to);
        let (numbers, case) = match db {
            Db::Sqlite(_) => (
                format!(
                    "WITH RECURSIVE s(i) AS (SELECT {begin} UNION ALL SELECT i + 1 FROM s \
                     WHERE i < {})",
                    end - 1
                ),
                "printf('%032d', i)",
            ),
            Db::Postgres(_) => (
                format!("WITH s(i) AS (SELECT generate_series({begin}::bigint, {}))", end - 1),
                "lpad(i::text, 32, '0')",
            ),
        };
        let insert = "INSERT INTO tasks (case_id, task, row_key, audience, workflow, state, \
                      status, opened_at, due_at, claimed_by, claimed_until)";
        let select = format!(
            "SELECT {case}, 'unit_review', '', 'account:r' || (i % {reviewers}), 'approval', \
             'unit_pending', 'pending', i, (i * 7919) % 1000003, '', 0 FROM s"
        );
        let text = match db {
            Db::Sqlite(_) => format!("{insert} {numbers} {select}"),
            Db::Postgres(_) => format!("{numbers} {insert} {select}"),
        };
        world::sql(db, &text).await;
    }
    world::sql(db, "ANALYZE").await;
}

async fn read(db: &Db, size: i64, reviewers: i64) -> Line {
    let filter = QueueFilter { audiences: vec!["account:r0".to_owned()], ..QueueFilter::default() };
    let order = QueueOrder::Due;
    let deep = deep_place(db, &filter, size).await;
    let after = QueuePlace::After(deep.clone());
    let (mut first, mut far, mut next, mut count) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut counted = 0;
    for _ in 0..READS {
        let page =
            timed(&mut first, queue::tasks(db, &filter, order, &QueuePlace::First, PAGE)).await;
        assert!(!page.tasks.is_empty(), "the queue has tasks");
        timed(&mut far, queue::tasks(db, &filter, order, &after, PAGE)).await;
        timed(&mut next, queue::next(db, &filter, order, &deep)).await;
        counted = timed(&mut count, queue::count(db, &filter)).await;
    }
    let mut line = Line::new(&format!("queue-list of {size} tasks, {reviewers} reviewers"), 1);
    line.number("first_page_ms", quantile(&mut first, 0.5));
    line.number("deep_page_ms", quantile(&mut far, 0.5));
    line.number("next_ms", quantile(&mut next, 0.5));
    line.number("count_ms", quantile(&mut count, 0.5));
    line.number("counted", counted as f64);
    line
}

/// A place at nine tenths of the queue.
async fn deep_place(db: &Db, filter: &QueueFilter, size: i64) -> QueueCursor {
    let near = engine::calendar::Moment(1_000_003 * 9 / 10);
    let before = QueueFilter { due_before: Some(near), ..filter.clone() };
    let place = QueuePlace::Before(QueueCursor {
        at: near.0,
        task: engine::runtime::TaskId { case: "".into(), task: "".into(), row: None },
    });
    let page = queue::tasks(db, &before, QueueOrder::Due, &place, 1).await.expect("it answers");
    let last = page.tasks.last().unwrap_or_else(|| panic!("{size} tasks have a place far down"));
    last.cursor(QueueOrder::Due)
}

async fn timed<T>(
    times: &mut Vec<f64>,
    reading: impl Future<Output = Result<T, sqlx::Error>>,
) -> T {
    let began = Instant::now();
    let read = reading.await.expect("the database answers");
    times.push(began.elapsed().as_secs_f64() * 1000.0);
    read
}
