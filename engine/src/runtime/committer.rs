//! The committers: they take the commands that wait, carry them out together in one transaction,
//! and answer after the commit.
//!
//! Invariant: nobody is answered before the commit is on disk; whatever fails as a batch is tried
//! one by one; a commit whose answer was lost is looked up, never guessed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{Mutex, mpsc, oneshot},
};

use super::{
    Engine, Outcome, Published, Refusal, RuntimeError, rows,
    transact::{Answer, InDoubt, Transacted, transact},
};
use crate::{
    calendar::Moment,
    decision::Command,
    names::CaseId,
    store::{self, Committing, Db, Isolation},
};

/// At most so many commands in one transaction.
const LARGEST_BATCH: usize = 64;
/// At most so many wakes in a transaction in which somebody waits for an answer.
const WAKES_BESIDE_PEOPLE: usize = 4;
/// Commands that may wait; more are refused at once.
const QUEUE: usize = 4096;
/// Committers on PostgreSQL: while one waits for its commit, another reads and decides. More only
/// make smaller batches.
const COMMITTERS: usize = 2;
/// Tries of one batch whose failure may pass.
const TRIES: u32 = 8;
/// How long a database that is away is waited for before people are told.
const PATIENCE: Duration = Duration::from_millis(900);

/// A command on its way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) order: Order,
    pub(super) received: Moment,
    /// Account, key and hash of the payload, where the command may be repeated.
    pub(super) repeat: Option<Repeat>,
    pub(super) reply: oneshot::Sender<Result<Outcome, Refusal>>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// Begin the case of this id.
    Start { published: Arc<Published>, id: CaseId, command: Command },
    /// Move a case to this version.
    Migrate { published: Arc<Published>, id: CaseId, command: Command },
    /// Do something with a case, if it is still at the revision.
    On { id: CaseId, revision: Option<u64>, command: Command },
}

impl Order {
    /// The case it is about, if that is there already.
    pub(super) fn case(&self) -> Option<&CaseId> {
        match self {
            Self::Start { .. } => None,
            Self::Migrate { id, .. } | Self::On { id, .. } => Some(id),
        }
    }
}

/// How a repeated command is known.
#[derive(Clone, Debug)]
pub(super) struct Repeat {
    pub(super) account: String,
    pub(super) key: String,
    /// Empty where nothing of the payload may be kept.
    pub(super) payload: String,
}

/// The way to the committers. Commands of people go before wakes.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    people: mpsc::Sender<Pending>,
    wakes: mpsc::Sender<Pending>,
}

#[derive(Debug)]
struct Waiting {
    people: mpsc::Receiver<Pending>,
    wakes: mpsc::Receiver<Pending>,
}

impl Queue {
    /// Starts the committers; they end when the last `Queue` is gone.
    pub(super) fn start(engine: &Arc<Engine>) -> Self {
        let (people, people_waiting) = mpsc::channel(QUEUE);
        let (wakes, wakes_waiting) = mpsc::channel(QUEUE);
        let waiting = Waiting { people: people_waiting, wakes: wakes_waiting };
        let waiting = Arc::new(Mutex::new(waiting));
        match engine.store {
            Db::Sqlite(_) => commit_apart(engine, &waiting),
            Db::Postgres(_) => {
                for _ in 0..COMMITTERS {
                    tokio::spawn(commit_what_waits(Arc::clone(engine), Arc::clone(&waiting)));
                }
            }
        }
        Self { people, wakes }
    }

    /// Hands a command over and waits for the answer. Once handed over it is carried out even if
    /// nobody waits any more.
    pub(super) async fn send(
        &self,
        order: Order,
        received: Moment,
        repeat: Option<Repeat>,
    ) -> Result<Outcome, Refusal> {
        let is_wake = matches!(&order, Order::On { command: Command::Wake, .. });
        let (reply, answer) = oneshot::channel();
        let pending = Pending { order, received, repeat, reply };
        if is_wake {
            self.wakes.send(pending).await.map_err(|_| RuntimeError::Busy)?;
        } else {
            self.people.try_send(pending).map_err(|_| RuntimeError::Busy)?;
        }
        answer.await.unwrap_or_else(|_| Err(RuntimeError::Busy.into()))
    }
}

impl Waiting {
    /// The next batch: what waits now, people first, whom many wakes must not keep waiting; nothing
    /// when nobody can send any more.
    async fn next(&mut self) -> Vec<Pending> {
        let mut batch = Vec::new();
        let (first, mut wakes) = tokio::select! {
            biased;
            first = self.people.recv() => (first, WAKES_BESIDE_PEOPLE),
            first = self.wakes.recv() => (first, LARGEST_BATCH),
        };
        batch.extend(first);
        while batch.len() < LARGEST_BATCH {
            if let Ok(pending) = self.people.try_recv() {
                batch.push(pending);
            } else if wakes > 0
                && let Ok(pending) = self.wakes.try_recv()
            {
                wakes -= 1;
                batch.push(pending);
            } else {
                break;
            }
        }
        batch
    }
}

/// SQLite is written to, and waited for, on the thread of the committer: it has one of its own,
/// beside those that answer people. Only a runtime that has a single thread keeps to that.
fn commit_apart(engine: &Arc<Engine>, waiting: &Arc<Mutex<Waiting>>) {
    let committing = || commit_what_waits(Arc::clone(engine), Arc::clone(waiting));
    let runtime = Handle::current();
    if runtime.runtime_flavor() != RuntimeFlavor::CurrentThread {
        let apart = committing();
        let thread = std::thread::Builder::new().name("committer".to_owned());
        match thread.spawn(move || runtime.block_on(apart)) {
            Ok(_) => return,
            Err(error) => tracing::warn!(%error, "no thread for the committer: it shares one"),
        }
    }
    tokio::spawn(committing());
}

async fn commit_what_waits(engine: Arc<Engine>, waiting: Arc<Mutex<Waiting>>) {
    let mut held = None;
    loop {
        let batch = waiting.lock().await.next().await;
        if batch.is_empty() {
            return;
        }
        commit(&engine, &mut held, batch).await;
    }
}

/// Commits a batch and answers everybody; one by one where it cannot be committed as a whole.
async fn commit(engine: &Engine, held: &mut Option<Committing>, batch: Vec<Pending>) {
    if let Some(outcomes) = try_batch(engine, held, &batch).await {
        return answer(engine, batch, outcomes);
    }
    for pending in batch {
        let single = vec![pending];
        let outcomes = try_batch(engine, held, &single).await;
        answer(engine, single, outcomes.unwrap_or_else(|| vec![Err(RuntimeError::Busy.into())]));
    }
}

fn answer(engine: &Engine, batch: Vec<Pending>, outcomes: Vec<Answer>) {
    engine.jobs.notify_one();
    for (pending, outcome) in std::iter::zip(batch, outcomes) {
        // Whoever asked may have gone; the command is done all the same.
        let _ = pending.reply.send(outcome);
    }
}

/// Tries until the batch is committed or clearly cannot be; `None` where it should be tried one by
/// one.
async fn try_batch(
    engine: &Engine,
    held: &mut Option<Committing>,
    batch: &[Pending],
) -> Option<Vec<Answer>> {
    let began = Instant::now();
    let mut in_doubt: Option<InDoubt> = None;
    let mut isolation = first_isolation(batch);
    for tries in 1.. {
        let error = match confirm(engine, held, &mut in_doubt).await {
            Ok(Some(outcomes)) => return Some(outcomes),
            Ok(None) => match transact(engine, held, batch, isolation).await {
                Transacted::Committed(outcomes) => return Some(outcomes),
                Transacted::NeedsLocks => {
                    isolation = Isolation::Locked;
                    continue;
                }
                Transacted::InDoubt(doubt, error) => {
                    in_doubt = Some(doubt);
                    error
                }
                Transacted::RolledBack(error) => error,
            },
            Err(error) => Arc::new(error),
        };
        let failure = Failure::of(&error);
        if failure == Failure::Unique {
            rows::begin_job_ids_anew();
        }
        let may_pass = match failure {
            Failure::Away => began.elapsed() < PATIENCE,
            Failure::Conflict => tries < TRIES,
            Failure::Unique if batch.len() > 1 => return None,
            // What is wrong with one command, such as a version that is gone, is not wrong with all.
            Failure::Other if batch.len() > 1 && in_doubt.is_none() => {
                *held = None;
                return None;
            }
            Failure::Unique => tries < TRIES,
            Failure::Other => false,
        };
        *held = None;
        isolation = Isolation::Locked;
        if !may_pass {
            // What is certain need not be left in doubt.
            if let Ok(Some(outcomes)) = confirm(engine, held, &mut in_doubt).await {
                return Some(outcomes);
            }
            tracing::error!(%error, tries, "a batch of commands could not be committed");
            let why = || match in_doubt {
                Some(_) => RuntimeError::Unconfirmed(Arc::clone(&error)),
                None => RuntimeError::Database(Arc::clone(&error)),
            };
            return Some(batch.iter().map(|_| Err(why().into())).collect());
        }
        tokio::time::sleep(Duration::from_millis(rand::random_range(5..=100))).await;
    }
    None
}

/// A case that begins takes its holds, which needs locks.
fn first_isolation(batch: &[Pending]) -> Isolation {
    if batch.iter().any(|pending| pending.order.case().is_none()) {
        Isolation::Locked
    } else {
        Isolation::Guarded
    }
}

/// Looks up whether the transaction whose commit was not answered took place after all.
async fn confirm(
    engine: &Engine,
    held: &mut Option<Committing>,
    in_doubt: &mut Option<InDoubt>,
) -> Result<Option<Vec<Answer>>, sqlx::Error> {
    let Some(doubt) = in_doubt else {
        return Ok(None);
    };
    let held = match held {
        Some(held) => held,
        None => held.insert(engine.store.committing().await?),
    };
    let (case, revision, batch) = (&doubt.case, doubt.revision, &doubt.batch);
    let is_committed = store::is_committed(&mut held.connection(), case, revision, batch).await?;
    let doubt = in_doubt.take();
    Ok(doubt.filter(|_| is_committed).map(|doubt| doubt.outcomes))
}

/// What kind of failure a database error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// The database does not answer or the connection was lost.
    Away,
    /// Another transaction was in the way.
    Conflict,
    /// A guard refused: a revision, key or hold that is there already.
    Unique,
    /// Anything else, such as a full disk.
    Other,
}

impl Failure {
    fn of(error: &sqlx::Error) -> Self {
        if let Some(database) = error.as_database_error() {
            let code = database.code().unwrap_or_default();
            return match code.as_ref() {
                _ if database.is_unique_violation() => Self::Unique,
                // Serialization failure, deadlock; SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED.
                "40001" | "40P01" | "5" | "517" | "6" => Self::Conflict,
                // Shutting down, starting up, idle transaction ended.
                "57P01" | "57P02" | "57P03" | "25P03" => Self::Away,
                _ => Self::Other,
            };
        }
        let is_away = matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        );
        if is_away { Self::Away } else { Self::Other }
    }
}
