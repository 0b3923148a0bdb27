//! Actions that shut a task or open another one by setting a variable that its `when` reads: followed
//! where the value is known when the case arrives.

use std::collections::BTreeSet;

use super::{
    super::{behind, known::Known, task_entry},
    Given, Settled, Waiting,
    stirring::only_voids,
};
use crate::{
    definition::{
        Action, Assigned, Assignment, Definition, Participant, Step, Task, reading::Reader,
    },
    names::StateName,
};

/// An action that set such a variable, and the tasks that had been answered before.
pub(super) struct Turned {
    by: usize,
    action: String,
    answered: Vec<usize>,
}

impl Turned {
    /// Whether a task is one of those.
    pub(super) fn shuts(&self, task: usize) -> bool {
        self.answered.contains(&task)
    }
}

/// The variables on which it depends whether tasks are open, and not whose they are.
pub(super) fn turning<'d>(
    definition: &Definition,
    tasks: impl Iterator<Item = &'d Task>,
    stirred: &BTreeSet<String>,
) -> BTreeSet<String> {
    let people = tasks.filter_map(|task| definition.participants.get(&task.participant));
    let people = people.flat_map(Participant::expressions);
    let people: BTreeSet<String> = people.flat_map(|it| behind(definition, it)).collect();
    let turning = stirred.difference(&people);
    turning.filter(|name| definition.vars.contains_key(name.as_str())).cloned().collect()
}

/// Whether an action does nothing else than to set such variables, to what hangs on no answer, and to
/// make answers void.
pub(super) fn turns(
    action: &Action,
    stirred: &BTreeSet<String>,
    turning: &BTreeSet<String>,
) -> bool {
    let is_turning = |set: &Assignment| turned(set, turning).is_some();
    let asks = |set: &Assignment| set.value.reads().iter().any(|path| path[0] == "ask");
    let (set, rest): (Vec<_>, Vec<_>) = action.step.set.iter().cloned().partition(is_turning);
    let step = Step { set: rest, ..action.step.clone() };
    !set.iter().any(asks) && only_voids(&Action { step, ..action.clone() }, stirred)
}

fn turned<'a>(set: &'a Assignment, turning: &BTreeSet<String>) -> Option<&'a str> {
    match &set.to {
        Assigned::Var(var) => turning.contains(var.as_str()).then_some(var.as_str()),
        Assigned::Form(..) => None,
    }
}

impl Waiting<'_> {
    /// Sets what the answer to a task sets of these variables, and says what that was; `None` where it is
    /// not known whether the task is open, or to what they are set.
    pub(super) fn turn(
        &self,
        index: usize,
        (given, answer): (&[Option<Given>], &Given),
        (world, settled): (&Known<'_>, &mut Settled),
    ) -> Option<Option<Turned>> {
        let task = self.tasks[index].task;
        let name = answer.answers.first().map(|answer| answer.action.as_str());
        let Some((name, action)) = name.and_then(|it| task.actions.get_key_value(it)) else {
            return Some(None);
        };
        let set = action.step.set.iter();
        let set: Vec<_> =
            set.filter_map(|set| Some((turned(set, &self.turning)?, &set.value))).collect();
        if set.is_empty() {
            return Some(None);
        }
        let is_open = task.when.iter().all(|when| world.verdict(when) == Some(true));
        if !is_open || !set.iter().all(|(var, _)| settled.contains_key(*var)) {
            return None;
        }
        for (var, value) in set {
            let known = settled
                .iter()
                .fold(world.clone(), |known, (name, value)| known.with(name, value.clone()));
            settled.insert(var.to_owned(), known.value(value)?);
        }
        let is_answered = |other: &usize| *other != index && given[*other].is_some();
        let answered = (0..given.len()).filter(is_answered).collect();
        Some(Some(Turned { by: index, action: name.to_string(), answered }))
    }

    /// Those of the tasks answered before that are still answered, and would be open by their `when`.
    pub(super) fn kept_shut(
        &self,
        turned: Turned,
        given: &[Option<Given>],
        world: &Known<'_>,
    ) -> Option<Turned> {
        let is_shut = |index: &usize| {
            let when = self.tasks[*index].task.when.as_ref();
            given[*index].is_some() && when.is_some_and(|when| world.verdict(when) == Some(true))
        };
        let answered: Vec<usize> = turned.answered.into_iter().filter(is_shut).collect();
        (!answered.is_empty()).then_some(Turned { answered, ..turned })
    }

    /// Tells what opens no more.
    pub(super) fn tell_turned(&self, reader: &Reader<'_>, state: &StateName, turned: &Turned) {
        let by = &self.tasks[turned.by];
        let entry = task_entry(reader, by.name.as_str());
        let actions = entry.and_then(|entry| entry.value.get("actions"));
        let Some(entry) = actions.and_then(|it| it.entry(&turned.action)) else { return };
        let shut: Vec<&str> =
            turned.answered.iter().map(|task| self.tasks[*task].name.as_str()).collect();
        let voided = by.task.actions.get(turned.action.as_str()).into_iter();
        let voided = voided.flat_map(|action| &action.step.void).flat_map(|void| &void.tasks);
        let voided: Vec<&str> = voided.map(|task| task.as_str()).collect();
        let own = [by.name.as_str()];
        let own = own.iter().filter(|own| !voided.contains(own));
        let all: Vec<&str> = voided.iter().chain(&shut).chain(own).copied().collect();
        let until = if self.is_timed { "，只等计时器到期" } else { "" };
        let message = format!(
            "做了「{}.{}」以后「{}」的 when 又成立，可是它答过了，不再打开：案停在「{state}」{until}",
            by.name,
            turned.action,
            shut.join("」「"),
        );
        let place = entry.value.entry("void").unwrap_or(entry);
        reader.report.doubt(
            &place.key.spot,
            message,
            format!("把它也作废：void: [{}]", all.join(", ")),
        );
    }
}
