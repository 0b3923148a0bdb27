//! Whether a name stands behind an expression, directly or through values and facts.

use crate::{
    definition::{Definition, FactSource, Requirement},
    expression::Expression,
};

/// Whether a requirement depends on a root name such as `ask`.
pub(in crate::decision) fn requirement_depends(
    definition: &Definition,
    requirement: &Requirement,
    root: &str,
) -> bool {
    let when = requirement.when.iter().flat_map(Expression::reads);
    let mut reads = when.chain(requirement.that.reads()).chain(requirement.say.reads());
    reads.any(|path| path.first().is_some_and(|name| depends(definition, name, root, 0)))
}

fn depends(definition: &Definition, name: &str, root: &str, depth: u32) -> bool {
    if name == root {
        return true;
    }
    if depth > super::DEEPEST {
        return false;
    }
    let through = |expression: &Expression| {
        let mut names = expression.reads().iter().filter_map(|path| path.first());
        names.any(|name| depends(definition, name, root, depth + 1))
    };
    if let Some(value) = definition.values.get(name) {
        return through(value);
    }
    match definition.facts.get(name).map(|fact| &fact.source) {
        Some(FactSource::Cases { matching, .. }) => matching.values().any(through),
        Some(FactSource::Host { with, .. }) => with.values().any(through),
        Some(FactSource::Table(_)) | None => false,
    }
}
