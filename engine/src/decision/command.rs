//! What is asked of the core, and by whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Effect;
use crate::{
    expression::Value,
    names::{
        AccountId, ActionName, CaseId, FieldName, LinkName, RoleName, SectionName, ServiceName,
        SubjectName, TaskName, TimerName, UnitId, VarName, WorkflowKey,
    },
};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person.
    Account {
        /// The account.
        id: AccountId,
        /// The roles it holds now.
        roles: Vec<HeldRole>,
        /// Whom it acts for by delegation.
        acting_for: Option<AccountId>,
    },
    /// Another case.
    Case {
        /// Its id.
        id: CaseId,
        /// Its workflow and that workflow's bases.
        lineage: Vec<WorkflowKey>,
    },
    /// An outside service.
    Service(ServiceName),
    /// A timer of the case.
    Timer(TimerName),
}

/// A role held in a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeldRole {
    /// The role.
    pub role: RoleName,
    /// The unit.
    pub unit: UnitId,
}

/// A command: it is decided at one moment, as one whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Begin a case.
    Start(Start),
    /// Take an action in an open task.
    Act(Act),
    /// Save a draft of the form in a task that edits it; nothing else happens.
    Save {
        /// Who saves.
        by: Actor,
        /// In which task.
        task: TaskName,
        /// What changed.
        changes: Vec<FormChange>,
    },
    /// Do what another case tells this one, in the task that is open for it.
    Tell {
        /// The other case.
        by: Actor,
        /// The action.
        action: ActionName,
        /// What it asks.
        asked: BTreeMap<String, Value>,
    },
    /// The cases at the other end of a link made or undid it.
    Link {
        /// The link on this side.
        link: LinkName,
        /// The cases at the other end: all that one step started, so that no rule sees a part of them.
        cases: Vec<CaseId>,
        /// Whether it was undone.
        undo: bool,
    },
    /// Do something around the tasks that decides nothing.
    Aside {
        /// Who.
        by: Actor,
        /// What.
        aside: super::Aside,
    },
    /// Take back the last action.
    Undo {
        /// Who took it.
        by: Actor,
        /// What it was, and the case before.
        last: super::LastCommand,
    },
    /// Move the case to another version of its definition, with which this is decided.
    Migrate(super::Migration),
    /// Timers whose end has come; also let waiting rules of the case run again.
    Wake,
}

/// What the case that started these is told, each with the link by which it was started: one command
/// for each link.
#[must_use]
pub fn link_commands(started: Vec<(LinkName, CaseId)>) -> Vec<Command> {
    let mut by_link: Vec<(LinkName, Vec<CaseId>)> = Vec::new();
    for (link, case) in started {
        match by_link.iter_mut().find(|(known, _)| *known == link) {
            Some((_, cases)) => cases.push(case),
            None => by_link.push((link, vec![case])),
        }
    }
    let command = |(link, cases)| Command::Link { link, cases, undo: false };
    by_link.into_iter().map(command).collect()
}

/// What the case that told others something is told when those have acted: its rules that ask of them
/// did not act before. Nothing where nobody was told.
#[must_use]
pub fn after_telling(effects: &[Effect]) -> Option<Command> {
    effects.iter().any(Effect::tells).then_some(Command::Wake)
}

/// Begin a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The new id.
    pub id: CaseId,
    /// The published version of the definition it will run on.
    pub version: u32,
    /// Who starts it.
    pub by: Actor,
    /// The reference of each subject.
    pub given: BTreeMap<SubjectName, String>,
    /// What the start asks.
    pub asked: BTreeMap<String, Value>,
    /// First form data.
    pub form: BTreeMap<SectionName, Value>,
    /// First variables, where another case starts this one.
    pub set: BTreeMap<VarName, Value>,
    /// The link back to the case that starts this one.
    pub link: Option<(LinkName, CaseId)>,
}

/// Take an action in an open task.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Who acts.
    pub by: Actor,
    /// In which task.
    pub task: TaskName,
    /// The action.
    pub action: ActionName,
    /// The row of an `each` task.
    pub row: Option<String>,
    /// What was asked, by field.
    pub asked: BTreeMap<String, Value>,
    /// Edits of the form that come with it.
    pub changes: Vec<FormChange>,
}

/// One change of the form: the new value of a field, or all rows of a list section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormChange {
    /// The section.
    pub section: SectionName,
    /// The field; `None` replaces the whole section.
    pub field: Option<FieldName>,
    /// The new value.
    pub value: Value,
}

/// An uploaded file as form data hold it; the bytes are the host's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// The host's id.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// The media type, judged by content.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

impl Actor {
    /// One text that tells actors apart: an account's id, or `case:`, `service:`, `timer:` and a name.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Account { id, .. } => id.to_string(),
            Self::Case { id, .. } => format!("case:{id}"),
            Self::Service(name) => format!("service:{name}"),
            Self::Timer(name) => format!("timer:{name}"),
        }
    }

    /// The account whose task it is, where a person acts: perhaps for somebody else.
    #[must_use]
    pub fn stands_for(&self) -> Option<&AccountId> {
        match self {
            Self::Account { acting_for: Some(other), .. } => Some(other),
            Self::Account { id, acting_for: None, .. } => Some(id),
            Self::Case { .. } | Self::Service(_) | Self::Timer(_) => None,
        }
    }

    /// The account, where a person acts.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account { id, .. } => Some(id),
            Self::Case { .. } | Self::Service(_) | Self::Timer(_) => None,
        }
    }
}
