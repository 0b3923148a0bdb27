//! Conditions that can never hold, for what they compare is only ever set to something else, or is
//! asked in another state.

use super::{
    conditions::{Asked, conditions},
    domains::Domains,
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
            false => known(definition, when, domains),
        };
        if let (true, Some(known)) = (is_never, known) {
            let message = format!("条件 {} 永远不成立：{known}", when.source());
            reader.report.doubt(&node.spot, message, "改它，或去掉它所管的内容");
        }
        elsewhere(reader, definition, &states, node, when);
    }
}

/// What is known of what a condition compares.
pub(super) fn known(
    definition: &Definition,
    condition: &Expression,
    domains: &Domains<'_>,
) -> Option<String> {
    let limits = |path: &[String]| limits(definition, path, domains);
    let known = condition.reads().iter().filter_map(|path| Some((path, limits(path)?)));
    let known: Vec<_> = known.collect();
    let is_closed = |(_, limits): &&(_, Limits)| matches!(limits, Limits::Whole(Some(_), Some(_)));
    let first = known.iter().find(is_closed).into_iter();
    first.chain(&known).find_map(|(path, limits)| words(path, limits))
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
