//! Sections and fields that are shown only once something is filled in that is not shown before: in
//! themselves, or in others that wait for them.

use super::{read_through_values, starts::is_started};
use crate::{
    definition::{Assigned, Definition, Field, document::Node, reading::Reader, scope::Scope},
    expression::{Expression, Knowing, Limits, Trying, Value},
    names::{FieldName, SectionName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    if is_started(reader) {
        return;
    }
    let mut hidden = Hidden { definition, parts: parts(definition) };
    loop {
        let is_hidden = |part: &Part<'_>| {
            scope.always(part.when, Trying::NOTHING).is_none()
                && scope.always(part.when, Trying::with(&hidden)) == Some(false)
        };
        let left: Vec<Part<'_>> = hidden.parts.iter().copied().filter(is_hidden).collect();
        let is_settled = left.len() == hidden.parts.len();
        hidden.parts = left;
        if is_settled {
            break;
        }
    }
    for part in &hidden.parts {
        let awaited = read_through_values(definition, part.when.source());
        let awaited = awaited.into_iter().filter(|path| hidden.is_empty(path).is_some());
        let awaited: Vec<_> = awaited.collect();
        let own = awaited.iter().find(|path| part.holds(path));
        let Some((path, node)) = own.or(awaited.first()).zip(part.written(reader)) else {
            continue;
        };
        let path = path.join(".");
        let why = match own {
            Some(_) => format!("它的 when 读它自己的 {path}，没有显示时是空的"),
            None => format!("它的 when 要等 {path}，那里也要等别的先显示"),
        };
        let message = format!("{}永远不显示：{why}", part.words());
        reader.report.doubt(&node.spot, message, "when 里写先填的栏目或变量");
    }
}

/// A section or field that is not always shown.
#[derive(Clone, Copy)]
struct Part<'d> {
    section: &'d SectionName,
    field: Option<&'d FieldName>,
    when: &'d Expression,
}

impl Part<'_> {
    /// Whether a path leads into it.
    fn holds(&self, path: &[String]) -> bool {
        let field = self.field.map(|field| field.as_str());
        path.get(1).is_some_and(|it| it == self.section.as_str())
            && field.is_none_or(|field| path.get(2).is_some_and(|it| it == field))
    }

    fn words(&self) -> String {
        match self.field {
            Some(field) => format!("字段「{}.{field}」", self.section),
            None => format!("栏目「{}」", self.section),
        }
    }

    /// Where its condition is written.
    fn written<'r>(&self, reader: &'r Reader<'_>) -> Option<&'r Node> {
        let section = &reader.outline.sections.get(self.section.as_str())?.node;
        match self.field {
            Some(field) => section.get("fields")?.get(field.as_str())?.get("when"),
            None => section.get("when"),
        }
    }
}

fn parts(definition: &Definition) -> Vec<Part<'_>> {
    let sections = definition.form.sections.iter();
    let parts = sections.flat_map(|(name, section)| {
        let own = section.when.iter().map(move |when| Part { section: name, field: None, when });
        // The rows of a section each have their own.
        let fields = section.fields.iter().filter(|_| section.rows.is_none());
        let fields = fields.filter_map(move |(field, known)| {
            let when = known.when.as_ref()?;
            Some(Part { section: name, field: Some(field), when })
        });
        own.chain(fields)
    });
    parts.collect()
}

/// Nothing is known but that what is not shown is empty.
struct Hidden<'d> {
    definition: &'d Definition,
    parts: Vec<Part<'d>>,
}

impl Hidden<'_> {
    /// The value of a path of the form that is not shown, where only people fill it.
    fn is_empty(&self, path: &[String]) -> Option<Value> {
        let [form, section, rest @ ..] = path else { return None };
        let known = self.definition.form.sections.get(section.as_str())?;
        let is_hidden = form == "form" && self.parts.iter().any(|part| part.holds(path));
        let fixes = self.definition.checks.values().flat_map(|check| &check.fix);
        let mut sets = self.definition.steps().flat_map(|step| &step.set).chain(fixes);
        let is_set =
            sets.any(|set| matches!(&set.to, Assigned::Form(of, _) if of.as_str() == section));
        if !is_hidden || is_set {
            return None;
        }
        let is_entered = |field: &&Field| field.is_entered() && field.prefill.is_none();
        match (rest, known.rows) {
            ([], Some(_)) => Some(Value::List(Vec::new())),
            ([field], None) => known
                .fields
                .get(field.as_str())
                .filter(is_entered)
                .map(|field| field.kind.empty().clone()),
            (_, Some(_) | None) => None,
        }
    }
}

impl Knowing for Hidden<'_> {
    fn limits(&self, path: &[String]) -> Option<Limits> {
        self.is_empty(path).map(|empty| Limits::OneOf(vec![empty]))
    }

    fn value(&self, name: &str) -> Option<&Expression> {
        self.definition.values.get(name)
    }
}
