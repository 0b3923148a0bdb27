//! What pages and api both do with cases: read what was posted, perform it, and tell in words what
//! a case holds, what happened to it and where it stands.

pub mod batch;
pub mod bindings;
pub mod declarations;
pub mod decode;
pub mod diagram;
pub mod gates;
pub mod heading;
pub mod inputs;
pub mod items;
pub mod marks;
pub mod mine;
pub mod names;
pub mod outline;
pub mod papers;
pub mod perform;
pub mod posted;
pub mod reading;
pub mod receive;
pub mod references;
pub mod refused;
pub mod reminders;
pub mod review_form;
pub mod seen;
pub mod standing;
pub mod sums;
pub mod ticket;
pub mod timeline;
pub mod uses;
pub mod verification;
pub mod waiting;
pub mod words;

#[cfg(test)]
pub(crate) mod samples;
