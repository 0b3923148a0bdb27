//! The time as workflows see it. A demonstration may move it forward to see timers fire; sessions
//! and throttling keep to the time of the machine.

use std::sync::atomic::{AtomicI64, Ordering};

use engine::{
    calendar::Moment,
    runtime::{Clock, SystemClock},
};

/// The machine's time plus an offset that a demonstration may change.
#[derive(Debug, Default)]
pub struct MovableClock {
    offset: AtomicI64,
}

impl MovableClock {
    /// A clock that is `offset` milliseconds ahead of the machine.
    #[must_use]
    pub fn new(offset: i64) -> Self {
        Self { offset: AtomicI64::new(offset) }
    }

    /// How many milliseconds it is ahead.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// Puts it `offset` milliseconds ahead of the machine.
    pub fn set_offset(&self, offset: i64) {
        self.offset.store(offset, Ordering::SeqCst);
    }

    /// Puts it at a moment.
    pub fn set(&self, moment: Moment) {
        self.set_offset(moment.0 - SystemClock.now().0);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Moment {
        Moment(SystemClock.now().0 + self.offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_ahead_by_its_offset() {
        let clock = MovableClock::new(86_400_000);
        let ahead = clock.now().0 - SystemClock.now().0;
        assert!((86_399_000..=86_401_000).contains(&ahead), "{ahead}");
        clock.set(Moment(1_000));
        assert!((1_000..2_000).contains(&clock.now().0));
    }
}
