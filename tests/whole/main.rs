//! The whole program, through HTTP and real browsers, on both databases.

mod browser;
mod chromium;
mod flows;
mod page;
mod plain;
mod server;
