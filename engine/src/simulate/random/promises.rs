//! What holds of all cases after every command.

use std::collections::BTreeMap;

use super::{
    Done,
    flow::Plan,
    sheet::{Sheet, Writing, examine_sums},
    votes::Votes,
};
use crate::{
    decision::{Case, answering_link, holds},
    definition::Task,
    names::{CaseId, TaskName},
    simulate::world::{Kept, World},
};

/// The promises, with what has to be known from before.
pub(super) struct Promises<'a> {
    plan: &'a Plan,
    pub(super) votes: Votes,
    before: BTreeMap<CaseId, Case>,
    sheets: BTreeMap<CaseId, Sheet>,
}

impl<'a> Promises<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let (before, sheets) = (BTreeMap::new(), BTreeMap::new());
        Self { plan, votes: Votes::default(), before, sheets }
    }

    pub(super) fn examine(&mut self, world: &World<'_>, done: Option<&Done>) {
        for kept in world.cases() {
            examine_history(kept);
            examine_tasks(kept);
            examine_links(world, kept);
            self.votes.examine(world, kept);
            if kept.definition.key.as_str() == "parent" {
                self.examine_form(kept, done.filter(|done| done.case == kept.case.id));
            }
        }
        self.examine_holds(world);
        let cases = world.cases().map(|kept| (kept.case.id.clone(), kept.case.clone()));
        self.before = cases.collect();
    }

    fn examine_form(&mut self, kept: &Kept, done: Option<&Done>) {
        let case = &kept.case;
        examine_sums(self.plan, case);
        let Some(before) = self.before.get(&case.id) else { return };
        let Some(done) = done.filter(|done| done.has_acted) else {
            assert_eq!(before.form, case.form, "nobody wrote into {}", case.id);
            assert_eq!(before.submission, case.submission, "nobody submitted {}", case.id);
            return;
        };
        let writing = done.wrote_in.as_ref().map(|task| {
            let is_for_clerks = kept.definition.tasks[task].participant.as_str() == "clerk";
            let is_a_clerk = done.by.account().is_some_and(|it| ["a", "c"].contains(&it.as_str()));
            Writing { task, is_clerk: is_for_clerks || is_a_clerk }
        });
        let sheet = self.sheets.entry(case.id.clone()).or_default();
        sheet.examine(self.plan, (before, case), writing.as_ref());
    }

    /// What is held is what the states say, and never more than there is.
    fn examine_holds(&self, world: &World<'_>) {
        let mut taken: BTreeMap<(String, String), i64> = BTreeMap::new();
        for kept in world.cases() {
            let facts = world.facts_of(&kept.definition, &kept.case);
            let claims = holds(&kept.definition, &kept.case, &facts, world.now);
            let claims = claims.into_iter().map(|it| ((it.hold.to_string(), it.key), it.take));
            let mut claims: Vec<_> = claims.collect();
            claims.sort();
            let mut due = self.plan.held(kept.definition.key.as_str(), &kept.case);
            due.sort();
            assert_eq!(claims, due, "what {} holds in {}", kept.case.id, kept.case.visit.state);
            for (what, take) in claims {
                *taken.entry(what).or_default() += take;
            }
        }
        for ((hold, key), taken) in taken {
            let limit = self.plan.limit_of(&hold);
            assert!(taken <= limit, "{hold} {key} is held {taken} times of {limit}");
        }
    }
}

fn examine_history(kept: &Kept) {
    let case = &kept.case;
    assert_eq!(Case::fold(&kept.history).as_ref(), Some(case), "the history of {} folds", case.id);
    let json = serde_json::to_string(case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), *case, "what is stored comes back");
}

/// The open tasks are those of the state that have not been answered.
fn examine_tasks(kept: &Kept) {
    let case = &kept.case;
    if case.is_closed {
        assert!(case.tasks.is_empty() && case.next_wake().is_none(), "{} is closed", case.id);
        return;
    }
    for name in case.tasks.keys() {
        let states = &kept.definition.tasks[name].states;
        assert!(states.contains(&case.visit.state), "{name} is open in {}", case.visit.state);
    }
    let of_state = kept.definition.tasks.iter();
    let of_state = of_state.filter(|(_, task)| task.states.contains(&case.visit.state));
    for (name, task) in of_state.filter(|(_, task)| task.when.is_none()) {
        let due = rows_due(kept, name, task);
        let open = case.tasks.get(name).map(|open| open.rows.clone());
        assert_eq!(open, due, "{name} of {} in {}", case.id, case.visit.state);
    }
}

/// For whom a task without a condition is open; `None` where it is not.
fn rows_due(kept: &Kept, name: &TaskName, task: &Task) -> Option<Vec<String>> {
    let answers = kept.case.answers.get(name).map_or(&[][..], Vec::as_slice);
    if !kept.definition.is_each(&task.participant) {
        return (task.repeat || answers.is_empty()).then(Vec::new);
    }
    let list = kept.case.lists.get(name).filter(|list| !list.is_closed)?;
    let has_answered = |row: &&String| answers.iter().any(|it| it.row.as_ref() == Some(*row));
    let rows = list.rows.iter().filter(|row| task.repeat || !has_answered(row));
    let rows: Vec<String> = rows.cloned().collect();
    (!rows.is_empty()).then_some(rows)
}

/// Whoever is linked with another is linked by it.
fn examine_links(world: &World<'_>, kept: &Kept) {
    for (link, cases) in &kept.case.links {
        for case in cases {
            let Some(other) = world.cases().find(|other| other.case.id == *case) else {
                panic!("{} is linked with {case}, which does not exist", kept.case.id)
            };
            let back = answering_link(&other.definition, &kept.definition, link);
            let is_back = back
                .and_then(|back| other.case.links.get(back))
                .is_some_and(|cases| cases.contains(&kept.case.id));
            assert!(is_back, "{} is linked with {case}, but not by it", kept.case.id);
        }
    }
}
