//! Conditions of which one should hold, and of which it may be that none does: rules of actions and
//! states, rows of tables of decisions and of participants.

use std::collections::BTreeMap;

use super::{
    choosing::{At, participant_at},
    domains::Domains,
};
use crate::{
    definition::{
        Definition, Place,
        reading::{Choice, ChoiceOf, Reader},
        scope::Scope,
    },
    expression::{Expression, Gap, Trying},
};

/// Where the rules of a `choose` may all fail, by its place: `None` is nowhere.
pub(super) type Gaps = BTreeMap<Place, Option<Gap>>;

/// Tells what is open in tables and participants; gives what is open in rules.
pub(super) fn lint(
    reader: &Reader<'_>,
    definition: &Definition,
    scope: &Scope<'_>,
    domains: &Domains<'_>,
) -> Gaps {
    let mut gaps = Gaps::new();
    for choice in reader.choices.borrow().iter().filter(|choice| !choice.has_rest()) {
        let at = At::of(reader, definition, domains, choice);
        let gap = gap(choice, scope, at.trying(domains));
        match choice.of {
            ChoiceOf::Rules => _ = gaps.insert(choice.spot.place(), gap),
            ChoiceOf::Table => tell_table(reader, choice, gap),
            ChoiceOf::Participant => {
                let name = participant_at(reader, &choice.spot);
                let example = gap.and_then(|gap| gap.example);
                if let Some((name, example)) = name.zip(example) {
                    let message = format!("参与者「{name}」在 {example} 时没有一行成立：没有人办");
                    let remedy = "补上缺的行，或在最后加一行不写 when";
                    reader.report.warn(&choice.spot, message, remedy);
                }
            }
        }
    }
    gaps
}

/// Where none of the conditions holds.
fn gap(choice: &Choice, scope: &Scope<'_>, trying: Trying<'_>) -> Option<Gap> {
    let conditions: Vec<&Expression> = choice.conditions.iter().collect();
    // Of a computed value what it reads is tried: a name of the definition that no condition reads.
    let mut names = scope.inner();
    choice.names.own.iter().for_each(|(name, kind)| names.define(name, Some(kind.clone())));
    match names.coverage(&conditions, trying) {
        Some(coverage) => coverage.gap,
        None => Some(Gap { example: None, perhaps: None }),
    }
}

fn tell_table(reader: &Reader<'_>, choice: &Choice, gap: Option<Gap>) {
    let remedy = "补上缺的行，或在最后加上 {is: 值}";
    // What is missing comes after the last row.
    let spot = choice.rows.last().map_or(&choice.spot, |(spot, _)| spot);
    match gap {
        None => {}
        Some(Gap { example: Some(example), .. }) => {
            let message = format!("决策表不完整：{example} 时没有一行成立");
            reader.report.error(spot, message, remedy);
        }
        Some(Gap { example: None, perhaps }) => {
            let such = perhaps.map(|perhaps| format!("（如 {perhaps}）")).unwrap_or_default();
            let message = format!("看不出决策表总有一行成立：都不成立时{such}是最后一行");
            reader.report.warn(spot, message, remedy);
        }
    }
}
