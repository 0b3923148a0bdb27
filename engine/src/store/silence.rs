//! How long PostgreSQL is waited for. A line that fell silent, such as one that a firewall forgot,
//! gives neither an answer nor an error for a quarter of an hour; a connection that did not answer in
//! time is closed, and the next is new.

use std::time::Duration;

/// Far longer than any statement takes; shorter in tests, which wait for it.
const LONGEST: Duration = Duration::from_secs(if cfg!(test) { 5 } else { 10 });
/// The same for a connection that was given back, whose transaction may have to be rolled back.
pub(super) const LONGEST_FAREWELL: Duration = Duration::from_secs(2);

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
