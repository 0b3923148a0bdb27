//! What is said to somebody elsewhere than beside what they do: refusals of holds, checks, numbers, and
//! the letters that remind.

use super::{
    super::{read_through_values, sites::sites},
    Secret,
    hidden::{is_blind, people},
    said::{Said, tell, told},
    secrets,
    ways::{Following, Ways, closed, is_early},
};
use crate::{
    definition::{
        Action, Check, CheckPhase, CheckSeverity, Checks, Definition, EffectKind, Hold, Step,
        Timer, document::Entry, reading::Reader,
    },
    expression::Template,
    names::{LetterName, ParticipantName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    let root = &reader.outline.root;
    let said = |to: &[&ParticipantName], entry: &Entry, (what, key): (_, &str), text: &Template| {
        let node = entry.value.get(key).unwrap_or(&entry.value);
        let is_told = |to: &&&ParticipantName| {
            let mut secrets = secrets(ways, to);
            secrets.retain(|secret| match secret {
                Secret::Apart(_) => false,
                Secret::Name(..) | Secret::Section(..) | Secret::Given(_) => true,
            });
            let secrets: Vec<&Secret<'_>> = secrets.iter().collect();
            tell(reader, ways, to, &secrets, &[Said::text(what, node, text)])
        };
        to.iter().find(is_told);
    };
    for entry in root.entries_of("holds") {
        let hold = definition.holds.get(entry.key.text.as_str());
        if let Some((hold, say)) = hold.and_then(|hold| Some((hold, hold.say.as_ref()?))) {
            said(&taking(definition, hold), entry, ("占用的 say", "say"), say);
        }
    }
    for entry in root.entries_of("checks") {
        let Some(check) = definition.checks.get(entry.key.text.as_str()) else { continue };
        let asking = asking(definition, check);
        said(&asking, entry, ("检测的 say", "say"), &check.say);
        if let Some(detail) = &check.detail {
            said(&asking, entry, ("检测的 detail", "detail"), detail);
        }
    }
    let everybody: Vec<&ParticipantName> = people(definition).collect();
    for entry in root.entries_of("numbers") {
        let number = definition.numbers.get_key_value(entry.key.text.as_str());
        let mut effects = definition.steps().flat_map(|step| &step.effects);
        let Some((name, number)) = number else { continue };
        // History tells everybody which number was taken.
        if effects.any(|it| matches!(&it.kind, EffectKind::Number(taken) if taken == name)) {
            said(&everybody, entry, ("编号", "text"), &number.text);
        }
    }
    apart_numbers(reader, definition, ways);
    labels(reader, definition, ways);
}

/// Numbers that are taken while some have still to answer apart: history tells them to those too.
fn apart_numbers(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for entry in reader.outline.root.entries_of("numbers") {
        let number = definition.numbers.get_key_value(entry.key.text.as_str());
        let Some((name, number)) = number else { continue };
        let takes = |step: &Step| {
            let mut effects = step.effects.iter();
            effects.any(|it| matches!(&it.kind, EffectKind::Number(taken) if taken == name))
        };
        for (task, known) in definition.tasks.iter().filter(|(_, task)| task.apart) {
            let secret = Secret::Apart(task);
            let is_secret = |path: &[String]| secret.is_of(path);
            let read = number.text.reads_without(&closed(task));
            let Some(way) = ways.to(&read, Following::While(task), &is_secret) else { continue };
            let sites = sites(reader, definition);
            if sites.iter().any(|it| takes(it.step) && is_early(definition, it, task)) {
                let node = entry.value.get("text").unwrap_or(&entry.value);
                told(reader, node, &known.participant, "编号", &way, &secret);
            }
        }
    }
}

/// Labels are seen by everybody who sees the case, but for those who may not know whose it is.
fn labels(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    let seeing = people(definition).filter(|to| !is_blind(definition, to));
    let seeing: Vec<&ParticipantName> = seeing.collect();
    for entry in reader.outline.root.entries_of("labels") {
        let Some(label) = definition.labels.get(entry.key.text.as_str()) else { continue };
        let shown = label.shows();
        let found = seeing.iter().find_map(|to| {
            secrets(ways, to).into_iter().find_map(|secret| {
                let is_given = |path: &[String]| secret.is_of(path);
                if let Secret::Given(_) = &secret {
                    return Some((*to, ways.to(&shown, Following::Content, &is_given)?, secret));
                }
                let Secret::Name(hidden) = &secret else { return None };
                let read = read_through_values(definition, label.source());
                if hidden.is_minded(definition, &read) {
                    return None;
                }
                // Accounts are there to be found by other cases.
                let is_secret = |path: &[String]| {
                    hidden.is_of(path) && path.last().is_some_and(|it| it == "name")
                };
                let way = ways.to(&shown, Following::Content, &is_secret)?;
                Some((*to, way, secret))
            })
        });
        if let Some((to, way, secret)) = found {
            told(reader, &entry.value, to, "标签", &way, &secret);
        }
    }
}

/// Who acts and starts, each with what they may do.
fn acting(definition: &Definition) -> impl Iterator<Item = (&ParticipantName, &Action)> {
    let tasks = definition.tasks.values();
    let acting = tasks.flat_map(|task| task.actions.values().map(|it| (&task.participant, it)));
    definition.start.by.iter().map(|by| (by, &definition.start.action)).chain(acting)
}

/// Who is refused where there is not enough of a hold: those who lead into its states from others.
fn taking<'d>(definition: &'d Definition, hold: &Hold) -> Vec<&'d ParticipantName> {
    let is_within = |action: &Action| {
        let mut tasks = definition.tasks.values();
        let task = tasks.find(|task| task.actions.values().any(|it| std::ptr::eq(it, action)));
        task.is_some_and(|task| task.states.iter().all(|state| hold.states.contains(state)))
    };
    let leads = |action: &Action| action.targets().any(|state| hold.states.contains(state));
    let taking = acting(definition).filter(|(_, it)| leads(it) && !is_within(it));
    taking.map(|(to, _)| to).collect()
}

/// Who is told what a check says.
fn asking<'d>(definition: &'d Definition, check: &Check) -> Vec<&'d ParticipantName> {
    let asks = |action: &Action| match &action.checks {
        Some(Checks::All) => true,
        Some(Checks::Gate) => check.phase == CheckPhase::Gate,
        None => false,
    };
    let is_told = check.severity != CheckSeverity::Fix;
    acting(definition).filter(|(_, it)| is_told && asks(it)).map(|(to, _)| to).collect()
}

/// The letters that remind, and whom: who has the task, or has to act in the state.
pub(super) fn reminded(
    definition: &Definition,
) -> impl Iterator<Item = (&ParticipantName, &LetterName)> {
    fn sent<'d>(timers: impl Iterator<Item = &'d Timer>) -> impl Iterator<Item = &'d LetterName> {
        timers.flat_map(|timer| timer.remind.iter().filter_map(|(_, letter)| letter.as_ref()))
    }
    let of_tasks = definition
        .tasks
        .values()
        .flat_map(|task| sent(task.timers.values()).map(|letter| (&task.participant, letter)));
    let of_states = definition.states.iter().flat_map(|(name, state)| {
        let tasks = definition.tasks_in(name).filter(|(_, task)| !task.optional);
        tasks.flat_map(|(_, task)| {
            sent(state.timers.values()).map(|letter| (&task.participant, letter))
        })
    });
    of_tasks.chain(of_states)
}
