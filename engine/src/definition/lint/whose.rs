//! Paths that tell something else than is asked for: of a person his id where an account belongs, of a
//! unit its name where its id belongs. Nobody would be found by them, and nobody left out. And whoever acts
//! where he is meant for whom he acts.

use std::sync::Arc;

use super::sites::{SiteOf, sites, written_who};
use crate::{
    definition::{Assigned, Definition, WhoKind, document::Node, reading::Reader, scope::Scope},
    expression::{Expression, Record},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, scope: &Scope<'_>) {
    recusals(reader, definition);
    for (name, participant) in &definition.participants {
        for (row, who) in participant.whos().enumerate() {
            let Some(entry) = written_who(reader, name.as_str(), row) else { continue };
            match &who.kind {
                WhoKind::Account(account) => {
                    tell(reader, entry.value.get("account"), "账号", no_account(scope, account));
                }
                WhoKind::Role { unit: Some(unit), .. } => {
                    tell(reader, entry.value.get("unit"), "单位的编号", no_unit(scope, unit));
                }
                WhoKind::Role { unit: None, .. }
                | WhoKind::Each { .. }
                | WhoKind::Service(_)
                | WhoKind::Link(_)
                | WhoKind::Case(_) => {}
            }
            for (except, node) in who.except.iter().zip(entry.value.items_of("except")) {
                tell(reader, Some(node), "账号", no_account(scope, except));
            }
        }
    }
}

/// Lists of a task from which whoever acts takes himself: one who acts for another is not in them, and the
/// other stays.
fn recusals(reader: &Reader<'_>, definition: &Definition) {
    for site in sites(reader, definition) {
        let SiteOf::Action(task, _) = site.of else { continue };
        let task = definition.tasks.get(task).filter(|task| !task.secret);
        let Some(participant) = task.and_then(|it| definition.participants.get(&it.participant))
        else {
            continue;
        };
        for set in &site.step.set {
            let Assigned::Var(var) = &set.to else { continue };
            let words: String = set.value.source().split_whitespace().collect();
            let takes_off = words.contains("!=actor.id") || words.contains("actor.id!=");
            let is_own = participant.whos().any(|who| who.is_each_of(var) && who.delegate);
            let node = site.entry.value.get("set").and_then(|set| set.get(var.as_str()));
            if let Some(node) = node.filter(|_| takes_off && is_own) {
                let message = format!(
                    "受托的人做时 actor.id 是他自己，不在「{var}」里：委托他的人还留在名单里"
                );
                reader.report.doubt(
                    &node.spot,
                    message,
                    "写 actor.principal（他替谁办），或给参与者写 delegate: false",
                );
            }
        }
    }
}

/// Says what is asked for, where a path tells something else, and what to write.
fn tell(reader: &Reader<'_>, node: Option<&Node>, wanted: &str, found: Option<(String, String)>) {
    let Some((node, (path, meant))) = node.zip(found) else { return };
    let message = format!("「{path}」不是{wanted}：照它找不到人");
    reader.report.warn(&node.spot, message, format!("写成{meant}"));
}

/// A path to the id or the name of somebody who has an account, or to the name of anything else.
fn no_account(scope: &Scope<'_>, written: &Expression) -> Option<(String, String)> {
    let (parent, field, record) = path_of(scope, written)?;
    let has_account = record.fields.contains_key("account");
    let is_wrong = field == "name" || field == "id" && has_account;
    let meant = if has_account {
        format!(" {parent}.account")
    } else {
        "账号，如 person.account".to_owned()
    };
    is_wrong.then(|| (format!("{parent}.{field}"), meant))
}

/// A path to the name of what has an id, or to the id or account of a person.
fn no_unit(scope: &Scope<'_>, written: &Expression) -> Option<(String, String)> {
    let (parent, field, record) = path_of(scope, written)?;
    let is_person = record.fields.contains_key("account");
    let is_wrong = field == "name" || is_person && (field == "id" || field == "account");
    let meant = match (is_person, record.fields.contains_key("unit")) {
        (true, true) => format!(" {parent}.unit"),
        (true, false) => "单位的编号，如 unit.id".to_owned(),
        (false, _) => format!(" {parent}.id"),
    };
    (is_wrong && (is_person || record.fields.contains_key("id")))
        .then(|| (format!("{parent}.{field}"), meant))
}

/// A plain path to a field, without what stands in where it is missing: what it is a field of, which
/// field, and the record.
pub(super) fn path_of(
    scope: &Scope<'_>,
    written: &Expression,
) -> Option<(String, String, Arc<Record>)> {
    let source = written.source().split(" or_else ").next()?.trim();
    let is_path = source.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let (parent, field) = source.rsplit_once('.').filter(|_| is_path)?;
    let mut steps = parent.split('.');
    // What somebody writes into a form is named as its author likes.
    let root = steps.next().filter(|root| *root != "form")?;
    let kind = steps.try_fold(scope.kind(root)?, |kind, step| {
        kind.present().fields().and_then(|record| record.fields.get(step).cloned())
    })?;
    let record = kind.present().fields()?;
    Some((parent.to_owned(), field.to_owned(), record))
}
