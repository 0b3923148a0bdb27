//! The compiled definition. Everything in it is resolved: names exist, expressions are typed,
//! templates are parsed, every target is a state of the same definition.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;

use super::{Action, Check, Document, Form, Number, Place, Publicity, Rule, Step, Task, Timer};
use crate::{
    expression::{Expression, Template, Type, Value},
    names::{
        CheckName, DefinitionHash, DocumentName, FactName, HoldName, LabelName, LetterName,
        LinkName, NumberName, OperationName, ParticipantName, RuleName, SectionName, ServiceName,
        StateName, StatusId, SubjectName, TaskName, TimerName, ValueName, VarName, WorkflowKey,
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
    /// Number series.
    pub numbers: IndexMap<NumberName, Number>,
    /// Documents that its effects order.
    pub documents: IndexMap<DocumentName, Document>,
    /// Links to cases of other definitions.
    pub links: IndexMap<LinkName, Link>,
    /// Variables that linked cases may read.
    pub shows: Vec<VarName>,
    /// The variable that lists the posts (role and unit) whose holders read the case, whether or not
    /// they have something to do in it.
    pub readers: Option<VarName>,
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
    /// Held once for each row (`it`) of this list; `None` is once.
    pub each: Option<Expression>,
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
    /// What anybody may read of the cases in it.
    pub public: Option<Publicity>,
    /// What those who are these participants have to do or may expect while the case is here.
    pub advice: Vec<(ParticipantName, Template)>,
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

/// A definition shared by the cases that run on it.
pub type SharedDefinition = Arc<Definition>;

/// The names of statuses, from `catalog/codes.yaml`.
pub type StatusNames = BTreeMap<StatusId, String>;
