//! A world in which only these names are known, to ask what a condition says for certain.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    calendar::{Calendar, Moment},
    definition::Definition,
    expression::{Expression, Value, World},
};

/// Names with their values, and the values of a definition that follow from them.
#[derive(Clone)]
pub(super) struct Known<'d> {
    definition: &'d Definition,
    names: BTreeMap<String, Value>,
    calendar: Calendar,
}

impl<'d> Known<'d> {
    pub(super) fn new(definition: &'d Definition) -> Self {
        Self { definition, names: BTreeMap::new(), calendar: Calendar::default() }
    }

    /// The same with one more name.
    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.names.insert(name.to_owned(), value);
        self
    }

    /// What a condition says whatever all other names are.
    pub(super) fn verdict(&self, condition: &Expression) -> Option<bool> {
        condition.verdict(self, &|root| self.is_known(root, 0))
    }

    /// The value of an expression, where it hangs on nothing else.
    pub(super) fn value(&self, of: &Expression) -> Option<Value> {
        let mut roots = of.reads().iter().filter_map(|path| path.first());
        let is_known = !of.asks_time() && roots.all(|root| self.is_known(root, 0));
        is_known.then(|| of.evaluate(self).ok())?
    }

    fn is_known(&self, root: &str, depth: u32) -> bool {
        const DEEPEST: u32 = 16;
        let follows = |value: &Expression| {
            let mut roots = value.reads().iter().filter_map(|path| path.first());
            depth < DEEPEST
                && !value.asks_time()
                && roots.all(|root| self.is_known(root, depth + 1))
        };
        self.names.contains_key(root) || self.definition.values.get(root).is_some_and(follows)
    }
}

impl World for Known<'_> {
    fn name(&self, name: &str) -> Cow<'_, Value> {
        match (self.names.get(name), self.definition.values.get(name)) {
            (Some(value), _) => Cow::Borrowed(value),
            (None, Some(value)) => Cow::Owned(value.evaluate(self).unwrap_or_default()),
            (None, None) => Cow::Borrowed(Value::NONE),
        }
    }

    fn now(&self) -> Moment {
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        true
    }
}
