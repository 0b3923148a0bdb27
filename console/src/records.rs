//! Plain records: tables and the rules that belong to them.

pub mod accounts;
pub mod addressees;
pub mod attempts;
pub mod audit;
pub mod batches;
pub mod catalogue;
pub mod chain;
pub mod drafts;
pub mod experts;
pub mod files;
pub mod id_number;
pub mod kept_posts;
pub mod mail_wishes;
pub mod notices;
pub mod opening;
pub mod people;
pub mod plans;
pub mod preferences;
pub mod publications;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod units;
pub mod uploads;
pub mod views;

#[cfg(test)]
mod tests;
