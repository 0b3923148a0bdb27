//! What a definition says of a case in words and values: what is to be done in its state, and what is
//! computed, also before there is a case.

use std::collections::BTreeMap;

use crate::{
    calendar::Moment,
    decision::{Actor, Case, Facts, knowledge::Knowledge, offer::unborn, start},
    definition::Definition,
    expression::Value,
    names::{SubjectName, ValueName},
};

/// What the state of the case says to the actor, whoever of its participants that is: what is to be
/// done or expected. What comes out empty is not said.
#[must_use]
pub fn advice(
    definition: &Definition,
    case: &Case,
    actor: &Actor,
    facts: &Facts,
    now: Moment,
) -> Vec<String> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let state = definition.states.get(&case.visit.state);
    let told = state.map(|state| state.advice.as_slice()).unwrap_or_default().iter();
    let own = told.filter(|(to, _)| knowledge.stands_as(to, actor).unwrap_or(false));
    let written = own.filter_map(|(_, text)| knowledge.render(text).ok());
    written.filter(|text| !text.trim().is_empty()).collect()
}

/// The computed values of the definition; those that cannot be computed are left out.
#[must_use]
pub fn values(
    definition: &Definition,
    case: &Case,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<ValueName, Value> {
    let knowledge = Knowledge::new(definition, case, facts, now);
    let values = definition.values.iter().filter_map(|(name, expression)| {
        Some((name.clone(), knowledge.evaluate(expression).ok()?))
    });
    values.collect()
}

/// The computed values as they are before a case begins; those that cannot be computed are left out.
#[must_use]
pub fn start_values(
    definition: &Definition,
    actor: &Actor,
    given: &BTreeMap<SubjectName, String>,
    facts: &Facts,
    now: Moment,
) -> BTreeMap<ValueName, Value> {
    let begun = start::begin(definition, &unborn(actor, given), facts, now);
    begun.map(|begun| values(definition, &begun.case, facts, now)).unwrap_or_default()
}
