//! States to which a case may come for certain before a number was taken: on ways on which nothing is
//! asked but what somebody answers.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Taken;
use crate::{
    definition::{
        Action, Rule, Step, Target, Task, Timer,
        lint::sites::{Site, SiteOf},
    },
    names::{RuleName, StateName},
};

/// The states in which a case may be that has not taken the number.
pub(super) struct Untaken<'t, 'd> {
    taken: &'t Taken<'d>,
    states: BTreeSet<&'d StateName>,
    /// Those that it enters so.
    entered: BTreeSet<&'d StateName>,
}

impl<'t, 'd> Untaken<'t, 'd> {
    pub(super) fn of(taken: &'t Taken<'d>) -> Self {
        let mut untaken = Self { taken, states: BTreeSet::new(), entered: BTreeSet::new() };
        let start = &taken.definition.start.action;
        let mut next = untaken.led(None, start);
        while let Some(name) = next.pop() {
            let Some((name, state)) = taken.definition.states.get_key_value(name) else { continue };
            let takes = |rule: &Rule| taken.takes(&rule.step) && rule.step.target == Target::Stay;
            let is_new = untaken.entered.insert(name);
            if !is_new || taken.takes(&state.enter) || state.choose.values().any(takes) {
                continue;
            }
            // A rule that always holds leads on before anything else happens.
            let passes = state.choose.values().any(|rule| rule.when.is_none());
            next.extend(untaken.by_rules(Some(name), &state.choose));
            if passes {
                continue;
            }
            untaken.states.insert(name);
            let tasks = taken.definition.tasks_in(name).filter(|(_, task)| task.when.is_none());
            let tasks: Vec<&Task> = tasks.map(|(_, task)| task).collect();
            let actions = tasks.iter().flat_map(|task| task.actions.values());
            let timers = tasks.iter().flat_map(|task| task.timers.values());
            let over = |timer: &'d Timer| timer.over.as_ref();
            let overs = state.timers.values().chain(timers).filter_map(over);
            next.extend(actions.chain(overs).flat_map(|action| untaken.led(Some(name), action)));
        }
        untaken
    }

    /// Whether a letter of this step is sent on such a way.
    pub(super) fn is_missing(&self, site: &Site<'d>) -> bool {
        let definition = self.taken.definition;
        let is_here = || site.states(definition).iter().any(|state| self.states.contains(state));
        let is_free_task = |action: &Action| {
            let is_it = |other: &Action| std::ptr::eq(other, action);
            let mut tasks = definition.tasks.values();
            tasks.all(|task| task.when.is_none() || !task.actions.values().any(is_it))
        };
        match site.of {
            SiteOf::Start(_) => true,
            SiteOf::Action(_, action) | SiteOf::Timer(action) => {
                is_free(action) && is_free_task(action) && is_here()
            }
            SiteOf::RuleOf(action, rule) => {
                let mut chosen = self.by_free(None, &action.choose);
                let is_chosen = chosen.any(|it| std::ptr::eq(it, rule));
                is_free(action) && is_free_task(action) && is_chosen && is_here()
            }
            SiteOf::Enter(state) => self.entered.contains(state),
            SiteOf::Rule(state, rule) => {
                let rules = definition.states.get(state).map(|state| &state.choose);
                let mut free = rules.into_iter().flat_map(|rules| self.by_free(Some(state), rules));
                self.states.contains(state) && free.any(|it| std::ptr::eq(it, rule))
            }
        }
    }

    /// Where an action leads that anybody may take and that does not take the number.
    fn led(&self, at: Option<&'d StateName>, action: &'d Action) -> Vec<&'d StateName> {
        match is_free(action) && !self.taken.takes(&action.step) {
            true if action.choose.is_empty() => target(&action.step).into_iter().collect(),
            true => self.by_rules(at, &action.choose),
            false => Vec::new(),
        }
    }

    /// Where rules lead that do not take the number.
    fn by_rules(
        &self,
        at: Option<&'d StateName>,
        rules: &'d IndexMap<RuleName, Rule>,
    ) -> Vec<&'d StateName> {
        let steps = self.by_free(at, rules).map(|rule| &rule.step);
        steps.filter(|step| !self.taken.takes(step)).filter_map(target).collect()
    }

    /// The rules that hang on nothing but what is answered there, up to the first that does not.
    fn by_free(
        &self,
        at: Option<&'d StateName>,
        rules: &'d IndexMap<RuleName, Rule>,
    ) -> impl Iterator<Item = &'d Rule> {
        let tasks = at.into_iter().flat_map(|state| self.taken.definition.tasks_in(state));
        let tasks: Vec<&str> = tasks.map(|(name, _)| name.as_str()).collect();
        rules.values().take_while(move |rule| {
            let mut reads = rule.when.iter().flat_map(|when| when.reads());
            reads.all(|path| path[0] == "ask" || tasks.contains(&path[0].as_str()))
        })
    }
}

/// Whether an action is offered and taken whatever is.
fn is_free(action: &Action) -> bool {
    action.when.is_none() && action.require.is_empty() && action.checks.is_none()
}

fn target(step: &Step) -> Option<&StateName> {
    match &step.target {
        Target::To(to) => Some(to),
        Target::Stay | Target::Among { .. } => None,
    }
}
