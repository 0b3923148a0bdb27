//! What a decision may know of the world: loaded before it, guarded or re-read in the transaction.
//! Whatever is asked for and not there becomes a need; with the needs loaded it is decided anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::Ballot;
use crate::{
    calendar::Calendar,
    expression::Value,
    names::{
        AccountId, CaseId, FactName, HoldName, LabelName, LinkName, OperationName, RoleName,
        SubjectName, TaskName, UnitId, WorkflowKey,
    },
};

/// The world at the moment of one decision.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The live data of each subject, as a map of fields; `none` if there is no such thing.
    pub subjects: BTreeMap<SubjectName, Value>,
    /// The value of each fact, by its name and [`NeededFact::key`].
    pub named: BTreeMap<(FactName, String), Value>,
    /// The linked cases, as rows `{id, workflow, state, status, started, <labels>, <shown vars>}`.
    pub linked: BTreeMap<LinkName, Vec<Value>>,
    /// The active accounts that hold a role in a unit (`None`: in any).
    pub people: BTreeMap<(RoleName, Option<UnitId>), Vec<AccountId>>,
    /// What is held now, by hold and key, this case's own uses left out.
    pub holds: BTreeMap<(HoldName, String), HoldUse>,
    /// The ballots of secret tasks of this case that are not counted yet, in no order.
    pub ballots: BTreeMap<TaskName, Vec<Ballot>>,
    /// The working-day calendar.
    pub calendar: Arc<Calendar>,
    /// Randomness for draws, drawn and stored by the runtime.
    pub seed: u64,
    /// Whether other cases have just refused what the ends of timers wanted of them: those ends wait,
    /// and all else goes on.
    pub others_refuse: bool,
}

/// What a decision asked for and [`Facts`] did not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// Subjects, with the host's kind and id.
    pub subjects: BTreeMap<SubjectName, (String, String)>,
    /// Facts, with their evaluated arguments, by name and [`NeededFact::key`].
    pub named: BTreeMap<(FactName, String), NeededFact>,
    /// Links, with the cases at their other end.
    pub linked: BTreeMap<LinkName, BTreeSet<CaseId>>,
    /// Holders of a role in a unit (`None`: in any).
    pub people: BTreeSet<(RoleName, Option<UnitId>)>,
    /// Uses of holds, this case's own left out.
    pub holds: BTreeSet<(HoldName, String)>,
    /// Secret tasks whose ballots are to be counted.
    pub ballots: BTreeSet<TaskName>,
}

impl Needs {
    /// Whether nothing was missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds other needs.
    pub fn add(&mut self, other: Self) {
        self.subjects.extend(other.subjects);
        self.named.extend(other.named);
        self.linked.extend(other.linked);
        self.people.extend(other.people);
        self.holds.extend(other.holds);
        self.ballots.extend(other.ballots);
    }
}

/// One fact with the arguments it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum NeededFact {
    /// Cases of the workflow, and of those that extend it, whose labels have these values; the
    /// case `except` left out. The value is a list of rows as in [`Facts::linked`].
    Cases {
        /// The workflow.
        workflow: WorkflowKey,
        /// Label → value.
        matching: BTreeMap<LabelName, Value>,
        /// The case that asks.
        except: CaseId,
    },
    /// An operation of the host.
    Host {
        /// Which.
        operation: OperationName,
        /// Its arguments.
        with: BTreeMap<String, Value>,
    },
}

impl NeededFact {
    /// One text for the arguments, equal exactly where they are equal.
    #[must_use]
    pub fn key(&self) -> String {
        let json = match self {
            Self::Cases { matching, .. } => serde_json::to_string(matching),
            Self::Host { with, .. } => serde_json::to_string(with),
        };
        json.unwrap_or_default()
    }
}

/// The use of one hold by other cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoldUse {
    /// The cases that hold it.
    pub holders: Vec<Holder>,
}

/// A case that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The case.
    pub case: CaseId,
    /// How much it takes.
    pub take: i64,
}

/// One use of a hold by this case: what it takes, and how much there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldClaim {
    /// The hold.
    pub hold: HoldName,
    /// What is held, as one text.
    pub key: String,
    /// How much this case takes.
    pub take: i64,
    /// How much there is for all cases together.
    pub limit: i64,
    /// What a person is told who cannot get it.
    pub say: String,
}
