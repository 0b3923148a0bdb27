//! The application: records, files, jobs and pages around the engine.

pub mod files;
pub mod jobs;
pub mod pages;
pub mod records;
pub mod routes;

pub mod cases;
