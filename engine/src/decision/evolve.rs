//! Folding a history into its case. Total: an event that does not fit changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Answer, Case, CaseTimer, Event, FormChange, Handover, OpenTask, Recorded, TimerId, Visit,
};
use crate::{
    calendar::Moment,
    expression::Value,
    names::{AccountId, ActionName, FieldName, SectionName, StateName, TaskName, TimerName},
};

/// Contents of a section that are remembered for comparison: a case that is handed in again and again
/// must not grow without end. What differs from before that counts as changed.
const FROZEN: usize = 24;

impl Case {
    /// The case that a history tells of; `None` unless it begins with [`Event::Started`].
    pub fn fold<'a>(history: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut history = history.into_iter();
        let first = history.next()?;
        let mut case = Self::begin(&first.event, first.at)?;
        case.revision = first.revision;
        for recorded in history {
            case.apply(&recorded.event, recorded.at);
            case.revision = recorded.revision;
        }
        Some(case)
    }

    /// The case that [`Event::Started`] begins; `None` for any other event.
    #[must_use]
    pub fn begin(event: &Event, at: Moment) -> Option<Self> {
        let Event::Started { id, definition, by, given, form, vars, .. } = event else {
            return None;
        };
        Some(Self {
            id: id.clone(),
            definition: definition.clone(),
            revision: 1,
            visit: Visit { state: StateName::from(""), number: 0, since: at },
            is_closed: false,
            subjects: given.clone(),
            started_by: by.account().cloned(),
            started_at: at,
            form: form.clone(),
            submission: 0,
            frozen: BTreeMap::new(),
            frozen_rows: BTreeMap::new(),
            vars: vars.clone(),
            answers: BTreeMap::new(),
            acted: BTreeSet::new(),
            done: BTreeMap::new(),
            tasks: BTreeMap::new(),
            lists: BTreeMap::new(),
            handed: Vec::new(),
            copies: BTreeSet::new(),
            urged: BTreeMap::new(),
            last_urged: BTreeMap::new(),
            opened: BTreeSet::new(),
            replaced: BTreeMap::new(),
            timers: BTreeMap::new(),
            numbers: BTreeMap::new(),
            links: BTreeMap::new(),
        })
    }

    /// The case after one more event.
    #[must_use]
    pub fn evolve(mut self, event: &Event, at: Moment) -> Self {
        self.apply(event, at);
        self
    }

    pub(super) fn apply(&mut self, event: &Event, at: Moment) {
        match event {
            Event::Started { .. }
            | Event::Chosen { .. }
            | Event::Drawn { .. }
            | Event::Unheeded { .. } => {}
            Event::Notified { .. } | Event::Documented { .. } | Event::Called { .. } => {}
            Event::Saved { changes, opened, .. } => {
                changes.iter().for_each(|change| self.change(change));
                self.opened.extend(opened.iter().cloned());
            }
            Event::Corrected { change, .. } => self.change(change),
            Event::Acted { .. } | Event::Balloted { .. } => self.answer(event, at),
            Event::Counted { .. } | Event::Listed { .. } | Event::ListClosed { .. } => {
                self.list(event);
            }
            Event::Frozen { submission, changed, rows } => {
                self.submission = *submission;
                self.opened.clear();
                for (section, hash) in changed {
                    let entries = self.frozen.entry(section.clone()).or_default();
                    entries.push((*submission, hash.clone()));
                    entries.drain(..entries.len().saturating_sub(FROZEN));
                }
                self.frozen_rows.extend(rows.clone());
            }
            Event::Replaced { list, out, .. } => {
                self.replaced.entry(list.clone()).or_default().push(out.clone());
            }
            Event::Set { var, value } => {
                self.vars.insert(var.clone(), value.clone());
            }
            Event::Voided { task, answers } => self.void(task, answers),
            Event::Entered { state, is_end } => self.enter(state, *is_end, at),
            Event::Opened { task, rows } => self.open(task, rows, at),
            Event::Closed { task } => self.close(task),
            Event::HandedOver { .. }
            | Event::HandedBack { .. }
            | Event::Copied { .. }
            | Event::Urged { .. }
            | Event::Commented { .. }
            | Event::Undone { .. } => self.aside(event, at),
            Event::TimerSet { .. }
            | Event::Reminded { .. }
            | Event::TimerOver { .. }
            | Event::TimerDropped { .. } => self.time(event),
            Event::Numbered { series, number } => {
                self.numbers.insert(series.clone(), number.clone());
            }
            Event::Linked { link, case } => {
                self.links.entry(link.clone()).or_default().insert(case.clone());
            }
            Event::Unlinked { link, case } => {
                self.links.entry(link.clone()).or_default().remove(case);
            }
            Event::Migrated { definition, state, .. } => {
                self.definition = definition.clone();
                self.visit.state = state.clone();
            }
        }
    }

    /// What was done around the tasks.
    fn aside(&mut self, event: &Event, at: Moment) {
        if let Event::HandedOver { handover, .. } = event {
            self.unhand(handover);
            self.handed.push(handover.clone());
        } else if let Event::HandedBack { handover, .. } = event {
            self.unhand(handover);
        } else if let Event::Copied { to, .. } = event {
            self.copies.insert(to.clone());
        } else if let Event::Urged { task, outlasts, .. } = event {
            let urged = if *outlasts { &mut self.last_urged } else { &mut self.urged };
            urged.insert(task.clone(), at);
        } else if let Event::Undone { before, .. } = event {
            let form = std::mem::take(&mut self.form);
            *self = Self { form, revision: self.revision, ..(**before).clone() };
        }
    }

    pub(super) fn change(&mut self, change: &FormChange) {
        match &change.field {
            None => {
                self.form.insert(change.section.clone(), change.value.clone());
            }
            Some(field) => set_field(&mut self.form, &change.section, field, &change.value),
        }
    }

    /// An answer; of a ballot nothing is known but who cast it.
    fn answer(&mut self, event: &Event, at: Moment) {
        let (by, task, row, said) = if let Event::Acted { by, task, action, row, asked } = event {
            (by, task, row, Some((action, asked)))
        } else if let Event::Balloted { by, task, row } = event {
            (by, task, row, None)
        } else {
            return;
        };
        let (action, asked) = match said {
            Some((action, asked)) => (action.clone(), asked.clone()),
            None => (ActionName::from(""), BTreeMap::new()),
        };
        let acting_for = by.stands_for().filter(|account| by.account() != Some(*account)).cloned();
        let came = self.handed.iter().find(|handover| {
            handover.task == *task
                && Some(&handover.to) == by.account()
                && Some(&handover.from) == acting_for.as_ref()
        });
        let via = came.map(|handover| handover.via.clone()).unwrap_or_default();
        let answer = Answer { action, by: by.id(), at, asked, row: row.clone(), acting_for, via };
        self.acted.insert(answer.by.clone());
        if row.is_some() {
            self.handed.retain(|handover| handover.task != *task || handover.row != *row);
        }
        let done = self.done.entry(task.clone()).or_default();
        let (in_case, in_visit) = done.entry(answer.action.clone()).or_default();
        *in_case += 1;
        *in_visit += 1;
        if let (Some(row), Some(open)) = (&answer.row, self.tasks.get_mut(task)) {
            open.rows.retain(|open| open != row);
        }
        self.answers.entry(task.clone()).or_default().push(answer);
    }

    fn list(&mut self, event: &Event) {
        if let Event::Listed { task, rows } = event {
            self.lists.entry(task.clone()).or_default().rows.clone_from(rows);
            // Who is taken off the list and comes back begins anew.
            let own = self.timers.values_mut().filter(|timer| timer.task.as_ref() == Some(task));
            for listed in own.filter_map(|timer| timer.rows.as_mut()) {
                listed.retain(|row| rows.contains(row));
            }
        } else if let Event::ListClosed { task } = event {
            self.lists.entry(task.clone()).or_default().is_closed = true;
        } else if let Event::Counted { task, ballots } = event {
            self.lists.entry(task.clone()).or_default().counted = Some(ballots.clone());
        }
    }

    fn void(&mut self, task: &TaskName, positions: &[u32]) {
        if let Some(answers) = self.answers.get_mut(task) {
            let mut position = 0;
            answers.retain(|_| {
                let kept = !positions.contains(&position);
                position += 1;
                kept
            });
            if answers.is_empty() {
                self.answers.remove(task);
            }
        }
        if let Some(list) = self.lists.get_mut(task) {
            list.is_closed = false;
            list.counted = None;
        }
    }

    fn enter(&mut self, state: &StateName, is_end: bool, at: Moment) {
        let number = self.visit.number + 1;
        self.visit = Visit { state: state.clone(), number, since: at };
        self.is_closed = is_end;
        let visits = self.done.values_mut().flat_map(BTreeMap::<ActionName, _>::values_mut);
        visits.for_each(|(_, in_visit)| *in_visit = 0);
        let tasks = &self.tasks;
        self.timers.retain(|_, timer| timer.task.as_ref().is_some_and(|t| tasks.contains_key(t)));
    }

    fn close(&mut self, task: &TaskName) {
        self.tasks.remove(task);
        self.urged.remove(task);
        self.handed.retain(|handover| handover.task != *task);
    }

    /// One task is handed over by one person once.
    fn unhand(&mut self, ended: &Handover) {
        self.handed.retain(|handover| handover.task != ended.task || handover.from != ended.from);
    }

    fn open(&mut self, task: &TaskName, rows: &[String], at: Moment) {
        let new = || OpenTask { since: at, rows: Vec::new() };
        self.tasks.entry(task.clone()).or_insert_with(new).rows = rows.to_vec();
    }

    fn time(&mut self, event: &Event) {
        if let Event::TimerSet { timer, task, rows, from, ends, reminders, .. } = event {
            let old = self.timers.get(timer);
            let timer_of_case = CaseTimer {
                task: task.clone(),
                rows: rows.clone(),
                from: *from,
                ends: *ends,
                reminders: reminders.clone(),
                reminded: old.filter(|old| old.from == *from).map_or(0, |old| old.reminded),
                is_over: false,
                is_waiting: false,
            };
            self.timers.insert(timer.clone(), timer_of_case);
        } else if let Event::Reminded { timer, count } = event {
            self.with_timer(timer, |timer| timer.reminded = *count);
        } else if let Event::TimerOver { timer, is_waiting, .. } = event {
            self.with_timer(timer, |timer| {
                timer.is_over = true;
                timer.is_waiting = *is_waiting;
            });
        } else if let Event::TimerDropped { timer } = event {
            self.timers.remove(timer);
        }
    }

    fn with_timer(&mut self, timer: &TimerId, change: impl FnOnce(&mut CaseTimer)) {
        if let Some(timer) = self.timers.get_mut(timer) {
            change(timer);
        }
    }

    /// The account that acted last in a task, where a person did.
    #[must_use]
    pub fn answered_by(&self, task: &TaskName) -> Option<AccountId> {
        let last = self.answers.get(task)?.last()?;
        Some(AccountId::from(last.by.as_str()))
    }

    /// The timers of a name, by their turns.
    pub fn turns<'c>(
        &'c self,
        name: &'c TimerName,
    ) -> impl Iterator<Item = (&'c TimerId, &'c CaseTimer)> {
        let from = self.timers.range(TimerId::first(name)..);
        from.take_while(move |(id, _)| id.name == *name)
    }

    /// The next moment at which the case does something by itself.
    #[must_use]
    pub fn next_wake(&self) -> Option<Moment> {
        self.timers.values().filter_map(CaseTimer::next).min()
    }
}

/// Sets one field of a fixed section, making the section where it is new.
pub(super) fn set_field(
    form: &mut BTreeMap<SectionName, Value>,
    section: &SectionName,
    field: &FieldName,
    value: &Value,
) {
    let data = form.entry(section.clone()).or_insert_with(|| Value::Map(BTreeMap::new()));
    if let Value::Map(fields) = data {
        fields.insert(field.to_string(), value.clone());
    }
}
