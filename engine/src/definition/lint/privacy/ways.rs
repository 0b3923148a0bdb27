//! The ways by which a text comes to say what somebody must not know: through values, variables, labels
//! and computed fields.

use std::collections::BTreeMap;

use crate::{
    definition::{Assigned, Definition, EffectKind},
    expression::Expression,
};

/// How a text says something: what is written in it, and what that comes from.
pub(super) struct Way {
    pub(super) said: Vec<String>,
    pub(super) source: Vec<String>,
}

impl Way {
    /// `note（来自 person.name）`.
    pub(super) fn words(&self) -> String {
        let (said, source) = (self.said.join("."), self.source.join("."));
        if said == source { said } else { format!("{said}（来自 {source}）") }
    }
}

/// What is followed from a name to what it is made of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Following {
    /// What may be seen in it.
    Content,
    /// Whatever it depends on now: a variable was set before.
    Now,
}

/// What names are made of.
pub(super) struct Ways<'d> {
    definition: &'d Definition,
    /// What may be seen in each variable.
    set: BTreeMap<&'d str, Vec<Vec<String>>>,
}

impl<'d> Ways<'d> {
    pub(super) fn of(definition: &'d Definition) -> Self {
        let mut set: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
        for step in definition.steps() {
            for assignment in &step.set {
                if let Assigned::Var(var) = &assignment.to {
                    set.entry(var.as_str()).or_default().extend(assignment.value.shows());
                }
            }
            for effect in &step.effects {
                if let EffectKind::Draw(draw) = &effect.kind {
                    set.entry(draw.into.as_str()).or_default().extend(draw.of.shows());
                }
            }
        }
        Self { definition, set }
    }

    /// The first way from what is written to what `is_secret` means.
    pub(super) fn to(
        &self,
        said: &[Vec<String>],
        following: Following,
        is_secret: &dyn Fn(&[String]) -> bool,
    ) -> Option<Way> {
        said.iter().find_map(|said| {
            let mut found: Vec<Vec<String>> = vec![said.clone()];
            let mut next = 0;
            while let Some(path) = found.get(next).cloned() {
                if is_secret(&path) {
                    return Some(Way { said: said.clone(), source: path });
                }
                next += 1;
                for path in self.made_of(&path, following) {
                    if !found.contains(&path) {
                        found.push(path);
                    }
                }
            }
            None
        })
    }

    /// What the value of a name is made of.
    fn made_of(&self, path: &[String], following: Following) -> Vec<Vec<String>> {
        let definition = self.definition;
        let reads = |expression: &Expression| match following {
            Following::Content => expression.shows(),
            Following::Now => expression.reads().to_vec(),
        };
        let mut found = Vec::new();
        let Some(root) = path.first().map(String::as_str) else { return found };
        found.extend(definition.values.get(root).into_iter().flat_map(reads));
        if following == Following::Now {
            return found;
        }
        let label = definition.labels.get(root).filter(|_| path.len() == 1);
        found.extend(label.into_iter().flat_map(reads));
        found.extend(self.set.get(root).into_iter().flatten().cloned());
        if let [form, section, field, ..] = path
            && form == "form"
        {
            let section = definition.form.sections.get(section.as_str());
            let field = section.and_then(|section| section.fields.get(field.as_str()));
            found.extend(field.into_iter().flat_map(|it| it.computed.iter()).flat_map(reads));
        }
        found
    }
}
