//! Moments, calendar days and working days of the People's Republic. All days are days in
//! Asia/Shanghai, which has been UTC+8 without summer time since 1991.

mod days;
mod moment;
mod span;

pub(crate) use days::day_of;
pub use days::{Calendar, CalendarError, CalendarYear, Counting};
pub use moment::Moment;
pub(crate) use span::clock_time;
pub use span::{Span, SpanError, SpanUnit};
