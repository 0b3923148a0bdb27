//! What conditions ask, in the form in which it can be tried out: what they compare with written values
//! is tried as it is; two values that are compared with each other are less, equal or greater; whatever
//! else they ask holds or does not, the same wherever the same is asked.

use std::collections::BTreeMap;

use super::orders::never_more;
use crate::expression::{
    Expression, Limits, Value, functions::Fold, plan::Node, syntax::Comparison,
};

/// A name that is tried.
#[derive(Clone, Debug, Default)]
pub(super) struct Axis {
    /// The values it is compared with.
    pub(super) literals: Vec<Value>,
    /// Whether each of its few values is tried.
    pub(super) is_each: bool,
    /// What it stands for, where it is no name of the conditions themselves.
    pub(super) stands_for: Option<StandsFor>,
}

/// What has been given a name to be tried.
#[derive(Clone, Debug)]
pub(super) enum StandsFor {
    /// A value that is computed.
    Term {
        /// What computes it.
        node: Node,
        /// The name of the value, where it has one.
        name: Option<String>,
    },
    /// How two values compare.
    Order {
        /// Both in words, where both are plain names.
        words: Option<(String, String)>,
        /// -1, 0 or 1, as far as they may.
        may: Vec<i64>,
    },
    /// A condition of its own.
    Condition,
}

/// What is known of the names of conditions.
pub trait Knowing {
    /// The values that a name may have.
    fn limits(&self, path: &[String]) -> Option<Limits>;
    /// How long the text or list of a name may be.
    fn size(&self, _path: &[String]) -> Option<Limits> {
        None
    }
    /// A value that is computed, by its name.
    fn value(&self, name: &str) -> Option<&Expression>;
    /// Whether what one path counts, or the length of its list, is never more than what the other does.
    fn is_within(&self, _path: &[String], _whole: &[String]) -> bool {
        false
    }
}

/// Nothing is known but what the types say.
struct Nothing;

impl Knowing for Nothing {
    fn limits(&self, _: &[String]) -> Option<Limits> {
        None
    }

    fn value(&self, _: &str) -> Option<&Expression> {
        None
    }
}

/// With what conditions are tried.
#[derive(Clone, Copy)]
pub struct Trying<'a> {
    /// What is known of their names.
    pub known: &'a dyn Knowing,
    /// Variables that are set before the conditions are asked, in this order.
    pub sets: &'a [(&'a str, &'a Expression)],
}

impl<'a> Trying<'a> {
    /// With nothing but what the types say.
    pub const NOTHING: Trying<'static> = Trying { known: &Nothing, sets: &[] };

    /// With what is known of names.
    #[must_use]
    pub fn with(known: &'a dyn Knowing) -> Self {
        Self { known, sets: &[] }
    }
}

/// Conditions with the names they are tried by.
pub(super) struct Asked<'a> {
    trying: Trying<'a>,
    /// Whether what cannot be tried as it is may be given a name.
    may_name: bool,
    pub(super) axes: BTreeMap<Vec<String>, Axis>,
    /// The variables whose new value is computed for each trial.
    pub(super) computed: Vec<(String, Node)>,
    /// The names of computed values that were written out, by what computes them.
    named: BTreeMap<String, String>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(trying: Trying<'a>, may_name: bool) -> Self {
        Self {
            trying,
            may_name,
            axes: BTreeMap::new(),
            computed: Vec::new(),
            named: BTreeMap::new(),
        }
    }

    /// A condition as it is tried; `None` where it cannot be.
    pub(super) fn condition(&mut self, node: &Node) -> Option<Node> {
        if let Node::And(parts) = node {
            return parts.iter().map(|it| self.condition(it)).collect::<Option<_>>().map(Node::And);
        }
        if let Node::Or(parts) = node {
            return parts.iter().map(|it| self.condition(it)).collect::<Option<_>>().map(Node::Or);
        }
        if let Node::Not(of) = node {
            return Some(Node::Not(Box::new(self.condition(of)?)));
        }
        if let Node::Either(parts) = node {
            let [condition, then, otherwise] = &**parts;
            let condition = self.condition(condition)?;
            let then = Node::And(vec![condition.clone(), self.condition(then)?]);
            let opposite = Node::Not(Box::new(condition));
            let otherwise = Node::And(vec![opposite, self.condition(otherwise)?]);
            return Some(Node::Or(vec![then, otherwise]));
        }
        self.leaf(node)
    }

    fn leaf(&mut self, node: &Node) -> Option<Node> {
        if let Some(value) = self.value(node) {
            return self.condition(value);
        }
        let inside = self.with_values(node);
        let node = inside.as_ref().unwrap_or(node);
        if let Some((path, literals)) = compared(node) {
            if let Some(path) = path {
                self.add(path, literals);
            }
            return Some(node.clone());
        }
        if self.is_few(node) {
            return Some(node.clone());
        }
        if !self.may_name {
            return None;
        }
        if let Node::Compare(comparison, left, right) = node {
            return Some(self.comparison(*comparison, left, right));
        }
        if let Node::In(item, list) = node
            && let Some(Value::List(items)) = list.constant()
        {
            let item = self.term(item, items);
            return Some(Node::In(Box::new(item), list.clone()));
        }
        // All of them do where not one does not.
        if let Node::Each { fold: Fold::All, list, level, body } = node {
            let (list, level, body) = (list.clone(), *level, Box::new(opposite(body)));
            let any = Node::Each { fold: Fold::Any, list, level, body };
            return Some(Node::Not(Box::new(self.answer(&any))));
        }
        Some(self.answer(node))
    }

    /// The computed value that a node names.
    fn value(&self, node: &Node) -> Option<&'a Node> {
        let [name] = &path_of(node)?[..] else { return None };
        self.trying.known.value(name).map(|value| &value.plan.node)
    }

    /// The same, remembering the name.
    fn written(&mut self, node: &Node) -> Option<&'a Node> {
        let value = self.value(node)?;
        let name = path_of(node)?.join(".");
        self.named.entry(value.key()).or_insert(name);
        Some(value)
    }

    /// A comparison with the computed values that it names written out.
    fn with_values(&mut self, node: &Node) -> Option<Node> {
        let mut written = |node: &Node| self.written(node).unwrap_or(node).clone();
        if let Node::Compare(comparison, left, right) = node {
            let sides = (Box::new(written(left)), Box::new(written(right)));
            let is_named = self.value(left).is_some() || self.value(right).is_some();
            return is_named.then(|| Node::Compare(*comparison, sides.0, sides.1));
        }
        let Node::In(item, list) = node else { return None };
        self.written(item).map(|item| Node::In(Box::new(item.clone()), list.clone()))
    }

    fn add(&mut self, path: &[String], literals: Vec<Value>) {
        if let [var] = path
            && self.computes(var)
        {
            return;
        }
        self.axes.entry(path.to_vec()).or_default().literals.extend(literals);
    }

    /// Whether a variable gets a new value that follows from few others, which then are tried.
    fn computes(&mut self, var: &str) -> bool {
        if self.computed.iter().any(|(name, _)| name == var) {
            return true;
        }
        let mut own = self.trying.sets.iter().filter(|(name, _)| *name == var);
        let (Some((_, value)), None) = (own.next(), own.next()) else { return false };
        let is_old = |path: &Vec<String>| self.trying.sets.iter().any(|(name, _)| path[0] == *name);
        if value.constant().is_none() && value.reads().iter().any(is_old) {
            return false;
        }
        let node = value.plan.node.clone();
        let is_few = self.is_few(&node);
        if is_few {
            self.computed.push((var.to_owned(), node));
        }
        is_few
    }

    /// Whether all that is read has few values: then each of them is tried.
    fn is_few(&mut self, node: &Node) -> bool {
        let mut reads = Vec::new();
        node.reads(&mut reads);
        if node.asks_time() {
            return false;
        }
        let mut found = Vec::new();
        for path in reads {
            let is_computed = path.len() == 1 && self.computes(&path[0]);
            if is_computed {
                continue;
            }
            if self.trying.known.limits(&path).and_then(|limits| limits.few()).is_none() {
                return false;
            }
            found.push(path);
        }
        for path in found {
            self.axes.entry(path).or_default().is_each = true;
        }
        true
    }

    fn comparison(&mut self, comparison: Comparison, left: &Node, right: &Node) -> Node {
        let compare =
            |left: Node, right: Node| Node::Compare(comparison, Box::new(left), Box::new(right));
        if let Some(value) = literal(right) {
            return compare(self.term(left, vec![value]), right.clone());
        }
        if let Some(value) = literal(left) {
            return compare(left.clone(), self.term(right, vec![value]));
        }
        let is_mirrored = right.key() < left.key();
        let (first, second) = if is_mirrored { (right, left) } else { (left, right) };
        let words = words(first).zip(words(second));
        let path = vec![format!("{} <> {}", first.key(), second.key())];
        let may = match self.trying.known {
            known if never_more(first, second, known) => vec![-1, 0],
            known if never_more(second, first, known) => vec![0, 1],
            _ => vec![-1, 0, 1],
        };
        let order = StandsFor::Order { words, may };
        self.axes.insert(path.clone(), Axis { stands_for: Some(order), ..Axis::default() });
        let comparison = if is_mirrored { comparison.mirrored() } else { comparison };
        let (order, zero) = (Node::Path(path), Node::Literal(Value::Integer(0)));
        Node::Compare(comparison, Box::new(order), Box::new(zero))
    }

    /// A name for a value that is computed.
    fn term(&mut self, node: &Node, literals: Vec<Value>) -> Node {
        let path = vec![node.key()];
        let axis = self.axes.entry(path.clone()).or_default();
        axis.literals.extend(literals);
        let name = self.named.get(&node.key()).cloned();
        axis.stands_for = Some(StandsFor::Term { node: node.clone(), name });
        Node::Path(path)
    }

    /// A name for what a condition says.
    fn answer(&mut self, node: &Node) -> Node {
        let path = vec![node.key()];
        let axis = self.axes.entry(path.clone()).or_default();
        axis.stands_for = Some(StandsFor::Condition);
        Node::Path(path)
    }
}

/// A plain name, in words: a path, or how many there are.
fn words(node: &Node) -> Option<String> {
    if let Node::Count(of) = node {
        return path_of(of).map(|path| format!("count({})", path.join(".")));
    }
    path_of(node).map(|path| path.join("."))
}

/// The condition that holds exactly where this does not.
fn opposite(node: &Node) -> Node {
    if let Node::Not(of) = node {
        return (**of).clone();
    }
    if let Node::Compare(comparison, left, right) = node {
        return Node::Compare(comparison.opposite(), left.clone(), right.clone());
    }
    Node::Not(Box::new(node.clone()))
}

/// The path that a condition asks of, and the values it is compared with.
fn compared(node: &Node) -> Option<(Option<&Vec<String>>, Vec<Value>)> {
    if literal(node).is_some() {
        return Some((None, Vec::new()));
    }
    if let Node::IsNone(of) = node {
        return Some((Some(path_of(of)?), Vec::new()));
    }
    if let Node::Compare(_, left, right) = node {
        if literal(left).is_some() && literal(right).is_some() {
            return Some((None, Vec::new()));
        }
        let one_way = replaced(left).zip(literal(right));
        let ((path, other), value) = one_way.or_else(|| replaced(right).zip(literal(left)))?;
        return Some((Some(path), other.into_iter().chain([value]).collect()));
    }
    if let Node::In(item, list) = node {
        let Node::List(items) = &**list else { return None };
        let literals = items.iter().map(literal).collect::<Option<Vec<_>>>()?;
        let (path, other) = replaced(item)?;
        return Some((Some(path), other.into_iter().chain(literals).collect()));
    }
    Some((Some(path_of(node)?), Vec::new()))
}

/// A path, with the value that stands for it where it has none.
fn replaced(node: &Node) -> Option<(&Vec<String>, Option<Value>)> {
    if let Node::OrElse(of, other) = node {
        return Some((path_of(of)?, Some(literal(other)?)));
    }
    Some((path_of(node)?, None))
}

pub(super) fn path_of(node: &Node) -> Option<&Vec<String>> {
    if let Node::Path(path) = node { Some(path) } else { None }
}

fn literal(node: &Node) -> Option<Value> {
    if let Node::Literal(value) = node { Some(value.clone()) } else { None }
}
