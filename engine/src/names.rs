//! The names and ids that definitions, cases, SQL and URLs share. Each kind is a type of its own,
//! so that a task can never be passed where a state is meant.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The text of the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// The key of a definition, as in `workflow: binding`.
    WorkflowKey;
    /// SHA-256 in lower-case hex over every source text a definition was compiled from.
    DefinitionHash;
    /// A state of a definition.
    StateName;
    /// The id of a public status in `catalog/codes.yaml`.
    StatusId;
    /// A task of a definition.
    TaskName;
    /// An action of a task.
    ActionName;
    /// A participant of a definition.
    ParticipantName;
    /// A role that a person holds in a unit, such as `unit_reviewer`.
    RoleName;
    /// A subject given at the start, such as `person` or `unit`.
    SubjectName;
    /// A fact that the host or other cases supply.
    FactName;
    /// A variable of a case.
    VarName;
    /// A computed value of a case.
    ValueName;
    /// A searchable attribute of a case.
    LabelName;
    /// A hold: uniqueness or quota kept while a case is in some states.
    HoldName;
    /// A number series, such as an acceptance number.
    NumberName;
    /// A link between cases.
    LinkName;
    /// A timer of a state or task.
    TimerName;
    /// A named row with `when`.
    RuleName;
    /// A start-check (开始检测).
    CheckName;
    /// A section of a form.
    SectionName;
    /// A field of a section, of an `ask`, or of a row.
    FieldName;
    /// A letter (mail and notice text).
    LetterName;
    /// A document to be rendered.
    DocumentName;
    /// An outside service that answers as a participant.
    ServiceName;
    /// An operation of the host: a fact it loads or a service call.
    OperationName;
    /// The id of one case.
    CaseId;
    /// The id of one account.
    AccountId;
    /// The id of one unit of the host.
    UnitId;
    /// The key by which a client repeats a command without repeating its work.
    IdempotencyKey;
}
