//! The application: records, files, jobs and pages around the engine.

pub mod app;
pub mod cases;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod documents;
pub mod facts;
pub mod files;
pub mod identity;
pub mod jobs;
pub mod pages;
pub mod records;
pub mod routes;
pub mod secrets;
pub mod workflows;
pub mod workshop;

#[cfg(test)]
mod testing;
