//! Rules that read answers and hold before anybody has given one: as soon as a case arrives they lead on,
//! and nobody can answer.

use super::{super::read_through_values, Awaited, Settled, Waiting, world::of_everybody};
use crate::{
    definition::{Definition, State, document::Entry, reading::Reader},
    expression::Expression,
    names::{RuleName, StateName},
};

/// What is known of a task before anybody has answered.
const KNOWN: [&str; 3] = ["all", "open", "closed"];

/// Such a rule.
pub(in super::super) struct Early<'d> {
    rule: &'d RuleName,
    /// Where it leads.
    to: String,
    /// The tasks whose answers it reads, each with whether it is of a list.
    tasks: Vec<(&'d str, bool)>,
}

/// The rule of a state that leads on before anybody has answered.
pub(in super::super) fn early<'d>(
    definition: &'d Definition,
    here: &'d StateName,
    state: &'d State,
) -> Option<Early<'d>> {
    Waiting::of(definition, here, state)?.early()
}

impl<'d> Waiting<'d> {
    fn early(&self) -> Option<Early<'d>> {
        self.state.choose.iter().find_map(|(rule, found)| {
            let when = found.when.as_ref()?;
            let to: Vec<&str> = found.step.target.states().iter().map(|to| to.as_str()).collect();
            let read = self.read_by(when);
            // Of a task of several states answers may be there already, and secret ones are told apart.
            let is_of_here = |it: &&Awaited<'d>| it.task.states.len() == 1 && !it.task.secret;
            let is_early =
                !to.is_empty() && read.iter().all(is_of_here) && self.is_early(when, &read);
            let tasks = read.iter().map(|it| (it.name.as_str(), it.is_list)).collect();
            is_early.then(|| Early { rule, to: to.join("」「"), tasks })
        })
    }

    /// The tasks whose answers a condition reads.
    fn read_by(&self, when: &Expression) -> Vec<&Awaited<'d>> {
        let read = read_through_values(self.definition, when.source());
        let is_read = |it: &&Awaited<'d>| {
            let of_task = |path: &&Vec<String>| path[0] == it.name.as_str();
            let is_known = |path: &Vec<String>| {
                path.get(1).is_some_and(|field| KNOWN.contains(&field.as_str()))
            };
            read.iter().filter(of_task).any(|path| !is_known(path))
        };
        self.tasks.iter().filter(is_read).collect()
    }

    /// Whether a condition holds before anybody has answered, and fails of some answers.
    fn is_early(&self, when: &Expression, read: &[&Awaited<'d>]) -> bool {
        const SOME: [u64; 2] = [2, 3];
        let people = if self.people.is_empty() { &SOME[..] } else { &self.people };
        let given = vec![None; self.tasks.len()];
        let mut worlds = people.iter().map(|people| self.world(&given, *people, &Settled::new()));
        let hangs = |it: &&Awaited<'d>| {
            let world = self.world(&given, people[0], &Settled::new());
            let fails = |value| world.clone().with(it.name.as_str(), value).verdict(when);
            of_everybody(it.task).into_iter().any(|value| fails(value) == Some(false))
        };
        worlds.all(|world| world.verdict(when) == Some(true)) && read.iter().any(hangs)
    }
}

impl Early<'_> {
    pub(super) fn tell(&self, reader: &Reader<'_>, here: &StateName) {
        let states = reader.outline.root.get("states");
        let state = states.and_then(|states| states.entry(here.as_str()));
        let rules = state.and_then(|state: &Entry| state.value.get("choose"));
        let written = rules.and_then(|rules| rules.entry(self.rule.as_str()));
        let (Some(entry), Some((first, is_list))) = (written, self.tasks.first()) else { return };
        let names: Vec<&str> = self.tasks.iter().map(|(name, _)| *name).collect();
        let message = format!(
            "「{}」还没有人答时规则「{}」就成立：一到「{here}」就去「{}」，谁也答不了",
            names.join("」「"),
            self.rule,
            self.to
        );
        let remedy = match is_list {
            true => format!(
                "等都答了，写 {first}.closed and …；有人答了就判，写 {first}.given > 0 and …"
            ),
            false => format!("写成 {first}.action is not none and …"),
        };
        reader.report.doubt(&entry.key.spot, message, remedy);
    }
}
