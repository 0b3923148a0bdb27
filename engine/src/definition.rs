//! Workflow definitions: YAML text becomes a compiled, immutable, valid [`Definition`], or every
//! diagnostic at once with file, line and column.

mod diagnostic;
mod form;
mod model;

pub use diagnostic::{Diagnostic, Place, Severity};
pub use form::*;
pub use model::*;
