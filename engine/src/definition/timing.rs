//! What timers and rules wait for beside the case itself.

use std::collections::BTreeSet;

use super::{Definition, FactSource, Length, Rule, State, Timer, TimerEnd};
use crate::names::StateName;

impl Timer {
    /// The first names of what it reads.
    fn reads(&self) -> impl Iterator<Item = &str> {
        let ends: Vec<&[Vec<String>]> = match &self.ends {
            TimerEnd::Lasts(lengths) => lengths.iter().flat_map(Length::reads).collect(),
            TimerEnd::At(at) => vec![at.reads()],
        };
        let from = self.from.iter().flat_map(|from| from.reads());
        let remind = self.remind.iter().flat_map(|(before, _)| before.reads());
        let all = ends.into_iter().flatten().chain(from).chain(remind);
        all.filter_map(|path| path.first()).map(String::as_str)
    }

    fn asks_time(&self) -> bool {
        let ends = match &self.ends {
            TimerEnd::Lasts(lengths) => lengths.iter().any(|length| {
                let when = length.when.as_ref();
                length.lasts.asks_time() || when.is_some_and(|when| when.asks_time())
            }),
            TimerEnd::At(at) => at.asks_time(),
        };
        ends || self.from.as_ref().is_some_and(|from| from.asks_time())
    }
}

impl Length {
    fn reads(&self) -> impl Iterator<Item = &[Vec<String>]> {
        let when = self.when.as_ref().map(|when| when.reads());
        when.into_iter().chain([self.lasts.reads()])
    }
}

impl Definition {
    /// Whether a timer ends at the same moment whenever that is reckoned, as long as calendar, facts
    /// and variables stay as they are.
    #[must_use]
    pub fn is_steady(&self, timer: &Timer) -> bool {
        let asks = |name: &&str| self.values.get(*name).is_some_and(|value| value.asks_time());
        !timer.asks_time() && !self.behind(timer).iter().any(asks)
    }

    /// Whether the end of some timer depends on facts or subjects, which change without the case.
    #[must_use]
    pub fn has_timers_of_the_world(&self) -> bool {
        let of_states = self.states.values().flat_map(|state| state.timers.values());
        let of_tasks = self.tasks.values().flat_map(|task| task.timers.values());
        let is_outside = |name: &&str| {
            let fact = self.facts.get(*name).map(|fact| &fact.source);
            let is_fact = fact.is_some_and(|source| !matches!(source, FactSource::Table(_)));
            is_fact || self.start.given.contains_key(*name)
        };
        of_states.chain(of_tasks).any(|timer| self.behind(timer).iter().any(is_outside))
    }

    /// The states that wait for what changes without the case: rules for other cases, for what they
    /// hold or for what a fact tells of them, and the ends of timers for as many as are to be drawn and
    /// for other cases that they reach.
    #[must_use]
    pub fn waiting_states(&self) -> Vec<&StateName> {
        let waits = |(name, state): &(&StateName, &State)| {
            !state.is_end
                && (self.waits_for_hold(name, state)
                    || self.waits_for_cases(state)
                    || self.waits_at_ends(name, state))
        };
        self.states.iter().filter(waits).map(|(name, _)| name).collect()
    }

    /// Whether a rule or timer leads to a state that holds something which this one does not.
    #[must_use]
    pub fn waits_for_hold(&self, name: &StateName, state: &State) -> bool {
        let rules = state.choose.values().map(|rule| &rule.step.target);
        let over = state.timers.values().filter_map(|timer| timer.over.as_ref());
        let over = over.flat_map(|over| over.steps()).map(|step| &step.target);
        let mut targets = rules.chain(over).flat_map(|target| target.states());
        targets.any(|target| {
            let mut holds = self.holds.values();
            holds.any(|hold| hold.states.contains(target) && !hold.states.contains(name))
        })
    }

    /// Whether the rules of a state wait for other cases, linked ones too: those see to it that the
    /// rules run again.
    #[must_use]
    pub fn waits_for_others(&self, name: &StateName, state: &State) -> bool {
        self.waits_for_hold(name, state)
            || self
                .asked_by_rules(state)
                .iter()
                .any(|name| self.links.contains_key(*name) || self.is_of_cases(name))
    }

    /// Whether the end of a timer of the state or of its tasks draws somebody or reaches other cases.
    fn waits_at_ends(&self, name: &StateName, state: &State) -> bool {
        let of_tasks = self.tasks_in(name).flat_map(|(_, task)| task.timers.values());
        let mut over =
            state.timers.values().chain(of_tasks).filter_map(|timer| timer.over.as_ref());
        over.any(|over| over.draws() || over.reaches_others())
    }

    fn waits_for_cases(&self, state: &State) -> bool {
        self.asked_by_rules(state).iter().any(|name| self.is_of_cases(name))
    }

    fn is_of_cases(&self, name: &str) -> bool {
        let fact = self.facts.get(name);
        fact.is_some_and(|fact| matches!(fact.source, FactSource::Cases { .. }))
    }

    /// Whether a rule asks of other cases: of linked ones, or of those that a fact tells of.
    #[must_use]
    pub fn reads_cases(&self, rule: &Rule) -> bool {
        let set = rule.step.set.iter().map(|assignment| &assignment.value);
        let reads = rule.when.iter().chain(set).flat_map(|read| read.reads());
        let names = reads.filter_map(|path| path.first()).map(String::as_str);
        let names = self.through_values(names);
        names.iter().any(|name| self.links.contains_key(*name) || self.is_of_cases(name))
    }

    /// The names that the rules of a state ask for, through values too.
    fn asked_by_rules<'d>(&'d self, state: &'d State) -> BTreeSet<&'d str> {
        let when = state.choose.values().filter_map(|rule| rule.when.as_ref());
        let reads = when.flat_map(|when| when.reads()).filter_map(|path| path.first());
        self.through_values(reads.map(String::as_str))
    }

    /// The names behind a timer, through values too.
    pub(super) fn behind<'d>(&'d self, timer: &'d Timer) -> BTreeSet<&'d str> {
        self.through_values(timer.reads())
    }

    fn through_values<'d>(&'d self, names: impl Iterator<Item = &'d str>) -> BTreeSet<&'d str> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&str> = names.collect();
        while let Some(name) = next.pop() {
            if found.insert(name)
                && let Some(value) = self.values.get(name)
            {
                let reads = value.reads().iter().filter_map(|path| path.first());
                next.extend(reads.map(String::as_str));
            }
        }
        found
    }
}
