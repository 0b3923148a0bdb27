//! Durable state through sqlx: SQLite and PostgreSQL from one SQL text. The only SQL of the engine.

mod db;
mod open;

pub use db::{Connection, Db, SqliteDb};
pub use open::OpenError;
