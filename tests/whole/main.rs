//! The whole program, through HTTP and real browsers, on both databases.

mod accounts;
mod asking;
mod bad_input;
mod browser;
mod changing;
mod chromium;
mod commands;
mod deciding;
mod declaring;
mod drafts;
mod filling;
mod flows;
mod going_back;
mod handing_over;
mod keyboard;
mod mail;
mod mending;
mod moving;
mod page;
mod plain;
mod seed;
mod server;
mod site;
mod startcheck;
mod uploads;
mod workshop;
