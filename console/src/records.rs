//! Plain records: tables and the rules that belong to them.

pub mod files;
pub mod notices;
