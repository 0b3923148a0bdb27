//! The ways through the states.

use std::collections::BTreeSet;

use super::gaps::Gaps;
use crate::{
    definition::{
        Definition, Edge, State, Target, Timer,
        document::{Entry, Node},
        grammar::TIMER,
        reading::Reader,
    },
    expression::nearest::nearest,
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, gaps: &Gaps) {
    start(reader, definition, gaps);
    for (name, state) in &definition.states {
        if let Some(entry) = reader.outline.root.get("states").and_then(|s| s.entry(name.as_str()))
        {
            dwell(reader, definition, (name, state), entry, gaps);
        }
    }
    timers(reader, definition);
    choices(reader, gaps);
    // A target that was not understood may lead anywhere.
    if !reader.has_lost_targets.get() {
        reach(reader, definition);
    }
}

fn start(reader: &Reader<'_>, definition: &Definition, gaps: &Gaps) {
    let Some(entry) = reader.outline.root.entry("start") else {
        return reader.has_lost_targets.set(true);
    };
    let action = &definition.start.action;
    if action.choose.is_empty() && action.step.target == Target::Stay {
        if !reader.has_lost_targets.get() {
            let message = "start 没有说去哪个状态";
            reader.report.error(&entry.key.spot, message, "加上 to: 状态");
            reader.has_lost_targets.set(true);
        }
    } else if let Some(open) = open(&entry.value, gaps) {
        let remedy = "加上 otherwise: {to: 状态}";
        match open {
            Some(example) => {
                let message = format!("start 的 choose 没有 otherwise：{example} 时不知去哪个状态");
                reader.report.error(&entry.key.spot, message, remedy);
            }
            None => {
                let message = "看不出 start 的 choose 总有一条成立：都不成立时发起不了";
                reader.report.warn(&entry.key.spot, message, remedy);
            }
        }
    }
}

/// Whether something can happen in a state.
fn dwell(
    reader: &Reader<'_>,
    definition: &Definition,
    (name, state): (&StateName, &State),
    entry: &Entry,
    gaps: &Gaps,
) {
    let tasks: Vec<&str> = written_tasks(reader, name.as_str());
    let has_timers = entry.value.get("timers").is_some_and(|timers| !timers.entries().is_empty());
    let report = reader.report;
    if state.is_end {
        let has_rules = !state.choose.is_empty();
        let words = [("任务", !tasks.is_empty()), ("计时器", has_timers), ("规则", has_rules)];
        for (word, _) in words.iter().filter(|(_, is_there)| *is_there) {
            report.error(
                &entry.key.spot,
                format!("「{name}」是结束状态，不会再有{word}"),
                "去掉 end: true，或去掉它们",
            );
        }
        return;
    }
    let has_otherwise =
        entry.value.entries_of("choose").iter().any(|rule| rule.key.text == "otherwise");
    let waits = definition.waits_for_others(name, state);
    let has_tasks = !tasks.is_empty() || !entry.value.entries_of("tasks").is_empty();
    if has_tasks || has_timers || has_otherwise || waits {
        return;
    }
    if state.choose.is_empty() {
        report.error(
            &entry.key.spot,
            format!("状态「{name}」是死路：没有任务、计时器和规则，也不是结束"),
            "加上任务，或写 end: true",
        );
    } else if let Some(open) = open(&entry.value, gaps) {
        let remedy =
            "在 choose 里加上 otherwise: {to: 状态}；要等别的案，规则里读联系或 cases 的事实";
        match open {
            Some(example) => {
                let message =
                    format!("状态「{name}」没有任务和计时器，{example} 时规则都不成立，就停在这里");
                report.error(&entry.key.spot, message, remedy);
            }
            None => {
                let message = format!(
                    "状态「{name}」没有任务和计时器，看不出总有一条规则成立：都不成立时就停在这里"
                );
                report.warn(&entry.key.spot, message, remedy);
            }
        }
    }
}

/// Whether the rules of a step may all fail: then values for which they do, where those are known.
fn open(node: &Node, gaps: &Gaps) -> Option<Option<String>> {
    let choose = node.entry("choose")?;
    let rules = choose.value.entries();
    let is_read = rules.iter().all(|rule| rule.value.get("when").is_some());
    if rules.is_empty() || !is_read {
        return None;
    }
    gaps.get(&choose.key.spot.place())?.clone().map(|gap| gap.example)
}

/// The tasks written for a state, whether or not they could be read.
fn written_tasks<'r>(reader: &'r Reader<'_>, state: &str) -> Vec<&'r str> {
    let tasks = reader.outline.tasks.iter();
    tasks
        .filter(|(_, task)| task.states.iter().any(|s| s == state))
        .map(|(n, _)| n.as_str())
        .collect()
}

/// Timers that say nothing to anybody.
fn timers(reader: &Reader<'_>, definition: &Definition) {
    let of_states = definition.states.values().flat_map(|state| &state.timers);
    let of_tasks = definition.tasks.values().flat_map(|task| &task.timers);
    for (name, timer) in of_states.chain(of_tasks) {
        let is_due_date = definition.tasks.values().any(|task| task.timers.contains_key(name));
        let is_read = reader.used.borrow().contains(name.as_str());
        if timer.over.is_none() && timer.remind.is_empty() && !is_read && !is_due_date {
            let entry = timer_entry(reader, name.as_str());
            // What stands under a key that a timer has not is meant to happen.
            let is_known = |entry: &Entry| TIMER.key(&entry.key.text).is_some();
            if let Some(entry) = entry.filter(|it| it.value.entries().iter().all(is_known)) {
                reader.report.warn(
                    &entry.key.spot,
                    format!("计时器「{name}」到期时什么也不发生"),
                    format!("加上 over 或 remind，或在规则里读 {name}.over"),
                );
            }
        }
        tell_idle_over(reader, name.as_str(), timer);
    }
}

/// An `over` that does nothing.
fn tell_idle_over(reader: &Reader<'_>, name: &str, timer: &Timer) {
    let Some(entry) = timer_entry(reader, name) else { return };
    // What is no map is told where it is read.
    let is_empty = |over: &Node| over.text().is_none() && over.entries().is_empty();
    if timer.over.is_some() && entry.value.get("over").is_some_and(is_empty) {
        let message = format!("计时器「{name}」的 over 是空的");
        reader.report.warn(&entry.key.spot, message, "加上 to、notify 等，或去掉 over");
    }
}

pub(super) fn timer_entry<'r>(reader: &'r Reader<'_>, name: &str) -> Option<&'r Entry> {
    let root = &reader.outline.root;
    let states = root.entries_of("states");
    let of_tasks = |tasks: &'r [Entry]| {
        tasks.iter().find_map(|task| {
            let single = task.value.entry("timer").filter(|_| task.key.text == name);
            single.or_else(|| task.value.get("timers")?.entry(name))
        })
    };
    states
        .iter()
        .find_map(|state| {
            let own = state.value.get("timers").and_then(|timers| timers.entry(name));
            own.or_else(|| of_tasks(state.value.entries_of("tasks")))
        })
        .or_else(|| of_tasks(root.entries_of("tasks")))
}

/// An action whose rules may all fail leaves the case where it is without saying so.
fn choices(reader: &Reader<'_>, gaps: &Gaps) {
    let root = &reader.outline.root;
    let tasks = root.entries_of("states").iter().flat_map(|state| state.value.entries_of("tasks"));
    for task in tasks.chain(root.entries_of("tasks")) {
        for action in task.value.entries_of("actions") {
            let Some(choose) = action.value.entry("choose") else { continue };
            let Some(open) = open(&action.value, gaps) else { continue };
            let name = &action.key.text;
            let message = match open {
                Some(example) => {
                    format!("动作「{name}」的规则在 {example} 时都不成立，案停在原状态")
                }
                None => format!("看不出动作「{name}」的规则总有一条成立：都不成立时案停在原状态"),
            };
            reader.report.warn(
                &choose.key.spot,
                message,
                "加上 otherwise: {to: 状态}；确实要停在原状态就写 otherwise: {}",
            );
        }
    }
}

/// States that no way leads to, and states from which no way leads to an end.
fn reach(reader: &Reader<'_>, definition: &Definition) {
    let Some(states) = reader.outline.root.get("states") else { return };
    let edges = definition.edges();
    let mut reached: BTreeSet<&StateName> =
        edges.iter().filter(|edge| edge.from.is_none()).map(|edge| &edge.to).collect();
    spread(&mut reached, |reached| {
        let next =
            edges.iter().filter(|e| e.from.as_ref().is_some_and(|from| reached.contains(from)));
        next.map(|edge| &edge.to).collect()
    });
    unreached(reader, definition, &edges, &reached);
    let mut ending: BTreeSet<&StateName> =
        definition.states.iter().filter(|(_, state)| state.is_end).map(|(name, _)| name).collect();
    let has_end = !ending.is_empty();
    spread(&mut ending, |ending| {
        edges.iter().filter(|e| ending.contains(&e.to)).filter_map(|e| e.from.as_ref()).collect()
    });
    if !has_end && let Some(entry) = reader.outline.root.entry("states") {
        reader.report.error(&entry.key.spot, "没有结束状态", "给最后的状态写 end: true");
    }
    for name in definition.states.keys() {
        let Some(entry) = states.entry(name.as_str()) else { continue };
        let has_way_on = !has_end || ending.contains(name) || !reached.contains(name);
        if !has_way_on && !is_dead(definition, name, &entry.value) {
            reader.report.error(
                &entry.key.spot,
                format!("从状态「{name}」出发，到不了任何结束状态"),
                "加上去结束状态的路，或给它写 end: true",
            );
        }
    }
}

/// States that no way leads to: the first of those that lead to each other.
fn unreached(
    reader: &Reader<'_>,
    definition: &Definition,
    edges: &[Edge],
    reached: &BTreeSet<&StateName>,
) {
    let from = |edge: &Edge| edge.from.as_ref().filter(|from| !reached.contains(from)).cloned();
    let is_first = |name: &&StateName| {
        let mut ways = edges.iter().filter(|edge| edge.to == **name);
        ways.all(|edge| from(edge).is_none_or(|from| from == **name))
    };
    let mut told = reached.clone();
    let states = definition.states.keys();
    for name in states.clone().filter(is_first).chain(states) {
        if !told.insert(name) {
            continue;
        }
        spread(&mut told, |told| {
            let next = edges.iter().filter(|e| e.from.as_ref().is_some_and(|it| told.contains(it)));
            next.map(|edge| &edge.to).collect()
        });
        let Some(entry) = reader.outline.root.get("states").and_then(|it| it.entry(name.as_str()))
        else {
            continue;
        };
        // A misspelt state of the base is a new one.
        let bases = definition.states.keys().filter(|other| *other != name);
        let bases = bases.filter(|_| definition.lineage.len() > 1).map(|other| other.as_str());
        let remedy = match nearest(name.as_str(), bases) {
            Some(meant) => format!("是不是「{meant}」；是另一个状态就加上去它的动作或规则"),
            None => "加上去它的动作或规则，或删去它".to_owned(),
        };
        reader.report.error(&entry.key.spot, format!("状态「{name}」永远到不了"), remedy);
    }
}

/// A dead end has been told already.
fn is_dead(definition: &Definition, name: &StateName, node: &Node) -> bool {
    definition.tasks_in(name).next().is_none()
        && node.entries_of("timers").is_empty()
        && node.entries_of("choose").is_empty()
}

fn spread<'s>(
    found: &mut BTreeSet<&'s StateName>,
    next: impl Fn(&BTreeSet<&'s StateName>) -> Vec<&'s StateName>,
) {
    loop {
        let before = found.len();
        let more = next(found);
        found.extend(more);
        if found.len() == before {
            return;
        }
    }
}
