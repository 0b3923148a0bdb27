//! What letters say, as they were sent: for each account the last of a name about the case.

use std::collections::BTreeSet;

use super::shown::unlike;
use crate::{
    definition::{document::Node, report::suggestion},
    letter::Letter,
    simulate::world::{Kept, World},
};

/// `{account: {letter: text}}`, or `{account: {letter: {subject, text, without, kind}}}`.
pub(super) fn letters(world: &World<'_>, kept: &Kept, node: &Node) -> Option<String> {
    node.entries().iter().find_map(|entry| {
        let account = entry.key.text.as_str();
        entry.value.entries().iter().find_map(|expected| {
            let name = expected.key.text.as_str();
            let known = kept.definition.letters.keys().map(|name| name.as_str());
            if !known.clone().any(|known| known == name) {
                return Some(format!(
                    "这个流程不发叫「{name}」的信件（{}）",
                    suggestion(name, known)
                ));
            }
            let got: Vec<_> = world.letters_of(&kept.case.id, account).collect();
            let Some(last) = got.iter().rev().find(|got| got.name.as_str() == name) else {
                let names: BTreeSet<&str> = got.iter().map(|got| got.name.as_str()).collect();
                let names = names.into_iter().collect::<Vec<_>>().join("、");
                return Some(format!("{account} 没有收到信件「{name}」，收到的是 [{names}]"));
            };
            let wrong = one(&last.letter, &expected.value)?;
            Some(format!("{account} 收到的信件「{name}」{wrong}"))
        })
    })
}

/// What is wrong with one letter.
fn one(letter: &Letter, node: &Node) -> Option<String> {
    if let Some(subject) = node.text_of("subject").filter(|subject| *subject != letter.subject) {
        return Some(format!("的主题应为「{subject}」，实际是「{}」", letter.subject));
    }
    let kind = letter.kind.map_or("没有写", crate::letter::LetterKind::word);
    if let Some(expected) = node.text_of("kind").filter(|expected| *expected != kind) {
        return Some(format!("的类别应为「{expected}」，实际是「{kind}」"));
    }
    unlike(&format!("{}\n{}", letter.subject, letter.text()), node)
}
