//! Letting a case come to rest after something happened: its rules act until none holds, then tasks
//! and timers follow.

use std::collections::BTreeSet;

use super::{
    Event, Undecided,
    progress::{Progress, endless, going_round},
    step::Choice,
    tasks,
};
use crate::{
    definition::{Rule, Task},
    names::TaskName,
};

/// More turns than any sensible definition needs.
const MOST_TURNS: u32 = 100;

impl Progress<'_> {
    /// Rules, tasks and timers, until nothing changes any more.
    pub(super) fn settle(&mut self) -> Result<(), Undecided> {
        for _ in 0..MOST_TURNS {
            self.list_tasks()?;
            if self.follow_rules()? {
                continue;
            }
            let count = self.events.len();
            self.follow_tasks()?;
            self.follow_timers()?;
            if self.events.len() == count {
                return Ok(());
            }
        }
        let chosen = self.events.iter().filter_map(|event| {
            let Event::Chosen { rule } = event else { return None };
            Some(rule.as_str())
        });
        let state = &self.case.visit.state;
        Err(endless(&format!("状态「{state}」的规则 {} ", going_round(chosen))))
    }

    fn follow_rules(&mut self) -> Result<bool, Undecided> {
        let definition = self.definition;
        match definition.states.get(&self.case.visit.state) {
            Some(state) if !state.is_end => {
                let is_waiting = self.is_telling();
                let waits = |rule: &Rule| is_waiting && definition.reads_cases(rule);
                let rules = state.choose.iter().take_while(|(_, rule)| !waits(rule));
                Ok(matches!(self.choose(rules)?, Choice::Acted))
            }
            Some(_) | None => Ok(false),
        }
    }

    /// Whether other cases are told something and have not acted yet. Rules that ask of other cases
    /// act when those have ([`after_telling`](super::after_telling)), and none below them before.
    fn is_telling(&self) -> bool {
        self.effects.iter().any(|effect| effect.tells())
    }

    /// Rules ask of those whose task it is now: whoever was just added or taken off is counted so
    /// before any rule acts, and of a task that has not opened yet it is known whom it is for.
    pub(super) fn list_tasks(&mut self) -> Result<(), Undecided> {
        if self.case.is_closed {
            return Ok(());
        }
        let definition = self.definition;
        for (name, task) in definition.tasks_in(&self.case.visit.state.clone()) {
            if definition.is_each(&task.participant)
                && self.knowledge().allows(task.when.as_ref())?
            {
                self.list_rows(name, task)?;
            }
        }
        Ok(())
    }

    pub(super) fn follow_tasks(&mut self) -> Result<(), Undecided> {
        let definition = self.definition;
        definition.tasks.iter().try_for_each(|(name, task)| self.follow_task(name, task))
    }

    fn follow_task(&mut self, name: &TaskName, task: &Task) -> Result<(), Undecided> {
        let is_each = tasks::is_each(&self.knowledge(), task);
        let is_possible = task.states.contains(&self.case.visit.state)
            && !self.case.is_closed
            && self.knowledge().allows(task.when.as_ref())?;
        let rows = if is_possible && is_each { self.list_rows(name, task)? } else { Vec::new() };
        if is_possible {
            self.count_ballots(name, task)?;
        }
        let has_answer = self.case.answers.contains_key(name);
        let is_open = if is_each { !rows.is_empty() } else { !has_answer || task.repeat };
        match self.case.tasks.get(name) {
            None if is_possible && is_open => {
                self.record(Event::Opened { task: name.clone(), rows });
            }
            Some(open) if is_possible && is_open && open.rows != rows => {
                self.record(Event::Opened { task: name.clone(), rows });
            }
            Some(_) if !is_possible || !is_open => {
                self.record(Event::Closed { task: name.clone() });
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// The open rows of an `each` task, after its list has been brought up to date.
    fn list_rows(&mut self, name: &TaskName, task: &Task) -> Result<Vec<String>, Undecided> {
        let standing = self.knowledge().participant(&task.participant)?;
        let accounts = standing.iter().flat_map(super::participant::Standing::accounts);
        let mut rows: Vec<String> = accounts.map(ToString::to_string).collect();
        if task.secret {
            // Whose ballot is among those counted has voted, whatever became of him since.
            let answers = self.case.answers.get(name).into_iter().flatten();
            for voted in answers.filter_map(|answer| answer.row.as_ref()) {
                if !rows.contains(voted) {
                    rows.push(voted.clone());
                }
            }
        }
        let listed = self.case.lists.get(name);
        if listed.is_none_or(|list| list.rows != rows) && !(listed.is_none() && rows.is_empty()) {
            self.record(Event::Listed { task: name.clone(), rows: rows.clone() });
        }
        if self.case.lists.get(name).is_some_and(|list| list.is_closed) {
            return Ok(Vec::new());
        }
        let answers = self.case.answers.get(name).into_iter().flatten();
        let answered: BTreeSet<&str> = answers.filter_map(|answer| answer.row.as_deref()).collect();
        let open = rows.iter().filter(|row| task.repeat || !answered.contains(row.as_str()));
        Ok(open.cloned().collect())
    }
}
