//! Lists that a condition proves to hold something: then there is a mean of them, a first, a least. And
//! empty ones, which are not none.

use super::{
    super::{
        Fault, Type, Value,
        functions::{Fold, Function},
        plan::Node,
        syntax::{Comparison, Syntax},
    },
    Checker, Typed, calls,
};

impl Checker<'_> {
    /// The type of what is computed of a list: it is there where the list is known to hold something.
    pub(super) fn of_some(&self, list: &Node, kind: Type) -> Type {
        if self.known.contains(&key(list)) { kind } else { kind.optional() }
    }

    /// The same for a function whose value only an empty list lacks.
    pub(super) fn called_of_some(&self, function: Function, parts: &[Typed], kind: Type) -> Type {
        let of_items = || parts.len() == 1 && !calls::item_of(&parts[0].kind).is_optional();
        let is_mean = matches!(function, Function::Mean | Function::Median);
        match is_mean || matches!(function, Function::First | Function::Last) && of_items() {
            true => self.of_some(&parts[0].node, kind.present().clone()),
            false => kind,
        }
    }

    /// A list of a row that is asked whether it is none: an empty list is not. Outside of rows it is told as
    /// a condition that always holds or never.
    pub(super) fn note_never_none(&mut self, list: &Syntax, kind: &Type) {
        if self.rows.is_empty() || !matches!(kind, Type::List(_)) {
            return;
        }
        self.notes.push(Fault {
            start: list.start,
            end: list.end,
            message: format!("{list} 从不是 none：空着是空的清单"),
            remedy: Some(format!("写成 count({list}) == 0，或 count({list}) > 0")),
            misspelt: None,
        });
    }
}

impl Typed {
    /// The same with the lists that hold something if the part holds, or if it does not.
    pub(super) fn with_lists(mut self) -> Self {
        if self.kind == Type::Bool {
            self.holds.extend(proven(&self.node, true));
            self.fails.extend(proven(&self.node, false));
        }
        self
    }
}

/// The keys of the lists that hold something where a condition does, or fails.
fn proven(node: &Node, holds: bool) -> Vec<String> {
    if let Node::Compare(comparison, left, right) = node {
        let comparison = if holds { *comparison } else { comparison.opposite() };
        let sides = [(left, right, comparison), (right, left, comparison.mirrored())];
        return sides.into_iter().flat_map(|(count, than, it)| counted(count, it, than)).collect();
    }
    if let (Node::Each { fold: Fold::Any, .. }, true) = (node, holds) {
        return rows(node);
    }
    if let (Node::Call(Function::Blank, parts), false) = (node, holds) {
        return parts.iter().flat_map(keys).collect();
    }
    Vec::new()
}

/// The keys of the lists of which more than none are counted, compared so with a number.
fn counted(count: &Node, comparison: Comparison, than: &Node) -> Vec<String> {
    let Node::Literal(Value::Integer(than)) = than else { return Vec::new() };
    let is_some = match comparison {
        Comparison::Greater => *than >= 0,
        Comparison::AtLeast | Comparison::Equal => *than >= 1,
        Comparison::NotEqual => *than == 0,
        Comparison::Less | Comparison::AtMost => false,
    };
    if let (Node::Count(list), true) = (count, is_some) {
        return keys(list);
    }
    let is_asked = matches!(count, Node::Each { fold: Fold::Count, .. });
    if is_asked && is_some { rows(count) } else { Vec::new() }
}

/// The keys of a list some of whose rows are as they are asked, and of those rows.
fn rows(asked: &Node) -> Vec<String> {
    let Node::Each { list, level, body, .. } = asked else { return Vec::new() };
    let (list, body) = (list.clone(), body.clone());
    keys(&Node::Each { fold: Fold::Filter, list, level: *level, body })
}

/// The keys of a list that holds something, and of that of which it is a part.
fn keys(list: &Node) -> Vec<String> {
    let mut keys = vec![key(list)];
    if let Node::Each { fold: Fold::Filter, list, .. } = whole(list) {
        keys.extend(self::keys(list));
    }
    keys
}

fn key(list: &Node) -> String {
    format!("some of {}", whole(list).key())
}

/// The list that holds something exactly where this one does.
fn whole(list: &Node) -> &Node {
    if let Node::Each { fold: Fold::Map | Fold::Sort, list, .. } = list {
        return whole(list);
    }
    if let Node::Call(Function::Reverse | Function::Distinct, parts) = list {
        return parts.first().map_or(list, whole);
    }
    list
}
