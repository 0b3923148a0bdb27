//! Conditions that can never hold, for what they compare is only ever set to something else, or is
//! asked in another state.

use super::{
    domains::Domains,
    sites::{SiteOf, sites},
};
use crate::{
    definition::{Definition, document::Node, reading::Reader, scope::Scope},
    expression::{Expression, Knowing, Limits, Trying},
    names::StateName,
};

pub(super) fn lint(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
) {
    let tell = |node: Option<&Node>, condition: &Expression| {
        let never = scope.always(condition, Trying::NOTHING).is_none()
            && scope.always(condition, Trying::with(domains)) == Some(false);
        let known = condition.reads().iter().find_map(|path| words(path, domains));
        if let (true, Some(node), Some(known)) = (never, node, known) {
            let message = format!("条件 {} 永远不成立：{known}", condition.source());
            reader.report.doubt(&node.spot, message, "改它，或去掉它所管的内容");
        }
    };
    for (name, task) in &definition.tasks {
        let entry = super::task_entry(reader, name.as_str());
        if let Some((when, entry)) = task.when.as_ref().zip(entry) {
            let node = entry.value.get("when");
            tell(node, when);
            let states: Vec<&StateName> = task.states.iter().collect();
            elsewhere(reader, definition, &states, node, when);
        }
    }
    for site in sites(reader, definition) {
        let node = site.entry.value.get("when");
        let states = site.states(definition);
        match site.of {
            SiteOf::Action(_, action) => {
                if let Some(when) = &action.when {
                    tell(node, when);
                    elsewhere(reader, definition, &states, node, when);
                }
                for requirement in &action.require {
                    let written = site.entry.value.get("require");
                    let written = written.and_then(|it| it.get(requirement.name.as_str()));
                    tell(written.and_then(|it| it.get("that")), &requirement.that);
                }
            }
            SiteOf::RuleOf(_, rule) | SiteOf::Rule(_, rule) => {
                if let Some(when) = &rule.when {
                    tell(node, when);
                    elsewhere(reader, definition, &states, node, when);
                }
            }
            SiteOf::Start(_) | SiteOf::Timer(..) | SiteOf::Enter(_) => {}
        }
    }
}

/// `days 只会是 1 到 30`, for whole numbers with an end.
fn words(path: &[String], domains: &Domains<'_>) -> Option<String> {
    let Limits::Whole(least, most) = domains.limits(path)? else { return None };
    let path = path.join(".");
    match (least, most) {
        (Some(least), Some(most)) if least == most => Some(format!("{path} 只会是 {least}")),
        (Some(least), Some(most)) => Some(format!("{path} 只会是 {least} 到 {most}")),
        (Some(least), None) => Some(format!("{path} 至少是 {least}")),
        (None, Some(most)) => Some(format!("{path} 最多是 {most}")),
        (None, None) => None,
    }
}

/// A condition that waits for a state in which the case never is where it is asked.
fn elsewhere(
    reader: &Reader<'_>,
    definition: &Definition,
    states: &[&StateName],
    node: Option<&Node>,
    condition: &Expression,
) {
    let compared = condition.compared_texts();
    let named = compared.iter().filter(|(path, _)| path.join(".") == "case.state");
    let mut named = named.map(|(_, state)| state.as_str());
    let is_here = |state: &str| states.iter().any(|here| here.as_str() == state);
    let Some(state) = named.clone().next().filter(|_| !named.any(is_here)) else { return };
    let is_known = definition.states.contains_key(state) && !states.is_empty();
    if let Some(node) = node.filter(|_| is_known) {
        let here: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let message = format!("这里案总在「{}」，case.state 不会是 '{state}'", here.join("」「"));
        reader.report.doubt(&node.spot, message, "去掉这个条件，或写案在这里的状态");
    }
}
