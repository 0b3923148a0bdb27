//! One try to commit one batch in one transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use futures::FutureExt;

use super::{
    Claim, Engine, Outcome, Refusal, RuntimeError,
    batch::{Batch, Stop},
    committer::{Order, Pending, Repeat},
    rows,
    work::to_json,
};
use crate::{
    calendar::Moment,
    decision::Command,
    names::{AccountId, CaseId},
    store::{
        self, CommitError, Committing, IdempotencyRow, Isolation, Lock, Opening, WriteTransaction,
        Writes,
    },
};

/// What one caller is told.
pub(super) type Answer = Result<Outcome, Refusal>;

/// What became of one try.
pub(super) enum Transacted {
    /// It is on disk.
    Committed(Vec<Answer>),
    /// Nothing was written.
    RolledBack(Arc<sqlx::Error>),
    /// Nothing was written: what is to be decided needs [`Isolation::Locked`].
    NeedsLocks,
    /// The commit was sent and not answered.
    InDoubt(InDoubt, Arc<sqlx::Error>),
}

/// A row of the history that exists exactly if the transaction was committed, and what to answer
/// then.
pub(super) struct InDoubt {
    pub(super) case: String,
    pub(super) revision: i64,
    pub(super) batch: String,
    pub(super) outcomes: Vec<Answer>,
}

/// Why a batch cannot be carried out as it was begun.
enum Fault {
    Database(Arc<sqlx::Error>),
    NeedsLocks,
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Earlier answers by account and key: payload and outcome.
type Answered = BTreeMap<(String, String), (String, Outcome)>;

/// Carries out a batch in one transaction.
pub(super) async fn transact(
    engine: &Engine,
    held: &mut Option<Committing>,
    batch: &[Pending],
    isolation: Isolation,
) -> Transacted {
    let connection = match held {
        Some(held) => held,
        None => match engine.store.committing().await {
            Ok(fresh) => held.insert(fresh),
            Err(error) => return Transacted::RolledBack(Arc::new(error)),
        },
    };
    let opened = open_batch(connection, isolation, batch).await;
    let (mut transaction, opening) = match opened {
        Ok(opened) => opened,
        Err(error) => return Transacted::RolledBack(Arc::new(error)),
    };
    let id = uuid::Uuid::new_v4().simple().to_string();
    let isolation = transaction.isolation();
    let mut work = Batch::new(engine, transaction.connection(), isolation);
    // A panic must neither leave the transaction open nor end the committer.
    let written =
        AssertUnwindSafe(carry_out_all(&mut work, batch, opening, &id)).catch_unwind().await;
    drop(work);
    let (outcomes, writes) = match written {
        Ok(Ok(written)) => written,
        Ok(Err(fault)) => {
            // The error that broke the transaction says more than one of its rolling back.
            let _ = transaction.rollback().await;
            return match fault {
                Fault::Database(error) => Transacted::RolledBack(error),
                Fault::NeedsLocks => Transacted::NeedsLocks,
            };
        }
        Err(_) => {
            let _ = transaction.rollback().await;
            return Transacted::RolledBack(Arc::new(sqlx::Error::WorkerCrashed));
        }
    };
    let Some(first) = writes.history.first() else {
        return match transaction.rollback().await {
            Ok(()) => Transacted::Committed(outcomes),
            Err(error) => Transacted::RolledBack(Arc::new(error)),
        };
    };
    let (case, revision) = (first.case_id.clone(), first.revision);
    match transaction.commit_with(writes).await {
        Ok(()) => Transacted::Committed(outcomes),
        Err(CommitError::Statement(error)) => Transacted::RolledBack(Arc::new(error)),
        Err(CommitError::InDoubt(error)) => {
            Transacted::InDoubt(InDoubt { case, revision, batch: id, outcomes }, Arc::new(error))
        }
    }
}

/// Decides every command; with everything that is to be written.
async fn carry_out_all(
    work: &mut Batch<'_>,
    batch: &[Pending],
    opening: Opening,
    id: &str,
) -> Result<(Vec<Answer>, Writes), Fault> {
    let mut writes = Writes::default();
    let mut answered = take_in(work, opening).await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for pending in batch {
        let outcome = carry_out_one(work, pending, &mut answered, &mut writes).await;
        match outcome {
            Ok(outcome) => {
                work.works.settle();
                for job in std::mem::take(&mut work.unit.jobs) {
                    writes.outbox.push(rows::outbox_row(&job).map_err(unwritable)?);
                }
                outcomes.push(Ok(outcome));
            }
            Err(Stop::Refused(refusal)) => {
                work.take_back();
                outcomes.push(answered_meanwhile(work, pending).await?.ok_or(refusal));
            }
            Err(Stop::Broken(error)) => return Err(Fault::Database(error)),
            Err(Stop::NeedsLocks) => return Err(Fault::NeedsLocks),
        }
    }
    writes.numbers.extend(std::mem::take(&mut work.numbers));
    let host = Arc::clone(&work.engine.host);
    for changed in std::mem::take(&mut work.works).into_changed() {
        rows::write_case(&mut writes, changed, id, &*host).map_err(unwritable)?;
    }
    Ok((outcomes, writes))
}

/// What cannot be written as JSON would be a fault of this program.
fn unwritable(error: RuntimeError) -> sqlx::Error {
    sqlx::Error::Encode(Box::new(error))
}

/// The answer to the same command, where another committer carried it out since this batch was
/// opened: what refuses the repetition is then the effect of the first.
async fn answered_meanwhile(
    work: &mut Batch<'_>,
    pending: &Pending,
) -> Result<Option<Outcome>, sqlx::Error> {
    let Some(repeat) = &pending.repeat else {
        return Ok(None);
    };
    let keys = BTreeSet::from([(repeat.account.clone(), repeat.key.clone())]);
    let answered = store::answered(&mut work.connection, &keys).await?;
    let first = answered.into_iter().find(|row| row.payload == repeat.payload);
    let outcome = first.map(|row| serde_json::from_str(&row.outcome)).transpose();
    outcome.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Begins the transaction and reads what the batch certainly needs: its cases, claims on their tasks,
/// and what was answered before to commands with the same keys.
async fn open_batch<'h>(
    held: &'h mut Committing,
    isolation: Isolation,
    batch: &[Pending],
) -> Result<(WriteTransaction<'h>, Opening), sqlx::Error> {
    let repeats = batch.iter().filter_map(|pending| pending.repeat.as_ref());
    let keys: BTreeSet<(String, String)> =
        repeats.map(|repeat| (repeat.account.clone(), repeat.key.clone())).collect();
    let ids: BTreeSet<String> =
        batch.iter().filter_map(|pending| pending.order.case()).map(ToString::to_string).collect();
    let now = batch.iter().map(|pending| pending.received.0).min().unwrap_or_default();
    store::open_batch(held, isolation, &ids, &keys, now).await
}

async fn take_in(work: &mut Batch<'_>, opening: Opening) -> Result<Answered, Fault> {
    for stored in opening.cases {
        match work.take_in(stored).await {
            // One unreadable case alone must not keep the others from going on: it is read again
            // with its own command.
            Ok(()) | Err(Stop::Refused(_)) => {}
            Err(Stop::Broken(error)) => return Err(Fault::Database(error)),
            Err(Stop::NeedsLocks) => return Err(Fault::NeedsLocks),
        }
    }
    for claimed in opening.claimed {
        let claim = Claim { by: AccountId::from(claimed.by), until: Moment(claimed.until) };
        work.claims.insert((claimed.case_id, claimed.task, claimed.row_key), claim);
    }
    let mut answered = Answered::new();
    for row in opening.answered {
        let outcome = serde_json::from_str(&row.outcome)
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        answered.insert((row.account, row.key), (row.payload, outcome));
    }
    Ok(answered)
}

async fn carry_out_one(
    work: &mut Batch<'_>,
    pending: &Pending,
    answered: &mut Answered,
    writes: &mut Writes,
) -> Result<Outcome, Stop> {
    if let Some(first) = first_answer(pending.repeat.as_ref(), answered)? {
        return Ok(first);
    }
    let at = pending.received;
    let outcome = match &pending.order {
        Order::Start { published, id, command } => {
            work.carry_out(published, id, command.clone(), at).await?
        }
        Order::Migrate { published, id, command } => {
            work.carry_out_migration(published, id, command, at).await?
        }
        Order::On { id, revision, command } => {
            work.read_cases([id], Lock::Write).await?;
            let known = work.works.get(id).ok_or(Stop::Refused(Refusal::NotFound))?;
            if revision.is_some_and(|revision| revision != known.case.revision) {
                return Err(Stop::Refused(Refusal::Stale {
                    revision: known.case.revision,
                    state: known.case.visit.state.clone(),
                }));
            }
            let published = Arc::clone(&known.published);
            refuse_claimed(work, id, command, at)?;
            work.carry_out(&published, id, command.clone(), at).await?
        }
    };
    if let Some(repeat) = &pending.repeat {
        writes.idempotency.push(IdempotencyRow {
            account: repeat.account.clone(),
            key: repeat.key.clone(),
            payload: repeat.payload.clone(),
            outcome: to_json("outcome", &repeat.key, &outcome)?,
            at: at.0,
        });
        let key = (repeat.account.clone(), repeat.key.clone());
        answered.insert(key, (repeat.payload.clone(), outcome.clone()));
    }
    Ok(outcome)
}

/// The answer to the first command with this key.
fn first_answer(repeat: Option<&Repeat>, answered: &Answered) -> Result<Option<Outcome>, Stop> {
    let Some(repeat) = repeat else {
        return Ok(None);
    };
    match answered.get(&(repeat.account.clone(), repeat.key.clone())) {
        Some((payload, outcome)) if *payload == repeat.payload => Ok(Some(outcome.clone())),
        Some(_) => Err(Stop::Refused(Refusal::Reused)),
        None => Ok(None),
    }
}

/// Somebody else may be working on the task.
fn refuse_claimed(
    work: &Batch<'_>,
    id: &CaseId,
    command: &Command,
    at: Moment,
) -> Result<(), Stop> {
    let Command::Act(act) = command else {
        return Ok(());
    };
    let Some(account) = act.by.account() else {
        return Ok(());
    };
    let row = act.row.clone().unwrap_or_default();
    match work.claims.get(&(id.to_string(), act.task.to_string(), row)) {
        Some(claim) if claim.until > at && claim.by != *account => {
            let Claim { by, until } = claim.clone();
            Err(Stop::Refused(Refusal::Claimed { by, until }))
        }
        Some(_) | None => Ok(()),
    }
}
