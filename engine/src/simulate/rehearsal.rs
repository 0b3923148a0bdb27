//! A scenario taken step by step, for tests that play it on the runtime beside the simulator.

use super::{
    Run, Wish, calendar,
    scenario::{self, Advance, Step, StepKind},
    world::{Kept, World},
};
pub(crate) use super::{
    scenario::Scenario,
    world::{Surroundings, TaskPlace},
};
use crate::{
    calendar::Moment,
    decision::{Actor, Command, Start},
    definition::{Compiled, Sources},
    names::{CaseId, WorkflowKey},
};

/// What is to be done elsewhere for a step.
#[derive(Clone, Debug)]
pub(crate) enum Play {
    /// Begin a case of this id.
    Start(WorkflowKey, Box<Start>),
    /// Do something in a case.
    Command(CaseId, Command),
    /// Take a task for a while: its case, name and row.
    Claim(TaskPlace, Actor),
    /// Give it back.
    Release(TaskPlace, Actor),
    /// Let time pass until then; every timer fires at its own moment.
    Until(Moment),
    /// Let every case see that the surroundings have changed.
    WakeAll,
}

/// The scenarios of the sources, each with its file and name.
pub(crate) fn scenarios(compiled: &Compiled, sources: &Sources) -> Vec<(String, Scenario)> {
    let files = sources.files.iter().filter(|(path, _)| path.starts_with("scenarios/"));
    let read = files.flat_map(|(path, text)| {
        let (scenarios, _) = scenario::read(path, text, compiled);
        let named = move |scenario: Scenario| (format!("{path}：{}", scenario.name), scenario);
        scenarios.into_iter().map(named)
    });
    read.collect()
}

/// A scenario under way.
pub(crate) struct Rehearsal<'a> {
    run: Run<'a>,
    steps: std::slice::Iter<'a, Step>,
}

impl<'a> Rehearsal<'a> {
    pub(crate) fn begin(compiled: &'a Compiled, sources: &Sources, scenario: &'a Scenario) -> Self {
        let mut world = World::new(compiled, calendar(sources), scenario.now);
        world.give(&scenario.given);
        let run = Run { world, workflow: &scenario.workflow, failures: Vec::new() };
        Self { run, steps: scenario.steps.iter() }
    }

    /// Takes the next step; what it does, and `None` at the end. What is refused here is to be
    /// refused elsewhere as well: it comes with `false`.
    pub(crate) fn step(&mut self) -> Option<Vec<(Play, bool)>> {
        let step = self.steps.next()?;
        let plays = self.plays(step);
        let done = self.run.step(step).is_ok() && self.run.failures.is_empty();
        assert!(done, "{:?}", self.run.failures);
        Some(plays)
    }

    fn plays(&mut self, step: &Step) -> Vec<(Play, bool)> {
        match &step.kind {
            StepKind::Refused(refused, _) => self.wish(refused, false),
            StepKind::Batch(batch) => {
                let run = &self.run;
                let offered = batch.cases.iter().enumerate().filter_map(|(place, name)| {
                    let id = run.world.case(name)?.case.id.clone();
                    let command = run.batched(batch, place, name).ok()?;
                    Some((Play::Command(id, command), !batch.refused.contains(name)))
                });
                offered.collect()
            }
            StepKind::Advance(Advance::By(span)) => {
                vec![(Play::Until(self.run.world.end_of_span(*span)), true)]
            }
            StepKind::Advance(Advance::To(to)) => vec![(Play::Until(*to), true)],
            StepKind::Given(_) => vec![(Play::WakeAll, true)],
            StepKind::Expect(_) => Vec::new(),
            StepKind::Start(_)
            | StepKind::Act(_)
            | StepKind::Save(_)
            | StepKind::Aside(_)
            | StepKind::Undo(..)
            | StepKind::Claim(_)
            | StepKind::Release(_) => self.wish(step, true),
        }
    }

    fn wish(&mut self, step: &Step, is_done: bool) -> Vec<(Play, bool)> {
        let wish = self.run.wished(step).ok();
        let play = wish.and_then(|wish| match wish {
            Wish::Start(_, definition, start) => Some(Play::Start(definition.key.clone(), start)),
            Wish::Command(id, command) => Some(Play::Command(id, command)),
            Wish::Claim(id, acted) => Some(Play::Claim(
                self.run.world.place(&id, &acted),
                self.run.world.actor(&acted.by),
            )),
            Wish::Release(id, acted) => Some(Play::Release(
                self.run.world.place(&id, &acted),
                self.run.world.actor(&acted.by),
            )),
            Wish::Nothing => None,
        });
        play.map(|play| (play, is_done)).into_iter().collect()
    }

    pub(crate) fn now(&self) -> Moment {
        self.run.world.now
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        self.run.world.surroundings.clone()
    }

    /// Every case as it stands.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Kept> {
        self.run.world.cases()
    }
}
