//! Points before and after every statement at which a test may end the process.

use std::sync::atomic::{AtomicI64, Ordering};

/// How many points are still passed; never reached while negative.
static LEFT: AtomicI64 = AtomicI64::new(-1);

/// Ends the process, as a loss of power would, at the n-th point from now.
pub(crate) fn end_at(point: i64) {
    LEFT.store(point, Ordering::SeqCst);
}

pub(super) fn pass() {
    if LEFT.load(Ordering::SeqCst) > 0 && LEFT.fetch_sub(1, Ordering::SeqCst) == 1 {
        std::process::abort();
    }
}
