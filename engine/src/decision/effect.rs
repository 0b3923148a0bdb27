//! What a decision asks of the world. Tells, starts and ballots are done in the same transaction; the
//! rest are rows of the outbox.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Audience, Ballot};
use crate::{
    expression::Value,
    names::{
        AccountId, ActionName, CaseId, DocumentName, LetterName, LinkName, NumberName,
        OperationName, ParticipantName, SectionName, ServiceName, SubjectName, TaskName, VarName,
        WorkflowKey,
    },
};

/// What people are told without a letter of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Somebody lets you act.
    Delegated,
    /// Somebody passed a task on to you.
    Transferred,
    /// A delegation has ended.
    TakenBack,
    /// What you passed on is yours again.
    GivenBack,
    /// Somebody lets you read along.
    Copied,
    /// Somebody waits for you.
    Urged,
    /// What you were told about was taken back.
    Undone,
    /// Something is due soon.
    Due,
}

/// One effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Send a letter.
    Notify {
        /// Whom.
        who: ParticipantName,
        /// Whom that means now; who holds a role is found when the letter is sent.
        to: Vec<Audience>,
        /// Accounts that get none although they are meant.
        except: Vec<AccountId>,
        /// Which letter.
        letter: LetterName,
        /// The task it reminds of.
        task: Option<TaskName>,
    },
    /// Tell people something that is no letter of the workflow.
    Say {
        /// Whom.
        to: Vec<Audience>,
        /// Accounts that are not told although they are meant.
        except: Vec<AccountId>,
        /// What.
        what: Notice,
        /// Who caused it, where the name may be told.
        by: Option<AccountId>,
        /// Which task it is about.
        task: Option<TaskName>,
        /// What was written to it.
        note: String,
    },
    /// Render a document from the case at this revision.
    Document {
        /// Which.
        document: DocumentName,
    },
    /// Ask a service; it answers in its task.
    Call {
        /// The service.
        service: ServiceName,
        /// What it is to do.
        operation: OperationName,
        /// Its arguments.
        with: BTreeMap<String, Value>,
    },
    /// Keep a ballot apart from the case, in the same transaction.
    Cast {
        /// The secret task.
        task: TaskName,
        /// The ballot.
        ballot: Ballot,
    },
    /// Forget all ballots of a task, in the same transaction.
    Discard {
        /// The secret task.
        task: TaskName,
    },
    /// Draw the next number of a series, in the same transaction.
    Number {
        /// The series.
        series: NumberName,
        /// The text with `{n}` left for the number; numbers count per text.
        text: String,
    },
    /// Start a case and link it, in the same transaction.
    Start {
        /// The link on this side.
        link: LinkName,
        /// The workflow.
        workflow: WorkflowKey,
        /// Its subjects.
        given: BTreeMap<SubjectName, String>,
        /// Its first variables.
        set: BTreeMap<VarName, Value>,
        /// Its first form.
        form: BTreeMap<SectionName, Value>,
    },
    /// Act in other cases, in the same transaction, in the order of their ids.
    Tell {
        /// The cases.
        cases: Vec<CaseId>,
        /// The action.
        action: ActionName,
        /// What it asks.
        asked: BTreeMap<String, Value>,
        /// All or none.
        all: bool,
    },
    /// Tell the case at the other end that this one made a link to it, in the same transaction.
    Join {
        /// The link on this side.
        link: LinkName,
        /// The case at the other end.
        case: CaseId,
    },
    /// Tell the case at the other end that this one undid its link to it, in the same transaction.
    Leave {
        /// The link on this side.
        link: LinkName,
        /// The case at the other end.
        case: CaseId,
    },
}

impl Effect {
    /// Whether it has some other case act.
    #[must_use]
    pub fn tells(&self) -> bool {
        matches!(self, Self::Tell { cases, .. } if !cases.is_empty())
    }

    /// Puts the number drawn for a series where an argument was made with it before it was known.
    pub fn fill_in(&mut self, series: &NumberName, drawn: &str) {
        if let Self::Call { with, .. } = self {
            let mark = number_mark(series);
            with.values_mut().for_each(|value| unmark(value, &mark, drawn));
        }
    }
}

/// What stands for the number of a series in the arguments of a call until it is drawn.
pub(super) fn number_mark(series: &NumberName) -> String {
    format!("\u{F8FF}{series}\u{F8FF}")
}

fn unmark(value: &mut Value, mark: &str, drawn: &str) {
    if let Value::Text(text) = value {
        if text.contains(mark) {
            *text = text.replace(mark, drawn);
        }
    } else if let Value::List(items) = value {
        items.iter_mut().for_each(|item| unmark(item, mark, drawn));
    } else if let Value::Map(fields) = value {
        fields.values_mut().for_each(|field| unmark(field, mark, drawn));
    }
}
