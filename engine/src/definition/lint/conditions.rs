//! Every condition of a definition on which something hangs that happens, each with where it is written
//! and in which states it is asked.

use indexmap::IndexMap;

use super::{
    sites::{SiteOf, sites, written_timer, written_who},
    task_entry,
};
use crate::{
    definition::{
        Action, Condition, Definition, Participant, Timer, TimerEnd,
        document::{Kind, Node},
        reading::Reader,
    },
    expression::Expression,
    names::{StateName, TimerName},
};

/// One condition.
pub(super) struct Asked<'r> {
    pub(super) node: &'r Node,
    pub(super) when: &'r Expression,
    /// Where a case may be that is asked; none where that is not known.
    pub(super) states: Vec<&'r StateName>,
}

/// All of them that were understood.
pub(super) fn conditions<'r>(reader: &'r Reader<'_>, definition: &'r Definition) -> Vec<Asked<'r>> {
    let mut found = Vec::new();
    let mut ask = |node: Option<&'r Node>, when: Option<&'r Expression>, states: &[&'r _]| {
        let asked = node.zip(when);
        found.extend(asked.map(|(node, when)| Asked { node, when, states: states.to_vec() }));
    };
    for (name, task) in &definition.tasks {
        let states: Vec<&StateName> = task.states.iter().collect();
        let Some(entry) = task_entry(reader, name.as_str()) else { continue };
        ask(entry.value.get("when"), task.when.as_ref(), &states);
        lengths(&entry.value, &task.timers, &states, &mut ask);
    }
    for entry in reader.outline.root.entries_of("states") {
        let Some((name, state)) = definition.states.get_key_value(entry.key.text.as_str()) else {
            continue;
        };
        lengths(&entry.value, &state.timers, &[name], &mut ask);
    }
    for site in sites(reader, definition) {
        let node = &site.entry.value;
        let states = site.states(definition);
        match site.of {
            SiteOf::Action(_, action) | SiteOf::Timer(action) => {
                of_action(node, action, &states, &mut ask);
            }
            SiteOf::RuleOf(_, rule) | SiteOf::Rule(_, rule) => {
                ask(node.get("when"), rule.when.as_ref(), &states);
            }
            SiteOf::Start(_) | SiteOf::Enter(_) => {}
        }
    }
    for (name, participant) in &definition.participants {
        // Whoever starts a case is looked for before it has begun.
        let Participant::Rows(rows) = participant else { continue };
        if definition.start.by.as_ref() == Some(name) {
            continue;
        }
        for (row, (when, _)) in rows.values().enumerate() {
            let written = written_who(reader, name.as_str(), row);
            ask(written.and_then(|row| row.value.get("when")), when.as_ref(), &[]);
        }
    }
    found
}

/// Where an action is offered, what it requires, and when it is done to many cases at once.
fn of_action<'r>(
    node: &'r Node,
    action: &'r Action,
    states: &[&'r StateName],
    ask: &mut impl FnMut(Option<&'r Node>, Option<&'r Expression>, &[&'r StateName]),
) {
    ask(node.get("when"), action.when.as_ref(), states);
    for requirement in &action.require {
        let written = node.get("require").and_then(|it| it.get(requirement.name.as_str()));
        ask(written.and_then(|it| it.get("that")), Some(&requirement.that), states);
    }
    if let (Condition::When(when), Some(batch)) = (&action.batch.when, node.get("batch")) {
        let is_map = matches!(batch.kind, Kind::Map(_));
        ask(if is_map { batch.get("when") } else { Some(batch) }, Some(when), states);
    }
}

/// The rows of tables of lengths.
fn lengths<'r>(
    node: &'r Node,
    timers: &'r IndexMap<TimerName, Timer>,
    states: &[&'r StateName],
    ask: &mut impl FnMut(Option<&'r Node>, Option<&'r Expression>, &[&'r StateName]),
) {
    for (name, timer) in timers {
        let TimerEnd::Lasts(lengths) = &timer.ends else { continue };
        let rows = written_timer(node, name).and_then(|timer| timer.get("lasts"));
        for (row, length) in rows.map(Node::items).unwrap_or_default().iter().zip(lengths) {
            ask(row.get("when"), length.when.as_ref(), states);
        }
    }
}
