//! How a change is told: once, with what was and what is, and never with twice the same.

use std::hash::Hash;

use indexmap::IndexMap;

use super::{Change, words::Versions};
use crate::{definition::Definition, names::ParticipantName};

/// Whom a change concerns.
#[derive(Clone, Copy)]
pub(super) enum Whom<'w> {
    /// Everybody.
    All,
    /// A participant.
    One(&'w ParticipantName),
}

/// What has been found between two versions of a definition.
pub(super) struct Changes<'d> {
    pub(super) old: &'d Definition,
    pub(super) new: &'d Definition,
    pub(super) found: Vec<Change>,
    /// How often something was told, the same twice too.
    pub(super) said: usize,
}

/// From so many characters on only what differs of two long texts is shown.
const LONG: usize = 40;

/// So many characters around that.
const AROUND: usize = 12;

impl<'d> Changes<'d> {
    pub(super) fn between(old: &'d Definition, new: &'d Definition) -> Self {
        Self { old, new, found: Vec::new(), said: 0 }
    }

    pub(super) fn versions(&self) -> Versions<'d> {
        (self.old, self.new)
    }

    pub(super) fn say(&mut self, whom: Whom<'_>, what: String) {
        let who = match whom {
            Whom::All => None,
            Whom::One(who) => Some(who.clone()),
        };
        let change = Change { who, what };
        self.said += 1;
        if !self.found.contains(&change) {
            self.found.push(change);
        }
    }

    /// Tells a part that differs: `what：old → new`.
    pub(super) fn part<T: PartialEq>(
        &mut self,
        whom: Whom<'_>,
        what: &str,
        old: &T,
        new: &T,
        words: impl Fn(&T) -> String,
    ) {
        if old != new {
            let (before, after) = (words(old), words(new));
            self.say(whom, became(what, &before, &after));
        }
    }

    /// Tells that there are other changes, where nothing was told since `told`.
    pub(super) fn rest(&mut self, told: usize, whom: Whom<'_>, what: &str, is_other: bool) {
        if is_other && self.said == told {
            self.say(whom, format!("{what}有别的变化"));
        }
    }

    /// Tells that what stands in both stands in another order.
    pub(super) fn order<K: Hash + Eq, V>(
        &mut self,
        whom: Whom<'_>,
        what: &str,
        old: &IndexMap<K, V>,
        new: &IndexMap<K, V>,
    ) {
        let kept = old.keys().filter(|name| new.contains_key(*name));
        if !kept.eq(new.keys().filter(|name| old.contains_key(*name))) {
            self.say(whom, format!("{what}换了先后"));
        }
    }
}

/// `what：old → new`; of long texts only what differs, and where both read the same, that it changed.
pub(super) fn became(what: &str, old: &str, new: &str) -> String {
    if old == new {
        return format!("{what}有变化");
    }
    let texts = [old, new].map(|text| text.chars().collect::<Vec<char>>());
    if texts.iter().all(|text| text.len() <= LONG) {
        return format!("{what}：{old} → {new}");
    }
    let [before, after] = &texts;
    let same = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let rest = before.len().min(after.len()) - same;
    let ends = before.iter().rev().zip(after.iter().rev());
    let same_end = ends.take(rest).take_while(|(one, other)| one == other).count();
    let shown = |text: &[char]| {
        let from = at_word(text, same.saturating_sub(AROUND));
        let to = (text.len() - same_end + AROUND).min(text.len());
        let middle: String = text[from..to].iter().collect();
        let (before, after) = (from > 0, to < text.len());
        format!("{}{middle}{}", if before { "…" } else { "" }, if after { "…" } else { "" })
    };
    format!("{what}：{} → {}", shown(before), shown(after))
}

/// The beginning of the word at or before a place.
fn at_word(text: &[char], mut at: usize) -> usize {
    let is_inside = |at: usize| text[at].is_ascii_alphanumeric() || text[at] == '_';
    while at > 0 && at < text.len() && is_inside(at) && is_inside(at - 1) {
        at -= 1;
    }
    at
}
