//! Everything that happens in a definition, each with where it is written.

use indexmap::IndexMap;

use crate::{
    definition::{
        Action, Definition, Rule, Step, Timer,
        document::{Entry, Node},
        reading::Reader,
    },
    names::{RuleName, StateName, TaskName, TimerName},
};

/// One step with the text that says it.
pub(super) struct Site<'r> {
    /// Where it is written.
    pub(super) entry: &'r Entry,
    pub(super) step: &'r Step,
    pub(super) of: SiteOf<'r>,
}

/// What takes a step.
#[derive(Clone, Copy)]
pub(super) enum SiteOf<'r> {
    /// The start.
    Start(&'r Action),
    /// An action of a task.
    Action(&'r TaskName, &'r Action),
    /// The end of a timer.
    Timer(&'r TimerName, &'r Action),
    /// A rule of one of these.
    RuleOf(&'r Action, &'r Rule),
    /// The entry of a state.
    Enter(&'r StateName),
    /// A rule of a state.
    Rule(&'r StateName, &'r Rule),
}

impl<'r> SiteOf<'r> {
    /// The action, where it is one.
    pub(super) fn action(self) -> Option<&'r Action> {
        match self {
            Self::Start(action) | Self::Action(_, action) | Self::Timer(_, action) => Some(action),
            Self::RuleOf(..) | Self::Enter(_) | Self::Rule(..) => None,
        }
    }
}

/// Every step of the definition that was understood.
pub(super) fn sites<'r>(reader: &'r Reader<'_>, definition: &'r Definition) -> Vec<Site<'r>> {
    let root = &reader.outline.root;
    let mut found = Vec::new();
    if let Some(entry) = root.entry("start") {
        action(&mut found, entry, SiteOf::Start(&definition.start.action));
    }
    for entry in root.entries_of("states") {
        let Some((name, state)) = definition.states.get_key_value(entry.key.text.as_str()) else {
            continue;
        };
        if let Some(enter) = entry.value.entry("enter") {
            found.push(Site { entry: enter, step: &state.enter, of: SiteOf::Enter(name) });
        }
        rules(&mut found, &entry.value, &state.choose, |rule| SiteOf::Rule(name, rule));
        timers(&mut found, &entry.value, &state.timers);
        tasks(&mut found, definition, entry.value.entries_of("tasks"));
    }
    tasks(&mut found, definition, root.entries_of("tasks"));
    found
}

fn tasks<'r>(found: &mut Vec<Site<'r>>, definition: &'r Definition, entries: &'r [Entry]) {
    for entry in entries {
        let Some((name, task)) = definition.tasks.get_key_value(entry.key.text.as_str()) else {
            continue;
        };
        for entry in entry.value.entries_of("actions") {
            if let Some(known) = task.actions.get(entry.key.text.as_str()) {
                action(found, entry, SiteOf::Action(name, known));
            }
        }
        timers(found, &entry.value, &task.timers);
    }
}

fn timers<'r>(
    found: &mut Vec<Site<'r>>,
    node: &'r Node,
    timers: &'r IndexMap<TimerName, Timer>,
) {
    for (name, timer) in timers {
        let written = node.get("timers").and_then(|timers| timers.get(name.as_str()));
        let over = written.or_else(|| node.get("timer")).and_then(|timer| timer.entry("over"));
        if let Some((entry, over)) = over.zip(timer.over.as_ref()) {
            action(found, entry, SiteOf::Timer(name, over));
        }
    }
}

fn action<'r>(found: &mut Vec<Site<'r>>, entry: &'r Entry, of: SiteOf<'r>) {
    let Some(known) = of.action() else { return };
    found.push(Site { entry, step: &known.step, of });
    rules(found, &entry.value, &known.choose, |rule| SiteOf::RuleOf(known, rule));
}

fn rules<'r>(
    found: &mut Vec<Site<'r>>,
    node: &'r Node,
    rules: &'r IndexMap<RuleName, Rule>,
    of: impl Fn(&'r Rule) -> SiteOf<'r>,
) {
    for entry in node.entries_of("choose") {
        if let Some(rule) = rules.get(entry.key.text.as_str()) {
            found.push(Site { entry, step: &rule.step, of: of(rule) });
        }
    }
}
