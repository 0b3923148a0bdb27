//! The compiled definition. Everything in it is resolved: names exist, expressions are typed,
//! templates are parsed, every target is a state of the same definition.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use super::{Fields, Form, Place};
use crate::{
    expression::{Expression, Template, Type, Value},
    names::{
        ActionName, CheckName, DefinitionHash, DocumentName, FactName, FieldName, HoldName,
        LabelName, LetterName, LinkName, NumberName, OperationName, ParticipantName, RuleName,
        SectionName, ServiceName, StateName, StatusId, SubjectName, TaskName, TimerName, ValueName,
        VarName, WorkflowKey,
    },
};

/// A workflow, ready to run: immutable and valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its key.
    pub key: WorkflowKey,
    /// Its own key and those of its bases, nearest first: a link, hold or fact that names one of
    /// these covers this definition.
    pub lineage: Vec<WorkflowKey>,
    /// What people call it.
    pub name: String,
    /// Hash over all its source texts.
    pub hash: DefinitionHash,
    /// How a case begins.
    pub start: Start,
    /// Who acts.
    pub participants: IndexMap<ParticipantName, Participant>,
    /// What expressions may know of the world.
    pub facts: IndexMap<FactName, Fact>,
    /// Variables, set by actions.
    pub vars: IndexMap<VarName, Var>,
    /// Computed values, each after those it uses.
    pub values: IndexMap<ValueName, Expression>,
    /// Searchable attributes.
    pub labels: IndexMap<LabelName, Expression>,
    /// Uniqueness and quotas.
    pub holds: IndexMap<HoldName, Hold>,
    /// Number series; the text holds `{n}` and other expressions.
    pub numbers: IndexMap<NumberName, Template>,
    /// Links to cases of other definitions.
    pub links: IndexMap<LinkName, Link>,
    /// Variables that linked cases may read.
    pub shows: Vec<VarName>,
    /// What is filled in.
    pub form: Form,
    /// Start-checks (开始检测).
    pub checks: IndexMap<CheckName, Check>,
    /// States in the order of the text.
    pub states: IndexMap<StateName, State>,
    /// All tasks, with the states in which they are open, in the order of the text.
    pub tasks: IndexMap<TaskName, Task>,
    /// What people see for each status its states use.
    pub status_names: StatusNames,
    /// The texts of the letters its effects and timers send, by name.
    pub letters: BTreeMap<LetterName, String>,
    /// The source texts it was compiled from: path → SHA-256 in hex.
    pub sources: BTreeMap<String, String>,
}

/// How a case begins: who starts it, what is given, and an action without a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Who may start it; `None` only by another case or a service.
    pub by: Option<ParticipantName>,
    /// Subjects, by name, with the host's kind: `person: person`.
    pub given: IndexMap<SubjectName, String>,
    /// What happens then; its target is the first state.
    pub action: Action,
}

/// Who acts in a task.
#[derive(Clone, Debug, PartialEq)]
pub enum Participant {
    /// One who is found by this rule.
    One(Who),
    /// The first row that holds and has somebody left.
    Rows(IndexMap<RuleName, (Option<Expression>, Who)>),
}

/// One way to find who acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Who {
    /// The people, service or case.
    pub kind: WhoKind,
    /// Accounts (or task times, as `prepare.by`) who may not act although they fit; whoever started
    /// the case never decides it.
    pub except: Vec<Expression>,
    /// Sections this participant sees; `None` is all.
    pub sees: Option<Vec<SectionName>>,
    /// Participants from whom the names are hidden.
    pub unnamed_to: Vec<ParticipantName>,
    /// Whether a holder may let somebody else act.
    pub delegate: bool,
}

/// The kinds of [`Who`].
#[derive(Clone, Debug, PartialEq)]
pub enum WhoKind {
    /// One account (an expression of its id).
    Account(Expression),
    /// Everybody who holds the role in the unit.
    Role {
        /// The role: a literal text or computed.
        role: Expression,
        /// The unit; `None` is any unit (administrators).
        unit: Option<Expression>,
    },
    /// One task per row of the list, each row an account or a row with `account`.
    Each {
        /// The list.
        list: Expression,
        /// Only these rows (`it`).
        filter: Option<Expression>,
    },
    /// An outside service.
    Service(ServiceName),
    /// The case at the other end of a link.
    Link(LinkName),
    /// A case of this workflow (or one that extends it) that tells this one.
    Case(WorkflowKey),
}

/// A fact: something about the world that is loaded before a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its type.
    pub value_type: Type,
    /// Where it comes from.
    pub source: FactSource,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum FactSource {
    /// Cases of a workflow (and those that extend it) whose labels have these values. The case
    /// itself is left out. Rows are `{id, workflow, state, status, started, <labels>, <shown vars>}`.
    Cases {
        /// The workflow.
        workflow: WorkflowKey,
        /// Label → value.
        matching: IndexMap<LabelName, Expression>,
    },
    /// An operation of the host.
    Host {
        /// Which.
        operation: OperationName,
        /// Its arguments.
        with: IndexMap<String, Expression>,
    },
    /// A table of the catalogue, part of the definition.
    Table(Value),
}

/// A variable of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    /// Its type.
    pub value_type: Type,
    /// Its value at the start.
    pub initial: Value,
}

/// Uniqueness or a quota, kept while a case is in some states.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// What is held: the values together are the key.
    pub of: Vec<Expression>,
    /// How much a case takes; `None` is 1.
    pub take: Option<Expression>,
    /// How much there is; `None` is 1.
    pub limit: Option<Expression>,
    /// The states in which it is held (`not_in` is resolved).
    pub states: Vec<StateName>,
    /// What a person is told who cannot get it.
    pub say: Option<Template>,
}

/// A link to cases of another definition, declared on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The workflow at the other end.
    pub workflow: WorkflowKey,
    /// Whether this side made the link (`to:`) or the other (`from:`).
    pub direction: LinkDirection,
    /// Whether there may be several.
    pub many: bool,
}

/// Which side of a link this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDirection {
    /// This side points to the other.
    To,
    /// The other side points here.
    From,
}

/// A state.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What people call it: the Chinese name of its status unless the text names it.
    pub name: String,
    /// Its public status: the first row that holds.
    pub status: Vec<(Option<Expression>, StatusId)>,
    /// How the status is shown.
    pub tone: Tone,
    /// What happens on entry.
    pub enter: Step,
    /// Timers that run while the case is here.
    pub timers: IndexMap<TimerName, Timer>,
    /// Rules that run on entry and after everything that happens.
    pub choose: IndexMap<RuleName, Rule>,
    /// Whether the case is closed here.
    pub is_end: bool,
    /// Where the state stands in the text (for diagrams and editors).
    pub place: Place,
}

/// The weight of a status or button; always shown with a word too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// Done well.
    Good,
    /// In motion.
    Going,
    /// Needs attention.
    Warn,
    /// Refused, or a dangerous act.
    Bad,
}

/// A task: open work for a participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What people call it.
    pub name: String,
    /// The states in which it is open.
    pub states: Vec<StateName>,
    /// Who acts.
    pub participant: ParticipantName,
    /// Open only while this holds.
    pub when: Option<Expression>,
    /// Open again after each answer.
    pub repeat: bool,
    /// Its answers stay valid when the state is entered anew.
    pub keep: bool,
    /// Answers are ballots: kept outside the history, counted only once closed.
    pub secret: bool,
    /// Which parts of the form may be edited in it.
    pub edit: Edit,
    /// Whether it counts as work to do (a queue entry), or is only a possibility such as 撤回.
    pub optional: bool,
    /// Its own timers; the first with a due date is the task's due date.
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
    /// Whether it may be done to many cases at once.
    pub batch: super::Condition,
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
    /// After a length of time, written as text such as `{plan.days.resubmit} working days`.
    Lasts(Template),
    /// At a date (24:00 of it) or moment.
    At(Expression),
}

/// A start-check (开始检测).
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
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

/// A definition shared by the cases that run on it.
pub type SharedDefinition = Arc<Definition>;

/// The names of statuses, from `catalog/codes.yaml`.
pub type StatusNames = BTreeMap<StatusId, String>;
