//! What an account has chosen for itself: how pages look, and which kinds of letters are mailed.

use std::collections::BTreeSet;

use engine::{in_transaction, letter::LetterKind, names::AccountId, on_reader, store::Db};

/// What an account has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// How pages look, as the cookie writes it; empty where nothing was chosen.
    pub looks: String,
    /// What is not mailed.
    pub unmailed: BTreeSet<LetterKind>,
}

/// What an account has chosen; everything is mailed where it has chosen nothing.
pub async fn find(db: &Db, account: &AccountId) -> Result<Preferences, sqlx::Error> {
    const FIND: &str = "SELECT looks, unmailed FROM preferences WHERE account_id = $1";
    let row: Option<(String, String)> = on_reader!(db, reader => {
        sqlx::query_as(FIND).bind(account.as_str()).fetch_optional(reader).await
    })?;
    let Some((looks, unmailed)) = row else { return Ok(Preferences::default()) };
    let named = |kind: &LetterKind| unmailed.split(' ').any(|name| name == kind.as_str());
    Ok(Preferences { looks, unmailed: LetterKind::ALL.into_iter().filter(named).collect() })
}

/// Keeps what an account has chosen.
pub async fn keep(db: &Db, account: &AccountId, chosen: &Preferences) -> Result<(), sqlx::Error> {
    const KEEP: &str = "INSERT INTO preferences (account_id, looks, unmailed) VALUES ($1, $2, $3) \
                        ON CONFLICT (account_id) DO UPDATE SET looks = excluded.looks, \
                        unmailed = excluded.unmailed";
    let unmailed: Vec<&str> = chosen.unmailed.iter().map(|kind| kind.as_str()).collect();
    let unmailed = unmailed.join(" ");
    in_transaction!(db, connection => {
        sqlx::query(KEEP)
            .bind(account.as_str())
            .bind(&chosen.looks)
            .bind(&unmailed)
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
