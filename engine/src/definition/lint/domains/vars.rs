//! What is known of variables at one moment.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::{
    definition::{Assigned, Definition, FieldKind, Fields, Options, Task},
    expression::{Expression, Knowing, Limits, Value},
    names::StateName,
};

/// What is known of each variable. Most steps change little of it: what stays is shared.
#[derive(Clone, Debug, Default)]
pub(super) struct Vars {
    limits: Rc<BTreeMap<Rc<str>, Rc<Limits>>>,
    /// Those that have a value for certain although they may have none.
    present: Rc<BTreeSet<Rc<str>>>,
}

impl Vars {
    /// What variables are before a case has done anything.
    pub(super) fn first(definition: &Definition) -> Self {
        let mut vars = Self::default();
        for (name, var) in &definition.vars {
            vars.put(name.as_str(), Limits::of(&var.initial), !var.initial.is_none());
        }
        vars
    }

    pub(super) fn limits(&self, var: &str) -> Option<Limits> {
        self.limits.get(var).map(|limits| (**limits).clone())
    }

    /// Those that can only have one value.
    pub(super) fn known(&self) -> BTreeMap<String, Value> {
        let known = self.limits.iter().filter_map(|(var, limits)| Some((var, limits.only()?)));
        known.map(|(var, value)| (var.to_string(), value)).collect()
    }

    pub(super) fn forget(&mut self, var: &str) {
        self.put(var, None, false);
    }

    fn put(&mut self, var: &str, limits: Option<Limits>, is_present: bool) {
        self.limit(var, limits);
        match is_present {
            true if !self.present.contains(var) => {
                _ = Rc::make_mut(&mut self.present).insert(var.into());
            }
            false if self.present.contains(var) => {
                _ = Rc::make_mut(&mut self.present).remove(var);
            }
            true | false => {}
        }
    }

    fn limit(&mut self, var: &str, limits: Option<Limits>) {
        if self.limits.get(var).map(|known| &**known) == limits.as_ref() {
            return;
        }
        let known = Rc::make_mut(&mut self.limits);
        match limits {
            Some(limits) => _ = known.insert(var.into(), limits.into()),
            None => _ = known.remove(var),
        }
    }

    /// Knows only what is known where either is; whether that is less than before.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut joined = Vec::new();
        if !Rc::ptr_eq(&self.limits, &other.limits) {
            for (var, limits) in self.limits.iter() {
                let others = other.limits.get(var);
                if others.is_some_and(|others| Rc::ptr_eq(limits, others)) {
                    continue;
                }
                let found = others.and_then(|it| (**limits).clone().or((**it).clone()));
                if found.as_ref() != Some(&**limits) {
                    joined.push((var.clone(), found));
                }
            }
        }
        let is_lost = |var: &&Rc<str>| !other.present.contains(*var);
        let lost: Vec<Rc<str>> = self.present.iter().filter(is_lost).cloned().collect();
        let is_less = !joined.is_empty() || !lost.is_empty();
        joined.into_iter().for_each(|(var, limits)| self.limit(&var, limits));
        if !lost.is_empty() {
            Rc::make_mut(&mut self.present).retain(|var| !lost.contains(var));
        }
        is_less
    }

    pub(super) fn widen(&mut self, before: &Self) {
        for (var, limits) in Rc::clone(&self.limits).iter() {
            let before = before.limits.get(var);
            self.limit(var, before.and_then(|before| (**limits).clone().widened(before)));
        }
    }

    /// Knows that a condition holds, or fails.
    pub(super) fn narrow(&mut self, when: &Expression, holds: bool) {
        for path in when.reads() {
            let [var] = &path[..] else { continue };
            let found = when.narrowed(holds, path, self.limits(var));
            self.limit(var, found);
            if when.needs(holds, path) && !self.present.contains(var.as_str()) {
                Rc::make_mut(&mut self.present).insert(var.as_str().into());
            }
        }
    }

    /// Whether every variable may have some value.
    pub(super) fn is_possible(&self) -> bool {
        self.limits.values().all(|limits| limits.is_possible())
    }
}

/// What is known where something is asked.
pub(in crate::definition::lint) struct Standing<'d> {
    pub(super) definition: &'d Definition,
    pub(super) vars: Vars,
    /// What was asked of whoever acts.
    pub(super) ask: Option<&'d Fields>,
    /// The only state in which it is asked.
    pub(super) state: Option<&'d StateName>,
}

impl Knowing for Standing<'_> {
    fn limits(&self, path: &[String]) -> Option<Limits> {
        match path {
            [var] => self.vars.limits(var),
            [ask, field] if ask == "ask" => self.ask?.get(field.as_str())?.limits(),
            [case, state] if case == "case" && state == "state" => {
                Some(Limits::OneOf(vec![self.state?.as_str().into()]))
            }
            _ => counted(self.definition, path),
        }
    }

    fn value(&self, name: &str) -> Option<&Expression> {
        self.definition.values.get(name)
    }

    fn is_within(&self, path: &[String], whole: &[String]) -> bool {
        is_within(self.definition, path, whole)
    }
}

impl<'d> Standing<'d> {
    /// The same in this state alone.
    pub(in crate::definition::lint) fn at(self, state: Option<&'d StateName>) -> Self {
        Self { state, ..self }
    }

    /// The variables that can only have one value.
    pub(in crate::definition::lint) fn known(&self) -> BTreeMap<String, Value> {
        self.vars.known()
    }

    /// Whether every variable may have some value.
    pub(in crate::definition::lint) fn is_possible(&self) -> bool {
        self.vars.is_possible()
    }

    /// Whether a variable has a value for certain.
    pub(in crate::definition::lint) fn has(&self, var: &str) -> bool {
        self.vars.present.contains(var)
    }

    pub(super) fn set(&mut self, to: &Assigned, value: &Expression) {
        let Assigned::Var(var) = to else { return };
        let limits = value.limits(&|path| self.limits(path));
        let is_of_present = matches!(value.reads(), [path] if path.len() == 1
            && path[0] == value.source().trim() && self.has(&path[0]));
        let is_present = !value.value_type().is_optional() || is_of_present;
        self.vars.put(var.as_str(), limits, is_present);
    }
}

/// The limits of what is counted of a task.
pub(super) fn counted(definition: &Definition, path: &[String]) -> Option<Limits> {
    if let [task, asked, _] = path
        && asked != "answer"
        && definition.tasks.get(task.as_str()).is_some_and(|task| is_asked_of_fixed(task, asked))
    {
        return Some(Limits::Whole(Some(0), None));
    }
    let [task, count] = path else { return None };
    if task == "case" && count == "submission" {
        let mut actions = definition.tasks.values().flat_map(|task| task.actions.values());
        let is_submitted = definition.start.action.freeze || actions.any(|action| action.freeze);
        return Some(Limits::Whole(Some(0), (!is_submitted).then_some(0)));
    }
    let is_counted = ["all", "given", "open", "times"].contains(&count.as_str());
    (is_counted && definition.tasks.contains_key(task.as_str()))
        .then_some(Limits::Whole(Some(0), None))
}

/// Whether what a path counts of a task is never more than another: of a list at most all answer, and
/// each once, unless the task opens again. Ballots stay counted whoever is in the list.
pub(super) fn is_within(definition: &Definition, path: &[String], whole: &[String]) -> bool {
    let ([task, part, ..], [of, whole]) = (path, whole) else { return false };
    let Some(known) = definition.tasks.get(task.as_str()).filter(|it| task == of && !it.secret)
    else {
        return false;
    };
    let counts = |name: &str| matches!(path, [_, part] if part == name);
    let is_of_people = counts("given") || counts("done");
    let is_option = path.len() == 3 && is_asked_of_fixed(known, part);
    let is_of_answers = (counts("answers") || is_option) && !known.repeat;
    whole == "all" && (is_of_people || is_of_answers)
        || whole == "given" && (counts("done") || is_of_answers)
}

/// Whether the options of a question are counted.
fn is_asked_of_fixed(task: &Task, name: &str) -> bool {
    let mut asked = task.actions.values().filter_map(|action| action.ask.get(name));
    asked.any(|field| {
        matches!(
            field.kind,
            FieldKind::Choice(Options::Fixed(_))
                | FieldKind::Choices { options: Options::Fixed(_), .. }
        )
    })
}
