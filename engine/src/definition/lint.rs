//! What can be wrong with a definition as a whole although each of its parts is right: states that
//! are never reached or never left, rules that run for ever, names that say two things, things that
//! nothing uses.

mod flow;
mod letters;
mod names;
mod usage;

use super::{Definition, reading::Reader};

/// Examines a whole definition.
pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    letters::lint(reader);
    names::lint(reader);
    flow::lint(reader, definition);
    usage::lint(reader, definition);
}
