//! Answers that are always kept from somebody (`untold_to`), and letters to them that tell them: as they
//! were asked, or by a variable that was set to them.

mod following;

use super::{
    super::{
        letters::place,
        sites::{Site, SiteOf, sites},
    },
    ways::{Following, Ways},
};
use crate::{
    definition::{
        Action, Assigned, Definition, EffectKind, Field, Place, Step, mention::paths,
        reading::Reader,
    },
    names::{FieldName, LetterName, ParticipantName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, ways: &Ways<'_>) {
    for task in definition.tasks.values() {
        for action in task.actions.values() {
            letters(reader, definition, action);
        }
    }
    let sites = sites(reader, definition);
    following::lint(reader, definition, &sites);
    let mut told = Vec::new();
    for site in &sites {
        for (to, letter) in sent(site.step) {
            let leak = kept_from(definition, to).find_map(|kept| {
                let text = definition.letters.get(letter)?;
                let said = paths(text);
                let is_kept = |path: &[String]| matches!(path, [var] if var == kept.var);
                let way = ways.to(&said, Following::Content, &is_kept)?;
                let is_sure = kept.is_always || arrives(&sites, site, &kept);
                is_sure.then_some((kept, way.said, text))
            });
            let Some((kept, said, text)) = leak.filter(|_| !told.contains(&(to, letter))) else {
                continue;
            };
            told.push((to, letter));
            let said = said.join(".");
            let message = format!(
                "流程 {} 把信件「{letter}」发给「{to}」，信里写了 {said}（来自 ask.{}），而「{}」不告诉他",
                definition.key, kept.field, kept.name
            );
            let place = place(letter.as_str(), text, text.find(&said));
            reader.report.doubt_at(place, message, "从信里去掉它，或另写一封信");
        }
    }
}

/// A variable that holds what is kept from somebody.
struct Kept<'d> {
    var: &'d str,
    field: &'d str,
    name: &'d str,
    /// The step that sets it.
    step: &'d Step,
    /// Whether nothing puts anything else into it.
    is_always: bool,
}

/// The variables that are set to what is always kept from a participant.
fn kept_from<'d>(
    definition: &'d Definition,
    to: &'d ParticipantName,
) -> impl Iterator<Item = Kept<'d>> {
    let actions = definition.tasks.values().flat_map(|task| task.actions.values());
    actions.flat_map(move |action| {
        kept_of(action, to).flat_map(move |(field, known)| {
            let sets = action.steps().flat_map(|step| step.set.iter().map(move |set| (step, set)));
            sets.filter_map(move |(step, set)| {
                let Assigned::Var(var) = &set.to else { return None };
                let shows = set.value.shows();
                let is_it = shows.iter().any(|path| {
                    path[0] == "ask" && path.get(1).is_some_and(|it| it == field.as_str())
                });
                let all = definition.steps().flat_map(|step| &step.set);
                let is_always =
                    all.filter(|other| other.to == set.to).all(|other| std::ptr::eq(other, set));
                is_it.then_some(Kept {
                    var: var.as_str(),
                    field: field.as_str(),
                    name: &known.name,
                    step,
                    is_always,
                })
            })
        })
    })
}

/// Whether a letter is sent with a variable as it has just been set: by the same step, or on entry of
/// the state that it leads to.
fn arrives(sites: &[Site<'_>], site: &Site<'_>, kept: &Kept<'_>) -> bool {
    let sets = |step: &Step| {
        step.set.iter().any(|set| matches!(&set.to, Assigned::Var(var) if var.as_str() == kept.var))
    };
    let SiteOf::Enter(state) = site.of else { return std::ptr::eq(site.step, kept.step) };
    let mut leading = sites.iter().filter(|other| std::ptr::eq(other.step, kept.step));
    !sets(site.step) && leading.any(|other| other.step.target.states().contains(state))
}

/// What an action asks that is always kept from a participant.
fn kept_of<'d>(
    action: &'d Action,
    to: &'d ParticipantName,
) -> impl Iterator<Item = (&'d FieldName, &'d Field)> {
    action.ask.iter().filter(move |(_, field)| {
        let untold = field.untold.as_ref().filter(|untold| untold.when.is_none());
        untold.is_some_and(|untold| untold.to.contains(to))
    })
}

fn sent(step: &Step) -> impl Iterator<Item = (&ParticipantName, &LetterName)> {
    step.effects.iter().filter_map(|effect| {
        let EffectKind::Notify { who, letter } = &effect.kind else { return None };
        Some((who, letter))
    })
}

fn letters(reader: &Reader<'_>, definition: &Definition, action: &Action) {
    for (to, letter) in action.steps().flat_map(sent) {
        let Some(text) = definition.letters.get(letter) else { continue };
        let said = paths(text);
        for (name, field) in kept_of(action, to) {
            let tells = |path: &Vec<String>| matches!(&path[..], [asked, field, ..] if asked == "asked" && field == name.as_str());
            if !said.iter().any(tells) {
                continue;
            }
            let (place, message) = told_in(definition, (to, letter, text), (name, field));
            reader.report.warn_at(place, message, "从信里去掉它，或另写一封信");
        }
    }
}

/// What there is to say of a letter that tells what was asked, and where.
fn told_in(
    definition: &Definition,
    (to, letter, text): (&ParticipantName, &LetterName, &str),
    (name, field): (&FieldName, &Field),
) -> (Place, String) {
    let message = format!(
        "流程 {} 把信件「{letter}」发给「{to}」，信里写了「{}」，而它不告诉他",
        definition.key, field.name
    );
    let at = text.find(&format!("asked.{name}"));
    (place(letter.as_str(), text, at), message)
}
