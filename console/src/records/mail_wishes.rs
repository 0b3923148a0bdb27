//! How an account wants its mail. Notices inside the product come at once, whatever is wished.

use engine::{in_transaction, names::AccountId, on_reader, store::Db};
use serde::Deserialize;

/// How mail is wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailWish {
    /// Each letter at once.
    Each,
    /// One digest a day.
    Digest,
    /// None.
    None,
}

impl MailWish {
    /// As forms and the database write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Digest => "digest",
            Self::None => "none",
        }
    }

    /// From that text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        [Self::Each, Self::Digest, Self::None].into_iter().find(|wish| wish.as_str() == text)
    }
}

/// What an account wishes; without a wish whoever holds a role gets a digest, others each letter.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(db: &Db, account: &AccountId) -> Result<MailWish, sqlx::Error> {
    const WISH: &str = "SELECT COALESCE((SELECT wish FROM mail_wishes WHERE account = $1), \
                        CASE WHEN EXISTS (SELECT 1 FROM held_roles WHERE account_id = $1 \
                        AND role <> 'applicant') THEN 'digest' ELSE 'each' END)";
    let text: String = on_reader!(db, reader => {
        sqlx::query_scalar(WISH).bind(account.as_str()).fetch_one(reader).await
    })?;
    Ok(MailWish::read(&text).unwrap_or(MailWish::Each))
}

/// Keeps a wish.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(db: &Db, account: &AccountId, wish: MailWish) -> Result<(), sqlx::Error> {
    const KEEP: &str = "INSERT INTO mail_wishes (account, wish) VALUES ($1, $2) \
                        ON CONFLICT (account) DO UPDATE SET wish = $2";
    in_transaction!(db, connection => {
        sqlx::query(KEEP)
            .bind(account.as_str())
            .bind(wish.as_str())
            .execute(&mut *connection)
            .await
            .map(|_| ())
    })
}
