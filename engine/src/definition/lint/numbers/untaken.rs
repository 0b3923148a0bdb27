//! States to which a case may come for certain before a number was taken: on ways on which nothing is
//! asked but what somebody answers, and variables whose value follows from that.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Taken;
use crate::{
    definition::{
        Action, Assigned, Assignment, Definition, EffectKind, FieldKind, Fields, Options, Rule,
        Step, Target, Task, Timer,
        lint::{
            exits::actions_in,
            known::Known,
            never_set::set_by_others,
            read_through_values,
            sites::{Site, SiteOf},
            texts::started_with,
        },
        reading::Reader,
    },
    expression::{Expression, Value},
    names::{RuleName, StateName},
};

/// So many states with what is known there are passed at most.
const MOST_PASSED: usize = 200;

/// The variables whose value is known.
type Settled = BTreeMap<String, Value>;

/// A state with what is known of the variables there.
type At<'d> = (&'d StateName, Settled);

/// A condition on what the case was given.
struct Assumed {
    condition: String,
    /// What it reads.
    fields: Vec<String>,
    /// What was assumed of it before.
    holds: Option<bool>,
}

impl Assumed {
    /// What is known where it holds, or does not: names that no expression has.
    fn noted(&self, holds: bool) -> impl Iterator<Item = (String, Value)> {
        let all = self.fields.iter().chain([&self.condition]).cloned();
        all.map(move |name| (name, Value::Bool(holds)))
    }
}

/// What a case does that has not taken the number.
pub(super) struct Untaken<'t, 'd> {
    taken: &'t Taken<'d>,
    /// The answers that rules read themselves: what is put into a variable of them is not followed, lest
    /// one of them be two things at once.
    read_answers: BTreeSet<String>,
    /// The variables that conditions read, where steps of this definition alone set them.
    followed: BTreeSet<String>,
    entered: BTreeSet<&'d StateName>,
    stayed: BTreeSet<&'d StateName>,
    acted: Vec<&'d Action>,
    chosen: Vec<&'d Rule>,
}

impl<'t, 'd> Untaken<'t, 'd> {
    pub(super) fn of(reader: &Reader<'_>, taken: &'t Taken<'d>) -> Self {
        let definition = taken.definition;
        let mut untaken = Self {
            taken,
            followed: followed(reader, definition),
            read_answers: answers_read(definition),
            entered: BTreeSet::new(),
            stayed: BTreeSet::new(),
            acted: Vec::new(),
            chosen: Vec::new(),
        };
        let mut next = untaken.led(None, &definition.start.action, &untaken.first());
        let mut seen: Vec<At<'d>> = Vec::new();
        while let Some(at) = next.pop() {
            if seen.len() < MOST_PASSED && !seen.contains(&at) {
                next.extend(untaken.pass(&at));
                seen.push(at);
            }
        }
        untaken
    }

    /// What variables are before the case has done anything.
    fn first(&self) -> Settled {
        let vars = self.taken.definition.vars.iter();
        let followed = vars.filter(|(name, _)| self.followed.contains(name.as_str()));
        followed.map(|(name, var)| (name.to_string(), var.initial.clone())).collect()
    }

    /// Whether the case may wait in a state.
    pub(super) fn stays(&self, state: &StateName) -> bool {
        self.stayed.contains(state)
    }

    /// Whether a letter of this step is sent on such a way.
    pub(super) fn is_missing(&self, site: &Site<'d>) -> bool {
        match site.of {
            SiteOf::Start(_) => true,
            SiteOf::Action(_, action) | SiteOf::Timer(action) => {
                self.acted.iter().any(|it| std::ptr::eq(*it, action))
            }
            SiteOf::RuleOf(_, rule) | SiteOf::Rule(_, rule) => {
                self.chosen.iter().any(|it| std::ptr::eq(*it, rule))
            }
            SiteOf::Enter(state) => self.entered.contains(state),
        }
    }

    /// Where a case may be next that is in this state.
    fn pass(&mut self, (name, settled): &At<'d>) -> Vec<At<'d>> {
        let Some((name, state)) = self.taken.definition.states.get_key_value(*name) else {
            return Vec::new();
        };
        let takes = |rule: &Rule| self.taken.takes(&rule.step) && rule.step.target == Target::Stay;
        self.entered.insert(name);
        if self.taken.takes(&state.enter) || state.choose.values().any(takes) {
            return Vec::new();
        }
        let (mut next, rest) = self.by_rules(Some(name), &state.choose, settled);
        let Some(settled) = rest else { return next };
        self.stayed.insert(name);
        let known = self.known(&settled);
        let is_open =
            |task: &Task| task.when.as_ref().is_none_or(|when| known.verdict(when) == Some(true));
        let tasks = self.taken.definition.tasks_in(name).map(|(_, task)| task);
        let tasks: Vec<&'d Task> = tasks.filter(|task| is_open(task)).collect();
        let actions = tasks.iter().flat_map(|task| task.actions.values());
        let timers = tasks.iter().flat_map(|task| task.timers.values());
        let over = |timer: &'d Timer| timer.over.as_ref();
        let overs = state.timers.values().chain(timers).filter_map(over);
        for action in actions.chain(overs) {
            next.extend(self.led(Some(name), action, &settled));
        }
        next
    }

    /// Where an action leads that anybody may take and that does not take the number.
    fn led(
        &mut self,
        at: Option<&'d StateName>,
        action: &'d Action,
        settled: &Settled,
    ) -> Vec<At<'d>> {
        let when = action.when.as_ref();
        let is_offered = when.is_none_or(|when| self.known(settled).verdict(when) == Some(true));
        let is_free = is_offered && action.require.is_empty() && action.checks.is_none();
        if !is_free {
            return Vec::new();
        }
        self.acted.push(action);
        if self.taken.takes(&action.step) {
            return Vec::new();
        }
        let mut next = Vec::new();
        for settled in self.set(settled, &action.step, Some(&action.ask)) {
            let stayed = at.filter(|_| action.step.target == Target::Stay);
            let state = stayed.and_then(|at| self.taken.definition.states.get(at));
            next.extend(match (action.choose.is_empty(), state) {
                (false, _) => self.by_rules(at, &action.choose, &settled).0,
                (true, Some(state)) => self.by_rules(at, &state.choose, &settled).0,
                (true, None) => self.go(&action.step, &settled),
            });
        }
        next
    }

    /// Where rules lead that do not take the number, up to the first of which it is not known whether it
    /// may hold; and what is known where none does, unless one always does.
    fn by_rules(
        &mut self,
        at: Option<&'d StateName>,
        rules: &'d IndexMap<RuleName, Rule>,
        settled: &Settled,
    ) -> (Vec<At<'d>>, Option<Settled>) {
        let (mut next, mut rest) = (Vec::new(), settled.clone());
        for rule in rules.values() {
            let when = rule.when.as_ref();
            let assumed = when.and_then(|when| self.assumed(when, &rest));
            let verdict = when.map_or(Some(true), |when| self.known(&rest).verdict(when));
            let verdict = verdict.or_else(|| assumed.as_ref()?.holds);
            if verdict == Some(false) {
                continue;
            }
            let is_free = when.is_some_and(|when| self.is_free(at, when, &rest));
            if verdict.is_none() && !is_free && assumed.is_none() {
                break;
            }
            if !self.taken.takes(&rule.step) {
                self.chosen.push(rule);
                let answered = at.filter(|_| verdict.is_none());
                let mut settled = self.unless_changed(answered, &rest);
                settled.extend(assumed.iter().flat_map(|assumed| assumed.noted(true)));
                next.extend(self.followed_by((at, rules), rule, &settled));
            }
            if verdict == Some(true) {
                return (next, None);
            }
            rest.extend(assumed.iter().flat_map(|assumed| assumed.noted(false)));
        }
        // A rule that always holds leads on before anything else happens.
        let passes = rules.values().any(|rule| rule.when.is_none());
        (next, (!passes).then_some(rest))
    }

    /// Where a rule leads; one of a state that stays lets its rules act again.
    fn followed_by(
        &self,
        (at, rules): (Option<&'d StateName>, &'d IndexMap<RuleName, Rule>),
        rule: &'d Rule,
        settled: &Settled,
    ) -> Vec<At<'d>> {
        let is_own = |at: &&StateName| {
            let state = self.taken.definition.states.get(*at);
            state.is_some_and(|state| std::ptr::eq(&raw const state.choose, rules))
        };
        let again = at.filter(is_own).filter(|_| rule.step.target == Target::Stay);
        let mut next = Vec::new();
        for settled in self.set(settled, &rule.step, None) {
            next.extend(self.go(&rule.step, &settled));
            next.extend(again.map(|at| (at, settled)));
        }
        next
    }

    /// A condition on what the case was given may hold or not, and is the same ever after; nothing else is
    /// then assumed of the same fields.
    fn assumed(&self, when: &Expression, settled: &Settled) -> Option<Assumed> {
        let definition = self.taken.definition;
        let (mut all, mut fields, mut place) = (vec![when], Vec::new(), 0);
        while let Some(read) = all.get(place).copied() {
            place += 1;
            for path in read.reads() {
                match definition.values.get(path[0].as_str()) {
                    Some(value) if !all.contains(&value) => all.push(value),
                    Some(_) => {}
                    None => fields.push(path),
                }
            }
        }
        let asks_time = all.iter().any(|it| it.asks_time());
        let is_given = |path: &&Vec<String>| definition.start.given.contains_key(path[0].as_str());
        let source = when.source().trim();
        let condition = format!("when {source}");
        let holds = settled.get(&condition).and_then(Value::as_bool);
        let fields: Vec<String> = fields
            .iter()
            .map(|path| is_given(path).then(|| format!("given {}", path.join("."))))
            .collect::<Option<_>>()?;
        let is_taken = |field: &String| settled.contains_key(field) && holds.is_none();
        let may_be = !asks_time && !fields.is_empty() && !fields.iter().any(is_taken);
        may_be.then_some(Assumed { condition, fields, holds })
    }

    /// Whether a condition hangs on nothing but what is answered there, and what is known.
    fn is_free(&self, at: Option<&'d StateName>, when: &Expression, settled: &Settled) -> bool {
        let tasks = at.into_iter().flat_map(|state| self.taken.definition.tasks_in(state));
        let tasks: Vec<&str> = tasks.map(|(name, _)| name.as_str()).collect();
        when.reads().iter().all(|path| {
            let root = path[0].as_str();
            root == "ask" || tasks.contains(&root) || settled.contains_key(root)
        })
    }

    /// What is known where something has been answered in a state.
    fn unless_changed(&self, at: Option<&StateName>, settled: &Settled) -> Settled {
        let mut settled = settled.clone();
        let actions = at.map(|at| actions_in(self.taken.definition, at, &|_, _| true));
        let steps = actions.into_iter().flatten().flat_map(Action::steps);
        for var in steps.flat_map(|step| &step.set).filter_map(var) {
            settled.remove(var);
        }
        settled
    }

    /// Where a step leads. Of an action that stays its task is answered: only rules lead on from it.
    fn go(&self, step: &'d Step, settled: &Settled) -> Vec<At<'d>> {
        let Target::To(to) = &step.target else { return Vec::new() };
        let Some((to, state)) = self.taken.definition.states.get_key_value(to) else {
            return Vec::new();
        };
        let entered = self.set(settled, &state.enter, None);
        entered.into_iter().map(|settled| (to, settled)).collect()
    }

    /// What is known after a step, for each answer that is put into a variable.
    fn set(&self, settled: &Settled, step: &Step, ask: Option<&Fields>) -> Vec<Settled> {
        let mut found = vec![settled.clone()];
        for set in &step.set {
            let Some(var) = var(set).filter(|var| self.followed.contains(*var)) else { continue };
            let answers = self.answers(&set.value, ask);
            found = found
                .iter()
                .flat_map(|settled| {
                    let values = match &answers {
                        Some(answers) => answers.clone(),
                        None => self.known(settled).value(&set.value).into_iter().collect(),
                    };
                    let put = |value: Option<Value>| {
                        let mut settled = settled.clone();
                        settled.remove(var);
                        settled.extend(value.map(|value| (var.to_owned(), value)));
                        settled
                    };
                    match values.is_empty() {
                        true => vec![put(None)],
                        false => values.into_iter().map(Some).map(put).collect(),
                    }
                })
                .collect();
        }
        found
    }

    /// Every value that somebody may answer, where that is put into a variable as it is.
    fn answers(&self, value: &Expression, ask: Option<&Fields>) -> Option<Vec<Value>> {
        let name = value.source().trim().strip_prefix("ask.")?;
        let field = ask?.get(name).filter(|_| !self.read_answers.contains(name))?;
        if let FieldKind::YesNo = field.kind {
            return Some([true, false].map(Value::Bool).into());
        }
        let FieldKind::Choice(Options::Fixed(options)) = &field.kind else { return None };
        Some(options.keys().map(|option| option.as_str().into()).collect())
    }

    fn known(&self, settled: &Settled) -> Known<'d> {
        let known = Known::new(self.taken.definition);
        settled.iter().fold(known, |known, (name, value)| known.with(name, value.clone()))
    }
}

fn var(set: &Assignment) -> Option<&str> {
    match &set.to {
        Assigned::Var(var) => Some(var.as_str()),
        Assigned::Form(..) => None,
    }
}

/// Every condition that decides where a case goes.
fn conditions(definition: &Definition) -> impl Iterator<Item = &Expression> {
    let of_states = definition.states.values().flat_map(|state| state.choose.values());
    let tasks = || definition.tasks.values();
    let actions = || tasks().flat_map(|task| task.actions.values());
    let rules = actions().chain([&definition.start.action]).flat_map(|it| it.choose.values());
    let whens = of_states.chain(rules).filter_map(|rule| rule.when.as_ref());
    let of_tasks = tasks().filter_map(|task| task.when.as_ref());
    whens.chain(of_tasks).chain(actions().filter_map(|action| action.when.as_ref()))
}

fn followed(reader: &Reader<'_>, definition: &Definition) -> BTreeSet<String> {
    let read = conditions(definition).flat_map(|it| read_through_values(definition, it.source()));
    let mut found: BTreeSet<String> = read.filter_map(|path| path.into_iter().next()).collect();
    found.retain(|name| definition.vars.contains_key(name.as_str()));
    let mut lost = set_by_others(reader, definition);
    lost.extend(started_with(reader));
    for effect in definition.steps().flat_map(|step| &step.effects) {
        if let EffectKind::Draw(draw) = &effect.kind {
            lost.insert(draw.into.to_string());
            lost.extend(draw.noted.iter().map(|(var, _)| var.to_string()));
        }
        if let EffectKind::Replace(replace) = &effect.kind {
            lost.insert(replace.list.to_string());
            lost.extend(replace.otherwise.set.iter().filter_map(var).map(str::to_owned));
        }
    }
    &found - &lost
}

/// The questions whose answers conditions read as such.
fn answers_read(definition: &Definition) -> BTreeSet<String> {
    let read = conditions(definition).flat_map(|it| read_through_values(definition, it.source()));
    read.flat_map(|path| path.into_iter().skip(1)).collect()
}
