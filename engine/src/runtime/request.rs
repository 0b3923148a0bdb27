//! What callers ask of the runtime, what they get back, and why they may be refused.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use super::HostError;
use crate::{
    calendar::Moment,
    decision::{Act, Actor, FormChange, Rejection},
    expression::Value,
    names::{
        AccountId, CaseId, DefinitionHash, IdempotencyKey, SectionName, StateName, SubjectName,
        TaskName, WorkflowKey,
    },
};

/// Begin a case on the newest version of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCase {
    /// The workflow.
    pub workflow: WorkflowKey,
    /// Who starts it.
    pub by: Actor,
    /// The reference of each subject.
    pub given: BTreeMap<SubjectName, String>,
    /// What the start asks.
    pub asked: BTreeMap<String, Value>,
    /// First form data.
    pub form: BTreeMap<SectionName, Value>,
    /// The key under which the client repeats the command; `None` is never repeated.
    pub key: Option<IdempotencyKey>,
}

/// Take an action in an open task of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct ActRequest {
    /// The case.
    pub case: CaseId,
    /// The revision the actor saw; another one now is [`Refusal::Stale`]. `None` acts on whatever is.
    pub revision: Option<u64>,
    /// What is done.
    pub act: Act,
    /// The key under which the client repeats the command.
    pub key: Option<IdempotencyKey>,
}

/// Save a draft of the form in a task that edits it.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveRequest {
    /// The case.
    pub case: CaseId,
    /// The revision the actor saw.
    pub revision: Option<u64>,
    /// Who saves.
    pub by: Actor,
    /// In which task.
    pub task: TaskName,
    /// What changed.
    pub changes: Vec<FormChange>,
    /// The key under which the client repeats the command.
    pub key: Option<IdempotencyKey>,
}

/// A command that was carried out: on disk before anybody reads this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The case.
    pub case: CaseId,
    /// Its revision now.
    pub revision: u64,
    /// Its state now.
    pub state: StateName,
    /// Whether that state is an end.
    pub closed: bool,
    /// What the person is told, such as automatic corrections.
    pub notices: Vec<String>,
    /// Told cases that refused, where not all had to obey.
    pub refused: Vec<ToldRefusal>,
}

/// A told case that refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldRefusal {
    /// The case.
    pub case: CaseId,
    /// Why, in plain Chinese.
    pub why: String,
}

/// Why a command was not carried out. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The workflow does not allow it now.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Somebody else changed the case meanwhile.
    #[error("该事项已被他人处理")]
    Stale {
        /// The revision now.
        revision: u64,
        /// The state now.
        state: StateName,
    },
    /// Somebody else is working on the task.
    #[error("该事项正由他人处理")]
    Claimed {
        /// Who.
        by: AccountId,
        /// Until when, unless renewed.
        until: Moment,
    },
    /// The key was used for another command.
    #[error("该页面已提交过其他内容，请刷新后重试")]
    Reused,
    /// There is no such case, task or workflow.
    #[error("没有找到该事项")]
    NotFound,
    /// The store cannot answer now; the command may be repeated with the same key.
    #[error("{}", unavailable(.0))]
    Unavailable(#[source] RuntimeError),
}

/// A fault for the operator.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The database does not answer; nothing was written.
    #[error("the database does not answer")]
    Database(#[source] Arc<sqlx::Error>),
    /// The database did not answer to the commit: whether the command was carried out is found out
    /// by repeating it with the same key.
    #[error("the database did not answer to a commit")]
    Unconfirmed(#[source] Arc<sqlx::Error>),
    /// The host does not answer.
    #[error("the host does not answer")]
    Host(#[from] HostError),
    /// The runtime is shutting down or overloaded.
    #[error("the runtime takes no more commands")]
    Busy,
    /// A stored text cannot be read back.
    #[error("a stored {what} of {id} cannot be read")]
    Stored {
        /// What it is.
        what: &'static str,
        /// Whose.
        id: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The start-checks of a case cannot be evaluated.
    #[error("the checks of {workflow} cannot be evaluated: {why}")]
    Checks {
        /// The workflow.
        workflow: WorkflowKey,
        /// Why.
        why: String,
    },
    /// A stored definition does not compile with this program.
    #[error("definition {workflow} version {version} ({hash}) does not compile: {first}")]
    Definition {
        /// The workflow.
        workflow: WorkflowKey,
        /// The version.
        version: u32,
        /// The hash of its sources.
        hash: DefinitionHash,
        /// The first fault.
        first: String,
    },
}

fn unavailable(error: &RuntimeError) -> &'static str {
    match error {
        RuntimeError::Unconfirmed(_) => "正在确认是否已提交，请稍后在原页面重试",
        RuntimeError::Database(_)
        | RuntimeError::Host(_)
        | RuntimeError::Busy
        | RuntimeError::Stored { .. }
        | RuntimeError::Checks { .. }
        | RuntimeError::Definition { .. } => "数据未提交，请稍后重试",
    }
}

impl From<sqlx::Error> for RuntimeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<RuntimeError> for Refusal {
    fn from(error: RuntimeError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

/// One open task of a case, as URLs write it: `<case>~<task>` or `<case>~<task>~<row>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    /// The case.
    pub case: CaseId,
    /// The task.
    pub task: TaskName,
    /// The row of an `each` task.
    pub row: Option<String>,
}

/// A text that is not the id of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a task")]
pub struct NotATaskId;

impl fmt::Display for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}~{}", self.case, self.task)?;
        self.row.as_ref().map_or(Ok(()), |row| write!(formatter, "~{row}"))
    }
}

impl FromStr for TaskId {
    type Err = NotATaskId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '~').map(str::to_owned);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(case), Some(task), row) if !case.is_empty() && !task.is_empty() => {
                Ok(Self { case: case.into(), task: task.into(), row })
            }
            _ => Err(NotATaskId),
        }
    }
}

/// Who works on a task, and until when unless renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: AccountId,
    /// Until when.
    pub until: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_id_reads_as_it_is_written() {
        for text in ["c1~review", "c1~ballot~a7", "c1~ballot~a~7"] {
            assert_eq!(text.parse::<TaskId>().map(|id| id.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "c1", "~review", "c1~"] {
            assert_eq!(text.parse::<TaskId>(), Err(NotATaskId));
        }
    }
}
