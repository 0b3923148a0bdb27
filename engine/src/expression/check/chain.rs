//! Conditions one after another, of which some may not run.

use super::{super::plan::Node, Typed};

/// A chain of conditions: what all its parts prove if it runs to the end, and what every way of
/// leaving it early proves.
pub(super) struct Chain {
    pub(super) nodes: Vec<Node>,
    pub(super) run: Vec<String>,
    pub(super) left: Vec<String>,
}

pub(super) fn chain(
    parts: Vec<Option<Typed>>,
    passed_and_left: fn(Typed) -> (Vec<String>, Vec<String>),
) -> Option<Chain> {
    let mut nodes = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let mut always: Option<Vec<String>> = None;
    for part in parts.into_iter().collect::<Option<Vec<_>>>()? {
        nodes.push(part.node.clone());
        let (passed, mut left) = passed_and_left(part);
        left.extend(run.iter().cloned());
        always = Some(match always {
            None => left,
            Some(always) => always.into_iter().filter(|key| left.contains(key)).collect(),
        });
        run.extend(passed);
    }
    Some(Chain { nodes, run, left: always.unwrap_or_default() })
}
