//! The effects that reach outside: letters to people. Each job may run again after a crash, so each
//! leaves the same trace twice.

pub mod letter;
pub mod post;
