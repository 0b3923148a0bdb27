//! The durable runtime: load → decide → commit. Only the runtime changes a case.

mod host;

pub use host::{Clock, Host, HostError, Job, JobFailure, SystemClock};
