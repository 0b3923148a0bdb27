//! A case as the core sees it: everything a decision needs, and exactly what folding its history
//! gives.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Ballot, Handover, TimerId};
use crate::{
    calendar::Moment,
    expression::Value,
    names::{
        AccountId, ActionName, CaseId, DefinitionHash, LinkName, NumberName, SectionName,
        StateName, SubjectName, TaskName, VarName, WorkflowKey,
    },
};

/// The definition a case runs on; it changes only by migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionRef {
    /// The workflow.
    pub key: WorkflowKey,
    /// The published version, from 1.
    pub version: u32,
    /// The hash of its sources.
    pub hash: DefinitionHash,
}

/// One running instance of a definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What it runs on.
    pub definition: DefinitionRef,
    /// Counts the commands that changed it, from 1.
    pub revision: u64,
    /// The stay in the current state.
    pub visit: Visit,
    /// Whether its state is an end.
    pub is_closed: bool,
    /// The reference of each subject, pinned at the start.
    pub subjects: BTreeMap<SubjectName, String>,
    /// Who started it; `None` where a case or service did.
    pub started_by: Option<AccountId>,
    /// When it was started.
    pub started_at: Moment,
    /// The form as it stands: a map of fields, or a list of rows, per section.
    pub form: BTreeMap<SectionName, Value>,
    /// The number of the last frozen submission; 0 is none.
    pub submission: u32,
    /// Per section the submissions at which its content changed, with the content's hash; the
    /// content of submission `n` is the last entry not after `n`.
    pub frozen: BTreeMap<SectionName, Vec<(u32, String)>>,
    /// Per list a short hash of every row of the last submission.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub frozen_rows: BTreeMap<SectionName, Vec<String>>,
    /// The parts that did not fit any more since the last submission and were mended: what was
    /// entered there once can still be put right.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opened: BTreeSet<String>,
    /// Its variables.
    pub vars: BTreeMap<VarName, Value>,
    /// The valid answers of each task, oldest first.
    pub answers: BTreeMap<TaskName, Vec<Answer>>,
    /// Everybody who ever acted in it, whatever became of the answers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub acted: BTreeSet<String>,
    /// How often an action limited by `at_most` was done: in the case, and in this visit.
    pub done: BTreeMap<TaskName, BTreeMap<ActionName, (u32, u32)>>,
    /// Open tasks.
    pub tasks: BTreeMap<TaskName, OpenTask>,
    /// The rows of each `each` task, as they were when it was last open.
    pub lists: BTreeMap<TaskName, TaskList>,
    /// Who lets whom act in open tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed: Vec<Handover>,
    /// Who may read along.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub copies: BTreeSet<AccountId>,
    /// When tasks were last urged, also where they have closed since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub last_urged: BTreeMap<TaskName, Moment>,
    /// When open tasks were last urged, as earlier versions recorded it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub urged: BTreeMap<TaskName, Moment>,
    /// Who was taken off each list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replaced: BTreeMap<VarName, Vec<String>>,
    /// Timers that run or have ended in this visit.
    pub timers: BTreeMap<TimerId, CaseTimer>,
    /// Numbers it was given.
    pub numbers: BTreeMap<NumberName, String>,
    /// Cases it is linked with.
    pub links: BTreeMap<LinkName, BTreeSet<CaseId>>,
}

/// One stay in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The state.
    pub state: StateName,
    /// Counts the stays of the case, from 1.
    pub number: u32,
    /// When it began.
    pub since: Moment,
}

/// An action taken in a task, with what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The action.
    pub action: ActionName,
    /// Who took it, as [`super::Actor::id`] writes it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What was asked, by field.
    pub asked: BTreeMap<String, Value>,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// For whom, where somebody else acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<AccountId>,
    /// Through whose hands the task came to who acted, beside whose it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<AccountId>,
}

/// An open task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenTask {
    /// Since when.
    pub since: Moment,
    /// For an `each` task, the keys (account ids) of its open rows; empty for others.
    pub rows: Vec<String>,
}

/// The rows of an `each` task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskList {
    /// The keys (account ids) of all rows, in the order of the list.
    pub rows: Vec<String>,
    /// Whether an action closed the task before every row had answered.
    pub is_closed: bool,
    /// The totals of a secret task that was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Vec<Ballot>>,
}

/// A timer of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTimer {
    /// The task it belongs to; `None` is the state.
    pub task: Option<TaskName>,
    /// The rows of an `each` task whose time it measures: those that were open when it began. Who
    /// joins later has one of his own. `None` is all of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<String>>,
    /// Where counting began.
    pub from: Moment,
    /// When it ends.
    pub ends: Moment,
    /// When it reminds, earliest first.
    pub reminders: Vec<Moment>,
    /// How many reminders were sent.
    pub reminded: u32,
    /// Whether it has ended.
    pub is_over: bool,
    /// Whether what follows the end still waits, for a hold or until it can be done.
    pub is_waiting: bool,
}

impl CaseTimer {
    /// Whether it measures the time of a row.
    #[must_use]
    pub fn is_of(&self, row: &str) -> bool {
        self.rows.as_ref().is_none_or(|rows| rows.iter().any(|one| one == row))
    }

    /// The next moment at which this timer does something by itself.
    #[must_use]
    pub fn next(&self) -> Option<Moment> {
        if self.is_over {
            return None;
        }
        let reminder = self.reminders.get(self.reminded as usize).copied();
        Some(reminder.map_or(self.ends, |at| at.min(self.ends)))
    }
}
