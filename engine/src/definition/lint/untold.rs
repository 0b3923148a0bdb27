//! Answers that are always kept from somebody (`untold_to`), and letters to them that tell them.

use crate::definition::{Action, Definition, EffectKind, mention::paths, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for task in definition.tasks.values() {
        for action in task.actions.values() {
            letters(reader, definition, action);
        }
    }
}

fn letters(reader: &Reader<'_>, definition: &Definition, action: &Action) {
    let steps = action.choose.values().map(|rule| &rule.step);
    let effects = steps.chain([&action.step]).flat_map(|step| &step.effects);
    for effect in effects {
        let EffectKind::Notify { who: to, letter } = &effect.kind else { continue };
        let Some(text) = definition.letters.get(letter) else { continue };
        let said = paths(text);
        let kept = action.ask.iter().filter(|(_, field)| {
            let untold = field.untold.as_ref().filter(|untold| untold.when.is_none());
            untold.is_some_and(|untold| untold.to.contains(to))
        });
        for (name, field) in kept {
            let tells = |path: &Vec<String>| matches!(&path[..], [asked, field, ..] if asked == "asked" && field == name.as_str());
            if !said.iter().any(tells) {
                continue;
            }
            let message = format!(
                "流程 {} 把信件「{letter}」发给「{to}」，信里写了「{}」，而它不告诉他",
                definition.key, field.name
            );
            let words = format!("asked.{name}");
            let place = super::letters::place(letter.as_str(), text, text.find(&words));
            reader.report.warn_at(place, message, "从信里去掉它，或另写一封信");
        }
    }
}
