//! Running cases follow the world: where the calendar changes, or facts on which an end depends, their
//! timers are reckoned anew, with the old and the new end in the history; and those whose rules wait
//! for other cases see what has become of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};

use super::{Runtime, RuntimeError, sweeps::AT_ONCE, work};
use crate::{
    calendar::Calendar,
    definition::Definition,
    names::{CaseId, WorkflowKey},
    store,
};

/// How far this process has followed the world.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// The calendar with which timers were reckoned, as far as this process knows.
    calendar: Mutex<Option<Arc<Calendar>>>,
    /// The last case of each version that was woken to see whether it must still wait.
    woken: Mutex<BTreeMap<(WorkflowKey, u32), String>>,
}

/// So many waiting cases of a version are woken in one go: those that began first, every time, and
/// as many of the others.
const WAITING: i64 = 50;

/// Reckons timers anew if another calendar is in force than before; with `facts`, also those whose
/// ends depend on facts.
pub(super) async fn follow_world(runtime: &Runtime, facts: bool) -> Result<(), RuntimeError> {
    follow_calendar(runtime).await?;
    if facts {
        wake_timed(runtime, &Definition::has_timers_of_the_world).await?;
    }
    Ok(())
}

async fn follow_calendar(runtime: &Runtime) -> Result<(), RuntimeError> {
    let engine = &runtime.engine;
    let calendar = engine.host.calendar();
    let reckoned = || engine.followed.calendar.lock().unwrap_or_else(PoisonError::into_inner);
    if reckoned().as_ref().is_some_and(|known| *known == calendar) {
        return Ok(());
    }
    let hash = hash(&calendar)?;
    let mut held = engine.store.reader().await?;
    let last = store::reckoned_calendar(&mut held.connection()).await?;
    drop(held);
    // Another process of the installation may have done it; one that ends halfway begins again.
    if last.as_ref() != Some(&hash) {
        wake_timed(runtime, &|_| true).await?;
        let mut held = engine.store.writer().await?;
        store::keep_reckoned_calendar(&mut held.connection(), &hash).await?;
    }
    *reckoned() = Some(calendar);
    Ok(())
}

/// Wakes cases whose rules wait for what other cases hold or are: the oldest, so that who began first
/// gets what is free, and some of the others, the next time those after them. A case that must still
/// wait stays as it is.
pub(super) async fn wake_waiting(runtime: &Runtime) -> Result<(), RuntimeError> {
    let engine = &runtime.engine;
    for published in engine.library.versions() {
        let states = published.definition.waiting_states();
        if states.is_empty() {
            continue;
        }
        let states: Vec<&str> = states.into_iter().map(|state| state.as_str()).collect();
        let reference = &published.reference;
        let of = (reference.key.clone(), reference.version);
        let woken = || engine.followed.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let after = woken().get(&of).cloned().unwrap_or_default();
        let version = (of.0.as_str(), i64::from(of.1));
        let mut held = engine.store.reader().await?;
        let connection = &mut held.connection();
        let mut found = store::cases_in(connection, version, &states, "", WAITING).await?;
        if is_full(&found) {
            let oldest = found.last().map(|(id,)| id.clone()).unwrap_or_default();
            let after = after.max(oldest);
            let others = store::cases_in(connection, version, &states, &after, WAITING).await?;
            let last = others.last().filter(|_| is_full(&others)).map(|(id,)| id.clone());
            woken().insert(of.clone(), last.unwrap_or_default());
            found.extend(others);
        }
        drop(held);
        for (id,) in found {
            let case = CaseId::from(id);
            if let Err(error) = runtime.wake(&case).await {
                tracing::warn!(%error, %case, "a case that waits for others could not go on");
            }
        }
    }
    Ok(())
}

fn is_full(page: &[(String,)]) -> bool {
    i64::try_from(page.len()).is_ok_and(|len| len >= WAITING)
}

fn hash(calendar: &Arc<Calendar>) -> Result<String, RuntimeError> {
    Ok(hex::encode(Sha256::digest(work::to_json("calendar", "", &**calendar)?)))
}

/// Wakes the cases with running timers whose definition is meant: a timer whose end has not changed
/// stays as it is, and nothing is written.
async fn wake_timed(
    runtime: &Runtime,
    is_meant: &(dyn Fn(&Definition) -> bool + Sync),
) -> Result<(), RuntimeError> {
    let engine = &runtime.engine;
    let mut held = engine.store.reader().await?;
    let timed = store::timed_cases(&mut held.connection()).await?;
    drop(held);
    let mut meant = Vec::new();
    for (id, workflow, version) in timed {
        let version = u32::try_from(version).unwrap_or_default();
        match engine.version(&WorkflowKey::from(workflow), version).await {
            Ok(published) if is_meant(&published.definition) => meant.push(CaseId::from(id)),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, id, "the version of a case could not be read"),
        }
    }
    let wakes = stream::iter(meant).map(|case| async move {
        if let Err(error) = runtime.wake(&case).await {
            tracing::warn!(%error, %case, "the timers of a case could not be reckoned anew");
        }
    });
    wakes.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    Ok(())
}
