//! What cannot be computed because it divides by what is zero then: labels when a case begins or
//! arrives somewhere, so that whatever leads there is refused, and rules after a list was closed that
//! nobody has answered, so that the case goes no further.

use std::{borrow::Cow, cell::Cell, collections::BTreeMap};

use super::{
    domains::Domains,
    known::Known,
    read_through_values,
    sites::{Site, SiteOf, sites},
};
use crate::{
    calendar::{Calendar, Moment},
    definition::{Definition, EffectKind, Rule, Task, document::Entry, reading::Reader},
    expression::{EvaluationFault, Expression, Value, World},
    names::{StateName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    lint_labels(reader, definition, domains);
    for state in reader.outline.root.entries_of("states") {
        let name = StateName::from(state.key.text.as_str());
        let closed =
            definition.tasks_in(&name).filter(|(task, _)| is_closed_by_time(definition, task));
        for (task, known) in closed {
            lint_closed(reader, definition, state, (task, known));
        }
    }
}

fn lint_labels(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    let labels = reader.outline.root.entries_of("labels").iter();
    let labels = labels.filter_map(|entry| {
        let label = definition.labels.get(entry.key.text.as_str())?;
        Some((entry, label)).filter(|_| may_divide(definition, label))
    });
    let labels: Vec<(&Entry, &Expression)> = labels.collect();
    if labels.is_empty() {
        return;
    }
    let sites = sites(reader, definition);
    let arrivals: Vec<_> =
        sites.iter().flat_map(|site| Arrival::of(definition, domains, site)).collect();
    for (Entry { key, value }, label) in labels {
        let found = arrivals.iter().find(|arrival| arrival.divides_by_zero(label));
        let Some(arrival) = found else { continue };
        let when = match arrival.is_start {
            true => format!("一发起标签「{}」就算不出来：除数为零，谁也发起不了", key.text),
            false => {
                format!("到「{}」时标签「{}」算不出来：除数为零，去不了", arrival.state, key.text)
            }
        };
        let remedy = "先判断除数，如 a / b if b != 0 else 0";
        reader.report.doubt(&value.spot, when, remedy);
    }
}

/// Whether the end of some timer closes the list of a task, whoever has answered.
fn is_closed_by_time(definition: &Definition, task: &TaskName) -> bool {
    let of_states = definition.states.values().flat_map(|state| state.timers.values());
    let of_tasks = definition.tasks.values().flat_map(|task| task.timers.values());
    let over = of_states.chain(of_tasks).filter_map(|timer| timer.over.as_ref());
    let mut effects = over.flat_map(|over| over.steps()).flat_map(|step| &step.effects);
    effects.any(|effect| matches!(&effect.kind, EffectKind::Close(closed) if closed == task))
}

/// Tells the first rule of a state that fails where nobody of the list has answered; those before it
/// do not act then, or it is not known.
fn lint_closed(
    reader: &Reader<'_>,
    definition: &Definition,
    state: &Entry,
    (task, known): (&TaskName, &Task),
) {
    let Some((name, here)) = definition.states.get_key_value(state.key.text.as_str()) else {
        return;
    };
    let unanswered = Arrival::unanswered(definition, name, task);
    for (rule, entry) in here.choose.iter().zip(state.value.entries_of("choose")) {
        let Some(when) = &rule.1.when else { return };
        if unanswered.divides_by_zero(when) {
            let message = format!(
                "「{}」到期截止时可能一个人也没有答：规则「{}」除数为零，算不出来，案停在这里",
                known.name, rule.0
            );
            let remedy =
                format!("先判断 {task}.given，如 a / {task}.given if {task}.given > 0 else 0");
            reader.report.doubt(&entry.key.spot, message, remedy);
            return;
        }
        if unanswered.certainly_holds(when) {
            return;
        }
    }
}

/// Whether an expression or a value behind it divides.
fn may_divide(definition: &Definition, label: &Expression) -> bool {
    let read = read_through_values(definition, label.source());
    let values = read.iter().filter_map(|path| definition.values.get(path.first()?.as_str()));
    values.chain([label]).any(|it| it.source().contains(['/', '%']))
}

/// A case that has just come to a state.
struct Arrival<'d> {
    definition: &'d Definition,
    state: &'d StateName,
    is_start: bool,
    /// The task whose list was closed without an answer.
    unanswered: Option<&'d TaskName>,
    vars: BTreeMap<String, Value>,
    calendar: Calendar,
    /// Whether something was asked that is not known.
    is_unknown: Cell<bool>,
    is_divided: Cell<bool>,
}

impl<'d> Arrival<'d> {
    fn of(definition: &'d Definition, domains: &Domains<'d>, site: &Site<'d>) -> Vec<Self> {
        let is_start = matches!(site.of, SiteOf::Start(_));
        let to = site.step.target.states().iter();
        let arrivals = to.filter_map(|state| {
            let known = definition.states.get(state)?;
            let vars = domains.arriving(site, known)?;
            // Labels are computed when no rule acts any more.
            let with =
                |world: Known<'d>, (var, value): (&String, &Value)| world.with(var, value.clone());
            let world = vars.iter().fold(Known::new(definition), with);
            let fails =
                |rule: &Rule| rule.when.as_ref().and_then(|it| world.verdict(it)) == Some(false);
            if !known.choose.values().all(fails) {
                return None;
            }
            let (is_unknown, is_divided) = (Cell::new(false), Cell::new(false));
            let calendar = Calendar::default();
            let unanswered = None;
            Some(Self {
                definition,
                state,
                is_start,
                unanswered,
                vars,
                calendar,
                is_unknown,
                is_divided,
            })
        });
        arrivals.collect()
    }

    /// Of variables and other tasks nothing is known.
    fn unanswered(definition: &'d Definition, state: &'d StateName, task: &'d TaskName) -> Self {
        Self {
            definition,
            state,
            is_start: false,
            unanswered: Some(task),
            vars: BTreeMap::new(),
            calendar: Calendar::default(),
            is_unknown: Cell::new(false),
            is_divided: Cell::new(false),
        }
    }

    /// Whether a condition holds whatever is not known.
    fn certainly_holds(&self, condition: &Expression) -> bool {
        self.is_unknown.set(false);
        let holds = condition.evaluate(self).is_ok_and(|value| value == Value::Bool(true));
        holds && !self.is_unknown.get()
    }

    /// Whether computing it certainly divides by zero.
    fn divides_by_zero(&self, label: &Expression) -> bool {
        self.is_unknown.set(false);
        self.is_divided.set(false);
        let fault = label.evaluate(self).err();
        let is_divided = self.is_divided.get() || fault == Some(EvaluationFault::DivisionByZero);
        is_divided && !self.is_unknown.get()
    }

    fn unknown(&self) -> Cow<'_, Value> {
        self.is_unknown.set(true);
        Cow::Borrowed(Value::NONE)
    }
}

impl World for Arrival<'_> {
    fn name(&self, name: &str) -> Cow<'_, Value> {
        if let Some(value) = self.vars.get(name) {
            return Cow::Borrowed(value);
        }
        let Some(value) = self.definition.values.get(name) else { return self.unknown() };
        match value.evaluate(self) {
            Ok(value) => Cow::Owned(value),
            Err(fault) => {
                let is_divided = fault == EvaluationFault::DivisionByZero;
                self.is_divided.set(self.is_divided.get() || is_divided);
                Cow::Borrowed(Value::NONE)
            }
        }
    }

    fn path(&self, path: &[String]) -> Cow<'_, Value> {
        match path {
            [task, count] if self.unanswered.is_some_and(|it| it.as_str() == task) => {
                match count.as_str() {
                    "given" | "times" | "open" => Cow::Owned(Value::Integer(0)),
                    "all" => Cow::Owned(Value::Integer(1)),
                    "closed" => Cow::Owned(Value::Bool(true)),
                    "answers" | "done" => Cow::Owned(Value::List(Vec::new())),
                    _ => self.unknown(),
                }
            }
            // Nobody has answered anything when a case begins.
            [task, count] if self.is_start && self.definition.tasks.contains_key(task.as_str()) => {
                match count.as_str() {
                    "given" | "times" => Cow::Owned(Value::Integer(0)),
                    "answers" | "done" => Cow::Owned(Value::List(Vec::new())),
                    _ => self.unknown(),
                }
            }
            [] => Cow::Borrowed(Value::NONE),
            [root, fields @ ..] => Value::at_cow(self.name(root), fields),
        }
    }

    fn now(&self) -> Moment {
        self.is_unknown.set(true);
        Moment(0)
    }

    fn calendar(&self) -> &Calendar {
        self.is_unknown.set(true);
        &self.calendar
    }

    fn changed(&self, _: &[String], _: i64) -> bool {
        self.is_unknown.set(true);
        false
    }
}
