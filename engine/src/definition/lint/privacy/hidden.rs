//! Whose names are hidden, and which paths tell them: those by which they are found, and the answers that
//! say who gave them.

use super::rows;
use crate::{
    definition::{Definition, Participant, WhoKind, mention::paths},
    expression::Expression,
    names::ParticipantName,
};

/// Somebody whose name is hidden.
pub(super) struct Hidden<'d> {
    pub(super) participant: &'d ParticipantName,
    /// The names by which it is found.
    roots: Vec<String>,
    /// The paths that tell who it is, each of them whole.
    paths: Vec<Vec<String>>,
    /// When it is hidden; `None` is always.
    pub(super) when: Vec<Option<&'d Expression>>,
}

impl<'d> Hidden<'d> {
    /// A participant whose name is hidden from `to`, where anything tells it.
    pub(super) fn of(
        definition: &Definition,
        (name, participant): (&'d ParticipantName, &'d Participant),
        to: &ParticipantName,
    ) -> Option<Self> {
        let from = rows(participant).filter(|(_, who)| who.unnamed_to.contains(to));
        let (mut roots, mut when, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for (row_when, who) in from {
            when.push(row_when);
            match &who.kind {
                WhoKind::Account(account) => {
                    let path = paths(account.source()).into_iter().next().unwrap_or_default();
                    roots.extend(path.into_iter().next());
                }
                // The people of a list, where they are there for nothing else.
                WhoKind::Each { list, filter: None } if row_when.is_none() => {
                    told.extend(of_list(list));
                }
                WhoKind::Each { .. }
                | WhoKind::Role { .. }
                | WhoKind::Service(_)
                | WhoKind::Link(_)
                | WhoKind::Case(_) => {}
            }
        }
        let is_always = rows(participant).all(|(_, who)| who.unnamed_to.contains(to));
        if is_always && participant.whos().all(|who| who.is_each()) {
            told.extend(of_answers(definition, name));
        }
        let is_any = !roots.is_empty() || !told.is_empty();
        is_any.then_some(Self { participant: name, roots, paths: told, when })
    }

    /// Whether a path tells who it is.
    pub(super) fn is_of(&self, path: &[String]) -> bool {
        // `person.account` is somebody, and so is whatever else the person is told by.
        let is_found = match path {
            [root, field, ..] => self.roots.contains(root) && field != "id",
            // All of it, to be shown in part.
            [root] => self.roots.contains(root),
            [] => false,
        };
        is_found || self.paths.iter().any(|told| told == path)
    }
}

/// What tells who is in a list that is found by a plain path.
fn of_list(list: &Expression) -> Vec<Vec<String>> {
    let [path] = list.reads() else { return Vec::new() };
    if list.source().trim() != path.join(".") {
        return Vec::new();
    }
    let told = |field: &str| [&path[..], &[field.to_owned()]].concat();
    vec![told("name"), told("account")]
}

/// What tells who answered the tasks of a list.
fn of_answers(definition: &Definition, participant: &ParticipantName) -> Vec<Vec<String>> {
    let tasks = definition.tasks.iter().filter(|(_, task)| task.participant == *participant);
    let told = tasks
        .flat_map(|(name, _)| [vec![name.as_str(), "done"], vec![name.as_str(), "answers", "by"]]);
    told.map(|path| path.into_iter().map(str::to_owned).collect()).collect()
}

/// What tells letters and advice where somebody is from whose case `to` must not know: the number of the
/// person, and the unit, unless `to` is found by it.
pub(super) fn whence<'d>(definition: &'d Definition, to: &ParticipantName) -> Option<Hidden<'d>> {
    let by = definition.start.by.as_ref()?;
    let starter = definition.participants.get(by)?;
    let is_hidden = starter.whos().all(|who| who.unnamed_to.contains(to));
    let accounts = starter.whos().filter_map(|who| match &who.kind {
        WhoKind::Account(account) => Some(account.reads()),
        WhoKind::Role { .. }
        | WhoKind::Each { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => None,
    });
    let roots: Vec<&str> = accounts
        .filter_map(|reads| match reads {
            [path] if path.len() > 1 => Some(path[0].as_str()),
            _ => None,
        })
        .collect();
    let given = |root: &str| definition.start.given.contains_key(root);
    if !is_hidden || roots.len() != starter.whos().count() || !roots.iter().all(|it| given(it)) {
        return None;
    }
    let mut whos = definition.participants.get(to).into_iter().flat_map(Participant::whos);
    let knows = whos.any(|who| match &who.kind {
        WhoKind::Role { unit: Some(unit), .. } => {
            unit.reads().iter().any(|path| path[0] == "unit" || roots.contains(&path[0].as_str()))
        }
        WhoKind::Role { unit: None, .. }
        | WhoKind::Account(_)
        | WhoKind::Each { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => false,
    });
    let of_unit = ["name", "id"].map(|field| vec!["unit".to_owned(), field.to_owned()]);
    let of_unit = of_unit.into_iter().filter(|_| !knows && given("unit"));
    let of_person = roots.iter().map(|root| vec![(*root).to_owned(), "id".to_owned()]);
    let paths = of_person.chain(of_unit).collect();
    Some(Hidden { participant: by, roots: Vec::new(), paths, when: Vec::new() })
}

/// The participants that are people: services and other cases look at nothing.
pub(super) fn people(definition: &Definition) -> impl Iterator<Item = &ParticipantName> {
    let is_person = |participant: &Participant| {
        participant.whos().any(|who| match &who.kind {
            WhoKind::Account(_) | WhoKind::Role { .. } | WhoKind::Each { .. } => true,
            WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => false,
        })
    };
    let people = definition.participants.iter().filter(move |(_, it)| is_person(it));
    people.map(|(name, _)| name)
}
