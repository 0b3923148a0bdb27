//! Scenarios as their authors write them: read once into steps that remember where they stand, with
//! every fault of the text told.

mod given;
pub(super) mod names;
mod read;

use std::collections::BTreeMap;

pub(super) use read::{read, read_parsed, value};

use crate::{
    calendar::Moment,
    decision::Aside,
    definition::{Diagnostic, Place, document::Node},
    expression::Value,
};

/// One scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(super) name: String,
    pub(super) place: Place,
    /// The workflow of a start that names none.
    pub(super) workflow: String,
    pub(super) now: Moment,
    pub(super) given: Given,
    pub(super) steps: Vec<Step>,
    /// What is wrong with its text.
    pub(super) faults: Vec<Diagnostic>,
}

/// What an operation of the host answers to these arguments.
pub(super) type Answered<T> = (BTreeMap<String, Value>, T);

/// What there is in the world around the cases.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Subjects by kind and id, with the fields that matter.
    pub(super) subjects: Vec<(String, String, Node)>,
    /// Roles by account, as `role@unit`.
    pub(super) roles: Vec<(String, Vec<(String, String)>)>,
    /// What operations of the host answer to which arguments.
    pub(super) facts: Vec<(String, Vec<Answered<Node>>)>,
    /// Days off, beside those of the calendar.
    pub(super) offdays: Vec<jiff::civil::Date>,
    /// Weekend days that are worked.
    pub(super) workdays: Vec<jiff::civil::Date>,
}

/// Something around the tasks of a case.
#[derive(Clone, Debug)]
pub(super) struct Asided {
    pub(super) case: String,
    pub(super) by: String,
    pub(super) aside: Aside,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) place: Place,
    pub(super) kind: StepKind,
}

/// The kinds of step.
#[derive(Clone, Debug)]
pub(super) enum StepKind {
    Start(Started),
    Act(Acted),
    Save(Acted),
    Aside(Asided),
    /// Take a task for a while.
    Claim(Acted),
    /// Give it back.
    Release(Acted),
    /// Take back the last action in a case: its name, and who does it.
    Undo(String, String),
    Batch(Batch),
    Refused(Box<Step>, Option<String>),
    Advance(Advance),
    Expect(Expectation),
    Given(Given),
}

/// Somebody starts a case.
#[derive(Clone, Debug)]
pub(super) struct Started {
    /// What the scenario calls the case.
    pub(super) name: String,
    pub(super) workflow: Option<String>,
    pub(super) by: String,
    pub(super) given: BTreeMap<String, String>,
    pub(super) ask: BTreeMap<String, Value>,
    pub(super) form: Vec<(String, Value)>,
}

/// Somebody takes an action, or saves the form in a task, or claims it.
#[derive(Clone, Debug)]
pub(super) struct Acted {
    pub(super) case: String,
    pub(super) by: String,
    pub(super) task: String,
    pub(super) action: String,
    pub(super) row: Option<String>,
    pub(super) ask: BTreeMap<String, Value>,
    /// `section` or `section.field` with its new value.
    pub(super) form: Vec<(String, Value)>,
}

/// Somebody takes an action in several cases at once.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) cases: Vec<String>,
    /// Those of them in which it is to be refused.
    pub(super) refused: Vec<String>,
    pub(super) by: String,
    pub(super) task: String,
    pub(super) action: String,
    pub(super) ask: BTreeMap<String, Value>,
}

/// Time passes.
#[derive(Clone, Debug)]
pub(super) enum Advance {
    By(crate::calendar::Span),
    To(Moment),
}

/// What a case is expected to be: each point with the place and text of what is written.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    pub(super) case: String,
    pub(super) points: Vec<(String, Node)>,
}
