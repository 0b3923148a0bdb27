//! Replacements that replace nobody: of a list by itself, or in a list that is not that of the task whose
//! people are meant, or of no task.

use std::collections::BTreeSet;

use super::{
    behind,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{
        Action, Assigned, Definition, EffectKind, Participant, Replace, Task, Who, WhoKind,
        reading::Reader,
    },
    names::TaskName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let of_tasks = of_tasks(definition);
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
            } else if is_of_one(definition, &site, replace) {
                let message =
                    format!("replace 没有写 out，换下的是办理的人，他不在「{list}」里：谁也不换下");
                let remedy = "写 out: 换下谁，如 out: ask.who";
                reader.report.doubt(&node.spot, message, remedy);
            } else if !of_tasks.contains(list.as_str()) {
                let message = format!("「{list}」不是哪个任务的名单：换了它，没有谁的任务跟着换");
                reader.report.doubt(&node.spot, message, "in 写任务的名单（参与者的 each）");
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

/// Whether whoever acts is one whom the case was given, and not meant to be in the list.
fn is_of_one(definition: &Definition, site: &Site<'_>, replace: &Replace) -> bool {
    let task = task_of(definition, site).filter(|_| replace.out.is_none());
    let participant = task.and_then(|(_, task)| definition.participants.get(&task.participant));
    let is_given = |name: &String| definition.start.given.contains_key(name.as_str());
    participant.is_some_and(|participant| {
        participant.whos().all(|who| match &who.kind {
            WhoKind::Account(account) => behind(definition, account).iter().all(is_given),
            WhoKind::Role { .. }
            | WhoKind::Each { .. }
            | WhoKind::Service(_)
            | WhoKind::Link(_)
            | WhoKind::Case(_) => false,
        })
    })
}

/// The names from which it follows who has tasks, also through what variables are set to, and what other
/// cases are told or see.
fn of_tasks(definition: &Definition) -> BTreeSet<String> {
    let whos = definition.participants.values().flat_map(Participant::expressions);
    let mut found: BTreeSet<String> = whos.flat_map(|it| behind(definition, it)).collect();
    found.extend(definition.labels.values().flat_map(|it| behind(definition, it)));
    found.extend(definition.shows.iter().map(ToString::to_string));
    loop {
        let before = found.len();
        for step in definition.steps() {
            for set in &step.set {
                if matches!(&set.to, Assigned::Var(var) if found.contains(var.as_str())) {
                    found.extend(behind(definition, &set.value));
                }
            }
            for effect in &step.effects {
                match &effect.kind {
                    EffectKind::Draw(draw) if found.contains(draw.into.as_str()) => {
                        found.extend(behind(definition, &draw.of));
                    }
                    EffectKind::Start { each, set, .. } => {
                        let read = each.iter().chain(set.values());
                        found.extend(read.flat_map(|it| behind(definition, it)));
                    }
                    EffectKind::Tell { ask, .. } => {
                        found.extend(ask.values().flat_map(|it| behind(definition, it)));
                    }
                    EffectKind::Draw(_)
                    | EffectKind::Replace(_)
                    | EffectKind::Notify { .. }
                    | EffectKind::Document(_)
                    | EffectKind::Number(_)
                    | EffectKind::Call { .. }
                    | EffectKind::Join { .. }
                    | EffectKind::Leave { .. }
                    | EffectKind::Close(_) => {}
                }
            }
        }
        if found.len() == before {
            return found;
        }
    }
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
