//! Holds that nobody can ever take or that are never free again, that change their key under a case, or
//! that say the same twice.

use super::read_through_values;
use crate::{
    definition::{Definition, Hold, Tone, document::Entry, reading::Reader},
    expression::{Expression, Limits},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut before: Vec<(&Entry, &Hold)> = Vec::new();
    for entry in reader.outline.root.entries_of("holds") {
        let Some(hold) = definition.holds.get(entry.key.text.as_str()) else { continue };
        amounts(reader, entry, hold);
        most(reader, entry, hold);
        moving_key(reader, definition, entry, hold);
        kept_for_ever(reader, definition, entry, hold);
        let same = before.iter().find(|(_, other)| is_same(hold, other));
        if let Some((other, _)) = same {
            let message =
                format!("占用「{}」和「{}」占的是同一个键", entry.key.text, other.key.text);
            reader.report.warn(&entry.key.spot, message, "删去其中一个");
        }
        before.push((entry, hold));
    }
}

/// More than there is cannot be taken.
fn amounts(reader: &Reader<'_>, entry: &Entry, hold: &Hold) {
    let whole = |amount: Option<&Expression>| match amount {
        None => Some(1),
        Some(amount) => amount.constant().and_then(|amount| amount.as_integer()),
    };
    let name = &entry.key.text;
    let (message, remedy) = match (whole(hold.take.as_ref()), whole(hold.limit.as_ref())) {
        (Some(take), _) if take < 1 => {
            (format!("占用「{name}」一个也不占（take: {take}）"), "写 1 以上，或删去它")
        }
        (Some(take), Some(limit)) if take > limit => {
            let message = format!("占用「{name}」永远占不到：要占 {take} 个，共 {limit} 个");
            (message, "改 limit 或 take")
        }
        (Some(_) | None, Some(_) | None) => return,
    };
    reader.report.error(&entry.key.spot, message, remedy);
}

/// More than there is in one of the cases that are written out, which then waits for ever.
fn most(reader: &Reader<'_>, entry: &Entry, hold: &Hold) {
    // What is asked or counted may be too much: whoever wants it is refused.
    let ends = |amount: &Expression| match amount.limits(&|_| None)? {
        Limits::Whole(Some(least), Some(most)) => Some((least, most)),
        Limits::Whole(..) | Limits::Decimals(..) | Limits::OneOf(_) => None,
    };
    let limit = hold.limit.as_ref().map_or(Some((1, 1)), ends);
    let Some(((least, most), (_, limit))) = hold.take.as_ref().and_then(ends).zip(limit) else {
        return;
    };
    if least < most && most > limit {
        let name = &entry.key.text;
        let message =
            format!("占用「{name}」可能要占 {most} 个，一共只有 {limit} 个：那时永远占不到");
        reader.report.doubt(&entry.key.spot, message, "改 limit 或 take");
    }
}

/// A key that moves with time is another one at the next step.
fn moving_key(reader: &Reader<'_>, definition: &Definition, entry: &Entry, hold: &Hold) {
    for (part, node) in hold.of.iter().zip(entry.value.items_of("of")) {
        let through = read_through_values(definition, part.source());
        let mut values = through.iter().filter_map(|path| path.first());
        let moves = part.asks_time()
            || values.any(|name| {
                definition.values.get(name.as_str()).is_some_and(|value| value.asks_time())
            });
        if moves {
            let message = format!(
                "占用「{}」的键 {} 随时间变：变了以后的下一步占的是另一个键",
                entry.key.text,
                part.source()
            );
            let remedy = "发起时用 set 放进变量，键里写变量";
            reader.report.warn(&node.spot, message, remedy);
        }
    }
}

/// A place that is named among those of the hold, where a case has come to a bad end: it is never free again.
fn kept_for_ever(reader: &Reader<'_>, definition: &Definition, entry: &Entry, hold: &Hold) {
    let name = &entry.key.text;
    let mut named = entry.value.items_of("in").iter();
    let found = named.find_map(|node| {
        let (state_name, state) = definition.states.get_key_value(node.text()?)?;
        let is_bad = state.is_end && state.tone == Tone::Bad && hold.states.contains(state_name);
        is_bad.then_some((node, state_name))
    });
    if let Some((node, state)) = found {
        let message = format!("占用「{name}」到了「{state}」还占着：那是结束，永远不让出来");
        let remedy = "从 in 里去掉它；就是要一直占着的（如被拒绝的不能再来），改写 not_in";
        reader.report.doubt(&node.spot, message, remedy);
    }
}

fn is_same(hold: &Hold, other: &Hold) -> bool {
    let sources = |hold: &Hold| {
        let parts = hold.of.iter().chain(&hold.each).map(|part| part.source().to_owned());
        parts.collect::<Vec<_>>()
    };
    sources(hold) == sources(other)
        && hold.states == other.states
        && hold.limit == other.limit
        && hold.take == other.take
}
