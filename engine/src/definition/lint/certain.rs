//! Conditions that can never hold, for what they compare is only ever set to something else, or is
//! asked in another state.

use super::{
    conditions::{Asked, conditions},
    domains::Domains,
    read_through_values,
};
use crate::{
    definition::{Definition, document::Node, reading::Reader, scope::Scope},
    expression::{Expression, Knowing, Limits, Trying, Value, compares_a_part},
    names::StateName,
};

pub(super) fn lint(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
) {
    for Asked { node, when, states } in conditions(reader, definition) {
        let says = |known: &dyn Knowing| scope.always(when, Trying::with(known));
        let is_never =
            scope.always(when, Trying::NOTHING).is_none() && says(domains) == Some(false);
        let known = match compares_a_part(when, domains) {
            true => Some("数的是其中一部分，不会比全部多".to_owned()),
            false => reason(definition, scope, when, domains),
        };
        if let (true, Some(known)) = (is_never, known) {
            let message = format!("条件 {} 永远不成立：{known}", when.source());
            reader.report.doubt(&node.spot, message, "改它，或去掉它所管的内容");
        }
        elsewhere(reader, definition, &states, node, when);
    }
}

/// Why a condition never holds: what alone keeps it from holding, or else what is known.
fn reason(
    definition: &Definition,
    scope: &Scope<'_>,
    when: &Expression,
    domains: &Domains<'_>,
) -> Option<String> {
    let is_enough = |path: &[String]| {
        scope.always(when, Trying::with(&Only { known: domains, path })) == Some(false)
    };
    // What counts is not below zero, whatever else is known.
    let found = if is_enough(&[]) { Vec::new() } else { limited(definition, when, domains) };
    let found = found.into_iter().find(|(path, _)| is_enough(path));
    let found = found.and_then(|(path, limits)| words(&path, &limits));
    found.or_else(|| known(definition, when, domains))
}

/// What is known of what a condition compares.
pub(super) fn known(
    definition: &Definition,
    condition: &Expression,
    domains: &Domains<'_>,
) -> Option<String> {
    let found = limited(definition, condition, domains).into_iter();
    let (own, others): (Vec<_>, Vec<_>) =
        found.partition(|(path, _)| condition.reads().contains(path));
    own.into_iter().chain(others).find_map(|(path, limits)| words(&path, &limits))
}

/// The paths that a condition reads, through values too, of which limits are known: those with both
/// ends first.
fn limited(
    definition: &Definition,
    condition: &Expression,
    domains: &Domains<'_>,
) -> Vec<(Vec<String>, Limits)> {
    let read = read_through_values(definition, condition.source()).into_iter();
    let known = read.filter_map(|path| {
        let limits = limits(definition, &path, domains)?;
        Some((path, limits))
    });
    let is_open = |limits: &Limits| !matches!(limits, Limits::Whole(Some(_), Some(_)));
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(_, limits)| is_open(limits));
    known
}

/// What is known of one path alone.
struct Only<'a> {
    known: &'a dyn Knowing,
    path: &'a [String],
}

impl Knowing for Only<'_> {
    fn limits(&self, path: &[String]) -> Option<Limits> {
        self.known.limits(path).filter(|_| path == self.path)
    }

    fn value(&self, name: &str) -> Option<&Expression> {
        self.known.value(name)
    }
}

/// Which values a path may have, through the values that it names.
fn limits(definition: &Definition, path: &[String], domains: &Domains<'_>) -> Option<Limits> {
    let value = path.first().filter(|_| path.len() == 1);
    let value = value.and_then(|name| definition.values.get(name.as_str()));
    let of_value = |value: &Expression| value.limits(&|path| limits(definition, path, domains));
    domains.limits(path).or_else(|| value.and_then(of_value))
}

/// `days 只会是 1 到 30`, for numbers with an end.
fn words(path: &[String], limits: &Limits) -> Option<String> {
    let (least, most) = match limits {
        Limits::Whole(least, most) => (least.map(Value::Integer), most.map(Value::Integer)),
        Limits::Decimals(least, most) => (least.map(Value::Decimal), most.map(Value::Decimal)),
        Limits::OneOf(_) => return None,
    };
    let path = path.join(".");
    match (least, most) {
        (Some(least), Some(most)) if least == most => {
            Some(format!("{path} 只会是 {}", least.display()))
        }
        (Some(least), Some(most)) => {
            Some(format!("{path} 只会是 {} 到 {}", least.display(), most.display()))
        }
        (Some(least), None) => Some(format!("{path} 至少是 {}", least.display())),
        (None, Some(most)) => Some(format!("{path} 最多是 {}", most.display())),
        (None, None) => None,
    }
}

/// A condition that waits for a state in which the case never is where it is asked.
fn elsewhere(
    reader: &Reader<'_>,
    definition: &Definition,
    states: &[&StateName],
    node: &Node,
    condition: &Expression,
) {
    let compared = condition.compared_texts();
    let named = compared.iter().filter(|(path, _)| path.join(".") == "case.state");
    let mut named = named.map(|(_, state)| state.as_str());
    let is_here = |state: &str| states.iter().any(|here| here.as_str() == state);
    let Some(state) = named.clone().next().filter(|_| !named.any(is_here)) else { return };
    let is_known = definition.states.contains_key(state) && !states.is_empty();
    if is_known {
        let here: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let message = format!("这里案总在「{}」，case.state 不会是 '{state}'", here.join("」「"));
        reader.report.doubt(&node.spot, message, "去掉这个条件，或写案在这里的状态");
    }
}
