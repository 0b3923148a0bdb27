//! Tasks, actions, rules, effects, timers and checks of a compiled definition: everything that
//! happens in its states.

use indexmap::IndexMap;

use super::{Batch, Fields, Tone};
use crate::{
    expression::{Expression, Template},
    names::{
        ActionName, DocumentName, FieldName, LetterName, LinkName, NumberName, OperationName,
        ParticipantName, RuleName, SectionName, ServiceName, StateName, SubjectName, TaskName,
        TimerName, VarName, WorkflowKey,
    },
};

/// A task: open work for a participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What people call it.
    pub name: String,
    /// The states in which it is open.
    pub states: Vec<StateName>,
    /// Who acts; one that is written at the task itself is named `<task>.for`.
    pub participant: ParticipantName,
    /// Open only while this holds.
    pub when: Option<Expression>,
    /// Open again after each answer.
    pub repeat: bool,
    /// Its answers stay valid when the state is entered anew.
    pub keep: bool,
    /// Answers are ballots: kept outside the history, counted only once closed.
    pub secret: bool,
    /// What is answered is not told to those who still have to answer: see
    /// [`untold`](crate::decision::untold).
    pub apart: bool,
    /// Which parts of the form may be edited in it.
    pub edit: Edit,
    /// Whether it counts as work to do (a queue entry), or is only a possibility such as 撤回.
    pub optional: bool,
    /// Its own timers; the first with a due date is the task's due date. A single `timer` has the
    /// name of the task.
    pub timers: IndexMap<TimerName, Timer>,
    /// What may be done, in the order of the buttons.
    pub actions: IndexMap<ActionName, Action>,
}

/// Which parts of the form a task may edit.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Edit {
    /// None.
    #[default]
    Nothing,
    /// All of them.
    All,
    /// The parts in this list: `section` or `section.field`.
    Parts(Expression),
}

/// What may be done in a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What the button says: verb and object.
    pub name: String,
    /// Its weight.
    pub tone: Tone,
    /// What is asked of the person before it is done for good, such as 删除后不能恢复.
    pub confirm: Option<Template>,
    /// What is said beside the button, such as who acts then.
    pub hint: Option<Template>,
    /// Offered only while this holds.
    pub when: Option<Expression>,
    /// Refused with their text while they do not hold.
    pub require: Vec<Requirement>,
    /// Which start-checks must pass.
    pub checks: Option<Checks>,
    /// What is asked.
    pub ask: Fields,
    /// Validates the form, freezes it and gives it the next submission number.
    pub freeze: bool,
    /// How often.
    pub at_most: Option<AtMost>,
    /// Whether and how it is done to many cases at once.
    pub batch: Batch,
    /// What happens; `step.target` is [`Target::Stay`] where `choose` decides.
    pub step: Step,
    /// Rules after the step: the first that holds.
    pub choose: IndexMap<RuleName, Rule>,
}

/// Which start-checks an action runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Checks {
    /// Those of phase `gate`.
    Gate,
    /// All.
    All,
}

/// A limit on how often an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtMost {
    /// So many times.
    pub times: u32,
    /// In what.
    pub per: Per,
}

/// The scope of [`AtMost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// The whole case.
    Case,
    /// One stay in a state.
    Visit,
}

/// A condition with the text shown when it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// Its id.
    pub name: RuleName,
    /// Asked only while this holds.
    pub when: Option<Expression>,
    /// What must hold.
    pub that: Expression,
    /// The text.
    pub say: Template,
}

/// A named row with `when`: the first that holds acts. `when: None` is `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// When it acts.
    pub when: Option<Expression>,
    /// What it does.
    pub step: Step,
}

/// What happens: in this order, then the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Assignments, top to bottom.
    pub set: Vec<Assignment>,
    /// Answers made void.
    pub void: Vec<Void>,
    /// Effects.
    pub effects: Vec<EffectRule>,
    /// Where the case goes.
    pub target: Target,
}

/// Where a case goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Target {
    /// Nowhere.
    #[default]
    Stay,
    /// To this state (from itself too: a new visit).
    To(StateName),
    /// To the computed one of these.
    Among {
        /// The name of the state.
        to: Expression,
        /// The only states it may name.
        among: Vec<StateName>,
    },
}

/// An assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// What is set.
    pub to: Assigned,
    /// The new value.
    pub value: Expression,
}

/// What an assignment sets.
#[derive(Clone, Debug, PartialEq)]
pub enum Assigned {
    /// A variable.
    Var(VarName),
    /// A field of the form.
    Form(SectionName, FieldName),
}

/// Answers made void: of these tasks, where the row `it` = `{action, by, at, answer}` fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Void {
    /// The tasks.
    pub tasks: Vec<TaskName>,
    /// Which answers; `None` is all.
    pub filter: Option<Expression>,
}

/// An effect, done only while `when` holds.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectRule {
    /// When; `None` is always.
    pub when: Option<Expression>,
    /// What.
    pub kind: EffectKind,
}

/// The kinds of effect.
#[derive(Clone, Debug, PartialEq)]
pub enum EffectKind {
    /// Send a letter to a participant.
    Notify {
        /// Whom.
        who: ParticipantName,
        /// Which letter.
        letter: LetterName,
    },
    /// Render a document.
    Document(DocumentName),
    /// Draw the next number of a series.
    Number(NumberName),
    /// Ask a service, which answers later as a participant.
    Call {
        /// The service.
        service: ServiceName,
        /// What it is to do.
        operation: OperationName,
        /// Its arguments.
        with: IndexMap<String, Expression>,
    },
    /// Start a case and link it.
    Start {
        /// The link.
        link: LinkName,
        /// One for each row (`it`) of this list; `None` is one.
        each: Option<Expression>,
        /// The workflow.
        workflow: WorkflowKey,
        /// Its subjects (expressions of ids).
        given: IndexMap<SubjectName, Expression>,
        /// Its first variables.
        set: IndexMap<VarName, Expression>,
        /// Its first form data: an expression of a map by section, or none.
        form: Option<Expression>,
    },
    /// Act in other cases, in the same transaction.
    Tell {
        /// The cases: a link or a `cases:` fact.
        of: Expression,
        /// Which of them (`it`).
        filter: Option<Expression>,
        /// The action that is done there, by the participant `{link: …}` or `{case: …}`.
        action: ActionName,
        /// What it asks.
        ask: IndexMap<FieldName, Expression>,
        /// All or none; without it refusals are reported and the rest stands.
        all: bool,
    },
    /// Put this case on a link.
    Join {
        /// The link.
        link: LinkName,
        /// The case at the other end.
        case: Expression,
    },
    /// Take this case off a link.
    Leave {
        /// The link.
        link: LinkName,
        /// The case at the other end; `None` is all.
        case: Option<Expression>,
    },
    /// Close a task with several rows, such as a ballot.
    Close(TaskName),
    /// Draw rows of a list by lot.
    Draw(Draw),
    /// Take rows off a list and put others in their place.
    Replace(Box<Replace>),
}

/// A draw by lot.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// The variable, a list, that the drawn rows go to.
    pub into: VarName,
    /// What is drawn from.
    pub of: Expression,
    /// Which rows of that (`it`).
    pub filter: Option<Expression>,
    /// How many.
    pub count: Expression,
    /// Keeps what is in the list and draws none of that again.
    pub add: bool,
    /// The variable, a list, to which a row is added that says how it was drawn, and the fields of it.
    pub noted: Option<(VarName, Vec<FieldName>)>,
}

/// A replacement in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Replace {
    /// The variable, a list.
    pub list: VarName,
    /// Who is taken off: rows or accounts; without it whoever acts, or those who had not answered
    /// when the timer ended.
    pub out: Option<Expression>,
    /// Who may come in, in this order.
    pub by: Expression,
    /// Which of them (`it`).
    pub filter: Option<Expression>,
    /// How often in one case.
    pub at_most: Option<u32>,
    /// What happens where nobody is left to come in.
    pub otherwise: Step,
}

/// A timer.
#[derive(Clone, Debug, PartialEq)]
pub struct Timer {
    /// When it ends.
    pub ends: TimerEnd,
    /// Where counting begins; `None` is the moment of entry (or the opening of the task).
    pub from: Option<Expression>,
    /// Begins anew after each end.
    pub every: bool,
    /// Reminders so long before the end, each once, to the task's participant.
    pub remind: Vec<(Template, Option<LetterName>)>,
    /// What happens at the end.
    pub over: Option<Action>,
}

/// When a timer ends.
#[derive(Clone, Debug, PartialEq)]
pub enum TimerEnd {
    /// After the first of these lengths whose condition holds; the last always does.
    Lasts(Vec<Length>),
    /// At a date (24:00 of it) or moment.
    At(Expression),
}

/// A length of time, written as text such as `{plan.days.resubmit} working days`.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// When it is this one; `None` is always.
    pub when: Option<Expression>,
    /// How long.
    pub lasts: Template,
}

/// A start-check (开始检测).
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is checked, as people read it where it is passed; `None` is the name of the check.
    pub name: Option<String>,
    /// What a failure means.
    pub severity: CheckSeverity,
    /// When it is asked.
    pub phase: CheckPhase,
    /// Asked only while this holds; not asked is passed.
    pub when: Option<Expression>,
    /// Asked for each row (`it`) of this list.
    pub each: Option<Expression>,
    /// What must hold.
    pub that: Expression,
    /// The reason when it does not.
    pub say: Template,
    /// More about this failure.
    pub detail: Option<Template>,
    /// The part of the form where it is mended.
    pub part: Option<String>,
    /// On which page: the id of a category, where that part is filled in on several, or another section.
    pub page: Option<Expression>,
    /// For [`CheckSeverity::Fix`]: how the system sets the form right.
    pub fix: Vec<Assignment>,
}

/// What a failed check means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckSeverity {
    /// 不符合: no submission.
    Block,
    /// 提醒: shown, submission allowed.
    Warn,
    /// The system sets the value right and says so.
    Fix,
}

/// When a check is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckPhase {
    /// Before a case exists, and again in the start-check.
    Gate,
    /// In the start-check.
    Check,
    /// Only when the form is submitted.
    Submit,
}
