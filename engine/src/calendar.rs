//! Moments, calendar days and working days of the People's Republic. All days are days in
//! Asia/Shanghai, which has been UTC+8 without summer time since 1991.

use serde::{Deserialize, Serialize};

/// An instant as Unix milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

/// A length of time as workflows write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: SpanUnit,
}

/// The unit of a [`Span`], with its way of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanUnit {
    /// Sixty seconds each.
    Minutes,
    /// Sixty minutes each.
    Hours,
    /// Calendar days, from the next day to 24:00 of the last.
    Days,
    /// Calendar days whose end is rolled on to a working day.
    RolledDays,
    /// Working days from the next day on (deadlines).
    WorkingDays,
    /// Working days, the first counting if it is one (publicity, N10).
    PublicityDays,
    /// Calendar months.
    Months,
}

/// Which days are working days: the State Council's yearly notices on top of Monday to Friday.
#[derive(Clone, Debug, Default)]
pub struct Calendar {}
