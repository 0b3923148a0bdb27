//! Which values variables may have, as far as all that is ever put into them is known.

use std::collections::BTreeMap;

use super::{
    sites::{Site, SiteOf, sites},
    texts::started_with,
};
use crate::{
    definition::{Action, Assigned, Definition, FieldKind, Fields, Options, Var, reading::Reader},
    expression::{Expression, Limits, Value},
    names::VarName,
};

/// The limits of variables once a case has begun, and of what is counted.
pub(super) struct Domains<'d> {
    definition: &'d Definition,
    of: BTreeMap<String, Limits>,
}

impl<'d> Domains<'d> {
    pub(super) fn of(reader: &Reader<'_>, definition: &'d Definition) -> Self {
        let (started, sites) = (started_with(reader), sites(reader, definition));
        let vars = definition.vars.iter().filter(|(var, _)| !started.contains(&var.to_string()));
        let of = vars.filter_map(|(name, var)| {
            Some((name.to_string(), limits(&sites, definition, name, var)?))
        });
        Self { definition, of: of.collect() }
    }

    /// The limits of a path, where they are known.
    pub(super) fn limits(&self, path: &[String]) -> Option<Limits> {
        match path {
            [var] => self.of.get(var).cloned(),
            [task, count] if self.definition.tasks.contains_key(task.as_str()) => {
                let counts = ["all", "given", "open", "times"];
                counts.contains(&count.as_str()).then_some(Limits::Whole(Some(0), None))
            }
            _ => None,
        }
    }
}

fn limits(
    sites: &[Site<'_>],
    definition: &Definition,
    name: &VarName,
    var: &Var,
) -> Option<Limits> {
    let begins = definition.start.action.step.set.iter();
    let mut begins = begins.filter(|set| set.to == Assigned::Var(name.clone()));
    let initial = begins.next().is_none().then(|| of_value(&var.initial));
    let mut found = match initial {
        Some(initial) => Some(initial?),
        None => None,
    };
    for site in sites {
        let action = match site.of {
            SiteOf::Start(action)
            | SiteOf::Action(_, action)
            | SiteOf::Timer(action)
            | SiteOf::RuleOf(action, _) => Some(action),
            SiteOf::Enter(_) | SiteOf::Rule(..) => None,
        };
        for set in site.step.set.iter().filter(|set| set.to == Assigned::Var(name.clone())) {
            let limits = of_expression(&set.value, action)?;
            found = Some(match found {
                Some(found) => joined(found, limits)?,
                None => limits,
            });
        }
    }
    found
}

fn of_expression(value: &Expression, action: Option<&Action>) -> Option<Limits> {
    if let Some(constant) = value.constant() {
        return of_value(&constant);
    }
    let [path] = value.reads() else { return None };
    let [ask, field] = &path[..] else { return None };
    let is_plain = ask == "ask" && value.source().trim() == path.join(".");
    of_field(action.filter(|_| is_plain).map(|action| &action.ask)?, field)
}

fn of_field(fields: &Fields, field: &str) -> Option<Limits> {
    match &fields.get(field)?.kind {
        FieldKind::Integer { min, max } => Some(Limits::Whole(*min, *max)),
        FieldKind::Choice(Options::Fixed(options)) => {
            Some(Limits::OneOf(options.keys().map(|it| it.as_str().into()).collect()))
        }
        FieldKind::Text { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choice(Options::Computed(_))
        | FieldKind::Choices { .. }
        | FieldKind::YesNo
        | FieldKind::Accepted
        | FieldKind::Files(_)
        | FieldKind::Rows { .. }
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

fn of_value(value: &Value) -> Option<Limits> {
    match value {
        Value::Integer(number) => Some(Limits::Whole(Some(*number), Some(*number))),
        Value::Text(_) => Some(Limits::OneOf(vec![value.clone()])),
        Value::None
        | Value::Bool(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::Moment(_)
        | Value::Span(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
}

fn joined(left: Limits, right: Limits) -> Option<Limits> {
    match (left, right) {
        (Limits::Whole(least, most), Limits::Whole(other_least, other_most)) => {
            let least = least.zip(other_least).map(|(one, other)| one.min(other));
            let most = most.zip(other_most).map(|(one, other)| one.max(other));
            Some(Limits::Whole(least, most))
        }
        (Limits::OneOf(mut values), Limits::OneOf(others)) => {
            values.extend(others);
            Some(Limits::OneOf(values))
        }
        (Limits::Whole(..), Limits::OneOf(_)) | (Limits::OneOf(_), Limits::Whole(..)) => None,
    }
}
