//! Points before and after every statement at which a test may end the process, or what the thread is
//! at work on. Each thread has its own: a test that plans an end runs its runtime on one thread.

use std::cell::Cell;

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The process, as by a loss of power.
    Abort,
    /// Nothing after this point happens any more: the test drops what is under way.
    Standstill,
}

thread_local! {
    /// How many points are still passed, and what happens then.
    static PLAN: Cell<Option<(u32, End)>> = const { Cell::new(None) };
    static STANDS: Cell<bool> = const { Cell::new(false) };
}

/// Plans the end at the n-th point from now, or none.
pub(crate) fn plan(end: Option<(u32, End)>) {
    PLAN.set(end);
    STANDS.set(false);
}

/// Waits until everything stands still.
pub(crate) async fn standstill() {
    while !STANDS.get() {
        tokio::task::yield_now().await;
    }
}

/// A point.
pub(crate) async fn pass() {
    match PLAN.get() {
        None => {}
        Some((1, End::Abort)) => std::process::abort(),
        Some((0 | 1, end)) => {
            PLAN.set(Some((0, end)));
            STANDS.set(true);
            std::future::pending().await
        }
        Some((left, end)) => PLAN.set(Some((left - 1, end))),
    }
}
