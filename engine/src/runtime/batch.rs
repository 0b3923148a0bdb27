//! One batch at work inside its transaction: what it has read of the world so far, and how facts
//! that a decision asks for are loaded.
//!
//! Invariant: a decision sees the changes of every command before it in the batch, although they
//! are not written yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Claim, Engine, HostError, Refusal, RuntimeError,
    rows::ballot_place,
    unit::Unit,
    work::{BallotChange, Work, Works, from_json, label_text},
};
use crate::{
    decision::{Ballot, Case, Facts, HoldUse, Holder, NeededFact, Needs, Rejection, RejectionKind},
    expression::Value,
    names::{
        AccountId, CaseId, HoldName, LabelName, OperationName, RoleName, TaskName, UnitId,
        WorkflowKey,
    },
    store::{self, Connection, Isolation, Lock, SeriesKey, StoredCase, in_time},
};

/// Why a command of a batch was not carried out.
#[derive(Debug)]
pub(super) enum Stop {
    /// This command is refused; the others go on.
    Refused(Refusal),
    /// The transaction is broken: everything is rolled back.
    Broken(Arc<sqlx::Error>),
    /// Begun without locks, and a lock is needed: everything begins again.
    NeedsLocks,
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(Arc::new(error))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(Refusal::Rejected(rejection))
    }
}

/// A bound was reached.
pub(super) fn too_much(why: &str) -> Stop {
    Rejection::from(RejectionKind::Evaluation(why.to_owned())).into()
}

impl From<HostError> for Stop {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Database(error) => Self::Broken(Arc::new(error)),
            HostError::Unknown { .. } | HostError::Sealed(_) => {
                Self::Refused(RuntimeError::Host(error).into())
            }
        }
    }
}

impl From<RuntimeError> for Stop {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Database(error) | RuntimeError::Unconfirmed(error) => Self::Broken(error),
            RuntimeError::Host(_)
            | RuntimeError::Busy
            | RuntimeError::Stored { .. }
            | RuntimeError::Checks { .. }
            | RuntimeError::Definition { .. } => Self::Refused(error.into()),
        }
    }
}

/// One batch.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    pub(super) engine: &'a Engine,
    pub(super) connection: Connection<'a>,
    pub(super) isolation: Isolation,
    pub(super) works: Works,
    pub(super) unit: Unit,
    subjects: BTreeMap<(String, String), Value>,
    operations: BTreeMap<(OperationName, String), Value>,
    people: BTreeMap<(RoleName, Option<UnitId>), Vec<AccountId>>,
    /// Who uses the holds that were asked for, as stored: they are locked.
    pub(super) held: BTreeMap<(String, HoldName, String), Vec<Holder>>,
    /// The last numbers drawn.
    pub(super) numbers: BTreeMap<SeriesKey, i64>,
    /// Who works on which task: case, task and row.
    pub(super) claims: BTreeMap<(String, String, String), Claim>,
    /// Whether ends of timers that reach other cases wait, for these have refused one.
    pub(super) others_refuse: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        connection: Connection<'a>,
        isolation: Isolation,
    ) -> Self {
        Self {
            engine,
            connection,
            isolation,
            works: Works::default(),
            unit: Unit::default(),
            subjects: BTreeMap::new(),
            operations: BTreeMap::new(),
            people: BTreeMap::new(),
            held: BTreeMap::new(),
            numbers: BTreeMap::new(),
            claims: BTreeMap::new(),
            others_refuse: false,
        }
    }

    /// Reads those of the cases that exist and are not here yet.
    pub(super) async fn read_cases(
        &mut self,
        ids: impl IntoIterator<Item = &CaseId>,
        lock: Lock,
    ) -> Result<(), Stop> {
        let missing: BTreeSet<String> = ids
            .into_iter()
            .filter(|id| self.works.get(id).is_none())
            .map(ToString::to_string)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        for stored in store::stored_cases(&mut self.connection, &missing, lock).await? {
            self.take_in(stored).await?;
        }
        Ok(())
    }

    /// Takes a case in as it is stored; one that was moved to an archive is not there for anybody.
    pub(super) async fn take_in(&mut self, stored: StoredCase) -> Result<(), Stop> {
        if stored.core.is_empty() {
            return Ok(());
        }
        let key = WorkflowKey::from(stored.workflow.as_str());
        let version = u32::try_from(stored.version).unwrap_or_default();
        let published = self.engine.version(&key, version).await?;
        self.works.read(Work::read(stored, published)?);
        Ok(())
    }

    /// Facts with nothing loaded yet.
    pub(super) fn no_facts(&self) -> Facts {
        Facts {
            calendar: self.engine.host.calendar(),
            seed: self.engine.host.seed(),
            ..Facts::default()
        }
    }

    /// Facts with the subjects of a case loaded: nearly everything that is decided asks for them, and
    /// each asking decides anew.
    pub(super) async fn subjects_of(&mut self, case: Option<&Case>) -> Result<Facts, Stop> {
        let mut facts = self.no_facts();
        let Some((case, work)) = case.and_then(|case| Some((case, self.works.get(&case.id)?)))
        else {
            return Ok(facts);
        };
        let published = Arc::clone(&work.published);
        for (name, id) in &case.subjects {
            if let Some(kind) = published.definition.start.given.get(name) {
                let subject = self.subject(kind.clone(), id.clone()).await?;
                facts.subjects.insert(name.clone(), subject);
            }
        }
        Ok(facts)
    }

    /// Loads what a decision about the case `own` asked for.
    pub(super) async fn load(
        &mut self,
        needs: Needs,
        own: &CaseId,
        scope: &str,
        facts: &mut Facts,
    ) -> Result<(), Stop> {
        for (name, (kind, id)) in needs.subjects {
            let subject = self.subject(kind, id).await?;
            facts.subjects.insert(name, subject);
        }
        for ((name, key), needed) in needs.named {
            let value = match needed {
                NeededFact::Host { operation, with } => {
                    self.operation(operation, &key, with).await?
                }
                NeededFact::Cases { workflow, matching, except } => {
                    self.matching_cases(&workflow, &matching, &except).await?
                }
            };
            facts.named.insert((name, key), value);
        }
        for (link, cases) in needs.linked {
            let rows = self.linked(&cases).await?;
            facts.linked.insert(link, rows);
        }
        for (role, unit) in needs.people {
            let people = self.holders(&role, unit.as_ref()).await?;
            facts.people.insert((role, unit), people);
        }
        for (hold, held) in needs.holds {
            let holders = self.hold_use(scope, &hold, &held, own).await?;
            facts.holds.insert((hold, held), HoldUse { holders });
        }
        for task in needs.ballots {
            let ballots = self.ballots(own, &task).await?;
            facts.ballots.insert(task, ballots);
        }
        Ok(())
    }

    /// The ballots of a secret task: as stored, and as this batch has made them.
    async fn ballots(&mut self, case: &CaseId, task: &TaskName) -> Result<Vec<Ballot>, Stop> {
        let stored = store::ballots(&mut self.connection, case.as_str(), task.as_str()).await?;
        let place = ballot_place(case.as_str(), task);
        let mut ballots = Vec::with_capacity(stored.len());
        for (ballot,) in stored {
            let ballot = self.engine.host.unseal(&place, ballot).map_err(RuntimeError::Host)?;
            ballots.push(from_json("ballot", case.as_str(), &ballot)?);
        }
        for change in self.works.get(case).into_iter().flat_map(|work| &work.ballots) {
            match change {
                BallotChange::Cast(of, ballot) if of == task => ballots.push(ballot.clone()),
                BallotChange::Discard(of) if of == task => ballots.clear(),
                BallotChange::Cast(..) | BallotChange::Discard(_) => {}
            }
        }
        Ok(ballots)
    }

    async fn subject(&mut self, kind: String, id: String) -> Result<Value, Stop> {
        let key = (kind, id);
        if let Some(known) = self.subjects.get(&key) {
            return Ok(known.clone());
        }
        let host = Arc::clone(&self.engine.host);
        let subject = in_time(host.subject(&mut self.connection, &key.0, &key.1)).await?;
        let subject = subject.unwrap_or(Value::None);
        self.subjects.insert(key, subject.clone());
        Ok(subject)
    }

    async fn operation(
        &mut self,
        operation: OperationName,
        key: &str,
        with: BTreeMap<String, Value>,
    ) -> Result<Value, Stop> {
        let key = (operation, key.to_owned());
        if let Some(known) = self.operations.get(&key) {
            return Ok(known.clone());
        }
        let host = Arc::clone(&self.engine.host);
        let value = in_time(host.fact(&mut self.connection, &key.0, &with)).await?;
        self.operations.insert(key, value.clone());
        Ok(value)
    }

    async fn holders(
        &mut self,
        role: &RoleName,
        unit: Option<&UnitId>,
    ) -> Result<Vec<AccountId>, Stop> {
        let key = (role.clone(), unit.cloned());
        if let Some(known) = self.people.get(&key) {
            return Ok(known.clone());
        }
        let host = Arc::clone(&self.engine.host);
        let people = in_time(host.holders(&mut self.connection, role, unit)).await?;
        self.people.insert(key, people.clone());
        Ok(people)
    }

    /// The rows of the cases that match now: as stored, and as this batch has made them.
    async fn matching_cases(
        &mut self,
        workflow: &WorkflowKey,
        matching: &BTreeMap<LabelName, Value>,
        except: &CaseId,
    ) -> Result<Value, Stop> {
        let mut labels = BTreeMap::new();
        for (label, value) in matching {
            let Some(text) = label_text(value) else {
                return Ok(Value::List(Vec::new()));
            };
            labels.insert(label.to_string(), text);
        }
        let family = self.engine.library.family(workflow);
        let stored = store::shown_by_labels(&mut self.connection, &family, &labels).await?;
        let mut rows = BTreeMap::new();
        for (id, shown) in stored {
            if self.works.get(&CaseId::from(id.as_str())).is_none() {
                let row: Value = from_json("row", &id, &shown)?;
                rows.insert(CaseId::from(id), row);
            }
        }
        for (id, work) in self.works.iter() {
            let kept = &work.derived.kept.labels;
            let fits = |(label, text): (&String, &String)| kept.get(label.as_str()) == Some(text);
            if work.published.definition.covers(workflow) && labels.iter().all(fits) {
                rows.insert(id.clone(), work.derived.shown.clone());
            }
        }
        rows.remove(except);
        Ok(Value::List(rows.into_values().collect()))
    }

    async fn linked(&mut self, cases: &BTreeSet<CaseId>) -> Result<Vec<Value>, Stop> {
        let elsewhere: BTreeSet<String> = cases
            .iter()
            .filter(|id| self.works.get(id).is_none())
            .map(ToString::to_string)
            .collect();
        let mut rows = BTreeMap::new();
        if !elsewhere.is_empty() {
            for (id, shown) in store::shown(&mut self.connection, &elsewhere).await? {
                let row: Value = from_json("row", &id, &shown)?;
                rows.insert(CaseId::from(id), row);
            }
        }
        for id in cases {
            if let Some(work) = self.works.get(id) {
                rows.insert(id.clone(), work.derived.shown.clone());
            }
        }
        Ok(rows.into_values().collect())
    }
}
