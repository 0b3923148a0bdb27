//! The value of each name: computed when it is first asked for, then remembered.

use std::{borrow::Cow, cell::OnceCell, collections::BTreeMap};

use super::{DEEPEST, Knowledge};
use crate::{
    decision::{NeededFact, shape, tasks},
    definition::{Fact, FactSource},
    expression::{EvaluationFault, Value},
    names::{FactName, LinkName, SubjectName, TimerName},
};

/// What was computed, by the place of each name in the definition.
#[derive(Debug, Default)]
pub(super) struct Roots {
    form: OnceCell<Value>,
    case: OnceCell<Value>,
    ask: OnceCell<Value>,
    actor: OnceCell<Value>,
    numbers: OnceCell<Value>,
    subjects: BTreeMap<SubjectName, OnceCell<Value>>,
    values: Box<[OnceCell<Value>]>,
    facts: Box<[OnceCell<Value>]>,
    tasks: Box<[OnceCell<Value>]>,
    links: Box<[OnceCell<Value>]>,
}

impl Knowledge<'_> {
    fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| {
            let definition = self.definition;
            let subjects = definition.start.given.keys();
            Roots {
                subjects: subjects.map(|name| (name.clone(), OnceCell::new())).collect(),
                values: cells(definition.values.len()),
                facts: cells(definition.facts.len()),
                tasks: cells(definition.tasks.len()),
                links: cells(definition.links.len()),
                ..Roots::default()
            }
        })
    }

    pub(super) fn at(&self, path: &[String]) -> Cow<'_, Value> {
        match path {
            [] => Cow::Borrowed(Value::NONE),
            [root, section, rest @ ..] if root == "form" => self.form_at(section, rest),
            [root, rest @ ..] => Value::at_cow(self.root(root), rest),
        }
    }

    /// A part of the form, without building the whole of it.
    fn form_at(&self, section: &str, rest: &[String]) -> Cow<'_, Value> {
        let Some(known) = self.definition.form.sections.get(section) else {
            return Cow::Borrowed(Value::NONE);
        };
        let stored = self.case.form.get(section);
        match rest {
            [] => shape::section(known, stored),
            [field, rest @ ..] => match known.fields.get(field.as_str()) {
                Some(kind) => {
                    let value = stored.and_then(|stored| stored.get(field));
                    Value::at_cow(Cow::Borrowed(shape::field(kind, value)), rest)
                }
                None => Cow::Borrowed(Value::NONE),
            },
        }
    }

    pub(super) fn root(&self, name: &str) -> Cow<'_, Value> {
        let definition = self.definition;
        if let Some(var) = definition.vars.get(name) {
            return Cow::Borrowed(self.case.vars.get(name).unwrap_or(&var.initial));
        }
        let roots = self.roots();
        match name {
            "form" => return self.computed(&roots.form, || shape::form(self)),
            "case" => return self.computed(&roots.case, || self.case_value()),
            "ask" => return self.computed(&roots.ask, || self.ask_value()),
            "numbers" => return self.computed(&roots.numbers, || self.numbers_value()),
            "actor" => return self.computed(&roots.actor, || self.actor_value()),
            _ => {}
        }
        if let Some((index, _, expression)) = definition.values.get_full(name) {
            return self.computed(&roots.values[index], || self.value_of(expression));
        }
        if let Some((index, name, fact)) = definition.facts.get_full(name) {
            return self.fact(&roots.facts[index], name, fact);
        }
        if let Some((name, cell)) = roots.subjects.get_key_value(name) {
            return self.subject(cell, name);
        }
        if let Some((index, name, link)) = definition.links.get_full(name) {
            return self.computed(&roots.links[index], || self.linked(name, link.many));
        }
        if let Some((index, name, task)) = definition.tasks.get_full(name) {
            return self.computed(&roots.tasks[index], || tasks::value(self, name, task));
        }
        Cow::Owned(self.timer(&TimerName::from(name)))
    }

    fn computed<'s>(
        &self,
        cell: &'s OnceCell<Value>,
        compute: impl FnOnce() -> Value,
    ) -> Cow<'s, Value> {
        if let Some(value) = cell.get() {
            return Cow::Borrowed(value);
        }
        let depth = self.depth.get();
        if depth >= DEEPEST {
            self.fault.replace(Some(EvaluationFault::Fuel));
            return Cow::Borrowed(Value::NONE);
        }
        self.depth.set(depth + 1);
        let value = compute();
        self.depth.set(depth);
        Cow::Borrowed(cell.get_or_init(|| value))
    }

    fn value_of(&self, expression: &crate::expression::Expression) -> Value {
        expression.evaluate(self).unwrap_or_else(|fault| {
            self.fault.replace(Some(fault));
            Value::None
        })
    }

    fn fact<'s>(
        &'s self,
        cell: &'s OnceCell<Value>,
        name: &FactName,
        fact: &'s Fact,
    ) -> Cow<'s, Value> {
        match &fact.source {
            FactSource::Table(table) => Cow::Borrowed(table),
            FactSource::Cases { .. } | FactSource::Host { .. } => self.computed(cell, || {
                let Ok(needed) = self.needed(&fact.source) else { return Value::None };
                let key = (name.clone(), needed.key());
                if let Some(value) = self.facts.named.get(&key) {
                    return value.clone();
                }
                self.need(|needs| {
                    needs.named.insert(key, needed);
                });
                Value::None
            }),
        }
    }

    /// A fact with its arguments evaluated; the fault of an argument is kept.
    fn needed(&self, source: &FactSource) -> Result<NeededFact, ()> {
        let argument = |expression| {
            let value = self.value_of(expression);
            if self.fault.borrow().is_some() || !self.needs.borrow().is_empty() {
                return Err(());
            }
            Ok(value)
        };
        match source {
            FactSource::Cases { workflow, matching } => {
                let matching = matching
                    .iter()
                    .map(|(label, expression)| Ok((label.clone(), argument(expression)?)))
                    .collect::<Result<_, ()>>()?;
                let except = self.case.id.clone();
                Ok(NeededFact::Cases { workflow: workflow.clone(), matching, except })
            }
            FactSource::Host { operation, with } => {
                let with = with
                    .iter()
                    .map(|(name, expression)| Ok((name.clone(), argument(expression)?)))
                    .collect::<Result<_, ()>>()?;
                Ok(NeededFact::Host { operation: operation.clone(), with })
            }
            FactSource::Table(_) => Err(()),
        }
    }

    fn subject<'s>(&'s self, cell: &'s OnceCell<Value>, name: &SubjectName) -> Cow<'s, Value> {
        let Some(id) = self.case.subjects.get(name) else { return Cow::Borrowed(Value::NONE) };
        match self.facts.subjects.get(name) {
            Some(data) if data.get("id").is_some() || data.is_none() => Cow::Borrowed(data),
            Some(data) => self.computed(cell, || {
                let mut fields = data.as_map().cloned().unwrap_or_default();
                fields.insert("id".to_owned(), Value::from(id.as_str()));
                Value::Map(fields)
            }),
            None => {
                let kind = self.definition.start.given.get(name).cloned().unwrap_or_default();
                self.need(|needs| {
                    needs.subjects.insert(name.clone(), (kind, id.clone()));
                });
                Cow::Borrowed(Value::NONE)
            }
        }
    }

    fn linked(&self, name: &LinkName, many: bool) -> Value {
        let rows = self.linked_rows(name);
        if many { Value::List(rows) } else { rows.into_iter().next().unwrap_or_default() }
    }

    fn linked_rows(&self, name: &LinkName) -> Vec<Value> {
        let Some(cases) = self.case.links.get(name).filter(|cases| !cases.is_empty()) else {
            return Vec::new();
        };
        let loaded = self.facts.linked.get(name).map_or(&[][..], Vec::as_slice);
        let row_of = |id: &str| {
            loaded.iter().find(|row| row.get("id").and_then(Value::as_text) == Some(id)).cloned()
        };
        let rows: Option<Vec<Value>> = cases.iter().map(|case| row_of(case.as_str())).collect();
        rows.unwrap_or_else(|| {
            self.need(|needs| {
                needs.linked.insert(name.clone(), cases.clone());
            });
            Vec::new()
        })
    }

    fn case_value(&self) -> Value {
        let case = self.case;
        map([
            ("id", case.id.as_str().into()),
            ("state", case.visit.state.as_str().into()),
            ("submission", Value::Integer(i64::from(case.submission))),
            ("started", case.started_at.into()),
        ])
    }

    fn ask_value(&self) -> Value {
        self.asked.map_or(Value::None, |asked| shape::fields(asked.fields, Some(asked.values)))
    }

    fn actor_value(&self) -> Value {
        let Some(actor) = self.actor else { return map([]) };
        let id = actor.id();
        let principal = actor.stands_for().map_or_else(|| id.clone(), ToString::to_string);
        map([("id", Value::Text(id)), ("principal", Value::Text(principal))])
    }

    fn numbers_value(&self) -> Value {
        let numbers = self.definition.numbers.keys().map(|series| {
            let drawn = self.drawn.iter().find(|(drawn, _)| drawn == series).map(|(_, text)| text);
            let number = drawn.or_else(|| self.case.numbers.get(series)).map(String::as_str);
            (series.to_string(), number.into())
        });
        Value::Map(numbers.collect())
    }

    /// With several turns it is over when none of them runs, and ends with the last.
    fn timer(&self, name: &TimerName) -> Value {
        let turns = || self.case.turns(name).map(|(_, timer)| timer);
        let is_over = turns().next().is_some() && turns().all(|timer| timer.is_over);
        let ends = turns().map(|timer| timer.ends).max();
        map([("over", Value::Bool(is_over)), ("ends", ends.into())])
    }

    /// Notes everything this definition may ask of the world about this case.
    pub(in crate::decision) fn touch_all(&self) {
        let definition = self.definition;
        definition.start.given.keys().for_each(|name| self.touch(name.as_str()));
        definition.links.keys().for_each(|name| self.touch(name.as_str()));
        for name in definition.facts.keys() {
            let missing = self.missing();
            self.touch(name.as_str());
            // An argument that cannot be evaluated now is asked for where it matters.
            self.fault.take();
            self.need(|needs| needs.add(missing));
        }
    }
}

/// A row of named values.
pub(in crate::decision) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn cells(count: usize) -> Box<[OnceCell<Value>]> {
    (0..count).map(|_| OnceCell::new()).collect()
}
