//! Durable state through sqlx: SQLite and PostgreSQL from one SQL text. The only SQL of the engine.

pub mod cases;
pub mod jobs;
pub mod outbox;
pub mod queue;

mod answers;
pub(crate) mod archive;
mod checkpoint;
mod claims;
#[cfg(test)]
pub(crate) mod crash_points;
mod db;
mod definitions;
mod direct;
pub(crate) mod inspect;
mod load;
mod numbers;
mod open;
mod reckoned;
mod seal;
mod silence;
mod statement;
mod transaction;
mod write;

pub use db::{Connection, Db, SqliteDb};
pub use direct::Turn;
pub use open::OpenError;
pub use silence::in_time;

pub(crate) use answers::{answers_after, forget_answers};
pub(crate) use claims::{claim, claim_of, release};
pub(crate) use definitions::{
    DefinitionRow, PublicationRow, hashes as definition_hashes, in_use as definitions_in_use,
    insert as insert_definitions, newest as newest_definitions, sources as definition_sources,
    version as definition_version, versions as definition_versions,
};
pub(crate) use load::{
    Lock, Opening, StoredCase, answered, ballots, cases as stored_cases, due_cases, history,
    holders, is_committed, open_batch, running_cases, shown, shown_by_labels, submission,
};
pub(crate) use numbers::{SeriesKey, last_number};
pub(crate) use reckoned::{cases_in, keep_reckoned_calendar, reckoned_calendar, timed_cases};
pub(crate) use seal::seal;
pub(crate) use transaction::{CommitError, Committing, Held, Isolation, WriteTransaction};
pub(crate) use write::{
    BallotRow, CaseRow, EVERYBODY, FormRow, HistoryRow, HoldKey, HoldRow, IdempotencyRow, LabelRow,
    NEVER, OutboxRow, SubmissionRow, TaskKey, TaskRow, Writes,
};
