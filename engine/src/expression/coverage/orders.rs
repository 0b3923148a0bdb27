//! Which of two numbers is never more than the other, whatever is counted: a part of a list is not more
//! than the list, and what has been answered not more than whom it was asked.

use std::cmp::Ordering;

use super::asked::{Knowing, path_of};
use crate::expression::{
    Expression, Value,
    functions::{Fold, Function},
    plan::Node,
    syntax::{Comparison, Operator},
};

/// What is counted.
struct Counted<'n> {
    /// The whole list, or the number itself.
    of: &'n Node,
    /// Whether all of it counts.
    is_whole: bool,
    /// Whether it is a list, so that it is not below zero.
    is_count: bool,
}

/// Whether one number is never more than another.
pub(super) fn never_more(one: &Node, other: &Node, known: &dyn Knowing) -> bool {
    let ((times, one), (other_times, other)) = (multiplied(one), multiplied(other));
    let (one, other) = (counted(one, known), counted(other, known));
    let (Some(one), Some(other)) = (one, other.filter(|other| other.is_whole)) else {
        return false;
    };
    let is_within = || match (path_of(one.of), path_of(other.of)) {
        (Some(one), Some(other)) => known.is_within(one, other),
        _ => false,
    };
    let is_same = one.of.key() == other.of.key();
    match times.cmp(&other_times) {
        Ordering::Greater => false,
        Ordering::Equal => is_same || is_within(),
        // More of what may be below zero is less.
        Ordering::Less => is_same && other.is_count || is_within(),
    }
}

/// Whether a condition asks for a part to be more than the whole.
#[must_use]
pub fn compares_a_part(condition: &Expression, known: &dyn Knowing) -> bool {
    fn compares(node: &Node, known: &dyn Knowing) -> bool {
        if let Node::Compare(Comparison::Greater, more, less)
        | Node::Compare(Comparison::Less, less, more) = node
        {
            return never_more(more, less, known);
        }
        node.parts().into_iter().any(|part| compares(part, known))
    }
    compares(&condition.plan.node, known)
}

/// `3 * n` taken apart; how often is not below zero.
fn multiplied(node: &Node) -> (i64, &Node) {
    if let Node::Arithmetic(Operator::Multiply, left, right) = node {
        for (times, of) in [(left, right), (right, left)] {
            if let Node::Literal(Value::Integer(times)) = &**times
                && *times > 0
            {
                return (*times, of);
            }
        }
    }
    (1, node)
}

/// What a number counts, through the values that it names.
fn counted<'n>(node: &'n Node, known: &'n dyn Knowing) -> Option<Counted<'n>> {
    if let Some(value) = value_of(node, known) {
        return counted(value, known);
    }
    if let Node::Count(list) = node {
        return Some(part(list, known));
    }
    if let Node::Each { fold: Fold::Count, list, .. } = node {
        return Some(Counted { is_whole: false, ..part(list, known) });
    }
    path_of(node).map(|_| Counted { of: node, is_whole: true, is_count: false })
}

/// The list of which this is a part.
fn part<'n>(list: &'n Node, known: &'n dyn Knowing) -> Counted<'n> {
    if let Some(value) = value_of(list, known) {
        return part(value, known);
    }
    if let Node::Each { fold: Fold::Map | Fold::Sort, list, .. } = list {
        return part(list, known);
    }
    if let Node::Each { fold: Fold::Filter, list, .. } = list {
        return Counted { is_whole: false, ..part(list, known) };
    }
    if let Node::Call(Function::Distinct | Function::Rest | Function::Middle, parts) = list
        && let Some(list) = parts.first()
    {
        return Counted { is_whole: false, ..part(list, known) };
    }
    Counted { of: list, is_whole: true, is_count: true }
}

fn value_of<'n>(node: &Node, known: &'n dyn Knowing) -> Option<&'n Node> {
    let [name] = &path_of(node)?[..] else { return None };
    known.value(name).map(|value| &value.plan.node)
}
