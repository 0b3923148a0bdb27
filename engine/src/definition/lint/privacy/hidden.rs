//! Whose names are hidden, and which paths tell them: those by which they are found, and the answers that
//! say who gave them.

use super::{super::read_through_values, rows};
use crate::{
    definition::{Definition, Participant, Who, WhoKind, mention::paths},
    expression::{Expression, Type},
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
                WhoKind::Each { list, filter } => {
                    told.extend(of_list(definition, (name, to), list, filter.is_some()));
                }
                WhoKind::Role { .. } => {}
                WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => continue,
            }
            told.extend(of_answers(definition, name));
        }
        let is_any = !roots.is_empty() || !told.is_empty();
        is_any.then_some(Self { participant: name, roots, paths: told, when })
    }

    /// Whether whoever wrote something thought of when the name is hidden, and so may have left it out
    /// then.
    pub(super) fn is_minded(&self, definition: &Definition, read: &[Vec<String>]) -> bool {
        let conditions: Option<Vec<&Expression>> = self.when.iter().copied().collect();
        let conditions = conditions.filter(|conditions| !conditions.is_empty());
        conditions.is_some_and(|conditions| {
            conditions.iter().all(|when| {
                let asked = read_through_values(definition, when.source());
                asked.iter().any(|path| path[0] != "not" && read.contains(path))
            })
        })
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

/// What tells who is in a list: of one that is named as it is, its rows; of a part of one, the rows of
/// the variable or link that it is taken from, unless others are taken from it who are no secret.
fn of_list(
    definition: &Definition,
    (name, to): (&ParticipantName, &ParticipantName),
    list: &Expression,
    is_filtered: bool,
) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let is_part = is_filtered || !is_plain(list);
    if !is_part {
        found.extend(list.reads().to_vec());
    }
    let taken = taken_from(definition, list);
    let is_new = |path: &Vec<String>| !found.contains(path);
    let is_shared = |path: &Vec<String>| is_part && is_shared(definition, (name, to), path);
    let more: Vec<_> = taken.into_iter().filter(|it| is_new(it) && !is_shared(it)).collect();
    found.extend(more);
    let told = |path: Vec<String>| {
        let field = |field: &str| [&path[..], &[field.to_owned()]].concat();
        let fields = [field("name"), field("account")];
        // Of a list of accounts, each is one.
        fields.into_iter().chain(is_of_accounts(definition, &path).then_some(path))
    };
    found.into_iter().flat_map(told).collect()
}

fn is_plain(list: &Expression) -> bool {
    matches!(list.reads(), [path] if list.source().trim() == path.join("."))
}

fn is_of_accounts(definition: &Definition, path: &[String]) -> bool {
    let var = path.first().filter(|_| path.len() == 1);
    let var = var.and_then(|var| definition.vars.get(var.as_str()));
    var.is_some_and(|var| var.value_type == Type::Text.list())
}

/// The variables and links that the rows of a list come from, through values.
fn taken_from(definition: &Definition, list: &Expression) -> Vec<Vec<String>> {
    let (mut found, mut next): (Vec<Vec<String>>, _) = (Vec::new(), list.shows());
    while let Some(path) = next.pop() {
        let root = path[0].as_str();
        if let Some(value) = definition.values.get(root) {
            let rest = &path[1..];
            next.extend(value.shows().into_iter().map(|shown| [&shown[..], rest].concat()));
        } else if (definition.vars.contains_key(root) || definition.links.contains_key(root))
            && !found.contains(&path)
        {
            found.push(path);
        }
    }
    found
}

/// Whether somebody else with a task, whose name is no secret, is taken from the same.
fn is_shared(
    definition: &Definition,
    (name, to): (&ParticipantName, &ParticipantName),
    path: &[String],
) -> bool {
    let has_task =
        |name: &ParticipantName| definition.tasks.values().any(|task| task.participant == *name);
    let takes = |who: &Who| match &who.kind {
        WhoKind::Each { list, .. } => {
            taken_from(definition, list).iter().any(|taken| taken == path)
        }
        WhoKind::Account(account) => account.reads().iter().any(|read| read[0] == path[0]),
        WhoKind::Role { .. } | WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => false,
    };
    definition.participants.iter().any(|(other, participant)| {
        let is_open = participant.whos().any(|who| !who.unnamed_to.contains(to));
        other != name && is_open && has_task(other) && participant.whos().any(takes)
    })
}

/// What tells who answered the tasks of somebody.
fn of_answers(definition: &Definition, participant: &ParticipantName) -> Vec<Vec<String>> {
    let tasks = definition.tasks.iter().filter(|(_, task)| task.participant == *participant);
    let told = tasks.flat_map(|(name, _)| {
        let name = name.as_str();
        [vec![name, "done"], vec![name, "by"], vec![name, "answers", "by"]]
    });
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

/// Whether a participant must not know whose case it is.
pub(super) fn is_blind(definition: &Definition, to: &ParticipantName) -> bool {
    let by = definition.start.by.as_ref();
    let starter = by.and_then(|by| definition.participants.get(by));
    starter.is_some_and(|it| it.whos().any(|who| who.unnamed_to.contains(to)))
}
