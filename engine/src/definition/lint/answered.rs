//! Tasks that are answered, by everybody or as far as a timer let them, and nothing leads on: the case
//! stands still. Answers are tried out, one task after another; a rule that also speaks of other names
//! counts as failing only where it fails whatever those are, and whatever would still happen by itself,
//! such as a timer that leads on, leaves the state out. What changes nothing of that, such as a reminder,
//! does not.

mod arriving;
mod assuming;
mod back;
pub(super) mod early;
mod kept;
mod returning;
pub(super) mod stirring;
mod telling;
mod turning;
pub(super) mod world;

use std::collections::BTreeSet;

use kept::Settled;
use stirring::{closes, only_voids, stirred, stirs};
use turning::{Turned, turning, turns};
use world::{Answer, Given, Random, answer, answered, ways, words};

use super::{domains::Domains, exits::leads_back, known::Known, sites::sites};
use crate::{
    definition::{Action, Definition, Participant, State, Task, Who, WhoKind, reading::Reader},
    expression::Value,
    names::{StateName, TaskName},
};

/// So many sets of answers are tried at most.
const TRIALS: u64 = 240;
/// So often each set is tried where there are few, so that none is left out.
const EACH: u64 = 12;
/// The largest list that is tried.
const MOST_PEOPLE: u64 = 6;
/// So many tasks are answered one after another, again where answers are made void.
const MOST_ANSWERED: usize = 8;

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    if reader.has_lost_targets.get() {
        return;
    }
    let sites = sites(reader, definition);
    for (name, state) in &definition.states {
        if let Some(found) = early::early(definition, name, state) {
            found.tell(reader, name);
        }
        let awaited = Waiting::of(definition, name, state);
        if let Some(awaited) = awaited.map(|it| it.arriving(&sites, domains).assuming(domains))
            && let Some(found) = awaited.standstill()
        {
            awaited.tell(reader, name, &found);
        }
    }
}

/// Whether all that a task does is to lead back to a state in which nobody is asked, with nothing changed.
pub(super) fn only_comes_back(
    definition: &Definition,
    (here, state): (&StateName, &State),
    task: &Task,
) -> bool {
    Waiting::of(definition, here, state).is_some_and(|it| it.only_comes_back(task, (&[], 0)))
}

/// A task that a state waits for.
struct Awaited<'d> {
    name: &'d TaskName,
    task: &'d Task,
    /// Whether everybody of a list answers.
    is_list: bool,
    /// The actions after which only rules lead on, or another task that opens again.
    actions: Vec<(&'d str, &'d Action)>,
    /// Whether a timer may close it before all have answered.
    is_closable: bool,
    /// The actions that led away before, where the answer stays valid when the case comes back.
    kept: Vec<(&'d str, &'d Action)>,
}

/// A state in which nothing happens but that its tasks are answered.
struct Waiting<'d> {
    definition: &'d Definition,
    here: &'d StateName,
    state: &'d State,
    tasks: Vec<Awaited<'d>>,
    /// The variables that are lists of its tasks.
    lists: Vec<String>,
    /// How many people there may be in a list, where that is known.
    people: Vec<u64>,
    /// The tasks that need not be done and get the case going again, unless they only come back.
    optional: Vec<(&'d TaskName, &'d Task)>,
    /// The names on which it depends who has to act.
    stirred: BTreeSet<String>,
    /// Those of them that only open and shut tasks.
    turning: BTreeSet<String>,
    /// Whether time gets the case going again: then only what opens no more although it should is told.
    is_timed: bool,
    /// What is known of the variables when the case arrives, by way.
    arrivals: Vec<Settled>,
    /// The values that are tried of variables on which it depends whether its tasks open.
    assumed: Vec<(String, Value)>,
}

/// What has been answered when nothing more happens, and on which way.
struct Standstill<'d> {
    given: Vec<Option<Given>>,
    /// The task whose answer was made void on the way, and that which did it.
    voided: Option<(usize, usize)>,
    /// What a variable that turned opens no more.
    turned: Option<Turned>,
    /// Whether an answer is one of before.
    is_kept: bool,
    /// The tasks that did not open, and not for what was answered.
    shut: Vec<usize>,
    /// What may still be done: tasks in which whoever started the case may only give up, or that only
    /// come back.
    left: Vec<&'d TaskName>,
    /// The variables with the values that no rule is for.
    settled: Settled,
}

impl<'d> Waiting<'d> {
    fn of(definition: &'d Definition, here: &'d StateName, state: &'d State) -> Option<Self> {
        if state.is_end {
            return None;
        }
        let tasks: Vec<_> = definition.tasks_in(here).collect();
        let of_list = |(_, task): &(&TaskName, &'d Task)| lists(definition, task);
        let required = tasks.iter().filter(|(_, task)| !task.optional);
        let lists: Vec<String> = required.clone().flat_map(of_list).collect();
        let required = required.map(|(_, task)| *task);
        let stirred = stirred(definition, required.clone());
        let turning = turning(definition, required, &stirred);
        let stirs = |action: &Action| action.steps().any(|step| stirs(step, &stirred));
        let optional = tasks.iter().filter(|(_, task)| task.optional);
        let of_optional = optional.clone().flat_map(|(_, task)| task.timers.values());
        let overs = state.timers.values().chain(of_optional).filter_map(|it| it.over.as_ref());
        // Whoever may do it gets the case going again, and so does time.
        let optional = optional.filter(|(_, task)| task.actions.values().any(stirs));
        let optional = optional.copied().collect();
        let is_timed = overs.into_iter().any(stirs);
        let mut awaited = Vec::new();
        for (name, task) in tasks.into_iter().filter(|(_, task)| !task.optional) {
            let participant = definition.participants.get(&task.participant)?;
            let is_list = participant.whos().all(Who::is_each);
            if !is_list && participant.whos().any(Who::is_each) {
                return None;
            }
            let stays = |action: &&Action| {
                let turns = !is_list && turns(action, &stirred, &turning);
                !stirs(action) || only_voids(action, &stirred) || turns
            };
            let actions = task.actions.iter().filter(|(_, action)| !task.repeat && stays(action));
            let actions = actions.map(|(name, action)| (name.as_str(), action)).collect();
            let is_closable = is_list && closes(definition, state, name);
            let is_lasting = task.keep && !is_list && !task.repeat;
            let returns =
                |action: &Action| action.targets().any(|to| leads_back(definition, to, here));
            let kept = task.actions.iter().filter(|(_, action)| is_lasting && returns(action));
            let kept = kept.map(|(name, action)| (name.as_str(), action)).collect();
            awaited.push(Awaited { name, task, is_list, actions, is_closable, kept });
        }
        let people = drawn(definition, &awaited);
        let waiting = Self {
            definition,
            here,
            state,
            tasks: awaited,
            lists,
            people,
            optional,
            stirred,
            turning,
            is_timed,
            arrivals: Vec::new(),
            assumed: Vec::new(),
        };
        (!waiting.tasks.is_empty()).then_some(waiting)
    }

    /// Answers of everybody after which nothing happens, as few as can be.
    fn standstill(&self) -> Option<Standstill<'d>> {
        let mut random = Random::new();
        let found = (0..self.trials()).filter_map(|_| self.attempt(&mut random));
        let found = found
            .filter(|found| !self.is_timed || found.voided.is_some() || found.turned.is_some());
        found.min_by_key(|found| {
            let given = found.given.iter().flatten().map(|it| it.answers.len()).sum::<usize>();
            let is_voided = found.voided.is_some() || found.turned.is_some();
            (is_voided, found.is_kept, !found.shut.is_empty(), found.settled.len(), given)
        })
    }

    /// How many sets of answers are tried: where there are few, fewer.
    fn trials(&self) -> u64 {
        let actions = |awaited: &Awaited<'d>| {
            let actions = awaited.actions.iter().chain(&awaited.kept);
            actions.map(|(_, action)| *action).collect::<Vec<_>>()
        };
        let is_many = |awaited: &Awaited<'d>| {
            awaited.is_list || actions(awaited).iter().any(|action| !action.step.void.is_empty())
        };
        if self.tasks.iter().any(is_many) {
            return TRIALS;
        }
        let of_each = self.tasks.iter().map(actions).collect::<Vec<_>>();
        if of_each.iter().all(Vec::is_empty) && self.assumed.is_empty() {
            return 0;
        }
        let sets = of_each.iter().zip(1_u64..).map(|(actions, place)| {
            let ways = actions.iter().map(|action| ways(action)).fold(0, u64::saturating_add);
            // In any order of the tasks.
            ways.max(1).saturating_mul(place)
        });
        let arrivals = (self.arrivals.len() + self.assumed.len()) as u64 + 1;
        sets.fold(EACH, u64::saturating_mul).saturating_mul(arrivals).min(TRIALS)
    }

    /// Answers one task after another until none is open, or something acts.
    fn attempt(&self, random: &mut Random) -> Option<Standstill<'d>> {
        let people = match self.people.len() {
            0 => 1 + random.below(MOST_PEOPLE),
            known => self.people[random.index(known)],
        };
        let (mut given, mut settled) = self.arrival(random);
        let is_kept = given.iter().any(Option::is_some);
        let (mut voided, mut turned, mut before) = (None, None, Vec::new());
        for _ in 0..MOST_ANSWERED {
            let world = self.world(&given, people, &settled);
            if self.rules(&world).any(|verdict| verdict == Some(true)) {
                return None;
            }
            let open = self.unanswered(&given).into_iter();
            let open: Vec<usize> = open.filter(|task| !self.is_shut(*task, &world)).collect();
            if open.is_empty() {
                let shut = self.shut(&given, people);
                let fail = self.fail(&world) && self.fail(&self.of_nobody(&world, &shut));
                let is_left_out = !shut.is_empty() && !self.state.choose.is_empty();
                let is_answered = given.iter().any(Option::is_some) || is_left_out;
                let is_sure = fail && is_answered && !self.acts_early(&before, people);
                let left = self.left(is_kept, &world, (&given, people)).filter(|_| is_sure)?;
                let turned = turned.and_then(|it| self.kept_shut(it, &given, &world));
                let settled = self.telling(&settled, &given, people);
                return Some(Standstill { given, voided, turned, is_kept, shut, left, settled });
            }
            let index = open[random.index(open.len())];
            let answers = self.answers(index, &world, people, random)?;
            for task in self.voids(index, &answers.answers) {
                given[task] = None;
                voided = Some((task, index));
            }
            let turn = self.turn(index, (&given, &answers), (&world, &mut settled))?;
            turned = turn.or(turned);
            before.push((given.clone(), index, answers.clone(), settled.clone()));
            if !self.voids_itself(index, &answers.answers) {
                given[index] = Some(answers);
            }
        }
        None
    }

    /// What somebody answers in a task as far as it is offered.
    fn answers(
        &self,
        index: usize,
        world: &Known<'_>,
        people: u64,
        random: &mut Random,
    ) -> Option<Given> {
        let awaited = &self.tasks[index];
        let people = match (awaited.is_list, awaited.is_closable && random.below(2) == 0) {
            (true, true) => random.below(people + 1),
            (true, false) => people,
            (false, _) => 1,
        };
        let is_offered = |action: &Action| {
            let when = action.when.as_ref();
            when.is_none_or(|when| world.verdict(when) != Some(false))
        };
        let actions = awaited.actions.iter().filter(|(_, action)| is_offered(action)).copied();
        let actions: Vec<_> = actions.collect();
        let answers = (0..people).map(|_| answer(&actions, random)).collect::<Option<Vec<_>>>()?;
        let is_taken = |answer: &Answer| {
            let action = awaited.task.actions.get(answer.action.as_str());
            action.is_some_and(|action| {
                if action.require.is_empty() {
                    return true;
                }
                let world = world.clone().with("ask", Value::Map(answer.asked.clone()));
                action.require.iter().all(|it| {
                    let asked = it.when.as_ref().map(|when| world.verdict(when));
                    asked.is_some_and(|asked| asked != Some(true))
                        || world.verdict(&it.that) != Some(false)
                })
            })
        };
        answers.iter().all(is_taken).then_some(Given { answers, is_closed: true })
    }

    fn world(&self, given: &[Option<Given>], people: u64, settled: &Settled) -> Known<'d> {
        let known = answered(self.definition, &self.tasks, &self.lists, given, people);
        let settled = settled.iter().filter(|(name, _)| !self.lists.contains(name));
        settled.fold(known, |known, (name, value)| known.with(name, value.clone()))
    }

    /// What each rule says for certain.
    fn rules<'w>(&'w self, world: &'w Known<'_>) -> impl Iterator<Item = Option<bool>> + 'w {
        let rules = self.state.choose.values();
        rules.map(|rule| rule.when.as_ref().map_or(Some(true), |when| world.verdict(when)))
    }

    /// Whether it is certain that no rule acts.
    fn fail(&self, world: &Known<'_>) -> bool {
        self.rules(world).all(|verdict| verdict == Some(false))
    }

    /// Whether a rule acts before the last of a list has answered.
    fn acts_early(
        &self,
        before: &[(Vec<Option<Given>>, usize, Given, Settled)],
        people: u64,
    ) -> bool {
        before.iter().any(|(given, index, answered, settled)| {
            let (mut given, is_secret) = (given.clone(), self.tasks[*index].task.secret);
            let answers = &answered.answers;
            (1..=answers.len()).any(|count| {
                let (answers, is_closed) = (answers[..count].to_vec(), false);
                given[*index] = Some(Given { answers, is_closed });
                let world = self.world(&given, people, settled);
                !is_secret && self.rules(&world).any(|verdict| verdict == Some(true))
            })
        })
    }

    /// The tasks whose answers these answers make void.
    fn voids(&self, index: usize, answers: &[Answer]) -> Vec<usize> {
        let awaited = &self.tasks[index];
        let actions = answers.iter().filter_map(|it| awaited.task.actions.get(&*it.action));
        let voids = actions.flat_map(|action| &action.step.void).flat_map(|void| &void.tasks);
        let place = |task: &TaskName| self.tasks.iter().position(|other| other.name == task);
        voids.filter_map(place).filter(|task| *task != index).collect()
    }

    fn voids_itself(&self, index: usize, answers: &[Answer]) -> bool {
        let awaited = &self.tasks[index];
        let mut actions = answers.iter().filter_map(|it| awaited.task.actions.get(&*it.action));
        actions.any(|it| it.step.void.iter().any(|void| void.tasks.contains(awaited.name)))
    }
}

/// The variables that are the list of the task.
fn lists(definition: &Definition, task: &Task) -> Vec<String> {
    let participant = definition.participants.get(&task.participant);
    let of = |who: &Who| match &who.kind {
        WhoKind::Each { list, .. } => {
            let is_plain = definition.vars.contains_key(list.source().trim());
            is_plain.then(|| list.source().trim().to_owned())
        }
        WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    };
    participant.into_iter().flat_map(Participant::whos).filter_map(of).collect()
}

/// How many people are in the lists of these tasks, where only draws of fixed numbers fill them.
fn drawn(definition: &Definition, awaited: &[Awaited<'_>]) -> Vec<u64> {
    let lists = awaited.iter().filter(|awaited| awaited.is_list);
    let known = lists.filter_map(|awaited| super::lists::drawn(definition, awaited.task));
    known.flatten().filter(|count| *count <= 3 * MOST_PEOPLE).collect()
}
