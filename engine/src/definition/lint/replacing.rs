//! Replacements that replace nobody: of a list by itself, or in a list that is not that of the task whose
//! people are meant.

use super::{
    behind,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{Action, Definition, EffectKind, Replace, Task, Who, WhoKind, reading::Reader},
    names::TaskName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        for effect in &site.step.effects {
            let EffectKind::Replace(replace) = &effect.kind else { continue };
            let Some(node) = site.entry.value.get("replace") else { continue };
            let list = &replace.list;
            if replace.by.source().trim() == list.as_str() {
                let message =
                    format!("replace 的 by 就是 in（{list}）：换上的也在名单里，没有人可换");
                reader.report.doubt(&node.spot, message, "by 写候补的名单");
            } else if let Some(task) = elsewhere(definition, &site, replace) {
                let message =
                    format!("replace 换的是「{list}」，「{task}」的人不从它来：谁也不换下");
                reader.report.doubt(&node.spot, message, "in 写这个任务的名单");
            }
        }
    }
}

/// The task whose people are meant where they come from another list.
fn elsewhere<'d>(
    definition: &'d Definition,
    site: &Site<'_>,
    replace: &Replace,
) -> Option<&'d TaskName> {
    let (name, task) = task_of(definition, site).filter(|_| replace.out.is_none())?;
    let participant = definition.participants.get(&task.participant)?;
    let comes_from = |who: &Who| match &who.kind {
        WhoKind::Each { list, filter } => {
            let mut behind = behind(definition, list);
            behind.extend(filter.iter().flat_map(|filter| self::behind(definition, filter)));
            behind.contains(replace.list.as_str())
        }
        // Whoever acts here may be in any list.
        WhoKind::Account(_)
        | WhoKind::Role { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => true,
    };
    (!participant.whos().any(comes_from)).then_some(name)
}

/// The task that an action belongs to, or a timer end.
fn task_of<'d>(definition: &'d Definition, site: &Site<'_>) -> Option<(&'d TaskName, &'d Task)> {
    let action = match site.of {
        SiteOf::Action(_, action) | SiteOf::Timer(action) | SiteOf::RuleOf(action, _) => action,
        SiteOf::Start(_) | SiteOf::Enter(_) | SiteOf::Rule(..) => return None,
    };
    let is_it = |other: &Action| std::ptr::eq(other, action);
    definition.tasks.iter().find(|(_, task)| {
        let overs = task.timers.values().filter_map(|timer| timer.over.as_ref());
        task.actions.values().chain(overs).any(is_it)
    })
}
