//! Why a command is not allowed now: typed, expected, and shown to the person in plain Chinese.

use std::fmt;

use crate::{
    definition::Definition,
    names::{ActionName, CaseId, CheckName, HoldName, RuleName, StateName, TaskName},
};

/// One refused command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Why.
    pub kind: RejectionKind,
}

/// The reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    /// The task is not open (any more); names the state the case is in.
    TaskNotOpen {
        /// The task asked for.
        task: TaskName,
        /// Where the case is.
        state: StateName,
    },
    /// The action is not offered in this state; names what is.
    NotOffered {
        /// The action asked for.
        action: ActionName,
        /// Where the case is.
        state: StateName,
        /// What may be done instead.
        offered: Vec<ActionName>,
    },
    /// The actor is not a participant of the task. Pages answer 404.
    NotAllowed,
    /// Requirements that do not hold, all of them.
    Required(Vec<(RuleName, String)>),
    /// Start-checks that fail, all of them.
    Checks(Vec<(CheckName, String)>),
    /// Fields that do not fit, all of them.
    Fields(Vec<FieldFault>),
    /// A part of the form that may not be edited now.
    NotEditable(String),
    /// The hold is full; names the holders.
    Held {
        /// The hold.
        hold: HoldName,
        /// What the person is told.
        say: String,
        /// The cases that hold it.
        holders: Vec<CaseId>,
    },
    /// The action was done as often as it may be.
    AtMost {
        /// The action.
        action: ActionName,
        /// The limit.
        times: u32,
    },
    /// An expression went over its budget or overflowed: an administrator is told, the case stays.
    Evaluation(String),
}

/// A field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Where: `ask.reason`, `form.<section>.<field>`, `form.<section>[<row>].<field>`.
    pub field: String,
    /// What is wrong and how to mend it, in plain Chinese.
    pub message: String,
}

impl Rejection {
    /// The text with the names people know: of the state, and of what may be done instead.
    #[must_use]
    pub fn explain(&self, definition: &Definition) -> String {
        let state_name = |state: &StateName| {
            definition.state(state).map_or(state.as_str(), |state| state.name.as_str()).to_owned()
        };
        match &self.kind {
            RejectionKind::TaskNotOpen { task, state } => {
                let task = definition.task(task).map_or(task.as_str(), |task| task.name.as_str());
                format!("「{task}」已被他人处理或已结束，现在是「{}」", state_name(state))
            }
            RejectionKind::NotOffered { action, state, offered } => {
                let name = |wanted: &ActionName| {
                    let mut actions = definition.tasks.values().flat_map(|task| &task.actions);
                    let found = actions.find(|(name, _)| *name == wanted);
                    found.map_or(wanted.to_string(), |(_, action)| action.name.clone())
                };
                let offered: Vec<String> = offered.iter().map(name).collect();
                let instead = match offered.as_slice() {
                    [] => String::new(),
                    some => format!("，可以：{}", some.join("、")),
                };
                format!("「{}」时不能「{}」{instead}", state_name(state), name(action))
            }
            RejectionKind::NotAllowed
            | RejectionKind::Required(_)
            | RejectionKind::Checks(_)
            | RejectionKind::Fields(_)
            | RejectionKind::NotEditable(_)
            | RejectionKind::Held { .. }
            | RejectionKind::AtMost { .. }
            | RejectionKind::Evaluation(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            RejectionKind::TaskNotOpen { .. } => formatter.write_str("该事项已被他人处理或已结束"),
            RejectionKind::NotOffered { .. } => formatter.write_str("当前状态不能进行此操作"),
            RejectionKind::NotAllowed => formatter.write_str("没有找到该事项"),
            RejectionKind::Required(says) => join(formatter, says.iter().map(|(_, say)| say)),
            RejectionKind::Checks(says) => join(formatter, says.iter().map(|(_, say)| say)),
            RejectionKind::Fields(faults) => join(formatter, faults.iter().map(|f| &f.message)),
            RejectionKind::NotEditable(part) => write!(formatter, "「{part}」现在不能修改"),
            RejectionKind::Held { say, .. } => formatter.write_str(say),
            RejectionKind::AtMost { times, .. } => write!(formatter, "此操作最多 {times} 次"),
            RejectionKind::Evaluation(why) => write!(formatter, "规则无法计算：{why}"),
        }
    }
}

fn join<'a>(
    formatter: &mut fmt::Formatter<'_>,
    texts: impl Iterator<Item = &'a String>,
) -> fmt::Result {
    for (index, text) in texts.enumerate() {
        if index > 0 {
            formatter.write_str("；")?;
        }
        formatter.write_str(text)?;
    }
    Ok(())
}

impl std::error::Error for Rejection {}

impl From<RejectionKind> for Rejection {
    fn from(kind: RejectionKind) -> Self {
        Self { kind }
    }
}
