//! Everything that happens in a definition, each with where it is written.

use indexmap::IndexMap;

use crate::{
    definition::{
        Action, Definition, Rule, Step, Timer,
        document::{Entry, Node},
        reading::Reader,
        shape::is_rows,
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

impl<'r> Site<'r> {
    /// The states in which a case may be when the step is taken.
    pub(super) fn states(&self, definition: &'r Definition) -> Vec<&'r StateName> {
        match self.of {
            SiteOf::Start(_) => Vec::new(),
            SiteOf::Action(task, _) => {
                definition.tasks.get(task).into_iter().flat_map(|task| &task.states).collect()
            }
            SiteOf::Enter(state) | SiteOf::Rule(state, _) => vec![state],
            SiteOf::Timer(action) | SiteOf::RuleOf(action, _) => states_of(definition, action),
        }
    }
}

/// The states in which an action may be taken, or a timer end that does it.
fn states_of<'d>(definition: &'d Definition, action: &Action) -> Vec<&'d StateName> {
    fn overs(timers: &IndexMap<TimerName, Timer>) -> impl Iterator<Item = &Action> {
        timers.values().filter_map(|timer| timer.over.as_ref())
    }
    let is_it = |other: &Action| std::ptr::eq(other, action);
    let of_tasks = definition
        .tasks
        .values()
        .filter(|task| task.actions.values().chain(overs(&task.timers)).any(is_it));
    let of_states = definition.states.iter().filter(|(_, state)| overs(&state.timers).any(is_it));
    of_tasks.flat_map(|task| &task.states).chain(of_states.map(|(name, _)| name)).collect()
}

/// What takes a step.
#[derive(Clone, Copy)]
pub(super) enum SiteOf<'r> {
    /// The start.
    Start(&'r Action),
    /// An action of a task.
    Action(&'r TaskName, &'r Action),
    /// The end of a timer.
    Timer(&'r Action),
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
            Self::Start(action) | Self::Action(_, action) | Self::Timer(action) => Some(action),
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

fn timers<'r>(found: &mut Vec<Site<'r>>, node: &'r Node, timers: &'r IndexMap<TimerName, Timer>) {
    for (name, timer) in timers {
        let over = written_timer(node, name).and_then(|timer| timer.entry("over"));
        if let Some((entry, over)) = over.zip(timer.over.as_ref()) {
            action(found, entry, SiteOf::Timer(over));
        }
    }
}

/// Where a timer of a state or task is written.
pub(super) fn written_timer<'r>(node: &'r Node, name: &TimerName) -> Option<&'r Node> {
    let written = node.get("timers").and_then(|timers| timers.get(name.as_str()));
    written.or_else(|| node.get("timer"))
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

/// Where a way to find a participant is written: its row, the participant, or the `for` of a task.
pub(super) fn written_who<'r>(
    reader: &'r Reader<'_>,
    participant: &str,
    row: usize,
) -> Option<&'r Entry> {
    let root = &reader.outline.root;
    let task = participant.strip_suffix(".for").and_then(|task| super::task_entry(reader, task));
    if let Some(task) = task {
        return task.value.entry("for");
    }
    let entry = root.get("participants")?.entry(participant)?;
    match is_rows(&entry.value) {
        true => entry.value.entries().get(row),
        false => Some(entry),
    }
}
