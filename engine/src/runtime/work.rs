//! The cases of one batch in memory: as they are stored, as the commands so far have made them, and
//! how to take back what a refused command did.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Published, RuntimeError};
use crate::{
    calendar::Moment,
    decision::{Ballot, Case, Effect, Event, HoldClaim},
    expression::Value,
    names::{CaseId, HoldName, LabelName, SectionName, StateName, StatusId, TaskName},
    store::{StoredCase, SubmissionRow},
};

/// What the tables of tasks, labels and holds keep of a case, so that a step can be written as the
/// difference without reading them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) tasks: Vec<KeptTask>,
    pub(super) labels: BTreeMap<LabelName, String>,
    pub(super) holds: Vec<KeptHold>,
}

/// One open task for one audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptTask {
    pub(super) task: TaskName,
    pub(super) row: String,
    pub(super) audience: String,
    pub(super) opened_at: i64,
    pub(super) due_at: i64,
}

/// One use of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptHold {
    pub(super) hold: HoldName,
    pub(super) held: String,
    pub(super) take: i64,
    pub(super) limit: i64,
}

/// What follows from a case and its facts.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    pub(super) status: StatusId,
    pub(super) shown: Value,
    pub(super) kept: Kept,
    /// What it holds, as it is judged; not known of a case that was only read.
    pub(super) claims: Vec<HoldClaim>,
}

/// A case as it is stored.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) form: BTreeMap<SectionName, Value>,
    pub(super) state: StateName,
    pub(super) derived: Derived,
    /// The seal of the newest row of its history.
    pub(super) head: String,
}

/// One command in the history of a case.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) revision: u64,
    pub(super) at: Moment,
    pub(super) events: Vec<Event>,
}

/// One case at work.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) published: Arc<Published>,
    /// `None` for a case that begins in this batch.
    pub(super) before: Option<Arc<Before>>,
    pub(super) case: Case,
    pub(super) derived: Derived,
    /// Whether the case changed after `derived` was computed.
    pub(super) is_stale: bool,
    /// New entries of its history; empty while nothing has changed.
    pub(super) history: Vec<Entry>,
    pub(super) submissions: Vec<SubmissionRow>,
    /// Ballots that were cast and discarded, in order.
    pub(super) ballots: Vec<BallotChange>,
}

/// What becomes of the ballots of a secret task.
#[derive(Clone, Debug)]
pub(super) enum BallotChange {
    Cast(TaskName, Ballot),
    Discard(TaskName),
}

impl BallotChange {
    /// What an effect does to ballots, if anything.
    pub(super) fn of(effect: Effect) -> Option<Self> {
        if let Effect::Cast { task, ballot } = effect {
            return Some(Self::Cast(task, ballot));
        }
        if let Effect::Discard { task } = effect { Some(Self::Discard(task)) } else { None }
    }
}

impl Work {
    /// A stored case.
    pub(super) fn read(
        stored: StoredCase,
        published: Arc<Published>,
    ) -> Result<Self, RuntimeError> {
        let mut case: Case = from_json("case", &stored.id, &stored.core)?;
        for (section, content) in &stored.form {
            let content: Value = from_json("form", &stored.id, content)?;
            case.form.insert(SectionName::from(section.as_str()), content);
        }
        let derived = Derived {
            status: StatusId::from(stored.status.as_str()),
            shown: from_json("row", &stored.id, &stored.shown)?,
            kept: from_json("index", &stored.id, &stored.kept)?,
            claims: Vec::new(),
        };
        let before = Before {
            form: case.form.clone(),
            state: case.visit.state.clone(),
            derived: derived.clone(),
            head: stored.head,
        };
        Ok(Self {
            published,
            before: Some(Arc::new(before)),
            case,
            derived,
            is_stale: false,
            history: Vec::new(),
            submissions: Vec::new(),
            ballots: Vec::new(),
        })
    }

    /// Adds one event to the newest entry of its history.
    pub(super) fn append(&mut self, event: Event, at: Moment) {
        let case = self.case.clone();
        self.case = case.evolve(&event, at);
        self.is_stale = true;
        if let Some(entry) = self.history.last_mut() {
            entry.events.push(event);
        }
    }
}

/// The cases of one batch. What a command changes is a new [`Work`] in the place of the old one.
#[derive(Debug, Default)]
pub(super) struct Works {
    cases: BTreeMap<CaseId, Arc<Work>>,
    journal: Vec<(CaseId, Option<Arc<Work>>)>,
}

impl Works {
    pub(super) fn get(&self, id: &CaseId) -> Option<&Arc<Work>> {
        self.cases.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &CaseId) -> Option<&mut Work> {
        self.cases.get_mut(id).map(Arc::make_mut)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&CaseId, &Work)> {
        self.cases.iter().map(|(id, work)| (id, &**work))
    }

    /// Adds a case as it was read; not a change.
    pub(super) fn read(&mut self, work: Work) {
        self.cases.insert(work.case.id.clone(), Arc::new(work));
    }

    /// Changes a case, so that it can be taken back.
    pub(super) fn change(&mut self, work: Work) {
        let id = work.case.id.clone();
        let old = self.cases.insert(id.clone(), Arc::new(work));
        self.journal.push((id, old));
    }

    /// The point to which [`Works::back_to`] leads.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back every change since the mark.
    pub(super) fn back_to(&mut self, mark: usize) {
        for (id, old) in self.journal.drain(mark..).rev() {
            match old {
                Some(work) => self.cases.insert(id, work),
                None => self.cases.remove(&id),
            };
        }
    }

    /// The cases changed since the last settling, each with how it was before.
    pub(super) fn changed(&self) -> BTreeMap<CaseId, Option<&Work>> {
        let mut changed = BTreeMap::new();
        for (id, old) in self.journal.iter().rev() {
            changed.insert(id.clone(), old.as_deref());
        }
        changed
    }

    /// Makes the changes part of the batch for good.
    pub(super) fn settle(&mut self) {
        self.journal.clear();
    }

    /// Every case that must be written.
    pub(super) fn into_changed(self) -> impl Iterator<Item = Work> {
        let changed = self.cases.into_values().filter(|work| !work.history.is_empty());
        changed.map(Arc::unwrap_or_clone)
    }
}

/// Reads a stored JSON text.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    id: &str,
    text: &str,
) -> Result<T, RuntimeError> {
    serde_json::from_str(text).map_err(|source| RuntimeError::Stored {
        what,
        id: id.to_owned(),
        source,
    })
}

/// Writes a value as JSON to be stored.
pub(super) fn to_json<T: Serialize>(
    what: &'static str,
    id: &str,
    value: &T,
) -> Result<String, RuntimeError> {
    serde_json::to_string(value).map_err(|source| RuntimeError::Stored {
        what,
        id: id.to_owned(),
        source,
    })
}

/// A label as people search for it and as facts are matched; nothing for no value.
pub(super) fn label_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => return None,
        Value::Bool(yes) => yes.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Moment(moment) => moment.0.to_string(),
        Value::Span(_) | Value::List(_) | Value::Map(_) => {
            serde_json::to_string(value).unwrap_or_default()
        }
    })
}
