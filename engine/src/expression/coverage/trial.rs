//! A world of tried values.

use std::{borrow::Cow, collections::BTreeMap};

use super::{MOST_TURNS, Turn};
use crate::{
    calendar::{Calendar, Moment},
    expression::{Expression, Value, World, evaluate, plan::Node},
};

/// A world of the tried values.
#[derive(Clone, Default)]
pub(super) struct Trial<'v> {
    values: Vec<(&'v Vec<String>, &'v Value)>,
    /// What rules have set since.
    set: BTreeMap<Vec<String>, Value>,
    calendar: Calendar,
}

impl<'v> Trial<'v> {
    pub(super) fn put(&mut self, path: &'v Vec<String>, value: &'v Value) {
        self.values.push((path, value));
    }

    /// Sets a variable to what follows from the values so far.
    pub(super) fn compute(&mut self, var: &str, value: &Node) {
        if let Ok(value) = evaluate::evaluate(value, self) {
            self.set.insert(vec![var.to_owned()], value);
        }
    }

    pub(super) fn says(&self, condition: &Node) -> bool {
        evaluate::holds(condition, self).unwrap_or(false)
    }

    pub(super) fn value(&self, path: &[String]) -> &Value {
        let found = self.values.iter().find(|(known, _)| *known == path);
        self.set.get(path).or(found.map(|(_, value)| *value)).unwrap_or(Value::NONE)
    }

    pub(super) fn holds(&self, condition: &Expression) -> bool {
        condition.holds(self).unwrap_or(false)
    }

    /// Whether these rules act in turn until they are stopped.
    pub(super) fn keeps_acting(mut self, turns: &[Turn<'_>]) -> bool {
        turns.iter().cycle().take(MOST_TURNS.max(turns.len())).all(|turn| self.acts(turn))
    }

    /// Whether a rule acts; then what it sets is set.
    fn acts(&mut self, turn: &Turn<'_>) -> bool {
        let acts = !turn.before.iter().any(|before| self.holds(before))
            && turn.when.is_none_or(|when| self.holds(when));
        acts && turn.sets.iter().all(|(name, value)| {
            // What cannot be computed here, or has parts, is not known.
            let is_known = value.reads().iter().all(|path| self.knows(path));
            let is_whole = self.values.iter().all(|(path, _)| path[0] != *name || path.len() == 1);
            let value = value.evaluate(self).ok().filter(|_| is_known && is_whole);
            let is_set = value.is_some();
            self.set.extend(value.map(|value| (vec![(*name).to_owned()], value)));
            is_set
        })
    }

    fn knows(&self, path: &[String]) -> bool {
        self.set.contains_key(path) || self.values.iter().any(|(known, _)| *known == path)
    }
}

impl World for Trial<'_> {
    fn name(&self, _: &str) -> Cow<'_, Value> {
        Cow::Borrowed(Value::NONE)
    }

    fn path(&self, path: &[String]) -> Cow<'_, Value> {
        Cow::Borrowed(self.value(path))
    }

    fn now(&self) -> Moment {
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        false
    }
}
