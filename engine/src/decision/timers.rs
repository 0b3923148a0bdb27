//! Timers: when they end, setting them anew as what they depend on changes, and what follows when
//! their time has come. Of an `each` task everybody has a time of his own: those who were there when
//! it opened share one timer, and whoever joins later gets another turn of it.

mod plan;
mod turns;

use std::collections::BTreeMap;

use plan::{Kept, Plan};

use super::{
    Actor, Case, CaseTimer, Event, Notice, RejectionKind, TimerId, Undecided,
    act::no_fields,
    progress::{Context, Ended, Progress, endless, going_round},
};
use crate::{
    calendar::Moment,
    definition::{Action, Definition, Target, Timer},
    names::{ParticipantName, RuleName, TaskName, TimerName},
};

/// More ends than could sensibly come due within one command.
const MOST_ENDS: u32 = 200;

/// A timer of the definition with the task it belongs to.
type Placed<'a> = (&'a TimerName, Option<&'a TaskName>, &'a Timer);

/// When an open task, or one row of it, is due: at the first end of its own timers that run. Where
/// none does, at the first end after which its state is left, or else at the last end of the state's
/// timers; what repeats is no due date of a state.
#[must_use]
pub fn due(
    definition: &Definition,
    case: &Case,
    task: &TaskName,
    row: Option<&str>,
) -> Option<Moment> {
    let running = || case.timers.iter().filter(|(_, timer)| !timer.is_over);
    let own = running().filter(|(_, timer)| timer.task.as_ref() == Some(task));
    let own = own.filter(|(_, timer)| row.is_none_or(|row| timer.is_of(row)));
    if let Some(due) = own.map(|(_, timer)| timer.ends).min() {
        return Some(due);
    }
    let state = definition.states.get(&case.visit.state)?;
    let of_state = || {
        let running = running().filter(|(_, timer)| timer.task.is_none());
        let known = running.filter_map(|(id, timer)| Some((state.timers.get(&id.name)?, timer)));
        known.filter(|(known, _)| !known.every)
    };
    let leaving = of_state().filter(|(known, _)| known.over.as_ref().is_some_and(leaves));
    let first = leaving.map(|(_, timer)| timer.ends).min();
    first.or_else(|| of_state().map(|(_, timer)| timer.ends).max())
}

/// Whether a timer whose end reaches other cases is due or waits, so that these may refuse it.
pub(crate) fn has_ends_that_reach(definition: &Definition, case: &Case, now: Moment) -> bool {
    let due = case
        .timers
        .iter()
        .filter(|(_, timer)| timer.is_waiting || !timer.is_over && timer.ends <= now);
    let mut known = due.filter_map(|(id, timer)| match &timer.task {
        Some(task) => definition.tasks.get(task)?.timers.get(&id.name),
        None => definition.states.get(&case.visit.state)?.timers.get(&id.name),
    });
    known.any(|timer| timer.over.as_ref().is_some_and(Action::reaches_others))
}

/// Whether an action may lead to another state.
fn leaves(action: &Action) -> bool {
    let mut steps = action.choose.values().map(|rule| &rule.step).chain([&action.step]);
    steps.any(|step| step.target != Target::Stay)
}

impl<'a> Progress<'a> {
    /// Every timer that belongs to the present state and its open tasks.
    fn placed(&self) -> Vec<Placed<'a>> {
        if self.case.is_closed {
            return Vec::new();
        }
        let definition = self.definition;
        let state = definition.states.get(&self.case.visit.state);
        let of_state = state.into_iter().flat_map(|state| &state.timers);
        let open = definition.tasks.iter().filter(|(name, _)| self.case.tasks.contains_key(*name));
        let of_tasks = open.flat_map(|(task, known)| {
            known.timers.iter().map(move |(name, timer)| (name, Some(task), timer))
        });
        of_state.map(|(name, timer)| (name, None, timer)).chain(of_tasks).collect()
    }

    /// Sets new timers, drops those whose task closed or whose people have all answered, and moves
    /// the ends that have changed.
    pub(super) fn follow_timers(&mut self) -> Result<(), Undecided> {
        let placed = self.placed();
        let gone: Vec<TimerId> = self
            .case
            .timers
            .iter()
            .filter(|(id, timer)| !self.is_needed(id, timer, &placed))
            .map(|(id, _)| id.clone())
            .collect();
        for timer in gone {
            self.record(Event::TimerDropped { timer });
        }
        placed.into_iter().try_for_each(|placed| self.follow_turns(placed))?;
        self.forget_reopened();
        Ok(())
    }

    /// Moves ends as the calendar and the facts of now say, before any of them comes. An end that
    /// is reckoned from the present moment would never come.
    pub(super) fn follow_world(&mut self) -> Result<(), Undecided> {
        let definition = self.definition;
        let steady = self.placed().into_iter().filter(|(.., timer)| definition.is_steady(timer));
        steady.collect::<Vec<_>>().into_iter().try_for_each(|placed| self.follow_turns(placed))
    }

    /// Whether a timer of the case still measures something.
    fn is_needed(&self, id: &TimerId, timer: &CaseTimer, placed: &[Placed<'_>]) -> bool {
        let Some((_, task, _)) = placed.iter().find(|(name, ..)| **name == id.name) else {
            return timer.is_over;
        };
        let Some(rows) = &timer.rows else { return true };
        let Some(task) = task.filter(|task| self.is_each(task)) else { return false };
        if timer.is_over {
            return !rows.is_empty();
        }
        self.case.tasks.get(task).is_some_and(|open| open.rows.iter().any(|row| timer.is_of(row)))
    }

    pub(super) fn is_each(&self, task: &TaskName) -> bool {
        let task = self.definition.tasks.get(task);
        task.is_some_and(|task| self.definition.is_each(&task.participant))
    }

    fn follow_timer(
        &mut self,
        id: &TimerId,
        (_, task, timer): Placed<'_>,
        rows: Option<Vec<String>>,
    ) -> Result<(), Undecided> {
        let old = self.case.timers.get(id);
        if old.is_some_and(|old| old.is_over) {
            return Ok(());
        }
        let began = match (&rows, task) {
            // Who joins later begins when he joins.
            (Some(_), _) => old.map(|old| old.from),
            (None, Some(task)) => self.case.tasks.get(task).map(|open| open.since),
            (None, None) => Some(self.case.visit.since),
        };
        let began = began.unwrap_or(self.now);
        let planned = self.knowledge().planned(timer, old, began)?;
        let Some(planned) = planned else { return Ok(()) };
        let reminders = planned.moments_after(old);
        let is_same = old.is_some_and(|old| {
            old.ends == planned.ends && old.reminders == reminders && old.from == planned.from
        });
        if !is_same {
            let was = old.map(|old| old.ends);
            self.set_timer(id, task, rows, (&planned, reminders), was);
        }
        Ok(())
    }

    fn set_timer(
        &mut self,
        timer: &TimerId,
        task: Option<&TaskName>,
        rows: Option<Vec<String>>,
        (planned, reminders): (&Plan, Vec<Moment>),
        was: Option<Moment>,
    ) {
        self.record(Event::TimerSet {
            timer: timer.clone(),
            task: task.cloned(),
            rows,
            from: planned.from,
            ends: planned.ends,
            reminders,
            was: was.filter(|was| *was != planned.ends),
        });
    }

    /// Lets everything happen whose time has come, in order of time.
    pub(super) fn pass_time(&mut self) -> Result<(), Undecided> {
        for _ in 0..MOST_ENDS {
            let Some((is_end, id)) = self.next_due() else { return self.retry_waiting() };
            if is_end {
                self.end(&id)?;
                self.settle()?;
            } else {
                self.remind(&id)?;
            }
        }
        let ended = self.events.iter().filter_map(|event| {
            let Event::TimerOver { timer, .. } = event else { return None };
            Some(timer.name.as_str())
        });
        Err(endless(&format!("计时器 {} ", going_round(ended))))
    }

    /// What comes next of what is due, and whether it is an end. Of several at the same moment the
    /// first of the text goes first.
    fn next_due(&self) -> Option<(bool, TimerId)> {
        let due = self.case.timers.iter().filter_map(|(id, timer)| {
            let next = timer.next().filter(|next| *next <= self.now)?;
            Some((next, next == timer.ends, id))
        });
        let due: Vec<_> = due.collect();
        if due.is_empty() {
            return None;
        }
        let placed = self.placed();
        let place = |id: &TimerId| placed.iter().position(|(name, ..)| **name == id.name);
        let first =
            due.into_iter().min_by_key(|(next, is_end, id)| (*next, *is_end, place(id), id.turn));
        first.map(|(_, is_end, id)| (is_end, id.clone()))
    }

    fn find_timer(&self, id: &TimerId) -> Option<Placed<'a>> {
        self.placed().into_iter().find(|(placed, ..)| **placed == id.name)
    }

    fn end(&mut self, id: &TimerId) -> Result<(), Undecided> {
        let Some(placed) = self.find_timer(id) else {
            self.record(Event::TimerDropped { timer: id.clone() });
            return Ok(());
        };
        let (_, _, timer) = placed;
        let ended = self.case.timers.get(id).cloned();
        let visit = self.case.visit.number;
        let refused = if self.is_refused_by_others(timer) {
            let say = "别的案现在不收".to_owned();
            Some(RejectionKind::Required(vec![(RuleName::from("others"), say)]).into())
        } else {
            self.attempt_end(|progress| progress.carry_out_end(id, timer))?
        };
        let is_done = refused.is_none();
        if let Some(refused) = refused {
            let is_full = matches!(refused.kind, RejectionKind::Held { .. });
            let why = (!is_full).then(|| refused.explain(self.definition));
            self.record(Event::TimerOver { timer: id.clone(), is_waiting: true, why });
        }
        let is_here = self.case.visit.number == visit && self.find_timer(id).is_some();
        match ended.filter(|_| timer.every && is_done && is_here) {
            Some(ended) => self.begin_anew(id, placed, &ended),
            None => Ok(()),
        }
    }

    fn is_refused_by_others(&self, timer: &Timer) -> bool {
        self.facts.others_refuse && timer.over.as_ref().is_some_and(Action::reaches_others)
    }

    /// From the end on; from now where even the next end is past.
    fn begin_anew(
        &mut self,
        id: &TimerId,
        (_, task, timer): Placed<'_>,
        ended: &CaseTimer,
    ) -> Result<(), Undecided> {
        if ended.rows.is_some() {
            // Whoever was replaced has no next time.
            self.follow_tasks()?;
            if self.rows_meant(id).is_empty() {
                return Ok(());
            }
        }
        let knowledge = self.knowledge();
        let kept = knowledge.continued(timer, ended)?;
        let next = knowledge.plan(timer, Some(kept), kept.from)?;
        let next = match next.filter(|next| next.ends > self.now) {
            Some(next) => Some(next),
            None => {
                let from_now = Kept { from: self.now, not_before: self.now };
                knowledge.plan(timer, Some(from_now), self.now)?
            }
        };
        let rows = self.case.timers.get(id).and_then(|timer| timer.rows.clone());
        // A fixed date does not come again.
        if let Some(next) = next.filter(|next| next.ends > self.now) {
            let reminders = next.moments_after(None);
            self.set_timer(id, task, rows, (&next, reminders), None);
        }
        Ok(())
    }

    fn carry_out_end(&mut self, id: &TimerId, timer: &'a Timer) -> Result<(), Undecided> {
        self.record(Event::TimerOver { timer: id.clone(), is_waiting: false, why: None });
        let Some(over) = &timer.over else { return Ok(()) };
        let stays = over.step.target == Target::Stay && over.choose.is_empty();
        self.context = Some(Context {
            actor: Actor::Timer(id.name.clone()),
            fields: no_fields(),
            asked: BTreeMap::new(),
            timer: Some(Ended { timer: id.clone(), stays }),
        });
        let done = match self.knowledge().allows(over.when.as_ref()) {
            Ok(true) => self.carry_out(over),
            Ok(false) => Ok(()),
            Err(undecided) => Err(undecided),
        };
        self.context = None;
        done
    }

    /// What waits may be carried out now.
    fn retry_waiting(&mut self) -> Result<(), Undecided> {
        let waiting = self.case.timers.iter().filter(|(_, timer)| timer.is_waiting);
        for id in waiting.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            let Some((_, _, timer)) = self.find_timer(&id) else { continue };
            if self.is_refused_by_others(timer) {
                continue;
            }
            if self.attempt_end(|progress| progress.carry_out_end(&id, timer))?.is_none() {
                self.settle()?;
            }
        }
        Ok(())
    }

    fn remind(&mut self, id: &TimerId) -> Result<(), Undecided> {
        let Some(running) = self.case.timers.get(id).cloned() else { return Ok(()) };
        let count = running.reminded + 1;
        self.record(Event::Reminded { timer: id.clone(), count });
        let Some((_, task, timer)) = self.find_timer(id) else { return Ok(()) };
        let planned = self.knowledge().reminders(timer, running.from, running.ends)?;
        let now = running.reminders.get(running.reminded as usize);
        let letter = planned.into_iter().find(|(at, _)| Some(at) == now);
        let letter = letter.and_then(|(_, letter)| letter);
        for (task, who) in self.reminded(task) {
            let rows = self.is_each(&task).then(|| match running.task {
                Some(_) => self.rows_meant(id),
                None => self.open_rows(&task).to_vec(),
            });
            match &letter {
                Some(letter) => self.remind_by(&who, letter, &task, rows.as_deref())?,
                None => self.say_to_task(&task, Notice::Due, rows.as_deref())?,
            }
        }
        Ok(())
    }

    /// Who is reminded: the participant of the timer's task; for a timer of a state those who have
    /// work to do there, and where nobody has, those who may do something.
    fn reminded(&self, task: Option<&TaskName>) -> Vec<(TaskName, ParticipantName)> {
        let tasks = self.definition.tasks.iter();
        let open = tasks.filter(|(name, _)| self.case.tasks.contains_key(*name));
        let has_work = open.clone().any(|(_, known)| !known.optional);
        let meant = open.filter(|(name, known)| match task {
            Some(task) => *name == task,
            None => !known.optional || !has_work,
        });
        meant.map(|(name, known)| (name.clone(), known.participant.clone())).collect()
    }

    /// Whose time a timer of an `each` task measures, of those who have not answered.
    pub(super) fn rows_meant(&self, id: &TimerId) -> Vec<String> {
        let Some(timer) = self.case.timers.get(id) else { return Vec::new() };
        let open = timer.task.as_ref().map(|task| self.open_rows(task)).unwrap_or_default();
        open.iter().filter(|row| timer.is_of(row)).cloned().collect()
    }

    fn open_rows(&self, task: &TaskName) -> &[String] {
        self.case.tasks.get(task).map(|open| open.rows.as_slice()).unwrap_or_default()
    }
}
