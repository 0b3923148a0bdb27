//! What is known of the variables when a case arrives in a state.

use std::collections::BTreeSet;

use super::{
    super::{domains::Domains, exits::actions_in, read_through_values, sites::Site},
    Given, Random, Settled, Waiting,
};
use crate::definition::{Action, Assigned, Step, Target};

impl<'d> Waiting<'d> {
    /// The same where it is known what the variables that its rules read are on each way here.
    pub(super) fn arriving(mut self, sites: &[Site<'d>], domains: &Domains<'d>) -> Self {
        let rules = self.state.choose.values().filter_map(|rule| rule.when.as_ref());
        let read = rules.flat_map(|when| read_through_values(self.definition, when.source()));
        let read: BTreeSet<String> = read.filter_map(|path| path.into_iter().next()).collect();
        let is_read = |var: &str| read.contains(var) && self.definition.vars.contains_key(var);
        if self.turning.is_empty() && !read.iter().any(|var| is_read(var)) {
            return self;
        }
        let is_followed =
            |var: &str| self.turning.contains(var) || is_read(var) && !self.changes(var);
        let leads = |site: &&Site<'d>| site.step.target.states().contains(self.here);
        let known = sites.iter().filter(leads).filter_map(|it| domains.arriving(it, self.state));
        let mut arrivals: Vec<Settled> = Vec::new();
        for mut known in known {
            known.retain(|var, _| is_followed(var));
            if !known.is_empty() && !arrivals.contains(&known) {
                arrivals.push(known);
            }
        }
        self.arrivals = arrivals;
        self
    }

    /// What was answered before when the case arrives, and what is known of the variables.
    pub(super) fn arrival(&self, random: &mut Random) -> (Vec<Option<Given>>, Settled) {
        let (given, mut settled) = self.of_before(random);
        settled.retain(|var, _| !self.changes(var));
        if given.iter().any(Option::is_some) {
            return (given, settled);
        }
        if !self.arrivals.is_empty() {
            let arrival = self.arrivals.get(random.index(self.arrivals.len() + 1));
            settled = arrival.cloned().unwrap_or_default();
        }
        if settled.is_empty() && !self.assumed.is_empty() {
            settled.extend(self.assumed.get(random.index(self.assumed.len() + 1)).cloned());
        }
        (given, settled)
    }

    /// The variables without which a rule might act, or a task might open.
    pub(super) fn telling(
        &self,
        settled: &Settled,
        given: &[Option<Given>],
        people: u64,
    ) -> Settled {
        let mut telling = settled.clone();
        for var in settled.keys() {
            let mut fewer = telling.clone();
            fewer.remove(var);
            let world = self.world(given, people, &fewer);
            let mut shut = self.unanswered(given).into_iter();
            if self.fail(&world) && shut.all(|task| self.is_shut(task, &world)) {
                telling = fewer;
            }
        }
        telling
    }

    /// Whether what happens here may set a variable and leave the case here.
    fn changes(&self, var: &str) -> bool {
        let actions = actions_in(self.definition, self.here, &|_, _| true);
        let steps = actions.into_iter().flat_map(staying);
        let mut set = steps.flat_map(|step| &step.set);
        set.any(|set| matches!(&set.to, Assigned::Var(name) if name.as_str() == var))
    }
}

/// The steps of an action after which the case may stay where it is.
fn staying(action: &Action) -> Vec<&Step> {
    let stays = |step: &Step| step.target == Target::Stay;
    let rules = || action.choose.values();
    let is_led_away = match action.choose.is_empty() {
        true => !stays(&action.step),
        false => rules().all(|rule| !stays(&rule.step)) && rules().any(|rule| rule.when.is_none()),
    };
    if is_led_away {
        return Vec::new();
    }
    let rules = rules().map(|rule| &rule.step).filter(|step| stays(step));
    std::iter::once(&action.step).chain(rules).collect()
}
