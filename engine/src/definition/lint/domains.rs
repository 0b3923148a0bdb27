//! Which values variables may have in each state, as far as all that is ever put into them on the ways
//! there is known.

mod vars;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
pub(super) use vars::Standing;
use vars::{Vars, counted, is_within};

use super::{
    never_set::set_by_others,
    sites::{Site, SiteOf},
    starts::is_started,
    texts::started_with,
};
use crate::{
    definition::{
        Action, Definition, EffectKind, Fields, Rule, State, Step, Target, Task, reading::Reader,
    },
    expression::{Expression, Knowing, Limits, Value},
    names::{RuleName, StateName},
};

/// So often what is known of a state may change before ends that move are left open.
const PATIENCE: usize = 6;

/// What is known of variables, from the start on.
pub(super) struct Domains<'d> {
    definition: &'d Definition,
    /// Variables that definitions over this one set too.
    lost: BTreeSet<String>,
    /// Before the start has done anything.
    first: Vars,
    states: BTreeMap<&'d StateName, Vars>,
    /// At any moment once the case has begun.
    ever: Option<Vars>,
    /// Whether a rule that holds may not act, for there is no place left.
    may_wait: bool,
    /// Whether other cases start this one, and nobody is asked then.
    may_be_started: bool,
    /// Whether another definition is written over this one, which may submit its form.
    is_base: bool,
}

impl<'d> Domains<'d> {
    pub(super) fn of(reader: &Reader<'_>, definition: &'d Definition) -> Self {
        let mut first = Vars::first(definition);
        let started = started_with(reader);
        started.iter().for_each(|var| first.forget(var));
        let mut lost = set_by_others(reader, definition);
        lost.extend(started);
        let own = &reader.outline.key;
        let mut outlines = reader.world.outlines.values();
        let mut domains = Self {
            definition,
            lost,
            first,
            states: BTreeMap::new(),
            ever: None,
            may_wait: !definition.holds.is_empty(),
            may_be_started: is_started(reader),
            is_base: outlines.any(|other| other.key != *own && other.covers(own)),
        };
        domains.follow();
        domains
    }

    /// What is known in one of these states.
    pub(super) fn within(&self, states: &[&StateName]) -> Standing<'d> {
        let known = states.iter().map(|state| self.states.get(state).cloned());
        let known = known.collect::<Option<Vec<_>>>().unwrap_or_default();
        let vars = known.into_iter().reduce(|mut one, other| {
            one.join(&other);
            one
        });
        self.standing(vars.unwrap_or_default(), None)
    }

    /// What is known when a step is taken, before it does anything.
    pub(super) fn before(&self, site: &Site<'d>) -> Standing<'d> {
        let states = site.states(self.definition);
        // Only the start is taken in no state.
        let standing = match states.is_empty() {
            true => self.standing(self.first.clone(), None),
            false => self.within(&states),
        };
        self.narrowed(site, standing)
    }

    /// What is known where a step has been taken in a state, or at the start, and has led to another or
    /// stays in it.
    pub(super) fn led(
        &self,
        site: &Site<'d>,
        from: Option<&'d StateName>,
        to: &'d StateName,
    ) -> Standing<'d> {
        let standing = match from {
            Some(from) => self.within(&[from]).at(Some(from)),
            None => self.standing(self.first.clone(), None),
        };
        let mut standing = self.narrowed(site, standing);
        standing.take(site.step);
        standing.ask = None;
        if let (true, Some(state)) =
            (site.step.target != Target::Stay, self.definition.states.get(to))
        {
            standing.state = Some(to);
            standing.take(&state.enter);
        }
        standing
    }

    /// What is known before a step, for it is that step which is taken.
    fn narrowed(&self, site: &Site<'d>, mut standing: Standing<'d>) -> Standing<'d> {
        match site.of {
            SiteOf::Action(task, action) => {
                let task = self.definition.tasks.get(task).and_then(|task| task.when.as_ref());
                task.into_iter().chain(&action.when).for_each(|it| standing.vars.narrow(it, true));
                standing.ask = Some(&action.ask);
            }
            SiteOf::Start(action) => standing.ask = self.asked_at_start(action),
            SiteOf::Timer(action) => standing.ask = Some(&action.ask),
            SiteOf::RuleOf(action, rule) => {
                standing.ask = match std::ptr::eq(action, &self.definition.start.action) {
                    true => self.asked_at_start(action),
                    false => Some(&action.ask),
                };
                standing.take(&action.step);
                rule.when.iter().for_each(|it| standing.vars.narrow(it, true));
            }
            SiteOf::Rule(_, rule) => {
                rule.when.iter().for_each(|it| standing.vars.narrow(it, true));
            }
            SiteOf::Enter(_) => {}
        }
        standing
    }

    /// What is known when a step has been taken, before its rules.
    pub(super) fn after(&self, site: &Site<'d>) -> Standing<'d> {
        let mut standing = self.before(site);
        standing.take(site.step);
        standing
    }

    /// The variables whose value is known where a step has led to a state; `None` where it never is taken.
    pub(super) fn arriving(
        &self,
        site: &Site<'d>,
        state: &State,
    ) -> Option<BTreeMap<String, Value>> {
        let mut standing = self.after(site);
        if !standing.vars.is_possible() {
            return None;
        }
        standing.ask = None;
        standing.take(&state.enter);
        Some(standing.vars.known())
    }

    fn standing(&self, mut vars: Vars, ask: Option<&'d Fields>) -> Standing<'d> {
        self.lost.iter().for_each(|var| vars.forget(var));
        Standing { definition: self.definition, vars, ask, state: None }
    }

    /// Follows every way from the start until nothing new is found.
    fn follow(&mut self) {
        let mut flow = Flow { next: Vec::new(), seen: BTreeMap::new() };
        let definition = self.definition;
        self.act(&mut flow, None, self.first.clone(), &definition.start.action);
        while let Some(name) = flow.next.pop() {
            let Some(state) = definition.states.get(name) else { continue };
            let Some(vars) = self.states.get(name).cloned() else { continue };
            self.pass(&mut flow, name, state, &vars);
        }
    }

    /// Everything that may happen in a state.
    fn pass(&mut self, flow: &mut Flow<'d>, name: &'d StateName, state: &'d State, vars: &Vars) {
        let definition = self.definition;
        let tasks: Vec<&'d Task> = definition.tasks_in(name).map(|(_, task)| task).collect();
        for task in tasks {
            for action in task.actions.values() {
                let mut vars = vars.clone();
                task.when.iter().chain(&action.when).for_each(|it| vars.narrow(it, true));
                self.act(flow, Some(name), vars, action);
            }
            for over in task.timers.values().filter_map(|timer| timer.over.as_ref()) {
                self.act(flow, Some(name), vars.clone(), over);
            }
        }
        for over in state.timers.values().filter_map(|timer| timer.over.as_ref()) {
            self.act(flow, Some(name), vars.clone(), over);
        }
        self.rules(flow, Some(name), vars.clone(), (&state.choose, None));
    }

    fn act(
        &mut self,
        flow: &mut Flow<'d>,
        from: Option<&'d StateName>,
        vars: Vars,
        action: &'d Action,
    ) {
        if !vars.is_possible() {
            return;
        }
        let ask = if from.is_some() { Some(&action.ask) } else { self.asked_at_start(action) };
        let vars = self.taken(vars, &action.step, (ask, from));
        if action.choose.is_empty() {
            self.go(flow, from, &vars, &action.step.target);
        } else {
            self.rules(flow, from, vars, (&action.choose, ask));
        }
    }

    fn asked_at_start(&self, action: &'d Action) -> Option<&'d Fields> {
        (!self.may_be_started).then_some(&action.ask)
    }

    fn rules(
        &mut self,
        flow: &mut Flow<'d>,
        from: Option<&'d StateName>,
        mut rest: Vars,
        (rules, ask): (&'d IndexMap<RuleName, Rule>, Option<&'d Fields>),
    ) {
        for rule in rules.values() {
            let mut vars = rest.clone();
            if let Some(when) = &rule.when {
                vars.narrow(when, true);
                if !self.may_wait {
                    rest.narrow(when, false);
                }
            }
            if vars.is_possible() {
                let vars = self.taken(vars, &rule.step, (ask, from));
                self.go(flow, from, &vars, &rule.step.target);
            }
        }
        let is_always = rules.values().any(|rule| rule.when.is_none());
        if !is_always && rest.is_possible() {
            self.go(flow, from, &rest, &Target::Stay);
        }
    }

    fn go(
        &mut self,
        flow: &mut Flow<'d>,
        from: Option<&'d StateName>,
        vars: &Vars,
        target: &'d Target,
    ) {
        if let Some(from) = from.filter(|_| *target == Target::Stay) {
            return self.arrive(flow, from, vars.clone());
        }
        for to in target.states() {
            if let Some((to, state)) = self.definition.states.get_key_value(to) {
                let vars = self.taken(vars.clone(), &state.enter, (None, Some(to)));
                self.arrive(flow, to, vars);
            }
        }
    }

    fn arrive(&mut self, flow: &mut Flow<'d>, at: &'d StateName, vars: Vars) {
        let Some(known) = self.states.get_mut(at) else {
            self.states.insert(at, vars);
            return flow.next.push(at);
        };
        let before = known.clone();
        if !known.join(&vars) {
            return;
        }
        let seen = flow.seen.entry(at).or_default();
        *seen += 1;
        if *seen > PATIENCE {
            known.widen(&before);
        }
        if !flow.next.contains(&at) {
            flow.next.push(at);
        }
    }

    /// What is known after a step in a state.
    fn taken(
        &mut self,
        vars: Vars,
        step: &Step,
        (ask, state): (Option<&'d Fields>, Option<&'d StateName>),
    ) -> Vars {
        let mut standing = Standing { definition: self.definition, vars, ask, state };
        standing.take(step);
        let vars = standing.vars;
        match &mut self.ever {
            Some(ever) => _ = ever.join(&vars),
            None => self.ever = Some(vars.clone()),
        }
        vars
    }
}

/// What is known at any moment once a case has begun.
impl Knowing for Domains<'_> {
    fn limits(&self, path: &[String]) -> Option<Limits> {
        let is_own = self.is_base && path.first().is_some_and(|root| root == "case");
        let var = path.first().filter(|var| path.len() == 1 && !self.lost.contains(*var));
        let known = self.ever.as_ref().zip(var).and_then(|(ever, var)| ever.limits(var));
        known.or_else(|| counted(self.definition, path).filter(|_| !is_own))
    }

    fn value(&self, name: &str) -> Option<&Expression> {
        self.definition.values.get(name)
    }

    fn is_within(&self, path: &[String], whole: &[String]) -> bool {
        is_within(self.definition, path, whole)
    }
}

/// What is still to be followed.
struct Flow<'d> {
    next: Vec<&'d StateName>,
    /// How often what is known of a state has changed.
    seen: BTreeMap<&'d StateName, usize>,
}

impl Standing<'_> {
    /// Takes a step.
    fn take(&mut self, step: &Step) {
        for set in &step.set {
            self.set(&set.to, &set.value);
        }
        for effect in &step.effects {
            if let EffectKind::Replace(replace) = &effect.kind {
                let before = self.vars.clone();
                self.take(&replace.otherwise);
                self.vars.join(&before);
            }
        }
    }
}
