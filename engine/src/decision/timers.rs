//! Timers: when they end, setting them anew as what they depend on changes, and what follows when
//! their time has come.

use std::collections::BTreeMap;

use super::{
    Actor, CaseTimer, Event, Notice, Undecided,
    act::no_fields,
    knowledge::Knowledge,
    progress::{Context, Progress, endless, reject},
};
use crate::{
    calendar::{Moment, Span, SpanUnit},
    decision::RejectionKind,
    definition::{Timer, TimerEnd},
    expression::{Template, Value},
    names::{LetterName, ParticipantName, TaskName, TimerName},
};

/// More ends than could sensibly come due within one command.
const MOST_ENDS: u32 = 200;

/// A timer of the definition with the task it belongs to.
type Placed<'a> = (&'a TimerName, Option<&'a TaskName>, &'a Timer);

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

    /// Sets new timers, drops those whose task closed, and moves the ends that have changed.
    pub(super) fn follow_timers(&mut self) -> Result<(), Undecided> {
        let placed = self.placed();
        let is_placed = |name: &TimerName| placed.iter().any(|(placed, ..)| *placed == name);
        let gone =
            self.case.timers.iter().filter(|(name, timer)| !timer.is_over && !is_placed(name));
        for timer in gone.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.record(Event::TimerDropped { timer });
        }
        placed.into_iter().try_for_each(|(name, task, timer)| self.follow_timer(name, task, timer))
    }

    fn follow_timer(
        &mut self,
        name: &TimerName,
        task: Option<&TaskName>,
        timer: &Timer,
    ) -> Result<(), Undecided> {
        let old = self.case.timers.get(name).cloned();
        if old.as_ref().is_some_and(|old| old.is_over) {
            return Ok(());
        }
        let began = match task {
            Some(task) => self.case.tasks.get(task).map(|open| open.since),
            None => Some(self.case.visit.since),
        };
        let began = began.unwrap_or(self.now);
        let kept = old.as_ref().filter(|_| timer.every).map(|old| old.from);
        let planned = self.knowledge().plan(timer, kept, began)?;
        let Some(planned) = planned else { return Ok(()) };
        let is_same = old.as_ref().is_some_and(|old| {
            old.ends == planned.ends
                && old.reminders == planned.moments()
                && old.from == planned.from
        });
        if !is_same {
            self.set_timer(name, task, &planned, old.map(|old| old.ends));
        }
        Ok(())
    }

    fn set_timer(
        &mut self,
        timer: &TimerName,
        task: Option<&TaskName>,
        planned: &Plan,
        was: Option<Moment>,
    ) {
        self.record(Event::TimerSet {
            timer: timer.clone(),
            task: task.cloned(),
            from: planned.from,
            ends: planned.ends,
            reminders: planned.moments(),
            was: was.filter(|was| *was != planned.ends),
        });
    }

    /// Lets everything happen whose time has come, in order of time.
    pub(super) fn pass_time(&mut self) -> Result<(), Undecided> {
        for _ in 0..MOST_ENDS {
            let due = self.case.timers.iter().filter_map(|(name, timer)| {
                let next = timer.next().filter(|next| *next <= self.now)?;
                Some((next, next == timer.ends, name))
            });
            let Some((_, is_end, name)) = due.min() else { return self.retry_waiting() };
            let name = name.clone();
            if is_end {
                self.end(&name)?;
                self.settle()?;
            } else {
                self.remind(&name)?;
            }
        }
        Err(endless("计时器"))
    }

    fn find_timer(&self, name: &TimerName) -> Option<Placed<'a>> {
        self.placed().into_iter().find(|(placed, ..)| *placed == name)
    }

    fn end(&mut self, name: &TimerName) -> Result<(), Undecided> {
        let Some((_, task, timer)) = self.find_timer(name) else {
            self.record(Event::TimerDropped { timer: name.clone() });
            return Ok(());
        };
        let ended = self.case.timers.get(name).cloned();
        let visit = self.case.visit.number;
        let is_done = self.attempt(|progress| progress.carry_out_end(name, timer))?.is_none();
        if !is_done {
            self.record(Event::TimerOver { timer: name.clone(), is_waiting: true });
        }
        let is_here = self.case.visit.number == visit && self.find_timer(name).is_some();
        match ended.filter(|_| timer.every && is_done && is_here) {
            Some(ended) => self.begin_anew(name, task, timer, &ended),
            None => Ok(()),
        }
    }

    /// From the end on; from now where even the next end is past.
    fn begin_anew(
        &mut self,
        name: &TimerName,
        task: Option<&TaskName>,
        timer: &Timer,
        ended: &CaseTimer,
    ) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        let from = knowledge.continued(timer, ended.ends)?;
        let next = knowledge.plan(timer, Some(from), from)?;
        let next = match next.filter(|next| next.ends > self.now) {
            Some(next) => Some(next),
            None => knowledge.plan(timer, Some(self.now), self.now)?,
        };
        // A fixed date does not come again.
        if let Some(next) = next.filter(|next| next.ends > self.now) {
            self.set_timer(name, task, &next, None);
        }
        Ok(())
    }

    fn carry_out_end(&mut self, name: &TimerName, timer: &'a Timer) -> Result<(), Undecided> {
        self.record(Event::TimerOver { timer: name.clone(), is_waiting: false });
        let Some(over) = &timer.over else { return Ok(()) };
        let actor = Actor::Timer(name.clone());
        self.context = Some(Context { actor, fields: no_fields(), asked: BTreeMap::new() });
        let done = match self.knowledge().allows(over.when.as_ref()) {
            Ok(true) => self.carry_out(over),
            Ok(false) => Ok(()),
            Err(undecided) => Err(undecided),
        };
        self.context = None;
        done
    }

    /// What waits for a hold may find it free now.
    fn retry_waiting(&mut self) -> Result<(), Undecided> {
        let waiting = self.case.timers.iter().filter(|(_, timer)| timer.is_waiting);
        for name in waiting.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            let Some((_, _, timer)) = self.find_timer(&name) else { continue };
            if self.attempt(|progress| progress.carry_out_end(&name, timer))?.is_none() {
                self.settle()?;
            }
        }
        Ok(())
    }

    fn remind(&mut self, name: &TimerName) -> Result<(), Undecided> {
        let Some(running) = self.case.timers.get(name).cloned() else { return Ok(()) };
        let count = running.reminded + 1;
        self.record(Event::Reminded { timer: name.clone(), count });
        let Some((_, task, timer)) = self.find_timer(name) else { return Ok(()) };
        let planned = self.knowledge().reminders(timer, running.from, running.ends)?;
        let letter =
            planned.into_iter().nth(running.reminded as usize).and_then(|(_, letter)| letter);
        for (task, who) in self.reminded(task) {
            match &letter {
                Some(letter) => self.notify(&who, letter, Some(&task))?,
                None => self.say_to_task(&task, Notice::Due)?,
            }
        }
        Ok(())
    }

    /// Who is reminded: the participant of the timer's task; for a timer of a state those who have
    /// work to do there.
    fn reminded(&self, task: Option<&TaskName>) -> Vec<(TaskName, ParticipantName)> {
        let tasks = self.definition.tasks.iter();
        let meant = tasks.filter(|(name, known)| match task {
            Some(task) => *name == task,
            None => !known.optional && self.case.tasks.contains_key(*name),
        });
        meant.map(|(name, known)| (name.clone(), known.participant.clone())).collect()
    }
}

/// A timer as it is to run.
#[derive(Debug)]
struct Plan {
    from: Moment,
    ends: Moment,
    reminders: Vec<(Moment, Option<LetterName>)>,
}

impl Plan {
    fn moments(&self) -> Vec<Moment> {
        self.reminders.iter().map(|(at, _)| *at).collect()
    }
}

impl Knowledge<'_> {
    /// When a timer begins and ends; `None` while what it depends on is missing.
    fn plan(
        &self,
        timer: &Timer,
        kept: Option<Moment>,
        began: Moment,
    ) -> Result<Option<Plan>, Undecided> {
        let from = match (kept, &timer.from) {
            (Some(kept), _) => Some(kept),
            (None, Some(from)) => moment(&self.evaluate(from)?, Moment::from_date),
            (None, None) => Some(began),
        };
        let ends = match &timer.ends {
            TimerEnd::Lasts(length) => {
                let span = self.span(length)?;
                from.map(|from| self.facts.calendar.end_of_span(from, span))
            }
            TimerEnd::At(at) => moment(&self.evaluate(at)?, Moment::end_of),
        };
        let Some((from, ends)) = from.or(Some(began)).zip(ends) else { return Ok(None) };
        let reminders = self.reminders(timer, from, ends)?;
        Ok(Some(Plan { from, ends, reminders }))
    }

    /// Where counting goes on after an end: an end at 24:00 belongs to the day it closes, which the
    /// next days are counted from.
    fn continued(&self, timer: &Timer, end: Moment) -> Result<Moment, Undecided> {
        let counts_days = match &timer.ends {
            TimerEnd::At(_) => false,
            TimerEnd::Lasts(length) => {
                !matches!(self.span(length)?.unit, SpanUnit::Minutes | SpanUnit::Hours)
            }
        };
        Ok(if counts_days { end.plus(-1) } else { end })
    }

    fn reminders(
        &self,
        timer: &Timer,
        from: Moment,
        ends: Moment,
    ) -> Result<Vec<(Moment, Option<LetterName>)>, Undecided> {
        let mut reminders = Vec::new();
        for (before, letter) in &timer.remind {
            let at = self.facts.calendar.before(ends, self.span(before)?);
            if at > from && at < ends {
                reminders.push((at, letter.clone()));
            }
        }
        reminders.sort();
        Ok(reminders)
    }

    fn span(&self, template: &Template) -> Result<Span, Undecided> {
        let text = self.render(template)?;
        text.parse().map_err(|_| reject(RejectionKind::Evaluation(format!("“{text}”不是时长"))))
    }
}

fn moment(value: &Value, of_date: impl Fn(jiff::civil::Date) -> Moment) -> Option<Moment> {
    value.as_moment().or_else(|| value.as_date().map(of_date))
}
