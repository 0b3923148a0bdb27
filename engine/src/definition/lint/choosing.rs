//! What is known where one of several rules or rows is chosen.

use indexmap::IndexMap;

use super::{
    domains::{Domains, Standing},
    sites::{Site, sites},
};
use crate::{
    definition::{
        Assigned, Definition, Rule,
        document::Spot,
        reading::{Choice, ChoiceOf, Reader},
    },
    expression::{Expression, Knowing, Trying},
    names::{RuleName, StateName},
};

/// What is known at a choice.
#[derive(Default)]
pub(super) struct At<'d> {
    /// Of variables there; `None` is what is known at any time.
    standing: Option<Standing<'d>>,
    /// What is set before it is chosen.
    sets: Vec<(&'d str, &'d Expression)>,
    /// The rules, where it is one of them.
    pub(super) rules: Option<&'d IndexMap<RuleName, Rule>>,
    /// The state whose rules they are.
    pub(super) state: Option<&'d StateName>,
}

impl<'d> At<'d> {
    pub(super) fn of(
        reader: &'d Reader<'_>,
        definition: &'d Definition,
        domains: &Domains<'d>,
        choice: &Choice,
    ) -> Self {
        let spot = &choice.spot;
        match choice.of {
            ChoiceOf::Rules => match site(reader, definition, |site| chooses(site, spot)) {
                Some(site) => Self {
                    standing: Some(domains.after(&site)),
                    sets: sets(&site),
                    rules: site.of.action().map(|action| &action.choose),
                    state: None,
                },
                None => {
                    let state = state_at(reader, definition, spot);
                    let states: Vec<&StateName> = state.into_iter().collect();
                    let known = state.and_then(|state| definition.states.get(state));
                    Self {
                        standing: Some(domains.within(&states).at(state)),
                        rules: known.map(|state| &state.choose),
                        state,
                        ..Self::default()
                    }
                }
            },
            ChoiceOf::Table => {
                let site = site(reader, definition, |site| sets_at(site, spot));
                Self { standing: site.map(|site| domains.before(&site)), ..Self::default() }
            }
            ChoiceOf::Participant => {
                let name = participant_at(reader, spot).unwrap_or_default();
                let tasks = definition.tasks.values().filter(|it| it.participant.as_str() == name);
                let states: Vec<&StateName> = tasks.flat_map(|task| &task.states).collect();
                Self { standing: Some(domains.within(&states)), ..Self::default() }
            }
        }
    }

    /// With what its conditions are tried.
    pub(super) fn trying<'a>(&'a self, domains: &'a Domains<'_>) -> Trying<'a> {
        let known: &dyn Knowing = match &self.standing {
            Some(standing) => standing,
            None => domains,
        };
        Trying { known, sets: &self.sets }
    }
}

/// The participant written there.
pub(super) fn participant_at<'r>(reader: &'r Reader<'_>, spot: &Spot) -> Option<&'r str> {
    let mut names = reader.outline.root.entries_of("participants").iter();
    names.find(|entry| entry.key.spot.is_at(spot)).map(|entry| entry.key.text.as_str())
}

fn site<'d>(
    reader: &'d Reader<'_>,
    definition: &'d Definition,
    is_it: impl Fn(&Site<'d>) -> bool,
) -> Option<Site<'d>> {
    sites(reader, definition).into_iter().find(is_it)
}

fn chooses(site: &Site<'_>, spot: &Spot) -> bool {
    let choose = site.entry.value.entry("choose");
    choose.is_some_and(|choose| choose.key.spot.is_at(spot))
}

fn sets_at(site: &Site<'_>, spot: &Spot) -> bool {
    site.entry.value.entries_of("set").iter().any(|entry| entry.value.spot.is_at(spot))
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
) -> Option<&'d StateName> {
    let mut states = reader.outline.root.entries_of("states").iter();
    let state = states.find(|state| {
        let choose = state.value.entry("choose");
        choose.is_some_and(|choose| choose.key.spot.is_at(spot))
    })?;
    definition.states.get_key_value(state.key.text.as_str()).map(|(name, _)| name)
}
