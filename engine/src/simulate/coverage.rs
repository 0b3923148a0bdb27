//! What no scenario has tried.

use std::fmt;

use indexmap::IndexMap;

use super::Outcome;
use crate::{
    definition::{Compiled, Definition, Edge, Rule, Timer},
    names::{ActionName, RuleName, StateName, TaskName, TimerName, WorkflowKey},
};

/// The edges of the definitions that no scenario walked. What a definition inherits is walked where
/// a scenario of its base walks it.
#[must_use]
pub fn unwalked(compiled: &Compiled, outcomes: &[Outcome]) -> Vec<(WorkflowKey, Edge)> {
    let is_walked = |lineage: &[WorkflowKey], edge: &Edge| {
        let from = edge.from.as_ref().map(|from| from.as_str());
        outcomes.iter().flat_map(|outcome| &outcome.walked).any(|walked| {
            lineage.iter().any(|key| walked.workflow == key.as_str())
                && walked.from.as_deref().filter(|from| !from.is_empty()) == from
                && walked.to == edge.to.as_str()
        })
    };
    let unwalked = compiled.definitions.iter().flat_map(|definition| {
        let edges = definition.edges().into_iter();
        let edges = edges.filter(|edge| !is_walked(&definition.lineage, edge));
        edges.map(|edge| (definition.key.clone(), edge)).collect::<Vec<_>>()
    });
    unwalked.collect()
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
/// is tried where a scenario of its base tries it.
#[must_use]
pub fn untried(compiled: &Compiled, outcomes: &[Outcome]) -> Vec<(WorkflowKey, Mover)> {
    let is_tried = |lineage: &[WorkflowKey], mover: &Mover| {
        let tried = outcomes.iter().flat_map(|outcome| &outcome.tried);
        let mut own = tried.filter(|(_, tried)| tried == mover);
        own.any(|(workflow, _)| lineage.iter().any(|key| key.as_str() == workflow))
    };
    let untried = compiled.definitions.iter().flat_map(|definition| {
        let movers = movers(definition).into_iter();
        let left = movers.filter(|mover| !is_tried(&definition.lineage, mover));
        left.map(|mover| (definition.key.clone(), mover)).collect::<Vec<_>>()
    });
    untried.collect()
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

    fn left(scenario: &str) -> (Vec<String>, Vec<String>) {
        let text = format!(
            "- scenario: 一\n  workflow: errand\n  given: {{now: 2026-07-01 09:00, subjects: \
             {{person: {{P: {{account: li, name: 李}}}}}}}}\n  steps:\n  \
             - start: {{as: it, by: li, given: {{person: P}}}}\n  - {scenario}\n"
        );
        let files = [("host.yaml", HOST), ("errand.yaml", FLOW), ("scenarios/errand.yaml", &text)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let sources = Sources { files: files.into_iter().collect() };
        let compiled = compile(&sources);
        assert!(!compiled.definitions.is_empty(), "{:?}", compiled.diagnostics);
        let outcomes = simulate::run(&compiled, &sources);
        assert!(outcomes.iter().all(|it| it.failures.is_empty()), "{:?}", outcomes[0].failures);
        let ways = unwalked(&compiled, &outcomes);
        let movers = untried(&compiled, &outcomes);
        (
            ways.iter().map(|(_, edge)| edge.label.clone()).collect(),
            movers.iter().map(|(_, mover)| mover.to_string()).collect(),
        )
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
