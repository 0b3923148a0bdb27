//! What a case is given by the one that starts it, and that some must not see there: it stood in a
//! section of that case that is hidden from them, or tells a name that is.

use indexmap::IndexMap;

use super::{
    Secret,
    hidden::people,
    rows, secrets,
    ways::{Following, Ways},
    who,
};
use crate::{
    definition::{Definition, EffectKind, Participant, Section, Who, WhoKind, world::World},
    expression::Expression,
    names::{ParticipantName, SubjectName, VarName},
};

/// A variable with what it is given.
pub(super) struct Given<'d> {
    pub(super) var: &'d VarName,
    /// Who must not see it.
    from: Vec<&'d ParticipantName>,
    /// Where it stood, and who sees that, in words.
    pub(super) words: String,
}

impl Given<'_> {
    pub(super) fn is_hidden_from(&self, to: &ParticipantName) -> bool {
        self.from.contains(&to)
    }
}

/// Everything that a definition is given of what some of its people must not know where it comes from.
pub(super) fn given<'d>(world: &'d World, definition: &'d Definition) -> Vec<Given<'d>> {
    let mut found = Vec::new();
    for starting in world.definitions.get().into_iter().flatten() {
        let is_hidden = |section: &Section| section.visible_to.is_some();
        let is_unnamed = |it: &Participant| it.whos().any(|who| !who.unnamed_to.is_empty());
        let hides = starting.form.sections.values().any(is_hidden)
            || starting.participants.values().any(is_unnamed);
        let effects = starting.steps().flat_map(|step| &step.effects);
        let mut starts = effects.filter_map(|effect| {
            let EffectKind::Start { workflow, given, set, .. } = &effect.kind else { return None };
            (hides && definition.lineage.contains(workflow)).then_some((given, set))
        });
        let Some(first) = starts.next() else { continue };
        let ways = Ways::of_content(starting);
        for (given, set) in std::iter::once(first).chain(starts) {
            found.extend(set.iter().filter_map(|it| of_var(&ways, definition, it, given)));
        }
    }
    found
}

/// What is hidden in the value of a variable, and from whom, where it is from anybody.
fn of_var<'d>(
    ways: &Ways<'_>,
    definition: &'d Definition,
    (var, value): (&'d VarName, &Expression),
    given: &IndexMap<SubjectName, Expression>,
) -> Option<Given<'d>> {
    let starting = ways.definition();
    let shown = value.shows();
    // What the value says that this participant of the other case must not know, in words.
    let kept_from = |other: &ParticipantName| {
        secrets(ways, other).iter().find_map(|secret| {
            ways.to(&shown, Following::Content, &|path| secret.is_of(path))?;
            match secret {
                Secret::Section(name, section) => Some(format!(
                    "来自流程 {} 的栏目「{name}」，只给 {} 看",
                    starting.key,
                    who(section)
                )),
                Secret::Name(hidden) => Some(format!(
                    "来自流程 {}，那里「{}」对他隐名",
                    starting.key, hidden.participant
                )),
                Secret::Apart(_) | Secret::Given(_) => None,
            }
        })
    };
    let mut words = None;
    let is_hidden_from = |to: &&ParticipantName| {
        let alike: Vec<_> = people(starting)
            .filter(|other| are_alike((definition, to), (starting, other), given))
            .collect();
        let kept: Option<Vec<String>> = alike.iter().map(|other| kept_from(other)).collect();
        let kept = kept.and_then(|kept| kept.into_iter().next());
        let is_kept = kept.is_some();
        words = words.take().or(kept);
        is_kept
    };
    let from: Vec<_> = people(definition).filter(is_hidden_from).collect();
    words.map(|words| Given { var, from, words })
}

/// Whether a participant of a case may be one of that which starts it with these subjects.
fn are_alike(
    (definition, name): (&Definition, &ParticipantName),
    (starting, other): (&Definition, &ParticipantName),
    given: &IndexMap<SubjectName, Expression>,
) -> bool {
    let (own, others) = (definition.participants.get(name), starting.participants.get(other));
    let mut own = own.into_iter().flat_map(rows);
    own.any(|(_, own)| {
        others.into_iter().flat_map(rows).any(|(_, other)| is_alike(own, other, given))
    })
}

fn is_alike(own: &Who, other: &Who, given: &IndexMap<SubjectName, Expression>) -> bool {
    if let (WhoKind::Account(own), WhoKind::Account(other)) = (&own.kind, &other.kind) {
        return is_same(own, other, given);
    }
    let (WhoKind::Role { role, unit }, WhoKind::Role { role: other, unit: others }) =
        (&own.kind, &other.kind)
    else {
        return false;
    };
    role.source() == other.source()
        && match (unit, others) {
            (Some(unit), Some(other)) => is_same(unit, other, given),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
}

/// Whether a path to what belongs to a subject is that to what belongs to the one that is given for it.
fn is_same(
    own_expression: &Expression,
    other_expression: &Expression,
    given: &IndexMap<SubjectName, Expression>,
) -> bool {
    let ([own], [other]) = (own_expression.reads(), other_expression.reads()) else {
        return false;
    };
    let is_path = |it: &Expression, path: &[String]| it.source().trim() == path.join(".");
    if !is_path(own_expression, own) || !is_path(other_expression, other) {
        return false;
    }
    let subject = own.first().and_then(|root| given.get(root.as_str()));
    let subject = subject.and_then(|it| it.source().trim().strip_suffix(".id"));
    subject.is_some_and(|subject| format!("{subject}.{}", own[1..].join(".")) == other.join("."))
}
