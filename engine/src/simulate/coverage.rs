//! What no scenario has tried.

use std::{collections::BTreeSet, fmt};

use indexmap::IndexMap;

use super::Outcome;
use crate::{
    definition::{Action, Compiled, Definition, Edge, Rule, State, Timer},
    names::{ActionName, RuleName, StateName, TaskName, TimerName, WorkflowKey},
};

/// The edges of the definitions that no scenario walked. What a definition inherits unchanged is walked
/// where a scenario of its base walks it.
#[must_use]
pub fn unwalked(compiled: &Compiled, outcomes: &[Outcome]) -> Vec<(WorkflowKey, Edge)> {
    let is_walked = |definition: &Definition, edge: &Edge| {
        let from = edge.from.as_ref().map(|from| from.as_str());
        let walked = outcomes.iter().flat_map(|outcome| &outcome.walked).filter(|walked| {
            walked.from.as_deref().filter(|from| !from.is_empty()) == from
                && walked.to == edge.to.as_str()
        });
        let by: BTreeSet<&str> = walked.map(|walked| walked.workflow.as_str()).collect();
        let places = places(definition, edge);
        sources(compiled, definition, &places).any(|key| by.contains(key.as_str()))
    };
    let unwalked = compiled.definitions.iter().flat_map(|definition| {
        let edges = definition.edges().into_iter();
        let edges = edges.filter(|edge| !is_walked(definition, edge));
        edges.map(|edge| (definition.key.clone(), edge)).collect::<Vec<_>>()
    });
    unwalked.collect()
}

/// Where in a definition it is said what moves a case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Start,
    State(StateName),
    Task(TaskName),
}

/// Where a definition says what leads along an edge.
fn places(definition: &Definition, edge: &Edge) -> Vec<Place> {
    let Some((from, state)) = edge.from.as_ref().and_then(|it| definition.states.get_key_value(it))
    else {
        return vec![Place::Start];
    };
    let leads = |action: &Action| action.targets().any(|to| *to == edge.to);
    let any_timer = |timers: &IndexMap<TimerName, Timer>| {
        timers.values().filter_map(|timer| timer.over.as_ref()).any(leads)
    };
    let tasks = definition.tasks_in(from).filter(|(_, task)| match edge.label.as_str() {
        "" => any_timer(&task.timers),
        label => task.actions.values().any(|action| action.name == label && leads(action)),
    });
    let tasks = tasks.map(|(task, _)| Place::Task(task.clone()));
    let mut rules = state.choose.values().flat_map(|rule| rule.step.target.states());
    let of_state =
        edge.label.is_empty() && (rules.any(|to| *to == edge.to) || any_timer(&state.timers));
    of_state.then(|| Place::State(from.clone())).into_iter().chain(tasks).collect()
}

/// The definitions whose scenarios try what a definition says in one of these places: it, and those it
/// extends where they say the same there.
fn sources<'c>(
    compiled: &'c Compiled,
    definition: &'c Definition,
    places: &'c [Place],
) -> impl Iterator<Item = &'c WorkflowKey> {
    let bases = definition.lineage.iter().filter_map(|key| compiled.definition(key.as_str()));
    let same = bases.filter(move |base| {
        base.key == definition.key || places.iter().any(|place| is_same(definition, base, place))
    });
    same.map(|base| &base.key)
}

fn is_same(one: &Definition, other: &Definition, place: &Place) -> bool {
    match place {
        Place::Start => one.start == other.start,
        Place::State(name) => match (one.states.get(name), other.states.get(name)) {
            (Some(state), Some(base)) => {
                *state == State { place: state.place.clone(), ..base.clone() }
            }
            _ => false,
        },
        Place::Task(name) => match (one.tasks.get(name), other.tasks.get(name)) {
            (Some(task), Some(base)) => {
                let who = |definition: &Definition| {
                    definition.participants.get(&task.participant).cloned()
                };
                task == base && who(one) == who(other)
            }
            _ => false,
        },
    }
}

/// What moves a case and where it stands in its definition: what a scenario can try.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mover {
    /// An action of a task.
    Action(TaskName, ActionName),
    /// A rule of a state, of an action or of a timer.
    Rule(RuleOf, RuleName),
    /// The end of a timer.
    Timer(TimerName),
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleOf {
    /// In `start`.
    Start,
    /// In a state.
    State(StateName),
    /// In an action of a task.
    Action(TaskName, ActionName),
    /// In a timer.
    Timer(TimerName),
}

impl fmt::Display for Mover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(task, action) => write!(f, "动作 {task}.{action}"),
            Self::Rule(RuleOf::Start, rule) => write!(f, "规则 {rule}（发起）"),
            Self::Rule(RuleOf::State(state), rule) => write!(f, "规则 {rule}（状态 {state}）"),
            Self::Rule(RuleOf::Action(task, action), rule) => {
                write!(f, "规则 {rule}（动作 {task}.{action}）")
            }
            Self::Rule(RuleOf::Timer(timer), rule) => write!(f, "规则 {rule}（计时 {timer}）"),
            Self::Timer(timer) => write!(f, "计时 {timer}"),
        }
    }
}

/// Everything that moves the cases of a definition, in the order of the text. The options of a secret
/// task are not among it: which of them was taken is not known.
#[must_use]
pub fn movers(definition: &Definition) -> Vec<Mover> {
    let rules = |of: RuleOf, rules: &IndexMap<RuleName, Rule>| {
        let rules = rules.keys().cloned().collect::<Vec<_>>();
        rules.into_iter().map(move |rule| Mover::Rule(of.clone(), rule))
    };
    let timers = |timers: &IndexMap<TimerName, Timer>| {
        let over = timers.iter().filter_map(|(name, timer)| Some((name, timer.over.as_ref()?)));
        let movers = over.flat_map(|(name, over)| {
            let rules = rules(RuleOf::Timer(name.clone()), &over.choose);
            std::iter::once(Mover::Timer(name.clone())).chain(rules)
        });
        movers.collect::<Vec<_>>()
    };
    let mut movers: Vec<Mover> = rules(RuleOf::Start, &definition.start.action.choose).collect();
    for (name, state) in &definition.states {
        movers.extend(rules(RuleOf::State(name.clone()), &state.choose));
        movers.extend(timers(&state.timers));
    }
    for (name, task) in &definition.tasks {
        for (action, defined) in task.actions.iter().filter(|_| !task.secret) {
            movers.push(Mover::Action(name.clone(), action.clone()));
            movers.extend(rules(RuleOf::Action(name.clone(), action.clone()), &defined.choose));
        }
        movers.extend(timers(&task.timers));
    }
    movers
}

/// The actions, rules and timers of the definitions that no scenario tried. What a definition inherits
/// unchanged is tried where a scenario of its base tries it.
#[must_use]
pub fn untried(compiled: &Compiled, outcomes: &[Outcome]) -> Vec<(WorkflowKey, Mover)> {
    let is_tried = |definition: &Definition, mover: &Mover| {
        let tried = outcomes.iter().flat_map(|outcome| &outcome.tried);
        let mut own = tried.filter(|(_, tried)| tried == mover);
        let place = [place(definition, mover)];
        own.any(|(workflow, _)| {
            sources(compiled, definition, &place).any(|key| key.as_str() == workflow)
        })
    };
    let untried = compiled.definitions.iter().flat_map(|definition| {
        let movers = movers(definition).into_iter();
        let left = movers.filter(|mover| !is_tried(definition, mover));
        left.map(|mover| (definition.key.clone(), mover)).collect::<Vec<_>>()
    });
    untried.collect()
}

/// Where a definition says what a mover does.
fn place(definition: &Definition, mover: &Mover) -> Place {
    match mover {
        Mover::Action(task, _) | Mover::Rule(RuleOf::Action(task, _), _) => {
            Place::Task(task.clone())
        }
        Mover::Rule(RuleOf::Start, _) => Place::Start,
        Mover::Rule(RuleOf::State(state), _) => Place::State(state.clone()),
        Mover::Timer(timer) | Mover::Rule(RuleOf::Timer(timer), _) => {
            let mut states = definition.states.iter();
            let state = states.find(|(_, state)| state.timers.contains_key(timer));
            let mut tasks = definition.tasks.iter();
            let task = tasks.find(|(_, task)| task.timers.contains_key(timer));
            match (state, task) {
                (Some((state, _)), _) => Place::State(state.clone()),
                (None, Some((task, _))) => Place::Task(task.clone()),
                (None, None) => Place::Start,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        definition::{Sources, compile},
        simulate,
    };

    const HOST: &str = "types: {person: {account: text, name: text}}\nsubjects: {person: person}\n";
    const FLOW: &str = "workflow: errand
name: 跑腿
start: {by: asker, name: 请人跑腿, given: {person: person}, to: open}
participants: {asker: {account: person.account}}
vars: {kept: false}
states:
  open:
    name: 待办
    timers: {slow: {lasts: 3 days, over: {to: done}}}
    choose: {kept: {when: kept, to: done}}
    tasks:
      do:
        name: 办
        for: asker
        actions:
          finish: {name: 办好了, choose: {early: {when: today < date('2026-07-02'), to: done}, otherwise: {to: done}}}
          keep: {name: 留着, set: {kept: true}}
  done: {name: 完成, end: true}
";

    type Left<T> = (WorkflowKey, T);

    fn left(scenario: &str) -> (Vec<String>, Vec<String>) {
        let (ways, movers) = left_of(scenario, "");
        let ways = ways.into_iter().map(|(_, edge)| edge.label);
        (ways.collect(), movers.into_iter().map(|(_, mover)| mover.to_string()).collect())
    }

    /// What is left of the errand and, where `child` changes something, of one that extends it.
    fn left_of(scenario: &str, child: &str) -> (Vec<Left<Edge>>, Vec<Left<Mover>>) {
        let text = format!(
            "- scenario: 一\n  workflow: errand\n  given: {{now: 2026-07-01 09:00, subjects: \
             {{person: {{P: {{account: li, name: 李}}}}}}}}\n  steps:\n  \
             - start: {{as: it, by: li, given: {{person: P}}}}\n  - {scenario}\n"
        );
        let extending = format!("workflow: child\nname: 另跑\nextends: errand\n{child}\n");
        let mut files = vec![("host.yaml", HOST), ("errand.yaml", FLOW)];
        files.push(("scenarios/errand.yaml", &text));
        files.extend((!child.is_empty()).then_some(("child.yaml", extending.as_str())));
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned()));
        let sources = Sources { files: files.collect() };
        let compiled = compile(&sources);
        assert!(!compiled.definitions.is_empty(), "{:?}", compiled.diagnostics);
        let outcomes = simulate::run(&compiled, &sources);
        assert!(outcomes.iter().all(|it| it.failures.is_empty()), "{:?}", outcomes[0].failures);
        (unwalked(&compiled, &outcomes), untried(&compiled, &outcomes))
    }

    #[test]
    fn what_a_flow_changes_of_its_base_is_not_tried_by_the_scenarios_of_the_base() {
        let of_child = |child: &str| {
            let (ways, movers) = left_of("act: {case: it, by: li, do: do.finish}", child);
            let ways = ways.iter().filter(|(key, _)| key.as_str() == "child").count();
            let movers = movers.iter().filter(|(key, _)| key.as_str() == "child");
            (ways, movers.map(|(_, mover)| mover.to_string()).collect::<Vec<_>>())
        };
        let inherited = [
            "规则 kept（状态 open）",
            "计时 slow",
            "规则 otherwise（动作 do.finish）",
            "动作 do.keep",
        ];
        let changed = ["动作 do.finish", "规则 early（动作 do.finish）"];
        let sorted = |of: &[&[&str]]| {
            let mut all = of.concat();
            all.sort_unstable();
            all.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        for (child, ways, left) in [
            ("vars: {kept: true}", 0, sorted(&[&inherited])),
            ("states: {open: {timers: {slow: {lasts: 1 days}}}}", 1, sorted(&[&inherited])),
            ("states: {open: {tasks: {do: {name: 做}}}}", 1, sorted(&[&inherited, &changed])),
            ("participants: {asker: {account: \"'li'\"}}", 1, sorted(&[&inherited, &changed])),
        ] {
            let (all_ways, mut movers) = of_child(child);
            movers.sort_unstable();
            assert_eq!((all_ways, movers), (ways, left), "{child}");
        }
    }

    #[test]
    fn a_way_that_is_walked_says_nothing_of_the_rules_and_timers_that_share_it() {
        let (ways, movers) = left("act: {case: it, by: li, do: do.finish}");
        assert_eq!(ways, [""; 0], "the one way from open to done is walked");
        let of_state = ["规则 kept（状态 open）", "计时 slow"];
        let of_action = ["规则 otherwise（动作 do.finish）", "动作 do.keep"];
        assert_eq!(movers, [of_state, of_action].concat());

        let (_, movers) = left("act: {case: it, by: li, do: do.keep}");
        assert!(!movers.contains(&"规则 kept（状态 open）".to_owned()), "{movers:?}");
        assert!(movers.contains(&"计时 slow".to_owned()), "{movers:?}");

        let (_, movers) = left("advance: 4 days");
        assert!(!movers.contains(&"计时 slow".to_owned()), "{movers:?}");
    }
}
