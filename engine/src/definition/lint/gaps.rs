//! Conditions of which one should hold, and of which it may be that none does: rules of actions and
//! states, rows of tables of decisions and of participants.

use std::collections::BTreeMap;

use super::{
    domains::{Domains, Standing},
    sites::{Site, sites},
};
use crate::{
    definition::{
        Assigned, Definition, Place,
        document::Spot,
        reading::{Choice, ChoiceOf, Reader},
    },
    expression::{Expression, Gap, Trying, coverage},
    names::StateName,
};

/// Where the rules of a `choose` may all fail, by its place: `None` is nowhere.
pub(super) type Gaps = BTreeMap<Place, Option<Gap>>;

/// Tells what is open in tables and participants; gives what is open in rules.
pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) -> Gaps {
    let mut gaps = Gaps::new();
    let sites = sites(reader, definition);
    for choice in reader.choices.borrow().iter() {
        match choice.of {
            ChoiceOf::Rules => {
                let site = sites.iter().find(|site| {
                    let choose = site.entry.value.entry("choose");
                    choose.is_some_and(|choose| choose.key.spot.is_at(&choice.spot))
                });
                let gap = match site {
                    Some(site) => gap(choice, &domains.after(site), &sets(site)),
                    None => gap(
                        choice,
                        &domains.within(&state_at(reader, definition, &choice.spot)),
                        &[],
                    ),
                };
                gaps.insert(choice.spot.place(), gap);
            }
            ChoiceOf::Table => {
                let site = sites.iter().find(|site| {
                    let mut set = site.entry.value.entries_of("set").iter();
                    set.any(|entry| entry.value.spot.is_at(&choice.spot))
                });
                let gap = match site {
                    Some(site) => gap(choice, &domains.before(site), &[]),
                    None => gap_with(choice, Trying::with(domains)),
                };
                tell_table(reader, choice, gap);
            }
            ChoiceOf::Participant => {
                let name = reader.outline.root.entries_of("participants").iter();
                let mut name = name.filter(|entry| entry.key.spot.is_at(&choice.spot));
                let Some(name) = name.next().map(|entry| entry.key.text.as_str()) else { continue };
                let tasks = definition.tasks.values().filter(|it| it.participant.as_str() == name);
                let states: Vec<&StateName> = tasks.flat_map(|task| &task.states).collect();
                let gap = gap(choice, &domains.within(&states), &[]);
                if let Some(example) = gap.and_then(|gap| gap.example) {
                    let message = format!("参与者「{name}」在 {example} 时没有一行成立：没有人办");
                    let remedy = "补上缺的行，或在最后加一行不写 when";
                    reader.report.warn(&choice.spot, message, remedy);
                }
            }
        }
    }
    gaps
}

/// What a step sets.
fn sets<'d>(site: &Site<'d>) -> Vec<(&'d str, &'d Expression)> {
    let sets = site.step.set.iter().filter_map(|set| match &set.to {
        Assigned::Var(var) => Some((var.as_str(), &set.value)),
        Assigned::Form(..) => None,
    });
    sets.collect()
}

/// The state whose rules are written there.
fn state_at<'d>(
    reader: &Reader<'_>,
    definition: &'d Definition,
    spot: &Spot,
) -> Vec<&'d StateName> {
    let states = reader.outline.root.entries_of("states").iter().filter(|state| {
        let choose = state.value.entry("choose");
        choose.is_some_and(|choose| choose.key.spot.is_at(spot))
    });
    let known = states.filter_map(|state| definition.states.get_key_value(state.key.text.as_str()));
    known.map(|(name, _)| name).collect()
}

/// Where none of the conditions holds.
fn gap(choice: &Choice, standing: &Standing<'_>, sets: &[(&str, &Expression)]) -> Option<Gap> {
    gap_with(choice, Trying { known: standing, sets })
}

fn gap_with(choice: &Choice, trying: Trying<'_>) -> Option<Gap> {
    let conditions: Vec<&Expression> = choice.conditions.iter().collect();
    match coverage(&conditions, &choice.names, trying) {
        Some(coverage) => coverage.gap,
        None => Some(Gap { example: None }),
    }
}

fn tell_table(reader: &Reader<'_>, choice: &Choice, gap: Option<Gap>) {
    let remedy = "补上缺的行，或在最后加上 {is: 值}";
    match gap {
        None => {}
        Some(Gap { example: Some(example) }) => {
            let message = format!("决策表不完整：{example} 时没有一行成立");
            reader.report.error(&choice.spot, message, remedy);
        }
        Some(Gap { example: None }) => {
            let message = "看不出决策表总有一行成立：都不成立时是最后一行";
            reader.report.warn(&choice.spot, message, remedy);
        }
    }
}
