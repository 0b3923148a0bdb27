//! Promises that hold for definitions nobody thought of, with forms, holds, secret votes, children,
//! timers and returns: made at random, and led through random commands in a world of their own.

mod flow;
mod known;
mod promises;
mod sheet;
mod votes;

use std::{collections::BTreeMap, sync::Arc};

use flow::{Plan, plans};
use promises::Promises;
use proptest::prelude::*;

use super::{
    scenario,
    world::{Kept, Refused, World},
};
use crate::{
    calendar::Calendar,
    decision::{
        Act, Actor, Aside, Command, FormChange, LastCommand, Offer, RejectionKind, Start, offers,
    },
    definition::{Action, Compiled, Edit, FieldKind, Sources, compile},
    expression::Value,
    names::{ActionName, CaseId, TaskName},
};

const GIVEN: &str = "
- scenario: 随机
  workflow: parent
  given:
    subjects: {person: {A: {account: a}, B: {account: b}}}
    roles: {c: [clerk@U], a: [clerk@U]}
  steps: []
";
const ACCOUNTS: [&str; 5] = ["a", "b", "c", "d", "z"];
/// Marks of secret votes begin here, so that none of them is anything else.
const FIRST_MARK: i64 = 7_700_000;
const LAST_MARK: i64 = 7_799_999;

/// What somebody tries: the kind, who, in which case, which of what there is, and what he writes.
type Try = (u8, usize, usize, usize, u32);

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (any::<u8>(), 0..ACCOUNTS.len(), 0..4_usize, 0..64_usize, any::<u32>());
    prop::collection::vec(one, 1..40)
}

/// The definitions; none is refused by mistake.
fn compiled(plan: &Plan) -> Compiled {
    let files = [
        ("host.yaml", flow::HOST.to_owned()),
        ("parent.yaml", plan.text()),
        ("kid.yaml", plan.kid()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text));
    let compiled = compile(&Sources { files: files.into() });
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(compiled.is_valid(), "{}\n{}", says.join("\n"), plan.text());
    compiled
}

/// What was done, as far as the promises depend on it.
struct Done {
    case: CaseId,
    /// Who did it.
    by: Actor,
    /// The task in which the form was written, if any.
    wrote_in: Option<TaskName>,
    /// Whether somebody acted, who may have frozen the form; not where time passed.
    has_acted: bool,
}

struct Run<'a> {
    world: World<'a>,
    promises: Promises<'a>,
    marks: i64,
}

impl<'a> Run<'a> {
    fn new(compiled: &'a Compiled, plan: &'a Plan) -> Self {
        let (scenarios, faults) = scenario::read("given.yaml", GIVEN, compiled);
        assert!(faults.is_empty(), "{faults:#?}");
        let mut world = World::new(compiled, Arc::new(Calendar::default()), scenarios[0].now);
        world.give(&scenarios[0].given);
        Self { world, promises: Promises::new(plan), marks: 0 }
    }

    fn nth(&self, index: usize) -> Option<CaseId> {
        let ids: Vec<&CaseId> = self.world.cases().map(|kept| &kept.case.id).collect();
        ids.get(index % ids.len().max(1)).map(|id| (*id).clone())
    }

    /// A case by its id: a name means the newest one that was called so.
    fn kept(&self, id: &CaseId) -> Option<&Kept> {
        self.world.cases().find(|kept| kept.case.id == *id)
    }

    fn try_one(&mut self, (kind, who, case, which, seed): Try) {
        let by = self.world.actor(ACCOUNTS[who]);
        let Some(id) = self.nth(case).filter(|_| kind % 16 > 0) else {
            return self.start(who % 2);
        };
        let mut done = Done { case: id.clone(), by: by.clone(), wrote_in: None, has_acted: true };
        match kind % 16 {
            1 | 2 => {
                done.has_acted = false;
                let hours = i64::try_from(which).unwrap_or(1) * 3 + 1;
                self.world.advance(self.world.now.plus(hours * 3_600_000));
            }
            3 => {
                let history = self.kept(&id).map(|kept| kept.history.as_slice());
                if let Some(last) = history.and_then(LastCommand::of) {
                    let _ = self.world.command(&id, &Command::Undo { by, last });
                }
            }
            4 => self.hand_over(&id, by, (which, seed)),
            5..=7 => done.wrote_in = self.save(&id, by, (which, seed)),
            8 => {
                let all = self.actions_of(&id);
                let (task, action) = all[which % all.len()].clone();
                done.wrote_in = self.act(&id, &by, (&task, None, &action), seed);
            }
            _ => {
                let offered = self.offered(&id, &by);
                let all: Vec<_> = offered
                    .iter()
                    .flat_map(|offer| offer.actions.iter().map(move |it| (offer, &it.action)))
                    .collect();
                if let Some((offer, action)) = all.get(which % all.len().max(1)) {
                    let what = (&offer.task, offer.row.clone(), *action);
                    done.wrote_in = self.act(&id, &by, what, seed);
                }
            }
        }
        self.promises.examine(&self.world, Some(&done));
    }

    fn start(&mut self, who: usize) {
        let (person, account) = [("A", "a"), ("B", "b")][who];
        let Some(definition) = self.world.definition("parent") else { return };
        let start = Start {
            id: self.world.new_id("p"),
            version: 1,
            by: self.world.actor(account),
            given: [("person".into(), person.to_owned())].into(),
            asked: BTreeMap::new(),
            form: BTreeMap::new(),
            set: BTreeMap::new(),
            link: None,
        };
        let done = self.world.start("p", &definition, start);
        let is_right = done.as_ref().err().is_none_or(|rejection| {
            matches!(rejection.kind, RejectionKind::Held { .. } | RejectionKind::Evaluation(_))
        });
        assert!(is_right, "{done:?}");
        self.promises.examine(&self.world, None);
    }

    fn offered(&self, id: &CaseId, by: &Actor) -> Vec<Offer> {
        let Some(kept) = self.kept(id) else { return Vec::new() };
        let facts = self.world.facts_of(&kept.definition, &kept.case);
        offers(&kept.definition, &kept.case, by, &facts, self.world.now)
    }

    fn actions_of(&self, id: &CaseId) -> Vec<(TaskName, ActionName)> {
        let tasks = self.kept(id).into_iter().flat_map(|it| &it.definition.tasks);
        tasks
            .flat_map(|(task, known)| known.actions.keys().map(|it| (task.clone(), it.clone())))
            .collect()
    }

    fn hand_over(&mut self, id: &CaseId, by: Actor, (which, seed): (usize, u32)) {
        let tasks = self.offered(id, &by);
        let Some(offer) = tasks.get(which % tasks.len().max(1)) else { return };
        let (task, to) = (offer.task.clone(), ACCOUNTS[seed as usize % ACCOUNTS.len()].into());
        let aside = if which.is_multiple_of(3) {
            Aside::TakeBack { task }
        } else {
            Aside::HandOver { task, to, is_final: seed.is_multiple_of(2), note: String::new() }
        };
        let _ = self.world.command(id, &Command::Aside { by, aside });
    }

    fn save(&mut self, id: &CaseId, by: Actor, (which, seed): (usize, u32)) -> Option<TaskName> {
        let tasks = &self.kept(id)?.definition.tasks;
        let writing = |task: &&TaskName| tasks[*task].edit != Edit::Nothing;
        // Now and then in a task that lets write nothing.
        let tasks: Vec<&TaskName> =
            tasks.keys().filter(|task| seed.is_multiple_of(9) || writing(task)).collect();
        let task = (*tasks.get(which % tasks.len().max(1))?).clone();
        let changes = self.changes(id, seed);
        let command = Command::Save { by, task: task.clone(), changes };
        self.world.command(id, &command).ok().map(|()| task)
    }

    fn changes(&self, id: &CaseId, seed: u32) -> Vec<FormChange> {
        let form = self.kept(id).map(|kept| kept.case.form.clone());
        sheet::changes(&form.unwrap_or_default(), seed)
    }

    /// Takes an action and holds the answer against what was offered; the task, where the form was
    /// written in it.
    fn act(
        &mut self,
        id: &CaseId,
        by: &Actor,
        (task, row, action): (&TaskName, Option<String>, &ActionName),
        seed: u32,
    ) -> Option<TaskName> {
        let offered = self.offered(id, by);
        let is_offered = offered.iter().any(|offer| {
            offer.task == *task && offer.actions.iter().any(|shown| shown.action == *action)
        });
        let definition = Arc::clone(&self.kept(id)?.definition);
        let known = definition.action(task, action)?;
        let asked = self.answers(known, seed);
        // What waits for a hold is tried again before anything else is done.
        let may_move = self.kept(id)?.case.timers.values().any(|timer| timer.is_waiting);
        let is_secret = definition.tasks[task].secret;
        let is_writing = definition.tasks[task].edit != Edit::Nothing && !seed.is_multiple_of(3);
        let changes = if is_writing { self.changes(id, seed) } else { Vec::new() };
        let has_written = !changes.is_empty();
        if is_secret {
            self.promises.votes.cast(&asked);
        }
        let act =
            Act { by: by.clone(), task: task.clone(), action: action.clone(), row, asked, changes };
        let done = self.world.command(id, &Command::Act(act));
        match &done {
            Ok(()) => assert!(
                is_offered || may_move,
                "{task}.{action} was not offered to {by:?}, but done"
            ),
            Err(Refused::Claimed { .. }) => panic!("{task} is claimed, but nobody claims"),
            Err(Refused::Rejected(rejection)) => assert!(
                !is_offered || may_move || may_refuse(&rejection.kind, known, has_written),
                "{task}.{action} of {id} was offered to {by:?}, but: {rejection}\n{}",
                self.world.story()
            ),
        }
        done.is_ok().then(|| task.clone()).filter(|_| has_written)
    }

    fn answers(&mut self, action: &Action, seed: u32) -> BTreeMap<String, Value> {
        let mut asked = BTreeMap::new();
        for (name, field) in &action.ask {
            let value = if field.kind == FieldKind::Parts {
                sheet::parts(seed)
            } else if matches!(field.kind, FieldKind::Integer { .. }) {
                self.marks += 1;
                // In one column they rise, in the other they fall: sorted, no row is a ballot.
                let is_first = name.as_str() == "mark";
                let mark = if is_first { FIRST_MARK + self.marks } else { LAST_MARK - self.marks };
                Value::Integer(mark)
            } else {
                Value::Text(format!("答{seed}"))
            };
            asked.insert(name.to_string(), value);
        }
        asked
    }
}

/// What may be refused although it was offered: what depends on what is answered, written, or held by
/// others.
fn may_refuse(kind: &RejectionKind, action: &Action, has_written: bool) -> bool {
    let is_asked = !action.ask.is_empty();
    match kind {
        RejectionKind::Held { .. } | RejectionKind::Evaluation(_) => true,
        RejectionKind::Fields(_) => action.freeze || is_asked || has_written,
        RejectionKind::NotEditable(_) => has_written,
        // A child that is told with `all` says why not.
        RejectionKind::Required(_)
        | RejectionKind::NotAllowed
        | RejectionKind::TaskNotOpen { .. }
        | RejectionKind::NotOffered { .. } => action.name == "令",
        RejectionKind::Checks(_) | RejectionKind::AtMost { .. } => false,
    }
}

proptest! {
    #[test]
    fn any_definition_keeps_the_promises_to_many_cases(plan in plans(), tries in tries()) {
        let compiled = compiled(&plan);
        let mut run = Run::new(&compiled, &plan);
        run.start(0);
        for one in tries {
            run.try_one(one);
        }
    }
}
