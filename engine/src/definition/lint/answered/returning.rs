//! Ways on which a case comes back to a state while what was answered in it stays valid.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::{
    super::{exits::actions_in, known::Known},
    kept::Settled,
    world::{Answer, of_one},
};
use crate::{
    definition::{Action, Assigned, Definition, EffectKind, Rule, Step, Target, Task},
    expression::{Expression, Value},
    names::{RuleName, StateName, TaskName},
};

/// So many states with what is known of the variables are passed at most.
const MOST_PASSED: usize = 80;

/// Walks of a case through its states, on which these answers stay valid.
#[derive(Clone)]
pub(super) struct Walk<'d> {
    definition: &'d Definition,
    to: &'d StateName,
    answered: Vec<&'d TaskName>,
    world: Known<'d>,
}

/// A state with what is known of the variables there.
type At<'d> = (&'d StateName, Settled);

/// What was asked on the way.
type Asked<'a> = Option<&'a BTreeMap<String, Value>>;

impl<'d> Walk<'d> {
    pub(super) fn to(definition: &'d Definition, to: &'d StateName) -> Self {
        Self { definition, to, answered: Vec::new(), world: Known::new(definition) }
    }

    /// The same with one more answer that has been given.
    pub(super) fn answered(mut self, name: &'d TaskName, task: &Task, answer: &Answer) -> Self {
        self.answered.push(name);
        self.world = self.world.with(name.as_str(), of_one(task, answer));
        self
    }

    /// What is known of the variables when the case has come back after this action, on each way that
    /// is found.
    pub(super) fn after(
        &self,
        settled: &Settled,
        action: &'d Action,
        answer: &Answer,
    ) -> Vec<Settled> {
        let (mut back, mut seen): (Vec<Settled>, Vec<At<'d>>) = (Vec::new(), Vec::new());
        let mut next = self.act(self.to, settled, action, Some(&answer.asked));
        while let Some((state, settled)) = next.pop() {
            if state == self.to {
                if !back.contains(&settled) {
                    back.push(settled);
                }
                continue;
            }
            let at = (state, settled);
            if seen.len() < MOST_PASSED && !seen.contains(&at) {
                next.extend(self.moves(state, &at.1));
                seen.push(at);
            }
        }
        back
    }

    /// Where the case may be next.
    fn moves(&self, at: &'d StateName, settled: &Settled) -> Vec<At<'d>> {
        let Some(state) = self.definition.states.get(at) else { return Vec::new() };
        let mut found = Vec::new();
        let rules = (&state.choose, None);
        let Some(settled) = self.rules(&mut found, at, settled.clone(), rules) else {
            return found;
        };
        let is_open = |name: &TaskName, task: &Task| {
            let may = task.when.iter().all(|when| self.may_hold(&settled, when));
            may && !self.answered.contains(&name)
        };
        let actions = actions_in(self.definition, at, &is_open);
        found.extend(actions.into_iter().flat_map(|action| self.act(at, &settled, action, None)));
        found
    }

    fn act(
        &self,
        at: &'d StateName,
        settled: &Settled,
        action: &'d Action,
        asked: Asked<'_>,
    ) -> Vec<At<'d>> {
        let required = action.require.iter().filter(|it| it.when.is_none()).map(|it| &it.that);
        let mut conditions = action.when.iter().chain(required);
        if !conditions.all(|when| self.may_hold(settled, when)) {
            return Vec::new();
        }
        let mut settled = settled.clone();
        action.when.iter().for_each(|when| self.narrow(&mut settled, when, true));
        let Some(settled) = self.taken(settled, &action.step, asked) else { return Vec::new() };
        if action.choose.is_empty() {
            return self.go(at, &settled, &action.step.target);
        }
        let mut found = Vec::new();
        if let Some(rest) = self.rules(&mut found, at, settled, (&action.choose, asked)) {
            found.extend(self.go(at, &rest, &Target::Stay));
        }
        found
    }

    /// Follows the rules that may act; what is known where none does, unless one certainly does.
    fn rules(
        &self,
        found: &mut Vec<At<'d>>,
        at: &'d StateName,
        mut settled: Settled,
        (rules, asked): (&'d IndexMap<RuleName, Rule>, Asked<'_>),
    ) -> Option<Settled> {
        for rule in rules.values() {
            let verdict =
                rule.when.as_ref().map_or(Some(true), |it| self.known(&settled).verdict(it));
            if verdict == Some(false) {
                continue;
            }
            let mut holding = settled.clone();
            rule.when.iter().for_each(|when| self.narrow(&mut holding, when, true));
            if let Some(taken) = self.taken(holding, &rule.step, asked) {
                found.extend(self.go(at, &taken, &rule.step.target));
            }
            if verdict == Some(true) {
                return None;
            }
            // One that holds may wait for a place.
            let fails = rule.when.iter().filter(|_| self.definition.holds.is_empty());
            fails.for_each(|when| self.narrow(&mut settled, when, false));
        }
        Some(settled)
    }

    fn go(&self, at: &'d StateName, settled: &Settled, target: &'d Target) -> Vec<At<'d>> {
        let named = match target {
            // Whoever stays does not come back.
            Target::Stay if at == self.to => return Vec::new(),
            Target::Stay => return vec![(at, settled.clone())],
            Target::To(_) => None,
            Target::Among { to, .. } => self.known(settled).value(to),
        };
        let named = named.as_ref().and_then(Value::as_text);
        let to = target.states().iter().filter(|to| named.is_none_or(|it| it == to.as_str()));
        let entered = to.filter_map(|to| {
            let state = self.definition.states.get(to)?;
            Some((to, self.taken(settled.clone(), &state.enter, None)?))
        });
        entered.collect()
    }

    /// What is known after a step; `None` where it makes an answer void.
    fn taken(&self, mut settled: Settled, step: &Step, asked: Asked<'_>) -> Option<Settled> {
        let mut voided = step.void.iter().flat_map(|void| &void.tasks);
        if voided.any(|task| self.answered.contains(&task)) {
            return None;
        }
        for set in &step.set {
            let Assigned::Var(var) = &set.to else { continue };
            let known = self.known(&settled);
            let asked = asked.map(|asked| Value::Map(asked.clone()));
            let known = asked.into_iter().fold(known, |known, asked| known.with("ask", asked));
            match known.value(&set.value) {
                Some(value) => _ = settled.insert(var.to_string(), value),
                None => _ = settled.remove(var.as_str()),
            }
        }
        for effect in &step.effects {
            if let EffectKind::Draw(draw) = &effect.kind {
                let noted = draw.noted.iter().map(|(var, _)| var);
                noted.chain([&draw.into]).for_each(|var| _ = settled.remove(var.as_str()));
            }
            if let EffectKind::Replace(replace) = &effect.kind {
                settled.remove(replace.list.as_str());
                let set = replace.otherwise.set.iter().filter_map(|set| match &set.to {
                    Assigned::Var(var) => Some(var.as_str()),
                    Assigned::Form(..) => None,
                });
                set.for_each(|var| _ = settled.remove(var));
            }
        }
        Some(settled)
    }

    fn known(&self, settled: &Settled) -> Known<'d> {
        let known = self.world.clone();
        settled.iter().fold(known, |known, (name, value)| known.with(name, value.clone()))
    }

    fn may_hold(&self, settled: &Settled, when: &Expression) -> bool {
        self.known(settled).verdict(when) != Some(false)
    }

    /// Learns what variables are where a condition holds, or fails.
    fn narrow(&self, settled: &mut Settled, when: &Expression, holds: bool) {
        for path in when.reads() {
            let [var] = &path[..] else { continue };
            if self.definition.vars.contains_key(var.as_str())
                && !settled.contains_key(var)
                && let Some(only) = when.narrowed(holds, path, None).and_then(|it| it.only())
            {
                settled.insert(var.clone(), only);
            }
        }
    }
}
