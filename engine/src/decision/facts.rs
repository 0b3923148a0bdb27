//! What a decision may know of the world: loaded before it, guarded or re-read in the transaction.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    calendar::Calendar,
    expression::Value,
    names::{AccountId, CaseId, FactName, HoldName, LinkName, ParticipantName, SubjectName},
};

/// The world at the moment of one decision.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The live data of each subject, as a map of fields.
    pub subjects: BTreeMap<SubjectName, Value>,
    /// Each fact of the definition that the command may need.
    pub named: BTreeMap<FactName, Value>,
    /// The linked cases, as rows `{id, workflow, state, status, started, <labels>, <shown vars>}`.
    pub linked: BTreeMap<LinkName, Vec<Value>>,
    /// Who there is, for participants found by role: used to route to the first row with somebody
    /// left and to tell when nobody is. Absent = not asked.
    pub people: BTreeMap<ParticipantName, Vec<AccountId>>,
    /// What is held now, by hold and key, this case's own uses left out.
    pub holds: BTreeMap<(HoldName, String), HoldUse>,
    /// The working-day calendar.
    pub calendar: Arc<Calendar>,
    /// Randomness for draws, drawn and stored by the runtime.
    pub seed: u64,
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
