//! Whether a name stands behind an expression, directly or through values and facts.

use std::collections::BTreeSet;

use crate::{
    definition::{Check, Definition, FactSource, Requirement},
    expression::Expression,
    names::SectionName,
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

/// The sections of the form that a start-check reads, itself or through values and facts; `None` where
/// it may be any of them.
#[must_use]
pub fn check_reads(definition: &Definition, check: &Check) -> Option<BTreeSet<SectionName>> {
    let expressions = [&check.when, &check.each].into_iter().flatten().chain([&check.that]);
    let templates = [&check.say].into_iter().chain(&check.detail);
    let reads = expressions.flat_map(Expression::reads).chain(templates.flat_map(|it| it.reads()));
    let mut sections = BTreeSet::new();
    let mut is_known = true;
    for path in reads {
        is_known &= add_sections(definition, path, &mut sections, 0);
    }
    is_known.then_some(sections)
}

/// Adds the sections behind a path; whether they are known.
fn add_sections(
    definition: &Definition,
    path: &[String],
    sections: &mut BTreeSet<SectionName>,
    depth: u32,
) -> bool {
    let Some(name) = path.first() else { return true };
    if name == "form" {
        sections.extend(path.get(1).map(|section| section.as_str().into()));
        return path.len() > 1;
    }
    if depth > super::DEEPEST {
        return false;
    }
    let fact = definition.facts.get(name.as_str()).map(|fact| &fact.source);
    let behind: Vec<&Expression> = match (definition.values.get(name.as_str()), fact) {
        (Some(value), _) => vec![value],
        (None, Some(FactSource::Cases { matching, .. })) => matching.values().collect(),
        (None, Some(FactSource::Host { with, .. })) => with.values().collect(),
        (None, Some(FactSource::Table(_)) | None) => Vec::new(),
    };
    let mut reads = behind.into_iter().flat_map(Expression::reads);
    reads.all(|path| add_sections(definition, path, sections, depth + 1))
}
