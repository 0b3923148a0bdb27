//! Texts that administrators are working on, one row per workflow and file. A saving names the text
//! that it was made on, so that nobody writes over what somebody else has saved meanwhile.

use engine::{
    calendar::Moment,
    in_transaction,
    names::{AccountId, WorkflowKey},
    on_reader,
    store::Db,
};
use sqlx::FromRow;

/// One text at work.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct DraftText {
    /// The path of the file.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The hash of the text.
    pub hash: String,
    /// The hash of the published text that the work began from; empty where the file is new.
    pub base: String,
    /// Who saved last.
    pub saved_by: String,
    /// When.
    pub saved_at: i64,
}

/// What a saving says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Saving<'a> {
    /// Whose draft.
    pub workflow: &'a WorkflowKey,
    /// Which file.
    pub path: &'a str,
    /// The text.
    pub text: &'a str,
    /// Its hash.
    pub hash: &'a str,
    /// The hash of the text that it was made on.
    pub made_on: &'a str,
    /// The hash of the published text.
    pub base: &'a str,
    /// Who saves.
    pub by: &'a AccountId,
    /// When.
    pub at: Moment,
}

/// How a saving went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is kept.
    Kept,
    /// Somebody else has saved meanwhile.
    Stale,
}

/// The texts of one draft, by path.
///
/// # Errors
/// When the database does not answer.
pub async fn of_workflow(db: &Db, workflow: &WorkflowKey) -> Result<Vec<DraftText>, sqlx::Error> {
    const OF: &str = "SELECT path, text, hash, base, saved_by, saved_at FROM draft_texts \
                      WHERE workflow = $1 ORDER BY path";
    on_reader!(db, reader => {
        sqlx::query_as(OF).bind(workflow.as_str()).fetch_all(reader).await
    })
}

/// The workflows that somebody is working on, with the last saving: workflow, who, when.
///
/// # Errors
/// When the database does not answer.
pub async fn at_work(db: &Db) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    const ALL: &str = "SELECT workflow, saved_by, saved_at FROM draft_texts ORDER BY saved_at";
    on_reader!(db, reader => sqlx::query_as(ALL).fetch_all(reader).await)
}

/// Keeps a text, unless another than the one it was made on is there.
///
/// # Errors
/// When the database does not answer.
pub async fn save(db: &Db, saving: Saving<'_>) -> Result<Saved, sqlx::Error> {
    const CHANGE: &str = "UPDATE draft_texts SET text = $3, hash = $4, base = $5, saved_by = $6, \
                          saved_at = $7 WHERE workflow = $1 AND path = $2 AND hash IN ($8, $4)";
    const BEGIN: &str = "INSERT INTO draft_texts (workflow, path, text, hash, base, saved_by, \
                         saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                         ON CONFLICT (workflow, path) DO NOTHING";
    let is_begun = saving.made_on == saving.base;
    in_transaction!(db, connection => async {
        let changed = sqlx::query(CHANGE)
            .bind(saving.workflow.as_str())
            .bind(saving.path)
            .bind(saving.text)
            .bind(saving.hash)
            .bind(saving.base)
            .bind(saving.by.as_str())
            .bind(saving.at.0)
            .bind(saving.made_on)
            .execute(&mut *connection)
            .await?;
        if changed.rows_affected() == 1 {
            return Ok(Saved::Kept);
        }
        if !is_begun {
            return Ok(Saved::Stale);
        }
        let begun = sqlx::query(BEGIN)
            .bind(saving.workflow.as_str())
            .bind(saving.path)
            .bind(saving.text)
            .bind(saving.hash)
            .bind(saving.base)
            .bind(saving.by.as_str())
            .bind(saving.at.0)
            .execute(&mut *connection)
            .await?;
        Ok::<_, sqlx::Error>(if begun.rows_affected() == 1 { Saved::Kept } else { Saved::Stale })
    }.await)
}

/// Forgets those of a draft's texts that are still as they were when somebody looked: `(path, hash)`.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(
    db: &Db,
    workflow: &WorkflowKey,
    seen: &[(String, String)],
) -> Result<(), sqlx::Error> {
    const FORGET: &str = "DELETE FROM draft_texts WHERE workflow = $1 AND path = $2 AND hash = $3";
    in_transaction!(db, connection => async {
        for (path, hash) in seen {
            sqlx::query(FORGET)
                .bind(workflow.as_str())
                .bind(path)
                .bind(hash)
                .execute(&mut *connection)
                .await?;
        }
        Ok::<_, sqlx::Error>(())
    }.await)
}
