//! What is tried: each name with the values that are told apart.

use rust_decimal::Decimal;

use super::{
    asked::{Asked, Axis, Knowing, StandsFor, Trying, path_of},
    trial::Trial,
    values::{representatives, type_of},
};
use crate::expression::{
    Expression, Limits, Names, Type, Value,
    functions::{Fold, Function},
    limits::limits_of,
    plan::Node,
    syntax::Operator,
};

/// Names with their values, and the conditions that are tried with them.
pub(super) struct Axes {
    conditions: Vec<Node>,
    axes: Vec<OneAxis>,
    computed: Vec<(String, Node)>,
    trials: usize,
    /// How many trials differ only in what stands for something else.
    pub(super) unsure: usize,
}

struct OneAxis {
    path: Vec<String>,
    stands_for: Option<StandsFor>,
    values: Vec<Value>,
}

impl Axes {
    pub(super) fn of(
        conditions: &[&Expression],
        names: &Names<'_>,
        trying: Trying<'_>,
        may_name: bool,
        most: usize,
    ) -> Option<Self> {
        let mut asked = Asked::new(trying, may_name);
        let conditions = conditions.iter().map(|it| asked.condition(&it.plan.node));
        let conditions = conditions.collect::<Option<Vec<_>>>()?;
        let mut axes: Vec<OneAxis> = Vec::new();
        let (mut trials, mut unsure) = (1_usize, 1_usize);
        for (path, axis) in asked.axes {
            let values = values(&path, &axis, names, trying)?;
            trials = trials.checked_mul(values.len()).filter(|trials| *trials <= most)?;
            if axis.stands_for.is_some() {
                unsure *= values.len();
            }
            axes.push(OneAxis { path, stands_for: axis.stands_for, values });
        }
        axes.sort_by_key(|axis| axis.stands_for.is_none());
        Some(Self { conditions, axes, computed: asked.computed, trials, unsure: unsure.max(1) })
    }

    pub(super) fn trials(&self) -> impl Iterator<Item = Trial<'_>> {
        (0..self.trials).map(|trial| {
            let mut rest = trial;
            let mut tried = Trial::default();
            for OneAxis { path, values, .. } in &self.axes {
                tried.put(path, &values[rest % values.len()]);
                rest /= values.len();
            }
            for (var, value) in &self.computed {
                tried.compute(var, value);
            }
            tried
        })
    }

    /// The first condition that holds.
    pub(super) fn first(&self, trial: &Trial<'_>) -> Option<usize> {
        self.conditions.iter().position(|condition| trial.says(condition))
    }

    /// The names with their values, without what stands for something else.
    pub(super) fn words(&self, trial: &Trial<'_>) -> String {
        let names = self.axes.iter().filter(|axis| axis.stands_for.is_none());
        let words = names.map(|axis| word(&axis.path.join("."), trial.value(&axis.path)));
        words.collect::<Vec<_>>().join("、")
    }

    /// The names with their values, where no more than one of them is that of a computed value: then
    /// they do not hang together in a way that is not seen.
    pub(super) fn words_of_value(&self, trial: &Trial<'_>) -> Option<String> {
        let mut computed = 0;
        let words = self.axes.iter().map(|axis| match &axis.stands_for {
            None => Some(word(&axis.path.join("."), trial.value(&axis.path))),
            Some(StandsFor::Term { name: Some(name), .. }) => {
                computed += 1;
                Some(word(name, trial.value(&axis.path)))
            }
            Some(
                StandsFor::Term { name: None, .. } | StandsFor::Order { .. } | StandsFor::Condition,
            ) => None,
        });
        let words = words.collect::<Option<Vec<_>>>()?;
        (computed == 1).then(|| words.join("、"))
    }

    /// `a = b`, where nothing is tried but how plain names compare, each with one other.
    pub(super) fn words_of_order(&self, trial: &Trial<'_>) -> Option<String> {
        let mut named: Vec<&String> = Vec::new();
        let words = self.axes.iter().map(|axis| {
            let Some(StandsFor::Order { words: Some((left, right)), .. }) = &axis.stands_for else {
                return None;
            };
            let is_new = !named.contains(&left) && !named.contains(&right);
            named.extend([left, right]);
            let mark = match trial.value(&axis.path).as_integer() {
                Some(0) => "=",
                Some(order) if order < 0 => "<",
                Some(_) | None => ">",
            };
            is_new.then(|| format!("{left} {mark} {right}"))
        });
        Some(words.collect::<Option<Vec<_>>>()?.join("、"))
    }
}

/// `name = value`.
fn word(name: &str, value: &Value) -> String {
    let is_other = value.as_text().is_some_and(|text| text.starts_with('…'));
    let value = if value.is_none() {
        "空".to_owned()
    } else if is_other {
        "别的文本".to_owned()
    } else {
        value.display()
    };
    format!("{name} = {value}")
}

/// The values of a name that are told apart.
fn values(
    path: &[String],
    axis: &Axis,
    names: &Names<'_>,
    trying: Trying<'_>,
) -> Option<Vec<Value>> {
    let known = |path: &[String]| trying.known.limits(path);
    let (kind, limits) = match &axis.stands_for {
        None => (type_of(path, names), trying.known.limits(path)),
        Some(StandsFor::Term { node, .. }) => {
            let limits = sized(node, trying.known).or_else(|| limits_of(node, &known));
            (type_of_term(node, &axis.literals, names), limits)
        }
        Some(StandsFor::Order { may, .. }) => {
            return Some(may.iter().copied().map(Value::Integer).collect());
        }
        Some(StandsFor::Condition) => return Some([true, false].map(Value::Bool).into()),
    };
    if axis.is_each
        && let Some(values) = limits.as_ref().and_then(Limits::few)
    {
        return Some(values);
    }
    let mut literals = axis.literals.clone();
    literals.extend(limits.iter().flat_map(Limits::literals));
    literals.retain(|value| !value.is_none());
    let mut values = representatives(kind?, literals)?;
    if let Some(limits) = limits {
        values.retain(|value| limits.admits(value));
    }
    Some(values).filter(|values| !values.is_empty())
}

/// How many there may be, where it is the length of a text or list that is computed.
fn sized(node: &Node, known: &dyn Knowing) -> Option<Limits> {
    if let Node::Count(of) = node {
        return known.size(path_of(of)?);
    }
    if let Node::Call(Function::Length, parts) = node {
        return known.size(path_of(parts.first()?)?);
    }
    let Node::Each { fold: Fold::Count, list, .. } = node else { return None };
    let Limits::Whole(_, most) = known.size(path_of(list)?)? else { return None };
    Some(Limits::Whole(Some(0), most))
}

/// The type of a computed value, as far as the values tell with which it is compared.
fn type_of_term(term: &Node, literals: &[Value], names: &Names<'_>) -> Option<Type> {
    match literals.first()? {
        Value::Integer(_) | Value::Decimal(_) => {
            Some(if is_whole(term, names) { Type::Integer } else { Type::Decimal })
        }
        Value::Text(_) => Some(Type::Text),
        Value::Bool(_) => Some(Type::Bool),
        Value::Date(_) => Some(Type::Date),
        Value::None | Value::Moment(_) | Value::Span(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// Whether a number is a whole one.
fn is_whole(node: &Node, names: &Names<'_>) -> bool {
    if let Node::Literal(value) = node {
        return value.as_decimal().is_some_and(|number| number.fract() == Decimal::ZERO);
    }
    if let Node::Path(path) = node {
        return type_of(path, names).is_some_and(|kind| *kind.present() == Type::Integer);
    }
    if let Node::OrElse(left, right)
    | Node::Arithmetic(
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Remainder,
        left,
        right,
    ) = node
    {
        return is_whole(left, names) && is_whole(right, names);
    }
    if let Node::Negate(of) = node {
        return is_whole(of, names);
    }
    matches!(node, Node::Count(_))
}
