//! How often a sign-in may fail: per account name and per source, whether the account exists or not.

use std::time::Duration;

use engine::{calendar::Moment, store::Db};

use crate::{
    records::{accounts::fold, attempts},
    secrets::{Purpose, Secrets},
};

/// Within this window failures are counted.
const WINDOW: Duration = Duration::from_mins(15);
/// How long too many failures block.
const BLOCK: Duration = Duration::from_mins(15);
/// Failures of one account name.
const MOST_FOR_ACCOUNT: i64 = 5;
/// Failures of one source, which may be a whole school behind one address.
const MOST_FOR_SOURCE: i64 = 50;

/// Wrong codes of one source.
const MOST_GUESSES: i64 = 20;

/// Whose failures are counted: an account name and a source, by their keyed hashes.
#[derive(Clone, Debug)]
pub struct Subjects {
    account: String,
    source: String,
}

impl Subjects {
    /// A sign-in with this account name from this source.
    #[must_use]
    pub fn new(secrets: &Secrets, login: &str, source: &str) -> Self {
        Self {
            account: secrets.hash(Purpose::Attempt, &format!("account:{}", fold(login))),
            source: secrets.hash(Purpose::Attempt, &format!("source:{source}")),
        }
    }

    /// For how many seconds the sign-in is blocked; `None` may try.
    pub async fn blocked(&self, db: &Db, now: Moment) -> Result<Option<u64>, sqlx::Error> {
        let mut until = 0;
        for subject in [&self.account, &self.source] {
            let row = attempts::find(db, subject).await?;
            until = until.max(row.map_or(0, |row| row.blocked_until));
        }
        let left = until - now.0;
        Ok((left > 0).then(|| left.unsigned_abs().div_ceil(1000)))
    }

    /// Counts a failure, and blocks when it is one too many.
    pub async fn failed(&self, db: &Db, now: Moment) -> Result<(), sqlx::Error> {
        let window = Moment(now.0 - millis(WINDOW));
        for (subject, most) in [(&self.account, MOST_FOR_ACCOUNT), (&self.source, MOST_FOR_SOURCE)]
        {
            if attempts::count(db, subject, window, now).await?.failures >= most {
                attempts::block(db, subject, Moment(now.0 + millis(BLOCK))).await?;
            }
        }
        Ok(())
    }

    /// Forgets the failures of the account name; the source keeps its own.
    pub async fn succeeded(&self, db: &Db) -> Result<(), sqlx::Error> {
        attempts::clear(db, &self.account).await
    }
}

/// Guesses of codes from one source.
#[derive(Clone, Debug)]
pub struct Guesses(String);

impl Guesses {
    /// Those of a source.
    #[must_use]
    pub fn of(secrets: &Secrets, source: &str) -> Self {
        Self(secrets.hash(Purpose::Attempt, &format!("guess:{source}")))
    }

    /// For how many seconds no more guesses are taken; `None` may try.
    pub async fn blocked(&self, db: &Db, now: Moment) -> Result<Option<u64>, sqlx::Error> {
        let row = attempts::find(db, &self.0).await?;
        let left = row.map_or(0, |row| row.blocked_until) - now.0;
        Ok((left > 0).then(|| left.unsigned_abs().div_ceil(1000)))
    }

    /// Counts a wrong guess, and blocks when it is one too many.
    pub async fn wrong(&self, db: &Db, now: Moment) -> Result<(), sqlx::Error> {
        let window = Moment(now.0 - millis(WINDOW));
        if attempts::count(db, &self.0, window, now).await?.failures >= MOST_GUESSES {
            attempts::block(db, &self.0, Moment(now.0 + millis(BLOCK))).await?;
        }
        Ok(())
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
