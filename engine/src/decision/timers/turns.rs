//! The turns of a timer of a task of several people: those who were there when it opened share one,
//! whoever joins later, or is to answer again, gets another.

use super::{Event, Placed, Progress, TimerId, Undecided};
use crate::names::{TaskName, TimerName};

impl Progress<'_> {
    /// The turns of a timer, and a new one for those who have joined.
    pub(super) fn follow_turns(&mut self, placed: Placed<'_>) -> Result<(), Undecided> {
        let (name, task, _) = placed;
        let Some(task) = task.filter(|task| self.is_each(task)) else {
            return self.follow_timer(&TimerId::first(name), placed, None);
        };
        let turns: Vec<_> = self.case.turns(name).collect();
        // A timer from before each had his own goes on for all of the task.
        if turns.iter().any(|(_, timer)| timer.rows.is_none()) {
            return self.follow_timer(&TimerId::first(name), placed, None);
        }
        self.take_out_reopened(name, task);
        let turns: Vec<_> = self.case.turns(name).collect();
        let open = self.case.tasks.get(task).map(|open| open.rows.as_slice()).unwrap_or_default();
        let is_new = |row: &&String| {
            let mut own = turns.iter().filter(|(_, timer)| timer.is_of(row));
            let is_reopened = self.reopened.contains(&(task.clone(), (*row).clone()));
            own.all(|(_, timer)| is_reopened && timer.is_over)
        };
        let joined: Vec<String> = open.iter().filter(is_new).cloned().collect();
        let next = turns.last().map_or(1, |(id, _)| id.turn + 1);
        let turns: Vec<_> =
            turns.into_iter().map(|(id, timer)| (id.clone(), timer.rows.clone())).collect();
        for (id, rows) in turns {
            self.follow_timer(&id, placed, rows)?;
        }
        if joined.is_empty() {
            return Ok(());
        }
        self.follow_timer(&TimerId { name: name.clone(), turn: next }, placed, Some(joined))
    }

    /// Whoever is to answer again is no more of a turn that still runs.
    fn take_out_reopened(&mut self, name: &TimerName, task: &TaskName) {
        let is_reopened = |row: &&String| self.reopened.contains(&(task.clone(), (*row).clone()));
        let mut changed = Vec::new();
        for (id, timer) in self.case.turns(name).filter(|(_, timer)| !timer.is_over) {
            let Some(rows) = &timer.rows else { continue };
            let left: Vec<String> = rows.iter().filter(|row| !is_reopened(row)).cloned().collect();
            if left.len() == rows.len() {
                continue;
            }
            changed.push(match left.is_empty() {
                true => Event::TimerDropped { timer: id.clone() },
                false => Event::TimerSet {
                    timer: id.clone(),
                    task: timer.task.clone(),
                    rows: Some(left),
                    from: timer.from,
                    ends: timer.ends,
                    reminders: timer.reminders.clone(),
                    was: None,
                },
            });
        }
        changed.into_iter().for_each(|event| self.record(event));
    }

    /// Those who have their turn by now.
    pub(super) fn forget_reopened(&mut self) {
        let open = &self.case.tasks;
        self.reopened.retain(|(task, row)| {
            let is_open = open.get(task).is_some_and(|open| open.rows.contains(row));
            !is_open
        });
    }
}
