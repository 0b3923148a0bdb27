//! Participants who leave out exactly whom they mean: nobody could ever act.

use super::sites::written_who;
use crate::definition::{Definition, Who, WhoKind, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    for (name, participant) in &definition.participants {
        for (row, who) in participant.whos().enumerate() {
            let Some(source) = excluded(who) else { continue };
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            let message = format!("「{name}」正好排除了他自己（except: [{source}]）：没有人能办");
            reader.report.doubt(&entry.key.spot, message, "去掉 except 里的这一项，或换一个参与者");
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
