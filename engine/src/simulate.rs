//! Runs scenarios against definitions in memory, with a simulated clock, calendar and host.

mod coverage;
mod expect;
mod folding;
mod known;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod random;
#[cfg(test)]
pub(crate) mod rehearsal;
mod scenario;
mod starting;
mod transcript;
mod world;

use std::sync::Arc;

pub use coverage::{Mover, RuleOf, movers, untried, unwalked};
pub use folding::folded;
use scenario::{Acted, Advance, Batch, Scenario, Step, StepKind};
use world::{Refused, World};

use crate::{
    calendar::Calendar,
    decision::{Act, Command, FormChange, LastCommand, RejectionKind, Start},
    definition::{
        Compiled, Definition, Diagnostic, Place, Severity, Sources,
        document::{Text, parse},
        working_days,
    },
    names::CaseId,
};

/// Why nothing is offered in a batch, beside that the case may not be theirs.
const NOT_FOR_MANY: &str = "（或这一件不能成批办理：动作没有写 batch，或 batch 的条件不成立）";

/// How one scenario went.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The scenario, as its author calls it; empty where a file could not be read.
    pub scenario: String,
    /// The file it stands in.
    pub file: String,
    /// The workflow it is about; empty where the file could not be read.
    pub workflow: String,
    /// What happened, one line per event, effect or rejection, in Chinese.
    pub transcript: Vec<String>,
    /// Faults of the scenario's text, and expectations that were not met; empty is passed.
    pub failures: Vec<Diagnostic>,
    /// The edges walked.
    pub walked: Vec<Walked>,
    /// The actions taken, rules chosen and timers over, each with its workflow.
    pub tried: Vec<(String, Mover)>,
}

/// One edge walked in a scenario.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Walked {
    /// The workflow.
    pub workflow: String,
    /// The state that was left; `None` at the start.
    pub from: Option<String>,
    /// What led on: `task.action`, a timer or a rule.
    pub by: String,
    /// The state that was entered.
    pub to: String,
}

/// Runs every scenario of the sources (`scenarios/*.yaml`), in the order of their paths.
#[must_use]
pub fn run(compiled: &Compiled, sources: &Sources) -> Vec<Outcome> {
    run_about(compiled, sources, &|_| true)
}

/// The same for the scenarios that begin with a workflow which is meant.
#[must_use]
pub fn run_about(
    compiled: &Compiled,
    sources: &Sources,
    is_meant: &dyn Fn(&str) -> bool,
) -> Vec<Outcome> {
    let calendar = calendar(sources);
    let mut outcomes = Vec::new();
    for (path, text) in texts(sources) {
        let (scenarios, failures) = scenario::read(path, text, compiled);
        if !failures.is_empty() {
            outcomes.push(Outcome {
                scenario: String::new(),
                file: path.clone(),
                workflow: String::new(),
                transcript: Vec::new(),
                failures,
                walked: Vec::new(),
                tried: Vec::new(),
            });
        }
        let meant = scenarios.iter().filter(|scenario| is_meant(&scenario.workflow));
        outcomes.extend(meant.map(|scenario| {
            let mut outcome = run_one(compiled, &calendar, scenario);
            outcome.file.clone_from(path);
            outcome
        }));
    }
    outcomes
}

/// What is wrong with the texts of the scenarios, each fault once; nothing is run.
#[must_use]
pub fn faults(compiled: &Compiled, sources: &Sources) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for (path, text) in texts(sources) {
        let (documents, unread) = parse(&Text::new(path, text));
        let (scenarios, unnamed) = scenario::read_parsed(&documents, unread, compiled);
        faults.extend(unnamed);
        faults.extend(scenarios.into_iter().flat_map(|scenario| scenario.faults));
        faults.extend(scenario::names::faults(&documents, compiled));
    }
    faults.sort();
    // What several scenarios share by an anchor is read with each.
    faults.dedup();
    faults
}

/// The files of scenarios: path and text.
fn texts(sources: &Sources) -> impl Iterator<Item = (&String, &String)> {
    let files = sources.files.iter();
    files.filter(|(path, _)| path.starts_with("scenarios/") && path.ends_with(".yaml"))
}

fn calendar(sources: &Sources) -> Arc<Calendar> {
    let text = sources.files.get(working_days::FILE);
    let read = text.and_then(|text| serde_yaml::from_str::<Calendar>(text).ok());
    Arc::new(read.unwrap_or_default())
}

fn run_one(compiled: &Compiled, calendar: &Arc<Calendar>, scenario: &Scenario) -> Outcome {
    let mut run = Run {
        world: World::new(compiled, Arc::clone(calendar), scenario.now),
        workflow: &scenario.workflow,
        failures: Vec::new(),
    };
    run.failures.extend(scenario.faults.iter().cloned());
    run.world.give(&scenario.given);
    if !run.failures.is_empty() {
        // A scenario that is not understood is not run.
    } else if run.world.definition(&scenario.workflow).is_none() {
        run.fail(&scenario.place, format!("没有叫「{}」的流程", scenario.workflow));
    } else {
        // After a step that went wrong, the next ones mean nothing.
        let _ = scenario.steps.iter().try_for_each(|step| run.step(step));
    }
    let (transcript, walked, tried) = run.world.finish();
    Outcome {
        scenario: scenario.name.clone(),
        file: String::new(),
        workflow: scenario.workflow.clone(),
        transcript,
        failures: run.failures,
        walked,
        tried,
    }
}

struct Run<'a> {
    world: World<'a>,
    workflow: &'a str,
    failures: Vec<Diagnostic>,
}

/// A step went wrong; it has been told.
struct Stop;

/// What somebody wishes to be done.
enum Wish {
    /// Begin a case, which the scenario calls so.
    Start(String, Arc<Definition>, Box<Start>),
    /// Do something in a case.
    Command(CaseId, Command),
    /// Take a task of a case for a while.
    Claim(CaseId, Acted),
    /// Give it back.
    Release(CaseId, Acted),
    /// There is nothing to be done.
    Nothing,
}

impl Run<'_> {
    fn fail(&mut self, place: &Place, message: String) {
        self.world.say(format!("✗ {message}"));
        self.failures.push(Diagnostic {
            place: place.clone(),
            severity: Severity::Error,
            message,
            remedy: None,
        });
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        self.carry_on(step)?;
        // A letter that cannot be written, or a case that cannot go on, stays with the failed jobs of
        // the product.
        let faults = self.world.faults();
        let is_right = faults.is_empty();
        faults.into_iter().for_each(|why| self.fail(&step.place, why));
        if is_right { Ok(()) } else { Err(Stop) }
    }

    fn carry_on(&mut self, step: &Step) -> Result<(), Stop> {
        if let StepKind::Start(started) = &step.kind {
            self.examine_given(started, &step.place)?;
        }
        match &step.kind {
            StepKind::Start(_)
            | StepKind::Act(_)
            | StepKind::Save(_)
            | StepKind::Aside(_)
            | StepKind::Undo(..)
            | StepKind::Claim(_)
            | StepKind::Release(_) => self.carry_out(step)?.map_err(|refused| {
                self.fail(&step.place, format!("被拒绝：{refused}"));
                Stop
            }),
            StepKind::Refused(refused, because) => self.refused(refused, because.as_deref()),
            StepKind::Advance(advance) => {
                let to = match advance {
                    Advance::By(span) => self.world.end_of_span(*span),
                    Advance::To(to) => *to,
                };
                if to < self.world.now {
                    let now = self.world.now.words_of_end();
                    let message = format!("{} 已经过去，现在是 {now}", to.words_of_end());
                    self.fail(&step.place, message);
                    return Err(Stop);
                }
                self.world.say(format!("—— 时间到 {} ——", to.words_of_end()));
                self.world.advance(to);
                Ok(())
            }
            StepKind::Expect(expectation) => {
                self.known_case(&expectation.case, &step.place)?;
                for (name, node) in &expectation.points {
                    let kept = self.world.case(&expectation.case);
                    let wrong = kept.and_then(|kept| expect::point(&self.world, kept, name, node));
                    if let Some(wrong) = wrong {
                        self.fail(&node.spot.place(), format!("{}：{wrong}", expectation.case));
                    }
                }
                Ok(())
            }
            StepKind::Batch(batch) => self.batch(batch, &step.place),
            StepKind::Given(given) => {
                self.world.give(given);
                self.world.wake_all();
                Ok(())
            }
        }
    }

    fn refused(&mut self, step: &Step, because: Option<&str>) -> Result<(), Stop> {
        match self.carry_out(step)? {
            Ok(()) => {
                self.fail(&step.place, "应被拒绝，实际办成了".to_owned());
                Err(Stop)
            }
            Err(refused) => {
                let why = refused.to_string();
                self.world.say(format!("　拒绝：{why}"));
                if let Some(because) = because.filter(|because| !why.contains(because)) {
                    self.fail(&step.place, format!("拒绝的理由应含「{because}」，实际是「{why}」"));
                }
                Ok(())
            }
        }
    }

    /// Carries out what somebody does; the outer error is a fault of the scenario.
    fn carry_out(&mut self, step: &Step) -> Result<Result<(), Refused>, Stop> {
        Ok(match self.wished(step)? {
            Wish::Start(name, definition, start) => {
                self.world.start(&name, &definition, *start).map_err(Refused::from)
            }
            Wish::Command(id, command) => self.world.command(&id, &command),
            Wish::Claim(id, acted) => self.world.claim(&id, &acted),
            Wish::Release(id, acted) => self.world.release(&id, &acted),
            Wish::Nothing => Err(RejectionKind::NotAllowed.into()),
        })
    }

    /// What a step wishes to be done.
    fn wished(&mut self, step: &Step) -> Result<Wish, Stop> {
        let (case, command) = match &step.kind {
            StepKind::Start(started) => return self.start(started, &step.place),
            StepKind::Act(acted) => {
                self.known_action(acted, &step.place)?;
                let act = Act {
                    by: self.world.actor(&acted.by),
                    task: acted.task.as_str().into(),
                    action: acted.action.as_str().into(),
                    row: acted.row.clone(),
                    asked: self.world.answers(acted),
                    changes: changes(acted),
                };
                (&acted.case, Command::Act(act))
            }
            StepKind::Save(acted) => {
                self.known_task(acted, &step.place)?;
                let (by, task) = (self.world.actor(&acted.by), acted.task.as_str().into());
                (&acted.case, Command::Save { by, task, changes: changes(acted) })
            }
            StepKind::Aside(asided) => {
                let (by, aside) = (self.world.actor(&asided.by), asided.aside.clone());
                (&asided.case, Command::Aside { by, aside })
            }
            StepKind::Claim(acted) => {
                self.known_task(acted, &step.place)?;
                let case = self.known_case(&acted.case, &step.place)?;
                return Ok(Wish::Claim(case, acted.clone()));
            }
            StepKind::Release(acted) => {
                self.known_task(acted, &step.place)?;
                let case = self.known_case(&acted.case, &step.place)?;
                return Ok(Wish::Release(case, acted.clone()));
            }
            StepKind::Undo(case, by) => {
                self.known_case(case, &step.place)?;
                let history = self.world.case(case).map(|kept| kept.history.as_slice());
                let Some(last) = history.and_then(LastCommand::of) else {
                    return Ok(Wish::Nothing);
                };
                (case, Command::Undo { by: self.world.actor(by), last })
            }
            StepKind::Refused(..)
            | StepKind::Batch(_)
            | StepKind::Advance(_)
            | StepKind::Expect(_)
            | StepKind::Given(_) => return Ok(Wish::Nothing),
        };
        Ok(Wish::Command(self.known_case(case, &step.place)?, command))
    }

    /// One action in each of several cases; what one refuses does not keep the others.
    fn batch(&mut self, batch: &Batch, place: &Place) -> Result<(), Stop> {
        let before = self.failures.len();
        for (index, name) in batch.cases.iter().enumerate() {
            let id = self.known_case(name, place)?;
            let done = self.batched(batch, index, name);
            let done = done.and_then(|command| self.world.command(&id, &command));
            let is_refused = batch.refused.contains(name);
            match done {
                Err(refused) if is_refused => {
                    self.world.say(format!("　{name} 不成批办理：{refused}"))
                }
                Err(refused) => {
                    let is_unoffered = refused == Refused::from(RejectionKind::NotAllowed);
                    let hint = if is_unoffered { NOT_FOR_MANY } else { "" };
                    self.fail(place, format!("{name} 没有成批办成：{refused}{hint}"));
                }
                Ok(()) if is_refused => {
                    self.fail(place, format!("{name} 应不能成批办理，实际办成了"))
                }
                Ok(()) => {}
            }
        }
        if self.failures.len() == before { Ok(()) } else { Err(Stop) }
    }

    /// The action of a batch for the case at a place of its list, where it is offered so.
    fn batched(&self, batch: &Batch, place: usize, case: &str) -> Result<Command, Refused> {
        if !self.world.offers_batch(case, &batch.by, &batch.task, &batch.action) {
            return Err(RejectionKind::NotAllowed.into());
        }
        let (task, action) = (batch.task.as_str().into(), batch.action.as_str().into());
        Ok(Command::Act(Act {
            asked: self.world.answers_of_many(
                case,
                &batch.by,
                (&task, &action),
                &batch.ask,
                place,
            )?,
            by: self.world.actor(&batch.by),
            task,
            action,
            row: None,
            changes: Vec::new(),
        }))
    }
}

fn changes(acted: &Acted) -> Vec<FormChange> {
    let changes = acted.form.iter().map(|(path, value)| {
        let (section, field) =
            path.split_once('.').map_or((path.as_str(), None), |(s, f)| (s, Some(f)));
        FormChange { section: section.into(), field: field.map(Into::into), value: value.clone() }
    });
    changes.collect()
}
