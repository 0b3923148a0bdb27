//! What was filled in, as pages show it that only read it.

use crate::{
    cases::{
        reading::{Fact, FactGroup},
        words,
    },
    pages::{
        case::{ReadFact, ReadGroup},
        form::control,
    },
};

/// Values that are only read, with marks.
pub(in crate::pages) fn groups(groups: Vec<FactGroup>, marked: &[String]) -> Vec<ReadGroup> {
    let is_marked = |part: &String| marked.contains(part);
    let is_open = |group: &FactGroup| {
        let is_told = |fact: &Fact| fact.was.is_some() || is_marked(&fact.part);
        group.is_new || is_marked(&group.part) || group.facts.iter().any(is_told)
    };
    let group = |group: FactGroup| ReadGroup {
        is_open: is_open(&group),
        can_mark: group.can_mark,
        id: group.id,
        is_marked: is_marked(&group.part),
        list: group.list.map(|(part, name)| {
            let is_marked = is_marked(&part);
            (part, name, is_marked)
        }),
        is_row: group.part.ends_with(']'),
        brief: brief(&group.facts),
        name: group.name,
        part: group.part,
        is_new: group.is_new,
        facts: group
            .facts
            .into_iter()
            .map(|fact| ReadFact {
                id: fact.id,
                is_marked: is_marked(&fact.part),
                name: fact.name,
                part: fact.part,
                note: fact.note,
                text: fact.text,
                files: fact.files.iter().map(|file| control::upload(file, None)).collect(),
                was: fact.was,
            })
            .collect(),
    };
    groups.into_iter().map(group).collect()
}

/// So much of a row is told where it is folded.
const BRIEF: usize = 3;

/// What a row says, in short.
fn brief(facts: &[Fact]) -> String {
    let said = facts.iter().filter(|fact| fact.text != words::EMPTY && fact.files.is_empty());
    let texts = said.map(|fact| words::cut(&fact.text)).take(BRIEF);
    texts.collect::<Vec<_>>().join("，")
}
