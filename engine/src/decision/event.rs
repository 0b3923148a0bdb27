//! What happened to a case. Events are kept for ever and folded into the case; their JSON is a
//! stored format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Actor, Ballot, Case, DefinitionRef, FormChange, Handover, TimerId};
use crate::{
    calendar::Moment,
    expression::Value,
    names::{
        AccountId, ActionName, CaseId, DocumentName, LetterName, LinkName, NumberName,
        OperationName, ParticipantName, RuleName, SectionName, ServiceName, StateName, SubjectName,
        TaskName, VarName,
    },
};

/// One event with its place in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The revision of the case that this event belongs to.
    pub revision: u64,
    /// Its place within the revision, from 0.
    pub index: u32,
    /// When the command was received.
    pub at: Moment,
    /// The event.
    pub event: Event,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The case began.
    Started {
        /// Its id.
        id: CaseId,
        /// What it runs on.
        definition: DefinitionRef,
        /// Who began it.
        by: Actor,
        /// The reference of each subject.
        given: BTreeMap<SubjectName, String>,
        /// What the start asked.
        asked: BTreeMap<String, Value>,
        /// The first form.
        form: BTreeMap<SectionName, Value>,
        /// The first variables.
        vars: BTreeMap<VarName, Value>,
    },
    /// Form data changed.
    Saved {
        /// Who changed them.
        by: Actor,
        /// What changed.
        changes: Vec<FormChange>,
        /// The parts that were open to it only because what was submitted there did not fit any more:
        /// they stay open until the next submission.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        opened: Vec<String>,
    },
    /// The system set a value right; the person is told (R120).
    Corrected {
        /// The change.
        change: FormChange,
        /// What the person is told.
        notice: String,
    },
    /// An action was taken.
    Acted {
        /// Who.
        by: Actor,
        /// In which task.
        task: TaskName,
        /// Which action.
        action: ActionName,
        /// The row of an `each` task.
        row: Option<String>,
        /// What was asked.
        asked: BTreeMap<String, Value>,
    },
    /// Somebody voted in a secret task. What was voted lies elsewhere until the task is closed.
    Balloted {
        /// Who.
        by: Actor,
        /// In which task.
        task: TaskName,
        /// The row of the task.
        row: Option<String>,
    },
    /// The ballots of a secret task were counted: every column of these rows is sorted on its own,
    /// so that no row is anybody's ballot.
    Counted {
        /// Of which task.
        task: TaskName,
        /// One row for each ballot.
        ballots: Vec<Ballot>,
    },
    /// The form was frozen.
    Frozen {
        /// The number of the submission.
        submission: u32,
        /// The sections whose content changed, with the hash of the new content.
        changed: BTreeMap<SectionName, String>,
        /// Of those that are lists, a short hash of every row.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        rows: BTreeMap<SectionName, Vec<String>>,
    },
    /// A variable was set.
    Set {
        /// Which.
        var: VarName,
        /// Its new value.
        value: Value,
    },
    /// Rows were drawn by lot; the list is set by the event after this one.
    Drawn {
        /// The list.
        into: VarName,
        /// What the lots were made from.
        seed: u64,
        /// How many there were to draw from.
        from: u32,
        /// The accounts drawn, in the order of their lots.
        rows: Vec<String>,
    },
    /// Somebody was taken off a list; the list is set by the event after this one.
    Replaced {
        /// The list.
        list: VarName,
        /// Who.
        out: String,
        /// Who came instead, where anybody was left.
        by: Option<String>,
    },
    /// Answers became void.
    Voided {
        /// Of which task.
        task: TaskName,
        /// Which of its valid answers, by position.
        answers: Vec<u32>,
    },
    /// A rule acted.
    Chosen {
        /// Which.
        rule: RuleName,
    },
    /// The case entered a state: a new visit.
    Entered {
        /// The state.
        state: StateName,
        /// Whether it is an end.
        is_end: bool,
    },
    /// The rows of an `each` task are these.
    Listed {
        /// Which.
        task: TaskName,
        /// All its rows, answered or not.
        rows: Vec<String>,
    },
    /// A task opened, or its open rows changed.
    Opened {
        /// Which.
        task: TaskName,
        /// The open rows of an `each` task.
        rows: Vec<String>,
    },
    /// An action closed an `each` task although rows are open.
    ListClosed {
        /// Which.
        task: TaskName,
    },
    /// A task closed.
    Closed {
        /// Which.
        task: TaskName,
    },
    /// A timer runs, or its end moved.
    TimerSet {
        /// Which.
        timer: TimerId,
        /// The task it belongs to.
        task: Option<TaskName>,
        /// The rows of an `each` task whose time it measures; `None` is all of the task.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows: Option<Vec<String>>,
        /// Where counting begins.
        from: Moment,
        /// When it ends.
        ends: Moment,
        /// When it reminds, earliest first.
        reminders: Vec<Moment>,
        /// When it would have ended before.
        was: Option<Moment>,
    },
    /// A timer reminded.
    Reminded {
        /// Which.
        timer: TimerId,
        /// The number of this reminder, from 1.
        count: u32,
    },
    /// A timer ended; or, having waited, was followed by its action.
    TimerOver {
        /// Which.
        timer: TimerId,
        /// Whether its action waits, for a hold or until it can be done.
        is_waiting: bool,
        /// Why it cannot be done yet, where that is no hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A timer was given up because its state or task closed.
    TimerDropped {
        /// Which.
        timer: TimerId,
    },
    /// A number was given.
    Numbered {
        /// The series.
        series: NumberName,
        /// The number.
        number: String,
    },
    /// A link was made.
    Linked {
        /// The link.
        link: LinkName,
        /// The case at the other end.
        case: CaseId,
    },
    /// A link was undone.
    Unlinked {
        /// The link.
        link: LinkName,
        /// The case at the other end.
        case: CaseId,
    },
    /// A case that was told to do something refused; what else was done stands.
    Unheeded {
        /// Which.
        case: CaseId,
        /// What it was to do.
        action: ActionName,
        /// Why not, in its own words.
        why: String,
    },
    /// A letter was ordered.
    Notified {
        /// Whom.
        who: ParticipantName,
        /// Which letter.
        letter: LetterName,
    },
    /// A document was ordered.
    Documented {
        /// Which.
        document: DocumentName,
    },
    /// A service was asked.
    Called {
        /// The service.
        service: ServiceName,
        /// What it is to do.
        operation: OperationName,
    },
    /// Somebody lets another act in a task.
    HandedOver {
        /// Who did it.
        by: Actor,
        /// Which task, whose, to whom.
        handover: Handover,
        /// Why.
        note: String,
        /// Who had it before, where it goes back to whose hands it came through.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lost: Option<AccountId>,
    },
    /// A delegation ended before the task was done.
    HandedBack {
        /// Who ended it.
        by: Actor,
        /// Which.
        handover: Handover,
    },
    /// Somebody may read along.
    Copied {
        /// Who let him.
        by: Actor,
        /// Who.
        to: AccountId,
        /// Why.
        note: String,
    },
    /// Those who have to act were reminded by hand.
    Urged {
        /// By whom.
        by: Actor,
        /// Which task.
        task: TaskName,
        /// Whether the task, closed and open again, is still not to be urged for a while: what earlier
        /// versions recorded ended with the task.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        outlasts: bool,
    },
    /// Somebody said something without deciding.
    Commented {
        /// Who.
        by: Actor,
        /// The participant he is, whose names may be hidden.
        stands_as: Option<ParticipantName>,
        /// What.
        text: String,
    },
    /// The last action was taken back.
    Undone {
        /// By whom.
        by: Actor,
        /// Its task.
        task: TaskName,
        /// The action.
        action: ActionName,
        /// The case before it, without its form, which the action has not changed.
        before: Box<Case>,
    },
    /// The case moved to another version of its definition.
    Migrated {
        /// The new one.
        definition: DefinitionRef,
        /// The state it now stands in.
        state: StateName,
        /// States that have another name there: old → new.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        renamed: BTreeMap<StateName, StateName>,
        /// Who moved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AccountId>,
    },
}
