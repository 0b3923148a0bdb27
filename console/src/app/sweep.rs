//! Forgetting what is no longer needed: run-out sessions, old sign-in failures, forms that were
//! kept, uploads that no form took.

use std::time::Duration;

use engine::{calendar::Moment, runtime::Clock as _};

use super::App;
use crate::{
    identity::kept::KEEP,
    jobs::digest,
    records::{attempts, batches, kept_posts, sessions},
};

/// How often.
const EVERY: Duration = Duration::from_mins(10);
const HOUR: i64 = 3_600_000;

/// Sweeps every ten minutes, for ever.
pub async fn run(app: App) {
    let mut turns = tokio::time::interval(EVERY);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = rows(&app).await {
            tracing::warn!(%error, "old rows could not be swept");
        }
        if let Err(error) = digest::send(&app).await {
            tracing::warn!(%error, "digests could not be sent");
        }
        if let Err(error) = app.files.sweep().await {
            tracing::warn!(%error, "old files could not be swept");
        }
    }
}

/// One sweep of the rows.
///
/// # Errors
/// When the database does not answer.
pub async fn rows(app: &App) -> Result<(), sqlx::Error> {
    let now = app.machine_clock.now();
    let before = |hours: i64| Moment(now.0 - hours * HOUR);
    // A session that has run out still says whose late form is kept.
    sessions::forget(&app.db, before(7 * 24)).await?;
    attempts::forget(&app.db, before(1)).await?;
    let kept = i64::try_from(KEEP.as_millis()).unwrap_or(HOUR);
    kept_posts::forget(&app.db, Moment(now.0 - kept)).await?;
    batches::forget(&app.db, Moment(app.clock.now().0 - 30 * 24 * HOUR)).await?;
    Ok(())
}
