//! Tasks that are closed where they are never open: nothing is closed, and who waits for it waits on.

use super::sites::{SiteOf, sites};
use crate::definition::{Definition, EffectKind, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        if matches!(site.of, SiteOf::Start(_) | SiteOf::Enter(_)) {
            continue;
        }
        let states = site.states(definition);
        let Some(node) = site.entry.value.get("close").filter(|_| !states.is_empty()) else {
            continue;
        };
        for effect in &site.step.effects {
            let EffectKind::Close(name) = &effect.kind else { continue };
            let Some(task) = definition.tasks.get(name) else { continue };
            if !states.iter().any(|state| task.states.contains(*state)) {
                let message =
                    format!("任务「{name}」在「{}」里没有开着，close 不会截止什么", states[0]);
                let open: Vec<&str> = states
                    .iter()
                    .flat_map(|state| definition.tasks_in(state))
                    .map(|(name, _)| name.as_str())
                    .collect();
                let remedy = match open.is_empty() {
                    true => "去掉 close".to_owned(),
                    false => format!("去掉 close，或写这里的任务（{}）", open.join("、")),
                };
                reader.report.doubt(&node.spot, message, remedy);
            }
        }
    }
}
