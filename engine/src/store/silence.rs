//! How long PostgreSQL is waited for. A line that fell silent, such as one that a firewall forgot,
//! gives neither an answer nor an error for a quarter of an hour; a connection that did not answer in
//! time is closed, and the next is new.

use std::time::Duration;

/// Far longer than any statement takes.
const LONGEST: Duration = Duration::from_secs(10);
/// The same for a connection that is taken from the pool or given back: it is asked for a word, or
/// to roll back. Those that are dead are many at once, and are left one after the other.
pub(super) const LONGEST_GREETING: Duration = Duration::from_secs(2);

/// The answer, if it comes in time.
///
/// # Errors
/// As the answer, or [`std::io::ErrorKind::TimedOut`].
pub async fn in_time<T, E: From<sqlx::Error>>(
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match tokio::time::timeout(LONGEST, answer).await {
        Ok(answered) => answered,
        Err(elapsed) => Err(sqlx::Error::Io(elapsed.into()).into()),
    }
}
