//! What a condition says for certain where only some of the names are known.

use super::{World, evaluate, plan::Node};

/// Whether it holds or fails whatever the other names are; `None` where that depends on them, on the
/// moment, or cannot be evaluated.
pub(super) fn verdict(
    node: &Node,
    world: &dyn World,
    is_known: &dyn Fn(&str) -> bool,
) -> Option<bool> {
    if let Node::And(parts) | Node::Or(parts) = node {
        let decides = matches!(node, Node::Or(_));
        let mut verdicts = parts.iter().map(|part| verdict(part, world, is_known));
        let mut are_certain = true;
        // One part decides for all of them, known or not.
        let is_decided = verdicts.any(|verdict| {
            are_certain &= verdict.is_some();
            verdict == Some(decides)
        });
        return if is_decided { Some(decides) } else { are_certain.then_some(!decides) };
    }
    if let Node::Not(of) = node {
        return verdict(of, world, is_known).map(|holds| !holds);
    }
    let mut reads = Vec::new();
    node.reads(&mut reads);
    let knows_all = reads.iter().all(|path| path.first().is_some_and(|root| is_known(root)));
    if knows_all && !node.asks_time() { evaluate::holds(node, world).ok() } else { None }
}
