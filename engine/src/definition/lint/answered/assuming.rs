//! Tasks that open only under a condition, and what is tried of it: each value that a variable it reads
//! may have in the state, one variable at a time.

use std::collections::BTreeSet;

use super::{
    super::{domains::Domains, exits::leads_back, known::Known, read_through_values},
    Given, Settled, Waiting,
    world::of_nobody,
};
use crate::{
    definition::{Action, Assigned, Assignment, EffectKind, Step},
    expression::{Knowing, Limits, Value},
};

impl<'d> Waiting<'d> {
    /// The same with what the variables may be on which it depends whether its tasks open.
    pub(super) fn assuming(mut self, domains: &Domains<'d>) -> Self {
        let within = domains.within(&[self.here]);
        let whens = self.tasks.iter().filter_map(|it| it.task.when.as_ref());
        let read = whens.flat_map(|when| read_through_values(self.definition, when.source()));
        let read: BTreeSet<Vec<String>> = read.collect();
        let is_followed = |path: &&Vec<String>| {
            path.len() == 1
                && self.definition.vars.contains_key(path[0].as_str())
                && !self.is_set_here(&path[0])
        };
        // Without rules, what leads on are the actions alone.
        let followed = read.iter().filter(is_followed).filter(|_| !self.state.choose.is_empty());
        let assumed = followed.flat_map(|path| {
            let values = within.limits(path).map(values).unwrap_or_default();
            values.into_iter().map(|value| (path[0].clone(), value))
        });
        self.assumed = assumed.chain(self.of_the_round_before()).collect();
        self
    }

    /// What a rule or action here sets when it leads to another state from which the case comes back, and
    /// which nothing elsewhere sets: the second time it is so.
    fn of_the_round_before(&self) -> Vec<(String, Value)> {
        let (definition, here) = (self.definition, self.here);
        let rules = self.state.choose.values().map(|rule| &rule.step);
        let actions = super::super::exits::actions_in(definition, here, &|_, _| true);
        let own: Vec<_> = actions.into_iter().flat_map(Action::steps).chain(rules).collect();
        let is_own = |step: &Step| own.iter().any(|own| std::ptr::eq(*own, step));
        let sets_it = |step: &Step, var: &Assigned| step.set.iter().any(|set| set.to == *var);
        let comes_back = |step: &&&Step| {
            let mut to = step.target.states().iter();
            let is_away = !step.target.states().is_empty();
            is_away && to.all(|to| to != here && leads_back(definition, to, here))
        };
        let setting = own.iter().filter(|step| !step.set.is_empty());
        let set = setting.filter(comes_back).flat_map(|step| &step.set);
        let known = set.filter_map(|set| {
            let Assigned::Var(var) = &set.to else { return None };
            let value = set.value.constant().filter(|value| value.as_bool().is_some())?;
            let mut elsewhere = definition.steps().filter(|step| !is_own(step));
            let is_lasting = !elsewhere.any(|step| sets_it(step, &set.to));
            is_lasting.then(|| (var.to_string(), value.clone()))
        });
        known.collect()
    }

    /// Whether anything that happens in the state may set a variable.
    fn is_set_here(&self, var: &str) -> bool {
        let is_it =
            |set: &Assignment| matches!(&set.to, Assigned::Var(name) if name.as_str() == var);
        let draws =
            |kind: &EffectKind| matches!(kind, EffectKind::Draw(_) | EffectKind::Replace(_));
        let actions = super::super::exits::actions_in(self.definition, self.here, &|_, _| true);
        let rules = self.state.choose.values().map(|rule| &rule.step);
        let mut steps = actions.into_iter().flat_map(Action::steps).chain(rules);
        steps.any(|step| {
            step.set.iter().any(is_it) || step.effects.iter().any(|effect| draws(&effect.kind))
        })
    }

    /// The tasks that have not been answered and are shut by more than what has been answered.
    pub(super) fn shut(&self, given: &[Option<Given>], people: u64) -> Vec<usize> {
        let world = self.world(given, people, &Settled::new());
        let tasks = self.unanswered(given).into_iter();
        tasks.filter(|task| !self.is_shut(*task, &world)).collect()
    }

    /// The same where the lists of tasks that are shut are empty: nobody is asked of them.
    pub(super) fn of_nobody(&self, world: &Known<'d>, shut: &[usize]) -> Known<'d> {
        let lists = shut.iter().map(|task| &self.tasks[*task]).filter(|it| it.is_list);
        lists.fold(world.clone(), |world, it| world.with(it.name.as_str(), of_nobody(it.task)))
    }

    /// The tasks that have not been answered.
    pub(super) fn unanswered(&self, given: &[Option<Given>]) -> Vec<usize> {
        (0..given.len()).filter(|task| given[*task].is_none()).collect()
    }

    /// Whether it is certain that a task is not open.
    pub(super) fn is_shut(&self, task: usize, world: &Known<'_>) -> bool {
        let when = self.tasks[task].task.when.as_ref();
        when.is_some_and(|when| world.verdict(when) == Some(false))
    }
}

/// The values of which one may be: all, or the least and the greatest.
fn values(limits: Limits) -> Vec<Value> {
    match limits {
        Limits::OneOf(values) => values,
        Limits::Whole(least, most) => least.into_iter().chain(most).map(Value::Integer).collect(),
        Limits::Decimals(least, most) => {
            least.into_iter().chain(most).map(Value::Decimal).collect()
        }
    }
}
