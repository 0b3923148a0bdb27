//! Letters that tell what was asked, sent on entry of a state or by its rules: told where whoever
//! leads there is not asked it, for then they cannot be written.

use std::collections::BTreeSet;

use super::paths;
use crate::{
    definition::{Action, Definition, Fields, document::Node, reading::Reader},
    names::{RuleName, StateName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    // A target that was not understood may lead anywhere.
    if reader.has_lost_targets.get() {
        return;
    }
    for name in definition.states.keys() {
        let states = reader.outline.root.get("states");
        let Some(entry) = states.and_then(|states| states.entry(name.as_str())) else { continue };
        if let Some(enter) = entry.value.get("enter") {
            letters(reader, enter, &|field| {
                let ways = ways_into(definition, name);
                let lacks =
                    ways.iter().find(|(_, asks)| !asks.is_some_and(|it| it.contains_key(field)));
                let unasked = lacks.is_none().then(|| unasked_rule(definition, name, field));
                if let Some((from, rule)) = unasked.flatten() {
                    return Some(format!(
                        "从「{from}」的规则「{rule}」进入「{name}」时没有动作问它"
                    ));
                }
                match lacks {
                    Some((way, _)) => Some(format!("从「{way}」进入「{name}」时没有问它")),
                    None if ways.is_empty() && !is_asked(definition, name, field) => {
                        Some(format!("进入「{name}」时没有动作问它"))
                    }
                    None => None,
                }
            });
        }
        for rule in entry.value.entries_of("choose") {
            letters(reader, &rule.value, &|field| {
                let is_asked = is_asked(definition, name, field);
                (!is_asked).then(|| format!("规则「{}」成立的时候没有动作问它", rule.key.text))
            });
        }
    }
}

/// Tells each letter of a step that says `asked.field` where `fault` has something against the field.
fn letters(reader: &Reader<'_>, step: &Node, fault: &dyn Fn(&str) -> Option<String>) {
    // What a condition lets through cannot be told.
    let sent = step.get("notify").filter(|sent| sent.get("when").is_none());
    for entry in sent.map(Node::entries).unwrap_or_default() {
        let name = entry.value.text().unwrap_or_default();
        let Some(text) = reader.world.letters.get(name) else { continue };
        let said =
            paths(text).into_iter().filter(|path| path.first().is_some_and(|it| it == "asked"));
        let mut fields = said.filter_map(|path| path.into_iter().nth(1));
        let found = fields.find_map(|field| Some((fault(&field)?, field)));
        if let Some((why, field)) = found.filter(|_| !text.contains("is defined")) {
            reader.report.warn(
                &entry.value.spot,
                format!("信件「{name}」写了 asked.{field}，{why}：发不出去"),
                format!("把 notify 写到问了 {field} 的动作里，或先用 set 放进变量，信里写变量"),
            );
        }
    }
}

/// A way into a state: what it is called, and what it asks, if anything.
type Way<'d> = (String, Option<&'d Fields>);

/// What leads into a state without another rule between: the start, actions, and timers.
fn ways_into<'d>(definition: &'d Definition, state: &StateName) -> Vec<Way<'d>> {
    let leads = |action: &Action| action.targets().any(|target| target == state);
    let start = Some(&definition.start.action).filter(|start| leads(start));
    let mut ways: Vec<Way<'d>> =
        start.map(|start| ("start".to_owned(), Some(&start.ask))).into_iter().collect();
    for (name, task) in &definition.tasks {
        let actions = task.actions.iter().filter(|(_, action)| leads(action));
        ways.extend(actions.map(|(action, known)| (format!("{name}.{action}"), Some(&known.ask))));
    }
    let of_states = definition.states.values().flat_map(|state| &state.timers);
    let of_tasks = definition.tasks.values().flat_map(|task| &task.timers);
    let over = of_states.chain(of_tasks);
    let over = over.filter(|(_, timer)| timer.over.as_ref().is_some_and(leads));
    ways.extend(over.map(|(name, _)| (name.to_string(), None)));
    ways
}

/// A rule of another state that leads to a state without anything asking the field before.
fn unasked_rule<'d>(
    definition: &'d Definition,
    state: &StateName,
    field: &str,
) -> Option<(&'d StateName, &'d RuleName)> {
    let others = definition.states.iter().filter(|(from, _)| *from != state);
    others.filter(|(from, _)| !is_asked(definition, from, field)).find_map(|(from, other)| {
        let mut rules = other.choose.iter();
        let rule = rules.find(|(_, rule)| rule.step.target.states().contains(state));
        rule.map(|(rule, _)| (from, rule))
    })
}

/// Whether anything asks the field that may happen just before the rules of a state act: a way into
/// it, an action in it, or the same of a state whose rules lead here.
fn is_asked(definition: &Definition, state: &StateName, field: &str) -> bool {
    let mut seen: BTreeSet<&StateName> = BTreeSet::new();
    let mut next: Vec<&StateName> = vec![state];
    while let Some(state) = next.pop() {
        if !seen.insert(state) {
            continue;
        }
        let asks = |fields: &Fields| fields.contains_key(field);
        let ways = ways_into(definition, state);
        // What a ballot asked is told to nobody.
        let open = definition.tasks_in(state).filter(|(_, task)| !task.secret);
        let here = open.flat_map(|(_, task)| task.actions.values());
        if ways.iter().any(|(_, fields)| fields.is_some_and(asks))
            || here.map(|action| &action.ask).any(asks)
        {
            return true;
        }
        next.extend(definition.states.iter().filter_map(|(name, before)| {
            let mut targets = before.choose.values().flat_map(|rule| rule.step.target.states());
            targets.any(|target| target == state).then_some(name)
        }));
    }
    false
}
