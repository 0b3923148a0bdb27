//! Letters that follow from an action although it does not send them itself: the state that it leads to
//! sends them, or a rule of a state. They say what the action asked.

use super::{
    super::super::{
        known::Known,
        sites::{Site, SiteOf},
    },
    kept_of, told_in,
};
use crate::{
    definition::{
        Action, Definition, EffectKind, EffectRule, Rule, Target, mention::paths, reading::Reader,
    },
    expression::Value,
    names::{ActionName, FieldName, ParticipantName, StateName, TaskName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, sites: &[Site<'_>]) {
    let mut told = Vec::new();
    for site in sites {
        for EffectRule { kind, when } in &site.step.effects {
            let EffectKind::Notify { who: to, letter } = kind else { continue };
            let Some(text) = definition.letters.get(letter) else { continue };
            let written = written(text);
            let found = acts(definition).find_map(|act| {
                let is_sure = |field: &FieldName| {
                    when.is_none() && act.leads_straight(site) || is_kept(definition, field, to)
                };
                let mut kept = kept_of(act.action, to);
                let kept = kept.find(|(field, _)| tells(&written, field) && is_sure(field));
                kept.filter(|_| act.leads(definition, site))
            });
            let is_new = !told.contains(&(to, letter));
            if let Some(kept) = found.filter(|_| is_new) {
                told.push((to, letter));
                let (place, message) = told_in(definition, (to, letter, text), kept);
                reader.report.doubt_at(place, message, "从信里去掉它，或另写一封信");
            }
        }
    }
}

/// What a letter writes, without what it only asks about.
fn written(text: &str) -> Vec<Vec<String>> {
    let parts = text.split("{{").skip(1).filter_map(|part| part.split("}}").next());
    parts.flat_map(paths).collect()
}

fn tells(written: &[Vec<String>], field: &FieldName) -> bool {
    let is_it = |path: &Vec<String>| matches!(&path[..], [asked, it, ..] if asked == "asked" && it == field.as_str());
    written.iter().any(is_it)
}

/// Whether whatever asks for a field of this name keeps it from somebody.
fn is_kept(definition: &Definition, field: &FieldName, to: &ParticipantName) -> bool {
    let keeps = |action: &Action| kept_of(action, to).any(|(kept, _)| kept == field);
    acts(definition).all(|act| !act.action.ask.contains_key(field) || keeps(act.action))
}

/// The start, or an action of a task.
struct Act<'d> {
    of: Option<(&'d TaskName, &'d ActionName)>,
    action: &'d Action,
    /// The states in which it is taken.
    states: &'d [StateName],
}

fn acts(definition: &Definition) -> impl Iterator<Item = Act<'_>> {
    let start = Act { of: None, action: &definition.start.action, states: &[] };
    let of_tasks = definition.tasks.iter().flat_map(|(name, task)| {
        let actions = task.actions.iter();
        actions.map(move |(action_name, action)| Act {
            of: Some((name, action_name)),
            action,
            states: &task.states,
        })
    });
    std::iter::once(start).chain(of_tasks)
}

impl Act<'_> {
    /// Whether it always leads to the state that is entered.
    fn leads_straight(&self, site: &Site<'_>) -> bool {
        let SiteOf::Enter(state) = site.of else { return false };
        self.action.choose.is_empty()
            && matches!(&self.action.step.target, Target::To(to) if to == state)
    }

    /// Whether a state may be entered, or a rule be taken, in the very step that it is done.
    fn leads(&self, definition: &Definition, site: &Site<'_>) -> bool {
        match site.of {
            SiteOf::Enter(entered) => {
                let mut states = definition.states.iter();
                self.action.targets().any(|to| to == entered)
                    || states.any(|(state, about)| {
                        about.choose.values().any(|rule| {
                            rule.step.target.states().contains(entered)
                                && self.brings(definition, state, rule)
                        })
                    })
            }
            SiteOf::Rule(state, rule) => self.brings(definition, state, rule),
            SiteOf::Start(_) | SiteOf::Action(..) | SiteOf::Timer(_) | SiteOf::RuleOf(..) => false,
        }
    }

    /// Whether a rule of a state may be taken when it is done.
    fn brings(&self, definition: &Definition, state: &StateName, rule: &Rule) -> bool {
        let mut steps = self.action.steps();
        let is_there = self.states.contains(state) && steps.any(|it| it.target == Target::Stay)
            || self.action.targets().any(|to| to == state);
        is_there && !self.shuts(definition, rule)
    }

    /// Whether a rule asks for another action of the same task.
    fn shuts(&self, definition: &Definition, rule: &Rule) -> bool {
        let Some(((task, action), when)) = self.of.zip(rule.when.as_ref()) else { return false };
        let is_other = |path: &Vec<String>| path[0] == task.as_str() && path[1..] != ["action"];
        if when.reads().iter().any(is_other) {
            return false;
        }
        let done = [("action".to_owned(), Value::from(action.as_str()))];
        let known = Known::new(definition).with(task.as_str(), Value::Map(done.into()));
        known.verdict(when) == Some(false)
    }
}
