//! The beginning of a case.

use std::collections::BTreeMap;

use super::{
    Actor, Case, Decision, DefinitionRef, Event, Facts, FormChange, RejectionKind, Start,
    Undecided, edit,
    evolve::set_field,
    knowledge::requirement_depends,
    progress::{Progress, reject},
};
use crate::{
    calendar::Moment,
    definition::{Assigned, Definition, Requirement, Step},
    expression::Value,
    names::SectionName,
};

/// Begins a case.
pub(super) fn start(
    definition: &Definition,
    start: &Start,
    facts: &Facts,
    now: Moment,
) -> Result<Decision, Undecided> {
    let action = &definition.start.action;
    let mut begun = begin(definition, start, facts, now)?;
    // By another case, what that case gave stands instead of what a person would be asked.
    let by_case = matches!(start.by, Actor::Case { .. });
    begun.may_start(&start.by)?;
    begun.enter_context(&start.by, &action.ask, &start.asked)?;
    if !begun.knowledge().allows(action.when.as_ref())? {
        return Err(reject(RejectionKind::NotAllowed));
    }
    if by_case {
        let depends = |one: &Requirement| requirement_depends(definition, one, "ask");
        begun.require(&action.require, &|requirement| !depends(requirement))?;
    } else {
        begun.demand(action)?;
    }
    if let Some((link, case)) = &start.link {
        begun.link(link, case, false)?;
    }
    begun.write(Vec::new())?;
    if action.freeze {
        begun.freeze()?;
    }
    begun.prepare(&given_step(&action.step, start))?;
    begun.write(Vec::new())?;
    begun.go_on(&action.choose, &action.step.target)?;
    begun.context = None;
    if begun.case.visit.number == 0 {
        return Err(reject(RejectionKind::Evaluation("没有进入任何状态".to_owned())));
    }
    begun.settle()?;
    if let Some(refused) = begun.refused_hold(&[])? {
        return Err(refused.into());
    }
    begun.done(1)
}

/// The case as it is before anything was examined.
pub(super) fn begin<'a>(
    definition: &'a Definition,
    start: &Start,
    facts: &'a Facts,
    now: Moment,
) -> Result<Progress<'a>, Undecided> {
    let given = &definition.start.given;
    if given.len() != start.given.len() || !start.given.keys().all(|name| given.contains_key(name))
    {
        return Err(reject(RejectionKind::NotAllowed));
    }
    let form = take_in_form(definition, start)?;
    let event = started(definition, start, form);
    let case = Case::begin(&event, now).ok_or_else(|| reject(RejectionKind::NotAllowed))?;
    let mut progress = Progress::new(definition, case, facts, now);
    progress.events.push(event);
    Ok(progress)
}

fn take_in_form(
    definition: &Definition,
    start: &Start,
) -> Result<BTreeMap<SectionName, Value>, Undecided> {
    let sent = start.form.iter().map(|(section, value)| FormChange {
        section: section.clone(),
        field: None,
        value: value.clone(),
    });
    let mut form = BTreeMap::new();
    for change in edit::take_in(definition, &sent.collect::<Vec<_>>())? {
        let Some(field) = &change.field else {
            form.insert(change.section, change.value);
            continue;
        };
        let known = definition.field(&change.section, field);
        let is_read_only = known.is_some_and(|known| known.read_only && known.computed.is_none());
        if is_read_only && start.by.account().is_some() && !change.value.is_blank() {
            let name = known.map(|known| known.name.clone()).unwrap_or_default();
            return Err(reject(RejectionKind::NotEditable(name)));
        }
        set_field(&mut form, &change.section, field, &change.value);
    }
    Ok(form)
}

fn started(definition: &Definition, start: &Start, form: BTreeMap<SectionName, Value>) -> Event {
    let vars = definition
        .vars
        .iter()
        .map(|(name, var)| (name.clone(), start.set.get(name).unwrap_or(&var.initial).clone()));
    Event::Started {
        id: start.id.clone(),
        definition: DefinitionRef {
            key: definition.key.clone(),
            version: start.version,
            hash: definition.hash.clone(),
        },
        by: start.by.clone(),
        given: start.given.clone(),
        asked: start.asked.clone(),
        form,
        vars: vars.collect(),
    }
}

/// The step of the start, but for what the starting case has set itself.
fn given_step(step: &Step, start: &Start) -> Step {
    let mut step = step.clone();
    step.set.retain(|assignment| match &assignment.to {
        Assigned::Var(var) => !start.set.contains_key(var),
        Assigned::Form(section, _) => !start.form.contains_key(section),
    });
    step
}

impl Progress<'_> {
    /// Whether there are these subjects, and the actor may start a case for them.
    pub(super) fn may_start(&self, by: &Actor) -> Result<(), Undecided> {
        let knowledge = self.knowledge();
        for name in self.definition.start.given.keys() {
            knowledge.touch(name.as_str());
        }
        let missing = knowledge.missing();
        if !missing.is_empty() {
            return Err(Undecided::Needs(Box::new(missing)));
        }
        let is_known =
            |subject| self.facts.subjects.get(subject).is_some_and(|data| !data.is_none());
        let is_allowed = match (by, &self.definition.start.by) {
            (Actor::Case { .. }, _) | (Actor::Service(_), None) => true,
            (Actor::Account { .. } | Actor::Service(_), Some(participant)) => {
                knowledge.fits_start(participant, by)?
            }
            (Actor::Account { .. } | Actor::Timer(_), _) => false,
        };
        if is_allowed && self.definition.start.given.keys().all(is_known) {
            Ok(())
        } else {
            Err(reject(RejectionKind::NotAllowed))
        }
    }
}
