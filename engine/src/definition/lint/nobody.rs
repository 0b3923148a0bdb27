//! Participants who leave out exactly whom they mean, so that nobody could ever act, and reminders that
//! nobody gets.

use super::{flow::timer_entry, sites::written_who};
use crate::definition::{Definition, Who, WhoKind, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    reminders(reader, definition);
    for (name, participant) in &definition.participants {
        for (row, who) in participant.whos().enumerate() {
            let Some(source) = excluded(who) else { continue };
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            let message = format!("「{name}」正好排除了他自己（except: [{source}]）：没有人能办");
            reader.report.doubt(&entry.key.spot, message, "去掉 except 里的这一项，或换一个参与者");
        }
    }
}

/// Reminders of a state in which nobody can do anything: nobody gets them.
fn reminders(reader: &Reader<'_>, definition: &Definition) {
    for (name, state) in &definition.states {
        if definition.tasks_in(name).next().is_some() {
            continue;
        }
        for (timer, _) in state.timers.iter().filter(|(_, timer)| !timer.remind.is_empty()) {
            let Some(entry) = timer_entry(reader, timer.as_str()) else { continue };
            let message = format!("计时器「{timer}」的提醒没有人收：「{name}」里没有任务");
            let remedy = "加上任务（可以是 optional），或用 over 里的 notify 发信";
            reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }
}

/// What is left out, where that is everybody.
fn excluded(who: &Who) -> Option<&str> {
    let mut except = who.except.iter().map(|except| except.source().trim());
    match &who.kind {
        WhoKind::Account(account) => except.find(|source| *source == account.source().trim()),
        WhoKind::Each { list, .. } => {
            let list = list.source().trim();
            let accounts = format!("map({list}, it.account)");
            except.find(|source| *source == list || *source == accounts)
        }
        WhoKind::Role { .. } | WhoKind::Service(_) | WhoKind::Link(_) | WhoKind::Case(_) => None,
    }
}
