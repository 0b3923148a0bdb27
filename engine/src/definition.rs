//! Workflow definitions: YAML text becomes a compiled, immutable, valid [`Definition`], or every
//! diagnostic at once with file, line and column.

mod action;
mod batch;
pub(crate) mod catalogue;
mod compiling;
mod diagnostic;
mod difference;
pub(crate) mod document;
mod echoes;
mod form;
pub(crate) mod grammar;
mod host_schema;
mod json_schema;
mod letter_text;
mod lint;
mod mention;
mod merge;
mod mistyped;
mod model;
mod outline;
mod printing;
mod query;
mod reading;
pub(crate) mod report;
mod respelling;
mod scope;
pub(crate) mod shape;
mod timing;
mod type_text;
pub(crate) mod working_days;
mod world;

use std::{collections::BTreeMap, sync::Arc};

pub use action::*;
pub use batch::*;
pub use diagnostic::{Diagnostic, Place, Severity};
pub use difference::{Change, differences};
pub use form::*;
pub use host_schema::{HostSchema, Operation};
pub use json_schema::{Written, json_schema};
pub use letter_text::LetterKind;
pub(crate) use letter_text::{
    AT_ONCE as LETTER_AT_ONCE, CLOSING as LETTER_CLOSING, GREETING as LETTER_GREETING,
    KIND as LETTER_KIND, SENDING as LETTER_SENDING, SUBJECT as LETTER_SUBJECT,
};
pub use model::*;
pub use printing::*;
pub use query::Edge;

/// The texts of one folder of workflows: path relative to the folder, with `/` → text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The files.
    pub files: BTreeMap<String, String>,
}

/// What [`compile`] gives: every definition that is valid, and everything there is to say.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// The valid definitions, by key.
    pub definitions: Vec<Arc<Definition>>,
    /// The host they were compiled against.
    pub host: HostSchema,
    /// Everything there is to say, by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether nothing forbids using all of it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }

    /// A definition by its key.
    #[must_use]
    pub fn definition(&self, key: &str) -> Option<&Arc<Definition>> {
        self.definitions.iter().find(|definition| definition.key.as_str() == key)
    }
}

/// Compiles every definition of `sources`; never stops at the first fault.
#[must_use]
pub fn compile(sources: &Sources) -> Compiled {
    compiling::compile(sources, compiling::Examining::All)
}

/// Compiles what was published. It was examined then: what a newer program would find fault with must
/// not keep running cases from going on, nor a start from being quick.
#[must_use]
pub(crate) fn recompile(sources: &Sources) -> Compiled {
    compiling::compile(sources, compiling::Examining::Nothing)
}
