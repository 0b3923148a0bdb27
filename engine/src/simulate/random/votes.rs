//! What was voted in secret: nowhere before it is counted, and then only as totals.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    decision::{Ballot, Case, Event},
    expression::Value,
    names::{CaseId, TaskName},
    simulate::world::{Kept, World},
};

/// Every mark that anybody gave or tried to give, and how much of each history was searched for them.
#[derive(Default)]
pub(super) struct Votes {
    marks: BTreeSet<String>,
    searched: BTreeMap<CaseId, usize>,
}

impl Votes {
    pub(super) fn cast(&mut self, asked: &BTreeMap<String, Value>) {
        self.marks
            .extend(asked.values().filter_map(Value::as_integer).map(|mark| mark.to_string()));
    }

    pub(super) fn examine(&mut self, world: &World<'_>, kept: &Kept) {
        let searched = self.searched.entry(kept.case.id.clone()).or_default();
        let from = std::mem::replace(searched, kept.history.len());
        for index in from..kept.history.len() {
            self.examine_event(kept, index);
        }
        self.find_none(&without_totals(&kept.case), kept);
        for (name, _) in kept.definition.tasks.iter().filter(|(_, task)| task.secret) {
            self.examine_task(world, kept, name);
        }
    }

    fn examine_event(&self, kept: &Kept, index: usize) {
        let event = &kept.history[index].event;
        if let Event::Counted { task, ballots } = event {
            let then = Case::fold(&kept.history[..=index]).unwrap();
            self.examine_count(&then, task, ballots);
        } else if let Event::Undone { before, .. } = event {
            self.find_none(&without_totals(before), kept);
        } else {
            self.find_none(event, kept);
        }
    }

    /// It is due, nobody's vote is left out, and no row is anybody's ballot.
    fn examine_count(&self, then: &Case, task: &TaskName, ballots: &[Ballot]) {
        let list = &then.lists[task];
        let answers = then.answers.get(task).map_or(&[][..], Vec::as_slice);
        let has_voted = |row: &String| answers.iter().any(|it| it.row.as_ref() == Some(row));
        assert!(list.is_closed || list.rows.iter().all(has_voted), "{task} is counted early");
        assert_eq!(ballots.len(), answers.len(), "each vote in {task} counts once");
        for column in ["mark", "other"] {
            let values = ballots.iter().map(|ballot| ballot.asked.get(column));
            let values = values.map(|value| value.and_then(Value::as_integer));
            let marks: Vec<i64> = values.flatten().collect();
            assert!(
                marks.is_sorted(),
                "the order of {column} in {task} tells whose it is: {marks:?}"
            );
            let are_given = marks.iter().all(|mark| self.marks.contains(&mark.to_string()));
            assert!(are_given, "{marks:?} of {task} were never given");
        }
        assert!(ballots.iter().map(|ballot| &ballot.action).is_sorted(), "{ballots:?}");
    }

    fn examine_task(&self, world: &World<'_>, kept: &Kept, name: &TaskName) {
        let case = &kept.case;
        let counted = case.lists.get(name).and_then(|list| list.counted.as_ref());
        let voted = case.answers.get(name).map_or(0, Vec::len);
        let lying = world.ballots(&case.id, name);
        // Of a vote that the case has left uncounted nothing lies about.
        let mut here = kept.definition.tasks_in(&case.visit.state);
        let stays = here.any(|(task, _)| task == name) || kept.definition.tasks[name].keep;
        let is_voted_on = stays && counted.is_none();
        let due = if is_voted_on && !case.is_closed { voted } else { 0 };
        assert_eq!(lying, due, "ballots of {name} in {}", case.id);
        let answers = case.answers.get(name).into_iter().flatten();
        assert!(answers.into_iter().all(|answer| answer.asked.is_empty()), "{name} tells a vote");
        let marks = counted.into_iter().flatten().filter_map(|ballot| ballot.asked.get("mark"));
        let sum: i64 = marks.filter_map(Value::as_integer).sum();
        let label = format!("sum{}", &name.as_str()[1..]);
        let told = kept.labels.get(label.as_str()).and_then(Value::as_integer);
        assert_eq!(told, Some(sum), "the votes of {name} count once they are counted");
    }

    fn find_none(&self, what: &impl serde::Serialize, kept: &Kept) {
        if self.marks.is_empty() {
            return;
        }
        let json = serde_json::to_string(what).unwrap();
        let mut words = json.split(|c: char| !c.is_ascii_alphanumeric());
        let found = words.find(|word| self.marks.contains(*word));
        assert_eq!(found, None, "a vote can be read in {}: {json}", kept.case.id);
    }
}

/// The case without what was counted.
fn without_totals(case: &Case) -> Case {
    let mut case = case.clone();
    case.lists.values_mut().for_each(|list| list.counted = None);
    case
}
