//! Changes of the form: taken in, allowed part by part, then written with what follows from them,
//! computed fields and corrections.

mod derived;
mod freeze;
mod hanging;
pub(super) mod rows;

use std::collections::{BTreeMap, BTreeSet};

use derived::Content;
pub(super) use freeze::{frozen, is_entered_anew};
use rows::OpenRows;

use super::{
    Event, FieldFault, FormChange, RejectionKind, Undecided,
    accept::Intake,
    knowledge::Knowledge,
    progress::{Progress, endless, reject},
    shape,
};
use crate::{
    definition::{Definition, Edit, FieldKind, Fields, Task},
    expression::Value,
    names::{FieldName, SectionName},
};

const MOST_TURNS: u32 = 8;

impl Knowledge<'_> {
    /// The parts of the form that the task lets edit, its rows by where they stand now.
    pub(super) fn parts_editable(&self, task: &Task) -> Result<Vec<String>, Undecided> {
        Ok(rows::as_they_stand(self.definition, self.case, &self.parts(task)?))
    }

    /// The parts of the form that the task lets edit, its rows by where they were submitted.
    fn parts(&self, task: &Task) -> Result<Vec<String>, Undecided> {
        let mut parts: Vec<String> = match &task.edit {
            Edit::Nothing => return Ok(Vec::new()),
            Edit::All => self.definition.form.sections.keys().map(ToString::to_string).collect(),
            Edit::Parts(expression) => {
                let parts = self.evaluate(expression)?;
                let parts = parts.as_list().unwrap_or_default().iter().filter_map(Value::as_text);
                let mut parts: Vec<String> = parts.map(str::to_owned).collect();
                parts.extend(self.case.opened.iter().cloned());
                parts.extend(self.coming_along(&parts)?);
                parts
            }
        };
        let hidden = self.hidden_from(task)?;
        parts.retain(|part| !hidden.contains(&section_of(part)));
        Ok(parts)
    }

    /// Whether all that is marked in an action is seen by whoever marks it and by somebody who can
    /// mend it.
    pub(super) fn may_mark(
        &self,
        task: &Task,
        fields: &Fields,
        asked: &BTreeMap<String, Value>,
    ) -> Result<(), Undecided> {
        for (name, field) in fields.iter().filter(|(_, field)| field.kind == FieldKind::Parts) {
            let marked = asked.get(name.as_str()).and_then(Value::as_list).unwrap_or_default();
            for part in marked.iter().filter_map(Value::as_text) {
                let section = section_of(part);
                let message = if self.hidden_from(task)?.contains(&section) {
                    format!("{}没有“{part}”这一部分", field.name)
                } else if !self.can_be_mended(&section)? {
                    let name = self.definition.section(&section).map(|section| &section.name);
                    let name = name.map_or(part, String::as_str);
                    format!("{}里的“{name}”修改的人看不到，请不要标出", field.name)
                } else {
                    continue;
                };
                let field = format!("ask.{name}");
                return Err(reject(RejectionKind::Fields(vec![FieldFault { field, message }])));
            }
        }
        Ok(())
    }

    /// Whether one of the tasks that mend what is marked shows the section to its participant; true
    /// where no task does.
    fn can_be_mended(&self, section: &SectionName) -> Result<bool, Undecided> {
        let tasks = self.definition.tasks.values();
        let mut mending = tasks.filter(|task| matches!(task.edit, Edit::Parts(_))).peekable();
        if mending.peek().is_none() {
            return Ok(true);
        }
        for task in mending {
            match self.is_seen_by(section, &task.participant) {
                // Who will mend it may not be known yet.
                Ok(true) | Err(Undecided::Rejected(_)) => return Ok(true),
                Ok(false) => {}
                Err(needs @ Undecided::Needs(_)) => return Err(needs),
            }
        }
        Ok(false)
    }

    /// The sections that whoever acts in the task may not see: what is hidden is not overwritten.
    fn hidden_from(&self, task: &Task) -> Result<BTreeSet<SectionName>, Undecided> {
        let mut hidden = BTreeSet::new();
        for section in self.definition.form.sections.keys() {
            let is_seen = self.is_seen_by(section, &task.participant)?
                || match self.actor {
                    Some(actor) => self.is_seen_by_actor(section, actor)?,
                    None => false,
                };
            if !is_seen {
                hidden.insert(section.clone());
            }
        }
        Ok(hidden)
    }
}

/// The section of a part, of one of its fields or of a row.
fn section_of(part: &str) -> SectionName {
    SectionName::from(part.split(['.', '[']).next().unwrap_or(part))
}

impl Progress<'_> {
    /// Takes in the changes that a person makes in a task. What some of them make needed is open to
    /// the others, as if they had been saved one after the other.
    pub(super) fn edit(&mut self, task: &Task, changes: &[FormChange]) -> Result<(), Undecided> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut changes = take_in(self.definition, changes)?;
        loop {
            let parts = self.knowledge().parts(task)?;
            let mut allowed = Vec::with_capacity(changes.len());
            let mut shut = Vec::new();
            for change in changes {
                match self.openness(&parts, &change) {
                    Openness::Open => allowed.push(change),
                    Openness::Unchanged => {}
                    Openness::Shut(name) => shut.push((change, name)),
                }
            }
            if allowed.is_empty()
                && let Some((_, name)) = shut.first()
            {
                return Err(reject(RejectionKind::NotEditable(name.clone())));
            }
            let opened = self.knowledge().opened_by(task, &allowed)?;
            self.write_and_open(allowed, opened)?;
            if shut.is_empty() {
                return Ok(());
            }
            changes = shut.into_iter().map(|(change, _)| change).collect();
        }
    }

    /// Whether a change is one and may be made; a computed field is left to be computed.
    fn openness(&self, parts: &[String], change: &FormChange) -> Openness {
        let Some(section) = self.definition.form.sections.get(&change.section) else {
            return Openness::Unchanged;
        };
        let stored = self.case.form.get(&change.section);
        let is_open = |part: &str| parts.iter().any(|open| open == part);
        let is_whole = is_open(change.section.as_str());
        let Some(name) = &change.field else {
            let old = shape::section(section, stored);
            if *old == change.value {
                return Openness::Unchanged;
            }
            let rows = OpenRows::of(self.definition, &self.case, &change.section, parts);
            let is_whole = is_whole
                || rows.is_some_and(|rows| {
                    let new = change.value.as_list().unwrap_or_default();
                    rows.may_become(old.as_list().unwrap_or_default(), new)
                });
            let may = |field: &str| is_whole || is_open(&format!("{}.{field}", change.section));
            return if rows_may_change(&section.fields, &old, &change.value, is_whole, may) {
                Openness::Open
            } else {
                Openness::Shut(section.name.clone())
            };
        };
        let Some(field) = section.fields.get(name) else { return Openness::Unchanged };
        let old = shape::field(field, stored.and_then(|stored| stored.get(name.as_str())));
        if shape::field(field, Some(&change.value)) == old || field.computed.is_some() {
            return Openness::Unchanged;
        }
        if field.read_only || !(is_whole || is_open(&format!("{}.{name}", change.section))) {
            return Openness::Shut(field.name.clone());
        }
        Openness::Open
    }

    /// Writes changes that may be made, with the computed fields and corrections that follow.
    pub(super) fn write(&mut self, changes: Vec<FormChange>) -> Result<(), Undecided> {
        self.write_and_open(changes, Vec::new())
    }

    fn write_and_open(
        &mut self,
        changes: Vec<FormChange>,
        opened: Vec<String>,
    ) -> Result<(), Undecided> {
        self.save(changes, opened)?;
        for _ in 0..MOST_TURNS {
            let (corrected, mut notices) = self.knowledge().corrected_form()?;
            let changes = self.differences(&corrected);
            let is_corrected = !changes.is_empty();
            for change in changes {
                let place = (change.section.clone(), change.field.clone());
                let notice = notices.remove(&place).unwrap_or_default().join("；");
                self.record(Event::Corrected { change, notice });
            }
            if !self.repair()? && !is_corrected {
                return Ok(());
            }
            self.save(Vec::new(), Vec::new())?;
        }
        Err(endless("自动更正"))
    }

    /// Sets right what checks of severity fix find, and says so; whether there was anything.
    fn repair(&mut self) -> Result<bool, Undecided> {
        let outcomes = self.knowledge().fixes()?;
        let mut is_repaired = false;
        for outcome in outcomes {
            let notice = outcome.failures.join("；");
            for change in outcome.fixes {
                let field = change.field.as_ref().map_or("", |field| field.as_str());
                let stored = self.case.form.get(&change.section);
                if stored.and_then(|stored| stored.get(field)) != Some(&change.value) {
                    self.record(Event::Corrected { change, notice: notice.clone() });
                    is_repaired = true;
                }
            }
        }
        Ok(is_repaired)
    }

    /// The form with its computed fields. What is hidden stays, so that it is there again once it
    /// shows, and does not count meanwhile: it is emptied when the form is frozen.
    fn computed_over_what_shows(&mut self) -> Result<Content, Undecided> {
        let visible = self.knowledge().visible_form()?;
        if visible == self.case.form {
            return self.knowledge().computed_form();
        }
        let stored = std::mem::replace(&mut self.case.form, visible);
        let computed = self.knowledge().computed_form();
        self.case.form = stored;
        Ok(derived::with_computed(self.definition, &self.case.form, &computed?))
    }

    fn save(&mut self, changes: Vec<FormChange>, opened: Vec<String>) -> Result<(), Undecided> {
        let before = self.case.form.clone();
        changes.iter().for_each(|change| self.case.change(change));
        for turn in 0.. {
            let computed = self.computed_over_what_shows()?;
            if computed == self.case.form {
                break;
            }
            if turn == MOST_TURNS {
                return Err(endless("自动计算"));
            }
            self.case.form = computed;
        }
        let after = std::mem::replace(&mut self.case.form, before);
        let changes = self.differences(&after);
        if !changes.is_empty() {
            self.record(Event::Saved { by: self.actor(), changes, opened });
        }
        Ok(())
    }

    /// What leads from the form as it is to another one.
    fn differences(&self, after: &Content) -> Vec<FormChange> {
        let mut changes = Vec::new();
        for (section, content) in after {
            let before = self.case.form.get(section);
            match (before.and_then(Value::as_map), content.as_map()) {
                (_, None) if before != Some(content) => changes.push(FormChange {
                    section: section.clone(),
                    field: None,
                    value: content.clone(),
                }),
                (before, Some(fields)) => {
                    let old = |field: &String| before.and_then(|before| before.get(field));
                    let changed = fields.iter().filter(|(field, value)| {
                        old(field).map_or(!value.is_none(), |old| old != *value)
                    });
                    changes.extend(changed.map(|(field, value)| FormChange {
                        section: section.clone(),
                        field: Some(FieldName::from(field.as_str())),
                        value: value.clone(),
                    }));
                }
                (_, None) => {}
            }
        }
        changes
    }
}

/// What may become of a change.
enum Openness {
    Open,
    /// Nothing would change.
    Unchanged,
    /// It may not be made in what has this name.
    Shut(String),
}

/// What was sent as values that can be kept, field by field, or all faults.
pub(super) fn take_in(
    definition: &Definition,
    sent: &[FormChange],
) -> Result<Vec<FormChange>, Undecided> {
    let mut intake = Intake::default();
    let mut changes = Vec::new();
    for change in sent {
        let path = format!("form.{}", change.section);
        let Some(section) = definition.form.sections.get(&change.section) else {
            intake.fault(&path, format!("没有「{}」这一栏", change.section));
            continue;
        };
        match (&section.rows, &change.field) {
            (Some(_), None) => {
                let rows = intake.rows(&path, &section.name, &section.fields, &change.value);
                changes.push(FormChange { value: rows, ..change.clone() });
            }
            (None, field) => {
                let one = field
                    .as_ref()
                    .map(|field| [(field.to_string(), change.value.clone())].into_iter().collect());
                let none = BTreeMap::new();
                let sent = one.as_ref().or_else(|| change.value.as_map()).unwrap_or(&none);
                let fields = intake.fields(&path, &section.fields, sent);
                changes.extend(fields.into_iter().map(|(field, value)| FormChange {
                    section: change.section.clone(),
                    field: Some(FieldName::from(field)),
                    value,
                }));
            }
            (Some(_), Some(field)) => {
                intake.fault(&format!("{path}.{field}"), format!("「{}」应整栏提交", section.name));
            }
        }
    }
    if intake.faults.is_empty() {
        Ok(changes)
    } else {
        Err(reject(RejectionKind::Fields(intake.faults)))
    }
}

/// Whether rows may become others: any where the whole section is open or those that must stay do,
/// otherwise only the open fields of the same rows. A read-only field keeps a value that some row had
/// before.
fn rows_may_change(
    fields: &Fields,
    old: &Value,
    new: &Value,
    is_whole: bool,
    may: impl Fn(&str) -> bool,
) -> bool {
    let (old, new) = (old.as_list().unwrap_or_default(), new.as_list().unwrap_or_default());
    let read_only = fields.iter().filter(|(_, field)| field.read_only && field.computed.is_none());
    let keeps = |name: &str, row: &Value| {
        let value = row.get(name).unwrap_or(Value::NONE);
        value.is_blank() || old.iter().any(|old| old.get(name) == Some(value))
    };
    if !read_only.into_iter().all(|(name, _)| new.iter().all(|row| keeps(name.as_str(), row))) {
        return false;
    }
    is_whole
        || old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| {
                fields.iter().all(|(name, field)| {
                    let name = name.as_str();
                    field.computed.is_some() || old.get(name) == new.get(name) || may(name)
                })
            })
}
